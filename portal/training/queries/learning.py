"""What a person has to learn; one assignment with all that its pages show; who is where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access.scopes import scope, within
from portal.access.viewer import IN_THREE_DAYS, WHO, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.identity.models import Membership
from portal.identity.queries.viewers import valid
from portal.measures.queries import people
from portal.training import rules
from portal.training.flow import OPEN, PASSED, WAIVED
from portal.training.models import (
    Assignment,
    Attempt,
    Certificate,
    Completion,
    CourseVersion,
    Lesson,
    LessonReading,
    Question,
)

SIDE = timedelta(days=28)
"""So long before and after a course is looked at what it changed."""


@scope(Assignment)
def visible(viewer: Viewer, permission: str) -> Select[Assignment]:
    """One's own; for those who look after others, also theirs."""
    return select(Assignment).where(reached(viewer, permission))


@scope(Attempt)
def tries_visible(viewer: Viewer, permission: str) -> Select[Attempt]:
    """A try is its person's alone."""
    return select(Attempt).where(within(viewer, permission, owner=Attempt.person_id))


@scope(Certificate)
def certificates_visible(viewer: Viewer, permission: str) -> Select[Certificate]:
    """A certificate is open to its person and to those who see the results."""
    own = within(viewer, permission, owner=Certificate.person_id)
    if not viewer.may("training.see"):
        return select(Certificate).where(own)
    theirs = select(Assignment.id).where(reached(viewer, "training.see"))
    return select(Certificate).where(or_(own, Certificate.assignment_id.in_(theirs)))


def reached(viewer: Viewer, permission: str) -> ColumnElement[bool]:
    """The condition on `Assignment`: own ones, those of the people who are today in teams that the viewer leads, or all."""
    home = select(Membership.team_id).where(
        Membership.person_id == Assignment.person_id, valid(Membership, clock.today(viewer.zone))
    )
    return within(viewer, permission, owner=Assignment.person_id, team=home.correlate(Assignment).limit(1).scalar_subquery())


def holding(course_id: int, edition_id: int) -> set[int]:
    """The people who have the course open, or have passed this very version."""
    passed = and_(Assignment.course_version_id == edition_id, Assignment.state == PASSED)
    rows = select(Assignment.person_id).where(
        Assignment.course_id == course_id, or_(Assignment.state.in_(OPEN), passed)
    )
    return set(db.session.execute(rows).scalars())


def tries(assignment_id: int) -> Sequence[Attempt]:
    """All tries of an assignment, the first one first."""
    rows = select(Attempt).where(Attempt.assignment_id == assignment_id).order_by(Attempt.number)
    return db.session.execute(rows).scalars().all()


def open_try(assignment_id: int) -> Attempt | None:
    """The try that is being answered."""
    rows = select(Attempt).where(Attempt.assignment_id == assignment_id, Attempt.handed_in_at.is_(None))
    return db.session.execute(rows).scalars().first()


def unread(it: Assignment) -> int:
    """How many lessons are still to be read."""
    read = select(LessonReading.lesson_id).where(LessonReading.assignment_id == it.id)
    rows = (
        select(func.count())
        .select_from(Lesson)
        .where(Lesson.course_version_id == it.course_version_id, Lesson.id.not_in(read))
    )
    return db.session.execute(rows).scalar_one()


@dataclass(frozen=True)
class Learning:
    """One assignment as its reader sees it."""

    it: Assignment
    lessons: Sequence[Lesson]
    read: set[int]
    tries: Sequence[Attempt]
    certificate: Certificate | None
    questions: int

    @property
    def next_lesson(self) -> Lesson | None:
        """The first lesson not yet read."""
        return next((one for one in self.lessons if one.id not in self.read), None)

    @property
    def minutes_left(self) -> int:
        """Reading time of the lessons that are left."""
        return sum(one.minutes for one in self.lessons if one.id not in self.read)

    @property
    def tries_left(self) -> int | None:
        """How many tries are left; None: no limit."""
        return rules.tries_left(self.it.tries, len(self.tries))

    @property
    def asked(self) -> int:
        """How many questions a try asks."""
        return min(self.it.edition.draw or self.questions, self.questions)

    @property
    def needed(self) -> int:
        """How many of them have to be right."""
        return rules.needed(self.asked, self.it.edition.least_percent)

    @property
    def waiting(self) -> Attempt | None:
        """The try that is being answered."""
        return next((one for one in self.tries if one.handed_in_at is None), None)


def learning(it: Assignment) -> Learning:
    """All that the pages of an assignment show."""
    lessons = select(Lesson).where(Lesson.course_version_id == it.course_version_id).order_by(Lesson.position)
    read = select(LessonReading.lesson_id).where(LessonReading.assignment_id == it.id)
    proof = select(Certificate).where(Certificate.assignment_id == it.id)
    asked = (
        select(func.count()).select_from(Question).where(Question.course_version_id == it.course_version_id)
    )
    return Learning(
        it=it,
        lessons=db.session.execute(lessons).scalars().all(),
        read=set(db.session.execute(read).scalars()),
        tries=tries(it.id),
        certificate=db.session.execute(proof).scalars().first(),
        questions=db.session.execute(asked).scalar_one(),
    )


