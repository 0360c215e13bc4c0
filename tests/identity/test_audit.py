"""The audit view: its place in the navigation, names of things, filters, pages, the file, the state of the chain."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.access.permissions import ROLES
from portal.access.viewer import SYSTEM
from portal.core import clock, jobs
from portal.core.db import db, unit_of_work
from portal.core.events import Event, Line
from portal.core.flow import KINDS, THINGS
from portal.core.jobs import Job
from portal.identity.commands import people
from portal.identity.jobs import check_chain_daily
from portal.identity.queries import audit
from portal.identity.queries.viewers import viewer_of
from portal.web.pages import declared
from tests import making
from tests.cast import SINCE, person


@pytest.fixture
def admin(client_for):
    return client_for("admin")


def text(answer):
    return answer.get_data(as_text=True)


def happen(number, by="admin"):
    """So many events, a minute apart."""
    start = clock.now() - timedelta(days=3)
    for n in range(number):
        with clock.at(start + timedelta(minutes=n)), unit_of_work():
            people.create_person(username=f"{by}.n{n}", name=f"Name {n}", by=viewer_of(person(by)))


def check():
    jobs.run(db.session.execute(select(Job.id).order_by(Job.id.desc()).limit(1)).scalar_one())


def test_only_administrators_read_it(client_for, admin):
    assert admin.get("/audit").status_code == 200
    for username in ("director", "executive", "rep"):
        other = client_for(username)
        assert other.get("/audit").status_code == 403
        assert other.submit("/audit/check").status_code == 403
        assert other.submit("/audit/export", {"format": "csv", "state": ""}).status_code == 403


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "Zhou Hui made Ma Chao Trainer"), ("zh", "周慧授予马超“培训师”角色")]
)
def test_each_event_is_a_sentence_in_the_language_of_the_reader(client_for, lang, says):
    with unit_of_work():
        people.grant_role(person("employee"), "trainer", since=SINCE, by=viewer_of(person("admin")))
    assert says in text(client_for("admin", lang).get("/audit"))


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("kind=person.created", "added Name 0", "signed in"),
        ("kind=session.started", "signed in", "added Name"),
        ("who_text=Li+Na", "Li Na added", "Zhou Hui added"),
        ("about=person+14", "added Name 0", "added Name 1"),
        ("about=person:14", "added Name 0", "added Name 1"),
    ],
)
def test_filters_narrow_it(admin, query, shown, hidden):
    happen(2)
    happen(2, by="manager")
    page = text(admin.get(f"/audit?{query}")).split("<tbody>")[1]
    assert shown in page
    assert hidden not in page


def test_days_are_those_of_the_reader(admin):
    with clock.at(clock.now() - timedelta(days=2)), unit_of_work():
        people.create_person(username="old", name="Old One", by=viewer_of(person("admin")))
    day = (clock.now() - timedelta(days=2)).astimezone().date()
    first, last = (
        clock.local_day(clock.now() - timedelta(days=2), "Asia/Shanghai"),
        clock.today("Asia/Shanghai"),
    )
    assert abs(day - first) <= timedelta(days=1)
    assert "Old One" in text(admin.get(f"/audit?since={first}&until={first}"))
    assert "Old One" not in text(admin.get(f"/audit?since={last}"))
    assert "Old One" not in text(admin.get(f"/audit?until={first - timedelta(days=1)}"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("who_text=Nobody", "Nobody is called that."),
        ("since=tomorrow", "Write the date"),
        ("about=nonsense", "Write the object"),
    ],
)
def test_a_filter_that_is_not_understood_shows_nothing_and_says_so(admin, query, says):
    page = text(admin.get(f"/audit?{query}"))
    assert says in page
    assert "<tbody>" not in page


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=~",
        "after=2026-01-01~1",
        "before=2026-01-01T00:00:00~5",
        "kind=%00",
        "before=0001-01-01T00:00:00%2B14:00~1",
        "after=9999-12-31T23:59:59-14:00~1",
        "since=0001-01-01",
        "until=9999-12-31",
        "about=a+9999999999999999999",
        "about=person+999999999999999999",
        "who_text=Wang+Lei&who=%C2%B2",
        "who_text=Wang+Lei&who=999999999999",
        f"who_text=Wang+Lei&who={'9' * 5_000}",
    ],
)
def test_nonsense_in_the_address_raises_nothing(both_apps, query):
    admin = both_apps.test_client()
    admin.sign_in("admin")
    assert admin.get(f"/audit?{query}").status_code == 200


def numbers(page):
    return [int(part.split("<")[0]) for part in page.split('<td class="n">')[1:]]


def neighbour(page, rel):
    found = [part for part in page.split("<a ") if f'rel="{rel}"' in part]
    return found[0].split('href="')[1].split('"')[0].replace("&amp;", "&") if found else ""


def test_pages_go_through_all_and_back_without_a_gap(admin):
    happen(120)
    seen, page, address = [], text(admin.get("/audit")), "/audit"
    while True:
        seen += numbers(page)
        address = neighbour(page, "next")
        if not address:
            break
        page = text(admin.get(address))
    assert (
        len(seen)
        == len(set(seen))
        == db.session.execute(select(func.count()).select_from(Event)).scalar_one()
    )
    back = list(numbers(page))
    while address := neighbour(page, "prev"):
        page = text(admin.get(address))
        back = numbers(page) + back
    assert back == seen


def test_a_page_costs_the_same_queries_however_many_events(admin, session):
    from sqlalchemy import event

    def counted(number):
        happen(number, by="manager" if number > 5 else "pm")
        seen = []
        with_engine = db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(with_engine, "before_cursor_execute", listener)
        admin.get("/audit")
        event.remove(with_engine, "before_cursor_execute", listener)
        return len(seen)

    assert counted(3) == counted(40)


def test_it_is_taken_away_as_a_file_as_filtered(admin):
    happen(3)
    answer = admin.submit("/audit/export", {"format": "csv", "state": "kind=person.created"})
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert sum(",person.created," in line for line in lines) == 3
    assert any("What: … added …" in line for line in lines)
    assert not any("session.started" in line for line in lines)
    told = db.session.execute(select(Event).order_by(Event.id.desc()).limit(1)).scalar_one()
    assert (told.kind, told.payload["rows"]) == ("list.exported", 3)


def test_a_filter_that_is_not_understood_lets_nothing_out(admin):
    assert admin.submit("/audit/export", {"format": "csv", "state": "about=nonsense"}).status_code == 422


def test_the_chain_is_checked_when_asked(admin):
    assert "The chain was not checked yet." in text(admin.get("/audit"))
    assert admin.submit("/audit/check").status_code == 303
    assert "The chain is being checked." in text(admin.get("/audit"))
    check()
    page = text(admin.get("/audit"))
    assert "The chain is whole." in page
    told = db.session.execute(select(Event.kind).order_by(Event.id.desc()).limit(1)).scalar_one()
    assert told == "audit.check_asked"


def test_a_change_of_an_event_is_found(admin):
    happen(3)
    with unit_of_work() as session:
        session.execute(update(Event).where(Event.id == 2).values(actor_id=1))
    admin.submit("/audit/check")
    check()
    assert "The chain is broken at event 2." in text(admin.get("/audit"))
    assert "事件链在第 2 号事件处断裂。" in text(admin.get("/audit?lang=zh"))


def test_the_chain_is_checked_once_a_day(app):
    now = clock.now()
    assert [check_chain_daily(now + timedelta(hours=hours)) for hours in (0, 1, 23)] == [1, 0, 0]
    with clock.at(now + timedelta(hours=25)):
        assert check_chain_daily(clock.now()) == 1
    asked = db.session.execute(select(Event).where(Event.kind == "audit.check_asked")).scalars().all()
    assert [(one.actor_id, one.channel) for one in asked] == [(SYSTEM.id, "system")] * 2


def test_all_entries_in_steps(app, monkeypatch):
    monkeypatch.setattr(audit, "STEP", 7)
    happen(20)
    assert [entry.line.id for entry in audit.every(audit.Wanted())] == list(range(20, 0, -1))
    monkeypatch.setattr(audit, "MOST", 10)
    assert len(list(audit.every(audit.Wanted()))) == 10


LIT = re.compile(r'<a class="rail__link" href="([^"]*)" aria-current="page"')


def test_the_audit_view_lights_the_administration_and_nothing_else(admin):
    assert [
        LIT.findall(text(admin.get(path))) for path in ("/audit", "/audit?kind=person.created", "/admin")
    ] == [["/admin"]] * 3
    refused = admin.submit("/audit/export", {"format": "csv", "state": "about=nonsense"})
    assert LIT.findall(text(refused)) == ["/admin"]
    assert LIT.findall(text(admin.get("/people"))) == ["/people"]


def test_what_an_administrator_keeps_lights_the_administration_and_ones_own_pages_light_nothing(admin):
    for path in ("/calendars", "/imports", "/admin/licences", "/admin/health"):
        assert LIT.findall(text(admin.get(path))) == ["/admin"], path
    for path in ("/me", "/me/sessions"):
        assert LIT.findall(text(admin.get(path))) == [], path


def test_things_are_named_in_the_language_of_the_reader_and_lead_to_their_page(client_for):
    with unit_of_work():
        number = people.create_person(username="new.one", name="New One", by=viewer_of(person("admin"))).id
    row = f'<td><a href="/people/{number}">person {number}</a>'
    assert row in text(client_for("admin").get("/audit?kind=person.created"))
    assert row.replace("person ", "人员 ") in text(
        client_for("admin", "zh").get("/audit?kind=person.created")
    )


def test_a_thing_leads_to_all_events_about_it(admin):
    happen(1)
    page = text(admin.get("/audit?kind=person.created"))
    assert '<small><a href="/audit?about=person+14">Only these</a></small>' in page
    assert "Only these" not in text(admin.get("/audit?about=person+14"))


def test_the_buttons_of_the_filter_keep_their_distance(admin):
    assert '<div class="row-acts mt"><button' in text(admin.get("/audit"))


def test_what_the_reader_may_not_open_is_named_without_a_link(admin):
    with clock.at(making.MONDAY), unit_of_work():
        making.house()
        it = making.request()
    page = text(admin.get("/audit?kind=price_request.submitted"))
    assert f"<td>price request {it.id}<small>" in page
    assert f"/price-requests/{it.id}" not in page


def test_a_whole_list_is_named_without_a_number(admin):
    admin.submit("/people/export", {"format": "csv", "state": ""})
    assert "<td>list<small>" in text(admin.get("/audit?kind=list.exported"))


@pytest.mark.parametrize(
    ("lang", "typed", "shown"),
    [
        ("en", "person 14", "person 14"),
        ("en", "Person:14", "person 14"),
        ("zh", "人员 14", "人员 14"),
        ("zh", "人员14", "人员 14"),
        ("zh", "person 14", "人员 14"),
        ("en", "price request 3", "price request 3"),
        ("en", "price_request 3", "price request 3"),
        ("zh", "price_request 3", "特价申请 3"),
    ],
)
def test_an_object_is_understood_as_the_list_writes_it(client_for, lang, typed, shown):
    happen(2)
    page = text(client_for("admin", lang).get("/audit", query_string={"about": typed}))
    assert f'value="{shown}"' in page
    assert ("Name 0" in page) is shown.endswith("14")
    assert "Name 1" not in page


def test_the_file_names_things_as_the_page_does(client_for):
    happen(1)
    answer = client_for("admin", "zh").submit(
        "/audit/export", {"format": "csv", "state": "kind=person.created&about=person 14"}
    )
    told = answer.data.decode("utf-8-sig")
    assert "人员 14" in told
    assert "person 14" not in told


def test_every_table_with_a_page_has_a_name(app):
    tables = {route.on for route in declared(app)} - {""}
    unnamed = tables - set(THINGS) - {"attempt", "certificate"}  # events tell of their assignment
    assert not unnamed, f"say Thing(table, N_(name)) in flow.py of their rooms: {sorted(unnamed)}"


def test_things_lead_to_pages_that_there_are(app):
    routes = {(route.rule.replace("<int:id>", "{}"), route.on, route.may) for route in declared(app)}
    lost = [it.table for it in THINGS.values() if it.path and (it.path, it.table, it.may) not in routes]
    assert not lost


def test_where_things_are_seen_is_asked_of_every_scope(app):
    """One event about each thing that has a page, and a viewer who has every role: no scope stumbles."""
    told = [audit.Entry(about(it), "", "") for it in THINGS.values() if it.path]
    assert len(told) > 10
    everything = replace(viewer_of(person("admin")), roles=frozenset(ROLES))
    assert audit.paths(told, everything)["person", 1] == "/people/1"
    assert audit.paths(told, replace(everything, roles=frozenset())) == {}


def about(it):
    return Line(1, KINDS["person.created"], clock.now(), None, None, it.table, 1, None, "ui", {}, "")
