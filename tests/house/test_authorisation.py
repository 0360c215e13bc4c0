"""The authorisation matrix: every (method, path) x role x own, colleague's, stranger's and missing object.

What is expected stands in docs/security-model.md, written by hand. Every refusal is checked to have written nothing (no
commit by any connection), and the page for a foreign object to be the page for a missing one, to the letter.
"""

import re
import sqlite3
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from werkzeug.test import TestResponse

from portal.access.permissions import ROLES
from portal.core import clock, files
from portal.core.batches import Batch
from portal.core.db import db, unit_of_work
from portal.core.saved_views import SavedView
from portal.customers.commands import PersonCard, create_contact
from portal.identity.models import LoginSession
from portal.measures.models import Leave, Licence
from portal.pipeline.commands import Told, put_opportunities
from portal.pipeline.models import Opportunity
from portal.tasks.commands import give
from portal.web.fields import new_once
from portal.web.pages import declared
from tests import making
from tests.cast import person
from tests.client import PortalClient
from tests.house import expected
from tests.house.conftest import Staged

OWNERS = ("rep", "colleague", "stranger")
EAST = ("rep", "colleague")
MISSING = 999_999
VARYING = re.compile(r"Number of this request: \w+|^.*<main|</main>.*$|/\d+\b", re.DOTALL)
"""What differs from one refusal to the next: its number, the frame with its tokens, the number in the address."""


def make_objects() -> dict[str, dict[str, int]]:
    """One object of each kind for each owner: table -> owner -> id."""
    ids: dict[str, dict[str, int]] = {}
    making.house()
    thing = making.product()
    course = making.course()
    rule = making.rule(clock.today("Asia/Shanghai") + timedelta(days=7), of=course)
    programme = making.programme()
    for owner in OWNERS:
        of = making.account(owner)
        contact = create_contact(of, PersonCard(f"Person of {owner}"), by=making.viewer(owner))
        request = making.request(owner, of=of, thing=thing)
        put_opportunities(
            [Told(f"O-{owner}", of.id, thing.id, thing.name, person(owner).id, "engaging", clock.today("Asia/Shanghai"), None, 100, "CNY", "test")],  # noqa: E501
            by=making.viewer(owner),
        )  # fmt: skip
        opportunity = db.session.query(Opportunity).filter_by(code=f"O-{owner}").one()
        task = give(title="A task", person_id=person(owner).id, by=making.viewer(owner))
        view = SavedView(
            person_id=person(owner).id, list_key="customers", name="Mine", path="/customers", query=""
        )
        holder = "admin" if owner == "rep" else owner
        batch = Batch(
            kind="people", person_id=person(holder).id, created_at=clock.now(), file_name="x.csv", sha256=_file(), state="staged"
        )  # fmt: skip
        session = LoginSession(
            secret_hash=owner, person_id=person(owner).id, created_at=clock.now(), seen_at=clock.now(), expires_at=clock.now(), way="link"  # noqa: E501
        )  # fmt: skip
        licence = Licence(person_id=person(owner).id, since=date(2026, 1, 1))
        leave = Leave(person_id=person(owner).id, since=date(2026, 1, 1))
        db.session.add_all([view, batch, session, licence, leave])
        db.session.flush()
        learned = making.passed(owner, of=course) | {"entry": making.booking(owner, of=rule)}
        made = {"account": of, "contact": contact, "price_request": request, "opportunity": opportunity, "task": task,
                "licence": licence, "leave": leave, "saved_view": view, "batch": batch, "login_session": session,
                "person": person(owner), "barrier": making.barrier(programme, owner), **learned}  # fmt: skip
        for table, it in made.items():
            ids.setdefault(table, {})[owner] = it.id
    shared = {
        "product": thing.id,
        "course": course.id,
        "incentive_rule": rule.incentive_rule_id,
        "programme": programme.id,
        "goal": making.goal(programme).id,
        "pilot": making.plan(programme).id,
        "calendar": 1,
        "team": 1,
        "region": 1,
    }
    return ids | {table: dict.fromkeys(OWNERS, number) for table, number in shared.items()}


def _file() -> str:
    """A kept file of one person, for the imports."""
    content = BytesIO(b"sales_agent,manager,regional_office\nA B,C D,North\n")
    return files.keep(content, current_app.extensions["settings"].folder / "files").sha256


def may_reach(reach: str, table: str, role: str, owner: str) -> bool:
    """Whether a role with this reach gets the object of this owner."""
    owners = {"batch": {"rep": "admin"}}.get(table, {})
    if reach in (expected.ALL, expected.NONE):
        return reach == expected.ALL
    if reach == expected.SEAT:
        return role == "manager" and owner in EAST
    if reach == expected.TEAM:
        return owner in EAST
    return role == owners.get(owner, owner)


