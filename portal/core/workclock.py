"""Working time: deadlines in minutes during which somebody is there to act. Pure: no table, no system clock.

A calendar says which hours of each local day are worked. Hours are turned into spans of UTC before anything
is counted, so that the days on which clocks change are right: a night shift is an hour longer in autumn, an
hour shorter in spring. A time that clocks show twice counts when it is shown first; a time that they skip,
when they jump over it. Hours that pass midnight are written as two intervals, one on each day.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

Hours = tuple[tuple[int, int], ...]
"""The worked intervals of a day in order, as (opens, closes) in minutes after midnight; () is a day off."""
Span = tuple[datetime, datetime]

WEEK_DAYS = 7
DAY_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class NeverOpen(ValueError):
    """The calendar has no working time after the given instant, so nothing can ever be due."""


@dataclass(frozen=True)
class Calendar:
    """When work is done in one place.

    `weekly` holds the hours of Monday to Sunday; `days` those of single dates, which go before the week: ()
    for a holiday, hours for a make-up or shortened day. After `confirmed_until` they are a guess, since the
    holidays of later years are not announced yet. Raises ValueError for hours that overlap or leave the day.
    """

    zone: str
    weekly: tuple[Hours, ...]
    days: Mapping[date, Hours]
    confirmed_until: date
    _known: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != WEEK_DAYS:
            raise ValueError("a week has seven days")
        for hours in (*self.weekly, *self.days.values()):
            check_hours(hours)

    def hours(self, day: date) -> Hours:
        """The worked hours of a local day; () if nobody works."""
        return self.days.get(day, self.weekly[day.weekday()])

    def spans(self, day: date) -> tuple[Span, ...]:
        """The worked hours of a local day as instants; a span holds its opening but not its closing."""
        if day not in self._known:
            zone = ZoneInfo(self.zone)
            ends = [[_instant(zone, day, minute) for minute in interval] for interval in self.hours(day)]
            self._known[day] = tuple((opens, closes) for opens, closes in ends if opens < closes)
        return self._known[day]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, in UTC; `provisional` if that rests on days that are not confirmed yet."""

    at: datetime
    provisional: bool


def check_hours(hours: Hours) -> None:
    """Raise ValueError unless the intervals lie inside one day, in order, without overlap."""
    if not all(0 <= opens < closes <= DAY_MINUTES for opens, closes in hours):
        raise ValueError(f"hours outside the day: {hours}")
    if not all(first[1] <= second[0] for first, second in pairwise(hours)):
        raise ValueError(f"hours overlap: {hours}")


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether somebody is at work at this instant: yes at the very opening, no more at the closing."""
    return any(opens <= at for _day, opens, _closes in islice(_spans_after(_utc(at), calendar), 1))


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """The first working instant that is not before `at`, in UTC: `at` itself during working time.

    Raises NeverOpen if there is none.
    """
    return add_working_minutes(at, 0, calendar).at


def add_working_minutes(start: datetime, minutes: int, calendar: Calendar) -> Due:
    """The instant at which `minutes` of working time have passed since `start`.

    A start outside working time counts from the next opening. What is due exactly at a closing is due then,
    not at the next opening. Seconds are kept. Raises NeverOpen if the calendar runs out of working time,
    ValueError for negative minutes or a start without a zone.
    """
    if minutes < 0:
        raise ValueError("working time cannot be taken back")
    start = _utc(start)
    left = minutes * MINUTE
    for day, opens, closes in _spans_after(start, calendar):
        begin = max(opens, start)
        if begin + left <= closes:
            return Due(begin + left, provisional=day > calendar.confirmed_until)
        left -= closes - begin
    raise NeverOpen(f"too little working time after {start.isoformat()}")


def working_minutes_between(since: datetime, until: datetime, calendar: Calendar) -> int:
    """The whole minutes of working time from one instant to another; 0 if `until` is not later.

    The seconds of all intervals are added up and only then cut to whole minutes: nobody is told of a minute
    that has not passed.
    """
    since, until = _utc(since), _utc(until)
    if until <= since:
        return 0
    spans = takewhile(lambda span: span[1] < until, _spans_after(since, calendar))
    worked = sum((min(closes, until) - max(opens, since) for _day, opens, closes in spans), timedelta())
    return worked // MINUTE


def _spans_after(start: datetime, calendar: Calendar) -> Iterator[tuple[date, datetime, datetime]]:
    """All working spans that end after `start`, in order: endless, unless only single days are worked."""
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    last = date.max if any(calendar.weekly) else max(calendar.days, default=date.min)
    while day <= last:
        for opens, closes in calendar.spans(day):
            if closes > start:
                yield day, opens, closes
        day += DAY


def _instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The first instant at which clocks in the zone show this minute of the day, or have jumped over it."""
    wall = datetime.combine(day, time.min) + minute * MINUTE
    shown = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(shown, zone) == wall:
        return shown
    # Clocks jump over `wall`; read by the offset after the jump (fold=1) it is an instant before the jump.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    minutes = range((shown - before) // MINUTE)
    return before + bisect_left(minutes, wall, key=lambda n: _wall(before + n * MINUTE, zone)) * MINUTE


def _utc(at: datetime) -> datetime:
    """The same instant in UTC, where adding minutes is right on every day of the year."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
