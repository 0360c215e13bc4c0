"""The undo of an import: what it brought goes, what it changed is set back, what has moved on since stays and is listed."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.access.viewer import SYSTEM
from portal.core import clock, search
from portal.core.batches import APART, SOME, Batch, BatchRow, as_stored, keeping, mark_of
from portal.core.db import Base, db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.core.events import Event, Ref, first_broken, plain, record
from portal.core.flow import Channel
from portal.core.undo import plan, put_back
from portal.core.versions import grow
from portal.customers.commands import imports
from portal.customers.flow import LEFT
from portal.customers.models import Account, AccountMember
from portal.identity.commands import people
from portal.identity.commands.links import issue_link
from portal.identity.flow import PERSON_EDITED, ROLE_REVOKED
from portal.identity.models import Membership, Person, RoleGrant, Team
from portal.imports import commands, intake, queries
from portal.imports.queries import INTAKES, Preview
from portal.measures.models import FigureRow
from portal.notifications.models import Notification
from portal.pipeline.models import Opportunity, StageChange
from portal.products.flow import COUNTED
from portal.products.models import Product, Stock
from portal.tasks.commands import give
from tests import making
from tests.cast import person
from tests.imports.test_maven import FILES, count, take_in

DAY = clock.today("Asia/Shanghai")
TOLD = APART - {"search_doc"} | {"notification"}
"""What an undo leaves: what was told, and numbers that are never given again."""


@pytest.fixture
def files(shared_data: Path) -> Path:
    """The folder of the real files."""
    return shared_data / "maven_crm"


@pytest.fixture
def house(app: Flask, tmp_path: Path) -> "House":
    """Files as one writes them, taken in and undone."""
    with unit_of_work():
        making.calendar()
    return House(tmp_path)


@pytest.fixture
def both_houses(both_apps: Flask, tmp_path: Path) -> "House":
    """The same, on SQLite and on PostgreSQL."""
    with unit_of_work():
        making.calendar()
    return House(tmp_path)


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, kind: str, text: str) -> Batch:
        file = self.folder / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        intake.run_file(kind, file, dry_run=False, accept_suggestions=True, folder=self.folder, currency="CNY")
        return newest()


def newest() -> Batch:
    db.session.rollback()
    db.session.expire_all()
    return db.session.execute(select(Batch).order_by(Batch.id.desc()).limit(1)).scalar_one()


def undo(number: int) -> Batch:
    db.session.rollback()
    with unit_of_work():
        it = db.session.get_one(Batch, number)
        commands.undo(it, version=it.version, by=SYSTEM.by(Channel.IMPORT))
    db.session.expire_all()
    return db.session.get_one(Batch, number)


def preview(number: int) -> Preview:
    db.session.rollback()
    return queries.would_undo(db.session.get_one(Batch, number), SYSTEM)


def stayed(number: int) -> set[tuple[str, str]]:
    """What stays and why, before the undo and after it alike."""
    return told(preview(number).left)


def told(left: list[queries.Left]) -> set[tuple[str, str]]:
    return {(one.name["en"], one.why % {"what": one.by}) for one in left}


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that an undo puts back."""
    db.session.rollback()
    return {
        name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for name, table in Base.metadata.tables.items() if name not in TOLD
    }  # fmt: skip


def test_the_real_files_undone_backwards_leave_everything_as_before(both_apps: Flask, files: Path) -> None:
    with unit_of_work():
        making.calendar()
    app, before, batches, tolds, stages = both_apps, every_row(), [], [], [{}]
    for kind in FILES:
        tolds.append(take_in(app, files, kind))
        batches.append(newest().id)
        stages.append(every_row())
    for number, was in zip(reversed(batches), [*reversed(stages[1:-1]), before], strict=True):
        expected = preview(number)
        it = undo(number)
        assert (it.removed, it.restored, it.stayed) == (expected.removed, 0, 0)
        now = every_row()
        assert [name for name in now if now[name] != was[name]] == []
    assert count(BatchRow) == 0
    assert first_broken(db.session()) is None
    assert (it.removed, newest().removed) == (36 + 7 + 7 + 2, 7375)
    again = [take_in(app, files, kind) for kind in FILES]
    assert again == tolds
    assert db.session.execute(select(func.min(Opportunity.id))).scalar_one() > 7375, "numbers are given once"


