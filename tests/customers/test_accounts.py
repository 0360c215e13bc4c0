"""Creating and changing accounts: names, likely doubles, parents, who was quicker; search and events follow."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import search
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.core.events import Event
from portal.customers import queries
from portal.customers.commands import Card, create_account, edit_account
from portal.customers.models import Account
from portal.tasks.commands import give
from portal.tasks.models import Task
from tests.cast import person
from tests.making import viewer


def create(name: str, by: str = "rep", *, another: bool = False, **card: object) -> Account:
    with unit_of_work():
        return create_account(Card(name, **card), by=viewer(by), another=another)  # type: ignore[arg-type]


def change(it: Account, by: str = "rep", *, version: int | None = None, **card: object) -> bool:
    present = {name: getattr(it, name) for name in Card.__dataclass_fields__}
    with unit_of_work():
        return edit_account(it, Card(**present | card), version=version or it.version, by=viewer(by))


def found(typed: str, scope: str) -> list[int]:
    return [hit.object_id for hit in search.find(db.session(), typed, scope={"account": [scope]}).hits]


def kinds() -> list[str]:
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


def test_who_adds_a_customer_is_answerable_for_him(both_apps: Flask) -> None:
    it = create("Suzhou Jinhe Chemical", name_zh="苏州金禾化工", phone="0512 6888 1234")
    owner = queries.owner_of(it.id)
    assert owner is not None
    assert (owner.person_id, owner.team_id, owner.region_id) == (
        person("rep").id,
        viewer("rep").team_id,
        viewer("rep").region_id,
    )
    assert it.number == "C-00001"
    assert kinds() == ["account.created", "account.joined"]
    mine, team, others = f"o{person('rep').id}", f"t{viewer('rep').team_id}", f"o{person('colleague').id}"
    for typed in ("jinhe", "金禾", "szjh", "6888", "C-00001"):
        assert found(typed, mine) == found(typed, team) == [it.id], typed
        assert found(typed, others) == [], typed


def test_a_name_is_taken_however_it_is_spelt(app: Flask) -> None:
    create("Jinhe Chemical")
    with pytest.raises(Refused) as refused:
        create("JINHE  chemical.", another=True)
    assert refused.value.field == "name"
    assert "C-00001" in str(refused.value)


@pytest.mark.parametrize(
    ("known", "new"), [("Jinhe Chemical Co., Ltd.", "Jinhe Chemical"), ("金禾化工", "金禾化工有限公司")]
)
def test_a_likely_double_is_asked_about(app: Flask, known: str, new: str) -> None:
    create(known, by="stranger")
    with pytest.raises(Refused) as refused:
        create(new)
    assert known in str(refused.value)
    assert create(new, another=True).name == new


def test_the_chinese_name_is_compared_too(app: Flask) -> None:
    create("Suzhou Jinhe Chemical", name_zh="苏州金禾化工")
    with pytest.raises(Refused):
        create("苏州金禾化工有限公司")


@pytest.mark.parametrize("name", ["", "  ", "—.—"])
def test_a_customer_needs_a_name(app: Flask, name: str) -> None:
    with pytest.raises(Refused):
        create(name)


def test_a_change_is_found_told_and_counted(both_apps: Flask) -> None:
    it = create("Old Name")
    assert change(it, name="New Name", place="Suzhou", customer_class="large")
    assert (it.name, it.version, it.name_key) == ("New Name", 2, "newname")
    assert kinds()[-1] == "account.changed"
    assert found("new name", "all") == found("suzhou", "all") == [it.id]
    assert found("old", "all") == []


def test_nothing_changed_leaves_no_event(app: Flask) -> None:
    it = create("Same")
    assert not change(it)
    assert kinds() == ["account.created", "account.joined"]


def test_who_was_slower_is_told(app: Flask) -> None:
    it = create("Raced")
    change(it, place="Suzhou")
    with pytest.raises(Stale):
        change(it, version=1, place="Wuxi")
    db.session.refresh(it)
    assert it.place == "Suzhou"


def test_a_parent_must_be_visible_and_no_circle(app: Flask) -> None:
    mother, daughter = create("Mother"), create("Daughter")
    foreign = create("Foreign", by="stranger")
    change(daughter, parent_id=mother.id)
    with pytest.raises(Refused, match="above itself"):
        change(mother, parent_id=daughter.id)
    below = create("Branch", parent_id=daughter.id)
    with pytest.raises(Refused, match="above itself"):
        change(mother, parent_id=below.id)
    with pytest.raises(Refused):
        change(mother, parent_id=foreign.id)
    assert sorted(found("mother", "all")) == [mother.id, daughter.id]


def test_a_new_name_reaches_the_tasks_and_the_daughters(app: Flask) -> None:
    mother = create("Mother")
    daughter = create("Daughter", parent_id=mother.id)
    with unit_of_work():
        give(title="Call", person_id=person("colleague").id, subject_kind="account", subject_id=mother.id,
             account_id=mother.id, label=mother.name, by=viewer("rep"))  # fmt: skip
    change(mother, name="Grandmother")
    assert db.session.execute(select(Task.label)).scalar_one() == "Grandmother"
    assert daughter.id in found("grandmother", "all")


def test_generated_numbers_leave_taken_ones_out(app: Flask) -> None:
    first = create("First")
    with unit_of_work():
        first.number = "C-00002"
    assert create("Second").number == "C-00003"
