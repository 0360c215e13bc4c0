"""The one request with all that its page shows: whose turn it is, since when, what happens next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_

from portal.access.viewer import Viewer
from portal.approvals import flow as approval_flow
from portal.approvals import queries as approvals
from portal.approvals import rules as approval_rules
from portal.approvals.models import Approval, ApprovalSeat
from portal.core import clock, events
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.words import N_
from portal.identity.queries import viewers
from portal.prices import flow, rules
from portal.prices.models import PriceRequest
from portal.prices.queries.considering import Preview, margin_limit, preview
from portal.prices.queries.requests import KIND, last_price, visible
from portal.products import queries as products

YEAR = timedelta(days=365)
TOLD_TWICE = (*flow.DECIDED.values(), approval_flow.RECALL)
"""Kinds that repeat, in a story with both, what the decision of the seat or the request itself has told."""


@dataclass(frozen=True)
class SeatShown:
    """One position in the line of those who have to act, as the page shows it."""

    key: str
    people: tuple[int, ...]
    state: str
    seat: ApprovalSeat | None
    planned: approvals.Planned | None
    waited: int
    way: str


@dataclass(frozen=True)
class Standing:
    """Where a request stands: whose turn it is, since when, what happens next."""

    rounds: list[Approval]
    approval: Approval | None
    seat: ApprovalSeat | None
    my_turn: bool
    waited: int
    begins: datetime | None
    seats: list[SeatShown]
    rungs: list[Any]
    handover_to: list[int]

    @property
    def overdue(self) -> bool:
        """Whether the promised time of the seat that has it is over."""
        return self.seat is not None and self.seat.due_at < clock.now()


def standing(it: PriceRequest, viewer: Viewer) -> Standing:
    """Where a request stands in its newest round."""
    rounds = approvals.approvals_of(KIND, it.id)
    newest = rounds[0] if rounds else None
    if newest is None or it.state in (flow.DRAFT, flow.DISCARDED):
        return Standing(rounds, None, None, False, 0, None, [], [], [])
    now = clock.now()
    seat = approvals.open_seat(newest)
    shown = [
        SeatShown(s.seat, _people(s), _state(s, viewer), s, None, approvals.waited(s, now), s.state)
        for s in newest.seats
    ]
    if seat is not None:
        rest = approvals.plan(
            newest.policy, rules.facts(it), it.asked_by_id, newest.barred, max(seat.due_at, now), seat.position
        )
        shown += [SeatShown(p.seat, p.holders, "wait", None, p, 0, "planned") for p in rest]
    mine = seat is not None and approvals.sits(seat, viewer) and viewer.id not in newest.barred
    return Standing(
        rounds, newest, seat, mine, approvals.waited(seat, now) if seat else 0,
        approvals.begins(seat, now) if seat else None, shown,
        list(seat.rungs) if seat else [], approvals.could_hold(newest, seat) if seat is not None and mine else [],
    )  # fmt: skip


def _people(seat: ApprovalSeat) -> tuple[int, ...]:
    if seat.decided_by_id is not None:
        return (seat.decided_by_id,)
    return tuple(holder.person_id for holder in seat.holders if holder.until is None)


def _state(seat: ApprovalSeat, viewer: Viewer) -> str:
    if seat.state == "open":
        return "now" if approvals.sits(seat, viewer) else "has"
    return {"approved": "done", "returned": "back", "rejected": "back"}.get(seat.state, "wait")


def story(it: PriceRequest, rounds: list[Approval]) -> list[events.Line]:
    """What has happened to a request, newest first: its own events and those of its approvals."""
    subjects = [(KIND, it.id), *(("approval", one.id) for one in rounds)]
    return events.lines(db.session(), subjects=subjects, limit=60)


def sent_back(it: PriceRequest, told: list[events.Line]) -> events.Line | None:
    """The line of its story that says by whom and why a request came back; None unless it lies with its owner for that."""
    lines = (line for line in told if line.kind == flow.DECIDED["returned"])
    return next(lines, None) if it.state == flow.RETURNED else None


def _ahead(it: PriceRequest, viewer: Viewer) -> Preview | None:
    """Who would decide, and by when, if it were sent now; None if it cannot be sent, or nobody could decide it."""
    if it.state not in (flow.DRAFT, flow.RETURNED):
        return None
    try:
        return preview(it, it.pieces, it.currency, viewer, it.asked_by_id)
    except Refused:
        return None


def like_cases(it: PriceRequest, viewer: Viewer, limit: int = 5) -> list[PriceRequest]:
    """The last decided requests for the same product or customer within a year, as far as the viewer may see them."""
    like = or_(PriceRequest.product_id == it.product_id, PriceRequest.account_id == it.account_id)
    decided = PriceRequest.state.in_((flow.APPROVED, flow.REJECTED, flow.EXPIRED))
    found = (
        visible(viewer, "prices.see")
        .where(like, decided, PriceRequest.id != it.id, PriceRequest.changed_at > clock.now() - YEAR)
        .order_by(PriceRequest.changed_at.desc())
        .limit(limit)
    )
    return list(db.session.execute(found).scalars())


@dataclass(frozen=True)
class PriceMark:
    """One price that the asked one is compared with; its margin is None for those who may not see costs."""

    key: str
    label: str
    minor: int
    discount: int | None
    margin: int | None
    note: str = ""


def marks(it: PriceRequest, last: PriceRequest | None, limit: int | None, *, sees_cost: bool) -> list[PriceMark]:
    """The prices that matter to the decision, the highest first; `limit` is the margin under which more decide.

    Neither a margin nor the price at the limit is told to those who could find the cost from it.
    """
    cost = it.cost_minor if sees_cost else None
    prices = [("list", N_("List"), it.list_minor, ""), ("asked", N_("Asked"), it.asked_minor, "")]
    if last is not None and last.id != it.id:
        prices.append(("last", N_("Last approved price"), last.asked_minor, last.number))
    if it.competitor_minor:
        prices.append(("competitor", N_("Competitor"), it.competitor_minor, it.competitor))
    if limit is not None and cost is not None:
        prices.append(
            (
                "limit",
                N_("Margin limit"),
                rules.price_at_margin(cost, limit),
                N_("below it finance decides too"),
            )
        )
    return [
        PriceMark(
            key,
            label,
            minor,
            rules.shown(rules.discount(it.list_minor, minor)),
            rules.shown(rules.margin(minor, cost)),
            note,
        )
        for key, label, minor, note in sorted(prices, key=lambda one: -one[2])
    ]


def shown(it: PriceRequest, viewer: Viewer) -> dict[str, Any]:
    """Everything that the page of a request shows."""
    where = standing(it, viewer)
    lines = story(it, where.rounds)
    like, last, limit = like_cases(it, viewer), last_price(it.account_id, it.product_id), margin_limit()
    people = {one for line in lines for one in line.people}
    people |= {one for seat in where.seats for one in seat.people} | {it.asked_by_id, it.entered_by_id}
    facts = rules.facts(it)
    sees_cost = viewer.may("costs.see")
    mine = viewer.id in (it.asked_by_id, it.entered_by_id)
    return {
        "standing": where,
        "ahead": _ahead(it, viewer) if mine else None,
        "lines": [line for line in lines if line.kind not in TOLD_TWICE],
        "back": sent_back(it, lines),
        "like": like,
        "people": viewers.names(people, viewer.lang),
        "discount": rules.shown(facts["discount"]),
        "margin": rules.shown(facts["margin"]) if sees_cost else None,
        "zone": rules.zone(it.asked_minor, it.cost_minor, limit),
        "sees_cost": sees_cost,
        "mine": mine and viewer.may("prices.ask"),
        "credit": it.account.credit,
        "stock": products.stock_of(it.product_id),
        "last": last,
        "now": clock.now(),
        "reasons": rules.REASONS,
        "states": flow.FLOW.names,
        "seat_states": approval_flow.STATES,
        "acts_of_clock": approval_rules.CLOCK_ACTS,
        "marks": marks(it, last, limit, sees_cost=sees_cost),
        "rate": lambda case: rules.shown(rules.discount(case.list_minor, case.asked_minor)),
    }