def test_the_real_files_undone_from_the_front_stay_where_they_are_needed(app: Flask, files: Path) -> None:
    with unit_of_work():
        making.calendar()
    batches = {}
    for kind in FILES:
        take_in(app, files, kind)
        batches[kind] = newest().id
    sellers = set(db.session.execute(select(Person.name).join(Opportunity, Opportunity.owner_id == Person.id)).scalars())
    teams = set(db.session.execute(select(Team.name).join(Membership).join(Person).where(Person.name.in_(sellers))).scalars())
    named = {kind: {name for name, _why in stayed(number)} for kind, number in batches.items()}
    assert sellers | teams | {"Central", "West"} == named["people"]
    assert len(named["accounts"]) == 85
    assert len(named["products"]) == 7
    assert named["opportunities"] == set()
    people_, accounts, products, opportunities = (undo(batches[kind]) for kind in FILES)
    assert (accounts.removed, accounts.stayed, products.removed, products.stayed) == (0, 85, 0, 7)
    assert people_.stayed == len(sellers) + len(teams) * 2 + 2, "teams bear the names of their managers"
    assert people_.removed == 52 - people_.stayed
    assert (opportunities.removed, opportunities.stayed) == (7375, 0)
    assert told(queries.left(products, SYSTEM)) == {(name, "needed since by: opportunity") for name in named["products"]}


def test_what_was_changed_gets_its_old_values_and_a_later_version(house: House) -> None:
    house.send("products", "code,product,series,sales_price,lead_days\nA,Pump,P,100,5\nB,Valve,V,10,1\n")
    before = every_row()
    it = house.send("products", "code,product,series,sales_price,lead_days\nA,Pump II,P,120,7\nB,Valve,V,10,1\nC,Seal,S,1,1\n")
    assert (it.created, it.changed, it.unchanged) == (1, 1, 1)
    assert (preview(it.id).removed, preview(it.id).restored, preview(it.id).left) == (1, 1, [])
    it = undo(it.id)
    assert (it.state, it.removed, it.restored, it.stayed) == ("undone", 1, 1, 0)
    now = every_row()
    assert db.session.execute(select(Product.version).where(Product.code == "A")).scalar_one() == 3
    assert now["search_doc"] == before["search_doc"]
    assert [row[:-1] for row in now["product"]] == [row[:-1] for row in before["product"]]
    assert [hit.title for hit in search.find(db.session(), "Pump", scope={"product": ["all"]}).hits] == ["Pump"]
    assert search.find(db.session(), "Seal", scope={"product": ["all"]}).hits == []


def test_what_was_changed_since_stays_and_is_listed(house: House) -> None:
    first = house.send("products", "code,product,sales_price\nA,Pump,100\nB,Valve,10\n").id
    second = house.send("products", "code,product,sales_price\nA,Pump,110\n").id
    assert stayed(first) == {("Pump", "changed since")}
    undo(second)
    assert stayed(first) == set(), "what a later import did and its undo took back again is as the first one left it"
    assert undo(first).removed == 2
    assert count(Product) == 0


def test_an_import_in_between_keeps_only_what_came_after(both_houses: House) -> None:
    first = both_houses.send("products", "code,product,sales_price\nA,Pump,100\n").id
    second = both_houses.send("products", "code,product,sales_price\nA,Pump,110\n").id
    both_houses.send("products", "code,product,sales_price\nA,Pump,120\n")
    it = undo(second)
    assert (it.restored, it.stayed) == (0, 1)
    assert told(queries.left(it, SYSTEM)) == {("Pump", "changed since")}
    assert undo(first).stayed == 1
    assert db.session.execute(select(Product.list_price_minor)).scalar_one() == 120_00


