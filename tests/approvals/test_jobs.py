"""The ladder: what happens by itself, each step once, and never a decision; promises when a calendar changes."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.approvals import commands, flow, jobs
from portal.approvals.models import ApprovalRung, ApprovalSeat
from portal.approvals.rules import MANAGER, Step
from portal.calendars import queries as calendars
from portal.calendars.commands import clear_day, confirm_until, create_calendar, edit_calendar, set_day
from portal.calendars.rules import HOLIDAY, MAKEUP, SPECIAL
from portal.core import clock, outbox
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.core.jobs import DONE, QUEUED, Job, run
from portal.identity.commands import people, places
from portal.identity.models import Person, Region, RoleGrant, Team
from portal.notifications.models import Notification
from portal.prices import commands as prices
from portal.prices.models import PriceRequest
from portal.prices.queries import one
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


TUESDAY = date(2026, 11, 3)
SATURDAY = date(2026, 11, 7)


@pytest.fixture
def over_night(both_apps: Flask) -> Iterator[PriceRequest]:
    """A request of that Monday whose manager promises ten working hours: eight on Monday, two on Tuesday."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.calendar()
            making.policy([Step(1, MANAGER, 600)])
            it = making.request()
        yield it


def change(act: Callable[..., object], at: datetime = making.MONDAY, **values: object) -> None:
    """Let the administrator change the calendar of the house, and the background do what follows."""
    with clock.at(at):
        with unit_of_work():
            act(calendars.listed()[0], by=making.viewer("admin"), **values)
        follow()


def follow() -> None:
    """Do the recounts that wait."""
    db.session.rollback()
    waiting = select(Job.id).where(Job.name == commands.RECOUNT, Job.state == QUEUED)
    for number in list(db.session.execute(waiting).scalars()):
        assert run(number)
    db.session.rollback()
    failed = select(Job.error).where(Job.name == commands.RECOUNT, Job.state != DONE)
    assert list(db.session.execute(failed).scalars()) == []


def promise_events() -> list[str]:
    """What the log tells of promises that changed."""
    kinds = [flow.RECOUNTED.key, *(kind.key for kind in flow.CERTAINTY.values())]
    found = db.session.execute(select(Event.kind).where(Event.kind.in_(kinds)).order_by(Event.id))
    return [kind.removeprefix("approval.") for kind in found.scalars()]


def recounts() -> int:
    return len(db.session.execute(select(Job.id).where(Job.name == commands.RECOUNT)).all())


def dues(it: PriceRequest) -> dict[int, datetime]:
    return {rung.percent: rung.due_at for rung in making.seat(it).rungs}


def test_a_holiday_moves_the_promise_later_and_the_one_who_waits_is_told(over_night: PriceRequest) -> None:
    assert making.seat(over_night).due_at == shanghai(24 + 11)
    before = told()
    change(set_day, day=TUESDAY, kind=HOLIDAY)
    assert making.seat(over_night).due_at == shanghai(48 + 11)
    assert dues(over_night) == {
        50: shanghai(15), 80: shanghai(18), 100: shanghai(48 + 11), 150: shanghai(48 + 17), 300: shanghai(96 + 16),
    }  # fmt: skip
    assert told() - before == Counter([("rep", "promise_moved")])
    event = db.session.execute(select(Event).where(Event.kind == flow.RECOUNTED.key)).scalar_one()
    assert (event.actor_id, event.channel) == (SYSTEM.id, "system")
    assert event.payload == {
        "before": shanghai(24 + 11).isoformat(),
        "due": shanghai(48 + 11).isoformat(),
    }


def test_a_make_up_day_moves_the_promise_earlier(over_night: PriceRequest) -> None:
    """A request of Friday evening is answered on the Saturday that is worked."""
    friday = shanghai(96 + 17)
    with clock.at(friday), unit_of_work():
        late = making.request()
    assert making.seat(late).due_at == shanghai(8 * 24 + 10)
    change(set_day, at=friday, day=SATURDAY, kind=MAKEUP, hours=making.OFFICE_HOURS)
    assert making.seat(late).due_at == shanghai(7 * 24 + 10)
    assert making.seat(over_night).due_at == shanghai(24 + 11)
    assert promise_events() == ["recounted"]


