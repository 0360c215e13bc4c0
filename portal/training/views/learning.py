"""What the viewer has to learn: courses, lessons, tries, certificates."""

import re

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.identity.queries import viewers
from portal.training import rules
from portal.training.commands import learning as commands
from portal.training.flow import FLOW, OPEN
from portal.training.forms import ActForm
from portal.training.models import Assignment, Attempt, Certificate
from portal.training.queries import learning as queries
from portal.training.views import pages
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.pages import viewer

NUMBER = re.compile("[0-9]{1,9}")


@pages.get("/training", may="training.learn")
def index() -> ResponseReturnValue:
    """The courses that the viewer still has to take, those behind him, his certificates."""
    who = viewer()
    today = clock.today(who.zone)
    due, proofs = queries.mine(who.id, today), queries.certificates(who.id)
    return page(
        "training/index.html", due=due, closed=queries.closed(who.id), certificates=proofs, since=queries.since(proofs, today),
        people=viewers.names({one.it.assigned_by_id for one in due}, who.lang), states=FLOW.names,
    )  # fmt: skip


@pages.get("/training/assignments/<int:id>", may="training.learn", on=Assignment)
def show(it: Assignment, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One course: its lessons, the quiz, the tries."""
    told = queries.learning(it)
    people = viewers.names({it.person_id, it.assigned_by_id}, viewer().lang)
    return page(
        "training/show.html", status, it=it, form=form, learning=told, people=people, states=FLOW.names,
        is_open=it.state in OPEN, urgency=rules.urgency(it.due_day, clock.today(viewer().zone)),
    )  # fmt: skip


@pages.get("/training/assignments/<int:id>/lessons/<int:position>", may="training.learn", on=Assignment)
def lesson(it: Assignment, position: int, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One lesson."""
    told = queries.learning(it)
    return page(
        "training/lesson.html",
        status,
        it=it,
        form=form,
        learning=told,
        lesson=queries.lesson_at(it, position),
    )


@pages.post(
    "/training/assignments/<int:id>/lessons/<int:position>/reading",
    may="training.learn", on=Assignment, form=ActForm, back=lesson,
)  # fmt: skip
def read(it: Assignment, form: ActForm, position: int) -> ResponseReturnValue:  # noqa: ARG001  (guards the post)
    """The lesson was read to its end: on to the next."""
    commands.read_lesson(it, queries.lesson_at(it, position), by=viewer())
    ahead = queries.learning(it).next_lesson
    if ahead is None:
        return done("training.show", id=it.id, say=_("All lessons are read."))
    return done("training.lesson", id=it.id, position=ahead.position)


@pages.post(
    "/training/assignments/<int:id>/attempts", may="training.learn", on=Assignment, form=ActForm, back=show
)
def open_try(it: Assignment, form: ActForm) -> ResponseReturnValue:  # noqa: ARG001  (guards the post)
    """Open a try: its questions are drawn and its clock starts."""
    return done("training.attempt", id=commands.open_try(it, by=viewer()).id)


@pages.get("/training/attempts/<int:id>", may="training.learn", on=Attempt)
def attempt(it: Attempt, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """A try: its questions, or once handed in what was right."""
    told = queries.learning(it.assignment)
    given = _given() if form is not None else {int(key): value for key, value in it.given.items()}
    late = not rules.in_time(it.deadline, it.handed_in_at) if it.handed_in_at else False
    return page(
        "training/attempt.html",
        status,
        it=it,
        form=form,
        learning=told,
        asked=queries.asked_in(it),
        given=given,
        late=late,
    )


@pages.post(
    "/training/attempts/<int:id>/answers", may="training.learn", on=Attempt, form=ActForm, back=attempt
)
def hand_in(it: Attempt, form: ActForm) -> ResponseReturnValue:  # noqa: ARG001  (guards the post)
    """Hand in a try: it is graded here."""
    commands.hand_in(it, given=_given(), as_it_is="as_it_is" in request.form, by=viewer())
    return done(
        "training.attempt", id=it.id, say=_("Passed. Your certificate is ready.") if it.passed else ""
    )


def _given() -> dict[int, int]:
    """The choices that were posted: `q17=42`. What is no number is no answer."""
    posted = ((name[1:], value) for name, value in request.form.items() if name.startswith("q"))
    return {
        int(name): int(value) for name, value in posted if NUMBER.fullmatch(name) and NUMBER.fullmatch(value)
    }


@pages.get("/training/certificates/<int:id>", may="training.learn", on=Certificate)
def certificate(it: Certificate) -> ResponseReturnValue:
    """A certificate, to be looked at and printed."""
    people = viewers.names({it.person_id}, viewer().lang)
    return page("training/certificate.html", it=it, people=people)
