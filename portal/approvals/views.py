"""What waits for the viewer, and the policies by which it came to him."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.approvals import commands, queries, rules
from portal.approvals.flow import STATES
from portal.approvals.forms import PolicyForm
from portal.approvals.slots import SUBJECTS
from portal.identity.queries import viewers
from portal.web.answers import done, page
from portal.web.pages import Pages, viewer

pages = Pages("approvals", __name__)


@pages.get("/approvals", may="approvals.see")
def index() -> ResponseReturnValue:
    """What waits for the viewer's decision, the most urgent first, and what he has decided lately."""
    waiting = queries.desk(viewer())
    people = viewers.names([one.asked_by_id for one in waiting], viewer().lang)
    return page(
        "approvals/index.html",
        waiting=waiting,
        people=people,
        decided=queries.decided_lately(viewer()),
        states=STATES,
    )


@pages.get("/approvals/policies", may="policies.see")
def policies(form: PolicyForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Who decides what: the policy in force, its history, and the form of the next version."""
    kind = request.args.get("kind", next(iter(SUBJECTS)).kind)
    if kind not in SUBJECTS:
        abort(404)
    versions = queries.policies(kind)
    form = form or PolicyForm.of(kind, versions[0] if versions else None)
    people = viewers.names([one.published_by_id for one in versions], viewer().lang)
    return page(
        "approvals/policies.html", status, kind=kind, subject=SUBJECTS[kind], subjects=list(SUBJECTS), versions=versions,
        form=form, people=people, seats=rules.SEATS, operators=rules.OPERATORS,
    )  # fmt: skip


@pages.post("/approvals/policies", may="policies.edit", form=PolicyForm, back=policies)
def publish(form: PolicyForm) -> ResponseReturnValue:
    """Publish the next version; requests under way keep theirs."""
    if form.kind.data not in SUBJECTS:
        abort(404)
    it = commands.publish_policy(form.kind.data, form.steps_given(), by=viewer())
    return done(
        "approvals.policies",
        kind=it.subject_kind,
        say=_("Version %(number)s applies to every new request.", number=it.number),
    )