def test_steps_that_were_done_stay_done(over_night: PriceRequest) -> None:
    assert sweep(shanghai(16)) == 1
    reminded = dues(over_night)[50]
    change(set_day, at=shanghai(16), day=making.MONDAY.date(), kind=SPECIAL, hours=((540, 600),))
    assert making.seat(over_night).due_at == shanghai(48 + 10)
    assert dues(over_night)[50] == reminded
    assert [rung.percent for rung in making.seat(over_night).rungs if rung.done_at] == [50]
    assert sweep(shanghai(24 + 18)) == 1  # the second reminder, and not the first again


def test_steps_that_should_have_come_by_the_new_calendar_come_with_the_next_sweep(
    over_night: PriceRequest,
) -> None:
    change(set_day, at=shanghai(17), day=making.MONDAY.date(), kind=SPECIAL, hours=((0, 1080),))
    assert sweep(shanghai(17)) == 2
    assert making.approval(over_night).state == flow.OPEN


def test_a_change_that_moves_nothing_leaves_no_event_and_tells_nobody(over_night: PriceRequest) -> None:
    before, ladder = told(), dues(over_night)
    change(set_day, day=date(2026, 12, 25), kind=HOLIDAY)
    change(set_day, day=SATURDAY, kind=HOLIDAY)
    assert recounts() == 2
    assert (promise_events(), told(), dues(over_night)) == ([], before, ladder)


def test_a_second_recount_changes_nothing(over_night: PriceRequest) -> None:
    change(set_day, day=TUESDAY, kind=HOLIDAY)
    before, ladder = told(), dues(over_night)
    for _again in range(2):
        with unit_of_work():
            commands.recount_later(calendars.listed()[0].id)
        follow()
    assert (promise_events(), told(), dues(over_night)) == (["recounted"], before, ladder)


def test_there_and_back_is_told_both_times(over_night: PriceRequest) -> None:
    before = told()
    for _round in range(2):
        change(set_day, day=TUESDAY, kind=HOLIDAY)
        change(clear_day, day=TUESDAY)
    assert making.seat(over_night).due_at == shanghai(24 + 11)
    assert told() - before == Counter({("rep", "promise_moved"): 4})


def test_a_decided_seat_keeps_the_time_that_it_had(over_night: PriceRequest) -> None:
    with unit_of_work():
        making.decide(over_night, "manager")
    change(set_day, day=TUESDAY, kind=HOLIDAY)
    assert recounts() == 0
    with unit_of_work():
        [seat] = making.approval(over_night).seats
        assert not commands.recount(seat)
    assert making.approval(over_night).seats[0].due_at == shanghai(24 + 11)
    assert promise_events() == []


def test_seats_of_another_calendar_stay(over_night: PriceRequest) -> None:
    with unit_of_work():
        other = making.calendar()
        set_day(other, day=TUESDAY, kind=HOLIDAY, by=SYSTEM)
    assert recounts() == 0
    assert making.seat(over_night).due_at == shanghai(24 + 11)


def follow_people(at: datetime = making.MONDAY) -> int:
    with clock.at(at):
        db.session.rollback()
        return jobs.follow_people(at)


def early() -> int:
    """Another calendar, by which people work from four in the morning."""
    it = create_calendar(
        name="Early", zone="Asia/Shanghai", weekly=(((240, 1080),),) * 5 + ((),) * 2, confirmed_until=date(2027, 12, 31),
        by=SYSTEM,
    )  # fmt: skip
    return it.id


def give_calendar(calendar_id: int | None) -> None:
    it = db.session.execute(select(Region).where(Region.name == "East")).scalar_one()
    places.edit_region(it, version=it.version, calendar_id=calendar_id, by=making.viewer("admin"))


def test_a_region_that_is_given_another_calendar_moves_its_promises(over_night: PriceRequest) -> None:
    before = told()
    with unit_of_work():
        give_calendar(early())
    assert follow_people() == 1
    assert making.seat(over_night).due_at == shanghai(24 + 5)
    assert dues(over_night)[50] == shanghai(14)
    assert (follow_people(), promise_events()) == (0, ["recounted"])
    with unit_of_work():
        give_calendar(None)
    assert follow_people(making.MONDAY + MINUTE) == 1
    assert making.seat(over_night).due_at == shanghai(24 + 11)
    assert told() - before == Counter({("rep", "promise_moved"): 2})


