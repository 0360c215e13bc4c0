"""Calendars to look at, and calendars to count with."""

from calendar import isleap, monthcalendar, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, extract, false, select

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.calendars.models import Calendar, CalendarDay
from portal.calendars.rules import EDITED, HOLIDAY, MAKEUP, Announced, announced, hours_of
from portal.core import clock, workclock
from portal.core.db import db
from portal.core.errors import NotFound


@scope(Calendar)
def open_to(viewer: Viewer, permission: str) -> Select[Calendar]:
    """Calendars are not secret: whoever has the permission has it for all of them."""
    rows = select(Calendar)
    return rows if viewer.may(permission) else rows.where(false())


def listed() -> Sequence[Calendar]:
    """All calendars by name."""
    return db.session.execute(select(Calendar).order_by(Calendar.name)).scalars().all()


def one(calendar_id: int) -> Calendar:
    """The calendar with this id; NotFound if there is none."""
    it = db.session.get(Calendar, calendar_id)
    if it is None:
        raise NotFound
    return it


def calendar_of(calendar_id: int) -> workclock.Calendar:
    """The calendar to count working minutes with; NotFound if there is none.

    Read once in a transaction, so that a sweep over thousands of deadlines may ask for it each time.
    """
    session = db.session()
    if not session.in_transaction():
        session.begin()
    transaction, known = session.info.get("calendars", (None, {}))
    if transaction is not session.get_transaction():
        known = {}
        session.info["calendars"] = (session.get_transaction(), known)
    if calendar_id not in known:
        known[calendar_id] = _to_count_with(one(calendar_id))
    return known[calendar_id]  # type: ignore[no-any-return]


def held(calendar_id: int) -> workclock.Calendar:
    """`calendar_of` as it stands now, and unchanged up to the end of the transaction: for whoever writes a deadline.

    Without it a deadline could be counted by the calendar of before and be written after those that hear of the
    change have looked for deadlines.
    """
    if db.session.get(Calendar, calendar_id, with_for_update={"read": True}) is None:
        raise NotFound
    forget()
    return calendar_of(calendar_id)


def forget() -> None:
    """Let `calendar_of` read anew: the present transaction has changed a calendar."""
    db.session.info.pop("calendars", None)


def _to_count_with(it: Calendar) -> workclock.Calendar:
    wanted = select(CalendarDay.day, CalendarDay.kind, CalendarDay.hours).where(
        CalendarDay.calendar_id == it.id
    )
    days = {row.day: hours_of(row.kind, row.hours, it.weekly) for row in db.session.execute(wanted)}
    return workclock.Calendar(it.zone, it.weekly, days, it.confirmed_until)


def days_of(it: Calendar, year: int) -> Sequence[CalendarDay]:
    """The single days of one year, in order."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    wanted = select(CalendarDay).where(CalendarDay.calendar_id == it.id, within).order_by(CalendarDay.day)
    return db.session.execute(wanted).scalars().all()


def years_of(it: Calendar) -> tuple[int, ...]:
    """The years that have single days, in order."""
    year = extract("year", CalendarDay.day)
    wanted = select(year).where(CalendarDay.calendar_id == it.id).distinct().order_by(year)
    return tuple(int(found) for found in db.session.execute(wanted).scalars())


class Cell(NamedTuple):
    """One day of a month as the year view draws it: `look` is "", "off" (by the week) or a kind of single day."""

    day: date
    look: str
    row: CalendarDay | None


@dataclass(frozen=True)
class Month:
    """A month by weeks from Monday; None pads the first and last week. `sure`: all of it is confirmed."""

    number: int
    weeks: list[list[Cell | None]]
    sure: bool


@dataclass(frozen=True)
class Year:
    """One year of a calendar, with all that its page shows. `next_opening` is None while people are at work."""

    it: Calendar
    year: int
    years: tuple[int, ...]
    days: Sequence[CalendarDay]
    months: list[Month]
    working_days: int
    today: date
    next_opening: datetime | None

    def count(self, kind: str) -> int:
        """How many single days of a kind the year has."""
        return sum(row.kind == kind for row in self.days)


def shown(it: Calendar, year: int) -> Year:
    """A year of a calendar as its page shows it."""
    counted, days = calendar_of(it.id), days_of(it, year)
    singled = {row.day: row for row in days}
    today, now = clock.today(it.zone), clock.now()
    first = date(year, 1, 1)
    return Year(
        it,
        year,
        tuple(sorted({*years_of(it), today.year, year})),
        days,
        [_month(year, number, counted, singled) for number in range(1, 13)],
        sum(bool(counted.hours(first + n * workclock.DAY)) for n in range(365 + isleap(year))),
        today,
        None if workclock.is_open(now, counted) else workclock.next_opening(now, counted),
    )


def _month(year: int, number: int, counted: workclock.Calendar, singled: dict[date, CalendarDay]) -> Month:
    weeks = [[_cell(date(year, number, n), counted, singled) if n else None for n in week]
             for week in monthcalendar(year, number)]  # fmt: skip
    return Month(number, weeks, date(year, number, monthrange(year, number)[1]) <= counted.confirmed_until)


def _cell(day: date, counted: workclock.Calendar, singled: dict[date, CalendarDay]) -> Cell:
    row = singled.get(day)
    if row is not None:
        return Cell(day, row.kind, row)
    return Cell(day, "" if counted.hours(day) else "off", None)


@dataclass(frozen=True)
class Loading:
    """What loading a year from the holiday table would do, and what the table knows.

    `missing_makeup`: it knows no make-up day although the year before had some, so the schedule is likely not
    announced yet.
    """

    year: int
    known: tuple[Announced, ...]
    added: tuple[Announced, ...]
    changed: tuple[Announced, ...]
    removed: tuple[CalendarDay, ...]
    kept: tuple[CalendarDay, ...]
    missing_makeup: bool

    @property
    def changes(self) -> int:
        """How many days would be other than now."""
        return len(self.added) + len(self.changed) + len(self.removed)

    @property
    def days_off(self) -> int:
        """How many days off the table knows."""
        return sum(one.kind == HOLIDAY for one in self.known)

    @property
    def makeup_days(self) -> int:
        """How many make-up days the table knows."""
        return len(self.known) - self.days_off


def loading(it: Calendar, year: int) -> Loading:
    """Compare a year with the holiday table of the calendar's country. Days that somebody edited are kept."""
    known = announced(it.country, year)
    here = {row.day: row for row in days_of(it, year)}
    edited = {day for day, row in here.items() if row.source == EDITED}
    told = {one.day for one in known}
    return Loading(
        year,
        known,
        added=tuple(one for one in known if one.day not in here),
        changed=tuple(
            one for one in known if one.day in here.keys() - edited and _differs(here[one.day], one)
        ),
        removed=tuple(row for day, row in here.items() if day not in told | edited),
        kept=tuple(here[day] for day in sorted(edited)),
        missing_makeup=_has_makeup(announced(it.country, year - 1)) and not _has_makeup(known),
    )


def _differs(row: CalendarDay, one: Announced) -> bool:
    return (row.kind, row.name, row.name_zh) != (one.kind, one.name, one.name_zh)


def _has_makeup(days: tuple[Announced, ...]) -> bool:
    return any(one.kind == MAKEUP for one in days)
