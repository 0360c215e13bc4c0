"""How a route is declared, and what happens between a request and its view."""

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.app import create_app
from portal.core import clock
from portal.core.db import db, is_writing, unit_of_work
from portal.core.errors import NotFound, Refused, Stale
from portal.core.words import N_
from portal.prices import commands
from portal.settings import Settings
from portal.web import pages as declaring
from portal.web.pages import Pages, declared
from tests import making
from tests.client import PortalClient

CLIENTS = Callable[..., PortalClient]


def test_a_route_cannot_be_declared_without_a_known_permission() -> None:
    pages = Pages("trial", __name__)
    with pytest.raises(KeyError, match="unknown permission"):
        pages.get("/trial", may="anything")(lambda: "x")
    with pytest.raises(TypeError):
        pages.get("/trial")  # type: ignore[call-arg]


def test_a_route_that_nobody_declared_is_found(tmp_path: object) -> None:
    app = create_app(Settings(instance=str(tmp_path), assets="local"))
    assert declared(app)
    app.add_url_rule("/backdoor", "backdoor", lambda: "open")
    with pytest.raises(LookupError, match="GET /backdoor has no permission"):
        declared(app)


def test_every_post_and_get_of_the_portal_is_declared(app: Flask) -> None:
    found = declared(app)
    assert {route.method for route in found} == {"GET", "POST"}
    assert all(route.may for route in found)
    assert all(route.says for route in found), [route.endpoint for route in found if not route.says]


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


# What an act may raise, and how the reader is told: status and words.
PROBLEMS = [
    (NotFound(), 404, "There is no such page"),
    (TimeoutError("busy"), 503, "The portal is busy"),
    (OperationalError("INSERT", {}, Exception("database or disk is full")), 507, "The disk is full"),
    (OperationalError("INSERT", {}, Exception("database is locked")), 503, "The portal is busy"),
]


@pytest.mark.parametrize(("problem", "status", "says"), PROBLEMS)
def test_whatever_an_act_raises_has_its_page_and_leaves_nothing(
    begun: Flask,
    client_for: CLIENTS,
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    status: int,
    says: str,
) -> None:
    with unit_of_work():
        it = making.draft()

    def fail(*_args: object, **_values: object) -> None:
        it.remark = "half done"
        db.session.flush()
        raise problem

    monkeypatch.setattr(commands, "submit", fail)
    monkeypatch.setattr(logging.getLogger("portal"), "disabled", True)
    answer = client_for("rep").submit(f"/price-requests/{it.id}/submission", {"version": 1})
    assert (answer.status_code, is_writing()) == (status, False)
    assert says in answer.get_data(as_text=True)
    assert answer.headers["X-Request-Id"] in answer.get_data(as_text=True)
    db.session.rollback()
    db.session.refresh(it)
    assert it.remark == ""


@pytest.mark.parametrize(
    ("problem", "status", "says"),
    [
        (Refused(N_("This has not begun yet.")), 422, "This has not begun yet."),
        (Stale(), 409, "Somebody was quicker. The state has changed"),
        (Stale(None, making.MONDAY), 409, "The portal was quicker, today 09:00. The state has changed"),
        (Stale(2, making.MONDAY), 409, "Li Na was quicker, today 09:00. The state has changed"),
    ],
)
def test_a_refusal_of_an_act_without_a_form_has_its_page(
    begun: Flask, client_for: CLIENTS, monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int, says: str
) -> None:
    from portal.home import views

    def fail(**_values: object) -> None:
        raise problem

    monkeypatch.setattr(views.commands, "keep_view", fail)
    data = {"list_key": "customers", "path": "/customers", "query": "", "name": "Mine"}
    answer = client_for("rep").submit("/saved-views", data)
    assert answer.status_code == status
    assert says in answer.get_data(as_text=True)


def test_busy_says_when_to_come_back(
    begun: Flask, client_for: CLIENTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declaring, "unit_of_work", _busy)
    answer = client_for("rep").submit("/notifications/reading")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def _busy() -> None:
    raise TimeoutError


def test_pages_only_read(begun: Flask, client_for: CLIENTS) -> None:
    """A page that would write is rolled back with its request: nothing of it is committed."""
    with unit_of_work():
        it = making.request()
    client = client_for("manager")
    for path in ("/", "/price-requests", f"/price-requests/{it.id}", "/approvals", "/notifications"):
        assert client.get(path).status_code == 200
        assert not is_writing()


def test_a_key_that_is_too_long_is_not_read(begun: Flask, client_for: CLIENTS) -> None:
    assert client_for("rep").submit("/notifications/reading", once="x" * 65).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/price-requests/1e3", "/price-requests/-1", "/price-requests/0x1", "/nowhere", "/price-requests/"],
)
def test_addresses_that_lead_nowhere_are_not_found(begun: Flask, client_for: CLIENTS, path: str) -> None:
    assert client_for("rep").get(path).status_code == 404


def test_a_number_that_no_row_can_have_is_not_found(begun: Flask, client_for: CLIENTS) -> None:
    assert client_for("rep").get(f"/price-requests/{10**30}").status_code == 404
