"""Discount, margin and what a request must hold."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.prices import rules

prices = st.integers(1, 10**12)


@dataclass
class Terms:
    list_minor: int
    asked_minor: int
    cost_minor: int | None = None


def test_the_figures_of_a_known_case() -> None:
    # 24 pumps: list 8,600.00, asked 7,310.00, cost 5,716.42: 15.0 % off, margin 21.8 %
    assert rules.discount(860_000, 731_000) == 1500
    assert rules.shown(rules.margin(731_000, 571_642)) == 2180


def test_ten_percent_is_ten_percent() -> None:
    # 0.1 + 0.05 as floats is more than 0.15; basis points are exact
    assert rules.discount(10_000, 8_500) == Fraction(1500)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (Terms(860_000, 0), "which price"),
        (Terms(860_000, -5), "which price"),
        (Terms(860_000, 860_000), "needs no approval"),
        (Terms(860_000, 900_000), "needs no approval"),
    ],
)
def test_what_is_missing_is_said(terms: Terms, says: str) -> None:
    fault = rules.missing(terms)
    assert fault is not None
    assert says in fault


def test_nothing_is_missing_below_list_and_without_one() -> None:
    assert rules.missing(Terms(860_000, 731_000)) is None
    assert rules.missing(Terms(0, 731_000)) is None


@given(prices, st.integers(0, 9_999))
def test_the_price_at_a_margin_leaves_it_and_one_less_does_not(cost: int, rate: int) -> None:
    price = rules.price_at_margin(cost, rate)
    margin = rules.margin(price, cost)
    assert margin is not None
    assert margin >= rate
    if price > 1:
        below = rules.margin(price - 1, cost)
        assert below is None or below < rate


@given(prices, prices)
def test_a_lower_price_gives_more_away(list_minor: int, asked: int) -> None:
    here, lower = rules.discount(list_minor, asked), rules.discount(list_minor, asked - 1)
    assert here is not None
    assert lower is not None
    assert lower > here


@pytest.mark.parametrize(
    ("asked", "cost", "limit", "key"),
    [
        (1000, 700, 2500, "good"),
        (1000, 750, 2500, "good"),
        (1000, 751, 2500, "watch"),
        (1000, 1001, 2500, "stop"),
        (1000, None, 2500, "watch"),
        (1000, 999, None, "good"),
    ],
)
def test_the_traffic_light(asked: int, cost: int | None, limit: int | None, key: str) -> None:
    assert rules.zone(asked, cost, limit).key == key


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 11, 23), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2028, 1, 15), date(2028, 2, 29)),
        (date(2026, 1, 31), date(2026, 2, 28)),
    ],
)
def test_a_price_holds_to_the_end_of_the_next_month(day: date, until: date) -> None:
    assert rules.holds_until(day) == until


def test_the_number_tells_the_month() -> None:
    assert rules.number(date(2026, 11, 23), 418) == "PR-2611-0418"
    assert rules.number(date(2026, 11, 23), 10_418) == "PR-2611-10418"
