"""Draft, change, send, decide, take back, let expire."""

from dataclasses import dataclass
from datetime import date

from portal.access.viewer import SYSTEM, Viewer
from portal.approvals import commands as approvals
from portal.approvals.models import Approval
from portal.approvals.queries import approvals_of, open_approval
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused, Stale
from portal.core.events import record
from portal.core.moves import move
from portal.core.series import next_number
from portal.core.types import in_both
from portal.core.versions import overtaken
from portal.core.words import N_
from portal.identity.queries import viewers
from portal.notifications.commands import notify
from portal.prices import flow, queries, rules
from portal.prices.models import PriceRequest


@dataclass(frozen=True)
class Terms:
    """What a request asks for; the three fields that are needed come first."""

    account: queries.Named
    product: queries.Named
    asked_minor: int
    pieces: int = 1
    reason: str = ""
    remark: str = ""
    competitor: str = ""
    competitor_minor: int | None = None
    deliver_by: date | None = None
    valid_until: date | None = None
    sure: bool = True
    """Whether a price that looks like a slip is meant; who fills in a form is asked."""


def draft(terms: Terms, *, by: Viewer, asked_by_id: int | None = None) -> PriceRequest:
    """Begin a request. `asked_by_id`: for whom, if somebody else types it in; both will be barred from deciding."""
    owner = asked_by_id or by.id
    if owner is None:
        raise Refused(N_("A request needs somebody who asks."))
    day = clock.today(by.zone)
    team_id, region_id = viewers.place_of(owner, day)
    it = PriceRequest(
        number=_next_number(day), asked_by_id=owner, entered_by_id=by.id or owner, team_id=team_id, region_id=region_id,
        state=flow.DRAFT, version=1, created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    _fill(it, terms, by)
    db.session.add(it)
    db.session.flush()
    record(
        flow.DRAFTED,
        it,
        by=by,
        account_id=it.account_id,
        number=it.number,
        product=in_both(it.product.name, it.product.name_zh),
        asked=it.asked,
    )
    queries.index(it)
    return it


def change(it: PriceRequest, terms: Terms, *, version: int, by: Viewer) -> PriceRequest:
    """Change the terms of a request that is not with anybody yet. Stale if it has moved on since."""
    if it.version != version:
        raise overtaken(it)
    if it.state not in (flow.DRAFT, flow.RETURNED):
        raise Refused(N_("A request that waits for a decision cannot be changed. Take it back first."))
    _fill(it, terms, by)
    if by.id is not None and by.id != it.asked_by_id:
        it.entered_by_id = by.id  # nobody decides what he typed in for another
    it.version += 1
    it.changed_at = clock.now()
    db.session.flush()
    # What becomes of a draft is nobody else's business, so it does not stand on the customer's page.
    told_of = it.account_id if it.state != flow.DRAFT else None
    record(flow.CHANGED, it, by=by, account_id=told_of, pieces=it.pieces, asked=it.asked)
    queries.index(it)
    return it


def submit(it: PriceRequest, *, version: int, by: Viewer) -> Approval:
    """Send a request to the first who decides it; the promise of every seat begins to run. Who sends it decides nothing."""
    move(it, flow.FLOW, "submit", by=by, version=version, submitted_at=clock.now(), changed_at=clock.now())
    record(flow.SUBMITTED, it, by=by, account_id=it.account_id, on_behalf_of_id=_behalf(it, by),
           product=in_both(it.product.name, it.product.name_zh), pieces=it.pieces, asked=it.asked, note=it.remark)  # fmt: skip
    queries.index(it)
    barred = {it.asked_by_id, by.id or it.entered_by_id, *queries.writers(it)}
    return approvals.start(
        queries.KIND, it.id, facts=rules.facts(it), asked_by_id=it.asked_by_id, barred=barred, account_id=it.account_id, by=by
    )  # fmt: skip


def decide(it: PriceRequest, *, verdict: str, note: str, version: int, by: Viewer) -> str:
    """Approve, return or reject for the seat that the viewer holds; `version` is that of the approval."""
    approval = open_approval(queries.KIND, it.id)
    if approval is None:
        raise _already(it)
    return approvals.decide(
        approval, verdict=verdict, facts=rules.facts(it), note=note, version=version, by=by
    )


def closed(request_id: int, verdict: str, *, by: Viewer, note: str) -> None:
    """The last seat has decided, or one has said no: called by the engine in the same transaction."""
    it = queries.one(request_id)
    now = clock.now()
    move(it, flow.FLOW, flow.CLOSED_BY[verdict], by=by, version=it.version, decided_at=now, changed_at=now)
    record(flow.DECIDED[verdict], it, by=by, account_id=it.account_id, asked=it.asked, note=note)
    title = queries.titles([it.id])[it.id]
    until = {"until": it.valid_until} if verdict == "approved" else {}
    notify(it.asked_by_id, flow.TOLD[verdict], path=queries.path(it.id), by=by,
           effect_key=f"price_request:{it.id}:{it.version}:{verdict}", title=title, **until)  # fmt: skip


def recall(it: PriceRequest, *, version: int, by: Viewer) -> None:
    """Take a request back; it is a draft again. Possible until the last person has decided."""
    approval = open_approval(queries.KIND, it.id)
    if approval is None:
        raise _already(it)
    approvals.recall(approval, version=version, by=by)
    move(it, flow.FLOW, "recall", by=by, version=it.version, changed_at=clock.now())
    record(flow.RECALLED, it, by=by, account_id=it.account_id)
    queries.index(it)


def hand_over(it: PriceRequest, *, to_id: int, note: str, version: int, by: Viewer) -> None:
    """Give the decision that waits for the viewer to somebody else who may take it."""
    approval = open_approval(queries.KIND, it.id)
    if approval is None:
        raise _already(it)
    approvals.hand_over(approval, to_id=to_id, note=note, version=version, by=by)


def chase(it: PriceRequest, *, by: Viewer) -> None:
    """Ask the one who has it to hurry."""
    approval = open_approval(queries.KIND, it.id)
    if approval is None:
        raise _already(it)
    approvals.chase(approval, by=by)


def discard(it: PriceRequest, *, version: int, by: Viewer) -> None:
    """Throw a draft away; its number stays taken."""
    move(it, flow.FLOW, "discard", by=by, version=version, changed_at=clock.now())
    record(flow.DISCARDED_EVENT, it, by=by, account_id=it.account_id)
    queries.index(it)


def expire(it: PriceRequest) -> None:
    """An approved price has run out: done by the clock, the day after its last."""
    move(it, flow.FLOW, "expire", by=SYSTEM, version=it.version, changed_at=clock.now())
    record(flow.EXPIRED_EVENT, it, by=SYSTEM, account_id=it.account_id, asked=it.asked)


def _fill(it: PriceRequest, terms: Terms, by: Viewer) -> None:
    faults = queries.faults(terms, by)
    if faults:
        raise faults[0]
    account = queries.the_account(terms.account, by)
    product = queries.the_product(terms.product, by)
    it.account_id, it.product_id = account.id, product.id
    it.account, it.product = account, product
    it.list_minor, it.cost_minor, it.currency = product.list_price_minor, product.cost_minor, product.currency
    it.pieces, it.asked_minor = terms.pieces, terms.asked_minor
    it.reason, it.remark = terms.reason, terms.remark
    it.competitor, it.competitor_minor = terms.competitor, terms.competitor_minor
    it.deliver_by = terms.deliver_by
    it.valid_until = terms.valid_until or rules.holds_until(clock.today(by.zone))


def _behalf(it: PriceRequest, by: Viewer) -> int | None:
    return it.asked_by_id if by.id != it.asked_by_id else None


def _already(it: PriceRequest) -> Stale:
    """Nobody has it any more: who decided last and when, unless it was taken back."""
    decided = [seat for one in approvals_of(queries.KIND, it.id)[:1] for seat in one.seats if seat.decided_by_id]
    return Stale(decided[-1].decided_by_id, decided[-1].decided_at) if decided else overtaken(it)


def _next_number(day: date) -> str:
    return rules.number(day, next_number(db.session(), f"PR-{day:%y%m}"))
