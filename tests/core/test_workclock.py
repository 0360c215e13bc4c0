"""Working time: the vectors of a Chinese year, days on which clocks change, and a slow but obvious twin."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.core.workclock import (
    Calendar,
    Due,
    NeverOpen,
    add_working_minutes,
    check_hours,
    is_open,
    next_opening,
    working_minutes_between,
)

OFFICE = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
WHOLE_DAY = ((0, 24 * 60),)
MONDAY_TO_FRIDAY = (OFFICE,) * 5 + ((),) * 2
FAR = date(2099, 12, 31)


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


# The announced Chinese schedule of 2026, as far as the vectors reach.
OFF = (
    days("2026-01-01", "2026-01-03") + days("2026-02-15", "2026-02-23") + days("2026-05-01", "2026-05-05")
    + days("2026-09-25", "2026-09-27") + days("2026-10-01", "2026-10-07")
)  # fmt: skip
MADE_UP = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
CHINA = Calendar(
    "Asia/Shanghai",
    MONDAY_TO_FRIDAY,
    dict.fromkeys(OFF, ()) | {date.fromisoformat(day): OFFICE for day in MADE_UP},
    confirmed_until=date(2026, 12, 31),
)
NAIVE = replace(CHINA, days={})


def always(zone: str) -> Calendar:
    return Calendar(zone, (WHOLE_DAY,) * 7, {}, FAR)


def local(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


# The last column is what a calendar of plain weekdays answers: the fault that this clock is there to avoid.
VECTORS = [
    ("2026-02-13 17:00", 480, "2026-02-14 17:00", "2026-02-16 17:00"),
    ("2026-02-14 17:30", 60, "2026-02-24 09:30", "2026-02-16 10:00"),
    ("2026-09-18 16:00", 240, "2026-09-20 11:00", "2026-09-21 11:00"),
    ("2026-09-19 10:00", 480, "2026-09-20 18:00", "2026-09-21 18:00"),
    ("2026-09-30 17:00", 480, "2026-10-08 17:00", "2026-10-01 17:00"),
    ("2026-10-09 17:00", 480, "2026-10-10 17:00", "2026-10-12 17:00"),
]


@pytest.mark.parametrize(("start", "minutes", "due", "naive"), VECTORS)
def test_a_year_of_chinese_holidays_and_make_up_days(start: str, minutes: int, due: str, naive: str) -> None:
    assert add_working_minutes(local(start), minutes, CHINA) == Due(
        local(due).astimezone(UTC), provisional=False
    )
    assert add_working_minutes(local(start), minutes, NAIVE).at == local(naive)
    assert working_minutes_between(local(start), local(due), CHINA) == minutes


def test_a_deadline_after_the_confirmed_days_is_provisional() -> None:
    assert add_working_minutes(local("2026-12-31 17:00"), 60, CHINA).provisional is False
    assert add_working_minutes(local("2026-12-31 17:00"), 61, CHINA).provisional is True
    assert add_working_minutes(local("2026-12-31 17:00"), 480, CHINA) == Due(local("2027-01-01 17:00"), True)


def test_midnight_after_the_last_confirmed_day_still_belongs_to_it() -> None:
    calendar = replace(always("Asia/Shanghai"), confirmed_until=date(2026, 12, 31))
    assert add_working_minutes(local("2026-12-31 23:00"), 60, calendar) == Due(
        local("2027-01-01 00:00"), False
    )
    assert add_working_minutes(local("2026-12-31 23:00"), 61, calendar).provisional is True


def test_due_at_a_closing_is_due_then_and_not_at_the_next_opening() -> None:
    assert add_working_minutes(local("2026-11-20 17:00"), 60, CHINA).at == local("2026-11-20 18:00")
    assert add_working_minutes(local("2026-11-20 11:00"), 60, CHINA).at == local("2026-11-20 12:00")
    assert add_working_minutes(local("2026-11-20 17:00"), 61, CHINA).at == local("2026-11-23 09:01")


def test_a_start_outside_working_time_counts_from_the_next_opening() -> None:
    for start in ("2026-11-20 18:00", "2026-11-21 11:00", "2026-11-23 08:59", "2026-11-23 09:00"):
        assert next_opening(local(start), CHINA) == local("2026-11-23 09:00")
        assert add_working_minutes(local(start), 30, CHINA).at == local("2026-11-23 09:30")
    assert next_opening(local("2026-11-23 12:00"), CHINA) == local("2026-11-23 13:00")
    assert next_opening(local("2026-11-23 12:00"), CHINA).tzinfo is UTC


def test_open_from_the_opening_until_just_before_the_closing() -> None:
    told = ("08:59", "09:00", "11:59", "12:00", "13:00", "17:59", "18:00")
    assert [is_open(local(f"2026-11-23 {at}"), CHINA) for at in told] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    assert is_open(local("2026-10-10 10:00"), CHINA), "a make-up Saturday"
    assert not is_open(local("2026-10-01 10:00"), CHINA), "a Thursday off"


def test_seconds_are_kept_and_a_started_minute_is_not_counted() -> None:
    start = local("2026-11-20 17:59:30")
    assert add_working_minutes(start, 1, CHINA).at == local("2026-11-23 09:00:30")
    assert working_minutes_between(start, local("2026-11-23 09:00:29"), CHINA) == 0
    assert working_minutes_between(start, local("2026-11-23 09:00:30"), CHINA) == 1
    assert working_minutes_between(start, local("2026-11-23 09:01:29"), CHINA) == 1


def test_no_time_passes_backwards() -> None:
    assert working_minutes_between(local("2026-11-23 11:00"), local("2026-11-23 10:00"), CHINA) == 0
    assert working_minutes_between(local("2026-11-23 11:00"), local("2026-11-23 11:00"), CHINA) == 0
    with pytest.raises(ValueError, match="taken back"):
        add_working_minutes(local("2026-11-23 11:00"), -1, CHINA)


def test_an_instant_needs_a_zone() -> None:
    aware = datetime(2026, 11, 23, 11, tzinfo=UTC)
    naive = aware.replace(tzinfo=None)
    for act in (
        lambda: add_working_minutes(naive, 1, CHINA),
        lambda: working_minutes_between(naive, aware, CHINA),
        lambda: working_minutes_between(aware, naive, CHINA),
        lambda: is_open(naive, CHINA),
    ):
        with pytest.raises(ValueError, match="needs a zone"):
            act()


def test_a_calendar_without_working_time_says_so() -> None:
    closed = Calendar("Asia/Shanghai", ((),) * 7, {}, FAR)
    with pytest.raises(NeverOpen):
        add_working_minutes(local("2026-11-23 11:00"), 1, closed)
    with pytest.raises(NeverOpen):
        next_opening(local("2026-11-23 11:00"), closed)
    assert not is_open(local("2026-11-23 11:00"), closed)
    assert working_minutes_between(local("2026-11-23 11:00"), local("2027-11-23 11:00"), closed) == 0


def test_a_calendar_of_single_days_ends_with_the_last_of_them() -> None:
    fair = Calendar("Asia/Shanghai", ((),) * 7, {date(2026, 11, 28): OFFICE}, FAR)
    assert add_working_minutes(local("2026-11-23 11:00"), 480, fair).at == local("2026-11-28 18:00")
    with pytest.raises(NeverOpen):
        add_working_minutes(local("2026-11-23 11:00"), 481, fair)


@pytest.mark.parametrize(
    "hours", [((60, 60),), ((-1, 60),), ((0, 1441),), ((0, 60), (59, 90)), ((60, 90), (0, 30))]
)
def test_hours_must_lie_in_one_day_and_in_order(hours: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="hours"):
        check_hours(hours)
    with pytest.raises(ValueError, match="hours"):
        Calendar("Asia/Shanghai", (hours,) * 7, {}, FAR)
    with pytest.raises(ValueError, match="hours"):
        Calendar("Asia/Shanghai", ((),) * 7, {date(2026, 1, 1): hours}, FAR)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven"):
        Calendar("Asia/Shanghai", (OFFICE,) * 5, {}, FAR)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", "2026-03-29", 24), ("Asia/Kathmandu", "2026-03-29", 24),
        ("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23), ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5), ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/St_Johns", "2010-11-07", 25), ("Pacific/Apia", "2011-12-30", 0),
    ],
)  # fmt: skip
def test_a_day_is_as_long_as_its_clocks_say(zone: str, day: str, hours: float) -> None:
    noon_before = local(f"{day} 00:00", zone) - timedelta(hours=12)
    spans = always(zone).spans(date.fromisoformat(day))
    assert sum((closes - opens for opens, closes in spans), timedelta()) == timedelta(hours=hours)
    after = always(zone).spans(date.fromisoformat(day) + timedelta(days=1))[0][0]
    assert working_minutes_between(noon_before, after, always(zone)) == (after - noon_before) / timedelta(
        minutes=1
    )


def test_an_opening_follows_the_local_clock_over_a_change() -> None:
    berlin = Calendar("Europe/Berlin", MONDAY_TO_FRIDAY, {}, FAR)
    friday = local("2026-03-27 17:00", "Europe/Berlin")
    assert add_working_minutes(friday, 120, berlin).at == datetime(2026, 3, 30, 8, tzinfo=UTC)
    kathmandu = replace(berlin, zone="Asia/Kathmandu")
    assert next_opening(local("2026-11-23 00:00", "Asia/Kathmandu"), kathmandu) == datetime(
        2026, 11, 23, 3, 15, tzinfo=UTC
    )


def test_times_that_clocks_skip_or_show_twice() -> None:
    night = Calendar("Europe/Berlin", (((0, 150), (210, 360)),) * 7, {}, FAR)
    spring, autumn = night.spans(date(2026, 3, 29)), night.spans(date(2026, 10, 25))
    # 02:30 is skipped: the first shift ends with the jump at 01:00 UTC; 03:30 is 01:30 UTC.
    assert [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spring] == ["23:00-01:00", "01:30-04:00"]
    # 02:30 is shown at 00:30 and 01:30 UTC: the shift ends with the first, nobody comes back for the second.
    assert [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in autumn] == ["22:00-00:30", "02:30-05:00"]
    hour_of_the_gap = Calendar("Europe/Berlin", (((120, 180),),) * 7, {}, FAR)
    assert hour_of_the_gap.spans(date(2026, 3, 29)) == ()
    assert not is_open(datetime(2026, 3, 29, 1, tzinfo=UTC), hour_of_the_gap)


def test_both_passes_of_an_hour_shown_twice_are_told_apart() -> None:
    first = local("2026-10-25 02:30", "Europe/Berlin")
    second = local("2026-10-25 02:30", "Europe/Berlin", fold=1)
    assert working_minutes_between(first, second, always("Europe/Berlin")) == 60
    assert add_working_minutes(first, 60, always("Europe/Berlin")).at == second.astimezone(UTC)


def test_leap_day_and_year_end() -> None:
    plain = Calendar("Asia/Shanghai", MONDAY_TO_FRIDAY, {}, FAR)
    assert add_working_minutes(local("2028-02-28 17:00"), 480, plain).at == local("2028-02-29 17:00")
    assert add_working_minutes(local("2028-02-29 17:00"), 61, plain).at == local("2028-03-01 09:01")
    assert add_working_minutes(local("2027-12-31 17:00"), 61, plain).at == local("2028-01-03 09:01")


def test_ten_years_are_walked_by_days_and_not_by_minutes() -> None:
    start = local("2026-11-23 09:00")
    began = perf_counter()
    due = add_working_minutes(start, 10 * 52 * 5 * 480, NAIVE)
    assert working_minutes_between(start, due.at, NAIVE) == 10 * 52 * 5 * 480
    assert perf_counter() - began < 1.0


# From here on: laws for calendars that nobody would think of.

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
CHANGES = (
    "2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01",
    "2026-12-31", "2028-02-29",
)  # fmt: skip


@st.composite
def some_hours(draw: st.DrawFn, at_least: int = 0) -> tuple[tuple[int, int], ...]:
    edges = draw(st.lists(st.integers(0, 1440), unique=True, min_size=2 * at_least, max_size=6).map(sorted))
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekly = [draw(some_hours()) for _ in range(6)]
    weekly.insert(draw(st.integers(0, 6)), draw(some_hours(at_least=1)))
    near = st.sampled_from(CHANGES).flatmap(lambda day: st.dates(*around(day)))
    singled_out = draw(st.dictionaries(near, some_hours(), max_size=6))
    return Calendar(draw(st.sampled_from(ZONES)), tuple(weekly), singled_out, date(2026, 10, 31))


def around(day: str) -> tuple[date, date]:
    middle = date.fromisoformat(day)
    return middle - timedelta(days=3), middle + timedelta(days=3)


MINUTES = st.integers(0, 3 * 24 * 60).map(lambda n: timedelta(minutes=n))
STARTS = st.builds(
    lambda day, passed: datetime.combine(date.fromisoformat(day), time.min, UTC) - timedelta(days=2) + passed,
    st.sampled_from(CHANGES),
    MINUTES,
)
SECONDS = st.integers(0, 59).map(lambda n: timedelta(seconds=n))


def open_minutes(start: datetime, calendar: Calendar) -> Iterator[datetime]:
    """The worked minutes of four days, read off a clock that waits while the others are put back."""
    zone = ZoneInfo(calendar.zone)
    at = start - timedelta(hours=3)
    shown = at.astimezone(zone).replace(tzinfo=None)
    while at < start + timedelta(days=4):
        shown = max(shown, at.astimezone(zone).replace(tzinfo=None))
        passed = shown.hour * 60 + shown.minute
        if at >= start and any(opens <= passed < closes for opens, closes in calendar.hours(shown.date())):
            yield at
        at += timedelta(minutes=1)


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, st.integers(0, 600), MINUTES)
@example(always("Europe/Berlin"), datetime(2026, 10, 25, tzinfo=UTC), 90, timedelta(minutes=90))
def test_agrees_with_reading_a_clock_every_minute(
    calendar: Calendar, start: datetime, minutes: int, passed: timedelta
) -> None:
    worked = list(open_minutes(start, calendar))
    assert is_open(start, calendar) == (worked[:1] == [start])
    assert working_minutes_between(start, start + passed, calendar) == sum(
        at < start + passed for at in worked
    )
    if minutes < len(worked):
        due = worked[minutes - 1] + timedelta(minutes=1) if minutes else worked[0]
        assert add_working_minutes(start, minutes, calendar).at == due


@settings(deadline=None)
@given(calendars(), STARTS, SECONDS, st.integers(0, 5_000))
def test_what_was_added_is_what_lies_between(
    calendar: Calendar, start: datetime, seconds: timedelta, minutes: int
) -> None:
    due = add_working_minutes(start + seconds, minutes, calendar)
    assert working_minutes_between(start + seconds, due.at, calendar) == minutes
    assert due.at >= start + seconds


@settings(deadline=None)
@given(calendars(), STARTS, SECONDS, st.integers(0, 3_000), st.integers(1, 3_000))
def test_waiting_twice_is_waiting_once_for_both(
    calendar: Calendar, start: datetime, seconds: timedelta, first: int, second: int
) -> None:
    halfway = add_working_minutes(start + seconds, first, calendar).at
    assert add_working_minutes(halfway, second, calendar) == add_working_minutes(
        start + seconds, first + second, calendar
    )


@settings(deadline=None)
@given(calendars(), STARTS, MINUTES, st.integers(0, 3_000), st.integers(1, 500))
def test_later_starts_and_longer_waits_end_later(
    calendar: Calendar, start: datetime, passed: timedelta, minutes: int, more: int
) -> None:
    due = add_working_minutes(start, minutes, calendar)
    assert add_working_minutes(start + passed, minutes, calendar).at >= due.at
    longer = add_working_minutes(start, minutes + more, calendar)
    assert longer.at >= due.at + timedelta(minutes=more if minutes else 0)
    assert longer.provisional >= due.provisional


@settings(deadline=None)
@given(calendars(), STARTS, MINUTES, MINUTES)
def test_minutes_between_add_up(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = working_minutes_between(start, middle, calendar) + working_minutes_between(middle, end, calendar)
    assert parts == working_minutes_between(start, end, calendar)


@settings(deadline=None)
@given(calendars(), STARTS)
def test_the_next_opening_is_open_and_nothing_lies_before_it(calendar: Calendar, start: datetime) -> None:
    opening = next_opening(start, calendar)
    assert is_open(opening, calendar)
    assert working_minutes_between(start, opening, calendar) == 0
    assert (opening == start) == is_open(start, calendar)
