"""Courses as those see them who write and assign them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import selectinload

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.identity.models import Membership, Person, RoleGrant, Team
from portal.identity.queries.viewers import valid
from portal.training.flow import OPEN, PASSED, PUBLISHED
from portal.training.models import Assignment, Course, CourseVersion, Question


@scope(Course)
def visible(viewer: Viewer, permission: str) -> Select[Course]:
    """Courses are the house's: whoever has the permission has it for all."""
    return select(Course) if viewer.may(permission) else select(Course).where(false())


@scope(CourseVersion)
def editions(viewer: Viewer, permission: str) -> Select[CourseVersion]:
    """Versions likewise."""
    return select(CourseVersion) if viewer.may(permission) else select(CourseVersion).where(false())


def published(course_id: int) -> CourseVersion | None:
    """The version that new assignments get."""
    rows = select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.state == PUBLISHED)
    return db.session.execute(rows.order_by(CourseVersion.number.desc()).limit(1)).scalars().first()


def with_parts(course_id: int, number: int = 0) -> CourseVersion:
    """A version of a course with lessons, questions and choices; the newest without a number."""
    rows = (
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .options(
            selectinload(CourseVersion.lessons),
            selectinload(CourseVersion.questions).selectinload(Question.choices),
        )
    )
    if number:
        rows = rows.where(CourseVersion.number == number)
    it = db.session.execute(rows.order_by(CourseVersion.number.desc()).limit(1)).scalars().first()
    if it is None:
        raise NotFound
    return it


@dataclass(frozen=True)
class Standing:
    """A course with its newest version and how far those are who have it."""

    it: Course
    edition: CourseVersion
    published: bool
    people: int
    passed: int
    late: int


def standings(viewer: Viewer) -> list[Standing]:
    """All courses by name."""
    today = clock.today(viewer.zone)
    late = (Assignment.due_day < today) & Assignment.state.in_(OPEN)
    counts = select(
        Assignment.course_id,
        func.count().label("people"),
        func.count().filter(Assignment.state == PASSED).label("passed"),
        func.count().filter(late).label("late"),
    ).group_by(Assignment.course_id)
    counted = {row.course_id: row for row in db.session.execute(counts)}
    editions: dict[int, list[CourseVersion]] = {}
    for edition in db.session.execute(select(CourseVersion).order_by(CourseVersion.number)).scalars():
        editions.setdefault(edition.course_id, []).append(edition)
    found = []
    for it in db.session.execute(select(Course).order_by(Course.name, Course.id)).scalars():
        row = counted.get(it.id)
        known = editions[it.id]
        found.append(
            Standing(
                it,
                known[-1],
                any(one.state == PUBLISHED for one in known),
                *((row.people, row.passed, row.late) if row else (0, 0, 0)),
            )
        )
    return found


def versions_of(course_id: int) -> Sequence[CourseVersion]:
    """All versions of a course, the newest first."""
    rows = select(CourseVersion).where(CourseVersion.course_id == course_id)
    return db.session.execute(rows.order_by(CourseVersion.number.desc())).scalars().all()


def receivers(viewer: Viewer, *, role: str, team_id: int, person_id: int | None) -> list[int]:
    """The active people meant: those of a role, of a team with all teams below it, or one person."""
    today = clock.today(viewer.zone)
    rows = select(Person.id).where(Person.active)
    if role:
        rows = rows.join(RoleGrant, RoleGrant.person_id == Person.id).where(
            RoleGrant.role == role, valid(RoleGrant, today)
        )
    if team_id:
        tree = select(Team.id).where(Team.id == team_id).cte("under", recursive=True)
        tree = tree.union(select(Team.id).join(tree, Team.parent_id == tree.c.id))
        rows = rows.join(Membership, Membership.person_id == Person.id).where(
            Membership.team_id.in_(select(tree.c.id)), valid(Membership, today)
        )
    if person_id:
        rows = rows.where(Person.id == person_id)
    if not (role or team_id or person_id):
        return []
    return list(db.session.execute(rows.order_by(Person.sort_key, Person.id)).scalars().unique())


def states(course_id: int) -> dict[str, int]:
    """How many people are in each state of a course."""
    rows = select(Assignment.state, func.count()).where(Assignment.course_id == course_id)
    return dict(db.session.execute(rows.group_by(Assignment.state)).all())


def choices(lang: str) -> list[tuple[int, str]]:
    """The courses that are published, by name, for a field that chooses one."""
    there = select(CourseVersion.course_id).where(CourseVersion.state == PUBLISHED)
    rows = db.session.execute(select(Course).where(Course.id.in_(there)).order_by(Course.name)).scalars()
    return [(it.id, it.shown(lang)) for it in rows]
