"""Reads: the policy in force, who would decide and by when, what waits for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import BindParameter, ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from portal.access.permissions import PERMISSIONS
from portal.access.viewer import WHO, Viewer
from portal.approvals import rules
from portal.approvals.flow import OPEN
from portal.approvals.models import Approval, ApprovalHolder, ApprovalPolicy, ApprovalRung, ApprovalSeat
from portal.approvals.slots import SUBJECTS, Brief
from portal.calendars import queries as calendars
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotEnoughData, Refused
from portal.core.words import N_
from portal.core.workclock import Calendar, add_working_minutes, next_opening, working_minutes_between
from portal.identity.queries import viewers

HISTORY = timedelta(days=90)
NEEDED = 8
"""So many answers are needed before the portal says how long one usually takes."""


def policy_in_force(subject_kind: str) -> ApprovalPolicy:
    """The newest published version. Refused if there is none yet."""
    newest = (
        select(ApprovalPolicy)
        .where(ApprovalPolicy.subject_kind == subject_kind)
        .order_by(ApprovalPolicy.number.desc())
        .limit(1)
    )
    found = db.session.execute(newest).unique().scalars().first()
    if found is None:
        raise Refused(N_("No approval policy has been published yet; an administrator has to do that first."))
    return found


def policies(subject_kind: str) -> list[ApprovalPolicy]:
    """All versions of a policy, newest first."""
    found = select(ApprovalPolicy).where(ApprovalPolicy.subject_kind == subject_kind)
    return list(db.session.execute(found.order_by(ApprovalPolicy.number.desc())).unique().scalars())


def clock_of(person_id: int) -> Calendar:
    """The working-time calendar of a person's region; the oldest of the house where the region has none."""
    return calendars.calendar_of(clock_ids([person_id])[person_id])


def clock_ids(people: Iterable[int]) -> dict[int, int]:
    """The ids of these calendars for several people, in one reading."""
    wanted = set(people)
    if not wanted:
        return {}
    found = viewers.calendar_ids_of(wanted, clock.today(viewers.HOUSE_ZONE))
    if wanted - found.keys():
        oldest = min((one.id for one in calendars.listed()), default=None)
        if oldest is None:
            raise Refused(N_("There is no working-time calendar yet; an administrator has to make one first."))
        found |= dict.fromkeys(wanted - found.keys(), oldest)
    return found


def moved_seats() -> list[int]:
    """The open seats whose first holder works by another calendar today than his promise was counted with."""
    held = select(ApprovalSeat.id, ApprovalSeat.calendar_id, ApprovalHolder.person_id)
    held = held.join(ApprovalHolder, ApprovalHolder.seat_id == ApprovalSeat.id)
    held = held.where(ApprovalSeat.state == OPEN)
    rows = db.session.execute(held.order_by(ApprovalSeat.id, ApprovalHolder.id.desc()))
    first = {seat_id: (calendar_id, person_id) for seat_id, calendar_id, person_id in rows}
    today = clock_ids(person_id for _calendar, person_id in first.values())
    return [seat_id for seat_id, (calendar_id, person_id) in first.items() if today[person_id] != calendar_id]


def able(subject_kind: str) -> list[int]:
    """Everybody whose role decides this kind of thing, today: to lead a team is not enough."""
    day = clock.today(viewers.HOUSE_ZONE)
    return viewers.holders_of(PERMISSIONS[SUBJECTS[subject_kind].decide].roles, day)


def above(subject_kind: str, person_id: int) -> list[int]:
    """Who may decide this kind of thing above a person, the nearest manager first, then the directors."""
    day = clock.today(viewers.HOUSE_ZONE)
    may = set(able(subject_kind))
    leading = [*viewers.managers_of(person_id, day), *viewers.holders("director", day)]
    return [one for one in dict.fromkeys(leading) if one in may]


def holders_for(subject_kind: str, seat: str, asker_id: int, barred: Iterable[int]) -> list[int]:
    """Who may sit on a seat for a request of this person, today.

    The manager's seat is held by the nearest manager above the one who asks; a role's seat by all who hold the role.
    If nobody of them may decide, the managers above and then the directors take their place. Refused if nobody is left.
    """
    day = clock.today(viewers.HOUSE_ZONE)
    barred = [asker_id, *barred]
    if seat != rules.MANAGER:
        found = rules.eligible(viewers.holders(seat.removeprefix("role:"), day), barred)
        if found:
            return found
    found = rules.eligible(above(subject_kind, asker_id), barred)[:1]
    if not found:
        raise Refused(N_("Nobody else can decide this. Ask an administrator to name a manager for the team."))
    return found


def way_to(seat: str, holders: Sequence[int]) -> str:
    """How the holders of a new seat came to it: by the policy, or instead of a role of which nobody could decide."""
    if seat not in rules.ROLE_SEATS:
        return rules.POLICY
    able_to = viewers.holders(seat.removeprefix("role:"), clock.today(viewers.HOUSE_ZONE))
    return rules.POLICY if holders[0] in able_to else rules.INSTEAD


