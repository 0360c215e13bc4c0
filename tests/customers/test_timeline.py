"""What was said, and everything that happened: in order, by department, page after page, text outside the hashed chain."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core import clock, events, search
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event
from portal.customers import flow
from portal.customers.commands import PersonCard, create_contact, put_credit, record_interaction
from portal.customers.models import Account, Interaction
from portal.customers.queries.timeline import Timeline, timeline
from tests import making
from tests.making import viewer

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def it(both_apps: Flask) -> Account:
    with clock.at(NOW - timedelta(days=30)), unit_of_work():
        return making.account("rep", "Jinhe")


def talk(
    it: Account, text: str, by: str = "rep", days: int = 0, way: str = "call", contact: int | None = None
) -> Interaction:
    with clock.at(NOW - timedelta(days=days)), unit_of_work():
        return record_interaction(it, way=way, text=text, contact_id=contact, by=viewer(by))


def texts(page: Timeline) -> list[str]:
    return [entry.text for entry in page.entries if entry.text]


def test_all_departments_stand_in_one_line_newest_first(it: Account) -> None:
    talk(it, "price", days=3)
    talk(it, "bearing", by="service", days=2, way="visit")
    talk(it, "overdue", by="finance", days=1)
    assert texts(timeline(it.id)) == ["overdue", "bearing", "price"]
    assert timeline(it.id).entries[-1].line.kind.key == "account.created"
    assert texts(timeline(it.id, side="sales")) == ["price"]
    assert texts(timeline(it.id, side="service")) == ["bearing"]
    assert texts(timeline(it.id, side="finance")) == ["overdue"]


def test_what_systems_tell_stands_apart(it: Account) -> None:
    talk(it, "price")
    with unit_of_work():
        put_credit(
            it, limit_minor=100, used_minor=0, currency="CNY", hold=False, as_of=NOW, source="ERP", by=SYSTEM
        )
    assert [entry.line.kind.key for entry in timeline(it.id, side="papers").entries] == ["credit.set"]
    assert "credit.set" not in [entry.line.kind.key for entry in timeline(it.id, side="sales").entries]


def test_what_is_of_no_use_to_a_reader_stands_in_the_chain_alone(it: Account) -> None:
    with unit_of_work():
        events.record(flow.CONTACT_CHANGED, it, by=viewer("rep"), account_id=it.id)
    kinds = [entry.line.kind.key for entry in timeline(it.id).entries]
    assert "account.created" in kinds
    assert flow.CONTACT_CHANGED.key not in kinds


def test_pages_follow_one_another_without_a_gap(it: Account) -> None:
    for number in range(7):
        talk(it, str(number), days=number // 2)
    whole, seen, mark = timeline(it.id, limit=99), [], None
    while True:
        page = timeline(it.id, before=mark, limit=2)
        seen += [entry.line.id for entry in page.entries]
        mark = page.older
        if mark is None:
            break
    assert seen == [entry.line.id for entry in whole.entries]


def test_with_whom_and_what_was_said_are_shown_but_not_hashed(it: Account) -> None:
    with clock.at(NOW - timedelta(days=1)), unit_of_work():
        shen = create_contact(it, PersonCard("Shen Yi"), by=viewer("rep"))
    talk(it, "Kaiwei offers less", contact=shen.id)
    newest = timeline(it.id).entries[0]
    assert (newest.text, newest.contact.name if newest.contact else "") == ("Kaiwei offers less", "Shen Yi")
    assert not any("Kaiwei" in str(row) for row in db.session.execute(select(Event.payload)).scalars())
    assert events.first_broken(db.session()) is None


def test_another_account_is_not_in_it(it: Account) -> None:
    with unit_of_work():
        other = making.account("rep")
    talk(other, "elsewhere")
    assert texts(timeline(it.id)) == []


def test_what_was_said_finds_the_customer(it: Account) -> None:
    talk(it, "凯威 offers a price for the second line")
    for typed in ("凯威", "second line"):
        assert [
            hit.object_id for hit in search.find(db.session(), typed, scope={"account": ["all"]}).hits
        ] == [it.id]


def test_the_last_contact_follows_the_newest_talk_only(it: Account) -> None:
    talk(it, "new", days=1)
    talk(it, "old")
    with clock.at(NOW), unit_of_work():
        record_interaction(it, way="visit", text="noted late", at=NOW - timedelta(days=9), by=viewer("rep"))
    db.session.refresh(it)
    assert it.last_contact_at == NOW
    assert it.version == 1


@pytest.mark.parametrize("told", [{"text": "  "}, {"at": NOW + timedelta(minutes=1)}, {"contact_id": 99}])
def test_what_cannot_have_been_said_is_refused(it: Account, told: dict[str, object]) -> None:
    with clock.at(NOW), pytest.raises(Refused), unit_of_work():
        record_interaction(it, **{"way": "call", "text": "x"} | told, by=viewer("rep"))  # type: ignore[arg-type]
    assert db.session.execute(select(Interaction)).first() is None
