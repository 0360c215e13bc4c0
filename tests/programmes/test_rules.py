"""Where a goal stands, and how days fall to phases."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programmes.rules import BEHIND, ON_THE_WAY, REACHED, UNKNOWN, split, standing, way_made

SINCE, DUE = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "made"),
    [
        (1420, 400, 400, 100), (1420, 400, 910, 50), (1420, 400, 1500, -8), (740, 820, 780, 50), (740, 820, 900, 200),
        (100, 100, 100, 100), (100, 100, 99, 0), (0, 10, None, None),
    ],
)  # fmt: skip
def test_the_way_made(baseline: int, target: int, actual: int | None, made: int | None) -> None:
    assert way_made(baseline, target, actual) == made


@pytest.mark.parametrize(
    ("actual", "today", "expected"),
    [
        (None, date(2026, 6, 1), UNKNOWN), (400, date(2026, 2, 1), REACHED), (1200, date(2026, 2, 1), ON_THE_WAY),
        (1200, date(2026, 9, 1), BEHIND), (500, date(2027, 2, 1), BEHIND), (1420, SINCE, ON_THE_WAY),
    ],
)  # fmt: skip
def test_where_a_goal_stands(actual: int | None, today: date, expected: str) -> None:
    assert standing(1420, 400, actual, since=SINCE, due_on=DUE, today=today) == expected


@pytest.mark.parametrize("due", [SINCE, date(2025, 12, 31)])
def test_a_goal_that_was_due_when_its_programme_began_has_no_time_left(due: date) -> None:
    assert standing(1420, 400, 500, since=SINCE, due_on=due, today=date(2025, 12, 1)) == BEHIND


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(7, 2_000), st.integers(1, 7))
def test_phases_fill_all_days_without_gap_or_overlap(start: date, days: int, count: int) -> None:
    spans = split(start, start + timedelta(days=days - 1), count)
    assert sum((last - first).days + 1 for first, last in spans) == days
    assert spans[0][0] == start
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(spans))


def test_fewer_days_than_phases_are_refused() -> None:
    with pytest.raises(ValueError, match="one day"):
        split(SINCE, SINCE, 2)
