"""From draft to decision, and what is told on the way."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.core.events import Event, EventNote
from portal.core.types import Money
from portal.notifications.models import Notification
from portal.prices import commands, flow, jobs, queries
from portal.prices.models import PriceRequest
from tests import making
from tests.cast import person


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


def kinds(it: PriceRequest) -> list[str]:
    """The events of a request, oldest first."""
    mine = (Event.subject_kind == "price_request") & (Event.subject_id == it.id)
    found = db.session.execute(select(Event.kind).where(mine).order_by(Event.id)).scalars()
    return [kind.removeprefix("price_request.") for kind in found]


def told(username: str) -> list[str]:
    """What a person has been told, oldest first."""
    mine = Notification.person_id == person(username).id
    return list(db.session.execute(select(Notification.kind).where(mine).order_by(Notification.id)).scalars())


def test_a_draft_is_filled_in_from_customer_and_product(begun: Flask) -> None:
    with unit_of_work():
        thing = making.product(price=8_600_00, cost=5_716_00)
        it = making.draft(asked=7_310_00, thing=thing, pieces=24)
    assert (it.state, it.number, it.list_minor, it.cost_minor) == (
        "draft",
        "PR-2611-0001",
        8_600_00,
        5_716_00,
    )
    assert (it.asked_by_id, it.entered_by_id) == (person("rep").id, person("rep").id)
    assert it.valid_until == date(2026, 12, 31)  # the end of the next full month
    assert it.order == Money(175_440_00, "CNY")
    assert it.given_away == Money(30_960_00, "CNY")
    assert kinds(it) == ["drafted"]


def test_numbers_run_by_month(begun: Flask) -> None:
    with unit_of_work():
        assert [making.draft().number for _each in range(2)] == ["PR-2611-0001", "PR-2611-0002"]
    with clock.at(making.MONDAY + timedelta(days=31)), unit_of_work():
        assert making.draft().number == "PR-2612-0001"


def test_the_team_and_region_are_those_of_the_one_it_is_for(begun: Flask) -> None:
    with unit_of_work():
        it = making.draft("manager", owner="rep")
    east = making.viewer("rep")
    assert (it.team_id, it.region_id) == (east.team_id, east.region_id)


def test_the_whole_way(begun: Flask) -> None:
    """Asked, sent back with a reason, changed, sent again, approved twice; each told where it matters."""
    with unit_of_work():
        it = making.request(asked=7_900_00, remark="They compare us with Kaiwei.")
    with unit_of_work():
        making.decide(it, "manager", "return", "Add their offer.")
    db.session.refresh(it)
    assert (it.state, told("rep")) == ("returned", ["price_request.returned"])
    with unit_of_work():
        better = making.terms(7_950_00, of=queries.one(it.id).account, thing=it.product, competitor="Kaiwei")
        commands.change(it, better, version=it.version, by=making.viewer("rep"))
        commands.submit(it, version=it.version, by=making.viewer("rep"))
        making.decide(it, "manager", note="")
    with unit_of_work():
        making.decide(it, "finance", note="")
    db.session.refresh(it)
    assert (it.state, it.decided_at) == ("approved", clock.now())
    assert kinds(it) == ["drafted", "submitted", "returned", "changed", "submitted", "approved"]
    assert told("rep") == ["price_request.returned", "price_request.approved"]
    notes = list(db.session.execute(select(EventNote.text).order_by(EventNote.event_id)).scalars())
    assert "They compare us with Kaiwei." in notes
    assert notes.count("Add their offer.") == 2  # with the decision of the seat, and with that on the request


def test_a_request_that_waits_cannot_be_changed(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        again = making.terms(8_000_00, of=it.account, thing=it.product)
        with pytest.raises(Refused, match="Take it back first"):
            commands.change(it, again, version=it.version, by=making.viewer("rep"))


def test_what_was_taken_back_is_a_draft_again_and_can_be_sent_again(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        commands.recall(it, version=1, by=making.viewer("rep"))
        assert it.state == "draft"
        assert told("manager") == ["approval.waits", "approval.no_longer"]
        commands.submit(it, version=it.version, by=making.viewer("rep"))
        assert making.approval(it).round == 2


def test_until_the_last_has_decided_it_can_be_taken_back(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
        making.decide(it, "manager")
        commands.recall(it, version=making.approval(it).version, by=making.viewer("rep"))
        assert it.state == "draft"


def test_an_account_for_whom_nobody_asked_it_in_is_refused(begun: Flask) -> None:
    """The stranger's customers are not the rep's: the same words as for one that does not exist."""
    with unit_of_work():
        foreign = making.account("stranger")
        with pytest.raises(Refused, match="Choose one from the list") as refused:
            making.draft(of=foreign)
        assert refused.value.field == "account_text"


Change = Callable[[PriceRequest], Any]
# Acts on a request that somebody else has moved on: each is told so, whatever it wanted.
LATE: dict[str, Change] = {
    "change": lambda it: commands.change(it, making.terms(of=it.account), version=0, by=making.viewer("rep")),
    "submit": lambda it: commands.submit(it, version=0, by=making.viewer("rep")),
    "discard": lambda it: commands.discard(it, version=0, by=making.viewer("rep")),
    "recall": lambda it: commands.recall(it, version=1, by=making.viewer("rep")),
    "chase": lambda it: commands.chase(it, by=making.viewer("rep")),
    "hand over": lambda it: commands.hand_over(it, to_id=1, note="", version=1, by=making.viewer("rep")),
    "decide": lambda it: commands.decide(it, verdict="approve", note="", version=1, by=making.viewer("rep")),
}


@pytest.mark.parametrize("act", LATE)
def test_who_comes_too_late_is_told_so(begun: Flask, act: str) -> None:
    with unit_of_work():
        it = making.draft()
        with pytest.raises(Stale):
            LATE[act](it)
        assert kinds(it) == []  # queued with the unit, which is still open


def test_only_drafts_and_returned_ones_are_thrown_away(begun: Flask) -> None:
    with unit_of_work():
        it = making.draft()
        commands.discard(it, version=it.version, by=making.viewer("rep"))
        assert it.state == "discarded"
        waiting = making.request()
        with pytest.raises(Refused, match="present state"):
            commands.discard(waiting, version=waiting.version, by=making.viewer("rep"))


@pytest.mark.parametrize("asked", [10_000_00, 10_000_01])
def test_the_list_price_needs_no_approval(begun: Flask, asked: int) -> None:
    with unit_of_work(), pytest.raises(Refused, match="needs no approval") as refused:
        making.draft(asked=asked)
    assert refused.value.field == "asked"


def test_a_day_that_has_passed_is_refused(begun: Flask) -> None:
    with unit_of_work():
        yesterday = clock.today("Asia/Shanghai") - timedelta(days=1)
        with pytest.raises(Refused, match="has passed") as refused:
            making.draft(valid_until=yesterday)
        assert refused.value.field == "valid_until"


def test_a_price_holds_through_its_last_day_and_ends_with_it(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(valid_until=date(2026, 11, 20))
        making.request(valid_until=date(2026, 11, 20))  # waits: only approved prices run out
        making.decide(it, "manager")
    last_day = making.MONDAY.replace(day=20, hour=15, minute=59)  # 23:59 in Shanghai
    assert jobs.sweep_expired(last_day) == 0
    assert jobs.sweep_expired(last_day + timedelta(minutes=1)) == 1
    assert jobs.sweep_expired(last_day + timedelta(days=1)) == 0
    db.session.refresh(it)
    assert (it.state, kinds(it)[-1]) == ("expired", "expired")


def test_two_sweeps_at_once_end_a_price_once(both_apps: Flask) -> None:
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            it = making.request(valid_until=date(2026, 11, 20))
            making.decide(it, "manager")
        later = making.MONDAY + timedelta(days=30)
        assert sum(making.at_once(both_apps, *[lambda: jobs.sweep_expired(later)] * 3)) == 1
    assert kinds(it).count("expired") == 1


def test_every_move_of_the_flow_is_one_that_a_command_makes() -> None:
    assert {move.verb for move in flow.FLOW.rows} == {
        "submit", "approve", "return", "reject", "recall", "discard", "expire",
    }  # fmt: skip
    assert flow.FLOW.ends == {"rejected", "expired", "discarded"}