def test_a_holder_who_moves_takes_his_promises_with_him_from_that_day(over_night: PriceRequest) -> None:
    with unit_of_work():
        south = db.session.execute(select(Team).where(Team.name == "Sales South")).scalar_one()
        places.edit_region(south.region, version=south.region.version, calendar_id=early(), by=SYSTEM)
        people.move_to_team(person("manager"), south, since=TUESDAY, by=SYSTEM)
    assert follow_people() == 0
    assert follow_people(shanghai(24)) == 1
    assert making.seat(over_night).due_at == shanghai(24 + 5)


def test_a_handover_to_somebody_of_another_calendar_leaves_the_promise(over_night: PriceRequest) -> None:
    with unit_of_work():
        give_calendar(early())
        director = person("director")
    follow_people()
    due, it = making.seat(over_night).due_at, making.approval(over_night)
    with unit_of_work():
        commands.hand_over(
            it, to_id=director.id, note="", version=it.version, by=making.viewer("manager")
        )
    assert follow_people() == 0
    assert making.seat(over_night).due_at == due


def test_a_decided_seat_does_not_follow_its_holder(over_night: PriceRequest) -> None:
    with unit_of_work():
        making.decide(over_night, "manager")
        give_calendar(early())
    assert follow_people() == 0


def test_a_promise_is_provisional_as_long_as_its_days_are_not_confirmed(over_night: PriceRequest) -> None:
    before = told()
    for until, provisional in ((making.MONDAY.date(), True), (TUESDAY, False)):
        change(confirm_until, until=until)
        assert making.seat(over_night).provisional is provisional
    assert promise_events() == ["promise_provisional", "promise_certain"]
    assert told() == before


def test_other_hours_of_the_week_move_it_too(over_night: PriceRequest) -> None:
    it = calendars.listed()[0]
    week = (((540, 720),),) * 5 + ((),) * 2
    change(
        edit_calendar, name=it.name, name_zh="", country="", zone=it.zone, weekly=week, version=it.version,
    )  # fmt: skip
    assert making.seat(over_night).due_at == shanghai(72 + 10)


def test_the_pending_notice_is_over_with_the_decision(over_night: PriceRequest) -> None:
    change(set_day, day=TUESDAY, kind=HOLIDAY)
    with unit_of_work():
        making.decide(over_night, "manager")
    unread = select(Notification.kind).where(Notification.read_at.is_(None))
    assert "approval.promise_moved" not in set(db.session.execute(unread).scalars())


def test_no_seat_slips_between_a_change_and_its_recount(both_apps: Flask) -> None:
    """Requests that are sent in the instant of a change are promised by the calendar as it stands afterwards."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.calendar()
            making.policy([Step(1, MANAGER, 600)])
            drafts = [making.draft().id for _number in range(4)]
            calendar_id = calendars.listed()[0].id

        def send(number: int) -> None:
            with unit_of_work():
                prices.submit(one(number), version=1, by=making.viewer("rep"))

        def close_tuesday() -> None:
            with unit_of_work():
                set_day(calendars.one(calendar_id), day=TUESDAY, kind=HOLIDAY, by=SYSTEM)

        acts = [partial(send, number) for number in drafts]
        assert making.at_once(both_apps, *acts[:2], close_tuesday, *acts[2:]) == [None] * 5
        follow()
        promised = set(db.session.execute(select(ApprovalSeat.due_at)).scalars())
    assert promised == {shanghai(48 + 11)}


def test_a_recount_and_a_decision_at_once_do_not_block_each_other(
    over_night: PriceRequest, both_apps: Flask
) -> None:
    number, manager = over_night.id, making.viewer("manager")
    with unit_of_work():
        set_day(calendars.listed()[0], day=TUESDAY, kind=HOLIDAY, by=SYSTEM)
    job = db.session.execute(select(Job.id).where(Job.name == commands.RECOUNT)).scalar_one()

    def decide() -> str:
        with unit_of_work() as session:
            it = session.get_one(PriceRequest, number)
            return prices.decide(it, verdict="approve", note="", version=1, by=manager)

    assert making.at_once(both_apps, lambda: run(job), decide) == [True, flow.APPROVED]
    db.session.rollback()
    assert db.session.execute(select(Job.state)).scalar_one() == DONE
