"""No page asks the database more because there are more rows: every page is opened with few rows and with many.

Pages are asked by the role that reaches furthest. The first visit warms caches and is not counted.
"""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.customers.commands import PersonCard, create_contact
from portal.customers.commands.interactions import record_interaction
from portal.pipeline.commands import Told, put_opportunities
from portal.tasks.commands import give
from portal.web.pages import declared
from tests import making
from tests.cast import person
from tests.counting import statements
from tests.house import expected
from tests.house.test_authorisation import OWNERS, SKIPPED, make_objects

ROLES = ("director", "admin", "trainer", "pm", "executive", "manager", "rep")
"""In this order the first who may open a page does."""
MORE = 3
MOST = 16
"""Statements of one page, whoever opens it."""
MORE_ALLOWED = {"/pilots/<int:id>": 20}
ASIDE = {"/login", "/login/code", "/gallery", "/logout"}


def _pages(app: Flask) -> list[tuple[str, str, str]]:
    """Each page with a number or none in its address: rule, table, role."""
    wanted = expected.routes()
    found = []
    for route in declared(app):
        if route.method != "GET" or route.rule in SKIPPED or route.rule in ASIDE or route.rule.count("<") > 1:
            continue
        roles = wanted[route.method, route.rule].roles
        role = next((one for one in ROLES if roles.get(one) == expected.ALL), "") or next(
            (one for one in ("rep", "manager", *ROLES) if one in roles), ""
        )
        if role and ("<" not in route.rule or route.on):
            found.append((route.rule, route.on, role))
    return found


def _counted(app: Flask, ids: dict[str, dict[str, int]], clients: dict[str, Any]) -> dict[str, int]:
    counts = {}
    for rule, table, role in _pages(app):
        if role not in clients:
            clients[role] = app.test_client()
            clients[role].sign_in(role)
        path = rule.replace("<int:id>", str(ids.get(table, {}).get("rep", 1)))
        if "<" in path:
            continue
        client = clients[role]
        if client.get(path).status_code == 200:
            # The least of some visits: now and then one notes that the session was seen, or reads a calendar anew.
            counts[rule] = min(
                statements(lambda client=client, path=path: client.get(path)) for _ in range(3)
            )  # type: ignore[misc]
    return counts


def _more(turn: int) -> None:
    for owner in OWNERS:
        of, thing = making.account(owner), making.product()
        by = making.viewer(owner)
        create_contact(of, PersonCard(f"Another {turn}"), by=by, roles=["decides"])
        record_interaction(of, way="call", text="They ask for a date.", by=by)
        making.request(owner, of=of, thing=thing)
        today, mine = clock.today("Asia/Shanghai"), person(owner).id
        told = Told(
            f"M-{owner}-{turn}",
            of.id,
            thing.id,
            thing.name,
            mine,
            "engaging",
            today,
            None,
            100,
            "CNY",
            "test",
        )
        put_opportunities([told], by=by)
        give(title="Another task", person_id=mine, by=by)
        making.passed(owner)
        making.assignment(owner)
        making.booking(owner, of=making.rule(today + timedelta(days=8)))


@pytest.mark.slow
def test_no_page_asks_more_because_there_is_more(app: Flask) -> None:
    with unit_of_work():
        ids = make_objects()
        _more(MORE)
    clients: dict[str, Any] = {}
    _counted(app, ids, clients)
    few = _counted(app, ids, clients)
    with unit_of_work():
        for turn in range(MORE):
            _more(turn)
    many = _counted(app, ids, clients)
    assert len(few) > 70
    assert {rule: (few[rule], many[rule]) for rule in few if many.get(rule, 0) > few[rule]} == {}
    assert {rule: count for rule, count in many.items() if count > MORE_ALLOWED.get(rule, MOST)} == {}
