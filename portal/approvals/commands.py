"""Start, decide, hand over, take back; what the clock does by itself.

A decision is two conditional updates, of the seat and of the approval, whose row counts must be one: of two people at
once exactly one decides, on both databases, and the other is told who was quicker.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CursorResult, delete, insert, update

from portal.access.viewer import SYSTEM, Viewer
from portal.approvals import flow, queries, rules
from portal.approvals.models import (
    Approval,
    ApprovalHolder,
    ApprovalPolicy,
    ApprovalRung,
    ApprovalSeat,
    ApprovalStep,
)
from portal.approvals.slots import SUBJECTS
from portal.calendars import queries as calendars
from portal.core import clock
from portal.core.db import UNWATCHED, db
from portal.core.errors import Refused, Stale
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.versions import change, overtaken
from portal.core.words import N_
from portal.core.workclock import Calendar, add_working_minutes
from portal.identity.queries import viewers
from portal.notifications.commands import notify_all, overtake

Facts = Mapping[str, Fraction | None]
CHASE_MINUTES = 240
RECOUNT = "approvals.recount"


def publish_policy(subject_kind: str, steps: Sequence[rules.Step], *, by: Viewer) -> ApprovalPolicy:
    """Publish the next version of a policy; requests that are under way keep theirs."""
    fault = rules.policy_fault(steps, SUBJECTS[subject_kind].fields)
    if fault:
        raise Refused(fault)
    last = max((one.number for one in queries.policies(subject_kind)), default=0)
    it = ApprovalPolicy(
        subject_kind=subject_kind, number=last + 1, published_at=clock.now(), published_by_id=by.id
    )
    it.steps = [
        ApprovalStep(
            position=s.position,
            seat=s.seat,
            minutes=s.minutes,
            field=s.field,
            operator=s.operator,
            value=s.value,
        )
        for s in steps
    ]
    db.session.add(it)
    db.session.flush()
    record(flow.PUBLISHED, it, by=by, number=it.number)
    return it


def start(
    subject_kind: str,
    subject_id: int,
    *,
    facts: Facts,
    asked_by_id: int,
    barred: Iterable[int],
    account_id: int | None,
    by: Viewer,
) -> Approval:
    """Open the next round on a subject and seat its first step. Nobody of `barred` will be able to decide it."""
    policy = queries.policy_in_force(subject_kind)
    before = queries.approvals_of(subject_kind, subject_id)
    it = Approval(
        subject_kind=subject_kind, subject_id=subject_id, round=len(before) + 1, policy_id=policy.id, asked_by_id=asked_by_id,
        barred=sorted({asked_by_id, *barred}), account_id=account_id, state=flow.OPEN, opened_at=clock.now(), version=1,
        policy=policy, seats=[],
    )  # fmt: skip
    db.session.add(it)
    db.session.flush()
    _seat_next(it, facts, after=0, by=by)
    return it


def decide(it: Approval, *, verdict: str, facts: Facts, note: str, version: int, by: Viewer) -> str:
    """Decide for the seat that the viewer holds; the state that the approval is in afterwards.

    Stale, with who and when, if somebody was quicker; Refused without a comment where one is needed.
    """
    state = flow.VERDICTS[verdict]
    if state != flow.APPROVED and not note.strip():
        raise Refused(N_("Say why, so that the next try can be better."), "note")
    _lock(it, version)
    seat = queries.open_seat(it)
    if seat is None or not queries.sits(seat, by) or by.id in it.barred:
        raise Refused(N_("It is not your turn to decide this."))
    now = clock.now()
    minutes = queries.waited(seat, now)
    _close_seat(seat, state, now, minutes, by)
    record(flow.DECIDED[state], it, by=by, account_id=it.account_id, note=note, waited=minutes, holder=by.id)
    it.barred = sorted({*it.barred, by.id or 0})
    if state == flow.APPROVED and _seat_next(it, facts, after=seat.position, by=by):
        return flow.OPEN
    it.state, it.closed_at = state, now
    db.session.flush()
    SUBJECTS[it.subject_kind].closed(it.subject_id, state, by=by, note=note)
    _tell_the_others(seat, by)
    return state


def recall(it: Approval, *, version: int, by: Viewer) -> None:
    """Take a request back before its last decision; who held it is told that no answer is needed."""
    _lock(it, version)
    seat = queries.open_seat(it)
    if seat is not None:
        _close_seat(seat, flow.CANCELLED, clock.now(), queries.waited(seat, clock.now()), None)
        _tell_the_others(seat, by)
    it.state, it.closed_at = flow.RECALLED, clock.now()
    record(flow.RECALL, it, by=by, account_id=it.account_id)


def hand_over(it: Approval, *, to_id: int, note: str, version: int, by: Viewer) -> None:
    """Give the seat that the viewer holds to somebody else who may decide; the viewer loses it."""
    _lock(it, version)
    seat = queries.open_seat(it)
    if seat is None or not queries.sits(seat, by):
        raise Refused(N_("It is not your turn to decide this."))
    if to_id not in queries.could_hold(it, seat):
        raise Refused(N_("This person may not decide it."), "to")
    now = clock.now()
    for holder in seat.holders:
        if holder.person_id == by.id:
            holder.until = now
    overtake(SUBJECTS[it.subject_kind].path(it.subject_id), flow.WHILE_OPEN, by.id)
    _add_holder(seat, to_id, rules.HANDOVER, now)
    record(flow.HANDED_OVER, it, by=by, account_id=it.account_id, note=note, to=to_id)
    _tell(seat, flow.WAITS, [to_id], f"seat:{seat.id}:handover:{version}", by, due=seat.due_at)


def chase(it: Approval, *, by: Viewer) -> None:
    """Ask the holder to hurry; at most once in four working hours a seat, and counted."""
    seat = queries.open_seat(it)
    if seat is None:
        raise Stale
    waited = queries.waited(seat, clock.now())
    key = f"seat:{seat.id}:chase:{waited // CHASE_MINUTES}"
    holders = _active(seat)
    if not _tell(seat, flow.REMINDER, holders, key, by, due=seat.due_at):
        raise Refused(N_("You have already asked. The next reminder goes out by itself."))
    record(flow.CHASED, it, by=by, account_id=it.account_id, holder=holders[0])


def climb(rung: ApprovalRung, *, at: datetime) -> bool:
    """Do what a rung of the ladder says, once; whether it was done here.

    The approval is locked first, as every act on it does: whoever decides in the same instant waits, or has decided.
    """
    seat = db.session.get_one(ApprovalSeat, rung.seat_id)
    it = db.session.get_one(Approval, seat.approval_id, with_for_update=True)
    db.session.refresh(seat)
    done: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(ApprovalRung)
        .where(ApprovalRung.id == rung.id, ApprovalRung.done_at.is_(None))
        .values(done_at=at)
    )
    if done.rowcount != 1 or seat.state != flow.OPEN:
        return False
    key = f"seat:{seat.id}:rung:{rung.percent}"
    first = _active(seat)[0]
    if rung.act in (rules.REMIND, rules.REMIND_SEEN):
        _tell(seat, flow.REMINDER, _active(seat), key, SYSTEM, due=seat.due_at)
        record(flow.REMINDED, it, by=SYSTEM, account_id=it.account_id, holder=first)
    if rung.act == rules.REMIND_SEEN:
        _tell(seat, flow.STILL_WITH, [it.asked_by_id], key, SYSTEM, holder=first, due=seat.due_at)
    elif rung.act == rules.OVERDUE:
        day = clock.today(viewers.HOUSE_ZONE)
        told = [*_active(seat), it.asked_by_id, *viewers.managers_of(first, day)[:1]]
        _tell(seat, flow.LATE, told, key, SYSTEM, holder=first, due=seat.due_at)
        record(flow.OVERDUE, it, by=SYSTEM, account_id=it.account_id, holder=first)
    elif rung.act in (rules.ESCALATE, rules.LAST):
        _escalate(it, seat, rung, key, first)
    return True


def recount_later(calendar_id: int) -> None:
    """A calendar has changed: have the promises that were counted with it counted anew, in the background."""
    if queries.counted_with(calendar_id):
        enqueue(RECOUNT, person_id=None, calendar_id=calendar_id)


def recount(seat: ApprovalSeat) -> bool:
    """Count the promise of an open seat anew by the calendar of its first holder as it stands now; whether it has changed.

    That calendar is another one if his region was given another, or he has moved: then all of the time since the seat was
    opened counts by it. Who gets the seat by handover takes the promise over as it is. Steps of the ladder that were done
    stay done; the others get their new times, and one that would have come already comes with the next sweep. Done twice
    it changes nothing more.
    """
    it = db.session.get_one(Approval, seat.approval_id, with_for_update=True)
    db.session.refresh(seat)
    if seat.state != flow.OPEN:
        return False
    first = seat.holders[0].person_id
    seat.calendar_id = queries.clock_ids([first])[first]
    calendar = calendars.held(seat.calendar_id)
    for percent, at in _times(seat, calendar).items():
        ahead = (ApprovalRung.seat_id == seat.id) & ApprovalRung.done_at.is_(None)
        db.session.execute(
            update(ApprovalRung).where(ahead, ApprovalRung.percent == percent).values(due_at=at)
        )
    due = add_working_minutes(seat.opened_at, seat.minutes, calendar)
    before, doubtful = seat.due_at, seat.provisional
    seat.due_at, seat.provisional = due.at, due.provisional
    db.session.flush()
    if due.at != before:
        record(flow.RECOUNTED, it, by=SYSTEM, account_id=it.account_id, due=due.at, before=before)
        version = calendars.one(seat.calendar_id).version
        key = f"seat:{seat.id}:calendar:{seat.calendar_id}:{version}:{clock.now().isoformat()}"
        values = {"holder": _active(seat)[0], "due": due.at, "before": before}
        _tell(seat, flow.PROMISE_MOVED, [it.asked_by_id], key, SYSTEM, **values)
    if due.provisional != doubtful:
        record(flow.CERTAINTY[due.provisional], it, by=SYSTEM, account_id=it.account_id, due=due.at)
    return (due.at, due.provisional) != (before, doubtful)


def _escalate(it: Approval, seat: ApprovalSeat, rung: ApprovalRung, key: str, first: int) -> None:
    above = queries.above(it.subject_kind, first)
    if rung.act == rules.LAST:
        above = viewers.holders("director", clock.today(viewers.HOUSE_ZONE))
    new = rules.eligible(above, [*it.barred, *_active(seat)])[:1]
    for one in new:
        _add_holder(seat, one, rules.ESCALATION, clock.now())
        _tell(seat, flow.ALSO_YOURS, [one], key, SYSTEM, holder=first)
        record(flow.ESCALATED, it, by=SYSTEM, account_id=it.account_id, holder=one)


def _lock(it: Approval, version: int | None) -> None:
    """Claim the approval at the version that was seen, or say who was quicker."""
    if version is None:
        raise Stale
    seen = (Approval.id == it.id) & (Approval.version == version) & (Approval.state == flow.OPEN)
    grown = update(Approval).where(seen).values(version=version + 1)
    done: CursorResult[Any] = db.session.execute(grown, execution_options=UNWATCHED)  # type: ignore[assignment]
    queries.read_again(it)
    if done.rowcount != 1:
        last = max(
            (seat for seat in it.seats if seat.decided_at),
            key=lambda seat: seat.decided_at or seat.opened_at,
            default=None,
        )
        raise Stale(last.decided_by_id, last.decided_at) if last else overtaken(it)


def _close_seat(seat: ApprovalSeat, state: str, now: datetime, minutes: int, by: Viewer | None) -> None:
    values = {"state": state, "decided_at": now, "decided_by_id": by.id if by else None, "waited": minutes}
    if not change(seat, ApprovalSeat.state == flow.OPEN, **values):
        raise Stale
    ahead = delete(ApprovalRung).where(ApprovalRung.seat_id == seat.id, ApprovalRung.done_at.is_(None))
    db.session.execute(ahead, execution_options=UNWATCHED)
    it = db.session.get_one(Approval, seat.approval_id)
    overtake(SUBJECTS[it.subject_kind].path(it.subject_id), flow.WHILE_OPEN)


def _seat_next(it: Approval, facts: Facts, *, after: int, by: Viewer) -> bool:
    """Seat the next step that these facts ask for; whether there was one. At least one step always asks."""
    steps = [
        s for s in rules.steps_asked([one.as_rule() for one in it.policy.steps], facts) if s.position > after
    ]
    if not steps:
        return False
    step, now = steps[0], clock.now()
    holders = queries.holders_for(it.subject_kind, step.seat, it.asked_by_id, it.barred)
    calendar_id = queries.clock_ids(holders[:1])[holders[0]]
    calendar = calendars.held(calendar_id)
    due = add_working_minutes(now, step.minutes, calendar)
    way = queries.way_to(step.seat, holders)
    seat = ApprovalSeat(
        position=step.position, seat=step.seat, minutes=step.minutes, calendar_id=calendar_id, state=flow.OPEN, opened_at=now,
        due_at=due.at, provisional=due.provisional,
        holders=[ApprovalHolder(person_id=one, way=way, since=now) for one in holders],
    )  # fmt: skip
    it.seats.append(seat)
    db.session.flush()
    times = _times(seat, calendar)
    rungs = [
        {"seat_id": seat.id, "percent": percent, "act": act, "due_at": times[percent]}
        for percent, act in rules.LADDER
    ]
    db.session.execute(insert(ApprovalRung), rungs)
    record(flow.OPENED, it, by=by, account_id=it.account_id, holder=holders[0], due=due.at)
    _tell(seat, flow.WAITS, holders, f"seat:{seat.id}:opened", by, due=due.at)
    return True


def _times(seat: ApprovalSeat, calendar: Calendar) -> dict[int, datetime]:
    """When the steps of a seat's ladder come, by their percentage."""
    return {
        rung.percent: add_working_minutes(seat.opened_at, rung.minutes, calendar).at
        for rung in rules.ladder(seat.minutes)
    }


def _add_holder(seat: ApprovalSeat, person_id: int, way: str, since: datetime) -> None:
    """Somebody who has handed it over may get it back."""
    before = next((holder for holder in seat.holders if holder.person_id == person_id), None)
    if before is None:
        seat.holders.append(ApprovalHolder(person_id=person_id, way=way, since=since))
    else:
        before.way, before.since, before.until = way, since, None
    db.session.flush()


def _active(seat: ApprovalSeat) -> list[int]:
    return [holder.person_id for holder in seat.holders if holder.until is None]


def _tell_the_others(seat: ApprovalSeat, by: Viewer) -> None:
    _tell(seat, flow.NO_LONGER, [one for one in _active(seat) if one != by.id], f"seat:{seat.id}:closed", by)


def _tell(
    seat: ApprovalSeat, notice: Any, people: Iterable[int], key: str, by: Viewer, **values: object
) -> int:
    people = list(dict.fromkeys(people))
    if not people:
        return 0
    it = db.session.get_one(Approval, seat.approval_id)
    subject = SUBJECTS[it.subject_kind]
    title = subject.titles([it.subject_id])[it.subject_id]
    return notify_all(people, notice, path=subject.path(it.subject_id), effect_key=key, by=by, title=title, **values)
