"""What is known while somebody fills in a request: customer, product, who would decide and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select

from portal.access import scopes
from portal.access.viewer import Viewer
from portal.approvals import queries as approvals
from portal.approvals import rules as approval_rules
from portal.core import clock, search
from portal.core.db import db
from portal.core.errors import NotEnoughData, NotFound, Refused
from portal.core.words import N_
from portal.customers.models import Account, CreditState
from portal.identity.queries import viewers
from portal.prices import rules
from portal.prices.models import PriceRequest
from portal.prices.queries.requests import KIND, last_price
from portal.products import queries as products
from portal.products.models import Product, Stock


def margin_limit() -> int | None:
    """The margin, in basis points, under which the policy in force asks a further seat; None if it does not look at it."""
    policy = approvals.policy_in_force(KIND)
    limits = [s.value for s in policy.steps if s.field == "margin" and s.operator == approval_rules.BELOW]
    return max(limits, default=None)


@dataclass(frozen=True)
class Preview:
    """What a price would mean, before it is sent: the same for the form and for the page of a draft."""

    discount: int | None
    margin: int | None
    zone: rules.Zone
    order_minor: int
    given_away_minor: int
    currency: str
    planned: list[approvals.Planned]
    people: dict[int, str]
    due_at: datetime
    provisional: bool
    usual: int | None
    alone_minor: int | None


def preview(terms: rules.Terms, pieces: int, currency: str, viewer: Viewer, asker_id: int) -> Preview:
    """Who would decide and by when, what the price gives away. Costs only for those who may see them.

    `alone_minor` is the lowest price that the first seat may grant alone, if that is higher than the one asked; it would
    give the cost away, so only those who may see costs get it.
    """
    policy = approvals.policy_in_force(KIND)
    facts = rules.facts(terms)
    planned = approvals.plan(
        policy, facts, asker_id, [asker_id, *([viewer.id] if viewer.id else [])], clock.now()
    )
    limit = margin_limit()
    sees_cost = viewer.may("costs.see")
    alone = None
    if sees_cost and limit is not None and terms.cost_minor is not None and len(planned) > 1:
        alone = rules.price_at_margin(terms.cost_minor, limit)
        alone = alone if terms.asked_minor < alone < terms.list_minor else None
    return Preview(
        discount=rules.shown(facts["discount"]), margin=rules.shown(facts["margin"]) if sees_cost else None,
        zone=rules.zone(terms.asked_minor, terms.cost_minor, limit), order_minor=terms.asked_minor * pieces,
        given_away_minor=(terms.list_minor - terms.asked_minor) * pieces, currency=currency, planned=planned,
        people=viewers.names([h for seat in planned for h in seat.holders], viewer.lang), due_at=planned[-1].due_at,
        provisional=any(seat.provisional for seat in planned), usual=_usual(), alone_minor=alone,
    )  # fmt: skip


def _usual() -> int | None:
    try:
        return approvals.usual_minutes(KIND)
    except NotEnoughData:
        return None


@dataclass(frozen=True)
class Draft:
    """The terms of a request that does not exist yet."""

    list_minor: int
    asked_minor: int
    cost_minor: int | None


@dataclass(frozen=True)
class Named:
    """Something that was chosen from a list (its number) or only written down (its name)."""

    number: int | None
    text: str = ""


class Told(Protocol):
    """What somebody asks for, as he told it."""

    @property
    def account(self) -> Named: ...
    @property
    def product(self) -> Named: ...
    @property
    def asked_minor(self) -> int: ...
    @property
    def deliver_by(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def sure(self) -> bool: ...


UNLIKELY = N_("Less than a quarter of the list price: is it the price of one piece? Tick below if it is.")


@dataclass(frozen=True)
class Considered:
    """What is known while somebody fills in a request: as much as he has chosen so far."""

    account: Account | None
    product: Product | None
    last: PriceRequest | None
    credit: CreditState | None
    stock: Sequence[Stock]
    preview: Preview | None
    reason: str
    unlikely: bool


def considered(
    account: Named, product: Named, asked_minor: int | None, pieces: int, viewer: Viewer
) -> Considered:
    """The chosen customer and product as far as the viewer may see them, and what the price would mean."""
    customer: Account | None = _known(the_account, account, viewer)
    thing: Product | None = _known(the_product, product, viewer)
    last = last_price(customer.id, thing.id) if customer and thing else None
    made, reason = None, ""
    if customer and thing and asked_minor:
        draft = Draft(thing.list_price_minor, asked_minor, thing.cost_minor)
        reason = rules.missing(draft) or ""
        try:
            made = None if reason else preview(draft, pieces, thing.currency, viewer, viewer.id or 0)
        except Refused as refused:
            reason = refused.reason
    return Considered(
        customer, thing, last, customer.credit if customer else None,
        products.stock_of(thing.id) if thing else [], made, reason,
        bool(thing and asked_minor and rules.unlikely(thing.list_price_minor, asked_minor)),
    )  # fmt: skip


def _known(find: Any, named: Named, viewer: Viewer) -> Any:
    try:
        return find(named, viewer) if named.number or named.text else None
    except Refused:
        return None


def the_account(named: Named, viewer: Viewer) -> Account:
    """The customer meant, of those that the viewer may see. Refused, with what comes near, if it is not clear."""
    return _the(Account, "account", "customers.see", named, viewer)  # type: ignore[no-any-return]


def the_product(named: Named, viewer: Viewer) -> Product:
    """The product meant. Refused, with what comes near, if it is not clear."""
    return _the(Product, "product", "products.see", named, viewer)  # type: ignore[no-any-return]


def faults(terms: Told, viewer: Viewer) -> list[Refused]:
    """Everything that speaks against these terms, each with its field: whoever fills in a form reads it all at once."""
    found: list[Refused] = []
    thing: Product | None = None
    try:
        the_account(terms.account, viewer)
    except Refused as refused:
        found.append(refused)
    try:
        thing = the_product(terms.product, viewer)
    except Refused as refused:
        found.append(refused)
    today = clock.today(viewer.zone)
    for field, day in (("deliver_by", terms.deliver_by), ("valid_until", terms.valid_until)):
        fault = rules.day_fault(day, today)
        if fault:
            found.append(Refused(fault, field))
    if thing is not None:
        fault = rules.missing(Draft(thing.list_price_minor, terms.asked_minor, thing.cost_minor))
        if fault:
            found.append(Refused(fault, "asked"))
        elif rules.unlikely(thing.list_price_minor, terms.asked_minor) and not terms.sure:
            found.append(Refused(UNLIKELY, "asked"))
    return found


def _the(model: Any, kind: str, permission: str, named: Named, viewer: Viewer) -> Any:
    """By its number if the text is still its name, else by the text: without script nobody fills in the number."""
    field = f"{kind}_text"
    if named.number is not None:
        try:
            it = scopes.find(model, named.number, viewer, permission)
        except NotFound:
            raise Refused(N_("Choose one from the list."), field) from None
        if not named.text or search.is_called(it, named.text):
            return it
    found = search.find(db.session(), named.text, scope={kind: scopes.tokens(viewer, permission)}, limit=6).hits
    ids = [hit.object_id for hit in found]
    near = list(db.session.execute(select(model).where(model.id.in_(ids))).scalars()) if ids else []
    meant = search.the_one(
        near, named.text, field=field, told=lambda it: it.shown(viewer.lang),
        nobody=N_("Nothing of that name is known here. Choose one from the list."),
        several=N_("Several have that name: %(near)s. Write the whole name of one."),
    )  # fmt: skip
    return scopes.find(model, meant.id, viewer, permission)
