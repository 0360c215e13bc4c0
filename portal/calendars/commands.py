"""Acts on calendars. Each grows the version, and whoever keeps a deadline is told that it may have moved."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select

from portal.calendars import flow, queries
from portal.calendars.models import Calendar, CalendarDay
from portal.calendars.queries import Loading
from portal.calendars.rules import EDITED, HOLIDAY, KINDS, SEEDED, SPECIAL
from portal.calendars.slots import CHANGED
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.core.events import Actor, record
from portal.core.versions import grow
from portal.core.words import N_
from portal.core.workclock import Hours

LONGEST = timedelta(days=61)


def create_calendar(
    *,
    name: str,
    name_zh: str = "",
    country: str = "",
    zone: str,
    weekly: Sequence[Hours],
    confirmed_until: date | None = None,
    by: Actor,
) -> Calendar:
    """Create a calendar and load last year, this year and the next from the holiday table of its country.

    Without `confirmed_until` this year is taken as confirmed: the next one is announced late in the year.
    """
    this_year = clock.today(zone).year
    it = Calendar(
        name=_free_name(name),
        name_zh=name_zh,
        country=country,
        zone=zone,
        weekly=_worked(weekly),
        confirmed_until=confirmed_until or date(this_year, 12, 31),
    )
    db.session.add(it)
    db.session.flush()
    for year in range(this_year - 1, this_year + 2):
        _load(it, queries.loading(it, year))
    record(flow.CREATED, it, by=by)
    return it


def edit_calendar(
    it: Calendar,
    *,
    name: str,
    name_zh: str,
    country: str,
    zone: str,
    weekly: Sequence[Hours],
    version: int,
    by: Actor,
) -> None:
    """Change name, place and hours of the week. Raises Stale if the calendar is no longer at `version`."""
    _change(it, version)
    if name != it.name:
        it.name = _free_name(name)
    it.name_zh, it.country, it.zone, it.weekly = name_zh, country, zone, _worked(weekly)
    record(flow.EDITED, it, by=by)
    _tell(it)


def set_day(
    it: Calendar,
    *,
    day: date,
    until: date | None = None,
    kind: str,
    name: str = "",
    hours: Hours = (),
    by: Actor,
) -> int:
    """Say that the week does not count on a day, or from it up to and including `until`; answers on how many.

    `hours` are needed for other hours, may be given for make-up days, and are left aside for days off.
    """
    last = until or day
    if last < day:
        raise Refused(N_("The last day lies before the first."), field="until")
    if last - day > LONGEST:
        raise Refused(N_("At most two months can be set at once."), field="until")
    if kind == SPECIAL and not hours:
        raise Refused(N_("Write the hours, or choose a day off."), field="hours")
    _change(it)
    own = None if kind == HOLIDAY or not hours else hours
    days = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    _remove(it, days)
    db.session.add_all(
        CalendarDay(calendar_id=it.id, day=one, kind=kind, name=name, name_zh="", hours=own, source=EDITED)
        for one in days
    )
    db.session.flush()
    if last == day:
        record(flow.DAY_SET, it, by=by, day=day, what=KINDS[kind])
    else:
        record(flow.DAYS_SET, it, by=by, day=day, until=last, what=KINDS[kind])
    _tell(it)
    return len(days)


def clear_day(it: Calendar, *, day: date, by: Actor) -> None:
    """Let the hours of the week count again on a day. Raises NotFound if they do already."""
    _change(it)
    if not _remove(it, [day]):
        raise NotFound
    record(flow.DAY_CLEARED, it, by=by, day=day)
    _tell(it)


def confirm_until(it: Calendar, *, until: date, by: Actor) -> None:
    """Say up to which day the calendar is certain; deadlines that rest on later days are provisional.

    Where there is a holiday table, no year can be confirmed before it was loaded or entered, nor one in between.
    """
    newly = range((it.confirmed_until + timedelta(days=1)).year, until.year + 1) if it.country else ()
    empty = sorted(set(newly) - set(queries.years_of(it)))
    if empty:
        raise Refused(N_("Nothing is entered for %(year)s yet. Load its holidays first."), "until", year=empty[0])
    _change(it)
    it.confirmed_until = until
    record(flow.CONFIRMED, it, by=by, until=until)
    _tell(it)


def seed_year(it: Calendar, *, year: int, by: Actor) -> Loading:
    """Bring a year in line with the holiday table of the calendar's country; answers what was done.

    Days that somebody edited stay as they are. Nothing is confirmed by it: a person does that.
    """
    _change(it)
    done = queries.loading(it, year)
    if not done.known:
        raise Refused(
            N_("There is no holiday table for this country and year. Enter the days by hand."), "year"
        )
    _load(it, done)
    added, changed, removed = len(done.added), len(done.changed), len(done.removed)
    record(flow.SEEDED, it, by=by, year=str(year), added=added, changed=changed, removed=removed)
    _tell(it)
    return done


def _load(it: Calendar, what: Loading) -> None:
    _remove(it, [row.day for row in what.removed] + [one.day for one in what.changed])
    db.session.add_all(
        CalendarDay(
            calendar_id=it.id,
            day=one.day,
            kind=one.kind,
            name=one.name,
            name_zh=one.name_zh,
            hours=None,
            source=SEEDED,
        )
        for one in (*what.added, *what.changed)
    )
    db.session.flush()


def _remove(it: Calendar, days: list[date]) -> int:
    these = delete(CalendarDay).where(CalendarDay.calendar_id == it.id, CalendarDay.day.in_(days))
    answer: CursorResult[Any] = db.session.execute(these)  # type: ignore[assignment]
    return answer.rowcount


def _change(it: Calendar, seen: int | None = None) -> None:
    grow(it, seen)
    queries.forget()


def _tell(it: Calendar) -> None:
    db.session.flush()
    queries.forget()
    for hear in CHANGED:
        hear(it.id)


def _free_name(name: str) -> str:
    if db.session.execute(select(Calendar.id).where(Calendar.name == name)).first():
        raise Refused(N_("There is a calendar of this name already."), field="name")
    return name


def _worked(weekly: Sequence[Hours]) -> tuple[Hours, ...]:
    if not any(weekly):
        raise Refused(
            N_("At least one day of the week needs hours: nothing could ever be due."), field="monday"
        )
    return tuple(weekly)
