"""Who stands where on a day: licences, leaves, accounts, home teams, roles and working days, as sets of people."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from portal.calendars.models import Calendar
from portal.calendars.queries import calendar_of
from portal.core.db import db
from portal.core.events import Event
from portal.identity import flow as identity
from portal.identity.models import Membership, Person, Region, RoleGrant, Team
from portal.identity.queries.viewers import valid
from portal.measures.models import Leave, Licence
from portal.measures.rules.bits import bits_of
from portal.measures.rules.counting import (
    Holders,
    Office,
    Roster,
    Stretch,
    first_licences,
    holding,
    settled,
)

LOOK_BACK = timedelta(days=41)
"""Four weeks, and the whole week before the day that may reach out of them."""
SATURDAY = 5


class Standing:
    """What rosters of many days have in common, read once."""

    def __init__(self) -> None:
        held = select(Licence.person_id, Licence.since, Licence.until, Licence.test).order_by(Licence.since)
        self.licences = [Stretch(*row) for row in db.session.execute(held)]
        away = select(Leave.person_id, Leave.since, Leave.until)
        self.leaves = [Stretch(*row) for row in db.session.execute(away)]
        self.known = bits_of(db.session.execute(select(Person.id)).scalars())
        self.shut = _shut()
        self.region_of = {
            row.id: row.region_id for row in db.session.execute(select(Team.id, Team.region_id))
        }
        self._real = [one for one in self.licences if not one.test]
        self._tests = [one for one in self.licences if one.test]
        self._starts = first_licences(self.licences)
        self._calendars = _calendars()

    def holders(self, day: date) -> Holders:
        """Who holds a licence on a day, and whose account is only for tests."""
        return Holders(self.known, holding(self._tests, day), holding(self.licences, day))

    def roster(self, day: date) -> Roster:
        """Who is eligible on a day, and where everybody stands."""
        there = holding(self._real, day) & ~holding(self._tests, day)
        there &= ~holding(self.leaves, day) & ~holding(self.shut, day)
        past_grace = settled(self._real, day)
        homes = homes_on(day)
        return Roster(
            day=day, eligible=there & past_grace, onboarding=there & ~past_grace, homes=homes,
            region_of={number: self.region_of[number] for number in homes}, roles=_roles_on(day),
            offices=tuple(self._offices(homes, day)), starts=self._starts,
        )  # fmt: skip

    def _offices(self, homes: dict[int, int], day: date) -> Iterable[Office]:
        placed: dict[int | None, int] = {}
        for number, people in homes.items():
            calendar = self._calendars.get(self.region_of[number], self._calendars[None])
            placed[calendar] = placed.get(calendar, 0) | people
        everybody = 0
        for people in placed.values():
            everybody |= people
        usual = self._calendars[None]
        placed[usual] = placed.get(usual, 0) | (self.known & ~everybody)
        days = [day - LOOK_BACK + timedelta(days=n) for n in range(LOOK_BACK.days + 1)]
        return [Office(people, working_of(calendar, days)) for calendar, people in placed.items()]


def working_of(calendar_id: int | None, days: Iterable[date]) -> frozenset[date]:
    """Which of these days are worked by a calendar; Monday to Friday where the house has none."""
    if calendar_id is None:
        return frozenset(day for day in days if day.weekday() < SATURDAY)
    calendar = calendar_of(calendar_id)
    return frozenset(day for day in days if calendar.hours(day))


def _calendars() -> dict[int | None, int | None]:
    """The calendar of each region: its own, that of the nearest region above, or the oldest of the house (None: no region)."""
    regions = {
        row.id: row for row in db.session.execute(select(Region.id, Region.parent_id, Region.calendar_id))
    }
    oldest = db.session.execute(select(Calendar.id).order_by(Calendar.id).limit(1)).scalar_one_or_none()
    found: dict[int | None, int | None] = {None: oldest}
    for number in regions:
        place, seen = regions.get(number), set[int]()
        while place is not None and place.calendar_id is None and place.id not in seen:
            seen.add(place.id)
            place = regions.get(place.parent_id)
        found[number] = place.calendar_id if place is not None and place.calendar_id is not None else oldest
    return found


def calendar_id_of(region_id: int | None) -> int | None:
    """The calendar that people of a region work by."""
    known = _calendars()
    return known.get(region_id, known[None])


def _shut() -> list[Stretch]:
    """From when to when accounts were shut, as the events tell it."""
    turned = select(Event.kind, Event.subject_id, Event.local_day).where(
        Event.kind.in_([identity.DEACTIVATED.key, identity.REACTIVATED.key])
    )
    since: dict[int, date] = {}
    found = []
    for row in db.session.execute(turned.order_by(Event.id)):
        if row.kind == identity.DEACTIVATED.key:
            since.setdefault(row.subject_id, row.local_day)
        elif row.subject_id in since:
            found.append(Stretch(row.subject_id, since.pop(row.subject_id), row.local_day))
    closed = db.session.execute(select(Person.id).where(Person.active.is_(False))).scalars()
    return found + [Stretch(one, since.get(one, date.min)) for one in closed]


def homes_on(day: date) -> dict[int, int]:
    """The home teams of a day, each with its people."""
    members: dict[int, list[int]] = {}
    wanted = select(Membership.team_id, Membership.person_id).where(valid(Membership, day))
    for team_id, person_id in db.session.execute(wanted):
        members.setdefault(team_id, []).append(person_id)
    return {number: bits_of(people) for number, people in members.items()}


def _roles_on(day: date) -> dict[str, int]:
    members: dict[str, list[int]] = {}
    wanted = select(RoleGrant.role, RoleGrant.person_id).where(valid(RoleGrant, day))
    for role, person_id in db.session.execute(wanted):
        members.setdefault(role, []).append(person_id)
    return {role: bits_of(people) for role, people in members.items()}
