"""The facts of one person: for rules about one's own work, and for one's own page. Never for a list of people."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.events import Event, Line, lines
from portal.identity.models import Person
from portal.identity.queries.viewers import HOUSE_ZONE, managers_of, place_of
from portal.measures import flow
from portal.measures.models import Leave, Licence, UsageDay
from portal.measures.queries import rosters
from portal.measures.rules import formulas
from portal.measures.slots import FEATURES

DAY = timedelta(days=1)


def used(session: Session, person_id: int, since: date, until: date) -> tuple[int, int]:
    """On how many days there was meaningful use between two days, and how many acts were counted: one select."""
    return _used(_days(session, person_id, since, until))


LOOK = timedelta(minutes=30)
"""So long a look stays open; the next one is noted anew."""


def reached(it: Person, viewer: Viewer) -> Person:
    """The person, if his figures are the viewer's own or he is the nearest manager; NotFound alike for anybody else's."""
    day = clock.today(viewer.zone)
    if it.id != viewer.id and managers_of(it.id, day)[:1] != [viewer.id]:
        raise NotFound
    return it


def is_looking(session: Session, it: Person, viewer: Viewer) -> bool:
    """Whether the viewer may see the figures now: his own, or after a look that the person is told of."""
    if it.id == viewer.id:
        return True
    noted = select(Event.id).where(
        Event.subject_kind == "person", Event.subject_id == it.id, Event.kind == flow.LOOKED_AT.key,
        Event.actor_id == viewer.id, Event.at > clock.now() - LOOK,
    )  # fmt: skip
    return session.execute(noted.limit(1)).first() is not None


@dataclass(frozen=True)
class Week:
    """A person's week from Monday: on how many working days there was meaningful use, how many are needed, whether met."""

    monday: date
    days: int
    bound: int

    @property
    def met(self) -> bool:
        """Whether it was a week of use; a week without a working day is none."""
        return 0 < self.bound <= self.days


def active_weeks(session: Session, person_id: int, since: date, until: date) -> list[date]:
    """The Mondays of the weeks that count as active, among those that lie wholly between the two days."""
    found = _days(session, person_id, since, until)
    return [one.monday for one in _weeks(person_id, found, since, until) if one.met]


@dataclass(frozen=True)
class Own:
    """A person's own figures of twelve weeks, with how they came about and who looked at them."""

    since: date
    until: date
    weeks: list[Week]
    features: list[tuple[str, int]]
    active_days: int
    actions: int
    licences: list[Licence]
    leaves: list[Leave]
    looks: list[Line]


def own(session: Session, person: Person) -> Own:
    """What the page of one person's figures shows: the last twelve whole weeks and the present one."""
    today = clock.today(person.zone or HOUSE_ZONE)
    since = formulas.last_sunday(today) - timedelta(weeks=12) + DAY
    found = _days(session, person.id, since, today)
    features: Counter[str] = Counter()
    for one in found:
        features.update(one.features)
    active_days, actions = _used(found)
    held = select(Licence).where(Licence.person_id == person.id).order_by(Licence.since.desc())
    away = select(Leave).where(Leave.person_id == person.id).order_by(Leave.since.desc())
    return Own(
        since=since,
        until=today,
        weeks=list(_weeks(person.id, found, since, today, open_too=True)),
        features=[(feature.name, features[feature.key]) for feature in FEATURES if features[feature.key]],
        active_days=active_days,
        actions=actions,
        licences=list(session.execute(held).scalars()),
        leaves=list(session.execute(away).scalars()),
        looks=lines(session, subjects=[("person", person.id)], kinds=[flow.LOOKED_AT.key]),
    )


def _days(session: Session, person_id: int, since: date, until: date) -> list[UsageDay]:
    wanted = select(UsageDay).where(UsageDay.person_id == person_id, UsageDay.day.between(since, until))
    return list(session.execute(wanted.order_by(UsageDay.day)).scalars())


def _used(found: list[UsageDay]) -> tuple[int, int]:
    return sum(one.meaningful for one in found), sum(map(_acts, found))


def _acts(it: UsageDay) -> int:
    """How often real work was done: signing in and looking are no acts that count."""
    return sum(it.features.values())


def _weeks(
    person_id: int, found: Iterable[UsageDay], since: date, until: date, *, open_too: bool = False
) -> Iterator[Week]:
    used = {one.day for one in found if one.meaningful}
    calendar_id = rosters.calendar_id_of(place_of(person_id, until)[1])
    monday = since + timedelta(days=-since.weekday() % 7)
    while monday + formulas.WEEK <= until or (open_too and monday <= until):
        days = [monday + n * DAY for n in range(7)]
        working = rosters.working_of(calendar_id, days)
        bound = formulas.scaled(formulas.WEEKLY_DAYS, len(working), formulas.WEEKLY_OF)
        yield Week(monday, len(used & working), bound)
        monday += 7 * DAY
