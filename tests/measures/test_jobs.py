"""The sweep: which days it takes, late events, the race with a rebuild, snapshots and what is forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.core.jobs import Job, run
from portal.identity.commands import people
from portal.identity.models import Person, Team
from portal.measures import jobs
from portal.measures.commands import licences, rollup
from portal.measures.models import FigureRow, RollupDay, UsageDay
from portal.measures.queries import figures, usage
from portal.measures.queries.rosters import Standing
from portal.measures.rules import registry
from portal.measures.rules.bits import people_in
from portal.measures.rules.counting import DayUse
from portal.measures.rules.hiding import WHOLE, team
from tests.measures import world

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning in Shanghai."""
YESTERDAY = date(2026, 11, 1)


@pytest.fixture
def ten(app: Flask) -> Team:
    """A team of ten who hold a licence since the beginning of the year."""
    with unit_of_work():
        return world.place("Ten", 10)


def sweep(at: datetime) -> int:
    with clock.at(at):
        return jobs.roll_up_due(at)


def value(key: str, as_of: date | None = None) -> int | None:
    db.session.rollback()
    return figures.one(db.session(), key, WHOLE, as_of).numerator


def acted(*told: tuple[datetime, int | None, str, str]) -> None:
    with unit_of_work():
        world.happened(*told)


def test_the_first_sweep_takes_the_last_seven_days_and_a_second_finds_nothing(ten: Team) -> None:
    who = world.members(ten)
    acted(*(world.used(one, YESTERDAY) for one in who[:4]))
    assert sweep(MONDAY) == 8 + 2, (
        "today and seven days; yesterday was a Sunday, as was the day a week before"
    )
    assert sweep(MONDAY + timedelta(minutes=1)) == 0
    assert value(registry.DAU) is None, "ten people: in steps"
    row = db.session.query(FigureRow).filter_by(measure="dau", as_of=YESTERDAY, grain="company").one()
    assert row.value == 4


def test_a_late_event_changes_its_day_and_the_snapshots_after_it(ten: Team) -> None:
    who = world.members(ten)
    acted(world.used(who[0], YESTERDAY))
    sweep(MONDAY)
    acted(world.used(who[1], date(2026, 10, 27)), world.used(who[2], YESTERDAY))
    assert sweep(MONDAY + timedelta(minutes=1)) == 2 + 1
    day = db.session.get_one(RollupDay, date(2026, 10, 27))
    assert day.counted == 1
    row = db.session.query(FigureRow).filter_by(measure="mau", as_of=YESTERDAY, grain="company").one()
    assert row.value == 3


def test_a_late_event_changes_the_sunday_that_lies_between_its_day_and_yesterday(ten: Team) -> None:
    who, thursday = world.members(ten), datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
    sweep(thursday)
    acted(world.used(who[0], date(2026, 10, 31)))
    assert sweep(thursday + timedelta(minutes=1)) == 1 + 2, "its day, the Sunday after it and yesterday"
    row = db.session.query(FigureRow).filter_by(measure="mau", as_of=YESTERDAY, grain="company").one()
    assert row.value == 1


def test_where_tomorrow_has_begun_it_is_counted_today(ten: Team) -> None:
    who, tomorrow = world.members(ten), date(2026, 11, 3)
    sweep(MONDAY)
    acted(world.used(who[0], tomorrow))
    sweep(MONDAY + timedelta(minutes=1))
    assert db.session.get(UsageDay, (tomorrow, who[0])) is not None


def test_what_comes_more_than_seven_days_late_waits_for_a_rebuild(ten: Team) -> None:
    who = world.members(ten)
    sweep(MONDAY)
    acted(world.used(who[0], date(2026, 10, 20)))
    assert sweep(MONDAY + timedelta(minutes=1)) == 0
    assert db.session.get(UsageDay, (date(2026, 10, 20), who[0])) is None
    world.count_all(date(2026, 10, 19), MONDAY)
    assert db.session.get(UsageDay, (date(2026, 10, 20), who[0])) is not None
    told = db.session.execute(select(Event).order_by(Event.id.desc())).scalars().first()
    assert told is not None
    assert (told.kind, told.payload) == ("measures.rebuilt", {"since": "2026-10-19", "days": 15})


def test_today_is_taken_again_after_a_pause_and_nothing_of_it_is_lost(ten: Team) -> None:
    who, today = world.members(ten), date(2026, 11, 2)
    sweep(MONDAY)
    acted(world.used(who[0], today))
    assert sweep(MONDAY + timedelta(minutes=1)) == 0
    acted(world.used(who[1], YESTERDAY))
    assert sweep(MONDAY + timedelta(minutes=2)) == 1 + 1, "yesterday and its snapshot; today waits"
    assert sweep(MONDAY + timedelta(minutes=11)) == 1, "today, although no event came since"
    assert db.session.get_one(RollupDay, today).counted == 1