@dataclass(frozen=True)
class Planned:
    """A seat that would be asked: who holds it, and until when it answers if all before it take their full time."""

    position: int
    seat: str
    holders: tuple[int, ...]
    minutes: int
    due_at: datetime
    provisional: bool


def plan(
    policy: ApprovalPolicy,
    facts: Mapping[str, Fraction | None],
    asker_id: int,
    barred: Iterable[int],
    since: datetime,
    after: int = 0,
) -> list[Planned]:
    """The seats that a request with these facts has to pass after position `after`, with their promised times."""
    planned = []
    at = since
    out = list(barred)
    for step in rules.steps_asked([one.as_rule() for one in policy.steps], facts):
        if step.position <= after:
            continue
        holders = holders_for(policy.subject_kind, step.seat, asker_id, out)
        due = add_working_minutes(at, step.minutes, clock_of(holders[0]))
        planned.append(
            Planned(step.position, step.seat, tuple(holders), step.minutes, due.at, due.provisional)
        )
        at = due.at
        if len(holders) == 1:
            out.append(holders[0])
    return planned


def open_approval(subject_kind: str, subject_id: int) -> Approval | None:
    """The approval that is open on a subject, with its seats and holders."""
    found = (
        select(Approval)
        .where(
            Approval.subject_kind == subject_kind, Approval.subject_id == subject_id, Approval.state == OPEN
        )
        .options(joinedload(Approval.seats).joinedload(ApprovalSeat.holders))
    )
    return db.session.execute(found).unique().scalars().one_or_none()


def read_again(it: Approval) -> None:
    """Read an approval with its seats and holders as the database has them now, whatever was loaded before."""
    found = select(Approval).where(Approval.id == it.id)
    loaded = found.options(joinedload(Approval.seats).joinedload(ApprovalSeat.holders))
    db.session.execute(loaded.execution_options(populate_existing=True)).unique().scalar_one()


def approvals_of(subject_kind: str, subject_id: int) -> list[Approval]:
    """All rounds of a subject, newest first, with seats and holders."""
    found = (
        select(Approval)
        .where(Approval.subject_kind == subject_kind, Approval.subject_id == subject_id)
        .options(joinedload(Approval.seats).joinedload(ApprovalSeat.holders))
        .order_by(Approval.round.desc())
    )
    return list(db.session.execute(found).unique().scalars())


def open_seat(approval: Approval) -> ApprovalSeat | None:
    """The seat that has it now."""
    return next((seat for seat in approval.seats if seat.state == OPEN), None)


def sits(seat: ApprovalSeat, viewer: Viewer) -> bool:
    """Whether the viewer may decide for this seat now: he holds it, and still has the role by which he came to it."""
    return any(
        h.person_id == viewer.id and h.until is None and rules.keeps(seat.seat, h.way, viewer.roles)
        for h in seat.holders if seat.state == OPEN
    )  # fmt: skip


def waited(seat: ApprovalSeat, until: datetime) -> int:
    """The working minutes that a seat has had it, up to its decision or `until`."""
    return working_minutes_between(
        seat.opened_at, seat.decided_at or until, calendars.calendar_of(seat.calendar_id)
    )


def begins(seat: ApprovalSeat, now: datetime) -> datetime | None:
    """When the working time of an open seat begins, where it came outside of it; None once it runs."""
    opens = next_opening(seat.opened_at, calendars.calendar_of(seat.calendar_id))
    return opens if opens > now else None


def seen_by(viewer: Viewer, subject_kind: str, *, open_only: bool) -> Select[int]:
    """The ids of the subjects that a person decides or has decided: rooms put it into their scopes."""
    found = (
        select(Approval.subject_id)
        .join(ApprovalSeat, ApprovalSeat.approval_id == Approval.id)
        .join(ApprovalHolder, ApprovalHolder.seat_id == ApprovalSeat.id)
        .where(Approval.subject_kind == subject_kind, ApprovalHolder.person_id == viewer.id)
    )
    if open_only:
        found = found.where(ApprovalSeat.state == OPEN, ApprovalHolder.until.is_(None))
    return found


@dataclass(frozen=True)
class Waiting:
    """One thing on somebody's desk."""

    approval_id: int
    subject_kind: str
    subject_id: int
    brief: Brief
    path: str
    asked_by_id: int
    since: datetime
    due_at: datetime
    provisional: bool
    waited: int
    minutes: int
    overdue: bool


