"""People, places and roles: what may be done to them, what it leaves behind, and from when it counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, search
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.core.events import Event
from portal.identity.commands import people, places
from portal.identity.models import LoginLink, LoginSession, Membership, Region, RoleGrant, Team
from portal.identity.queries.viewers import managers_of, place_of, viewer_of
from tests.cast import SINCE, person

TODAY = date(2026, 11, 24)


def by(username="admin"):
    return viewer_of(person(username))


def team(name):
    return db.session.execute(select(Team).where(Team.name == name)).scalar_one()


def kinds():
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


def test_a_new_person_is_told_and_found(session):
    with unit_of_work():
        it = people.create_person(username=" Xu.Li ", name="Xu Li", name_zh="许立", by=by())
    assert it.username == "xu.li"
    assert it.sort_key == search.sort_key("许立")
    assert kinds() == ["person.created"]
    found = search.find(session, "许立", scope={"person": ["all"]})
    assert [(hit.kind, hit.object_id) for hit in found.hits] == [("person", it.id)]


@pytest.mark.parametrize("taken", ["rep", "REP", " rep "])
def test_a_user_name_is_given_once(session, taken):
    with unit_of_work(), pytest.raises(Refused) as refused:
        people.create_person(username=taken, name="Somebody", by=by())
    assert refused.value.field == "username"


def test_an_edit_tells_each_field_and_no_value(session):
    with unit_of_work():
        it = person("rep")
        people.edit_person(it, version=it.version, name="Wang L.", email="new@example.com", by=by())
    events = db.session.execute(select(Event).order_by(Event.id)).scalars().all()
    assert [one.kind for one in events] == ["person.edited", "person.email_changed"]
    assert [one.payload["what"] for one in events if "what" in one.payload] == ["name"]
    assert "new@example.com" not in str([one.payload for one in events])


def test_an_edit_of_an_old_version_is_stale(session):
    with unit_of_work():
        people.edit_person(person("rep"), version=1, name="One", by=by())
    with unit_of_work(), pytest.raises(Stale):
        people.edit_person(person("rep"), version=1, name="Two", by=by())


def test_a_move_closes_the_former_membership_and_turns_the_managers(session):
    with unit_of_work():
        people.move_to_team(person("rep"), team("Sales South"), since=TODAY, by=by())
    rows = db.session.execute(
        select(Membership).where(Membership.person_id == person("rep").id).order_by(Membership.since)
    ).scalars().all()  # fmt: skip
    assert [(row.team.name, row.since, row.until) for row in rows] == [
        ("Sales East", SINCE, TODAY),
        ("Sales South", TODAY, None),
    ]
    day_before = TODAY - timedelta(days=1)
    assert managers_of(person("rep").id, day_before) == [person("manager").id, person("director").id]
    assert managers_of(person("rep").id, TODAY) == [person("other_manager").id, person("director").id]
    assert place_of(person("rep").id, TODAY) == (team("Sales South").id, team("Sales South").region_id)


def test_a_move_on_the_same_day_is_corrected(session):
    with unit_of_work():
        people.move_to_team(person("rep"), team("Sales South"), since=TODAY, by=by())
        people.move_to_team(person("rep"), team("Service"), since=TODAY, by=by())
    assert place_of(person("rep").id, TODAY)[0] == team("Service").id
    assert len(kinds()) == 2


def test_a_move_before_a_later_one_ends_there(session):
    later = TODAY + timedelta(days=30)
    with unit_of_work():
        people.move_to_team(person("rep"), team("Service"), since=later, by=by())
        people.move_to_team(person("rep"), team("Sales South"), since=TODAY, by=by())
    assert place_of(person("rep").id, TODAY)[0] == team("Sales South").id
    assert place_of(person("rep").id, later)[0] == team("Service").id


def test_a_move_to_the_own_team_is_refused(session):
    with unit_of_work(), pytest.raises(Refused):
        people.move_to_team(person("rep"), team("Sales East"), since=TODAY, by=by())


@pytest.mark.parametrize("days", [-400, -10, 0, 10])
def test_nobody_is_ever_in_two_teams(session, days):
    with unit_of_work():
        people.move_to_team(person("rep"), team("Sales South"), since=TODAY, by=by())
        people.move_to_team(person("rep"), team("Service"), since=TODAY + timedelta(days=days), by=by())
    rows = (
        db.session.execute(select(Membership).where(Membership.person_id == person("rep").id)).scalars().all()
    )
    for offset in range(-500, 500, 7):
        assert sum(row.holds(TODAY + timedelta(days=offset)) for row in rows) <= 1


def test_a_role_counts_from_its_day_until_it_is_taken_back(session):
    tomorrow = clock.today("Asia/Shanghai") + timedelta(days=1)
    with unit_of_work():
        grant = people.grant_role(person("employee"), "trainer", since=tomorrow, by=by())
    assert viewer_of(person("employee")).roles == {"employee"}
    with clock.at(clock.now() + timedelta(days=1)):
        assert viewer_of(person("employee")).roles == {"employee", "trainer"}
        with unit_of_work():
            people.revoke_role(person("employee"), grant, until=tomorrow + timedelta(days=1), by=by())
    with clock.at(clock.now() + timedelta(days=2)):
        assert viewer_of(person("employee")).roles == {"employee"}
    assert kinds() == ["role.granted", "role.revoked"]


def test_a_role_that_is_held_is_not_given_again(session):
    with unit_of_work(), pytest.raises(Refused):
        people.grant_role(person("rep"), "rep", since=TODAY, by=by())


def test_a_role_that_had_not_begun_is_struck_out(session):
    with unit_of_work():
        grant = people.grant_role(person("employee"), "trainer", since=TODAY, by=by())
        people.revoke_role(person("employee"), grant, until=TODAY, by=by())
    left = select(RoleGrant.role).where(RoleGrant.person_id == person("employee").id)
    assert list(db.session.execute(left).scalars()) == ["employee"]


def test_the_last_administrator_stays(session):
    grant = db.session.execute(select(RoleGrant).where(RoleGrant.role == "admin")).scalar_one()
    with unit_of_work(), pytest.raises(Refused):
        people.revoke_role(person("admin"), grant, until=TODAY, by=by())
    with unit_of_work(), pytest.raises(Refused):
        people.deactivate(person("admin"), by=by("director"))
    with unit_of_work():
        people.grant_role(person("pm"), "admin", since=SINCE, by=by())
        people.deactivate(person("admin"), by=by("pm"))
    assert not person("admin").active


def test_nobody_shuts_himself_out(session):
    with unit_of_work():
        people.grant_role(person("pm"), "admin", since=SINCE, by=by())
    with unit_of_work(), pytest.raises(Refused):
        people.deactivate(person("admin"), by=by())


def test_shutting_out_ends_sessions_and_links_and_keeps_the_past(client_for, session):
    from portal.identity.commands import links

    client_for("rep")
    with unit_of_work():
        links.issue_link("rep")
        people.deactivate(person("rep"), by=by())
    assert all(one.ended_at for one in db.session.execute(select(LoginSession)).scalars())
    assert all(one.used_at for one in db.session.execute(select(LoginLink)).scalars())
    assert place_of(person("rep").id, TODAY)[0] is not None
    with unit_of_work():
        people.reactivate(person("rep"), by=by())
    assert viewer_of(person("rep")).roles == {"rep"}


def test_a_team_cannot_stand_below_itself(session):
    with unit_of_work(), pytest.raises(Refused) as refused:
        places.edit_team(team("Sales"), version=1, parent_id=team("Sales East").id, by=by())
    assert refused.value.field == "parent_id"


def test_who_leads_a_team_leads_those_below_from_the_next_look_on(session):
    below = places.create_team
    with unit_of_work():
        inner = below(name="Sales Suzhou", parent_id=team("Sales East").id, by=by())
    assert inner.id in viewer_of(person("director")).team_ids
    with unit_of_work():
        places.edit_team(team("Sales"), version=1, manager_id=person("pm").id, by=by())
    assert viewer_of(person("director")).team_ids == frozenset()
    assert inner.id in viewer_of(person("pm")).team_ids


def test_who_answers_for_a_region_answers_for_those_below(session):
    with unit_of_work():
        east = db.session.execute(select(Region).where(Region.name == "East")).scalar_one()
        suzhou = places.create_region(name="Suzhou", parent_id=east.id, by=by())
    assert viewer_of(person("manager")).region_ids == {east.id, suzhou.id}


def test_an_administrator_of_a_later_day_does_not_count_as_one(session):
    with unit_of_work():
        people.grant_role(person("rep"), "admin", since=TODAY + timedelta(days=400), by=by())
    it = person("admin")
    grant = db.session.execute(select(RoleGrant).where(RoleGrant.person_id == it.id)).scalar_one()
    for act in (
        lambda: people.revoke_role(it, grant, until=TODAY, by=by()),
        lambda: people.deactivate(it, by=by("rep")),
    ):
        with unit_of_work(), pytest.raises(Refused, match="left to administer"):
            act()


@pytest.mark.parametrize("make", [places.create_team, places.create_region])
def test_names_of_places_are_given_once(session, make):
    with unit_of_work():
        make(name="West", by=by())
    with unit_of_work(), pytest.raises(Refused) as refused:
        make(name="West", by=by())
    assert refused.value.field == "name"


def test_a_change_of_a_place_tells_what(session):
    with unit_of_work():
        places.edit_team(team("Office"), version=1, name="Head office", kind="project", by=by())
    told = db.session.execute(select(Event).order_by(Event.id)).scalars().all()
    assert [(one.kind, one.payload["what"]) for one in told] == [
        ("team.edited", "name"),
        ("team.edited", "kind"),
    ]
