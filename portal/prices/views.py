"""Special-price requests: list, new, one request, and the acts on it."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.db import abandon
from portal.identity.queries import viewers
from portal.prices import commands, queries, rules
from portal.prices.forms import ActForm, DecisionForm, HandOverForm, RequestForm, VersionForm
from portal.prices.models import PriceRequest
from portal.web import charts, lists
from portal.web.answers import done, page
from portal.web.fields import Form, VersionedForm
from portal.web.formats import money, when
from portal.web.pages import Pages, viewer

pages = Pages("prices", __name__)
UNPROCESSABLE = 422
WAITS_ON = "open"
"""The state of an approval that somebody has to decide yet, and of the seat that has it."""
LADDER = 240
"""How tall the ladder of prices is drawn at least."""


def handover_form(it: PriceRequest) -> HandOverForm:
    """The form to hand a decision over, with those who may take it."""
    return _handover_form(queries.standing(it, viewer()))


def _handover_form(standing: queries.Standing) -> HandOverForm:
    form = HandOverForm()
    people = queries.named(standing.handover_to, viewer().lang)
    form.to.choices = people
    if not form.is_submitted() and standing.approval is not None:
        form.version.data = standing.approval.version
    return form


@pages.get("/price-requests", may="prices.see")
def index() -> ResponseReturnValue:
    """The special-price requests that the viewer may see, newest first."""
    return page(
        "prices/index.html", listing=lists.shown(queries.LISTING, queries.listed(viewer()), request.args)
    )


@pages.post("/price-requests/export", may="prices.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> ResponseReturnValue:
    """The list as Excel, CSV, Word, text or for the clipboard."""
    return lists.export(queries.LISTING, queries.listed(viewer()), form)


@pages.get("/price-requests/new", may="prices.ask")
def new(form: RequestForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A new request: three answers, and who will decide by when."""
    if form is None:
        form = _so_far() if request.args else RequestForm()
        form.valid_until.data = form.valid_until.data or rules.holds_until(clock.today(viewer().zone))
    if status == UNPROCESSABLE:
        _tell_the_rest(form)
    return page("prices/edit.html", status, form=form, it=None, asked=_considered(form), back=None, people={})


@pages.post("/price-requests", may="prices.ask", form=RequestForm, back=new)
def create(form: RequestForm) -> ResponseReturnValue:
    """Send a new request, keep it as a draft, or only look at who would decide."""
    if form.act.data == "look":
        return _looked_at(new, form)
    it = commands.draft(form.terms(), by=viewer())
    return _sent_or_kept(it, form)