class Matrix:
    """The routes as one role sees them."""

    def __init__(self, app: Flask, role: str | None, ids: dict[str, dict[str, int]]) -> None:
        self.app, self.role, self.ids = app, role, ids
        self.client: PortalClient = app.test_client()  # type: ignore[assignment]
        if role:
            self.client.sign_in(role)
        self.token = self.client.token()
        self.live = Path(db.engine.url.database or "")
        self.watch = sqlite3.connect(self.live)

    def commits(self) -> int:
        """A number that changes with every commit of any other connection."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def ask(self, method: str, path: str) -> TestResponse:
        """The route as this role gets it; a form without answers."""
        if method == "GET":
            return self.client.get(path)
        return self.client.post(path, data={"csrf_token": self.token, "once": new_once()})

    def check(
        self, method: str, path: str, allowed: bool, refused: tuple[int, ...], faults: list[str]
    ) -> str:
        """Ask, compare, and say the page without what differs from request to request."""
        before = self.commits()
        answer = self.ask(method, path)
        wrote = self.commits() != before
        denied = (
            answer.status_code in (401, 403)
            or (answer.status_code == 404 and 404 in refused)
            or _to_login(answer)
        )
        if (
            allowed == denied
            or answer.status_code >= 500
            or (not allowed and answer.status_code not in (*refused, 303))
        ):
            faults.append(
                f"{self.role} {method} {path}: {'allowed' if allowed else 'refused'} expected, got {answer.status_code}"
            )
        if wrote and (not allowed or method == "GET"):
            faults.append(f"{self.role} {method} {path}: {answer.status_code} has written")
        return VARYING.sub("", answer.get_data(as_text=True)) if denied else ""


def _to_login(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/login?")


def test_every_route_is_expected_and_every_expectation_is_a_route(app: Flask) -> None:
    told = {(route.method, route.rule) for route in declared(app)}
    assert told == set(expected.routes())


def _path(rule: str, number: int) -> str:
    return re.sub(r"<[^>]+>", str(MISSING), rule.replace("<int:id>", str(number)))


SKIPPED = {"/assets/<path:path>", "/favicon.ico", "/csp-report", "/healthz", "/readyz", "/login/link/<token>"}
"""Public routes of the machine, which know no viewer; their own tests ask them."""
LAST = ("/me/sessions/others/end", "/logout")


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_matrix(app: Flask, staged: Staged, role: str | None) -> None:
    ids = staged(make_objects)
    matrix = Matrix(app, role, ids)
    try:
        faults = walk(app, matrix, role, ids)
    finally:
        matrix.watch.close()
    assert not faults, "\n".join(faults)


def walk(app: Flask, matrix: Matrix, role: str | None, ids: dict[str, dict[str, int]]) -> list[str]:
    """Ask every route as this role; what was not as expected."""
    faults: list[str] = []
    rows = sorted(declared(app), key=lambda route: LAST.index(route.rule) if route.rule in LAST else -1)
    wanted = expected.routes()
    for route in rows:
        if route.rule in SKIPPED or (role and route.rule.startswith("/login")):
            continue
        told = wanted[route.method, route.rule]
        reach = told.roles.get(role or "", "")
        if not route.on or not role or not reach:
            matrix.check(
                route.method,
                _path(route.rule, 1),
                told.public or bool(reach),
                (403,) if role else (401,),
                faults,
            )
            continue
        pages: set[str] = set()
        for owner in OWNERS:
            allowed = may_reach(reach, route.on, role, owner) and "<int:link>" not in route.rule
            if ":id>/" in route.rule and route.rule.count("<int:") > 1:
                allowed = False  # the second number of the path is missing in every case
            pages.add(
                matrix.check(route.method, _path(route.rule, ids[route.on][owner]), allowed, (404,), faults)
            )
        pages.add(matrix.check(route.method, _path(route.rule, MISSING), False, (404,), faults))
        if len(pages - {""}) != 1:
            faults.append(f"{role} {route.method} {route.rule}: foreign and missing differ")
    return faults


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(app: Flask, staged: Staged) -> None:
    ids = staged(make_objects)
    client: Any = app.test_client()
    client.sign_in("manager")
    path = f"/price-requests/{ids['price_request']['rep']}"
    assert client.get(path).status_code == 200
    with unit_of_work() as session:
        from portal.identity.models import RoleGrant

        session.query(RoleGrant).filter_by(person_id=person("manager").id).delete()
    assert client.get(path).status_code == 403
    with unit_of_work():
        person("manager").active = False
    assert client.get(path).headers["Location"].startswith("/login")
