"""Tasks: what the viewer and his department have to do, and the acts on one."""

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.words import tidy
from portal.identity.queries import viewers
from portal.tasks import commands, queries, rules
from portal.tasks.flow import FLOW
from portal.tasks.forms import StateForm, TaskForm
from portal.tasks.models import Task
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.pages import Pages, viewer

pages = Pages("tasks", __name__)


@pages.get("/tasks", may="tasks.see")
def index(form: TaskForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The viewer's tasks, those of his department, those that he gave, and the form to give one."""
    board = queries.board(viewer())
    people = viewers.names(board.people, viewer().lang)
    teams = queries.team_names(board.teams, viewer().lang)
    told = {"board": board, "people": people, "teams": teams, "urgency": urgency}
    return page("tasks/index.html", status, form=form or TaskForm(), **told)


@pages.post("/tasks", may="tasks.edit", form=TaskForm, back=index)
def create(form: TaskForm) -> ResponseReturnValue:
    """Give a colleague or a department a task."""
    person_id, team_id = queries.receiver(form.receiver.data or "", form.receiver_text.data)
    commands.give(
        title=form.title.data, text=form.text.data or "", due_day=form.due_day.data, person_id=person_id, team_id=team_id,
        by=viewer(),
    )  # fmt: skip
    return done("tasks.index", say=_("Given to %(name)s.", name=form.receiver_text.data))


@pages.get("/tasks/receivers", may="tasks.edit")
def receivers() -> ResponseReturnValue:
    """Colleagues and departments that match what was typed, for the search field."""
    found = queries.receivers(tidy(request.args.get("q", ""))[:60], viewer().lang)
    return page("tasks/receivers.html", found=found)


@pages.get("/tasks/<int:id>", may="tasks.see", on=Task)
def show(it: Task, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One task: who gave it, who has it, until when."""
    given, closed = it.given_by_id == viewer().id, it.changed_at
    again = rules.can_reopen(it.state, given=given, closed=closed, now=clock.now())
    return page("tasks/show.html", status, it=it, form=form, again=again, states=FLOW.names, **_shown(it))


@pages.post("/tasks/<int:id>/completion", may="tasks.edit", on=Task, form=StateForm, back=show)
def finish(it: Task, form: StateForm) -> ResponseReturnValue:
    """The task is done."""
    commands.finish(it, version=form.version.data, by=viewer())
    return done(
        "tasks.index", say=_("Done: %(title)s", title=it.title), undo=url_for("tasks.reopen", id=it.id)
    )


@pages.post("/tasks/<int:id>/reopening", may="tasks.edit", on=Task)
def reopen(it: Task) -> ResponseReturnValue:
    """The task is not done after all."""
    commands.reopen(it, version=it.version, by=viewer())
    return done("tasks.show", id=it.id, say=_("The task is open again."))


@pages.post("/tasks/<int:id>/taking", may="tasks.edit", on=Task, form=StateForm, back=show)
def take(it: Task, form: StateForm) -> ResponseReturnValue:
    """Take over a task of the own department."""
    commands.take(it, version=form.version.data, by=viewer())
    return done("tasks.show", id=it.id, say=_("The task is yours now."))


@pages.post("/tasks/<int:id>/withdrawal", may="tasks.edit", on=Task, form=StateForm, back=show)
def drop(it: Task, form: StateForm) -> ResponseReturnValue:
    """Withdraw a task that one gave."""
    commands.drop(it, version=form.version.data, by=viewer())
    return done("tasks.index", say=_("The task was withdrawn."), undo=url_for("tasks.reopen", id=it.id))


def urgency(due: date | None) -> str:
    """How urgent a task is today, by its day."""
    return rules.urgency(due, clock.today(viewer().zone))


def _shown(it: Task) -> dict[str, Any]:
    lines = queries.story(it)
    ids = {one for line in lines for one in line.people} | {it.given_by_id, it.person_id, it.closed_by_id}
    return {
        "lines": lines,
        "departments": {viewer().team_id, *viewer().team_ids},
        "people": viewers.names(ids, viewer().lang),
        "team": queries.team_names({it.team_id}, viewer().lang).get(it.team_id or 0, ""),
    }
