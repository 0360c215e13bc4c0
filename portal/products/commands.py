"""Take in products and stock from other systems. The same row a second time changes nothing."""

from datetime import datetime

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.search import forget_many, sort_key
from portal.core.types import Outcome
from portal.core.undo import Plan
from portal.core.versions import grow
from portal.core.words import N_
from portal.products import flow, queries, rules
from portal.products.models import Product, Stock


def put_product(
    *,
    name: str,
    list_price_minor: int,
    currency: str,
    by: Viewer,
    code: str = "",
    name_zh: str | None = None,
    series: str | None = None,
    cost_minor: int | None = None,
    lead_days: int | None = None,
    active: bool | None = None,
) -> tuple[Product, Outcome]:
    """Create the product with this code, or bring it up to date; without a code it is made from the name.

    What is None was not told and stays as it is.
    """
    if list_price_minor < 0 or (cost_minor or 0) < 0:
        raise Refused(N_("A price cannot be negative."), "list_price")
    told = {
        "name": name, "name_zh": name_zh, "series": series, "list_price_minor": list_price_minor,
        "cost_minor": cost_minor, "currency": currency, "lead_days": lead_days, "active": active,
    }  # fmt: skip
    values = {field: value for field, value in told.items() if value is not None}
    code = " ".join(code.split()) or rules.code_of(name)
    it = queries.by_code(code)
    if it is None:
        it = Product(code=code, sort_key=sort_key(name), **values)
        db.session.add(it)
        db.session.flush()
        record(flow.ADDED, it, by=by, price=it.list_price)
        outcome = Outcome.CREATED
    elif all(getattr(it, field) == value for field, value in values.items()):
        return it, Outcome.UNCHANGED
    else:
        grow(it)
        for field, value in values.items():
            setattr(it, field, value)
        it.sort_key = sort_key(name)
        record(flow.CHANGED, it, by=by, price=it.list_price)
        outcome = Outcome.CHANGED
    queries.index(it)
    return it, outcome


def products_undone(it: Plan, *, by: Viewer) -> None:
    """Follow the undo of an import: products that went are found no more, those that are as before are told and found again."""
    forget_many(db.session(), queries.KIND, it.gone["product"])
    for product_id in sorted(it.back["product"]):
        restored = queries.one(product_id)
        record(flow.CHANGED, restored, by=by, price=restored.list_price)
        queries.index(restored)


def put_stock(it: Product, *, place: str, pieces: int, as_of: datetime, source: str, by: Viewer) -> Outcome:
    """State how many pieces lie in a place.

    A count older than the one that is known changes nothing; one that agrees with it only makes it fresher.
    """
    if pieces < 0:
        raise Refused(N_("There cannot be fewer than no pieces."), "pieces")
    row = db.session.get(Stock, (it.id, place))
    if row is None:
        row, outcome = Stock(product_id=it.id, place=place), Outcome.CREATED
        db.session.add(row)
    elif as_of < row.as_of:
        return Outcome.UNCHANGED
    else:
        outcome = Outcome.UNCHANGED if row.pieces == pieces else Outcome.CHANGED
    if outcome is not Outcome.UNCHANGED:
        record(flow.COUNTED, it, by=by, at=as_of, source=source, pieces=pieces, place=place)
    row.pieces, row.as_of, row.source = pieces, as_of, source
    return outcome
