"""Who decides, once and never for himself; what a round keeps of the policy it began with."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.approvals import commands, flow, jobs, queries
from portal.approvals.models import Approval, ApprovalRung
from portal.approvals.rules import MANAGER, Step
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotEnoughData, Refused, Stale
from portal.core.events import Event
from portal.identity.models import Person, RoleGrant, Team
from portal.notifications.models import Notification
from portal.notifications.queries import count_new
from portal.prices import commands as prices
from portal.prices.models import PriceRequest
from portal.prices.queries import KIND
from tests import making
from tests.cast import CAST, SINCE, person

ROUNDS = 200


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


def grant(username: str, role: str) -> None:
    db.session.add(RoleGrant(person_id=person(username).id, role=role, since=SINCE))
    db.session.flush()


def holders(it: PriceRequest) -> set[str]:
    """Who may decide a request now."""
    seat = making.seat(it)
    ids = [holder.person_id for holder in seat.holders if holder.until is None]
    return {db.session.get_one(Person, number).username for number in ids}


def kinds(it: Approval) -> Counter[str]:
    """The events of an approval."""
    mine = (Event.subject_kind == "approval") & (Event.subject_id == it.id)
    return Counter(db.session.execute(select(Event.kind).where(mine)).scalars())


def test_the_manager_is_asked_and_told(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
    assert holders(it) == {"manager"}
    seat = making.seat(it)
    assert (seat.minutes, seat.due_at) == (120, making.MONDAY + timedelta(minutes=120))
    told = db.session.execute(select(Notification.person_id, Notification.kind)).all()
    assert [tuple(row) for row in told] == [(person("manager").id, "approval.waits")]


def test_who_is_barred_decides_nothing_even_from_a_seat(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        making.approval(it).barred = [person("rep").id, person("manager").id]
    with unit_of_work(), pytest.raises(Refused, match="not your turn"):
        making.decide(it, "manager")


def test_a_notice_of_a_wait_is_over_when_the_wait_is(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_990_00)
        making.decide(it, "manager")
    unread = select(Notification.person_id, Notification.kind).where(Notification.read_at.is_(None))
    assert [tuple(row) for row in db.session.execute(unread)] == [(person("finance").id, "approval.waits")]


def test_finance_follows_where_the_margin_is_thin(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_990_00)
        assert making.decide(it, "manager") == flow.OPEN
    assert holders(it) == {"finance"}
    with unit_of_work():
        assert making.decide(it, "finance") == flow.APPROVED
    assert making.approval(it).closed_at == clock.now()


def test_the_margin_at_the_limit_needs_the_manager_alone(begun: Flask) -> None:
    with unit_of_work():
        assert making.decide(making.request(asked=8_000_00), "manager") == flow.APPROVED


def test_without_a_policy_or_a_calendar_nothing_is_sent(app: Flask) -> None:
    def send() -> None:
        with unit_of_work():
            making.request()

    with pytest.raises(Refused, match="No approval policy"):
        send()
    with unit_of_work():
        making.policy()
    with pytest.raises(Refused, match="no working-time calendar"):
        send()


@pytest.mark.parametrize("verdict", ["return", "reject"])
@pytest.mark.parametrize("note", ["", " \n"])
def test_a_no_needs_its_reason(begun: Flask, verdict: str, note: str) -> None:
    with unit_of_work():
        it = making.request()
        with pytest.raises(Refused, match="Say why") as refused:
            making.decide(it, "manager", verdict, note)
        assert refused.value.field == "note"
        assert making.decide(it, "manager", verdict, "too low") == flow.VERDICTS[verdict]


def test_a_no_ends_the_round_before_finance(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
        assert making.decide(it, "manager", "reject") == flow.REJECTED
    assert [seat.position for seat in making.approval(it).seats] == [1]


@pytest.mark.parametrize(
    "username", [name for name, *_rest, _team in CAST if name not in ("manager", "finance")]
)
def test_only_who_has_the_seat_decides(begun: Flask, username: str) -> None:
    with unit_of_work():
        it = making.request()
        with pytest.raises(Refused, match="not your turn"):
            making.decide(it, username)


# What a rep may become without being let near his own request: roles besides his own, and whose team he leads.
SECOND_LIVES = [
    (["manager"], ["Sales East"]),
    (["finance"], []),
    (["director"], ["Sales"]),
    (["manager", "finance", "director"], ["Sales East", "Sales", "Finance"]),
]


@pytest.mark.parametrize(("roles", "teams"), SECOND_LIVES)
@pytest.mark.parametrize("asked", [9_000_00, 7_000_00])
def test_nobody_decides_his_own_request(begun: Flask, roles: list[str], teams: list[str], asked: int) -> None:
    """Neither as manager of his own team nor by a second role, and neither policy nor escalation seats him."""
    with unit_of_work():
        for role in roles:
            grant("rep", role)
        for name in teams:
            db.session.query(Team).filter_by(name=name).one().manager_id = person("rep").id
        db.session.flush()
        it = making.request(asked=asked)
    jobs.sweep_ladder(clock.now() + timedelta(days=10))
    while making.approval(it).state == flow.OPEN:
        assert "rep" not in holders(it)
        with unit_of_work():
            with pytest.raises(Refused, match="not your turn"):
                making.decide(it, "rep")
            making.decide(it, min(holders(it)))
    deciders = [seat.decided_by_id for seat in making.approval(it).seats]
    assert person("rep").id not in deciders
    assert len(set(deciders)) == len(deciders)


def test_who_typed_it_in_for_another_does_not_decide_it_either(begun: Flask) -> None:
    with unit_of_work():
        it = making.request("manager", owner="rep")
        assert (it.asked_by_id, it.entered_by_id) == (person("rep").id, person("manager").id)
        assert holders(it) == {"director"}
        for username in ("rep", "manager"):
            with pytest.raises(Refused, match="not your turn"):
                making.decide(it, username)


def test_where_nobody_else_is_left_it_is_refused_in_words(begun: Flask) -> None:
    with unit_of_work(), pytest.raises(Refused, match="Nobody else can decide"):
        making.request("director")


def test_who_decided_a_step_is_not_asked_again_in_the_next(begun: Flask) -> None:
    """Two seats, one pair of eyes would be one decision: the next above him takes the second."""
    with unit_of_work():
        making.policy([Step(1, MANAGER, 60), Step(2, "role:manager", 60)])
        db.session.query(RoleGrant).filter_by(person_id=person("other_manager").id).delete()
        it = making.request()
        making.decide(it, "manager")
        assert holders(it) == {"director"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.randoms(use_true_random=False))
def test_whatever_roles_handovers_and_time_do_nobody_decides_twice_or_for_himself(
    begun: Flask, dice: random.Random
) -> None:
    names = [name for name, *_rest in CAST]
    with unit_of_work() as session:
        for name in dice.sample(names, 4):
            role = dice.choice(["manager", "director", "finance"])
            if not session.query(RoleGrant).filter_by(person_id=person(name).id, role=role).count():
                grant(name, role)
        for team in session.query(Team):
            team.manager_id = person(dice.choice(names)).id
        session.flush()
        asker, typist = (
            dice.choice(["rep", "colleague", "manager", "director"]),
            dice.choice(["rep", "manager"]),
        )
        try:
            it = making.request(typist, dice.choice([9_000_00, 7_000_00]), owner=asker)
        except Refused as refused:
            assert "Nobody else" in refused.reason  # noqa: PT017
            return
    at = clock.now()
    for _turn in range(12):
        if making.approval(it).state != flow.OPEN:
            break
        at += timedelta(minutes=dice.choice([0, 40, 200, 1_000]))
        with clock.at(at):
            jobs.sweep_ladder(at)
            _act(it, dice, {asker, typist})
    deciders = [seat.decided_by_id for seat in making.approval(it).seats if seat.decided_by_id]
    assert len(set(deciders)) == len(deciders)
    assert not {person(asker).id, person(typist).id} & set(deciders)


def _act(it: PriceRequest, dice: random.Random, barred: set[str]) -> None:
    """Let one of the holders decide or hand over; nobody who may not decide ever is among them."""
    assert not holders(it) & barred
    who = dice.choice(sorted(holders(it)))
    with unit_of_work():
        approval = making.approval(it)
        others = queries.could_hold(approval, making.seat(it))
        assert not {person(name).id for name in barred} & set(others)
        if others and dice.random() < 0.6:
            to_id = dice.choice(others)
            prices.hand_over(it, to_id=to_id, note="", version=approval.version, by=making.viewer(who))
        elif dice.random() < 0.5:
            making.decide(it, who)


def test_a_decision_can_be_handed_over_and_handed_back(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        hand_over(it, "manager", "director")
        assert holders(it) == {"director"}
        with pytest.raises(Refused, match="not your turn"):
            making.decide(it, "manager")
    with unit_of_work():
        hand_over(it, "director", "manager")
        assert holders(it) == {"manager"}
    with unit_of_work():
        hand_over(it, "manager", "director")
        assert making.decide(it, "director") == flow.APPROVED
    assert kinds(making.approval(it))["approval.handed_over"] == 3


def test_who_hands_over_has_nothing_more_to_read_of_it(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        assert count_new(person("manager").id) == 1
        hand_over(it, "manager", "director")
    assert [count_new(person(one).id) for one in ("manager", "director")] == [0, 1]


@pytest.mark.parametrize("to", ["rep", "colleague", "manager", "employee", "admin"])
def test_it_is_handed_only_to_others_who_may_decide(begun: Flask, to: str) -> None:
    """Not to the one who asks, not to oneself, not to a role that decides no prices."""
    with unit_of_work():
        it = making.request()
        with pytest.raises(Refused, match="may not decide") as refused:
            hand_over(it, "manager", to)
        assert refused.value.field == "to"


def hand_over(it: PriceRequest, by: str, to: str) -> None:
    approval = making.approval(it)
    prices.hand_over(it, to_id=person(to).id, note="", version=approval.version, by=making.viewer(by))


def test_the_holder_can_be_asked_to_hurry_once_in_four_working_hours(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        prices.chase(it, by=making.viewer("rep"))
        with pytest.raises(Refused, match="already asked"):
            prices.chase(it, by=making.viewer("rep"))
    with clock.at(making.MONDAY + timedelta(hours=5)), unit_of_work():
        prices.chase(it, by=making.viewer("rep"))
    assert kinds(making.approval(it))["approval.chased"] == 2


def test_a_round_keeps_the_policy_it_began_with(begun: Flask) -> None:
    with unit_of_work():
        under_way = making.request(asked=7_000_00)
        making.policy([Step(1, MANAGER, 30)])
        new = making.request(asked=7_000_00)
        assert (making.seat(under_way).minutes, making.seat(new).minutes) == (120, 30)
        assert making.decide(new, "manager") == flow.APPROVED
        assert making.decide(under_way, "manager") == flow.OPEN
    assert [one.number for one in queries.policies(KIND)] == [2, 1]


def test_the_second_round_asks_by_the_newest_policy(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        making.policy([Step(1, MANAGER, 30)])
        making.decide(it, "manager", "return")
        db.session.refresh(it)
        prices.submit(it, version=it.version, by=making.viewer("rep"))
    approval = making.approval(it)
    assert (approval.round, approval.policy.number, making.seat(it).minutes) == (2, 2, 30)


def test_a_policy_that_would_leave_a_request_undecided_is_refused(begun: Flask) -> None:
    with unit_of_work(), pytest.raises(Refused, match="At least one step"):
        making.policy([Step(1, "role:finance", 60, "margin", "below", 2_500)])


def test_how_long_it_usually_takes_is_said_from_eight_answers_on(begun: Flask) -> None:
    for number in range(1, 9):
        with pytest.raises(NotEnoughData):
            queries.usual_minutes(KIND)
        with unit_of_work():
            it = making.request()
        with clock.at(making.MONDAY + timedelta(minutes=number * 10)), unit_of_work():
            making.decide(it, "manager")
    with clock.at(making.MONDAY + timedelta(hours=2)):
        assert queries.usual_minutes(KIND) == 70  # the seventh of eight: at least eight of ten


def test_working_minutes_are_counted_to_the_decision(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
    with clock.at(making.MONDAY + timedelta(hours=5)), unit_of_work():
        making.decide(it, "manager")
    assert making.approval(it).seats[0].waited == 240  # an hour of lunch is none


def race(app: Flask, rounds: int) -> Counter[str]:
    """Approve, reject and take back at once, over and over: who came first, by verdict."""
    with unit_of_work():
        making.calendar()
        making.policy([Step(1, "role:manager", 60)])
        thing, customer = making.product(), making.account()
        numbers = [making.request(of=customer, thing=thing).id for _round in range(rounds)]
    rep, one, two = (making.viewer(name) for name in ("rep", "manager", "other_manager"))
    together = threading.Barrier(3)

    def decide(it: PriceRequest, by: Viewer, verdict: str) -> str:
        return prices.decide(it, verdict=verdict, note="first", version=1, by=by)

    def recall(it: PriceRequest) -> str:
        prices.recall(it, version=1, by=rep)
        return "recalled"

    def each(act: Callable[[PriceRequest], str]) -> list[str]:
        answers = []
        for number in numbers:
            together.wait()
            try:
                with unit_of_work() as session:
                    answers.append(act(session.get_one(PriceRequest, number)))
            except Stale:
                answers.append("late")
        return answers

    acts = (partial(decide, by=one, verdict="approve"), partial(decide, by=two, verdict="reject"), recall)
    each_round = list(zip(*making.at_once(app, *[partial(each, act) for act in acts]), strict=True))
    assert [sorted(answers).count("late") for answers in each_round] == [2] * rounds
    return Counter(answer for answers in each_round for answer in answers if answer != "late")


def stand(session: Session) -> tuple[Counter[str], Counter[str]]:
    """What the database says afterwards: how the approvals ended, which final events there are."""
    session.rollback()
    ended = Counter(session.execute(select(Approval.state)).scalars())
    final = ("approval.seat_approved", "approval.seat_rejected", "approval.recalled")
    told = select(Event.kind, func.count()).where(Event.kind.in_(final)).group_by(Event.kind)
    events = {
        kind.removeprefix("approval.").removeprefix("seat_"): many for kind, many in session.execute(told)
    }
    return ended, Counter(events)


@pytest.mark.parametrize("rounds", [30, pytest.param(ROUNDS, marks=pytest.mark.slow)])
def test_of_three_who_act_at_once_exactly_one_does(both_apps: Flask, rounds: int) -> None:
    """200 rounds on each database, some at every run; the two others are told who was quicker, and leave no trace."""
    with clock.at(making.MONDAY):
        won = race(both_apps, rounds)
    assert won.total() == rounds
    assert stand(db.session()) == (won, won)
    open_rungs = select(func.count()).select_from(ApprovalRung).where(ApprovalRung.done_at.is_(None))
    assert db.session.execute(open_rungs).scalar_one() == 0


def test_who_comes_second_is_told_who_was_quicker(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
        making.decide(it, "manager")
        with pytest.raises(Stale) as stale:
            commands.decide(
                making.approval(it),
                verdict="approve",
                facts={},
                note="",
                version=1,
                by=making.viewer("finance"),
            )
    assert (stale.value.who, stale.value.at) == (person("manager").id, clock.now())


def test_who_has_lost_the_role_of_a_seat_does_not_decide_for_it(begun: Flask) -> None:
    with unit_of_work() as session:
        grant("finance", "manager")
        it = making.request(asked=7_000_00)
        making.decide(it, "manager")
        finance = person("finance").id
        session.query(RoleGrant).filter_by(person_id=finance, role="finance").delete()
    assert queries.desk(making.viewer("finance")) == []
    with pytest.raises(Refused, match="not your turn"), unit_of_work():
        making.decide(it, "finance")
    with unit_of_work():
        grant("finance", "finance")
        assert making.decide(it, "finance") == "approved"


def test_who_sits_for_a_role_that_nobody_has_needs_it_not(begun: Flask) -> None:
    with unit_of_work() as session:
        session.query(RoleGrant).filter_by(role="finance").delete()
        it = making.request(asked=7_000_00)
        making.decide(it, "manager")
        assert holders(it) == {"director"}
        assert len(queries.desk(making.viewer("director"))) == 1
        assert making.decide(it, "director") == "approved"
