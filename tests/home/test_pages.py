"""Today, search, palette, administration and the state of the installation."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.access.viewer import SYSTEM
from portal.core import clock, jobs
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.home.queries import health
from portal.identity.commands.audit import ask_check
from tests import making
from tests.cast import CAST, person
from tests.client import PortalClient

CLIENTS = Callable[..., PortalClient]
ALL = [username for username, *_rest in CAST]


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


def text(client: PortalClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("username", ALL)
def test_everybody_has_a_today(begun: Flask, client_for: CLIENTS, username: str) -> None:
    for lang in ("en", "zh"):
        assert '<main class="sheet"' in text(client_for(username, lang=lang), "/")


def test_today_shows_what_waits_and_who_has_what_one_waits_for(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request(of=making.account(name="Jinhe Chemical"))
    with clock.at(making.MONDAY + timedelta(minutes=34)):
        rep, manager = text(client_for("rep"), "/"), text(client_for("manager"), "/")
    assert "Li Na has had it for 34" in rep
    assert "Nothing waits for you" in rep
    assert "1 thing waits for you" in manager
    assert it.number in manager


def test_what_came_outside_of_working_time_says_when_that_begins(begun: Flask, client_for: CLIENTS) -> None:
    with clock.at(making.MONDAY - timedelta(days=2)):
        with unit_of_work():
            it = making.request()
        rep = client_for("rep")
        today, page = text(rep, "/"), text(rep, f"/price-requests/{it.id}")
    assert "Li Na has it; the working time begins Mon 2 Nov 09:00" in today
    assert "It has been with Li Na since today 09:00; the working time begins Mon 2 Nov 09:00" in page
    assert "has had" not in today + page


def test_a_quiet_day_leads_on_to_what_one_came_for(app: Flask, client_for: CLIENTS) -> None:
    assert 'href="/adoption">Does the rollout work?' in client_for("executive").get("/").text
    assert 'href="/training/courses">Courses' in client_for("trainer").get("/").text


def test_what_was_sent_back_is_ones_turn_again(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.decide(making.request(), "manager", "return")
    page = text(client_for("rep"), "/")
    assert "1 thing waits for you" in page
    assert "sent back to you" in page


def test_a_course_waits_as_well_and_stands_below_what_was_sent_back(
    begun: Flask, client_for: CLIENTS
) -> None:
    with unit_of_work():
        making.decide(making.request(), "manager", "return")
        making.assignment("rep", due=clock.today("Asia/Shanghai") + timedelta(days=20))
    page = text(client_for("rep"), "/")
    assert "2 things wait for you" in page
    assert 0 < page.index("sent back to you") < page.index('id="courses"')


def test_the_search_finds_what_one_may_see(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.account(name="Suzhou Jinhe Chemical", name_zh="苏州金禾化工")
    for typed in ("金禾", "szjh", "jinhe", "Suzhou Jinhe"):
        assert "Jinhe Chemical" in text(client_for("rep"), f"/search?q={typed}"), typed
    assert "Nothing found for “金禾”" in text(client_for("stranger"), "/search?q=金禾")


@pytest.mark.parametrize(
    "typed",
    ["", " ", "%00", "%ff", "a" * 500, '"', "*", "NEAR(", "'; --", "%E2%80%AE", "x AND y OR", "^", "(" * 90],
)
def test_nothing_that_is_searched_for_is_an_error(begun: Flask, client_for: CLIENTS, typed: str) -> None:
    for path in ("/search", "/palette"):
        text(client_for("rep"), f"{path}?q={typed}")


def test_the_palette_leads_to_pages_and_things(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request(of=making.account(name="Jinhe Chemical"))
    page = text(client_for("rep"), f"/palette?q={it.number}")
    assert f'data-url="/price-requests/{it.id}"' in page
    assert "<html" not in page
    assert 'data-url="/approvals"' in text(client_for("manager"), "/palette?q=appr")
    assert 'data-url="/approvals"' not in text(client_for("rep"), "/palette?q=appr")


@pytest.mark.parametrize(
    ("username", "typed", "path"),
    [
        ("rep", "ask for", "/price-requests/new"),
        ("rep", "note a t", "/customers"),
        ("rep", "nc", "/customers/new"),
        ("pm", "plan a p", "/pilots/new"),
        ("employee", "task", "/tasks#give"),
    ],
)
def test_the_palette_begins_acts(
    begun: Flask, client_for: CLIENTS, username: str, typed: str, path: str
) -> None:
    assert f'data-url="{path}"' in text(client_for(username), f"/palette?q={typed}")
    assert 'data-url="/price-requests/new"' not in text(client_for("employee"), "/palette?q=ask for")


def test_people_are_found_by_name_and_pinyin(begun: Flask, client_for: CLIENTS) -> None:
    number = person("rep").id
    for typed in ("wl", "Wang", "王磊"):
        for path in ("/search", "/palette"):
            assert f"/people/{number}" in text(client_for("manager"), f"{path}?q={typed}"), typed


def test_programmes_pilots_and_courses_are_found_by_whoever_may_see_them(
    begun: Flask, client_for: CLIENTS
) -> None:
    with unit_of_work():
        pilot = making.plan(name="Talks on record", name_zh="拜访有记录")
        course = making.course("Reading the credit light")
        own = making.assignment("rep", of=course)
    programme = f"/programmes/{pilot.programme_id}"
    for typed, path in (("on rec", f"/pilots/{pilot.id}"), ("bfyjl", f"/pilots/{pilot.id}"), (pilot.programme.name, programme)):
        assert f'"{path}"' in text(client_for("pm"), f"/palette?q={typed}"), typed
        assert f'"{path}"' not in text(client_for("employee"), f"/palette?q={typed}"), typed
    assert f'"/training/courses/{course.id}"' in text(client_for("trainer"), "/palette?q=credit")
    assert f'"/training/assignments/{own.id}"' in text(client_for("rep"), "/palette?q=credit")
    assert "credit light" not in text(client_for("employee"), "/palette?q=credit")


@pytest.mark.parametrize("path", ["/", "/search", "/palette", "/admin", "/admin/health"])
def test_nobody_signs_in_first(begun: Flask, client_for: CLIENTS, path: str) -> None:
    assert client_for(None).get(path).status_code == 303


@pytest.mark.parametrize("path", ["/admin", "/admin/health"])
@pytest.mark.parametrize("username", [username for username in ALL if username != "admin"])
def test_administration_is_for_administrators(
    begun: Flask, client_for: CLIENTS, path: str, username: str
) -> None:
    assert client_for(username).get(path).status_code == 403


def test_an_administrator_sees_each_finding(begun: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    assert "Approval policies" in text(admin, "/admin")
    page = text(admin, "/admin/health")
    for check in ("Python", "durability", "event chain", "last tick", "outbox"):
        assert check in page
    assert "never; start" in page
    jobs.tick()
    assert "never; start" not in text(admin, "/admin/health")
    assert "安装" in text(client_for("admin", lang="zh"), "/admin/health") or "系统" in text(
        client_for("admin", lang="zh"), "/admin/health"
    )


def test_a_changed_event_is_told_on_the_health_page(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work() as session:
        session.get_one(Event, 1).actor_id = 9_999
        number = ask_check(by=SYSTEM).id
    jobs.run(number)
    assert "broken at event 1, checked" in text(client_for("admin"), "/admin/health")


def test_the_health_page_reads_no_chain_and_tells_a_check_that_is_long_ago(
    begun: Flask, client_for: CLIENTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work():
        number = ask_check(by=SYSTEM).id
    jobs.run(number)
    monkeypatch.setattr(health.events, "first_broken", None)
    found = {check.name: check for check in health.checks(begun.extensions["settings"])}
    assert found["event chain"].ok, found["event chain"].says
    with clock.at(clock.now() + timedelta(days=3)):
        later = {check.name: check for check in health.checks(begun.extensions["settings"])}
    assert not later["event chain"].ok


def test_a_check_that_fails_to_run_is_a_finding(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError("no such disk")

    monkeypatch.setattr(health.shutil, "disk_usage", fail)
    found = {check.name: check for check in health.checks(app.extensions["settings"])}
    assert (found["disk space"].ok, found["disk space"].says) == (False, "OSError: no such disk")
    assert found["Python"].ok


def test_the_process_says_that_it_lives_and_what_it_waits_for(app: Flask, client_for: CLIENTS) -> None:
    client = client_for(None)
    assert text(client, "/healthz") == "ok\n"
    answer = client.get("/readyz")  # tables were made without migrations, and no clock has ticked
    assert answer.status_code == 503
    assert answer.get_data(as_text=True).startswith("not ready: ")
    assert not db.session.new
