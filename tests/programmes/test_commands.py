"""Programmes, phases, goals and barriers: what is refused, whose version counts, which day is noted, who is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.notifications.models import Notification
from portal.programmes import commands, flow, queries
from portal.programmes.models import Barrier, Programme
from tests import making
from tests.cast import person

TODAY = making.MONDAY.date()
FIRST = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def in_a_unit(app: Flask) -> Iterator[None]:
    with clock.at(making.MONDAY), unit_of_work():
        yield


def pm() -> Any:
    return making.viewer("pm")


def columns_of(it: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(it, name) for name in names}


def told() -> list[int]:
    """Who was told of barriers, in order."""
    rows = select(Notification.person_id).where(Notification.kind == flow.TOLD_BARRIER.key).order_by(Notification.id)
    return list(db.session.execute(rows).scalars())


def changed(it: Programme, version: int | None = None, **columns: Any) -> None:
    given = columns_of(it, "name", "name_zh", "purpose", "starts_on", "ends_on", "owner_id") | columns
    commands.change_programme(it, version=it.version if version is None else version, by=pm(), **given)


def test_a_programme_is_changed_at_the_version_that_was_seen() -> None:
    it = making.programme()
    seen = it.version
    changed(it, name="Renamed")
    assert it.name == "Renamed"
    with pytest.raises(Stale):
        changed(it, seen, name="Again")


@pytest.mark.parametrize(("days", "refused"), [(6, True), (7, False)])
def test_a_programme_lasts_a_week_at_least(days: int, refused: bool) -> None:
    it, ends_on = making.programme(), FIRST + timedelta(days=days)
    columns = {"name": "Short", "name_zh": "短", "purpose": "x", "starts_on": FIRST, "ends_on": ends_on}
    if not refused:
        changed(it, ends_on=ends_on)
        commands.create_programme(**columns, owner_id=it.owner_id, by=pm())
        return
    for act in (lambda: changed(it, ends_on=ends_on),
                lambda: commands.create_programme(**columns, owner_id=it.owner_id, by=pm())):  # fmt: skip
        with pytest.raises(Refused) as found:
            act()
        assert found.value.field == "ends_on"


def days_from(*starts: int) -> list[tuple[date, date]]:
    """Phases of one day each, so many days after the first."""
    return [(FIRST + timedelta(days=one),) * 2 for one in starts]


def test_phases_may_be_of_one_day_and_begin_together_but_not_before_the_one_above() -> None:
    it = making.programme()
    seen = it.version
    commands.set_phases(it, days_from(0, 0, 1, 2, 3, 4, 5), version=seen, by=pm())
    assert [one.starts_on for one in queries.phases(it.id)] == [day for day, _last in days_from(0, 0, 1, 2, 3, 4, 5)]
    with pytest.raises(Stale):
        commands.set_phases(it, days_from(0, 0, 1, 2, 3, 4, 5), version=seen, by=pm())
    with pytest.raises(Refused) as found:
        commands.set_phases(it, days_from(0, 1, 2, 3, 2, 4, 5), version=it.version, by=pm())
    assert found.value.field == "spans-4"


def test_each_phase_is_closed_once_and_after_the_last_there_is_none() -> None:
    it = making.programme()
    with pytest.raises(Stale):
        commands.close_phase(it, version=it.version - 1, by=pm())
    assert [commands.close_phase(it, version=it.version, by=pm()) for _phase in flow.PHASES] == list(flow.PHASES)
    with pytest.raises(Refused):
        commands.close_phase(it, version=it.version, by=pm())


def test_an_actual_value_bears_the_day_on_which_it_was_noted() -> None:
    it = making.goal()
    assert it.actual_on is None
    given = columns_of(it, "kind", "name", "unit", "baseline", "target", "owner_id", "due_on")
    with_value = commands.set_goal(making.programme(), by=pm(), **given, actual=900)
    assert with_value.actual_on == TODAY
    with clock.at(making.MONDAY + timedelta(days=1)):
        commands.change_goal(with_value, version=with_value.version, by=pm(), **given, actual=900)
        assert with_value.actual_on == TODAY, "the same value again is no new one"
        commands.change_goal(with_value, version=with_value.version, by=pm(), **given, actual=800)
        assert with_value.actual_on == TODAY + timedelta(days=1)
        commands.change_goal(with_value, version=with_value.version, by=pm(), **given, actual=None)
        assert with_value.actual_on is None


def note(of: Programme, owner: str, **columns: Any) -> Barrier:
    given = {"text": "Slow network", "obstacle": "resistance", "team_id": None, "mitigation": "", "due_on": TODAY}
    return commands.note_barrier(of, by=pm(), owner_id=person(owner).id, **given | columns)


def give(it: Barrier, owner: str, version: int | None = None) -> None:
    given = columns_of(it, "text", "obstacle", "team_id", "mitigation", "due_on")
    seen = it.version if version is None else version
    commands.change_barrier(it, version=seen, by=pm(), **given, owner_id=person(owner).id)


def test_whoever_is_to_clear_a_barrier_is_told_each_time_that_it_comes_to_him() -> None:
    it = note(making.programme(), "manager")
    seen = it.version
    give(it, "manager")
    manager, director = person("manager").id, person("director").id
    assert told() == [manager], "who has it already is not told anew"
    give(it, "director")
    give(it, "manager")
    assert (told(), it.owner_id) == ([manager, director, manager], manager)
    with pytest.raises(Stale):
        give(it, "director", seen)
    note(making.programme(), "pm")
    assert len(told()) == 3, "nobody is told of what he took on himself"


def test_a_barrier_may_be_due_today_and_not_before() -> None:
    of = making.programme()
    assert note(of, "manager").due_on == TODAY
    with pytest.raises(Refused) as found:
        note(of, "manager", due_on=TODAY - timedelta(days=1))
    assert found.value.field == "due_on"


def test_a_state_that_is_not_open_bears_its_day() -> None:
    it = note(making.programme(), "manager")
    with pytest.raises(Refused):
        commands.move_barrier(it, "reopen", version=it.version, by=pm())
    commands.move_barrier(it, "accept", version=it.version, by=pm())
    assert (it.state, it.closed_on) == ("accepted", TODAY)
    commands.move_barrier(it, "reopen", version=it.version, by=pm())
    assert (it.state, it.closed_on) == ("open", None)


def test_barriers_are_those_of_the_programme_and_of_the_teams_that_were_asked_for() -> None:
    of, team = making.programme(), making.viewer("rep").team_id
    every, here = note(of, "manager"), note(of, "manager", team_id=team, obstacle="process")
    note(making.programme(), "manager")
    elsewhere = note(of, "manager", team_id=making.viewer("stranger").team_id, due_on=TODAY + timedelta(days=1))
    assert set(queries.barriers(of.id)) == {every, here, elsewhere}
    assert set(queries.barriers(of.id, [team or 0])) == {every, here}
    commands.move_barrier(every, "accept", version=every.version, by=pm())
    found = {one.key: (one.open, one.first) for one in queries.by_obstacle(queries.barriers(of.id))}
    assert found["resistance"] == (1, elsewhere)
    assert found["process"] == (1, here)
    assert sum(one for one, _first in found.values()) == 2


def test_a_barrier_is_overdue_the_day_after_it_was_due_and_as_long_as_it_is_open() -> None:
    own, other = making.programme(), making.programme()
    other.owner_id = person("director").id
    it, foreign = note(own, "manager"), note(other, "manager")
    tomorrow = TODAY + timedelta(days=1)
    assert (list(queries.overdue(TODAY)), list(queries.barriers_of(own.owner_id, TODAY))) == ([], [])
    assert [one for one, _who in queries.overdue(tomorrow)] == [it, foreign]
    assert list(queries.barriers_of(own.owner_id, tomorrow)) == [it]
    assert list(queries.barriers_of(person("manager").id, TODAY)) == [it, foreign]
    commands.move_barrier(it, "accept", version=it.version, by=pm())
    assert [one for one, _who in queries.overdue(tomorrow)] == [foreign]