def desk(viewer: Viewer, limit: int = 50) -> list[Waiting]:
    """What waits for the viewer's decision, the most urgent first."""
    rows = (
        select(ApprovalSeat, Approval.subject_kind, Approval.subject_id, Approval.asked_by_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(ApprovalSeat.state == OPEN, _held_by(viewer.id, viewer.roles))
        .options(lazyload(ApprovalSeat.holders))
        .order_by(ApprovalSeat.due_at, ApprovalSeat.id)
        .limit(limit)
    )
    found = db.session.execute(rows).all()
    briefs = {
        kind: SUBJECTS[kind].briefs(
            [row.subject_id for row in found if row.subject_kind == kind], viewer.lang
        )
        for kind in {row.subject_kind for row in found}
    }
    now = clock.now()
    return [
        Waiting(
            seat.approval_id, kind, number, briefs[kind][number], SUBJECTS[kind].path(number),
            asked_by_id, seat.opened_at, seat.due_at, seat.provisional, waited(seat, now), seat.minutes, seat.due_at < now,
        )
        for seat, kind, number, asked_by_id in found
    ]  # fmt: skip


def waiting(roles: frozenset[str]) -> Select[int, int]:
    """How much waits for a viewer's decision; all of it is his turn."""
    counts = select(func.count(), func.count()).select_from(ApprovalSeat)
    return counts.where(ApprovalSeat.state == OPEN, _held_by(WHO, roles))


def _held_by(person_id: int | BindParameter[int] | None, roles: frozenset[str]) -> ColumnElement[bool]:
    """The seats of `sits`, as a condition."""
    by_role = ApprovalSeat.seat.in_(rules.ROLE_SEATS) & ApprovalHolder.way.in_(rules.BY_ROLE)
    kept = ApprovalSeat.seat.in_([f"role:{role}" for role in sorted(roles)])
    return exists().where(
        ApprovalHolder.seat_id == ApprovalSeat.id,
        ApprovalHolder.person_id == person_id,
        ApprovalHolder.until.is_(None),
        or_(~by_role, kept),
    )


def decided_lately(viewer: Viewer, limit: int = 10) -> list[tuple[ApprovalSeat, str, str]]:
    """The viewer's last decisions with title and path of the subject."""
    rows = (
        select(ApprovalSeat, Approval.subject_kind, Approval.subject_id)
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(ApprovalSeat.decided_by_id == viewer.id)
        .order_by(ApprovalSeat.decided_at.desc())
        .limit(limit)
    )
    found = db.session.execute(rows).all()
    titles = {
        kind: SUBJECTS[kind].titles(number for _s, k, number in found if k == kind)
        for kind in {k for _s, k, _n in found}
    }
    return [(seat, titles[kind][number][viewer.lang], SUBJECTS[kind].path(number)) for seat, kind, number in found]


def usual_minutes(subject_kind: str) -> int:
    """Within how many working minutes eight of ten answers of the last 90 days were complete.

    Counted from the first seat's opening to the last decision, as the sum of what the seats waited. NotEnoughData
    under eight answers.
    """
    since = clock.now() - HISTORY
    sums = (
        select(func.sum(ApprovalSeat.waited))
        .join(Approval, Approval.id == ApprovalSeat.approval_id)
        .where(
            Approval.subject_kind == subject_kind,
            Approval.closed_at >= since,
            Approval.state.in_(("approved", "rejected")),
        )
        .group_by(Approval.id)
    )
    taken = sorted(value for value in db.session.execute(sums).scalars() if value is not None)
    if len(taken) < NEEDED:
        raise NotEnoughData(len(taken), NEEDED)
    return int(taken[-(-len(taken) * 8 // 10) - 1])


def open_seats(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, ApprovalSeat]:
    """The seat that has each of these subjects now."""
    found = (
        select(Approval.subject_id, ApprovalSeat)
        .join(ApprovalSeat, ApprovalSeat.approval_id == Approval.id)
        .where(
            Approval.subject_kind == subject_kind,
            Approval.subject_id.in_(list(subject_ids)),
            ApprovalSeat.state == OPEN,
        )
        .options(joinedload(ApprovalSeat.holders))
    )
    return {row[0]: row[1] for row in db.session.execute(found).unique()}


def could_hold(it: Approval, seat: ApprovalSeat) -> list[int]:
    """Who else may decide for a seat: people with a role that decides this kind of thing, none of the barred."""
    could = able(it.subject_kind)
    if seat.seat.startswith("role:"):
        could = viewers.holders(seat.seat.removeprefix("role:"), clock.today(viewers.HOUSE_ZONE))
    here = [holder.person_id for holder in seat.holders if holder.until is None]
    return rules.eligible(could, [*it.barred, *here])


def due_rungs(at: datetime, most: int = 500) -> list[int]:
    """The rungs that are due, in the order in which they fell due."""
    due = (
        select(ApprovalRung.id)
        .join(ApprovalSeat, ApprovalSeat.id == ApprovalRung.seat_id)
        .where(ApprovalRung.done_at.is_(None), ApprovalRung.due_at <= at, ApprovalSeat.state == OPEN)
        .order_by(ApprovalRung.due_at, ApprovalRung.id)
        .limit(most)
    )
    return list(db.session.execute(due).scalars())


def counted_with(calendar_id: int) -> list[int]:
    """The open seats whose promise was counted with a calendar."""
    waiting = select(ApprovalSeat.id).where(
        ApprovalSeat.state == OPEN, ApprovalSeat.calendar_id == calendar_id
    )
    return list(db.session.execute(waiting.order_by(ApprovalSeat.id)).scalars())
