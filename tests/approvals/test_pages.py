"""The desk and the policies."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.approvals import queries
from portal.calendars.queries import listed
from portal.core import clock, jobs
from portal.core.db import db, unit_of_work
from portal.prices.queries import KIND
from tests import making
from tests.client import PortalClient

CLIENTS = Callable[..., PortalClient]


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


def text(client: PortalClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_desk_shows_what_waits_the_most_urgent_first(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        first = making.request(of=making.account(name="First"))
    with clock.at(making.MONDAY + timedelta(minutes=30)):
        with unit_of_work():
            second = making.request(of=making.account(name="Second"))
        page = text(client_for("manager"), "/approvals")
    assert "2 requests wait for you" in page
    assert page.index(first.number) < page.index(second.number)
    assert "30 of 2 h" in page or "30 of 120" in page


def test_what_is_overdue_says_so(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.request()
    with clock.at(making.MONDAY + timedelta(hours=6)):
        assert "overdue since today 11:00" in text(client_for("manager"), "/approvals")


def test_the_navigation_counts_what_waits(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.request()
    assert 'rail__n rail__n--turn">1<' in text(client_for("manager"), "/me")


def test_an_empty_desk_says_what_was_decided_lately(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request()
        making.decide(it, "manager")
    page = text(client_for("manager"), "/approvals")
    assert "Nothing waits for you" in page
    assert "Decided by you lately" in page
    assert it.number in page


@pytest.mark.parametrize("username", ["rep", "employee", "executive", "admin"])
def test_the_desk_is_for_those_who_decide(begun: Flask, client_for: CLIENTS, username: str) -> None:
    assert client_for(username).get("/approvals").status_code == 403


def test_nobody_is_asked_to_sign_in_first(begun: Flask, client_for: CLIENTS) -> None:
    answer = client_for(None).get("/approvals")
    assert (answer.status_code, answer.location) == (303, "/login?next=/approvals")


# The form of two steps, as a browser sends it.
STEPS = {
    "kind": KIND, "steps-0-seat": "manager", "steps-0-minutes": "90", "steps-0-operator": "always",
    "steps-1-seat": "role:director", "steps-1-minutes": "300", "steps-1-operator": "above", "steps-1-field": "discount",
    "steps-1-value": "17.5 %",
}  # fmt: skip


def newest() -> list[tuple[str, int, str, str, int]]:
    db.session.rollback()
    policy = queries.policy_in_force(KIND)
    return [(s.seat, s.minutes, s.operator, s.field, s.value) for s in policy.steps]


def test_an_administrator_publishes_the_next_version(begun: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    answer = admin.submit("/approvals/policies", STEPS)
    assert answer.status_code == 303
    assert newest() == [("manager", 90, "always", "", 0), ("role:director", 300, "above", "discount", 1_750)]
    page = text(admin, answer.location)
    assert "Version 2 applies to every new request." in page
    assert "Version 1" in page


def test_a_policy_that_decides_nothing_is_refused_with_what_was_typed(
    begun: Flask, client_for: CLIENTS
) -> None:
    data = STEPS | {"steps-0-operator": "below", "steps-0-field": "margin", "steps-0-value": "33"}
    shown = client_for("admin").submit("/approvals/policies", data)
    page = shown.get_data(as_text=True)
    assert (shown.status_code, len(queries.policies(KIND))) == (422, 1)
    assert "At least one step must ask a person in every case." in page
    assert 'value="33"' in page


@pytest.mark.parametrize("value", ["x", "1.234", "--5", "٣٫٥"])
def test_a_limit_that_is_no_percentage_is_refused_at_its_field(
    begun: Flask, client_for: CLIENTS, value: str
) -> None:
    shown = client_for("admin").submit("/approvals/policies", STEPS | {"steps-1-value": value})
    assert (shown.status_code, len(queries.policies(KIND))) == (422, 1)
    page = shown.get_data(as_text=True)
    assert "One thing to mend before it can go" in page
    assert '<a href="#steps-1-value">2 · Limit, %: ' in page


@pytest.mark.parametrize("kind", ["", "nothing", "person"])
def test_a_policy_for_nothing_that_is_decided_is_refused(
    begun: Flask, client_for: CLIENTS, kind: str
) -> None:
    for steps in (STEPS, {}):
        assert client_for("admin").submit("/approvals/policies", steps | {"kind": kind}).status_code in (404, 422)


@pytest.mark.parametrize(
    ("username", "status"), [("manager", 403), ("rep", 403), ("finance", 403), (None, 401)]
)
def test_only_administrators_publish(
    begun: Flask, client_for: CLIENTS, username: str | None, status: int
) -> None:
    assert client_for(username).submit("/approvals/policies", STEPS).status_code == status
    assert len(queries.policies(KIND)) == 1


def test_those_who_decide_read_the_policy(begun: Flask, client_for: CLIENTS) -> None:
    page = text(client_for("manager"), "/approvals/policies")
    assert "if margin is below 25.0\u00a0%, or not known" in page
    assert "Publish the next version" not in page
    assert client_for("manager").get("/approvals/policies?kind=nothing").status_code == 404
    assert "经理" in text(client_for("manager", lang="zh"), "/approvals/policies")


def test_a_changed_calendar_moves_the_promise_on_the_page(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request()
        calendar_id = listed()[0].id
    path = f"/price-requests/{it.id}"
    assert "an answer is promised by today 11:00" in text(client_for("rep"), path)
    day = {"day": "2026-11-02", "kind": "holiday", "name": "Closed"}
    assert client_for("admin").submit(f"/calendars/{calendar_id}/days", day).status_code == 303
    assert jobs.run_waiting(clock.now() + timedelta(minutes=1)) == 1
    page = text(client_for("rep"), path)
    assert "an answer is promised by tomorrow 11:00" in page
    assert (
        "The working calendar changed: an answer is promised by tomorrow 11:00 instead of today 11:00."
        in page
    )
    assert "工作日历有改动：承诺答复时间由今天 11:00改为明天 11:00。" in text(client_for("rep", "zh"), path)
    told = text(client_for("rep"), "/notifications")
    assert "the working calendar changed, Li Na answers by tomorrow 11:00 instead of today 11:00." in told
