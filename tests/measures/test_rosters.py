"""Who is counted on a day: licences and tests, leaves, shut accounts, roles of the day, and by which calendar people work."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.access.viewer import SYSTEM
from portal.calendars.commands import create_calendar
from portal.core import clock
from portal.core.db import BEFORE_COMMIT, db, unit_of_work
from portal.core.errors import Refused
from portal.core.jobs import Job
from portal.identity.commands import people
from portal.identity.models import Membership, Person, Region, RoleGrant
from portal.measures.commands import licences
from portal.measures.models import Leave, Licence
from portal.measures.queries import rosters
from portal.measures.queries.rosters import Standing
from portal.measures.rules.bits import people_in
from tests.measures import world

DAY = date(2026, 11, 1)
"""A Sunday."""
SUNDAYS = (((540, 1080),),) * 7
WEEKDAYS = (((540, 1080),),) * 5 + ((), ())


@pytest.fixture(autouse=True)
def in_a_unit(app: Flask) -> Iterator[None]:
    with clock.at(datetime(2026, 11, 2, 1, tzinfo=UTC)), unit_of_work():
        yield


def at(day: date) -> Any:
    return clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def written() -> None:
    """The events so far stand in the table, as at the end of a unit of work."""
    for write in BEFORE_COMMIT:
        write(db.session())


def eligible(it: Person, day: date) -> bool:
    return it.id in people_in(Standing().roster(day).eligible)


def onboarding(it: Person, day: date) -> bool:
    return it.id in people_in(Standing().roster(day).onboarding)


def test_time_with_a_test_account_is_no_grace_and_counts_nobody() -> None:
    it = world.join(None, "Tester", since=date(2026, 1, 1))
    first = db.session.query(Licence).filter_by(person_id=it.id).one()
    first.test = True
    licences.end_licence(first, until=date(2026, 10, 25), by=SYSTEM)
    licences.give_licence(it, since=date(2026, 10, 25), by=SYSTEM)
    assert not eligible(it, date(2026, 10, 24))
    assert onboarding(it, DAY), "fourteen days begin with the real licence"
    assert not eligible(it, DAY)
    assert eligible(it, date(2026, 11, 8))


def test_whoever_holds_a_test_licence_beside_a_real_one_is_not_counted() -> None:
    it = world.join(None, "Both", since=date(2026, 1, 1))
    assert eligible(it, DAY)
    db.session.add(Licence(person_id=it.id, since=date(2026, 2, 1), test=True))
    db.session.flush()
    assert not eligible(it, DAY)


def test_an_account_is_left_out_only_as_long_as_it_is_shut() -> None:
    it = world.join(None, "Away", since=date(2026, 1, 1))
    for shut, opened in ((3, 5), (10, 14)):
        with at(date(2026, 10, shut)):
            people.deactivate(it, by=SYSTEM)
        with at(date(2026, 10, opened)):
            people.reactivate(it, by=SYSTEM)
    written()
    counted = [day for day in range(1, 20) if eligible(it, date(2026, 10, day))]
    assert counted == [1, 2, 5, 6, 7, 8, 9, *range(14, 20)]


def test_opening_an_account_that_was_open_shuts_nobody_out() -> None:
    it = world.join(None, "Open", since=date(2026, 1, 1))
    with at(date(2026, 10, 3)):
        people.reactivate(it, by=SYSTEM)
    written()
    assert eligible(it, date(2026, 10, 2))
    assert eligible(it, date(2026, 10, 4))


def test_roles_and_homes_are_those_of_the_day() -> None:
    team = world.place("Ten", 1)
    who = db.session.get_one(Person, world.members(team)[0])
    grant = db.session.query(RoleGrant).filter_by(person_id=who.id).one()
    home = db.session.query(Membership).filter_by(person_id=who.id).one()
    grant.until = home.until = DAY
    before, then = Standing().roster(DAY - timedelta(days=1)), Standing().roster(DAY)
    assert who.id in people_in(before.roles["rep"])
    assert who.id not in people_in(then.roles.get("rep", 0))
    assert (who.id in people_in(before.homes[team.id]), team.id in then.homes) == (True, False)


def offices(day: date = DAY) -> dict[int, bool]:
    """Whether each person works on Sundays, by the only office that he is in."""
    found: dict[int, bool] = {}
    for office in Standing().roster(day).offices:
        for number in people_in(office.people):
            assert number not in found, "nobody works by two calendars"
            found[number] = day in office.working
    return found


def test_people_work_by_the_calendar_of_their_region_the_one_above_or_the_oldest() -> None:
    create_calendar(name="Usual", zone="Asia/Shanghai", weekly=SUNDAYS, by=SYSTEM)
    trade = create_calendar(name="Trade", zone="Asia/Shanghai", weekly=WEEKDAYS, by=SYSTEM)
    south = world.region("South of the river")
    below, alone = Region(name="Below", parent_id=south.id), Region(name="Alone")
    db.session.add_all([below, alone])
    south.calendar_id = trade.id
    db.session.flush()
    circle = world.region("Circle")
    circle.parent_id = circle.id
    homes = {place: world.join(world.place(name, 0, place), f"Of {name}") for name, place in
             (("south", south), ("below", below), ("alone", alone), ("circle", circle))}  # fmt: skip
    homeless = world.join(None, "Nowhere")
    works = offices()
    assert [works[it.id] for it in homes.values()] == [False, False, True, True]
    assert works[homeless.id] is True
    assert set(works) == {it.id for it in db.session.query(Person)}, "everybody is in one office"


def test_without_any_calendar_the_week_is_monday_to_friday() -> None:
    monday = date(2026, 10, 26)
    week = [monday + timedelta(days=n) for n in range(7)]
    assert rosters.working_of(None, week) == frozenset(week[:5])


@pytest.mark.parametrize(
    ("since", "until", "refused"),
    [
        (date(2026, 3, 1), date(2026, 3, 10), False), (date(2026, 3, 20), None, False),
        (date(2026, 3, 1), date(2026, 3, 11), True), (date(2026, 3, 19), None, True), (date(2026, 3, 1), None, True),
        (date(2026, 3, 12), date(2026, 3, 13), True),
    ],
)  # fmt: skip
def test_two_leaves_may_meet_but_not_overlap(since: date, until: date | None, refused: bool) -> None:
    it = world.join(None, "Away")
    licences.note_leave(it, since=date(2026, 3, 10), until=date(2026, 3, 20), by=SYSTEM)
    if not refused:
        licences.note_leave(it, since=since, until=until, by=SYSTEM)
        return
    with pytest.raises(Refused) as found:
        licences.note_leave(it, since=since, until=until, by=SYSTEM)
    assert found.value.field == "since"


def test_a_licence_overlaps_no_other_and_ends_once() -> None:
    it = world.join(None, "Holder", since=date(2026, 1, 1))
    with pytest.raises(Refused):
        licences.give_licence(it, since=date(2026, 6, 1), by=SYSTEM)
    with pytest.raises(Refused) as found:
        licences.give_licence(it, since=date(2025, 6, 1), until=date(2025, 6, 1), by=SYSTEM)
    assert found.value.field == "until"
    held = db.session.query(Licence).filter_by(person_id=it.id).one()
    licences.end_licence(held, until=date(2026, 6, 1), by=SYSTEM)
    for later in (date(2026, 6, 1), date(2026, 7, 1)):
        with pytest.raises(Refused):
            licences.end_licence(held, until=later, by=SYSTEM)
    licences.end_licence(held, until=date(2026, 1, 1), by=SYSTEM)
    db.session.flush()
    assert db.session.query(Licence).filter_by(person_id=it.id).count() == 0, "one that never began is struck out"


def test_a_leave_that_never_began_is_struck_out() -> None:
    it = world.join(None, "Away")
    noted = licences.note_leave(it, since=date(2026, 12, 1), by=SYSTEM)
    licences.end_leave(noted, until=date(2026, 12, 1), by=SYSTEM)
    db.session.flush()
    assert db.session.query(Leave).count() == 0


def test_all_without_get_one_but_for_shut_accounts_and_those_who_had_one() -> None:
    shut, had = Person(username="shut", name="Shut", created_at=clock.now(), active=False), world.join(None, "Had")
    db.session.add(shut)
    db.session.flush()
    without = {it.id for it in db.session.query(Person)} - {shut.id, had.id}
    assert licences.give_to_all_without(since=date(2026, 11, 2), by=SYSTEM) == len(without)
    assert {it.person_id for it in db.session.query(Licence)} == without | {had.id}


def test_days_that_have_passed_are_counted_anew_and_today_is_not() -> None:
    it = world.join(None, "Away")
    licences.note_leave(it, since=date(2026, 11, 2), by=SYSTEM)
    assert db.session.query(Job).count() == 0
    other = world.join(None, "Other")
    for since in (date(2026, 10, 5), date(2026, 9, 7), date(2026, 10, 1)):
        licences.note_leave(other, since=since, until=since + timedelta(days=1), by=SYSTEM)
        db.session.flush()
    assert [job.args["since"] for job in db.session.query(Job)] == ["2026-09-07"]
    noted = licences.note_leave(world.join(None, "Third"), since=date(2026, 8, 3), until=date(2026, 8, 20), by=SYSTEM)
    db.session.query(Job).delete()
    licences.end_leave(noted, until=date(2026, 10, 1), by=SYSTEM)
    assert [job.args["since"] for job in db.session.query(Job)] == ["2026-08-20"], "from the day that was the first back"
