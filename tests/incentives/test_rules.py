"""What a rule asks and whether it is met; a booking sums to zero."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.incentives.rules import (
    ACTIVE_WEEKS,
    PASSED_WITHIN,
    Terms,
    balanced,
    earliest_start,
    judge,
    monday,
    weeks_that_count,
)
from portal.measures.rules.counting import LATE

TERMS = Terms(days=14, weeks=4, among=8, points=100)
GIVEN = date(2026, 7, 6)
PASSED = date(2026, 7, 15)
FIRST = date(2026, 7, 20)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(12)]
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def found(verdict: object) -> dict[str, int | None]:
    return {line.key: line.found for line in verdict.lines}  # type: ignore[attr-defined]


def test_four_active_weeks_after_passing_in_time_earn_it() -> None:
    verdict = judge(TERMS, GIVEN, PASSED, WEEKS[:4], WEEKS[4] + LATE)
    assert found(verdict) == {PASSED_WITHIN: 9, ACTIVE_WEEKS: 4}
    assert verdict.met
    assert verdict.final


@pytest.mark.parametrize(("days", "met"), [(0, True), (14, True), (15, False), (40, False)])
def test_the_fourteenth_day_is_in_time(days: int, met: bool) -> None:
    passed = GIVEN + timedelta(days=days)
    weeks = [monday(passed) + timedelta(weeks=number) for number in range(1, 5)]
    assert judge(TERMS, GIVEN, passed, weeks, passed + timedelta(weeks=20)).met is met


def test_a_week_counts_when_it_is_over_and_late_events_can_change_it_no_more() -> None:
    last = WEEKS[3]
    assert not judge(TERMS, GIVEN, PASSED, WEEKS[:4], last + timedelta(days=13)).met
    assert judge(TERMS, GIVEN, PASSED, WEEKS[:4], last + timedelta(days=14)).met


def test_the_week_of_passing_and_weeks_beyond_the_span_do_not_count() -> None:
    late = [monday(PASSED), *WEEKS[8:12]]
    verdict = judge(TERMS, GIVEN, PASSED, late, date(2027, 7, 1))
    assert found(verdict)[ACTIVE_WEEKS] == 0
    assert verdict.final
    assert not verdict.met


def test_a_case_stays_open_while_weeks_are_to_come() -> None:
    verdict = judge(TERMS, GIVEN, PASSED, WEEKS[:2], WEEKS[3] + LATE)
    assert (verdict.met, verdict.final) == (False, False)


@given(DAYS, st.integers(0, 30), st.sets(st.integers(-5, 30)), st.integers(0, 300))
def test_once_earned_it_stays_earned_on_every_later_day(
    given_on: date, took: int, active: set[int], later: int
) -> None:
    passed = given_on + timedelta(days=took)
    weeks = [monday(passed) + timedelta(weeks=number) for number in active]
    today = passed + timedelta(days=later)
    now, then = (judge(TERMS, given_on, passed, weeks, day) for day in (today, today + timedelta(days=35)))
    assert then.met or not now.met
    assert not now.final or then.met == now.met


@given(DAYS, st.integers(1, 20), st.integers(0, 400))
def test_weeks_that_count_are_mondays_in_order_and_never_more_than_the_span(
    passed: date, among: int, later: int
) -> None:
    weeks = weeks_that_count(Terms(14, 1, among, 1), passed, passed + timedelta(days=later))
    assert len(weeks) <= among
    assert all(week.weekday() == 0 and week > passed for week in weeks)
    assert list(weeks) == sorted(set(weeks))


def test_a_rule_is_told_a_week_before_it_starts() -> None:
    assert earliest_start(date(2026, 11, 23)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("points", "sound"),
    [
        ([100, -100], True),
        ([60, 40, -100], True),
        ([100, -99], False),
        ([100], False),
        ([0, 0], False),
        ([], False),
    ],
)
def test_a_booking_sums_to_zero(points: list[int], sound: bool) -> None:
    assert balanced(points) is sound


@pytest.mark.parametrize(("took", "final"), [(14, False), (15, True)])
def test_who_passed_too_late_cannot_earn_it_any_more(took: int, final: bool) -> None:
    given_on = date(2026, 11, 9)
    passed = given_on + timedelta(days=took)
    assert judge(TERMS, given_on, passed, [], passed).final is final
