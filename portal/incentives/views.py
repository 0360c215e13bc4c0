"""Rules as they are told, read and kept; points line by line."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.access.permissions import ROLES, SIGNED_IN
from portal.core import clock
from portal.identity.queries import viewers
from portal.incentives import commands, queries, rules
from portal.incentives.flow import DRAFT, ENTRIES, FLOW, PUBLISHED
from portal.incentives.forms import ActForm, ReversalForm, RuleForm
from portal.incentives.models import Entry, IncentiveRule
from portal.training.queries.courses import choices as courses
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.pages import Pages, viewer

pages = Pages("incentives", __name__)


@pages.get("/incentives", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """The rules that concern the viewer, and his points."""
    who = viewer()
    drafts = queries.drafts() if who.may(queries.EDIT) else []
    return page(
        "incentives/index.html", told=queries.told(who), statement=queries.statement(who.id), drafts=drafts,
        cases=queries.standing(who.id),
    )  # fmt: skip


@pages.get("/incentives/points", may=SIGNED_IN)
def points() -> ResponseReturnValue:
    """The viewer's points, line by line."""
    who = viewer()
    statement = queries.statement(who.id)
    people = viewers.names({it.by_id for it in statement.void.values()}, who.lang) if statement.void else {}
    return page(
        "incentives/points.html", statement=statement, people=people, cases=queries.standing(who.id).values()
    )


@pages.get("/incentives/points/<int:id>", may=SIGNED_IN, on=Entry)
def point(it: Entry) -> ResponseReturnValue:
    """One line explained: its rule, its facts, who reversed it and why."""
    return page("incentives/point.html", **_explained(it), kept=False)


@pages.get("/incentives/rules/<int:id>", may=SIGNED_IN, on=IncentiveRule)
def rule(it: IncentiveRule, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """What a rule asks and gives, since when, and how the viewer stands."""
    who = viewer()
    keeps = who.may(queries.EDIT)
    versions = queries.versions(it.id, drafts=keeps)
    edition = versions[0]
    today = clock.today(who.zone)
    concerned = queries.concerned(edition, today) if keeps else []
    readers = queries.readers(edition.id)
    concerns = bool(who.roles & set(edition.roles))
    return page(
        "incentives/rule.html", status, it=it, form=form, edition=edition, versions=versions, states=FLOW.names, keeps=keeps,
        is_draft=edition.state == DRAFT, readers=readers, unread=[one for one in concerned if one not in readers],
        people=viewers.names(concerned, who.lang), cases=queries.own_cases(who, it.id), roles=ROLES,
        to_read=edition.state == PUBLISHED and concerns and who.id not in readers, concerns=concerns, today=today,
    )  # fmt: skip


@pages.post(
    "/incentives/rules/<int:id>/acknowledgement", may=SIGNED_IN, on=IncentiveRule, form=ActForm, back=rule
)
def acknowledge(it: IncentiveRule, form: ActForm) -> ResponseReturnValue:
    """Note that the published version was read."""
    commands.acknowledge(queries.versions(it.id, drafts=False)[0], version=form.version.data or 0, by=viewer())
    return done("incentives.rule", id=it.id, say=_("Noted."))


def _rule_form(_it: IncentiveRule | None = None, **filled: Any) -> RuleForm:
    form = RuleForm(**filled)
    form.course_id.choices = [SelectChoice(number, name) for number, name in courses(viewer().lang)]
    return form


@pages.get("/incentives/rules/new", may="incentives.edit")
def new(form: RuleForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A rule to be written."""
    start = rules.earliest_start(clock.today(viewer().zone))
    given = {"days": 14, "weeks": 4, "among": 8, "points": 100, "starts_on": start}
    return page("incentives/edit.html", status, it=None, form=form or _rule_form(data=given))


@pages.post("/incentives/rules", may="incentives.edit", form=_rule_form, back=new)
def create(form: RuleForm) -> ResponseReturnValue:
    """Begin a rule, as a draft."""
    it = commands.create_rule(**form.given(), by=viewer())
    return done("incentives.rule", id=it.id, say=_("A draft: nobody is told before it is published."))


@pages.get("/incentives/rules/<int:id>/edit", may="incentives.edit", on=IncentiveRule)
def edit(it: IncentiveRule, form: RuleForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The draft of a rule."""
    draft = queries.latest(it.id)
    form = form or _rule_form(obj=draft, data={"name": it.name, "name_zh": it.name_zh})
    form.meets(draft.version)
    return page("incentives/edit.html", status, it=it, form=form)


@pages.post(
    "/incentives/rules/<int:id>/edit", may="incentives.edit", on=IncentiveRule, form=_rule_form, back=edit
)
def save(it: IncentiveRule, form: RuleForm) -> ResponseReturnValue:
    """Change the draft of a rule."""
    commands.change_draft(queries.latest(it.id), **form.given(), version=form.version.data or 0, by=viewer())
    return done("incentives.rule", id=it.id, say=_("Saved."))


@pages.post(
    "/incentives/rules/<int:id>/publication", may="incentives.edit", on=IncentiveRule, form=ActForm, back=rule
)
def publish(it: IncentiveRule, form: ActForm) -> ResponseReturnValue:
    """Publish the draft to all whom it concerns."""
    commands.publish(queries.latest(it.id), version=form.version.data or 0, by=viewer())
    return done("incentives.rule", id=it.id, say=_("Published; all whom it concerns are told."))


@pages.post(
    "/incentives/rules/<int:id>/revision", may="incentives.edit", on=IncentiveRule, form=ActForm, back=rule
)
def revise(it: IncentiveRule, form: ActForm) -> ResponseReturnValue:  # noqa: ARG001  (guards the post)
    """Open the next draft."""
    commands.revise(it, starts_on=rules.earliest_start(clock.today(viewer().zone)), by=viewer())
    return done("incentives.edit", id=it.id)


@pages.get("/incentives/rules/<int:id>/entries", may="incentives.edit", on=IncentiveRule)
def entries(it: IncentiveRule) -> ResponseReturnValue:
    """All bookings by a rule."""
    found = queries.entries_of(it.id)
    people = viewers.names({one for entry in found for one in (entry.person_id, entry.by_id)}, viewer().lang)
    return page("incentives/entries.html", it=it, entries=found, people=people)


@pages.get("/incentives/entries/<int:id>", may="incentives.edit", on=Entry)
def entry(it: Entry, form: ReversalForm | None = None, status: int = 200) -> ResponseReturnValue:
    """One booking with its facts, to be reversed if it was wrong."""
    return page("incentives/point.html", status, **_explained(it), kept=True, form=form or ReversalForm())


@pages.post(
    "/incentives/entries/<int:id>/reversal", may="incentives.edit", on=Entry, form=ReversalForm, back=entry
)
def reverse(it: Entry, form: ReversalForm) -> ResponseReturnValue:
    """Reverse a booking, with a reason that its person reads."""
    commands.reverse(it, reason=form.reason.data or "", by=viewer())
    return done("incentives.entry", id=it.id, say=_("Reversed; the reason stands beside it."))


def _explained(it: Entry) -> dict[str, Any]:
    reversal = queries.reversal_of(it.id)
    people = {it.person_id, it.by_id} | ({reversal.by_id} if reversal else set())
    return {
        "it": it, "case": it.evaluation, "edition": it.evaluation.edition, "reversal": reversal, "kinds": ENTRIES,
        "people": viewers.names(people, viewer().lang),
    }  # fmt: skip
