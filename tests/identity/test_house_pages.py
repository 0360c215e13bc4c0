"""People, teams, regions, roles: what administrators do on their pages, and what others may not."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, is_writing, unit_of_work
from portal.core.events import Event
from portal.identity.commands import factors, people, places
from portal.identity.models import LoginLink, LoginSession, Person, Region, RoleGrant, Team
from portal.identity.queries.people import matching
from portal.identity.queries.viewers import viewer_of
from portal.identity.views import people as people_views
from tests.cast import SINCE, person

DAY = "2026-12-01"
SEEN = ["/people", "/people/3", "/people/options?q=w", "/teams", "/teams/2", "/regions", "/roles"]
KEPT = ["/people/new", "/people/3/edit", "/people/3/membership", "/people/3/roles", "/people/3/link",
        "/teams/new", "/teams/2/edit", "/regions/new", "/regions/1/edit"]  # fmt: skip
DONE = ["/people", "/people/3/edit", "/people/3/membership", "/people/3/roles", "/people/3/roles/3/end",
        "/people/3/deactivation", "/people/3/reactivation", "/people/3/link", "/people/3/sessions/end",
        "/people/3/second-factor/removal", "/teams", "/teams/2/edit", "/regions", "/regions/1/edit"]  # fmt: skip
TEAM = {
    "name": "Sales West",
    "name_zh": "华西销售",
    "kind": "sales",
    "parent_id": "",
    "region_id": "",
    "manager_text": "",
    "manager_id": "",
    "version": "",
}
PERSON = {
    "name": "Xu Li",
    "name_zh": "许立",
    "username": "xu.li",
    "email": "",
    "lang": "zh",
    "zone": "",
    "version": "",
}


@pytest.fixture
def admin(client_for):
    return client_for("admin")


def by():
    return viewer_of(person("admin"))


def text(answer):
    return answer.get_data(as_text=True)


def kinds():
    told = db.session.execute(select(Event.kind).order_by(Event.id)).scalars()
    return [kind for kind in told if kind not in ("login_link.issued", "session.started")]


def team(name):
    return db.session.execute(select(Team).where(Team.name == name)).scalar_one()


@pytest.mark.parametrize("path", SEEN)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_colleagues_are_open_to_everybody_signed_in(client_for, path, lang):
    assert client_for("employee", lang).get(path).status_code == 200
    assert client_for(None).get(path).status_code == 303


@pytest.mark.parametrize("path", KEPT)
def test_only_administrators_open_what_changes_people(client_for, admin, path):
    assert admin.get(path).status_code == 200
    assert client_for("manager").get(path).status_code == 403


@pytest.mark.parametrize("path", DONE)
def test_nobody_else_changes_people(client_for, path):
    client = client_for("director")
    before = kinds()
    assert client.submit(path, {}).status_code == 403
    assert kinds() == before


@pytest.mark.parametrize(
    "path", ["/people/999", "/people/999/edit", "/teams/999", "/regions/999/edit", "/people/3/roles/999/end"]
)
def test_what_is_not_there_is_told_alike(admin, path):
    answer = admin.submit(path) if path.endswith("/end") else admin.get(path)
    assert answer.status_code == 404


# the list


def test_the_list_says_team_region_and_role_of_today(admin):
    page = text(admin.get("/people"))
    assert "Wang Lei" in page
    assert "Sales East" in page
    assert "Sales rep" in page
    assert 'href="/people/3"' in page


def test_the_list_in_chinese_is_in_the_order_of_the_readings(client_for):
    with unit_of_work():
        for it in db.session.execute(select(Person)).scalars():
            people.edit_person(it, version=it.version, name=it.name + ".", by=by())
    page = text(client_for("employee", "zh").get("/people"))
    places_in_page = [
        page.index(f">{name}<") for name in ("陈云", "高健", "李娜", "孙洁", "王磊", "赵明", "周慧")
    ]
    assert places_in_page == sorted(places_in_page)


def test_the_list_is_filtered_by_role_and_state(admin):
    with unit_of_work():
        people.grant_role(person("manager"), "trainer", since=SINCE, by=by())
        people.deactivate(person("rep"), by=by())
    assert "Zhao Ming" in text(admin.get("/people?role=rep"))
    assert "Li Na" not in text(admin.get("/people?role=manager"))
    assert "several roles" in text(admin.get("/people?role=several"))
    shut_out = text(admin.get("/people?active=False"))
    assert "Wang Lei" in shut_out
    assert "Zhao Ming" not in shut_out


def test_the_list_alone_is_a_part_of_the_page(admin):
    # the keys of the forms in it are new each time
    part, page = (
        re.sub(r'value="[^"]{30,}"', "", text(answer))
        for answer in (admin.htmx("/people", "div#people-rows"), admin.get("/people"))
    )
    assert "<html" not in part
    assert part.strip() in page


def test_the_list_is_taken_away_as_a_file(admin):
    answer = admin.submit("/people/export", {"format": "xlsx", "state": "role=rep"})
    assert answer.status_code == 200
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert any("sheet1" in name for name in names)
    assert kinds() == ["list.exported"]
    assert admin.submit("/people/export", {"format": "exe", "state": ""}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "found"), [("wa", "Wang Lei"), ("lei", "Wang Lei"), ("王", "Wang Lei"), ("REP", "Wang Lei")]
)
def test_a_field_that_searches_gets_its_answers(admin, typed, found):
    part = text(admin.get("/people/options", query_string={"q": typed}))
    assert f'data-label="{found}">{found}<small>Sales East · rep</small>' in part
    assert "<html" not in part


@pytest.mark.parametrize("typed", ["%", "_", "\\", "xyz"])
def test_a_search_takes_no_signs_of_the_database(admin, typed):
    assert "Nobody is called that." in text(admin.get("/people/options", query_string={"q": typed}))


# people


def test_a_person_is_added(admin):
    answer = admin.submit("/people", PERSON)
    it = db.session.execute(select(Person).where(Person.username == "xu.li")).scalar_one()
    assert answer.headers["Location"] == f"/people/{it.id}"
    assert (it.name, it.name_zh, it.lang, it.active) == ("Xu Li", "许立", "zh", True)
    assert "Xu Li is added. Now the team and the roles." in text(admin.get(f"/people/{it.id}"))
    assert kinds() == ["person.created"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"username": "REP"}, "of this user name already"), ({"username": "x y"}, "begins with a letter"),
     ({"name": ""}, "Write the name."), ({"email": "x@"}, "Write an address"), ({"zone": "Nowhere"}, "Write a time zone")],
)  # fmt: skip
def test_a_person_that_cannot_be_added_stays_typed(admin, wrong, says):
    answer = admin.submit("/people", PERSON | wrong)
    page = text(answer)
    assert answer.status_code == 422
    assert says in page
    assert 'value="许立"' in page
    assert kinds() == []


def test_a_person_is_changed_and_the_later_of_two_is_told(admin):
    seen = person("rep").version
    values = {"name": "Wang L.", "username": "rep", "version": seen}
    assert admin.submit("/people/3/edit", values).status_code == 303
    later = admin.submit("/people/3/edit", values | {"name": "W. Lei"})
    assert later.status_code == 409
    assert "You were quicker yourself in another window, today " in text(later)
    assert "Wang L." in text(later)
    assert 'value="W. Lei"' in text(later)
    again = text(later).split('name="version"')[1].split('value="')[1].split('"')[0]
    assert admin.submit("/people/3/edit", values | {"name": "W. Lei", "version": again}).status_code == 303
    assert person("rep").name == "W. Lei"


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 30, "１"])
def test_an_edit_without_the_version_that_was_seen_is_late(admin, version):
    values = {"name": "Wang L.", "username": "rep", "version": version}
    assert admin.submit("/people/3/edit", values).status_code == 409
    values.pop("version")
    assert admin.submit("/people/3/edit", values).status_code == 409
    assert person("rep").name == "Wang Lei"


def test_an_edit_touches_nothing_but_its_fields(admin):
    values = {"name": "Wang Lei", "username": "rep", "version": person("rep").version}
    admin.submit(
        "/people/3/edit",
        values | {"password_hash": "x", "totp_seed": "y", "active": "", "id": "9", "theme": "dark"},
    )
    it = person("rep")
    assert (it.password_hash, it.totp_seed, it.active, it.theme) == ("", "", True, "")


def test_who_has_no_team_is_put_in_one(admin):
    admin.submit("/people", {"name": "Xu Anna", "username": "xu.anna"})
    path = f"/people/{person('xu.anna').id}"
    for page in (path, f"{path}/membership"):
        assert "Put in a team" in text(admin.get(page))
    assert "Put in a team" not in text(admin.get("/people/3"))


def test_a_person_is_moved(admin):
    answer = admin.submit("/people/3/membership", {"team": team("Sales South").id, "since": DAY})
    assert answer.headers["Location"] == "/people/3"
    page = text(admin.get("/people/3"))
    assert "Wang Lei belongs to Sales South from Tue 1 Dec." in page
    assert page.count("Tue 1 Dec") >= 3
    assert kinds() == ["membership.begun"]


@pytest.mark.parametrize(
    "wrong", [{"team": ""}, {"team": "999"}, {"team": "x"}, {"since": ""}, {"since": "yesterday"}]
)
def test_a_move_that_cannot_be(admin, wrong):
    answer = admin.submit("/people/3/membership", {"team": str(team("Sales South").id), "since": DAY} | wrong)
    assert answer.status_code == 422
    assert kinds() == []


def test_a_transfer_counts_at_the_next_request(client_for, admin):
    today = clock.today("Asia/Shanghai").isoformat()
    admin.submit("/people/2/roles", {"role": "admin", "since": today})
    manager = client_for("manager")
    assert manager.get("/people/new").status_code == 200
    grant = db.session.execute(
        select(RoleGrant).where(RoleGrant.person_id == 2, RoleGrant.role == "admin")
    ).scalar_one()
    gone = admin.submit(f"/people/2/roles/{grant.id}/end")
    assert gone.status_code == 303
    assert manager.get("/people/new").status_code == 403


def test_a_role_that_is_none(admin):
    assert admin.submit("/people/3/roles", {"role": "king", "since": DAY}).status_code == 422
    assert kinds() == []


def test_the_last_administrator_cannot_be_shut_out(admin):
    with unit_of_work():
        people.grant_role(person("pm"), "admin", since=SINCE, by=by())
    answer = admin.submit(f"/people/{person('admin').id}/deactivation")
    assert answer.status_code == 422
    assert "Nobody can shut himself out." in text(answer)
    assert person("admin").active


def test_shutting_out_can_be_undone(client_for, admin):
    rep = client_for("rep")
    admin.submit("/people/3/deactivation")
    assert rep.get("/me").status_code == 303
    page = text(admin.get("/people/3"))
    assert 'action="/people/3/reactivation"' in page
    admin.submit("/people/3/reactivation")
    assert person("rep").active
    assert kinds() == ["person.deactivated", "person.sessions_ended", "person.reactivated"]


def test_a_link_is_issued_and_shown_once(client_for, admin):
    shown = text(admin.submit("/people/3/link"))
    path = shown.split('id="sign-in-link">')[1].split("<")[0].split("8000")[1]
    assert "/login/link/" not in text(admin.get("/people/3/link"))
    rep = client_for(None)
    assert rep.submit(path).status_code == 303
    assert "Wang Lei" in text(rep.get("/me"))


def test_the_page_of_a_link_says_what_it_does_until_when_and_who_is_told(admin):
    before = text(admin.get("/people/3/link"))
    assert "Whoever uses it first is signed in as Wang Lei. It works once." in before
    assert "24 hours after it is issued" in before
    assert "is off: the link alone signs in." in before
    assert "Wang Lei, in the portal and by mail, with your name." in before
    with unit_of_work():
        it = person("rep")
        it.email, it.totp_seed = "", factors.new_seed()
    with clock.at(datetime(2026, 11, 23, 1, tzinfo=UTC)):
        issued = text(admin.submit("/people/3/link"))
    assert re.search(r"Good until</dt><dd>(?:tomorrow|[^<]*24[^<]*) 09:00", issued)
    assert "is on: the link asks for a code as well." in issued
    assert "in the portal, with your name; there is no e-mail address." in issued


def test_the_page_of_a_link_is_made_while_nobody_waits_to_write(admin, monkeypatch):
    written = []
    made = people_views.page
    monkeypatch.setattr(people_views, "page", lambda *args, **shown: written.append(is_writing()) or made(*args, **shown))
    admin.submit("/people/3/link", once="same")
    assert written == [False]
    again = admin.submit("/people/3/link", once="same")
    assert (again.status_code, again.headers["Location"]) == (303, "/people/3/link"), "no second link"
    assert kinds() == []
    assert len(db.session.execute(select(LoginLink)).scalars().all()) == 1


def test_the_sessions_of_somebody_are_ended(client_for, admin):
    rep = client_for("rep")
    assert "End 1 session" in text(admin.get("/people/3"))
    admin.submit("/people/3/sessions/end")
    assert rep.get("/me").status_code == 303
    assert "1 session of Wang Lei has ended." in text(admin.get("/people/3"))
    ended = db.session.execute(select(LoginSession).where(LoginSession.person_id == 3)).scalars().all()
    assert all(one.ended_at for one in ended)


def test_a_lost_phone_is_helped(admin):
    with unit_of_work():
        person("rep").totp_seed = factors.new_seed()
    assert "Turn the second factor off" in text(admin.get("/people/3"))
    admin.submit("/people/3/second-factor/removal")
    assert person("rep").totp_seed == ""
    assert kinds() == ["person.factor_off"]


def test_a_card_without_a_team_or_a_role_says_what_follows(admin):
    admin.submit("/people", PERSON)
    it = db.session.execute(select(Person).where(Person.username == "xu.li")).scalar_one()
    page = text(admin.get(f"/people/{it.id}"))
    assert "No team yet" in page
    assert "No role yet" in page


def test_hostile_names_stay_text(admin):
    hostile = "<svg onload=alert(1)>{{7*7}}"
    admin.submit("/people", PERSON | {"name": hostile, "name_zh": hostile})
    it = db.session.execute(select(Person).where(Person.username == "xu.li")).scalar_one()
    for path in (
        f"/people/{it.id}",
        "/people",
        f"/people/{it.id}/edit",
        "/people/options?q=<svg",
        f"/people/{it.id}/roles",
    ):
        assert "<svg onload" not in text(admin.get(path)), path


# teams and regions


def test_a_team_is_added_and_stands_in_the_tree(admin):
    answer = admin.submit("/teams", TEAM | {"parent_id": team("Sales").id, "manager_text": "王磊"})
    it = team("Sales West")
    assert answer.headers["Location"] == f"/teams/{it.id}"
    assert (it.parent_id, it.manager_id) == (team("Sales").id, 3)
    assert "led by Wang Lei" in text(admin.get("/teams"))
    assert "华西销售" in text(admin.get("/teams", headers={"Accept-Language": "zh"}))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"name": "Sales"}, "This name is taken."), ({"manager_text": "Nobody"}, "Nobody is called that."),
     ({"name": ""}, "Write the name."), ({"parent_id": "999"}, ""), ({"kind": "circus"}, "")],
)  # fmt: skip
def test_a_team_that_cannot_be_added_stays_typed(admin, wrong, says):
    answer = admin.submit("/teams", TEAM | wrong)
    assert answer.status_code == 422
    assert says in text(answer)
    assert 'value="华西销售"' in text(answer)


def test_of_two_of_the_same_name_the_chosen_one_leads(admin):
    admin.submit("/people", PERSON | {"name": "Wang Lei"})
    other = db.session.execute(select(Person).where(Person.username == "xu.li")).scalar_one()
    unclear = admin.submit("/teams", TEAM | {"manager_text": "Wang Lei"})
    assert "Several people are called that." in text(unclear)
    admin.submit("/teams", TEAM | {"manager_text": "Wang Lei", "manager_id": other.id})
    assert team("Sales West").manager_id == other.id


def test_a_team_is_changed(admin):
    it = team("Sales East")
    values = {
        "name": "Sales East",
        "kind": "sales",
        "parent_id": str(it.parent_id),
        "region_id": "",
        "version": it.version,
    }
    assert admin.submit(f"/teams/{it.id}/edit", values).status_code == 303
    assert (team("Sales East").region_id, team("Sales East").manager_id) == (None, None)


def test_who_comes_second_to_a_team_reads_who_was_quicker_and_what_differs(admin):
    it = team("Sales East")
    values = {"name": "East", "kind": "sales", "parent_id": str(it.parent_id), "region_id": "", "version": it.version}
    with unit_of_work():
        places.edit_team(it, version=it.version, name="Sales Coast", by=viewer_of(person("director")))
    late = admin.submit(f"/teams/{it.id}/edit", values)
    assert late.status_code == 409
    assert "Chen Yun was quicker, today " in text(late)
    assert "It is now: Name: Sales Coast, Name in Chinese: 华东销售, Region: East, Manager: Li Na. Save again" in text(late)


def test_what_leaves_the_entry_of_a_person_as_it_was_names_nobody_as_quicker(admin):
    it = person("rep")
    values = {"name": "Wang L.", "username": "rep", "version": it.version}
    with unit_of_work():
        people.edit_person(it, version=it.version, name="W. Lei", by=viewer_of(person("director")))
        people.change_language(it, lang="zh", by=viewer_of(it))
    assert "Chen Yun was quicker, today " in text(admin.submit(f"/people/{it.id}/edit", values))


def test_a_circle_of_teams_is_told_at_its_field(admin):
    it = team("Sales")
    values = {"name": "Sales", "kind": "sales", "parent_id": team("Sales East").id, "version": it.version}
    answer = admin.submit(f"/teams/{it.id}/edit", values)
    assert answer.status_code == 422
    assert "It would stand below itself." in text(answer)


def test_a_region_is_added_and_changed(admin):
    admin.submit(
        "/regions", {"name": "West", "name_zh": "华西", "parent_id": "", "calendar_id": "", "version": ""}
    )
    it = db.session.execute(select(Region).where(Region.name == "West")).scalar_one()
    admin.submit(
        f"/regions/{it.id}/edit", {"name": "West", "name_zh": "西区", "parent_id": "1", "version": it.version}
    )
    db.session.expire_all()
    assert (it.name_zh, it.parent_id) == ("西区", 1)
    assert kinds() == ["region.created", "region.edited", "region.edited"]
    assert "no calendar" in text(admin.get("/regions"))


def test_a_region_counts_by_the_calendar_above(admin):
    from portal.calendars.commands import create_calendar

    week = (((540, 1080),),) * 5 + ((), ())
    with unit_of_work():
        calendar = create_calendar(name="China", zone="Asia/Shanghai", weekly=week, by=by())
        east = db.session.get_one(Region, 1)
        places.edit_region(east, version=east.version, calendar_id=calendar.id, by=by())
        places.create_region(name="Suzhou", parent_id=1, by=by())
    assert "China, as the region above" in text(admin.get("/regions"))


def test_the_roles_table_is_the_table_of_the_code(client_for):
    page = text(client_for("employee", "zh").get("/roles"))
    assert "查看同事和团队" in page
    assert "销售代表" in page
    assert "本团队" in page


def test_people_who_left_are_not_counted_in_teams(admin):
    with unit_of_work():
        people.deactivate(person("rep"), by=by())
    assert "Wang Lei" not in text(admin.get(f"/teams/{team('Sales East').id}"))


def test_a_planned_move_is_seen_on_its_day(admin):
    later = clock.now() + timedelta(days=10)
    admin.submit("/people/3/membership", {"team": team("Sales South").id, "since": later.date().isoformat()})
    assert "Wang Lei" in text(admin.get(f"/teams/{team('Sales East').id}"))
    with clock.at(later + timedelta(days=1)):
        admin.sign_in("admin")
        assert "Wang Lei" in text(admin.get(f"/teams/{team('Sales South').id}"))


@pytest.mark.parametrize("number", [0, 2**31, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(admin, number):
    rep = person("rep").id
    for path in (f"/people/{rep}/roles/{number}/end", f"/people/{number}/deactivation"):
        assert admin.submit(path).status_code == 404


@pytest.mark.parametrize("typed", ["wl", "WL", "wangl"])
def test_people_are_found_by_initials(app: object, typed: str) -> None:
    assert [it.username for it in matching(typed)] == ["rep"]