def lesson_at(it: Assignment, position: int) -> Lesson:
    """One lesson of the frozen version."""
    rows = select(Lesson).where(Lesson.course_version_id == it.course_version_id, Lesson.position == position)
    lesson = db.session.execute(rows).scalars().first()
    if lesson is None:
        raise NotFound
    return lesson


@dataclass(frozen=True)
class Due:
    """An assignment in the list of its reader: how much is read, minutes left, the next lesson, how urgent it is."""

    it: Assignment
    lessons: int
    read: int
    minutes: int
    ahead: int | None
    urgency: str


def mine(person_id: int | None, today: date) -> list[Due]:
    """The courses that a person still has to take, the most urgent first."""
    is_left = LessonReading.id.is_(None)
    counts = (
        select(
            Assignment.id,
            func.count(Lesson.id).label("lessons"),
            func.count(LessonReading.id).label("read"),
            func.coalesce(func.sum(Lesson.minutes).filter(is_left), 0).label("minutes"),
            func.min(Lesson.position).filter(is_left).label("ahead"),
        )
        .join(Lesson, Lesson.course_version_id == Assignment.course_version_id)
        .outerjoin(
            LessonReading,
            and_(LessonReading.assignment_id == Assignment.id, LessonReading.lesson_id == Lesson.id),
        )
        .where(Assignment.person_id == person_id, Assignment.state.in_(OPEN))
        .group_by(Assignment.id)
        .subquery()
    )
    rows = (
        select(Assignment, counts.c.lessons, counts.c.read, counts.c.minutes, counts.c.ahead)
        .join(counts, counts.c.id == Assignment.id)
        .options(joinedload(Assignment.course), joinedload(Assignment.edition))
        .order_by(Assignment.due_day.asc().nulls_last(), Assignment.id)
    )
    return [
        Due(it, lessons, read, minutes, ahead, rules.urgency(it.due_day, today))
        for it, lessons, read, minutes, ahead in db.session.execute(rows)
    ]


@dataclass(frozen=True)
class Since:
    """Days with real work in the four weeks before a course was passed, and in the four weeks after that day."""

    it: Certificate
    before: int
    after: int


def since(proofs: Sequence[Certificate], today: date) -> Since | None:
    """What came after the last course that was passed four weeks ago or more; None before there is one.

    Days and real work as the measures count them; the day of passing itself stands on neither side.
    """
    last = next((one for one in proofs if one.day + SIDE < today), None)
    if last is None:
        return None
    day = timedelta(days=1)
    before, _acts = people.used(db.session(), last.person_id, last.day - SIDE, last.day - day)
    after, _acts = people.used(db.session(), last.person_id, last.day + day, last.day + SIDE)
    return Since(last, before, after)


def closed(person_id: int | None) -> Sequence[Assignment]:
    """What a person has behind him, the latest first."""
    rows = select(Assignment).where(Assignment.person_id == person_id, Assignment.state.not_in(OPEN))
    rows = rows.options(joinedload(Assignment.course)).order_by(Assignment.id.desc())
    return db.session.execute(rows).scalars().all()


def certificates(person_id: int | None) -> Sequence[Certificate]:
    """A person's certificates, the latest first."""
    rows = select(Certificate).where(Certificate.person_id == person_id)
    rows = rows.options(joinedload(Certificate.edition).joinedload(CourseVersion.course))
    return db.session.execute(rows.order_by(Certificate.id.desc())).scalars().all()


def waiting(_roles: frozenset[str]) -> Select[int, int]:
    """How many courses wait for a viewer, and how many of them are due within three days."""
    counts = select(func.count(), func.count().filter(Assignment.due_day <= IN_THREE_DAYS))
    return counts.where(Assignment.person_id == WHO, Assignment.state.in_(OPEN))


def asked_in(attempt: Attempt) -> list[tuple[Question, list[int]]]:
    """The questions of a try in the order drawn, each with its choices in their order."""
    numbers = [question for question, _choices in attempt.drawn]
    rows = select(Question).where(Question.id.in_(numbers)).options(selectinload(Question.choices))
    known = {one.id: one for one in db.session.execute(rows).scalars()}
    return [(known[question], list(choices)) for question, choices in attempt.drawn]


def trained(since: date, until: date) -> dict[int, list[int]]:  # noqa: ARG001  (the state on the last day counts)
    """Of everybody who has a course on a day: 1 if he has passed all of his, else 0."""
    passed = exists().where(
        Completion.assignment_id == Assignment.id, Completion.kind == "passed", Completion.day <= until
    )
    rows = (
        select(Assignment.person_id, func.min(case((passed, 1), else_=0)))
        .where(Assignment.assigned_day <= until, Assignment.state != WAIVED)
        .group_by(Assignment.person_id)
    )
    return {person_id: [share] for person_id, share in db.session.execute(rows)}


class Passing(NamedTuple):
    """Who passed a course: the local day on which he got it, and that on which he passed."""

    person_id: int
    given_on: date
    passed_on: date


def passings(course_id: int, since: date) -> list[Passing]:
    """Each time that somebody passed a course from a day on, the earliest first."""
    rows = (
        select(Assignment.person_id, Assignment.assigned_day, Completion.day)
        .join(Completion, Completion.assignment_id == Assignment.id)
        .where(Assignment.course_id == course_id, Completion.kind == "passed", Completion.day >= since)
        .order_by(Completion.at, Completion.id)
    )
    return [Passing(*row) for row in db.session.execute(rows)]
