"""Take in what other systems tell of a customer.

An older statement never overwrites a newer one; the same again changes nothing but the time at which it was confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.events import Ref, record
from portal.core.types import Money, Outcome, in_both
from portal.customers import flow
from portal.customers.models import (
    Account,
    CreditState,
    CustomerOrder,
    Delivery,
    GoodsReturn,
    Invoice,
    OrderLine,
)
from portal.customers.queries.people import owner_of
from portal.notifications.commands import notify
from portal.products.models import Product


@dataclass(frozen=True)
class OrderedPieces:
    """One line of an order."""

    product_id: int
    pieces: int
    price_minor: int


def put_credit(
    it: Account, *, limit_minor: int, used_minor: int, currency: str, hold: bool, as_of: datetime, source: str, by: Viewer,
    hold_since: date | None = None,
) -> Outcome:  # fmt: skip
    """State the credit line of an account. When a hold begins, who is answerable for the account is told."""
    row = db.session.get(CreditState, it.id)
    since = (hold_since or clock.local_day(as_of, by.zone)) if hold else None
    if row is not None and row.hold and hold and hold_since is None:
        since = row.hold_since
    values = {
        "limit_minor": limit_minor,
        "used_minor": used_minor,
        "currency": currency,
        "hold": hold,
        "hold_since": since,
    }
    held, limit = (row.hold, row.limit) if row is not None else (False, None)
    row, outcome = _put(row, CreditState(account_id=it.id), values, as_of, source)
    if outcome is Outcome.UNCHANGED:
        return outcome
    db.session.expire(it, ["credit"])
    about = Ref("credit_state", it.id)  # it has the number of its account
    if hold and not held:
        record(flow.CREDIT_HELD, about, by=by, account_id=it.id, at=as_of)
        _tell_the_owner(it, row, by)
    elif held and not hold:
        record(flow.CREDIT_RELEASED, about, by=by, account_id=it.id, at=as_of)
    if limit != row.limit:
        record(flow.CREDIT_SET, about, by=by, account_id=it.id, at=as_of, limit=row.limit)
    return outcome


def put_order(
    it: Account,
    *,
    number: str,
    day: date,
    lines: Sequence[OrderedPieces],
    currency: str,
    as_of: datetime,
    source: str,
    by: Viewer,
) -> Outcome:
    """Take in an order with its lines."""
    known = select(CustomerOrder).where(CustomerOrder.source == source, CustomerOrder.number == number)
    row = db.session.execute(known.options(selectinload(CustomerOrder.lines))).scalar_one_or_none()
    total = sum(line.pieces * line.price_minor for line in lines)
    values = {"account_id": it.id, "day": day, "total_minor": total, "currency": currency}
    before = (
        [(line.product_id, line.pieces, line.price_minor) for line in row.lines] if row is not None else []
    )
    told = [(line.product_id, line.pieces, line.price_minor) for line in lines]
    row, outcome = _put(
        row, CustomerOrder(number=number, lines=[]), values, as_of, source, other=before != told
    )
    if outcome is Outcome.UNCHANGED:
        return outcome
    if before != told:
        row.lines = []
        db.session.flush()
        row.lines = [
            OrderLine(line=place, product_id=product_id, pieces=pieces, price_minor=price)
            for place, (product_id, pieces, price) in enumerate(told, 1)
        ]
    db.session.flush()
    kind, at = (flow.ORDERED, noon(day, by)) if outcome is Outcome.CREATED else (flow.ORDER_CHANGED, as_of)
    record(kind, row, by=by, account_id=it.id, at=at, total=row.total, number=number)
    return outcome


def put_invoice(
    it: Account, *, number: str, day: date, due_day: date, amount_minor: int, open_minor: int, currency: str, as_of: datetime,
    source: str, by: Viewer,
) -> Outcome:  # fmt: skip
    """Take in an invoice and how much of it is open."""
    row = _told_before(Invoice, source, number)
    owed = row.open_minor if row is not None else amount_minor
    values = {
        "account_id": it.id, "day": day, "due_day": due_day, "amount_minor": amount_minor, "open_minor": open_minor,
        "currency": currency,
    }  # fmt: skip
    row, outcome = _put(row, Invoice(number=number), values, as_of, source)
    if outcome is Outcome.CREATED:
        record(
            flow.INVOICED,
            row,
            by=by,
            account_id=it.id,
            at=noon(day, by),
            number=number,
            amount=row.amount,
            due=due_day,
        )
    if outcome is not Outcome.UNCHANGED and owed and not open_minor:
        record(flow.PAID, row, by=by, account_id=it.id, at=as_of, number=number, amount=row.amount)
    elif outcome is Outcome.CHANGED:
        open_ = Money(open_minor, currency)
        record(flow.INVOICE_CHANGED, row, by=by, account_id=it.id, at=as_of, number=number, open=open_)
    return outcome


def put_delivery(
    it: Account, *, number: str, product_id: int, pieces: int, promised_day: date, as_of: datetime, source: str, by: Viewer,
    shipped_day: date | None = None,
) -> Outcome:  # fmt: skip
    """Take in what is promised to be shipped, or was."""
    row = _told_before(Delivery, source, number)
    before = row.shipped_day if row is not None else None
    values = {
        "account_id": it.id, "product_id": product_id, "pieces": pieces, "promised_day": promised_day, "shipped_day": shipped_day,
    }  # fmt: skip
    row, outcome = _put(row, Delivery(number=number), values, as_of, source)
    if outcome is Outcome.UNCHANGED:
        return outcome
    product = db.session.get_one(Product, product_id)
    told: dict[str, Any] = {
        "pieces": pieces,
        "product": in_both(product.name, product.name_zh),
        "day": promised_day,
    }
    if shipped_day is not None and before is None:
        record(flow.SHIPPED, row, by=by, account_id=it.id, at=noon(shipped_day, by), **told)
    else:
        record(flow.PROMISED, row, by=by, account_id=it.id, at=as_of, **told)
    return outcome


def put_return(
    it: Account, *, number: str, product_id: int, pieces: int, reason: str, asked_day: date, as_of: datetime, source: str,
    by: Viewer, settled_day: date | None = None,
) -> Outcome:  # fmt: skip
    """Take in that goods come back, and later that it is settled. `reason` is one of `flow.REASONS`, else a KeyError."""
    word = flow.REASONS[reason]
    row = _told_before(GoodsReturn, source, number)
    settled = row is not None and row.settled_day is not None
    values = {
        "account_id": it.id, "product_id": product_id, "pieces": pieces, "reason": reason, "asked_day": asked_day,
        "settled_day": settled_day,
    }  # fmt: skip
    row, outcome = _put(row, GoodsReturn(number=number), values, as_of, source)
    if outcome is Outcome.UNCHANGED:
        return outcome
    product = db.session.get_one(Product, product_id)
    told: dict[str, Any] = {"pieces": pieces, "product": in_both(product.name, product.name_zh)}
    if settled_day is None or outcome is Outcome.CREATED:
        record(flow.RETURN_ASKED, row, by=by, account_id=it.id, at=noon(asked_day, by), reason=word, **told)
    if settled_day is not None and not settled:
        record(flow.RETURN_SETTLED, row, by=by, account_id=it.id, at=noon(settled_day, by), **told)
    return outcome


def noon(day: date, by: Viewer) -> datetime:
    """An instant of a business date, for the order of the timeline: noon of the one who tells it, but never to come."""
    return min(datetime.combine(day, time(12), ZoneInfo(by.zone)), clock.now())


def _told_before(model: Any, source: str, number: str) -> Any:
    """The paper of this number of a system, or None."""
    return db.session.execute(
        select(model).where(model.source == source, model.number == number)
    ).scalar_one_or_none()


def _put(
    row: Any, new: Any, values: dict[str, Any], as_of: datetime, source: str, *, other: bool = False
) -> tuple[Any, Outcome]:
    """Bring a row up to date; `other`: something beside the row has changed too."""
    outcome = Outcome.CHANGED
    if row is None:
        row, outcome = new, Outcome.CREATED
        db.session.add(row)
    elif as_of < row.as_of:
        return row, Outcome.UNCHANGED
    elif not other and all(getattr(row, name) == value for name, value in values.items()):
        outcome = Outcome.UNCHANGED
    for name, value in (values | {"as_of": as_of, "source": source}).items():
        setattr(row, name, value)
    db.session.flush()
    return row, outcome


def _tell_the_owner(it: Account, row: CreditState, by: Viewer) -> None:
    owner = owner_of(it.id)
    if owner is not None:
        key = f"credit:{it.id}:{row.hold_since}"
        notify(
            owner.person_id,
            flow.TOLD_HELD,
            path=f"/customers/{it.id}",
            effect_key=key,
            by=by,
            customer=in_both(it.name, it.name_zh),
        )
