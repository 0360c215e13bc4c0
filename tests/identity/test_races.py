"""What must hold when several do the same at the same instant, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.identity.commands import factors, links, people, places, tries
from portal.identity.models import LoginTry, Person, RoleGrant, Team
from portal.identity.queries import directory
from portal.identity.queries.places import regions, teams
from portal.identity.queries.viewers import viewer_of
from portal.identity.rules import totp_secret
from portal.web.fields import new_once
from portal.web.security import secret_key
from tests.cast import SINCE, person

AT_ONCE = 8


def together(app, act, times=AT_ONCE):
    """Let `act(n)` run in as many threads at once, each in its own unit of work; the answers, in any order."""
    ready = Barrier(times)

    def run(n):
        with app.app_context():
            ready.wait(timeout=20)
            try:
                with unit_of_work():
                    return act(n)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/people", {"name": "Xu Li", "username": "xu.li"}),
        ("/teams", {"name": "Sales North", "kind": "sales"}),
        ("/regions", {"name": "North"}),
        ("/saved-views", {"list_key": "people", "path": "/people", "query": "q=x", "name": "Mine"}),
    ],
)
def test_of_many_who_give_the_same_name_none_meets_a_fault(both_apps, path, typed):
    browsers = []
    for _each in range(AT_ONCE):
        browsers.append(both_apps.test_client())
        browsers[-1].sign_in("admin")
    posts = [{"csrf_token": one.token(), "once": new_once(), **typed} for one in browsers]
    ready = Barrier(AT_ONCE)

    def post(n):
        ready.wait(timeout=20)
        return browsers[n].post(path, data=posts[n]).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(post, range(AT_ONCE)))
    assert 303 in answers
    assert answers <= {303, 422}


def test_of_many_uses_of_one_link_one_signs_in(both_apps):
    with unit_of_work():
        token = links.issue_link("rep")
    used = together(both_apps, lambda _n: links.redeem(token) is not None)
    assert sorted(used) == [False] * (AT_ONCE - 1) + [True]


def test_of_many_uses_of_one_code_one_counts(both_apps):
    seed, key = factors.new_seed(), secret_key()
    now = clock.now()
    with unit_of_work():
        it = person("rep")
        it.totp_seed = seed
        spare = factors.make_codes(it, by=viewer_of(it))[0]
        code = pyotp.TOTP(totp_secret(seed, person_id=it.id, key=key)).at(now)

    def use(typed):
        with clock.at(now):
            return factors.use_code(db.session.get_one(Person, 3), typed, key=key)

    assert sum(together(both_apps, lambda _n: use(code))) == 1
    assert sum(together(both_apps, lambda _n: use(spare))) == 1


def test_a_burst_of_tries_passes_no_further_than_one_after_the_other(both_apps):
    begun = together(both_apps, lambda _n: tries.begin(account="a", address="b").wait, times=20)
    assert begun.count(0) == 5
    with both_apps.app_context():
        assert db.session.execute(select(func.count()).select_from(LoginTry)).scalar_one() == 5


def test_two_administrators_cannot_shut_out_each_other(both_apps):
    with unit_of_work():
        people.grant_role(person("pm"), "admin", since=SINCE, by=viewer_of(person("admin")))
    names = ("admin", "pm")

    def shut_out(n):
        try:
            people.deactivate(person(names[1 - n]), by=viewer_of(person(names[n])))
        except Refused:
            db.session.rollback()

    together(both_apps, shut_out, times=2)
    db.session.rollback()
    db.session.expire_all()
    left = select(func.count()).select_from(RoleGrant).join(RoleGrant.person)
    assert db.session.execute(left.where(RoleGrant.role == "admin", Person.active)).scalar_one() == 1


def test_two_moves_close_no_circle(both_apps):
    with unit_of_work():
        by = viewer_of(person("admin"))
        one, other = places.create_team(name="One", by=by), places.create_team(name="Other", by=by)
        ids = (one.id, other.id)

    def put(n):
        try:
            it = db.session.get_one(Team, ids[n])
            places.edit_team(it, version=1, parent_id=ids[1 - n], by=viewer_of(person("admin")))
        except Refused:
            db.session.rollback()

    together(both_apps, put, times=2)
    db.session.rollback()
    db.session.expire_all()
    parents = [db.session.get_one(Team, number).parent_id for number in ids]
    assert sorted(parent is None for parent in parents) == [False, True]


def test_the_reads_of_the_room(both_apps):
    """Each select of the room answers on this database."""
    from portal.core import lists
    from portal.identity.queries.audit import Wanted, page
    from portal.identity.queries.people import card, matching

    by = viewer_of(person("admin"))
    with unit_of_work():
        people.create_person(username="xu.li", name="Xu Li", name_zh="许立", by=by)
        people.grant_role(person("rep"), "trainer", since=SINCE, by=by)
    for query in ({}, {"role": "several"}, {"sort": "-team"}, {"active": "False"}, {"q": "许立"}):
        listing = directory.listing()
        found = lists.find(db.session(), listing, directory.listed(by), lists.read(listing, query), ["all"])
        assert found.total == {"several": 1}.get(
            query.get("role"), 0 if "active" in query else 1 if "q" in query else 14
        )
    assert card(person("rep")).roles in (["trainer", "rep"], ["rep", "trainer"])
    assert {it.username for it in matching("xu")} == {"xu.li", "service"}
    assert len(teams()) + len(regions()) == 6
    day = clock.today("Asia/Shanghai")
    wanted = Wanted("role.granted", by.id, day - timedelta(days=1), day, ("person", 3), "Asia/Shanghai")
    assert len(page(wanted, before=None, after=None).entries) == 1


@pytest.mark.parametrize("username", ["rep", "nobody"])
def test_signing_in_on_this_database(both_apps, username):
    client = both_apps.test_client()
    answer = client.submit("/login", {"username": username, "password": "wrong and long enough"})
    assert answer.status_code == 422
