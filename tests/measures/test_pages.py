"""The pages of the measures: what they show, to whom, and what a look leaves behind."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.identity.models import Membership, Team
from portal.measures.models import Leave, Licence
from portal.measures.queries import figures
from portal.measures.rules import registry
from tests.cast import person
from tests.counting import statements
from tests.measures import world

TODAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SUNDAY = date(2026, 11, 1)
Browser = Callable[..., Any]


@pytest.fixture
def house(app: Flask) -> dict[str, Team]:
    """East: a team of 24, one of six, one of three; South: one of eight. Two of three worked on each of the last days."""
    with unit_of_work():
        east, south = world.region("Far East"), world.region("Far South")
        teams = {
            "big": world.place("Big team", 24, east),
            "six": world.place("Six team", 6, east),
            "three": world.place("Three team", 3, east),
            "south": world.place("South team", 8, south),
        }
        acts = [
            world.used(who, SUNDAY - timedelta(days=back))
            for team in teams.values()
            for who in world.members(team)[::2]
            for back in range(9)
        ]
        world.happened(*acts)
    world.count_all(date(2026, 9, 20), TODAY)
    return teams


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def open_page(browser: Any, path: str) -> str:
    with clock.at(TODAY):
        return text(browser.get(path))


def test_every_measure_is_listed_with_its_definition_and_figure(
    house: dict[str, Team], client_for: Browser
) -> None:
    page = open_page(client_for("director"), "/measures")
    for it in registry.measures().values():
        assert f"/measures/{it.key}" in page.replace("%3A", ":"), it.key
    assert "Whole company" in page
    assert "51.2" in page, "21 of 41 eligible people are active"
    assert "by a test account" in page


def test_before_the_first_snapshot_the_definitions_stand_alone(app: Flask, client_for: Browser) -> None:
    page = open_page(client_for("rep"), "/measures")
    assert "No figures yet" in page
    assert "/measures/active" in page
    assert "No figures yet" in open_page(client_for("rep"), "/measures/active")


def test_a_figure_opens_to_definition_numbers_history_and_groups(
    house: dict[str, Team], client_for: Browser
) -> None:
    page = open_page(client_for("executive"), "/measures/active")
    assert "version 1" in page
    assert "Kaplan" not in page
    assert ">21<" in page.replace("<small>", ">").replace("</small>", "<")
    for name in ("Far East", "Far South", "Big team", "Six team", "Three team", "South team"):
        assert name in page
    assert "hidden: fewer than five people" in page
    assert "hidden: a small group beside it" in page


def test_a_group_under_twenty_is_told_in_steps_and_without_a_numerator(
    house: dict[str, Team], client_for: Browser
) -> None:
    group = f"team-{house['south'].id}"
    page = open_page(client_for("executive"), f"/measures/active?group={group}")
    assert "about 50" in page
    it = figures.one(db.session(), registry.ACTIVE, figures.hiding.team(house["south"].id))
    assert (it.numerator, it.value, it.about) == (None, 5000, True)
    exact = figures.one(db.session(), registry.ACTIVE, figures.hiding.team(house["big"].id))
    assert (exact.numerator, exact.denominator, exact.value, exact.about) == (12, 24, 5000, False)


def test_people_see_the_company_and_their_own_team_only(house: dict[str, Team], client_for: Browser) -> None:
    browser = client_for("rep")
    assert "South team" not in open_page(browser, "/measures/active")
    with clock.at(TODAY):
        for group in (
            f"team-{house['south'].id}",
            f"team-{house['three'].id}",
            "team-999999",
            "team-x",
            "nobody",
        ):
            assert browser.get(f"/measures/active?group={group}").status_code == 404
        with unit_of_work():
            moved = db.session.query(Membership).filter_by(person_id=person("rep").id).one()
            moved.team_id = house["south"].id
        assert browser.get(f"/measures/active?group=team-{house['south'].id}").status_code == 200


def test_a_manager_sees_the_regions_that_he_answers_for(house: dict[str, Team], client_for: Browser) -> None:
    with unit_of_work():
        db.session.get_one(Team, house["big"].id).manager_id = person("manager").id
    page = open_page(client_for("manager"), "/measures/active")
    assert "Far East" in page
    assert "Six team" in page
    assert "Far South" not in page


def test_unknown_measures_and_days_are_not_there(house: dict[str, Team], client_for: Browser) -> None:
    browser = client_for("executive")
    with clock.at(TODAY):
        for path in (
            "/measures/nothing",
            "/measures/active?as_of=2027-01-03",
            "/measures/active?as_of=yesterday",
        ):
            assert browser.get(path).status_code == 404
        assert browser.get("/measures/active?as_of=2026-10-25").status_code == 200


def test_the_export_holds_what_the_page_shows(house: dict[str, Team], client_for: Browser) -> None:
    browser = client_for("executive")
    with clock.at(TODAY):
        answer = browser.submit(
            "/measures/active/export", {"format": "xlsx", "state": "group=company&as_of=2026-11-01"}
        )
    assert answer.status_code == 200
    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    told = [row for row in rows if row[0] == "Three team"]
    assert told
    assert all(row[2] is None and row[4] is None and row[5] is None and row[6] is None for row in told)
    south = [row for row in rows if row[0] == "South team"][-1]
    assert south[2] == pytest.approx(0.5)
    assert south[4] is None, "no numerator of a group under twenty"
    event = db.session.execute(select(Event).order_by(Event.id.desc())).scalars().first()
    assert event is not None
    assert event.kind == "list.exported"


def test_an_export_of_a_foreign_group_is_not_there(house: dict[str, Team], client_for: Browser) -> None:
    with clock.at(TODAY):
        state = f"group=team-{house['south'].id}"
        assert (
            client_for("rep").submit("/measures/active/export", {"format": "csv", "state": state}).status_code
            == 404
        )


@pytest.mark.parametrize("path", ["/measures", "/measures/active", "/measures/habit"])
def test_a_page_costs_the_same_for_many_teams(house: dict[str, Team], client_for: Browser, path: str) -> None:
    browser = client_for("executive")
    with clock.at(TODAY):
        text(browser.get(path))
        few = statements(lambda: browser.get(path))
        with unit_of_work():
            for number in range(12):
                world.place(f"More {number}", 6)
        world.count_all(date(2026, 10, 30), TODAY)
        text(browser.get(path))
        assert statements(lambda: browser.get(path)) == few
    assert few <= 22


def test_my_own_figures_tell_weeks_and_work(app: Flask, client_for: Browser) -> None:
    with unit_of_work():
        db.session.add(Licence(person_id=person("rep").id, since=date(2026, 9, 1)))
        world.happened(*(world.used(person("rep").id, date(2026, 10, day)) for day in (19, 20, 21, 26, 31)))
        world.happened(world.used(person("rep").id, date(2026, 10, 22), kind="session.started"))
    world.count_all(date(2026, 9, 1), TODAY)
    page = open_page(client_for("rep"), "/measures/mine")
    assert "My figures" in page
    assert "Tasks done" in page
    assert page.count("yes") == 1, (
        "the week from 19 October has three working days, the one from 26 October one"
    )
    assert re.search(r"Counted acts</dt>\s*<dd>5\b", page), "signing in is no act that counts"
    assert "Nobody has looked" in page
    assert "我的使用数据" in open_page(client_for("rep", lang="zh"), "/measures/mine")


def test_a_manager_looks_only_after_saying_so_and_the_person_sees_it(app: Flask, client_for: Browser) -> None:
    path = f"/people/{person('rep').id}/figures"
    manager = client_for("manager")
    with clock.at(TODAY):
        asked = text(manager.get(path))
        assert "A look is noted" in asked
        assert "Week by week" not in asked
        answer = manager.submit(f"{path}/looks")
        assert answer.status_code == 303
        assert "Week by week" in text(manager.get(path))
        mine = text(client_for("rep").get("/measures/mine"))
        assert "Li Na" in mine
    with clock.at(TODAY + timedelta(minutes=31)):
        assert "Week by week" not in text(manager.get(path)), "a look ends"


@pytest.mark.parametrize("who", ["director", "other_manager", "colleague", "executive", "admin"])
def test_nobody_but_the_nearest_manager_looks_at_a_person(app: Flask, client_for: Browser, who: str) -> None:
    path = f"/people/{person('rep').id}/figures"
    browser = client_for(who)
    with clock.at(TODAY):
        assert browser.get(path).status_code == 404
        assert browser.submit(f"{path}/looks").status_code == 404
    assert not db.session.execute(select(Event).where(Event.kind == "figures.looked_at")).all()


def test_looking_at_oneself_is_no_look(app: Flask, client_for: Browser) -> None:
    path = f"/people/{person('rep').id}/figures"
    with clock.at(TODAY):
        browser = client_for("rep")
        assert "Week by week" in text(browser.get(path))
        browser.submit(f"{path}/looks")
    assert not db.session.execute(select(Event).where(Event.kind == "figures.looked_at")).all()


def test_everybody_without_a_licence_gets_one_at_once(app: Flask, client_for: Browser) -> None:
    browser = client_for("admin")
    with clock.at(TODAY):
        assert "13 people never had a licence" in text(browser.get("/admin/licences"))
        browser.submit("/admin/licences", {"since": "2026-11-02"})
        page = text(browser.get("/admin/licences"))
    assert "never had" not in page
    assert page.count("holds a licence") >= 13
    assert db.session.query(Licence).count() == 13


def test_a_licence_is_given_and_ended_and_a_leave_noted(app: Flask, client_for: Browser) -> None:
    browser, number = client_for("admin"), person("rep").id
    path = f"/admin/licences/people/{number}"
    with clock.at(TODAY):
        browser.submit(path, {"since": "2026-11-02"})
        held = db.session.query(Licence).one()
        again = browser.submit(path, {"since": "2026-11-09"})
        assert again.status_code == 422
        assert "holds a licence in this time already" in again.get_data(as_text=True)
        browser.submit(f"/admin/licences/{held.id}/end", {"until": "2026-12-01"})
        browser.submit(f"{path}/leaves", {"since": "2026-11-16", "until": "2026-11-20"})
        leave = db.session.query(Leave).one()
        refused = browser.submit(f"{path}/leaves", {"since": "2026-11-18"})
        assert refused.status_code == 422
        wrong = browser.submit(f"/admin/licences/{held.id}/end", {"until": "soon"})
        assert wrong.status_code == 422
        browser.submit(f"/admin/leaves/{leave.id}/end", {"until": "2026-11-18"})
        page = text(browser.get(path))
    db.session.expire_all()
    assert db.session.query(Licence).one().until == date(2026, 12, 1)
    assert db.session.query(Leave).one().until == date(2026, 11, 18)
    assert "1 Dec" in page


@pytest.mark.parametrize("who", ["rep", "manager", "executive", "pm"])
def test_licences_are_the_administrator_s(app: Flask, client_for: Browser, who: str) -> None:
    browser = client_for(who)
    assert browser.get("/admin/licences").status_code == 403
    assert browser.submit("/admin/licences", {"since": "2026-11-02"}).status_code == 403
    assert db.session.query(Licence).count() == 0
