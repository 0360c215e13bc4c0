"""The ladder: what happens by itself, each step once, and never a decision."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from portal.approvals import flow, jobs
from portal.approvals.models import ApprovalRung
from portal.core import clock, outbox
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.identity.models import Person, RoleGrant
from portal.notifications.models import Notification
from portal.prices import commands as prices
from portal.prices.models import PriceRequest
from tests import making
from tests.cast import SINCE, person


@pytest.fixture
def waiting(both_apps: Flask) -> Iterator[PriceRequest]:
    """A request of the rep that came to the manager on a Monday at nine; he promises two working hours."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            it = making.request()
        yield it


def shanghai(hour: int, minute: int = 0) -> datetime:
    """An hour of that Monday."""
    return making.MONDAY + timedelta(hours=hour - 9, minutes=minute)


def sweep(at: datetime) -> int:
    with clock.at(at):
        return jobs.sweep_ladder(at)


def told() -> Counter[tuple[str, str]]:
    """Who has been told what."""
    db.session.rollback()
    rows = db.session.execute(
        select(Person.username, Notification.kind).join(Person, Person.id == Notification.person_id)
    )
    return Counter((name, kind.removeprefix("approval.")) for name, kind in rows)


# Nine to six with lunch from twelve to one. When it falls due, and whom it tells what.
LADDER = [
    (shanghai(10), [("manager", "reminder")]),
    (shanghai(10, 36), [("manager", "reminder"), ("rep", "still_with")]),
    (shanghai(11), [("manager", "late"), ("rep", "late"), ("director", "late")]),
    (shanghai(12), [("director", "also_yours")]),
    (shanghai(16), []),
]
MINUTE = timedelta(minutes=1)


def test_each_step_comes_at_its_working_minute_and_once(waiting: PriceRequest) -> None:
    before = told()
    for due, tells in LADDER:
        assert sweep(due - MINUTE) == 0
        assert sweep(due) == 1
        assert sweep(due) == 0
        assert told() - before == Counter(tells), due
        before = told()
    assert making.approval(waiting).state == flow.OPEN


def test_steps_that_were_missed_come_in_their_order(waiting: PriceRequest) -> None:
    """The clock stood still over night: nothing is left out, nothing comes twice."""
    late = making.MONDAY + timedelta(days=1)
    assert sweep(late) == 5
    assert sweep(late) == 0
    kinds = ("approval.reminded", "approval.overdue", "approval.escalated")
    found = db.session.execute(select(Event.kind).where(Event.kind.in_(kinds)).order_by(Event.id)).scalars()
    assert list(found) == [
        "approval.reminded", "approval.reminded", "approval.overdue", "approval.escalated",
    ]  # fmt: skip


def test_two_sweeps_at_once_do_each_step_once(waiting: PriceRequest, both_apps: Flask) -> None:
    late = making.MONDAY + timedelta(days=1)
    answers = making.at_once(both_apps, *[lambda: sweep(late)] * 3)
    assert sum(answers) == 5
    assert max(told().values()) == 2  # two reminders to the manager


def test_a_sweep_and_a_decision_at_once_do_not_block_each_other(
    waiting: PriceRequest, both_apps: Flask
) -> None:
    """Both lock the approval first; whichever comes second finds the other's work done."""
    late, manager = making.MONDAY + timedelta(days=1), making.viewer("manager")
    number = waiting.id

    def decide() -> str:
        with unit_of_work() as session:
            it = session.get_one(PriceRequest, number)
            return prices.decide(it, verdict="approve", note="", version=1, by=manager)

    done, verdict = making.at_once(both_apps, lambda: sweep(late), decide)
    assert verdict == flow.APPROVED
    assert 0 <= done <= 5
    db.session.rollback()
    rungs = db.session.execute(select(ApprovalRung)).scalars().all()
    assert len(rungs) == done
    assert all(rung.done_at for rung in rungs)


def test_the_one_above_may_decide_once_it_has_escalated(waiting: PriceRequest) -> None:
    sweep(shanghai(12))
    holders = [(holder.person_id, holder.way) for holder in making.seat(waiting).holders]
    assert holders == [(person("manager").id, "policy"), (person("director").id, "escalation")]
    with clock.at(shanghai(13)), unit_of_work():
        assert making.decide(waiting, "director") == flow.APPROVED
    assert ("manager", "no_longer") in told()


def test_the_last_step_brings_in_a_director_who_has_not_seen_it(waiting: PriceRequest) -> None:
    with unit_of_work() as session:
        session.add(RoleGrant(person_id=person("pm").id, role="director", since=SINCE))
    sweep(shanghai(16))
    ids = {holder.person_id for holder in making.seat(waiting).holders}
    assert ids == {person(name).id for name in ("manager", "director", "pm")}


def test_nothing_comes_after_the_decision(waiting: PriceRequest) -> None:
    with unit_of_work():
        making.decide(waiting, "manager")
    assert sweep(making.MONDAY + timedelta(days=30)) == 0


def test_mails_go_out_for_each_notice_once(waiting: PriceRequest) -> None:
    sweep(shanghai(12))
    db.session.rollback()
    keys = list(db.session.execute(select(outbox.Outbox.effect_key)).scalars())
    assert len(keys) == len(set(keys)) == told().total()


def test_the_steps_stand_in_the_order_of_their_time(waiting: PriceRequest) -> None:
    dues = [rung.due_at for rung in making.seat(waiting).rungs]
    assert all(one < two for one, two in pairwise(dues))
