"""Nobody decides what he asked for, typed in or sent for another; and a draft is nobody else's business."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.prices import commands, queries
from portal.prices.models import PriceRequest
from tests import making
from tests.cast import person
from tests.client import PortalClient

CLIENTS = Callable[..., PortalClient]
OTHERS = ("manager", "director", "finance", "colleague", "stranger")


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


@pytest.fixture
def draft(begun: Flask) -> PriceRequest:
    """A draft of the rep."""
    with unit_of_work():
        return making.draft(of=making.account(name="Jinhe Chemical"), remark="For the new plant")


def text(client: PortalClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def read(it: PriceRequest) -> PriceRequest:
    """A request as it stands in the database."""
    db.session.rollback()
    return db.session.get_one(PriceRequest, it.id)


def seated(it: PriceRequest) -> set[int]:
    return {holder.person_id for holder in making.seat(it).holders}


def test_who_types_new_terms_does_not_decide_them(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        of, thing = making.account(name="Jinhe Chemical"), making.product(name="Pump CQB 50")
        it = making.request(of=of, thing=thing)
        making.decide(it, "manager", "return")
    typed = {
        "account_text": of.name,
        "product_text": thing.name,
        "asked": "8,500",
        "version": read(it).version,
    }
    manager = client_for("manager")
    assert manager.submit(f"/price-requests/{it.id}/terms", typed).status_code == 303
    assert person("manager").id in making.approval(it).barred
    assert seated(it) == {person("director").id}
    version = making.approval(it).version
    answer = manager.submit(f"/price-requests/{it.id}/decision", {"verdict": "approve", "version": version})
    assert answer.status_code in (404, 422)
    assert read(it).state == "waiting"


def test_who_has_typed_terms_does_not_decide_them_after_another_has_sent_them(begun: Flask) -> None:
    with unit_of_work():
        of, thing = making.account(), making.product()
        it = making.request(of=of, thing=thing)
        making.decide(it, "manager", "return")
        commands.change(
            it, making.terms(8_500_00, of=of, thing=thing), version=it.version, by=making.viewer("manager")
        )
        commands.submit(it, version=it.version, by=making.viewer("rep"))
    assert seated(it) == {person("director").id}


def test_nor_after_a_second_colleague_has_typed_in_others(begun: Flask) -> None:
    with unit_of_work():
        of, thing = making.account(), making.product()
        it = making.request(of=of, thing=thing)
        making.decide(it, "manager", "return")
    for price, username in ((8_500_00, "manager"), (8_600_00, "service")):
        with unit_of_work():
            terms = making.terms(price, of=of, thing=thing)
            commands.change(it, terms, version=it.version, by=making.viewer(username))
    with unit_of_work():
        commands.submit(it, version=it.version, by=making.viewer("rep"))
    assert seated(it) == {person("director").id}


def test_who_sends_it_for_another_does_not_decide_it(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        making.decide(it, "manager", "return")
        commands.submit(it, version=it.version, by=making.viewer("manager"))
    assert seated(it) == {person("director").id}


@pytest.mark.parametrize("username", OTHERS)
def test_a_draft_is_found_by_its_writer_alone(
    draft: PriceRequest, client_for: CLIENTS, username: str
) -> None:
    link = f"/price-requests/{draft.id}"
    for path in ("/search?q=new+plant", "/palette?q=new+plant", "/price-requests?q=new+plant"):
        assert link in text(client_for("rep"), path), path
        assert link not in text(client_for(username), path), path
    other = client_for(username)
    for path in (link, f"{link}/terms"):
        assert other.get(path).status_code in (403, 404), path
    assert client_for("rep").get(f"{link}/terms").status_code == 200


@pytest.mark.parametrize("username", OTHERS)
def test_what_was_thrown_away_unsent_stays_unseen(
    draft: PriceRequest, client_for: CLIENTS, username: str
) -> None:
    with unit_of_work():
        commands.discard(queries.one(draft.id), version=1, by=making.viewer("rep"))
    other = client_for(username)
    assert other.get(f"/price-requests/{draft.id}").status_code == 404
    assert draft.number not in text(other, "/price-requests")
    assert f"/price-requests/{draft.id}" not in text(other, "/search?q=new+plant")
    assert draft.number in text(client_for("rep"), "/price-requests")


def test_who_decides_sees_and_finds_it_as_long_as_it_is_sent(
    draft: PriceRequest, client_for: CLIENTS
) -> None:
    rep, manager = client_for("rep"), client_for("manager")
    link, found = f"/price-requests/{draft.id}", "/search?q=new+plant"
    assert rep.submit(f"{link}/submission", {"version": 1}).status_code == 303
    assert manager.get(link).status_code == 200
    assert link in text(manager, found)
    assert rep.submit(f"{link}/recall", {"version": 1}).status_code == 303
    assert manager.get(link).status_code == 404
    assert link not in text(manager, found)
    for act in ("decision", "handover", "recall"):
        answer = manager.submit(f"{link}/{act}", {"verdict": "approve", "version": 1})
        assert answer.status_code == 404, act


def test_the_page_of_the_customer_tells_nothing_of_a_draft(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        of, thing = making.account(), making.product()
        it = making.draft(of=of, thing=thing)
        commands.change(it, making.terms(8_123_00, of=of, thing=thing), version=1, by=making.viewer("rep"))
    for username in ("manager", "finance", "executive", "service"):
        assert "8,123" not in text(client_for(username), f"/customers/{of.id}"), username


def test_what_would_give_the_cost_away_is_told_only_to_those_who_may_see_it(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
    rep, manager = (queries.shown(queries.one(it.id), making.viewer(who)) for who in ("rep", "manager"))
    assert (rep["margin"], {mark.margin for mark in rep["marks"]}) == (None, {None})
    assert "limit" not in {mark.key for mark in rep["marks"]}
    assert manager["margin"] is not None
    assert all(mark.margin is not None for mark in manager["marks"])
    assert "limit" in {mark.key for mark in manager["marks"]}
