"""The room's data end to end: vectors on the loaded tables, one reading a transaction, previews of loading."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event

from portal.access.viewer import NOBODY, Viewer
from portal.calendars import commands, queries
from portal.calendars.models import Calendar
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound
from portal.core.workclock import Due, add_working_minutes
from tests.core.test_workclock import MONDAY_TO_FRIDAY, VECTORS

BY = Viewer(id=1, roles=frozenset({"admin"}))


@pytest.fixture
def china(app: Flask) -> Calendar:
    with clock.at(datetime(2026, 11, 23, tzinfo=UTC)), unit_of_work():
        return commands.create_calendar(
            name="China", name_zh="中国", country="CN", zone="Asia/Shanghai", weekly=MONDAY_TO_FRIDAY, by=BY
        )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(("start", "minutes", "due", "_naive"), VECTORS)
def test_the_loaded_calendar_gives_the_right_deadlines(
    china: Calendar, start: str, minutes: int, due: str, _naive: str
) -> None:
    assert add_working_minutes(local(start), minutes, queries.calendar_of(china.id)) == Due(local(due), False)


def test_next_year_is_provisional_until_it_is_confirmed(china: Calendar) -> None:
    due = add_working_minutes(local("2026-12-31 17:00"), 480, queries.calendar_of(china.id))
    assert due == Due(local("2027-01-04 17:00"), provisional=True)


def test_a_calendar_is_read_once_in_a_transaction(china: Calendar) -> None:
    number, told = china.id, []
    db.session.remove()

    @event.listens_for(db.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            told.append(statement)

    try:
        first = queries.calendar_of(number)
        read = len(told)
        assert all(queries.calendar_of(number) is first for _ in range(100))
        assert len(told) == read == 2
        db.session.rollback()
        assert queries.calendar_of(number) is not first
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def test_an_unknown_calendar_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        queries.calendar_of(999)


def test_the_scope_gives_all_or_none(china: Calendar) -> None:
    for who, count in ((Viewer(id=2, roles=frozenset({"rep"})), 1), (NOBODY, 0)):
        rows = db.session.execute(queries.open_to(who, "calendars.see")).scalars().all()
        assert len(rows) == count
    assert not db.session.execute(
        queries.open_to(Viewer(id=2, roles=frozenset({"rep"})), "calendars.edit")
    ).all()


def test_a_preview_tells_that_the_schedule_is_likely_not_announced(china: Calendar) -> None:
    this_year, next_year = queries.loading(china, 2026), queries.loading(china, 2027)
    assert (this_year.days_off, this_year.makeup_days, this_year.missing_makeup) == (22, 6, False)
    assert (next_year.makeup_days, next_year.missing_makeup) == (0, True)
    assert queries.days_of(china, 2028) == []
    assert len(queries.loading(china, 2028).added) == queries.loading(china, 2028).days_off


def test_calendars_are_listed_by_name(china: Calendar) -> None:
    with unit_of_work():
        commands.create_calendar(
            name="Berlin", zone="Europe/Berlin", country="DE", weekly=MONDAY_TO_FRIDAY, by=BY
        )
    assert [it.name for it in queries.listed()] == ["Berlin", "China"]
    assert queries.days_of(queries.listed()[0], 2026)[-1].day in (date(2026, 12, 25), date(2026, 12, 26))
