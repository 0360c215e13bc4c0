"""The use of days: counted from the events, and read again from the roll-up."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.events import Event, EventHead
from portal.measures.models import FigureRow, Licence, RollupDay, UsageSet
from portal.measures.queries.rosters import Standing
from portal.measures.rules.bits import from_bytes, union
from portal.measures.rules.counting import LATE, MEANINGFUL, DayUse, History, Seen, count_day
from portal.measures.rules.hiding import COMPANY, WHOLE, Group
from portal.measures.slots import FEATURES

AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)
"""How far local time is before and after UTC at most."""
DAY = timedelta(days=1)


def last_event(session: Session) -> int:
    """The number of the last event of the house."""
    return session.execute(select(EventHead.last_event_id)).scalar_one_or_none() or 0


def counted(day: date, standing: Standing) -> DayUse:
    """What the events of a local day say of its use."""
    midnight = datetime.combine(day, time.min, UTC)
    alike = (
        select(Event.actor_id, Event.kind, Event.channel, func.count())
        .where(Event.local_day == day, Event.at >= midnight - AHEAD, Event.at < midnight + DAY + BEHIND)
        .group_by(Event.actor_id, Event.kind, Event.channel)
    )
    events = [Seen(*row) for row in db.session.execute(alike)]
    return count_day(events, standing.holders(day), FEATURES)


class Rolled(NamedTuple):
    """A day that was rolled up: the newest event it may have seen, and when that was."""

    last_event_id: int
    at: datetime


def rolled_days(session: Session, today: date) -> dict[date, Rolled]:
    """The days of the last seven, today and tomorrow (where it has begun already) that were rolled up."""
    wanted = select(RollupDay.day, RollupDay.last_event_id, RollupDay.at).where(
        RollupDay.day.between(today - LATE, today + DAY)
    )
    return {day: Rolled(last, at) for day, last, at in session.execute(wanted)}


def changed_days(session: Session, today: date, rolled: dict[date, Rolled]) -> list[date]:
    """The days of the last seven, today and tomorrow that got an event since they were rolled up, or never were."""
    first = today - LATE
    floor = min((one.last_event_id for one in rolled.values()), default=0)
    newest = select(Event.local_day, func.max(Event.id)).where(
        Event.id > floor, Event.local_day.between(first, today + DAY)
    )
    never = {first + n * DAY for n in range(LATE.days + 1)} - rolled.keys()
    got = {
        day
        for day, last in session.execute(newest.group_by(Event.local_day))
        if day not in rolled or last > rolled[day].last_event_id
    }
    return sorted(never | got)


def snapshot_days(session: Session, since: date, until: date) -> set[date]:
    """The days from `since` to `until` of which there are figures."""
    found = select(FigureRow.as_of).where(FigureRow.as_of.between(since, until)).distinct()
    return set(session.execute(found).scalars())


def has_licences(session: Session) -> bool:
    """Whether anybody was ever given a licence: before that there is nothing to count."""
    return session.execute(select(Licence.id).limit(1)).first() is not None


def history(session: Session, until: date) -> History:
    """Who used what on every day up to one: the sets of the company."""
    wanted = select(UsageSet.feature, UsageSet.day, UsageSet.people).where(
        UsageSet.grain == COMPANY, UsageSet.group_id == 0, UsageSet.day <= until
    )
    sets: dict[str, dict[date, int]] = {}
    for feature, day, people in session.execute(wanted):
        sets.setdefault(feature, {})[day] = from_bytes(people)
    return History(sets)


class Busy(NamedTuple):
    """How many people of a group there were: on the day, in the seven days and in the 28 days up to it."""

    day: date
    daily: int
    weekly: int
    monthly: int


def daily(
    session: Session, group: Group = WHOLE, *, since: date, until: date, feature: str = MEANINGFUL
) -> list[Busy]:
    """People a day, in seven and in 28 days for every day of a span: to count with, not to show of a small group.

    Everybody counts in the team of the day on which he did it, eligible or not.
    """
    first = since - 27 * DAY
    wanted = select(UsageSet.day, UsageSet.people).where(
        UsageSet.grain == group.grain, UsageSet.group_id == group.id, UsageSet.feature == feature,
        UsageSet.day.between(first, until),
    )  # fmt: skip
    kept = {day: from_bytes(people) for day, people in session.execute(wanted)}
    days = [kept.get(first + n * DAY, 0) for n in range((until - first).days + 1)]
    return [
        Busy(
            first + n * DAY,
            days[n].bit_count(),
            union(days[n - 6 : n + 1]).bit_count(),
            union(days[n - 27 : n + 1]).bit_count(),
        )
        for n in range(27, len(days))
    ]
