"""People at customers: several accounts, dated parts, who sees and finds them, what stays."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access import scopes
from portal.core import clock, search
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused, Stale
from portal.core.events import Event
from portal.customers import queries
from portal.customers.commands import (
    PersonCard,
    contact_left,
    create_contact,
    edit_contact,
    end_contact_role,
    link_contact,
    record_interaction,
)
from portal.customers.models import Account, AccountContact, Contact
from portal.customers.queries import people
from tests import making
from tests.cast import person
from tests.making import viewer

SHEN = PersonCard("Shen Yi", "沈怡", "purchasing", "138 1234 5678", "shen.yi@jinhe.example")


@pytest.fixture
def mine(app: Flask) -> Account:
    with unit_of_work():
        return making.account("rep", "Jinhe")


@pytest.fixture
def theirs(app: Flask) -> Account:
    with unit_of_work():
        return making.account("stranger", "Sanhe")


def add(
    account: Account, card: PersonCard = SHEN, by: str = "rep", roles: tuple[str, ...] = ("compares",)
) -> Contact:
    with unit_of_work():
        return create_contact(account, card, roles=roles, by=viewer(by))


def sees(username: str, it: Contact) -> bool:
    try:
        scopes.find(Contact, it.id, viewer(username), "customers.see")
    except NotFound:
        return False
    return True


def found(typed: str, kind: str, scope: str = "all") -> list[int]:
    return [hit.object_id for hit in search.find(db.session(), typed, scope={kind: [scope]}).hits]


def links() -> list[tuple[int, tuple[str, ...], bool]]:
    rows = db.session.execute(select(AccountContact).order_by(AccountContact.id)).scalars()
    return [(row.account_id, tuple(row.roles), row.until is None) for row in rows]


def test_a_person_is_found_and_so_is_the_customer_by_him(mine: Account) -> None:
    it = add(mine)
    for typed in ("shen", "沈怡", "sy", "5678", "purchasing", "shen.yi"):
        assert found(typed, "contact") == [it.id], typed
        assert mine.id in found(typed, "account") or typed == "sy", typed
    assert found("shen", "contact", f"o{person('rep').id}") == [it.id]
    assert found("shen", "contact", f"o{person('colleague').id}") == []


def test_the_address_of_a_person_is_in_no_event(mine: Account) -> None:
    add(mine)
    assert not any("Shen" in str(payload) for payload in db.session.execute(select(Event.payload)).scalars())


def test_a_person_may_work_for_two_customers_with_two_parts(mine: Account, theirs: Account) -> None:
    it = add(mine)
    assert not sees("stranger", it)
    with unit_of_work():
        link_contact(theirs, it, roles=["decides", "pays"], by=viewer("director"))
    assert links() == [(mine.id, ("compares",), True), (theirs.id, ("decides", "pays"), True)]
    assert sees("stranger", it)
    assert found("shen", "contact", f"o{person('stranger').id}") == [it.id]
    assert [account.id for _link, account in people.accounts_at(it.id, viewer("rep"))] == [mine.id]


def test_a_new_part_ends_the_old_one_and_keeps_it(mine: Account) -> None:
    it = add(mine)
    with unit_of_work():
        link_contact(mine, it, roles=["decides"], by=viewer("rep"))
    assert links() == [(mine.id, ("compares",), False), (mine.id, ("decides",), True)]
    with pytest.raises(Refused, match="already"), unit_of_work():
        link_contact(mine, it, roles=["decides"], by=viewer("rep"))


def test_a_part_does_not_begin_before_the_present_one_or_tomorrow(mine: Account) -> None:
    it, today = add(mine), clock.today("Asia/Shanghai")
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(Refused), unit_of_work():
            link_contact(mine, it, roles=["decides"], since=day, by=viewer("rep"))


def test_who_has_gone_stays_as_history(mine: Account) -> None:
    it = add(mine)
    row = people.contacts_of(mine.id, clock.now())[0]
    with unit_of_work():
        end_contact_role(row.link, by=viewer("rep"))
    assert [one.is_open for one in people.contacts_of(mine.id, clock.now())] == [False]
    assert sees("rep", it)
    assert mine.id not in found("shen", "account")
    with pytest.raises(Refused), unit_of_work():
        end_contact_role(row.link, by=viewer("rep"))


def test_who_left_the_trade_left_all_his_customers(mine: Account, theirs: Account) -> None:
    it = add(mine)
    with unit_of_work():
        link_contact(theirs, it, by=viewer("director"))
    with unit_of_work():
        contact_left(it, version=it.version, by=viewer("director"))
    assert it.gone
    assert [is_open for _account, _roles, is_open in links()] == [False, False]
    assert people.choices("shen", viewer("director")) == []


def test_a_changed_card_is_found_anew_and_only_at_the_version_seen(mine: Account) -> None:
    it = add(mine)
    with unit_of_work():
        edit_contact(it, PersonCard("Shen Yi", phone="139 0000 1111"), version=1, by=viewer("rep"))
    assert found("1111", "contact") == [it.id]
    assert found("5678", "contact") == []
    with pytest.raises(Stale), unit_of_work():
        edit_contact(it, SHEN, version=1, by=viewer("rep"))


def test_a_person_needs_a_name(mine: Account) -> None:
    with pytest.raises(Refused):
        add(mine, PersonCard("  "))


def test_an_unknown_part_is_a_fault_of_the_program(mine: Account) -> None:
    with pytest.raises(ValueError, match="unknown"):
        add(mine, roles=("dances",))


def test_who_spoke_with_a_person_within_half_a_year_knows_him(both_apps: Flask) -> None:
    with unit_of_work():
        mine = making.account("rep", "Jinhe")
    it, now = add(mine), clock.now()
    for who, days in (("rep", 3), ("manager", 200), ("director", 30)):
        with clock.at(now - timedelta(days=days)), unit_of_work():
            record_interaction(mine, way="call", text="Hello", contact_id=it.id, by=viewer(who))
    row = people.contacts_of(mine.id, now)[0]
    assert set(row.known_by) == {person("rep").id, person("director").id}
    assert (row.last_by, (now - row.last_at).days if row.last_at else None) == (person("rep").id, 3)


def test_a_name_typed_without_script_is_understood(mine: Account) -> None:
    it = add(mine)
    add(mine, PersonCard("Shen Yi Two"))
    assert people.meant(None, "Shen Yi", viewer("rep"), field="f").id == it.id
    assert people.meant(it.id, "沈怡", viewer("rep"), field="f").id == it.id
    with pytest.raises(Refused, match="Several"):
        people.meant(None, "Shen", viewer("rep"), field="f")
    with pytest.raises(Refused, match="Nobody"):
        people.meant(it.id, "Shen Yi", viewer("stranger"), field="f")


def test_the_thin_relation_is_seen(mine: Account) -> None:
    it = add(mine, roles=("decides",))
    with unit_of_work():
        record_interaction(mine, way="visit", text="Hello", contact_id=it.id, by=viewer("rep"))
    from portal.customers.queries.page import shown

    seen = shown(queries.one(mine.id), viewer("rep"))
    assert seen.finding == "thin"
    assert seen.thin is not None
    assert seen.thin.contact.id == it.id


def test_who_says_that_a_person_has_left_speaks_for_his_own_customers(mine: Account) -> None:
    it = add(mine)
    with unit_of_work():
        his = making.account("stranger")
        link_contact(his, it, by=viewer("stranger"))
    with unit_of_work():
        contact_left(it, version=it.version, by=viewer("rep"))
    there = {row.account_id: row.until for row in db.session.execute(select(AccountContact)).scalars()}
    assert there[mine.id] is not None
    assert there[his.id] is None
    assert not it.gone
    with unit_of_work():
        contact_left(it, version=it.version, by=viewer("stranger"))
    assert it.gone
