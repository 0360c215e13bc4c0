"""What each act leaves behind: days, version, event; what is refused; two people at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.calendars import commands, queries
from portal.calendars.models import Calendar, CalendarDay
from portal.calendars.rules import EDITED, HOLIDAY, MAKEUP, SEEDED, SPECIAL
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused, Stale
from portal.core.events import Event
from portal.core.workclock import NeverOpen, add_working_minutes

BY = Viewer(id=1, roles=frozenset({"admin"}))
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
OFFICE = ((540, 720), (780, 1080))
WEEK = (OFFICE,) * 5 + ((),) * 2


@contextmanager
def act() -> Iterator[None]:
    with clock.at(NOW), unit_of_work():
        yield


def china() -> Calendar:
    with act():
        return commands.create_calendar(
            name="China", name_zh="中国", country="CN", zone="Asia/Shanghai", weekly=WEEK, by=BY
        )


def days(it: Calendar, year: int = 2026) -> dict[date, CalendarDay]:
    return {row.day: row for row in queries.days_of(it, year)}


def kinds_of_events() -> list[str]:
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


def last_event() -> Event:
    return db.session.execute(select(Event).order_by(Event.id.desc()).limit(1)).scalar_one()


def test_a_new_calendar_knows_last_year_this_year_and_the_next(both_apps: Flask) -> None:
    it = china()
    assert queries.years_of(it) == (2025, 2026, 2027)
    assert it.confirmed_until == date(2026, 12, 31)
    assert it.weekly == WEEK
    assert {row.source for row in days(it).values()} == {SEEDED}
    assert days(it)[date(2026, 10, 10)].kind == MAKEUP
    assert days(it)[date(2026, 10, 1)].shown("zh") == "国庆节"
    assert kinds_of_events()[-1:] == ["calendar.created"]


def test_a_calendar_without_a_country_starts_with_its_week_only(both_apps: Flask) -> None:
    with act():
        it = commands.create_calendar(name="Office", zone="UTC", weekly=WEEK, by=BY)
    assert queries.years_of(it) == ()


def test_a_name_is_given_once(both_apps: Flask) -> None:
    it = china()
    with pytest.raises(Refused) as refused:
        china()
    assert refused.value.field == "name"
    with act():
        other = commands.create_calendar(name="Office", zone="UTC", weekly=WEEK, by=BY)
    with pytest.raises(Refused), act():
        edit(other, name="China")
    with act():
        edit(it, name="China")


def test_a_week_without_hours_is_refused(both_apps: Flask) -> None:
    with pytest.raises(Refused), act():
        commands.create_calendar(name="Never", zone="UTC", weekly=((),) * 7, by=BY)
    it = china()
    with pytest.raises(Refused), act():
        edit(it, weekly=((),) * 7)


def edit(it: Calendar, **changed: object) -> None:
    values = {
        "name": it.name,
        "name_zh": it.name_zh,
        "country": it.country,
        "zone": it.zone,
        "weekly": it.weekly,
    }
    commands.edit_calendar(it, **(values | {"version": it.version, "by": BY} | changed))  # type: ignore[arg-type]


def test_edited_hours_count_at_once_also_for_make_up_days(both_apps: Flask) -> None:
    it = china()
    with act():
        assert queries.calendar_of(it.id).hours(date(2026, 10, 10)) == OFFICE
        edit(it, weekly=(((600, 900),),) * 6 + ((),), zone="Asia/Tokyo")
        after = queries.calendar_of(it.id)
    assert after.hours(date(2026, 11, 28)) == after.hours(date(2026, 10, 10)) == ((600, 900),)
    assert after.zone == "Asia/Tokyo"
    assert (it.version, last_event().kind) == (2, "calendar.edited")


def test_the_second_of_two_editors_is_told(both_apps: Flask) -> None:
    it = china()
    with act():
        commands.confirm_until(it, until=date(2026, 6, 30), by=BY)
    with pytest.raises(Stale), act():
        edit(it, version=1)


@pytest.mark.parametrize(
    ("kind", "hours", "kept", "counted"),
    [
        (HOLIDAY, (), None, ()),
        (HOLIDAY, OFFICE, None, ()),
        (MAKEUP, (), None, OFFICE),
        (MAKEUP, ((540, 720),), ((540, 720),), ((540, 720),)),
        (SPECIAL, ((540, 720),), ((540, 720),), ((540, 720),)),
    ],
)
def test_a_day_is_set(both_apps: Flask, kind: str, hours: tuple, kept: object, counted: object) -> None:
    it, day = china(), date(2026, 11, 28)
    with act():
        assert commands.set_day(it, day=day, kind=kind, name="Stocktaking", hours=hours, by=BY) == 1
    row = days(it)[day]
    assert (row.kind, row.hours, row.source, row.name) == (kind, kept, EDITED, "Stocktaking")
    assert queries.calendar_of(it.id).hours(day) == counted
    assert (it.version, last_event().kind, last_event().payload["day"]) == (
        2,
        "calendar.day_set",
        "2026-11-28",
    )


def test_a_span_of_days_is_one_act_and_overwrites_what_was_there(both_apps: Flask) -> None:
    it = china()
    with act():
        assert commands.set_day(it, day=date(2026, 9, 30), until=date(2026, 10, 9), kind=HOLIDAY, by=BY) == 10
    assert {day: row.source for day, row in days(it).items()}[date(2026, 10, 1)] == EDITED
    assert (last_event().kind, last_event().payload["until"]) == ("calendar.days_set", "2026-10-09")
    with act():
        due = add_working_minutes(datetime(2026, 9, 29, 9, tzinfo=UTC), 61, queries.calendar_of(it.id))
    assert due.at == datetime(2026, 10, 10, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": HOLIDAY, "until": date(2026, 11, 27)}, "until"),
        ({"kind": HOLIDAY, "until": date(2027, 11, 28)}, "until"),
        ({"kind": SPECIAL}, "hours"),
    ],
)
def test_days_that_make_no_sense_are_refused(both_apps: Flask, values: dict, field: str) -> None:
    it = china()
    with pytest.raises(Refused) as refused, act():
        commands.set_day(it, day=date(2026, 11, 28), by=BY, **values)
    assert refused.value.field == field
    assert (it.version, kinds_of_events()[-1]) == (1, "calendar.created")


def test_a_cleared_day_has_the_hours_of_the_week(both_apps: Flask) -> None:
    it = china()
    with act():
        commands.clear_day(it, day=date(2026, 10, 1), by=BY)
    assert date(2026, 10, 1) not in days(it)
    assert queries.calendar_of(it.id).hours(date(2026, 10, 1)) == OFFICE
    assert last_event().kind == "calendar.day_cleared"
    with pytest.raises(NotFound), act():
        commands.clear_day(it, day=date(2026, 10, 1), by=BY)
    assert it.version == 2


def test_confirming_moves_the_line_both_ways(both_apps: Flask) -> None:
    it = china()
    start = datetime(2026, 12, 31, 9, tzinfo=UTC)
    assert add_working_minutes(start, 480, queries.calendar_of(it.id)).provisional
    with act():
        commands.confirm_until(it, until=date(2027, 12, 31), by=BY)
    assert not add_working_minutes(start, 480, queries.calendar_of(it.id)).provisional
    with act():
        commands.confirm_until(it, until=date(2026, 12, 31), by=BY)
    assert add_working_minutes(start, 480, queries.calendar_of(it.id)).provisional
    assert last_event().kind == "calendar.confirmed"


def test_a_year_without_days_cannot_be_confirmed(both_apps: Flask) -> None:
    it = china()
    with pytest.raises(Refused) as refused, act():
        commands.confirm_until(it, until=date(2028, 12, 31), by=BY)
    assert (refused.value.field, refused.value.values) == ("until", {"year": 2028})
    with act():
        commands.set_day(it, day=date(2029, 1, 1), kind=HOLIDAY, by=BY)
    with pytest.raises(Refused) as refused, act():
        commands.confirm_until(it, until=date(2029, 12, 31), by=BY)
    assert refused.value.values == {"year": 2028}, "a day in 2029 says nothing of the year before"


def test_loading_again_changes_nothing(both_apps: Flask) -> None:
    it = china()
    before = {day: row.name for day, row in days(it).items()}
    with act():
        done = commands.seed_year(it, year=2026, by=BY)
    assert (done.added, done.changed, done.removed, done.kept) == ((), (), (), ())
    assert {day: row.name for day, row in days(it).items()} == before
    assert last_event().payload == {"year": "2026", "added": 0, "changed": 0, "removed": 0}


def test_loading_mends_loaded_days_and_keeps_edited_ones(both_apps: Flask) -> None:
    it = china()
    with act():
        commands.set_day(it, day=date(2026, 10, 1), kind=SPECIAL, hours=((540, 720),), by=BY)
        commands.clear_day(it, day=date(2026, 5, 1), by=BY)
        loaded = {"name": "", "name_zh": "", "source": SEEDED}
        db.session.add(CalendarDay(calendar_id=it.id, day=date(2026, 11, 30), kind=HOLIDAY, **loaded))
        db.session.get_one(CalendarDay, (it.id, date(2026, 6, 19))).name = "A guess"
    with act():
        done = commands.seed_year(it, year=2026, by=BY)
    assert [one.day for one in done.added] == [date(2026, 5, 1)]
    assert [one.day for one in done.changed] == [date(2026, 6, 19)]
    assert [row.day for row in done.removed] == [date(2026, 11, 30)]
    assert [row.day for row in done.kept] == [date(2026, 10, 1)]
    after = days(it)
    assert after[date(2026, 6, 19)].name == "Dragon Boat Festival"
    assert after[date(2026, 10, 1)].kind == SPECIAL
    assert date(2026, 11, 30) not in after


def test_loading_needs_a_holiday_table(both_apps: Flask) -> None:
    with act():
        it = commands.create_calendar(name="Office", zone="UTC", weekly=WEEK, by=BY)
    with pytest.raises(Refused), act():
        commands.seed_year(it, year=2026, by=BY)
    assert it.version == 1


def test_a_failed_act_leaves_no_trace_in_what_is_counted_with(both_apps: Flask) -> None:
    it = china()
    with pytest.raises(Refused), act():
        fail_after_a_change(it)
    assert queries.calendar_of(it.id).hours(date(2026, 11, 24)) == OFFICE
    assert queries.one(it.id).version == 1


def fail_after_a_change(it: Calendar) -> None:
    commands.set_day(it, day=date(2026, 11, 24), until=date(2026, 12, 31), kind=HOLIDAY, by=BY)
    assert queries.calendar_of(it.id).hours(date(2026, 11, 24)) == ()
    raise Refused("no")


def test_changes_of_two_people_follow_one_another(both_apps: Flask) -> None:
    it = china()
    number, gate = it.id, Barrier(8)
    db.session.remove()

    def run(day: int) -> None:
        with both_apps.app_context():
            gate.wait()
            with act():
                commands.set_day(queries.one(number), day=date(2026, 12, day), kind=HOLIDAY, by=BY)
            db.session.remove()

    together([lambda day=day: run(day) for day in range(1, 9)])
    after = queries.one(number)
    assert after.version == 9
    assert len([day for day in days(after) if day.month == 12]) == 8


def together(acts: list[Callable[[], None]]) -> None:
    threads = [Thread(target=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_single_days_can_close_a_calendar_for_a_while_but_not_for_ever(both_apps: Flask) -> None:
    it = china()
    with act():
        commands.set_day(it, day=date(2026, 11, 24), until=date(2027, 1, 23), kind=HOLIDAY, by=BY)
    try:
        due = add_working_minutes(datetime(2026, 11, 24, tzinfo=UTC), 1, queries.calendar_of(it.id))
    except NeverOpen:
        pytest.fail("the week is worked again after the holidays")
    assert due.at == datetime(2027, 1, 25, 1, 1, tzinfo=UTC)
