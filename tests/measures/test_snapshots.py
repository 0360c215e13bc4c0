"""From events to figures through the database: the founders' vectors once more, and what a snapshot promises."""

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal.access.viewer import SYSTEM
from portal.calendars.commands import create_calendar, set_day
from portal.calendars.rules import HOLIDAY, MAKEUP
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.identity.models import Membership, Person, RoleGrant, Team
from portal.measures.models import Licence, RollupDay
from portal.measures.queries import figures
from portal.measures.rules import registry
from portal.measures.rules.hiding import BESIDE, SMALL, WHOLE, team
from tests.measures import vectors, world
from tests.measures.vectors import AS_OF, FEATURES, Vectors

OFFICE_HOURS = ((540, 720), (780, 1080))
MORNING_AFTER = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


def stored() -> Vectors:
    """Put the vectors into the database: people and teams get new numbers."""
    it = vectors.load()
    with clock.at(datetime(2026, 8, 1, tzinfo=UTC)), unit_of_work():
        calendar = create_calendar(
            name="Vectors", zone="Asia/Shanghai", weekly=(OFFICE_HOURS,) * 5 + ((),) * 2,
            confirmed_until=date(2026, 12, 31), by=SYSTEM,
        )  # fmt: skip
        for row in vectors._read(vectors.SHARED / "vectors" / "adoption_calendar.csv"):
            day, works = date.fromisoformat(row["date"]), row["working"] == "1"
            if works != (day.weekday() < 5):
                set_day(calendar, day=day, kind=MAKEUP if works else HOLIDAY, name="", by=SYSTEM)
        teams = {name: Team(name=f"Vector {name}") for name in it.teams}
        db.session.add_all(teams.values())
        db.session.flush()
        numbers = {}
        for row in it.users:
            person = Person(username=row["user"], name=row["user"], created_at=clock.now())
            db.session.add(person)
            db.session.flush()
            numbers[it.people[row["user"]]] = person.id
            since = date(2026, 1, 1)
            db.session.add(Membership(person_id=person.id, team_id=teams[row["team"]].id, since=since))
            db.session.add(RoleGrant(person_id=person.id, role="rep", since=since))
        for one in it.licences:
            who = numbers[one.person_id]
            db.session.add(Licence(person_id=who, since=one.since, until=one.until, test=one.test))
        told = [(one.at, numbers.get(one.person_id or 0), one.kind, one.channel) for one in it.events]
        world.happened(*told)
    it.teams = {name: found.id for name, found in teams.items()}
    return it


def test_the_vectors_come_out_of_the_database_as_they_should(both_apps: Flask) -> None:
    with world.features(*FEATURES):
        it = stored()
        world.count_all(date(2026, 8, 30), MORNING_AFTER)
        session, said = db.session(), it.expected
        one = lambda key: figures.one(session, key)  # noqa: E731
        assert figures.latest(session) == AS_OF
        assert one(registry.ELIGIBLE).value == said["eligible_at_2026-10-31"]
        assert (one(registry.ACTIVE).numerator, one(registry.ACTIVE).denominator) == (25, 38)
        assert one(registry.LOGIN_ONLY).numerator == said["login_only_28"]
        assert one(registry.MAU).value == said["MAU28_meaningful"]
        assert one(registry.WAU).value == said["WAU_iso_2026-W44_meaningful"]
        sticky = one(registry.STICKINESS)
        assert sticky.numerator is not None
        assert sticky.denominator
        expected = said["stickiness_workingday_DAU_over_MAU28"]
        assert round(sticky.numerator / sticky.denominator, 6) == expected
        assert one(registry.HABIT).extra["bands"] == list(said["active_day_bands"].values())
        for kind, share in said["feature_adoption"].items():
            found = one(registry.FEATURE + kind)
            assert round((found.numerator or 0) / 38, 6) == share
        first = one(registry.FIRST_ACTION)
        assert (first.value, first.numerator, first.denominator) == (9, 30, 42)
        assert first.extra["soon"] == 5714
        rejected: Counter[str] = Counter()
        for day in session.execute(select(RollupDay)).scalars():
            rejected.update(day.rejected)
        assert sorted(rejected.values()) == sorted(said["rejected_events"].values())
        states = {name: figures.one(session, registry.ACTIVE, team(n)).state for name, n in it.teams.items()}
        assert {name for name, state in states.items() if state == SMALL} == {"KeyAccounts"}
        assert {name for name, state in states.items() if state == BESIDE} == {"Service"}


def rows() -> list[tuple[object, ...]]:
    from portal.measures.models import FigureRow, UsageDay, UsageSet

    session = db.session()
    session.expire_all()
    found: list[tuple[object, ...]] = []
    for table in (FigureRow, UsageDay, UsageSet):
        columns = [column for column in table.__table__.columns if column.name != "id"]
        found += sorted(tuple(map(repr, row)) for row in session.execute(select(*columns)))
    return found


def test_counting_twice_changes_nothing(app: Flask) -> None:
    with world.features(*FEATURES):
        stored()
        world.count_all(date(2026, 10, 1), MORNING_AFTER)
        first = rows()
        world.count_all(date(2026, 10, 1), MORNING_AFTER)
        assert rows() == first
        assert len(first) > 500


@pytest.mark.parametrize("key", [registry.ACTIVE, registry.WEEKLY_USE, registry.HABIT])
def test_a_cohort_is_the_sum_of_its_teams_and_all_teams_are_the_company(app: Flask, key: str) -> None:
    with world.features(*FEATURES):
        it = stored()
        world.count_all(date(2026, 8, 30), MORNING_AFTER)
        session = db.session()
        whole = figures.one(session, key, WHOLE)
        together = figures.cohort(session, key, it.teams.values())
        assert (together.numerator, together.denominator) == (whole.numerator, whole.denominator)
        part = figures.cohort(session, key, [it.teams["East"], it.teams["KeyAccounts"]])
        assert part.state == BESIDE
        exact = figures.weekly(session, key, [it.teams["East"]], date(2026, 9, 1), AS_OF)[it.teams["East"]]
        assert len(exact) == 6, "nobody is eligible in the first two weeks"
        assert all(one.value is None or 0 <= one.value <= Fraction(1) for one in exact)


def test_without_a_licence_there_is_nothing_to_count(app: Flask) -> None:
    from portal.measures import jobs

    with unit_of_work():
        db.session.execute(delete(Licence))
    assert jobs.roll_up_due(MORNING_AFTER) == 0
    assert figures.latest(db.session()) is None
    assert figures.one(db.session(), registry.ACTIVE).state == "none"
