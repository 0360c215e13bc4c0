"""Hours as typed, hours of single days, and the holiday table of China against a second source."""

from collections.abc import Iterable
from datetime import date, timedelta
from time import perf_counter

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendars.rules import (
    HOLIDAY,
    MAKEUP,
    SPECIAL,
    announced,
    hours_of,
    read_hours,
    usual_hours,
    write_hours,
)
from portal.core.errors import Refused

OFFICE = ((540, 720), (780, 1080))


@pytest.mark.parametrize(
    "typed",
    [
        "09:00–12:00, 13:00–18:00", "9-12 13-18", "9:00 - 12:00;13:00 - 18:00", "0900-1200/1300-1800",
        "９：００至１２：００、１３：００至１８：００", "9时至12时，13点到18点",
        "13:00-18:00, 9.00~12.00", "9时00分—12时00分 13h-18h",
    ],
)  # fmt: skip
def test_hours_are_read_as_people_type_them(typed: str) -> None:
    assert read_hours(typed) == OFFICE


@pytest.mark.parametrize("typed", ["", "  ", "\u3000"])
def test_nothing_typed_is_a_day_off(typed: str) -> None:
    assert read_hours(typed) == ()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nine to five", "Write the hours as"), ("9-12 x", "Write the hours as"), ("9", "Write the hours as"),
        ("9-25", "from 00:00"), ("9:60-12", "from 00:00"), ("9-24:01", "from 00:00"),
        ("22-6", "night shift"), ("9-9", "night shift"), ("9-12, 11-13", "overlap"),
    ],
)  # fmt: skip
def test_unclear_hours_are_refused_with_the_cure(typed: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        read_hours(typed)


@given(
    st.lists(st.integers(0, 1440), unique=True, max_size=8).map(sorted), st.sampled_from([", ", "、", " "])
)
def test_what_is_written_is_read_again(edges: list[int], joint: str) -> None:
    hours = tuple(zip(edges[0::2], edges[1::2], strict=False))
    assert read_hours(write_hours(hours, joint)) == hours


@pytest.mark.parametrize(
    "typed", ["9-12" + " " * 200_000 + "x", "9-" * 100_000, "-" * 200_000, "1" * 200_000]
)
def test_a_long_text_is_refused_at_once(typed: str) -> None:
    began = perf_counter()
    with pytest.raises(Refused):
        read_hours(typed)
    assert perf_counter() - began < 1.0


def test_a_make_up_day_has_the_hours_of_the_first_worked_day_of_the_week() -> None:
    weekly = ((), OFFICE, ((600, 660),), (), (), (), ())
    assert usual_hours(weekly) == OFFICE
    assert hours_of(MAKEUP, None, weekly) == OFFICE
    assert hours_of(MAKEUP, ((600, 660),), weekly) == ((600, 660),)
    assert hours_of(SPECIAL, ((600, 660),), weekly) == ((600, 660),)
    assert hours_of(HOLIDAY, None, weekly) == ()


def days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


@pytest.mark.parametrize("year", [2025, 2026])
def test_both_sources_agree_on_every_day_in_china(year: int) -> None:
    kinds = {one.day: one.kind for one in announced("CN", year)}
    worked = {
        day: kinds.get(day) == MAKEUP or (day.weekday() < 5 and day not in kinds) for day in days_of(year)
    }
    assert worked == {day: chinese_calendar.is_workday(day) for day in days_of(year)}


def test_a_day_moved_over_the_turn_of_the_year_is_known_in_its_own_year() -> None:
    # 29 and 30 December 2001 were worked for 2 and 3 January 2002.
    made_up = [one.day for one in announced("CN", 2001) if one.kind == MAKEUP]
    assert made_up[-2:] == [date(2001, 12, 29), date(2001, 12, 30)]


def test_names_come_in_both_languages_and_days_in_order() -> None:
    days = {one.day: one for one in announced("CN", 2026)}
    assert list(days) == sorted(days)
    assert (days[date(2026, 10, 1)].name, days[date(2026, 10, 1)].name_zh) == ("National Day", "国庆节")
    assert days[date(2026, 2, 20)].name == "Day off (substituted from 2026-02-14)"
    assert days[date(2026, 2, 14)].kind == MAKEUP


def test_a_year_without_an_announced_schedule_has_no_make_up_days() -> None:
    assert announced("CN", 2027)
    assert not [one for one in announced("CN", 2027) if one.kind == MAKEUP]


def test_a_country_without_a_table_has_no_days() -> None:
    assert announced("", 2026) == announced("XX", 2026) == ()