def test_a_second_undo_does_nothing(house: House) -> None:
    number = house.send("products", "product,sales_price\nPump,100\n").id
    undo(number)
    events = count(Event)
    with pytest.raises(Refused):
        undo(number)
    with pytest.raises(Stale), unit_of_work():
        commands.undo(db.session.get_one(Batch, number), version=2, by=SYSTEM)
    assert count(Event) == events


def test_a_file_that_was_only_looked_at_or_changed_nothing_cannot_be_undone(house: House) -> None:
    house.send("products", "product,sales_price\nPump,100\n")
    same = house.send("products", "product,sales_price\nPump,100\n").id
    assert not queries.may_be_undone(newest())
    with pytest.raises(Refused, match="Nothing of this import"):
        undo(same)


def test_a_failure_in_the_middle_of_an_undo_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = house.send("products", "product,sales_price\nPump,100\n").id
    before, events = every_row(), count(Event)

    def fail(*_told: object, **_more: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("portal.imports.commands.owners", fail)
    with pytest.raises(OSError, match="disk"):
        undo(number)
    assert (every_row(), count(Event), newest().state) == (before, events, "written")


PEOPLE = "name,manager,region\nZhao Yi,Sun Er,North\nQian San,Sun Er,North\nZhou Si,Sun Er,North\n"


def test_people_who_came_in_since_or_have_roles_from_elsewhere_stay_with_all_that_is_theirs(both_houses: House) -> None:
    number = both_houses.send("people", PEOPLE).id
    by_name = {it.name: it for it in db.session.execute(select(Person)).scalars()}
    with unit_of_work():
        issue_link(by_name["Zhao Yi"].username)
    with unit_of_work():
        people.grant_role(db.session.get_one(Person, by_name["Qian San"].id), "trainer", since=DAY, by=SYSTEM)
    stays = {
        ("Zhao Yi", "needed since by: sign-in link"), ("Qian San", "changed since"), ("Sun Er", "needed since by: team"),
        ("North", "needed since by: team"),
    }  # fmt: skip
    found = stayed(number)
    assert {one for one in found if one[1] != "needed since by: other entries"} == stays
    assert {name for name, _why in found} == {"Zhao Yi", "Qian San", "Sun Er", "North"}
    it = undo(number)
    assert it.removed == 1
    assert by_name.keys() - set(db.session.execute(select(Person.name)).scalars()) == {"Zhou Si"}
    kept = select(func.count()).where(RoleGrant.person_id == by_name["Zhao Yi"].id)
    assert db.session.execute(kept).scalar_one() == 1, "his role stays with him"
    assert db.session.execute(select(func.count()).where(Membership.person_id == by_name["Zhao Yi"].id)).scalar_one() == 1


def test_who_was_moved_is_in_the_former_team_again(house: House) -> None:
    rep = person("rep")
    team, memberships = home(rep.id), every_row()["membership"]
    number = house.send("people", f"name,manager,region\n{rep.name},Sun Er,North\n").id
    assert home(rep.id) != team
    assert (preview(number).removed, preview(number).restored) == (3, 1)
    undo(number)
    assert home(rep.id) == team
    assert every_row()["membership"] == memberships
    assert newest_event("membership.begun").payload["team"] == db.session.get_one(Team, team).name


def test_who_still_leads_a_team_keeps_the_role_for_it(both_houses: House) -> None:
    """Otherwise what his people ask for would wait for somebody who may not decide."""
    rep = person("rep")
    number = both_houses.send("people", f"name,manager,region\nZhao Yi,{rep.name},North\nQian San,{rep.name},North\n").id
    with unit_of_work():
        issue_link(db.session.execute(select(Person.username).where(Person.name == "Zhao Yi")).scalar_one())
    assert (rep.name, "needed since by: team") in stayed(number)
    it = undo(number)
    assert it.removed == 1
    assert "manager" in making.viewer("rep").roles
    assert home(rep.id) == db.session.execute(select(Team.id).where(Team.manager_id == rep.id)).scalar_one()


def test_whose_role_and_team_came_by_a_file_has_neither_and_it_is_told(house: House) -> None:
    with unit_of_work():
        people.create_person(username="wu.di", name="Wu Di", by=SYSTEM)
    it = house.send("people", "name,manager,region\nZhao Yi,Wu Di,North\n")
    assert "manager" in making.viewer("wu.di").roles
    assert undo(it.id).stayed == 0
    assert making.viewer("wu.di").roles == frozenset()
    assert newest_event(ROLE_REVOKED.key).payload["person"] == person("wu.di").id
    assert newest_event(PERSON_EDITED.key).payload == {"person": person("wu.di").id, "what": "team"}


def test_what_figures_were_counted_of_stays(both_houses: House) -> None:
    number = both_houses.send("people", f"name,manager,region\n{person('rep').name},Sun Er,North\n").id
    team, region = db.session.execute(select(Team.id, Team.region_id).where(Team.name == "Sun Er")).one()
    figure = {"measure": "eligible", "definition": 1, "as_of": DAY, "people": 1, "state": "shown", "value": 1, "extra": {}}
    with unit_of_work():
        db.session.add(FigureRow(**figure, grain="team", group_id=team))
        db.session.add(FigureRow(**figure, grain="region", group_id=region + 1))
    assert ("Sun Er", "needed since by: other entries") in stayed(number)
    undo(number)
    assert db.session.get(Team, team) is not None


def newest_event(kind: str) -> Event:
    found = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    return db.session.execute(found).scalar_one()


def home(person_id: int) -> int:
    db.session.rollback()
    now = select(Membership.team_id).where(Membership.person_id == person_id, Membership.until.is_(None))
    return db.session.execute(now).scalar_one()


def test_a_customer_handed_over_by_a_file_goes_back_and_both_are_told(both_houses: House) -> None:
    rep, other = person("rep"), person("manager")
    with unit_of_work():
        account = making.account(name="Jinhe")
    members = every_row()["account_member"]
    number = both_houses.send("accounts", f"account,owner,sector\nJinhe,{other.username},steel\n").id
    assert owner(account.id) == other.id
    assert (preview(number).removed, preview(number).restored) == (0, 1)
    undo(number)
    assert owner(account.id) == rep.id
    assert every_row()["account_member"] == members
    assert db.session.get_one(Account, account.id).sector != "steel"
    assert newest_event("account.handed_over").payload == {"giver": other.id, "taker": rep.id}
    assert db.session.execute(select(Event.id).where(Event.kind == LEFT.key)).all() == [], "it was handed over: told once"
    assert set(db.session.execute(select(Notification.person_id)).scalars()) == {rep.id, other.id}
    assert search.find(db.session(), "Jinhe", scope={"account": [f"o{rep.id}"]}).total == 1
    assert search.find(db.session(), "Jinhe", scope={"account": [f"o{other.id}"]}).total == 0


def owner(account_id: int) -> int:
    db.session.rollback()
    db.session.expire_all()
    now = select(AccountMember.person_id).where(
        AccountMember.account_id == account_id, AccountMember.role == "owner", AccountMember.until.is_(None)
    )
    return db.session.execute(now).scalar_one()


def test_a_parent_is_set_back_before_the_row_that_it_named_goes(house: House) -> None:
    house.send("accounts", "account,subsidiary_of\nSmall,\n")
    number = house.send("accounts", "account,subsidiary_of\nSmall,Large\nLarge,Largest\nLargest,\n").id
    it = undo(number)
    assert (it.removed, it.restored, it.stayed) == (2, 1, 0)
    assert db.session.execute(select(Account.name, Account.parent_id)).all() == [("Small", None)]


def test_what_hangs_on_a_row_keeps_it_and_all_above_it(both_houses: House) -> None:
    number = both_houses.send("accounts", "account,subsidiary_of\nSmall,Large\nLarge,Largest\nLargest,\nAlone,\n").id
    with unit_of_work():
        imports.put_account(imports.AccountRow(name="Small", sector="steel"), by=SYSTEM)
    assert stayed(number) == {
        ("Small", "changed since"), ("Large", "needed since by: customer"), ("Largest", "needed since by: customer"),
    }  # fmt: skip
    assert undo(number).removed == 1


def test_of_many_in_a_tree_none_holds_up_another(house: House) -> None:
    """They go some hundred at a time, those above first."""
    below = "".join(f"Small {number},Large\n" for number in range(SOME))
    assert undo(house.send("accounts", f"account,subsidiary_of\nLarge,\n{below}").id).removed == SOME + 1


def test_what_stood_below_one_that_is_gone_stays_where_it_is(house: House) -> None:
    house.send("accounts", "account\nSmall\n")
    above = house.send("accounts", "account\nLarge\n").id
    house.send("accounts", "account,subsidiary_of\nSmall,Large\n")
    moved = house.send("accounts", "account,subsidiary_of\nSmall,New\nNew,\n").id
    assert undo(above).removed == 1
    assert stayed(moved) == {("Small", "what it belonged to before is no more"), ("New", "needed since by: customer")}
    assert undo(moved).stayed == 2


def test_what_went_meanwhile_stops_the_undo(house: House) -> None:
    it = house.send("products", "product,sales_price\nPump,100\n")
    taken = plan(it, ())
    taken.gone["product"].add(max(taken.gone["product"]) + 1)
    with pytest.raises(Stale), unit_of_work():
        put_back(taken)
    assert count(Product) == 1


def test_nothing_comes_to_stand_above_itself(both_houses: House) -> None:
    both_houses.send("accounts", "account,subsidiary_of\nSmall,Large\nLarge,\nOther,\n")
    number = both_houses.send("accounts", "account,subsidiary_of\nSmall,New\nNew,\nOther,New\n").id
    with unit_of_work():
        imports.put_account(imports.AccountRow(name="Large", parent="Small"), by=SYSTEM)
    assert stayed(number) == {("Small", "would stand above itself"), ("New", "needed since by: customer")}
    assert undo(number).restored == 1
    above = dict(db.session.execute(select(Account.name, Account.parent_id)).all())
    ids = dict(db.session.execute(select(Account.name, Account.id)).all())
    assert above == {"Small": ids["New"], "Large": ids["Small"], "Other": None, "New": None}


def test_a_file_that_turned_two_round_is_undone_whole(house: House) -> None:
    house.send("accounts", "account,subsidiary_of\nSmall,Large\nLarge,\nOther,\n")
    house.send("accounts", "account,subsidiary_of\nOther,Small\n")
    before = dict(db.session.execute(select(Account.name, Account.parent_id)).all())
    it = house.send("accounts", "account,subsidiary_of\nSmall,New\nNew,\nLarge,Small\n")
    it = undo(it.id)
    assert (it.removed, it.restored, it.stayed) == (1, 2, 0)
    assert dict(db.session.execute(select(Account.name, Account.parent_id)).all()) == before


OPPORTUNITIES = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"


@pytest.fixture
def sales(house: House) -> House:
    """A customer and a product from files, for opportunities."""
    house.send("accounts", "account\nJinhe\n")
    house.send("products", "product,sales_price\nPump,100\n")
    return house


def test_who_still_has_an_opportunity_goes_on_serving_the_customer(sales: House) -> None:
    rep = person("rep").username
    first = sales.send("opportunities", f"{OPPORTUNITIES}O-1,{rep},Pump,Jinhe,engaging,2026-10-01,,\n").id
    second = sales.send("opportunities", f"{OPPORTUNITIES}O-2,{rep},Pump,Jinhe,engaging,2026-10-02,,\n").id
    it = undo(first)
    assert (it.removed, count(Opportunity)) == (1, 1)
    assert count(AccountMember) == 1
    assert told(queries.left(it, SYSTEM)) == {("Jinhe", "needed since by: opportunity")}
    undo(second)
    assert (count(Opportunity), count(StageChange)) == (0, 0)


def test_an_opportunity_that_was_changed_is_as_before_with_its_stages(sales: House) -> None:
    rep = person("rep").username
    sales.send("opportunities", f"{OPPORTUNITIES}O-1,{rep},Pump,Jinhe,engaging,2026-10-01,,\n")
    before = every_row()
    number = sales.send("opportunities", f"{OPPORTUNITIES}O-1,{rep},Pump,Jinhe,won,2026-10-01,2026-11-01,90\n").id
    undo(number)
    now = every_row()
    assert now["stage_change"] == before["stage_change"]
    assert [row[:-1] for row in now["opportunity"]] == [row[:-1] for row in before["opportunity"]]


def test_the_old_values_are_not_given_back_where_another_has_them_now(house: House) -> None:
    """The giver of a customer serves him anew since: what was his before cannot come back beside it."""
    rep, other = person("rep"), person("manager")
    with unit_of_work():
        account = making.account(name="Jinhe")
    number = house.send("accounts", f"account,owner\nJinhe,{other.username}\n").id
    with unit_of_work():
        db.session.add(AccountMember(account_id=account.id, person_id=rep.id, role="serves", since=DAY))
    found = preview(number)
    assert ("Jinhe", "what it had before belongs to another now") in told(found.left)
    undo(number)
    assert owner(account.id) == other.id, "nothing of it moved, since not all of it could"


def test_every_intake_says_what_follows_its_undo() -> None:
    assert all(callable(one.undone) for one in INTAKES.values())


def test_what_refers_without_a_key_and_what_has_happened_since_keep_a_row(house: House) -> None:
    number = house.send("accounts", "account\nJinhe\nAlone\nTold\n").id
    products = house.send("products", "product,sales_price\nPump,10000\nSeal,1\n").id
    ids = {one[0]: one[1] for one in db.session.execute(select(Account.name, Account.id))}
    with unit_of_work():
        about = {"account_id": ids["Jinhe"], "subject_kind": "account", "subject_id": ids["Jinhe"]}
        give(title="Call", person_id=person("rep").id, by=making.viewer("rep"), **about)
        record(COUNTED, Ref("price_request", 7), by=SYSTEM, account_id=ids["Told"], source="x", pieces=1, place="y")
        making.draft("rep", thing=db.session.execute(select(Product).where(Product.name == "Pump")).scalar_one())
    assert {one for one in stayed(number) if one[0] == "Told"} == {("Told", "something has happened with it since")}
    assert {name for name, _why in stayed(number)} == {"Jinhe", "Told"}
    assert stayed(products) == {("Pump", "needed since by: price request")}
    assert (undo(number).removed, undo(products).removed) == (1, 1)


def test_the_same_bytes_are_the_same_marks() -> None:
    row = {"id": 1, "since": date(2026, 1, 2), "until": None}
    assert mark_of(row) == mark_of(dict(reversed(row.items())))
    assert mark_of(row) != mark_of(row | {"until": date(2026, 1, 3)})
    assert mark_of(row | {"version": 4}) == "4"


def test_old_values_come_back_from_json_as_they_were() -> None:
    at = datetime(2026, 11, 27, 8, 0, 0, 1, tzinfo=UTC)
    was = {"created_at": at, "changed_at": at, "employees": None, "name": "锦河", "parent_id": 3}
    kept = json.loads(json.dumps({name: plain(value) for name, value in was.items()}))
    assert as_stored(Account.__table__, kept) == was
    kept = {"since": "2026-01-02", "until": None}
    assert as_stored(Membership.__table__, kept) == {"since": date(2026, 1, 2), "until": None}


def test_a_batch_that_deletes_or_writes_what_cannot_be_put_back_is_an_error(house: House) -> None:
    it = house.send("products", "product,sales_price\nPump,100\n")
    pump = db.session.execute(select(Product.id)).scalar_one()

    def deletes() -> None:
        db.session.delete(db.session.get_one(Product, pump))

    def deletes_many() -> None:
        db.session.execute(delete(Product))

    def counts_stock() -> None:
        db.session.add(Stock(product_id=pump, place="A", pieces=1, as_of=clock.now(), source="x"))

    for act in (deletes, deletes_many, counts_stock):
        with pytest.raises(RuntimeError), unit_of_work(), keeping(db.session.get_one(Batch, it.id)):
            act()
    assert count(Product) == 1


def test_what_is_written_in_whatever_way_is_kept(house: House) -> None:
    """One by one, many at once, by a condition, by a conditional update of its version."""
    it = house.send("products", "code,product,sales_price\nA,Pump,100\nB,Valve,10\nC,Seal,1\nD,Ring,1\n")
    ids = {one[0]: one[1] for one in db.session.execute(select(Product.code, Product.id))}
    with unit_of_work():
        db.session.execute(delete(BatchRow))
        again = db.session.get_one(Batch, it.id)
        with keeping(again):
            db.session.execute(update(Product), [{"id": ids["A"], "series": "X"}])
            db.session.execute(update(Product).where(Product.code == "B").values(series="Y"))
            third = db.session.get_one(Product, ids["C"])
            grow(third)
            third.series = "Z"
            db.session.get_one(Product, ids["D"]).series = ""
            row = {"code": "E", "name": "Nut", "list_price_minor": 1, "currency": "CNY"}
            db.session.execute(insert(Product), [row, row | {"code": "F"}])
            db.session.add(Product(**row | {"code": "G"}))
    kept = {row.row_id: row.before for row in db.session.execute(select(BatchRow)).scalars()}
    made = set(db.session.execute(select(Product.id).where(Product.code.in_(["E", "F", "G"]))).scalars())
    assert kept == {
        ids["A"]: {"series": ""}, ids["B"]: {"series": ""}, ids["C"]: {"series": "", "version": 1}, **dict.fromkeys(made),
    }  # fmt: skip


def test_a_change_of_every_row_of_a_table_is_kept(house: House) -> None:
    it = house.send("products", "code,product,sales_price\nA,Pump,100\nB,Valve,10\n")
    with unit_of_work():
        db.session.execute(delete(BatchRow))
        with keeping(db.session.get_one(Batch, it.id)):
            db.session.execute(update(Product).values(series="X"))
    assert [row.before for row in db.session.execute(select(BatchRow)).scalars()] == [{"series": ""}] * 2


def test_of_two_who_undo_at_once_one_does(both_apps: Flask, both_houses: House) -> None:
    number = both_houses.send("products", "product,sales_price\nPump,100\nValve,10\n").id
    before = count(Event)

    def act() -> int:
        with unit_of_work():
            it = db.session.get_one(Batch, number)
            return commands.undo(it, version=2, by=SYSTEM).removed

    answers = making.at_once(both_apps, *[act] * 4)
    assert sorted(map(str, answers)) == sorted(["2", *[str(one) for one in answers if isinstance(one, (Stale, Refused))]])
    assert sum(one == 2 for one in answers) == 1
    db.session.rollback()
    assert (count(Product), count(Event) - before) == (0, 3)
    assert first_broken(db.session()) is None


def test_who_uses_a_row_while_it_is_undone_keeps_it_or_finds_it_gone(both_apps: Flask, both_houses: House) -> None:
    number = both_houses.send("accounts", "account\nJinhe\n").id
    account_id = db.session.execute(select(Account.id)).scalar_one()
    rep = person("rep").id
    db.session.rollback()

    def use() -> str:
        with unit_of_work():
            db.session.add(AccountMember(account_id=account_id, person_id=rep, role="serves", since=DAY))
        return "used"

    def take() -> int:
        with unit_of_work():
            it = db.session.get_one(Batch, number)
            return commands.undo(it, version=it.version, by=SYSTEM).removed

    used, removed = making.at_once(both_apps, use, take)
    assert (used == "used", removed) in ((True, 0), (False, 1))
    assert used == "used" or isinstance(used, IntegrityError)
    assert count(Account) == (1 if used == "used" else 0)