@pages.get("/price-requests/<int:id>/terms", may="prices.ask", on=PriceRequest)
def terms(it: PriceRequest, form: RequestForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Change the terms of a request that is not with anybody."""
    form = form or (_so_far() if request.args else RequestForm.of(it, viewer().lang))
    if form.stale is not None:
        form.saw(it.version)
    if status == UNPROCESSABLE:
        _tell_the_rest(form)
    back = queries.sent_back(it, queries.story(it, []))
    names = viewers.names(back.people if back else [], viewer().lang)
    return page("prices/edit.html", status, form=form, it=it, asked=_considered(form), back=back, people=names)


@pages.post("/price-requests/<int:id>/terms", may="prices.ask", on=PriceRequest, form=RequestForm, back=terms)
def change(it: PriceRequest, form: RequestForm) -> ResponseReturnValue:
    """Keep the changed terms, and send the request if that was asked for."""
    if form.act.data == "look":
        return _looked_at(terms, form, it)
    commands.change(it, form.terms(), version=form.version.data, by=viewer())
    return _sent_or_kept(it, form)


@pages.get("/price-requests/<int:id>", may="prices.see", on=PriceRequest)
def show(it: PriceRequest, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One request: who has it, since when, what happens next."""
    shown = queries.shown(it, viewer())
    seen = shown["standing"].approval.version if shown["standing"].approval else it.version
    if isinstance(form, VersionedForm) and form.stale:
        form.saw(seen)
    decision = form if isinstance(form, DecisionForm) else DecisionForm(data={"version": seen})
    handover = form if isinstance(form, HandOverForm) else _handover_form(shown["standing"])
    acts = (
        form
        if isinstance(form, VersionForm)
        else VersionForm(data={"version": seen if it.state == "waiting" else it.version})
    )
    return page(
        "prices/show.html", status, it=it, form=form, decision=decision, handover=handover, acts=acts,
        ladder=_ladder(it, shown["marks"]), **shown,
    )  # fmt: skip


def _ladder(it: PriceRequest, marks: list[queries.PriceMark]) -> charts.Ladder | None:
    """The prices drawn to scale; the post is shaded only for whoever may see the margin limit."""
    limit = next((one.minor for one in marks if one.key == "limit"), None)
    rungs = [
        charts.Rung(one.minor, money(one.minor, it.currency), _(one.label), asked=one.key == "asked")
        for one in marks
    ]
    return charts.ladder(rungs, target=limit, height=LADDER)


@pages.post(
    "/price-requests/<int:id>/submission", may="prices.ask", on=PriceRequest, form=VersionForm, back=show
)
def submit(it: PriceRequest, form: VersionForm) -> ResponseReturnValue:
    """Send a draft to the first who decides it."""
    commands.submit(it, version=form.version.data, by=viewer())
    return _sent(it)


@pages.post(
    "/price-requests/<int:id>/decision", may="prices.decide", on=PriceRequest, form=DecisionForm, back=show
)
def decide(it: PriceRequest, form: DecisionForm) -> ResponseReturnValue:
    """Approve, send back or decline the request that waits for the viewer."""
    state = commands.decide(
        it, verdict=form.verdict.data, note=form.note.data, version=form.version.data, by=viewer()
    )
    if state == WAITS_ON:
        return _sent(it)
    return done(
        "prices.show",
        id=it.id,
        say=_("Decided. %(name)s has been told.", name=it.asked_by.shown(viewer().lang)),
    )


@pages.post(
    "/price-requests/<int:id>/handover",
    may="prices.decide",
    on=PriceRequest,
    form=handover_form,
    back=show,
)
def hand_over(it: PriceRequest, form: HandOverForm) -> ResponseReturnValue:
    """Give the decision to somebody else who may take it."""
    commands.hand_over(it, to_id=form.to.data, note=form.note.data, version=form.version.data, by=viewer())
    name = queries.names_of([form.to.data], viewer().lang)[0]
    return done("prices.index", say=_("Handed over to %(name)s.", name=name))


@pages.post("/price-requests/<int:id>/recall", may="prices.ask", on=PriceRequest, form=VersionForm, back=show)
def recall(it: PriceRequest, form: VersionForm) -> ResponseReturnValue:
    """Take a request back; it is a draft again."""
    commands.recall(it, version=form.version.data, by=viewer())
    return done("prices.show", id=it.id, say=_("Taken back. It is a draft again."))


@pages.post("/price-requests/<int:id>/reminder", may="prices.ask", on=PriceRequest, form=ActForm, back=show)
def chase(it: PriceRequest, form: ActForm) -> ResponseReturnValue:  # noqa: ARG001  (the form only guards the post)
    """Ask the one who has it to hurry."""
    commands.chase(it, by=viewer())
    return done("prices.show", id=it.id, say=_("A reminder has gone out."))


@pages.post(
    "/price-requests/<int:id>/disposal", may="prices.ask", on=PriceRequest, form=VersionForm, back=show
)
def discard(it: PriceRequest, form: VersionForm) -> ResponseReturnValue:
    """Throw a draft away."""
    commands.discard(it, version=form.version.data, by=viewer())
    return done("prices.index", say=_("The draft is gone."))


def _looked_at(show: Callable[..., ResponseReturnValue], form: RequestForm, *it: PriceRequest) -> ResponseReturnValue:
    """The form again with what the price would mean: nothing is written, so nobody else's writing waits for the page."""
    abandon()
    return show(*it, form)


def _sent_or_kept(it: PriceRequest, form: RequestForm) -> ResponseReturnValue:
    if form.act.data == "draft":
        return done("prices.show", id=it.id, say=_("Kept as a draft."))
    commands.submit(it, version=it.version, by=viewer())
    return _sent(it)


def _sent(it: PriceRequest) -> ResponseReturnValue:
    standing = queries.standing(it, viewer())
    now = next(seat for seat in standing.seats if seat.way == WAITS_ON)
    people = queries.names_of(now.people, viewer().lang)
    names = ("、" if viewer().lang == "zh" else ", ").join(people)
    last = standing.seats[-1]
    due = (last.seat or last.planned).due_at  # type: ignore[union-attr]  # one of the two
    return done(
        "prices.show", id=it.id, say=_("Sent to %(names)s; answer by %(due)s.", names=names, due=when(due))
    )


def _tell_the_rest(form: RequestForm) -> None:
    """Put every other fault at its field, so that nobody mends one only to meet the next."""
    for fault in queries.faults(form.terms(), viewer()):
        if fault.field is not None and not form[fault.field].errors:
            form.refuse(fault)


def _so_far() -> RequestForm:
    """What an address holds. A link ticks nothing; only the block of an open page gets back what was ticked there."""
    form = RequestForm(request.args)
    form.sure.data = bool(form.sure.data) and request.headers.get("HX-Request-Type") == "partial"
    return form


def _considered(form: RequestForm) -> queries.Considered:
    account = queries.Named(form.account.data, form.account_text.data or "")
    product = queries.Named(form.product.data, form.product_text.data or "")
    return queries.considered(account, product, form.asked.data, form.pieces.data or 1, viewer())
