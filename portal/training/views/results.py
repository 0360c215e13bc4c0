"""Who is where with which course; waive it, or give another try."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.identity.queries import viewers
from portal.training.commands import learning as commands
from portal.training.flow import FLOW
from portal.training.forms import ActForm, WaiverForm
from portal.training.models import Assignment
from portal.training.queries import learning, results
from portal.training.views import pages
from portal.web import lists
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.pages import viewer


@pages.get("/training/results", may="training.see")
def index_results() -> ResponseReturnValue:
    """Who is where with which course."""
    listing = lists.shown(results.LISTING, results.listed(viewer()), request.args)
    return page("training/results.html", listing=listing)


@pages.post("/training/results/export", may="training.see", form=lists.ExportForm, unit=False)
def export_results(form: lists.ExportForm) -> ResponseReturnValue:
    """The list as Excel, CSV, Word, text or for the clipboard."""
    return lists.export(results.LISTING, results.listed(viewer()), form)


@pages.get("/training/results/<int:id>", may="training.see", on=Assignment)
def result(it: Assignment, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """How far one person is with one course."""
    lines = results.story(it)
    people = {one for line in lines for one in line.people} | {it.person_id, it.assigned_by_id}
    moves = {move.verb for move in FLOW.open_to(it.state, viewer().may)}
    return page(
        "training/result.html", status, it=it, form=form, learning=learning.learning(it), lines=lines, states=FLOW.names,
        people=viewers.names(people, viewer().lang), moves=moves,
        waiver=form if isinstance(form, WaiverForm) else WaiverForm(obj=it),
    )  # fmt: skip


@pages.post(
    "/training/results/<int:id>/waiver", may="training.manage", on=Assignment, form=WaiverForm, back=result
)
def waive(it: Assignment, form: WaiverForm) -> ResponseReturnValue:
    """This person need not take the course."""
    commands.waive(it, reason=form.reason.data or "", version=form.version.data or 0, by=viewer())
    return done("training.result", id=it.id, say=_("Waived."))


@pages.post(
    "/training/results/<int:id>/reopening", may="training.manage", on=Assignment, form=ActForm, back=result
)
def reopen(it: Assignment, form: ActForm) -> ResponseReturnValue:
    """Give another try, or take a waiver back."""
    commands.reopen(it, version=form.version.data or 0, by=viewer())
    return done("training.result", id=it.id, say=_("Open again."))
