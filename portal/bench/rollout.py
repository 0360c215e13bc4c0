"""A database to measure the adoption page on: a company that works for a year or more, and so many events of it.

People, teams and licences are rows of their tables; the events are written into the table of events as they are, without
the hashes that chain them: a million of them through commands would take an hour, and what is measured here reads no hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, insert

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event, EventHead
from portal.core.flow import Channel
from portal.identity.flow import SIGNED_IN
from portal.identity.models import Membership, Person, Region, RoleGrant, Team
from portal.measures.models import Licence
from portal.measures.queries.usage import last_event
from portal.measures.slots import FEATURES

BATCH = 10_000
GRACE = timedelta(days=20)
"""So long before the first event everybody has held a licence, so that everybody is in every denominator."""
MORNING = time(1, 0)
"""Nine o'clock in Shanghai."""
SATURDAY = 5
LOOKS = 10
"""One event of so many is no real work: somebody looks in only."""


@dataclass(frozen=True)
class Size:
    """How big the company is, for how many days it works, and how many events that makes."""

    events: int
    people: int = 500
    teams: int = 20
    regions: int = 5
    days: int = 400


@dataclass(frozen=True)
class Made:
    """What was made: the first and the last day with events, the user names of an executive and of a manager of each region."""

    first: date
    last: date
    executive: str
    managers: list[str]
    regions: list[int]


def build(size: Size, last: date) -> Made:
    """Make the company and its events up to `last`. Nothing is rolled up yet."""
    first = last - timedelta(days=size.days - 1)
    with unit_of_work():
        teams = _teams(size)
        people = _people(size, teams, since=first - GRACE)
    with unit_of_work():
        _write(_events(size, people, first))
    regions = sorted({team.region_id for team in teams if team.region_id is not None})
    return Made(
        first, last, "bench.executive", [f"bench.{number:05d}" for number in range(size.regions)], regions
    )


def _teams(size: Size) -> list[Team]:
    regions = [Region(name=f"Region {n + 1}", name_zh=f"大区{n + 1}") for n in range(size.regions)]
    db.session.add_all(regions)
    db.session.flush()
    teams = [
        Team(name=f"Team {n + 1:02d}", name_zh=f"团队{n + 1:02d}", region_id=regions[n % size.regions].id)
        for n in range(size.teams)
    ]
    db.session.add_all(teams)
    db.session.flush()
    return teams


def _people(size: Size, teams: list[Team], since: date) -> list[tuple[Person, Team, int]]:
    """Each with team and the number of the team; the first of each region leads the first team of it."""
    executive = _person("bench.executive")
    people = [(_person(f"bench.{n:05d}"), teams[n % size.teams], n % size.teams) for n in range(size.people)]
    db.session.add_all([executive, *(person for person, _team, _number in people)])
    db.session.flush()
    db.session.add(RoleGrant(person_id=executive.id, role="executive", since=since))
    for number, (person, team, _place) in enumerate(people):
        leads = number < size.regions
        if leads:
            team.manager_id = person.id
        db.session.add(RoleGrant(person_id=person.id, role="manager" if leads else "rep", since=since))
        db.session.add(Membership(person_id=person.id, team_id=team.id, since=since))
        db.session.add(Licence(person_id=person.id, since=since))
    db.session.flush()
    return people


def _person(username: str) -> Person:
    return Person(
        username=username, name=username, sort_key=username, zone="Asia/Shanghai", created_at=clock.now()
    )


def _events(size: Size, people: list[tuple[Person, Team, int]], first: date) -> Iterator[dict[str, Any]]:
    """The same number on each working day, dealt out to those who work on it: some teams more often, and more as time goes."""
    kinds = [min(feature.kinds) for feature in FEATURES]
    days = [day for day in (first + timedelta(days=n) for n in range(size.days)) if day.weekday() < SATURDAY]
    number = last_event(db.session())
    for place, day in enumerate(days):
        here = [one for turn, one in enumerate(people) if _works(turn, one[2], place, len(days))]
        count = size.events * (place + 1) // len(days) - size.events * place // len(days)
        begins = datetime.combine(day, MORNING, UTC)
        for turn in range(count if here else 0):
            person, team, _number = here[turn % len(here)]
            number += 1
            yield {
                "id": number, "kind": SIGNED_IN.key if turn % LOOKS == LOOKS - 1 else kinds[turn % len(kinds)],
                "at": begins + timedelta(seconds=turn % 28_800), "recorded_at": begins, "local_day": day,
                "actor_id": person.id, "on_behalf_of_id": None, "subject_kind": "person", "subject_id": person.id,
                "account_id": None, "team_id": team.id, "region_id": team.region_id, "channel": Channel.UI,
                "request_id": "", "payload": {}, "prev_hash": "", "hash": "",
            }  # fmt: skip


def _works(turn: int, team: int, place: int, days: int) -> bool:
    """Whether somebody works in the portal on a day: always the same answer, spread evenly enough."""
    chance = 25 + team * 3 % 45 + 30 * place // days
    return (turn * 7_919 + place * 104_729) % 100 < chance


def _write(events: Iterator[dict[str, Any]]) -> None:
    last, part = 0, []
    for one in events:
        part.append(one)
        if len(part) == BATCH:
            db.session.execute(insert(Event), part)
            last, part = part[-1]["id"], []
    if part:
        db.session.execute(insert(Event), part)
        last = part[-1]["id"]
    db.session.execute(delete(EventHead))
    db.session.add(EventHead(id=1, last_event_id=last, hash=""))
