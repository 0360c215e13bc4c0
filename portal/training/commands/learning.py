"""Take a course: assignment, lessons read, tries opened and graded here, completion, certificate."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select

from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.flow import Kind, Notice
from portal.core.moves import move
from portal.core.series import next_number
from portal.core.versions import grow
from portal.core.words import N_
from portal.notifications.commands import notify
from portal.training import flow, queries, rules
from portal.training.models import (
    Assignment,
    Attempt,
    Certificate,
    Choice,
    Completion,
    Course,
    CourseVersion,
    Lesson,
    LessonReading,
)

SERIES = "certificate"


def assign(course: Course, *, people: Sequence[int], due_day: date | None, by: Viewer) -> list[Assignment]:
    """Give people a course, as it is published now; they are told. Who has it already, or has passed it, is left out."""
    edition = queries.published(course.id)
    if edition is None:
        raise Refused(N_("Publish the course before you assign it."))
    if due_day is not None and due_day < clock.today(by.zone):
        raise Refused(N_("This day has passed."), "due_day")
    having = queries.holding(course.id, edition.id)
    wanted = [person_id for person_id in dict.fromkeys(people) if person_id not in having]
    return [_give(course, edition, person_id, due_day, by) for person_id in wanted]


def _give(
    course: Course, edition: CourseVersion, person_id: int, due_day: date | None, by: Viewer
) -> Assignment:
    last = select(func.max(Assignment.cycle)).where(
        Assignment.course_id == course.id, Assignment.person_id == person_id
    )
    today = clock.today(by.zone)
    it = Assignment(
        course_id=course.id, course_version_id=edition.id, person_id=person_id, assigned_by_id=by.id,
        cycle=(db.session.execute(last).scalar() or 0) + 1,
        assigned_at=clock.now(), assigned_day=today, due_day=due_day, state=flow.FLOW.start,
    )  # fmt: skip
    db.session.add(it)
    db.session.flush()
    record(flow.GIVEN, it, by=by, person=person_id, course=course.both, due=due_day)
    _tell(it, person_id, flow.TOLD_GIVEN, by)
    return it


def read_lesson(it: Assignment, lesson: Lesson, *, by: Viewer) -> None:
    """The reader came to the end of a lesson. Reading it again changes nothing."""
    _own(it, by)
    if it.state == flow.ASSIGNED:
        move(it, flow.FLOW, "start", by=by, version=it.version)
    seen = select(LessonReading.id).where(
        LessonReading.assignment_id == it.id, LessonReading.lesson_id == lesson.id
    )
    if db.session.execute(seen).first() is not None:
        return
    row = insert(LessonReading).values(assignment_id=it.id, lesson_id=lesson.id, at=clock.now())
    db.session.execute(row)
    record(flow.READ, it, by=by, course=it.course.both, number=lesson.position)


def open_try(it: Assignment, *, by: Viewer) -> Attempt:
    """Draw the questions of a try and start its clock; an open try is answered again instead of a second one."""
    _own(it, by)
    grow(it)
    standing = queries.open_try(it.id)
    if standing is not None:
        return standing
    if it.state not in (flow.STARTED, flow.COMPLETED):
        raise Refused(N_("This course is closed for you."))
    if queries.unread(it):
        raise Refused(N_("Read all lessons first."))
    before = queries.tries(it.id)
    edition = it.edition
    if rules.tries_left(it.tries, len(before)) == 0:
        raise Refused(N_("There is no try left."))
    drawn = rules.draw(
        {one.id: [choice.id for choice in one.choices] for one in edition.questions},
        edition.draw,
        {question for one in before for question, _choices in one.drawn},
        secrets.randbits(32),
    )
    now = clock.now()
    attempt = Attempt(
        assignment_id=it.id, person_id=it.person_id, number=len(before) + 1, opened_at=now, given={},
        drawn=[[question, list(choices)] for question, choices in drawn], asked=len(drawn),
        deadline=now + timedelta(minutes=edition.minutes) if edition.minutes else None,
    )  # fmt: skip
    db.session.add(attempt)
    db.session.flush()
    record(flow.OPENED, it, by=by, course=it.course.both, number=attempt.number)
    return attempt


def hand_in(attempt: Attempt, *, given: dict[int, int], by: Viewer, as_it_is: bool = False) -> None:
    """Grade a try. What comes after the deadline and its minute of grace is kept, but counts as nothing answered.

    Refused while a question is open, unless it is to be taken `as_it_is`.
    """
    it = attempt.assignment
    _own(it, by)
    grow(attempt)
    if attempt.handed_in_at is not None:
        raise Refused(N_("This try was handed in already."))
    now = clock.now()
    in_time = rules.in_time(attempt.deadline, now)
    counted = given if in_time else {}
    drawn = [(question, tuple(choices)) for question, choices in attempt.drawn]
    if in_time and not as_it_is and any(question not in given for question, _choices in drawn):
        raise Refused(N_("A question is still open. Answer it, or hand the try in as it is."))
    right = select(Choice.id).where(
        Choice.question_id.in_([question for question, _c in drawn]), Choice.right
    )
    outcome = rules.grade(drawn, counted, set(db.session.execute(right).scalars()), it.edition.least_percent)
    attempt.handed_in_at, attempt.right, attempt.passed = now, outcome.right, outcome.passed
    attempt.given = {str(question): given[question] for question, _choices in drawn if question in given}
    record(flow.HANDED_IN, it, by=by, course=it.course.both, right=outcome.right, asked=outcome.asked)
    _settle(it, attempt, by)


def close_overdue(at: datetime) -> int:
    """Hand in tries whose time ran out without an answer: a sweep; how many."""
    late = select(Attempt).where(Attempt.handed_in_at.is_(None), Attempt.deadline < at - rules.GRACE)
    found = list(db.session.execute(late).scalars())
    for attempt in found:
        grow(attempt)
        attempt.handed_in_at = at
        record(flow.RAN_OUT, attempt.assignment, by=SYSTEM, course=attempt.assignment.course.both)
        _settle(attempt.assignment, attempt, SYSTEM)
    return len(found)


def waive(it: Assignment, *, reason: str, version: int, by: Viewer) -> None:
    """This person need not take the course, for a reason that stays."""
    if not reason.strip():
        raise Refused(N_("Say why."), "reason")
    move(it, flow.FLOW, "waive", by=by, version=version, reason=reason.strip())
    record(flow.LET_OFF, it, by=by, person=it.person_id, course=it.course.both, note=reason.strip())
    _tell(it, it.person_id, flow.TOLD_WAIVED, by)


def reopen(it: Assignment, *, version: int, by: Viewer) -> None:
    """Give another try, or take a waiver back; whoever has none left gets one, whatever he was waived from."""
    spent = rules.tries_left(it.tries, len(queries.tries(it.id))) == 0
    extra = it.extra_tries + spent
    move(it, flow.FLOW, "reopen", by=by, version=version, extra_tries=extra, reason="")
    record(flow.REOPENED, it, by=by, person=it.person_id, course=it.course.both)
    _tell(it, it.person_id, flow.TOLD_REOPENED, by)


def remind_due(today: date) -> int:
    """Tell everybody whose course is due tomorrow, once: a sweep; how many were told."""
    due = select(Assignment).where(
        Assignment.state.in_(flow.OPEN), Assignment.due_day == today + timedelta(days=1)
    )
    told = 0
    for it in db.session.execute(due).scalars():
        told += notify(
            it.person_id, flow.TOLD_DUE, path=f"/training/assignments/{it.id}", by=SYSTEM,
            effect_key=f"training:{it.id}:due:{it.due_day}", course=it.course.both, day=it.due_day,
        )  # fmt: skip
    return told


def _own(it: Assignment, by: Viewer) -> None:
    if it.person_id != by.id and by is not SYSTEM:
        raise Refused(N_("Only who has the course can take it."))


def _settle(it: Assignment, attempt: Attempt, by: Viewer) -> None:
    """After a try: completion, then passing with its certificate, or the end of the tries."""
    if it.state not in (flow.STARTED, flow.COMPLETED):
        return
    _write_down(it, attempt, "completed", flow.DONE, by)
    if attempt.passed:
        move(it, flow.FLOW, "pass", by=by, version=it.version)
        _write_down(it, attempt, "passed", flow.HAS_PASSED, by)
        _certify(it, attempt, by)
        return
    if it.state == flow.STARTED:
        move(it, flow.FLOW, "complete", by=by, version=it.version)
    if rules.tries_left(it.tries, attempt.number) == 0:
        move(it, flow.FLOW, "fail", by=by, version=it.version)
        record(flow.HAS_FAILED, it, by=by, course=it.course.both)
        if it.assigned_by_id is not None:
            _tell(it, it.assigned_by_id, flow.TOLD_FAILED, by, path=f"/training/results/{it.id}")


def _write_down(it: Assignment, attempt: Attempt, kind: str, tells: Kind, by: Viewer) -> None:
    """Write that it was completed or passed. Once: after another try was given it stands already."""
    there = select(Completion.id).where(Completion.assignment_id == it.id, Completion.kind == kind)
    if db.session.execute(there).first() is not None:
        return
    now = clock.now()
    row = Completion(
        assignment_id=it.id, person_id=it.person_id, course_id=it.course_id, attempt_id=attempt.id, kind=kind, at=now,
        course_version_id=it.course_version_id, day=clock.local_day(now, by.zone),
    )  # fmt: skip
    db.session.add(row)
    record(tells, it, by=by, course=it.course.both)


def _certify(it: Assignment, attempt: Attempt, by: Viewer) -> Certificate:
    now = clock.now()
    day = clock.local_day(now, by.zone)
    number = f"C-{day.year}-{next_number(db.session(), f'{SERIES}-{day.year}'):04}"
    certificate = Certificate(
        number=number, person_id=it.person_id, course_version_id=it.course_version_id, cycle=it.cycle, assignment_id=it.id,
        right=attempt.right, asked=attempt.asked, issued_at=now, day=day,
    )  # fmt: skip
    db.session.add(certificate)
    record(flow.CERTIFIED, it, by=by, course=it.course.both, number=number)
    return certificate


def _tell(it: Assignment, person_id: int, notice: Notice, by: Viewer, path: str = "") -> None:
    notify(
        person_id, notice, path=path or f"/training/assignments/{it.id}", by=by, course=it.course.both,
        effect_key=f"training:{it.id}:{it.version}:{notice.key}",
    )  # fmt: skip
