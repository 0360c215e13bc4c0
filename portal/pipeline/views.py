"""Opportunities: the list by stage, and the one."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.identity.queries import viewers
from portal.pipeline import queries, rules
from portal.pipeline.models import Opportunity
from portal.web import lists
from portal.web.answers import page
from portal.web.pages import Pages, viewer

pages = Pages("pipeline", __name__)


@pages.get("/pipeline", may="pipeline.see")
def index() -> ResponseReturnValue:
    """The opportunities that the viewer may see, with what each stage is worth."""
    listing = lists.shown(queries.LISTING, queries.listed(viewer()), request.args)
    return page("pipeline/index.html", listing=listing, totals=queries.totals(viewer()), stages=rules.STAGES)


@pages.post("/pipeline/export", may="pipeline.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> ResponseReturnValue:
    """The list as Excel, CSV, Word, text or for the clipboard."""
    return lists.export(queries.LISTING, queries.listed(viewer()), form)


@pages.get("/pipeline/<int:id>", may="pipeline.see", on=Opportunity)
def show(it: Opportunity) -> ResponseReturnValue:
    """One opportunity and the stages that it has passed."""
    shown = queries.shown(it)
    ids = {one for line in shown["lines"] for one in line.people} | {
        change.by_id for change in shown["passed"]
    }
    return page("pipeline/show.html", it=it, people=viewers.names(ids, viewer().lang), **shown)
