"""What other systems know of a customer: the figures of the page, the usual products, orders, invoices, deliveries, returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Select, case, cast, func, literal, null, select, tuple_, union_all
from sqlalchemy.orm import selectinload

from portal.core.db import db
from portal.core.types import Money
from portal.customers.models import Account, CustomerOrder, Delivery, GoodsReturn, Invoice, OrderLine
from portal.products.models import Product, Stock

YEAR = timedelta(days=365)


@dataclass
class Figures:
    """The headline figures of one account. Amounts are summed per currency: a sum over two currencies would be wrong."""

    ordered: list[Money] = field(default_factory=list)
    ordered_before: list[Money] = field(default_factory=list)
    last_order: date | None = None
    ordered_as_of: datetime | None = None
    open: list[Money] = field(default_factory=list)
    overdue: list[Money] = field(default_factory=list)
    overdue_since: date | None = None
    next_due: date | None = None
    owed_as_of: datetime | None = None
    returns: int = 0
    returns_since: date | None = None
    returns_as_of: datetime | None = None


def figures(account_id: int, today: date) -> Figures:
    """Orders of the last twelve months and of the twelve before, open and overdue invoices, open returns: one select."""
    found = Figures()
    every = union_all(_ordered(account_id, today), _owed(account_id, today), _coming_back(account_id))
    for row in db.session.execute(every):
        if row.what == "returns":
            found.returns, found.returns_since, found.returns_as_of = row.now, row.first, row.as_of
            continue
        now, before = Money(row.now, row.currency), Money(row.before, row.currency)
        if row.what == "orders":
            found.ordered += [now] if now.minor else []
            found.ordered_before += [before] if before.minor else []
            found.last_order = max(filter(None, (found.last_order, row.first)), default=None)
            found.ordered_as_of = max(filter(None, (found.ordered_as_of, row.as_of)), default=None)
        else:
            found.open += [now] if now.minor else []
            found.overdue += [before] if before.minor else []
            found.overdue_since = min(filter(None, (found.overdue_since, row.first)), default=None)
            found.next_due = min(filter(None, (found.next_due, row.second)), default=None)
            found.owed_as_of = max(filter(None, (found.owed_as_of, row.as_of)), default=None)
    return found


def _ordered(account_id: int, today: date) -> Select[*tuple[Any, ...]]:
    this_year = CustomerOrder.day > today - YEAR
    total = CustomerOrder.total_minor
    return (
        select(
            literal("orders").label("what"),
            CustomerOrder.currency.label("currency"),
            cast(func.coalesce(func.sum(case((this_year, total))), 0), BigInteger).label("now"),
            cast(func.coalesce(func.sum(case((~this_year, total))), 0), BigInteger).label("before"),
            func.max(CustomerOrder.day).label("first"),
            cast(null(), Date).label("second"),
            func.max(CustomerOrder.as_of).label("as_of"),
        )
        .where(CustomerOrder.account_id == account_id, CustomerOrder.day > today - 2 * YEAR)
        .group_by(CustomerOrder.currency)
    )


def _owed(account_id: int, today: date) -> Select[*tuple[Any, ...]]:
    late = Invoice.due_day < today
    return (
        select(
            literal("invoices"),
            Invoice.currency,
            cast(func.coalesce(func.sum(Invoice.open_minor), 0), BigInteger),
            cast(func.coalesce(func.sum(case((late, Invoice.open_minor))), 0), BigInteger),
            func.min(case((late, Invoice.due_day))),
            func.min(case((~late, Invoice.due_day))),
            func.max(Invoice.as_of),
        )
        .where(Invoice.account_id == account_id, Invoice.open_minor > 0)
        .group_by(Invoice.currency)
    )


def _coming_back(account_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("returns"),
            literal(""),
            func.count(),
            cast(literal(0), BigInteger),
            func.min(GoodsReturn.asked_day),
            cast(null(), Date),
            func.max(GoodsReturn.as_of),
        )
        .where(GoodsReturn.account_id == account_id, GoodsReturn.settled_day.is_(None))
        .having(func.count() > 0)
    )


@dataclass(frozen=True)
class Usual:
    """A product that the customer buys: the last price and how many, and what lies in stock now."""

    product: Product
    price: Money
    pieces: int
    day: date
    stock: int | None
    counted: datetime | None


def usual(account_id: int, limit: int = 4) -> list[Usual]:
    """The products that the customer orders most often, each with its last price and its stock: one select."""
    newest = func.row_number().over(
        partition_by=OrderLine.product_id, order_by=(CustomerOrder.day.desc(), CustomerOrder.id.desc())
    )
    bought = (
        select(
            OrderLine.product_id, OrderLine.price_minor, OrderLine.pieces, CustomerOrder.currency, CustomerOrder.day,
            newest.label("place"), func.count().over(partition_by=OrderLine.product_id).label("times"),
        )
        .join(CustomerOrder, CustomerOrder.id == OrderLine.order_id)
        .where(CustomerOrder.account_id == account_id)
        .subquery()
    )  # fmt: skip
    lying = select(func.sum(Stock.pieces)).where(Stock.product_id == bought.c.product_id).scalar_subquery()
    counted = select(func.min(Stock.as_of)).where(Stock.product_id == bought.c.product_id).scalar_subquery()
    rows = (
        select(Product, bought, lying.label("lying"), counted.label("counted"))
        .join(bought, bought.c.product_id == Product.id)
        .where(bought.c.place == 1)
        .order_by(bought.c.times.desc(), bought.c.day.desc(), Product.id)
        .limit(limit)
    )
    return [
        Usual(row.Product, Money(row.price_minor, row.currency), row.pieces, row.day, row.lying, row.counted)
        for row in db.session.execute(rows)
    ]


def orders(
    it: Account, *, before: tuple[date, int] | None = None, limit: int = 20
) -> Sequence[CustomerOrder]:
    """The orders of an account with their lines, newest first; `before` is the (day, id) of the last one shown."""
    wanted = (
        select(CustomerOrder)
        .where(CustomerOrder.account_id == it.id)
        .options(selectinload(CustomerOrder.lines))
    )
    if before is not None:
        wanted = wanted.where(tuple_(CustomerOrder.day, CustomerOrder.id) < before)
    newest = wanted.order_by(CustomerOrder.day.desc(), CustomerOrder.id.desc()).limit(limit)
    return db.session.execute(newest).scalars().all()


def open_invoices(it: Account, limit: int = 50) -> Sequence[Invoice]:
    """The invoices of an account that are not paid, the longest due first."""
    wanted = select(Invoice).where(Invoice.account_id == it.id, Invoice.open_minor > 0)
    return db.session.execute(wanted.order_by(Invoice.due_day, Invoice.id).limit(limit)).scalars().all()


def deliveries(it: Account, limit: int = 20) -> Sequence[Delivery]:
    """The deliveries of an account: what is still to come first, then the last that went out."""
    wanted = select(Delivery).where(Delivery.account_id == it.id)
    newest = wanted.order_by(
        Delivery.shipped_day.is_not(None), Delivery.promised_day.desc(), Delivery.id.desc()
    )
    return db.session.execute(newest.limit(limit)).scalars().all()


def returns(it: Account, limit: int = 20) -> Sequence[GoodsReturn]:
    """What an account sends back: what is not settled first, then the newest."""
    wanted = select(GoodsReturn).where(GoodsReturn.account_id == it.id)
    newest = wanted.order_by(GoodsReturn.settled_day.is_not(None), GoodsReturn.asked_day.desc(), GoodsReturn.id.desc())
    return db.session.execute(newest.limit(limit)).scalars().all()


def products_of(
    orders_: Sequence[CustomerOrder], deliveries_: Sequence[Delivery], returns_: Sequence[GoodsReturn] = ()
) -> dict[int, Product]:
    """The products that orders, deliveries and returns name, by id."""
    ids = {line.product_id for it in orders_ for line in it.lines}
    ids |= {it.product_id for it in deliveries_} | {it.product_id for it in returns_}
    return {it.id: it for it in db.session.execute(select(Product).where(Product.id.in_(ids))).scalars()}


def read_mark(written: str) -> tuple[date, int] | None:
    """Where the list of orders goes on: `2026-11-19.117`; None, from the top, for anything else."""
    day, _dot, number = written.rpartition(".")
    try:
        return date.fromisoformat(day), min(int(number), 2**62)
    except ValueError:
        return None
