"""Looks are few, strict early, and cost no more errors than one look."""

from datetime import date
from math import exp, pi, sqrt
from statistics import NormalDist

import pytest

from portal.pilots.rules import looks

MID, END, LATER = date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4)


def error(levels: tuple[float, ...]) -> float:
    """How often a random walk with equal steps crosses one of these two-sided limits, by sums on a grid."""
    limits = [NormalDist().inv_cdf(1 - p / 2) * sqrt(n) for n, p in enumerate(levels, start=1)]
    width, within = 0.04, [(0.0, 1.0)]
    for limit in limits:
        count = 2 * round(limit / width) + 1
        step = 2 * limit / (count - 1)
        places = [-limit + step * n for n in range(count)]
        ends = [0.5, *[1.0] * (count - 2), 0.5]
        within = [
            (x, weight * step * sum(mass * exp(-((x - y) ** 2) / 2) for y, mass in within) / sqrt(2 * pi))
            for x, weight in zip(places, ends, strict=True)
        ]
    return 1 - sum(mass for _x, mass in within)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_all_looks_together_err_in_five_of_a_hundred(count: int) -> None:
    assert error(looks.NOMINAL[count]) == pytest.approx(looks.ALPHA, abs=2e-4)


def test_looking_naively_errs_more() -> None:
    assert error((0.05, 0.05)) == pytest.approx(0.0831, abs=2e-4)


@pytest.mark.parametrize(
    ("count", "nominal"), [(1, (0.05,)), (2, (0.005166, 0.047993)), (3, (0.000518, 0.014111, 0.045067))]
)
def test_the_levels_of_the_looks(count: int, nominal: tuple[float, ...]) -> None:
    reserved = looks.reserve(count)
    assert tuple(look.nominal_p for look in reserved) == nominal
    assert [look.number for look in reserved] == list(range(1, count + 1))
    assert [look.last for look in reserved] == [False] * (count - 1) + [True]
    assert [look.level for look in reserved] == pytest.approx([1 - p for p in nominal])


def test_an_extension_is_a_look_more() -> None:
    assert (looks.needed(extension=False), looks.needed(extension=True)) == (2, 3)


@pytest.mark.parametrize("count", [0, 4])
def test_other_numbers_of_looks_are_not_reserved(count: int) -> None:
    with pytest.raises(ValueError, match="reserved"):
        looks.reserve(count)


@pytest.mark.parametrize(("taken", "today", "number"), [
    (0, date(2026, 3, 1),  None),
    (0, MID,               1),
    (1, date(2026, 3, 20), None),
    (0, date(2026, 4, 20), 1),      # the first was missed: it comes first
    (1, date(2026, 4, 20), 2),
    (2, date(2026, 4, 20), None),
    (3, date(2027, 1, 1),  None),
])  # fmt: skip
def test_nobody_looks_between_looks(taken: int, today: date, number: int | None) -> None:
    assert looks.due((MID, END, LATER), taken, today) == number


def test_looks_come_in_order() -> None:
    with pytest.raises(ValueError, match="after the other"):
        looks.due((END, MID), 0, END)
    with pytest.raises(ValueError, match="one after the other"):
        looks.due((MID, MID), 0, END)
