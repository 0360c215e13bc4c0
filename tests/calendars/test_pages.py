"""The pages: who sees and who changes, what is kept of a refused form, both languages, the number of queries."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal.access.viewer import SYSTEM
from portal.calendars import commands, queries
from portal.calendars.models import Calendar, CalendarDay
from portal.calendars.rules import HOLIDAY
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from tests.client import PortalClient

OFFICE = ((540, 720), (780, 1080))
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9-12, 13-18")
CHINA = {"name": "China", "name_zh": "中国大陆", "country": "CN", "zone": "Asia/Shanghai"} | WEEK
ClientFor = Callable[[str | None], PortalClient]


@pytest.fixture
def china(app: Flask) -> int:
    with unit_of_work():
        it = commands.create_calendar(
            name="Greater China", name_zh="大中华", country="CN", zone="Asia/Shanghai",
            weekly=(OFFICE,) * 5 + ((),) * 2, confirmed_until=date(2026, 12, 31), by=SYSTEM,
        )  # fmt: skip
    return it.id


def read(client: PortalClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_everybody_sees_calendars_and_only_an_administrator_is_offered_changes(
    china: int, client_for: ClientFor
) -> None:
    for who, offered in (("employee", False), ("admin", True)):
        client = client_for(who)
        assert "Greater China" in read(client, "/calendars")
        assert ("/calendars/new" in read(client, "/calendars")) is offered
        shown = read(client, f"/calendars/{china}?year=2026")
        assert "Dragon Boat Festival" in shown
        assert (f"/calendars/{china}/hours" in shown) is offered
        assert ("Set days" in shown) is offered
        assert ('name="day"' in shown) is offered


@pytest.mark.parametrize("act", ["", "/days", "/days/removal", "/hours", "/confirmation", "/holidays"])
def test_others_change_nothing(china: int, client_for: ClientFor, act: str) -> None:
    before = state()
    path = f"/calendars/{china}{act}" if act else "/calendars"
    answer = client_for("manager").submit(
        path, CHINA | {"day": "2026-11-28", "kind": HOLIDAY, "year": "2026"}
    )
    assert answer.status_code == 403
    assert state() == before


def state() -> tuple[object, ...]:
    """All that acts on calendars could have changed."""
    db.session.rollback()
    told = select(func.count()).select_from(Event).where(Event.subject_kind == "calendar")
    days = select(func.count()).select_from(CalendarDay)
    calendars = db.session.execute(select(Calendar.id, Calendar.version, Calendar.name)).all()
    return calendars, db.session.execute(days).scalar_one(), db.session.execute(told).scalar_one()


def test_a_calendar_that_is_not_there(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    assert admin.get("/calendars/999").status_code == 404
    assert admin.submit("/calendars/999/days", {"day": "2026-11-28", "kind": HOLIDAY}).status_code == 404
    assert admin.submit(f"/calendars/{china}/days/removal", {"day": "2026-11-28"}).status_code == 404


def test_an_administrator_creates_a_calendar(app: Flask, client_for: ClientFor) -> None:
    admin = client_for("admin")
    assert "09:00–12:00, 13:00–18:00" in read(admin, "/calendars/new")
    answer = admin.submit("/calendars", CHINA | {"saturday": "", "sunday": ""})
    assert answer.status_code == 303
    it = db.session.execute(select(Calendar).where(Calendar.name == "China")).scalar_one()
    assert answer.location.endswith(f"/calendars/{it.id}")
    assert it.weekly == (OFFICE,) * 5 + ((),) * 2
    assert len(queries.years_of(it)) == 3
    assert "China is created." in read(admin, answer.location)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "This is needed."),
        ({"name": "Greater China"}, "There is a calendar of this name already."),
        ({"zone": "Asia/Nowhere"}, "Write a time zone such as"),
        ({"monday": "nine to five"}, "Write the hours as"),
        ({"friday": "22-6"}, "Write a night shift as two parts"),
        (dict.fromkeys(WEEK, ""), "At least one day of the week needs hours"),
    ],
)
def test_a_refused_calendar_keeps_what_was_typed(
    china: int, client_for: ClientFor, wrong: dict[str, str], told: str
) -> None:
    before = state()
    answer = client_for("admin").submit("/calendars", CHINA | {"tuesday": "7-11"} | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page
    assert 'value="中国大陆"' in page
    assert all(f'value="{typed}"' in page for typed in wrong.values() if typed.strip())
    assert state() == before


def test_days_are_set_and_given_back(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    values = {"day": "2026-11-26", "until": "2026-11-28", "kind": "special", "hours": "9至12", "name": "Move"}
    answer = admin.submit(f"/calendars/{china}/days", values)
    assert (answer.status_code, answer.location) == (303, f"/calendars/{china}?year=2026")
    shown = read(admin, answer.location)
    assert "3 days from Thu 26 Nov" in shown
    assert shown.count('<span class="tag">Other hours</span> 09:00–12:00') == 3
    answer = admin.submit(f"/calendars/{china}/days/removal", {"day": "2026-11-28"})
    assert answer.status_code == 303
    it = queries.one(china)
    assert date(2026, 11, 28) not in [row.day for row in queries.days_of(it, 2026)]
    assert queries.calendar_of(china).hours(date(2026, 11, 27)) == ((540, 720),)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"day": ""}, "Say which day."),
        ({"day": "next week"}, "Write the date as year-month-day"),
        ({"until": "2025-11-01"}, "The last day lies before the first."),
        ({"kind": "special"}, "Write the hours, or choose a day off."),
        ({"kind": "party"}, "Not a valid choice"),
    ],
)
def test_a_refused_day_stays_on_the_page_of_its_year(
    china: int, client_for: ClientFor, wrong: dict[str, str], told: str
) -> None:
    typed = {"day": "2025-11-28", "kind": HOLIDAY, "name": "Stocktaking"} | wrong
    answer = client_for("admin").submit(f"/calendars/{china}/days?year=2025", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page
    assert 'value="Stocktaking"' in page
    assert '<h2 id="year-head">2025</h2>' in page


def test_the_second_editor_sees_both_states_and_may_save_again(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    with unit_of_work():
        commands.set_day(queries.one(china), day=date(2026, 11, 28), kind=HOLIDAY, by=SYSTEM)
    stale = CHINA | {"name": "Mine", "version": "1"}
    answer = admin.submit(f"/calendars/{china}/hours", stale)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The portal was quicker, today " in page
    assert "It is now: Greater China" in page
    assert 'value="Mine"' in page
    assert 'name="version" type="hidden" value="2"' in page
    assert admin.submit(f"/calendars/{china}/hours", stale | {"version": "2"}).status_code == 303
    db.session.rollback()
    assert queries.one(china).name == "Mine"


def test_a_year_is_loaded_after_a_look_and_then_confirmed(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    preview = read(admin, f"/calendars/{china}/holidays?year=2028")
    assert "is added" in preview
    assert queries.days_of(queries.one(china), 2028) == []
    refused = admin.submit(f"/calendars/{china}/confirmation", {"until": "2028-12-31"})
    assert refused.status_code == 422
    assert "Nothing is entered for 2028 yet." in refused.get_data(as_text=True)
    answer = admin.submit(f"/calendars/{china}/holidays?year=2028", {"year": "2028"})
    assert answer.location == f"/calendars/{china}?year=2028"
    assert "The calendar agrees with the holiday table." in read(
        admin, f"/calendars/{china}/holidays?year=2028"
    )
    assert admin.submit(f"/calendars/{china}/confirmation", {"until": "2028-12-31"}).status_code == 303
    db.session.rollback()
    assert queries.one(china).confirmed_until == date(2028, 12, 31)


def test_a_guessed_schedule_is_called_a_guess(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    assert "No make-up days are known for 2027." in read(admin, f"/calendars/{china}/holidays?year=2027")
    assert "No make-up days are known" not in read(admin, f"/calendars/{china}/holidays?year=2026")
    assert read(admin, f"/calendars/{china}?year=2027").count("not confirmed") == 12
    assert "not confirmed" not in read(admin, f"/calendars/{china}?year=2026")


def test_a_page_tells_whether_people_are_at_work(china: int, client_for: ClientFor) -> None:
    rep = client_for("rep")
    with clock.at(clock.now().replace(year=2026, month=11, day=23, hour=6)):
        assert "People are at work there now." in read(rep, f"/calendars/{china}")
    with clock.at(clock.now().replace(year=2026, month=11, day=23, hour=12, minute=0)):
        assert "work begins tomorrow 09:00" in read(rep, f"/calendars/{china}")


def test_chinese_readers_read_chinese(china: int, client_for: ClientFor) -> None:
    admin = client_for("admin")
    for path in ("", "/hours", "/confirmation", "/holidays?year=2026"):
        page = read(admin, f"/calendars/{china}{path}{'&' if '?' in path else '?'}lang=zh")
        assert "大中华" in page
    page = read(admin, f"/calendars/{china}?year=2026&lang=zh")
    assert all(word in page for word in ("国庆节", "调休上班", "十月", "周一至周五", "10月10日"))


@pytest.mark.parametrize("year", ["1", "x", "99999", ""])
def test_a_year_that_makes_no_sense_is_the_present_one(china: int, client_for: ClientFor, year: str) -> None:
    shown = read(client_for("rep"), f"/calendars/{china}?year={year}")
    assert f'<h2 id="year-head">{clock.today("Asia/Shanghai").year}</h2>' in shown


def test_a_page_asks_the_database_no_more_often_for_more_days(china: int, client_for: ClientFor) -> None:
    rep = client_for("rep")
    few = queries_of(rep, f"/calendars/{china}?year=2026")
    with unit_of_work():
        commands.set_day(
            queries.one(china), day=date(2026, 7, 1), until=date(2026, 8, 31), kind=HOLIDAY, by=SYSTEM
        )
    assert queries_of(rep, f"/calendars/{china}?year=2026") == few


def queries_of(client: PortalClient, path: str) -> int:
    told: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        read(client, path)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(told)
