"""Many accounts at once: created, changed, unchanged; parents in any order; owners; all or nothing."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core import search
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event
from portal.core.search import SearchDoc
from portal.core.types import Outcome
from portal.customers import queries
from portal.customers.commands import AccountRow, MemberRow, put_account, put_accounts, put_members
from portal.customers.models import Account, AccountMember
from portal.identity.models import Person
from tests.cast import person
from tests.counting import statements
from tests.making import viewer

CREATED, CHANGED, UNCHANGED = Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED


def put(*rows: AccountRow) -> list[Outcome]:
    with unit_of_work():
        return [taken.outcome for taken in put_accounts(rows, by=SYSTEM)]


def row(name: str, **told: object) -> AccountRow:
    return AccountRow(name=name, **told)  # type: ignore[arg-type]


def names() -> dict[str, Account]:
    db.session.expire_all()
    return {it.name: it for it in db.session.execute(select(Account)).scalars()}


def count(model: type) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_the_same_rows_again_change_nothing(both_apps: Flask) -> None:
    rows = [
        row(
            "Daughter",
            parent="Mother",
            sector="retail",
            revenue_minor=110_004_000_000,
            currency="USD",
            owner_id=person("rep").id,
        ),
        row("Mother", place="Suzhou"),
    ]
    assert put(*rows) == [CREATED, CREATED]
    before = (count(Event), count(SearchDoc), count(AccountMember), names()["Daughter"].version)
    assert put(*rows) == [UNCHANGED, UNCHANGED]
    assert (count(Event), count(SearchDoc), count(AccountMember), names()["Daughter"].version) == before
    assert names()["Daughter"].parent_id == names()["Mother"].id
    assert names()["Daughter"].revenue_minor == 110_004_000_000


def test_only_what_is_told_and_differs_changes(both_apps: Flask) -> None:
    put(row("A", sector="retail", phone="0512 6888 1234"), row("B"))
    assert put(row("a.", sector="medical"), row("B"), row("C")) == [CHANGED, UNCHANGED, CREATED]
    it = names()["a."]
    assert (it.sector, it.phone, it.version) == ("medical", "0512 6888 1234", 2)
    assert [
        hit.object_id for hit in search.find(db.session(), "medical", scope={"account": ["all"]}).hits
    ] == [it.id]


def test_one_account_comes_back_with_what_was_done(app: Flask) -> None:
    with unit_of_work():
        it, outcome = put_account(row("A", number="K-77"), by=SYSTEM)
    assert (it.number, outcome) == ("K-77", CREATED)


def test_numbers_run_on_and_leave_taken_ones_out(app: Flask) -> None:
    put(row("A", number="C-00002"), row("B"), row("C"))
    assert sorted(it.number for it in names().values()) == ["C-00001", "C-00002", "C-00003"]


@pytest.mark.parametrize(
    "rows",
    [
        [row("A"), row(" a ")],
        [row("A"), row("—")],
        [row("A", number="K-1"), row("B", number="K-1")],
        [row("A", parent="Nobody")],
        [row("A", parent="A")],
        [row("A", parent="B"), row("B", parent="C"), row("C", parent="A")],
    ],
)
def test_a_fault_in_one_row_takes_in_none(app: Flask, rows: list[AccountRow]) -> None:
    with pytest.raises(Refused):
        put(row("Good"), *rows)
    db.session.expire_all()
    assert (names(), count(Event), count(SearchDoc)) == ({}, 0, 0)


def test_a_number_is_not_taken_from_another(app: Flask) -> None:
    put(row("A", number="K-1"))
    with pytest.raises(Refused, match="K-1"):
        put(row("B", number="K-1"))
    assert put(row("A", number="K-2")) == [CHANGED]


def test_a_circle_with_what_is_known_is_seen(app: Flask) -> None:
    put(row("A"), row("B", parent="A"))
    with pytest.raises(Refused, match="above itself"):
        put(row("A", parent="B"))


def test_an_owner_who_is_told_takes_over(both_apps: Flask) -> None:
    put(row("A", owner_id=person("rep").id), row("B"))
    assert put(row("A", owner_id=person("colleague").id), row("B", owner_id=person("rep").id)) == [
        CHANGED,
        CHANGED,
    ]
    owners = {name: queries.owner_of(it.id) for name, it in names().items()}
    assert {name: db.session.get_one(Person, owner.person_id).username for name, owner in owners.items() if owner} == {
        "A": "colleague", "B": "rep",
    }  # fmt: skip
    assert [it.name for it in queries.choices("a", viewer("colleague"))] == ["A"]
    assert put(row("A", owner_id=person("colleague").id)) == [UNCHANGED]


def test_people_join_many_accounts_once(both_apps: Flask) -> None:
    put(*(row(f"Company {number}") for number in range(3)))
    wanted = [
        MemberRow(
            account_id=it.id,
            person_id=person("rep").id,
            since=date(2026, 1, 5),
            role="owner" if name.endswith("1") else "serves",
        )
        for name, it in names().items()
    ]
    with unit_of_work():
        assert put_members([*wanted, wanted[0]], by=SYSTEM) == 3
    with unit_of_work():
        assert put_members(wanted, by=SYSTEM) == 0
    assert len(queries.choices("company", viewer("rep"))) == 3
    assert queries.choices("company", viewer("colleague")) == []
    other = MemberRow(
        account_id=names()["Company 1"].id,
        person_id=person("colleague").id,
        since=date(2026, 1, 5),
        role="owner",
    )
    with unit_of_work():
        assert put_members([other], by=SYSTEM) == 0


def test_of_two_owners_told_at_once_the_first_counts(app: Flask) -> None:
    put(row("A"))
    told = [
        MemberRow(account_id=names()["A"].id, person_id=person(who).id, since=date(2026, 1, 5), role="owner")
        for who in ("rep", "colleague")
    ]
    with unit_of_work():
        assert put_members(told, by=SYSTEM) == 1
    assert [it.name for it in queries.choices("a", viewer("rep"))] == ["A"]


def test_many_rows_cost_few_statements(app: Flask) -> None:
    rows = [
        row(f"Company {number}", parent="Company 0" if number else None, owner_id=person("rep").id)
        for number in range(300)
    ]
    assert statements(lambda: put(*rows)) < 60
    assert statements(lambda: put(*rows)) < 12
    assert count(Event) == 600
