"""Who is where with which course, for those who look after others."""

from sqlalchemy import Select, func, select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.events import Line, lines
from portal.core.lists import Choice, Column, Listing
from portal.core.words import N_
from portal.identity.models import Membership, Person, Team
from portal.identity.queries.viewers import valid
from portal.training.flow import FLOW
from portal.training.models import Assignment, Completion, Course
from portal.training.queries.learning import reached

_PASSED = (
    select(func.max(Completion.day))
    .where(Completion.assignment_id == Assignment.id, Completion.kind == "passed")
    .correlate(Assignment)
    .scalar_subquery()
)

# fmt: off
LISTING = Listing("training_results", N_("Who is where"), Assignment.id, (
    Column("person", N_("Learner"),   Person.name,             sort=Person.sort_key, zh=Person.name_zh),
    Column("course", N_("Course"),   Course.name,             sort=Course.name, zh=Course.name_zh),
    Column("team",   N_("Team"),     Team.name,               sort=func.coalesce(Team.name, ""), zh=Team.name_zh),
    Column("state",  N_("State"),    Assignment.state,        "mark", sort=Assignment.state, words=FLOW.names, looks={"passed": "good", "failed": "stop", "waived": "quiet"}),  # noqa: E501
    Column("due",    N_("Due by"),   Assignment.due_day,      "day", sort=func.coalesce(Assignment.due_day, "9999-12-31")),
    Column("passed", N_("Passed on"), _PASSED,                "day", extra=True, on_phone=False),
    Column("given",  N_("Assigned on"), Assignment.assigned_day, "day", sort=Assignment.assigned_day, extra=True, on_phone=False),
), "/training/results/{}", "due", (Choice("state", N_("State"), Assignment.state, FLOW.names),))
# fmt: on


def listed(viewer: Viewer) -> Select[int]:
    """The assignments within the viewer's reach, each with today's team of its person."""
    today = valid(Membership, clock.today(viewer.zone))
    return (
        select(Assignment.id)
        .join(Person, Person.id == Assignment.person_id)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(Membership, (Membership.person_id == Assignment.person_id) & today)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(reached(viewer, "training.see"))
    )


def story(it: Assignment) -> list[Line]:
    """What has happened to an assignment, newest first."""
    return lines(db.session(), subjects=[("assignment", it.id)])


def teams(lang: str) -> list[tuple[int, str]]:
    """All teams by name, for the choice of who gets a course."""
    rows = db.session.execute(select(Team).order_by(Team.name)).scalars()
    return [(it.id, it.shown(lang)) for it in rows]
