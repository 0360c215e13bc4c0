"""Who serves an account: joining, leaving, handing over; who may see it follows at once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access import scopes
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused
from portal.core.events import Event
from portal.customers import queries
from portal.customers.commands import add_member, end_member, hand_over, record_interaction
from portal.customers.models import Account, AccountMember
from portal.notifications.models import Notification
from portal.tasks.commands import finish, give
from tests import making
from tests.cast import person
from tests.making import viewer


@pytest.fixture
def it(app: Flask) -> Account:
    with unit_of_work():
        return making.account("rep", "Jinhe")


def sees(username: str, it: Account, permission: str = "customers.see") -> bool:
    try:
        scopes.find(Account, it.id, viewer(username), permission)
    except NotFound:
        return False
    return True


def finds(username: str, it: Account) -> bool:
    return it.id in [one.id for one in queries.choices(it.name, viewer(username))]


def event_kinds() -> list[str]:
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


@pytest.mark.parametrize(
    ("who", "may"),
    [("rep", True), ("colleague", False), ("manager", True), ("stranger", False), ("other_manager", False), ("director", True),
     ("finance", True), ("service", True), ("executive", True), ("employee", False), ("pm", False), ("admin", False)],
)  # fmt: skip
def test_who_sees_a_customer_of_the_rep(it: Account, who: str, may: bool) -> None:
    assert sees(who, it) is may
    assert finds(who, it) is may


def test_who_joins_sees_and_finds_it_from_then_on(it: Account) -> None:
    with unit_of_work():
        member = add_member(it, person_id=person("colleague").id, by=viewer("rep"))
    assert sees("colleague", it)
    assert finds("colleague", it)
    with unit_of_work():
        end_member(member, by=viewer("rep"))
    assert not sees("colleague", it)
    assert not finds("colleague", it)
    assert event_kinds()[-2:] == ["account.joined", "account.left"]


def test_nobody_joins_twice(it: Account) -> None:
    with pytest.raises(Refused), unit_of_work():
        add_member(it, person_id=person("rep").id, by=viewer("rep"))


def test_there_is_one_owner(it: Account) -> None:
    with pytest.raises(Refused, match="answerable"), unit_of_work():
        add_member(it, person_id=person("colleague").id, role="owner", by=viewer("rep"))


def test_the_owner_cannot_just_go(it: Account) -> None:
    owner = queries.owner_of(it.id)
    assert owner is not None
    with pytest.raises(Refused, match="over first"), unit_of_work():
        end_member(owner, by=viewer("rep"))


def test_nobody_joins_in_the_future(it: Account) -> None:
    tomorrow = clock.today("Asia/Shanghai") + timedelta(days=1)
    with pytest.raises(Refused), unit_of_work():
        add_member(it, person_id=person("colleague").id, since=tomorrow, by=viewer("rep"))


def test_a_handover_moves_what_is_and_keeps_what_was(it: Account) -> None:
    with unit_of_work():
        record_interaction(it, way="call", text="Old talk", by=viewer("rep"))
        add_member(it, person_id=person("colleague").id, by=viewer("rep"))
    before = db.session.execute(select(Event.id, Event.hash).order_by(Event.id)).all()
    with unit_of_work():
        hand_over(it, to_id=person("colleague").id, note="Ask for Ms Shen", by=viewer("manager"))
    assert sees("colleague", it)
    assert not sees("rep", it)
    owner = queries.owner_of(it.id)
    assert owner is not None
    assert owner.person_id == person("colleague").id
    rows = db.session.execute(select(AccountMember)).scalars().all()
    assert len([row for row in rows if row.until is None]) == 1
    after = db.session.execute(select(Event.id, Event.hash).order_by(Event.id)).all()
    assert after[: len(before)] == before
    assert event_kinds()[-1] == "account.handed_over"
    told = db.session.execute(select(Notification)).scalar_one()
    assert (told.person_id, told.path) == (person("colleague").id, f"/customers/{it.id}")


def test_who_only_serves_a_customer_does_not_make_himself_its_owner(it: Account) -> None:
    with unit_of_work():
        add_member(it, person_id=person("colleague").id, by=viewer("rep"))
        add_member(it, person_id=person("stranger").id, by=viewer("rep"))
    for taker, by in (("colleague", "colleague"), ("stranger", "other_manager")):
        with pytest.raises(Refused), unit_of_work():
            hand_over(it, to_id=person(taker).id, by=viewer(by))
    owner = queries.owner_of(it.id)
    assert owner is not None
    assert owner.person_id == person("rep").id


def test_a_handover_to_the_owner_or_before_he_began_is_refused(it: Account) -> None:
    with pytest.raises(Refused), unit_of_work():
        hand_over(it, to_id=person("rep").id, by=viewer("manager"))
    early = clock.today("Asia/Shanghai") - timedelta(days=1)
    with pytest.raises(Refused), unit_of_work():
        hand_over(it, to_id=person("colleague").id, since=early, by=viewer("manager"))


def test_two_handovers_at_once_leave_one_owner(both_apps: Flask) -> None:
    with unit_of_work():
        account_id = making.account("rep").id

    def to(username: str) -> None:
        with unit_of_work():
            hand_over(queries.one(account_id), to_id=person(username).id, by=viewer("director"))

    answers = making.at_once(both_apps, lambda: to("colleague"), lambda: to("stranger"))
    assert answers == [None, None]
    db.session.expire_all()
    rows = db.session.execute(select(AccountMember).order_by(AccountMember.id)).scalars().all()
    assert [row.role for row in rows if row.until is None] == ["owner"]
    assert len(rows) == 3


def test_who_was_given_a_task_may_read_the_card_until_it_is_done(it: Account) -> None:
    with unit_of_work():
        task = give(title="Call", person_id=person("stranger").id, account_id=it.id, by=viewer("rep"))
    assert sees("stranger", it)
    assert not sees("stranger", it, "customers.edit")
    assert not sees("stranger", it, "customers.record")
    assert not sees("colleague", it)
    with unit_of_work():
        finish(task, version=task.version, by=viewer("stranger"))
    assert not sees("stranger", it)


def test_the_team_at_the_beginning_stays_with_the_account(it: Account) -> None:
    from portal.identity.models import Membership

    with unit_of_work():
        home = db.session.execute(
            select(Membership).where(Membership.person_id == person("rep").id)
        ).scalar_one()
        home.team_id = viewer("stranger").team_id or 0
    assert sees("rep", it)
    assert sees("manager", it)
    assert not sees("other_manager", it)