def test_an_older_count_does_not_replace_a_newer_one(ten: Team) -> None:
    who = world.members(ten)
    acted(world.used(who[0], YESTERDAY))
    session = db.session()
    before = usage.last_event(session)
    old: DayUse = usage.counted(YESTERDAY, Standing())
    acted(world.used(who[1], YESTERDAY))
    sweep(MONDAY)
    with unit_of_work():
        rollup.keep_day(YESTERDAY, old, last_event_id=before, region_of={})
    assert db.session.get_one(RollupDay, YESTERDAY).counted == 2


def test_only_the_sundays_and_the_newest_day_are_kept(ten: Team) -> None:
    sweep(MONDAY)
    for n in range(1, 9):
        sweep(MONDAY + timedelta(days=n))
    days = figures.days(db.session())
    assert days == [date(2026, 10, 25), date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 9)]


def test_the_home_team_is_that_of_the_day(ten: Team) -> None:
    who = world.members(ten)
    acted(*(world.used(one, date(2026, 10, 28)) for one in who))
    with unit_of_work():
        other = world.place("Other", 6)
        people.move_to_team(db.session.get_one(Person, who[0]), other, since=date(2026, 10, 30), by=SYSTEM)
    world.count_all(date(2026, 10, 20), MONDAY)
    assert db.session.get_one(UsageDay, (date(2026, 10, 28), who[0])).team_id == ten.id
    session = db.session()
    # He takes his use with him: nine of nine there, and one of seven here.
    rows = {
        row.group_id: row
        for row in session.query(FigureRow).filter_by(measure="active", as_of=YESTERDAY, grain="team")
    }
    assert (rows[ten.id].numerator, rows[ten.id].denominator) == (9, 9)
    assert (rows[other.id].numerator, rows[other.id].denominator) == (1, 7)


def test_who_is_eligible(ten: Team) -> None:
    who = world.members(ten)
    with clock.at(datetime(2026, 10, 28, 4, tzinfo=UTC)), unit_of_work():
        session = db.session
        one, two, three = (session.get_one(Person, who[n]) for n in range(3))
        licences.note_leave(one, since=date(2026, 10, 1), by=SYSTEM)
        people.deactivate(two, by=SYSTEM)
        world.join(ten, "New here", since=date(2026, 10, 19))
        world.join(ten, "Newer here", since=date(2026, 10, 18))
        world.join(None, "Without a team")
        given = session.query(licences.Licence).filter_by(person_id=three.id).one()
        licences.end_licence(given, until=date(2026, 10, 25), by=SYSTEM)
    roster = Standing().roster(YESTERDAY)
    names = {it.id: it.name for it in db.session.query(Person)}
    eligible = {names[one] for one in people_in(roster.eligible)}
    assert eligible == {f"Ten {n}" for n in range(3, 10)} | {"Newer here", "Without a team"}
    assert {names[one] for one in people_in(roster.onboarding)} == {"New here"}
    earlier = Standing().roster(date(2026, 10, 24))
    back = {names[one] for one in people_in(earlier.eligible)}
    assert back == {f"Ten {n}" for n in range(1, 10)} | {"Without a team"}, (
        "before the account was shut and the licence ended"
    )


def test_a_licence_of_days_that_have_passed_is_counted_anew_once(ten: Team) -> None:
    with clock.at(MONDAY), unit_of_work():
        late = [Person(username=f"late{n}", name=f"Late {n}", created_at=MONDAY) for n in range(3)]
        db.session.add_all(late)
        db.session.flush()
        for since, it in zip((20, 5, 12), late, strict=True):
            licences.give_licence(it, since=date(2026, 10, since), by=SYSTEM)
    waiting = db.session.query(Job).filter_by(name="measures.rebuild").one()
    assert waiting.args == {"since": "2026-10-05"}
    with clock.at(MONDAY):
        assert run(waiting.id)
    db.session.rollback()
    assert db.session.get_one(Job, waiting.id).result == {"days": 29}
    assert figures.latest(db.session()) == YESTERDAY


def test_days_before_the_day_were_counted_by_the_command_line(
    ten: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import current_app

    from portal import cli

    app = current_app._get_current_object()
    monkeypatch.setattr(cli, "_app", lambda: app)
    acted(world.used(world.members(ten)[0], YESTERDAY))
    with clock.at(MONDAY):
        told = CliRunner().invoke(cli.main, ["measures", "rebuild", "--since", "2026-10-30"])
        assert told.output == "4 days counted\n"
        wrong = CliRunner().invoke(cli.main, ["measures", "rebuild", "--since", "soon"])
        assert wrong.exit_code == 2
    assert db.session.execute(select(func.count(RollupDay.day))).scalar_one() == 4
    assert figures.one(db.session(), registry.ACTIVE, team(ten.id)).people == 10
