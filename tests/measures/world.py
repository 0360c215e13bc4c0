"""A house for the measures: the vectors as rows of the database, events written straight into the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from sqlalchemy import func, insert, select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event, EventHead
from portal.identity.models import Membership, Person, Region, RoleGrant, Team
from portal.measures import jobs
from portal.measures.models import Licence
from portal.measures.slots import FEATURES, Feature

NOON = time(4, 0)
"""Noon in Shanghai."""


@contextmanager
def features(*those: Feature) -> Iterator[None]:
    """Only these features, inside the block."""
    kept = dict(FEATURES._things)
    FEATURES._things.clear()
    for one in those:
        FEATURES.put(one.key, one)
    try:
        yield
    finally:
        FEATURES._things.clear()
        FEATURES._things.update(kept)


def happened(*told: tuple[datetime, int | None, str, str]) -> None:
    """Write events as they are: when, by whom, of which kind, through which door. Call in a unit of work."""
    last = db.session.execute(select(func.coalesce(func.max(Event.id), 0))).scalar_one()
    rows = [
        {
            "id": number, "kind": kind, "at": at, "recorded_at": at, "local_day": clock.local_day(at, "Asia/Shanghai"),
            "actor_id": who, "subject_kind": "test", "subject_id": 1, "channel": channel, "request_id": "",
            "payload": {}, "prev_hash": "", "hash": "",
        }
        for number, (at, who, kind, channel) in enumerate(told, last + 1)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Event), rows)
        db.session.merge(EventHead(id=1, last_event_id=rows[-1]["id"], hash=""))


def used(who: int, day: date, kind: str = "task.done", channel: str = "ui") -> tuple[datetime, int, str, str]:
    """One act of a person at noon of a local day."""
    return datetime.combine(day, NOON, UTC), who, kind, channel


def place(
    name: str, people: int, region: Region | None = None, role: str = "rep", since: date = date(2026, 1, 1)
) -> Team:
    """A home team of so many new people with a role and a licence."""
    team = Team(name=name, region_id=region.id if region else None)
    db.session.add(team)
    db.session.flush()
    for number in range(people):
        join(team, f"{name} {number}", role, since)
    return team


def join(team: Team | None, name: str, role: str = "rep", since: date = date(2026, 1, 1)) -> Person:
    """One person more, with a licence."""
    it = Person(
        username=name.lower().replace(" ", "."), name=name, zone="Asia/Shanghai", created_at=clock.now()
    )
    db.session.add(it)
    db.session.flush()
    if team is not None:
        db.session.add(Membership(person_id=it.id, team_id=team.id, since=since))
    db.session.add(RoleGrant(person_id=it.id, role=role, since=since))
    db.session.add(Licence(person_id=it.id, since=since))
    db.session.flush()
    return it


def region(name: str) -> Region:
    """A region."""
    it = Region(name=name)
    db.session.add(it)
    db.session.flush()
    return it


def members(team: Team) -> list[int]:
    """Who is at home in a team."""
    wanted = select(Membership.person_id).where(Membership.team_id == team.id).order_by(Membership.person_id)
    return list(db.session.execute(wanted).scalars())


def count_all(since: date, on: datetime) -> int:
    """Count every day anew as the clock stands at `on`."""
    with clock.at(on):
        return jobs.rebuild(since, by=SYSTEM)


def within() -> object:
    """A unit of work."""
    return unit_of_work()
