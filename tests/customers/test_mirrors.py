"""What other systems tell: the same again changes nothing, older never wins, sums keep their currency."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.core.types import Money, Outcome
from portal.customers.commands import (
    OrderedPieces,
    put_credit,
    put_delivery,
    put_invoice,
    put_order,
    put_return,
)
from portal.customers.models import Account, CreditState, CustomerOrder, OrderLine
from portal.customers.queries import mirrors
from portal.notifications.models import Notification
from portal.products.commands import put_stock
from portal.products.models import Product
from tests import making
from tests.cast import person

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CREATED, CHANGED, UNCHANGED = Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED


@pytest.fixture
def it(both_apps: Flask) -> Account:
    with unit_of_work():
        return making.account("rep", "Jinhe")


@pytest.fixture
def pump(it: Account) -> Product:
    with unit_of_work():
        return making.product("CQB 65")


def kinds() -> list[str]:
    return list(
        db.session.execute(select(Event.kind).where(Event.channel == "system").order_by(Event.id)).scalars()
    )


def put(act: Any, it: Account, *, hours: int = 0, **told: Any) -> Outcome:
    with clock.at(NOW), unit_of_work():
        return act(it, **told, as_of=NOW + timedelta(hours=hours), source="ERP", by=SYSTEM)  # type: ignore[no-any-return]


def credit(it: Account, *, hours: int = 0, used: int = 20, hold: bool = False, **told: Any) -> Outcome:
    return put(
        put_credit, it, hours=hours, limit_minor=100, used_minor=used, currency="CNY", hold=hold, **told
    )


def order(
    it: Account, number: str, day: date, *lines: OrderedPieces, currency: str = "CNY", hours: int = 0
) -> Outcome:
    return put(put_order, it, hours=hours, number=number, day=day, lines=lines, currency=currency)


def invoice(
    it: Account,
    number: str,
    due: date,
    *,
    amount: int = 100,
    left: int = 100,
    currency: str = "CNY",
    hours: int = 0,
) -> Outcome:
    told = {
        "day": due - timedelta(days=30),
        "due_day": due,
        "amount_minor": amount,
        "open_minor": left,
        "currency": currency,
    }
    return put(put_invoice, it, hours=hours, number=number, **told)


def test_a_credit_state_is_taken_in_once(it: Account) -> None:
    assert [credit(it), credit(it), credit(it, hours=1), credit(it, hours=-1, used=90), credit(it, hours=2, used=30)] == [
        CREATED, UNCHANGED, UNCHANGED, UNCHANGED, CHANGED,
    ]  # fmt: skip
    state = db.session.get(CreditState, it.id)
    assert state is not None
    assert (state.free, state.as_of) == (Money(70, "CNY"), NOW + timedelta(hours=2))
    assert it.credit is not None


def test_a_hold_is_told_to_who_is_answerable_and_lifted_again(it: Account) -> None:
    credit(it)
    credit(it, hours=1, hold=True, hold_since=TODAY)
    credit(it, hours=2, hold=True)
    state = db.session.get(CreditState, it.id)
    assert state is not None
    assert state.hold_since == TODAY
    told = db.session.execute(select(Notification)).scalar_one()
    assert (told.person_id, told.kind) == (person("rep").id, "credit.held")
    credit(it, hours=3)
    db.session.refresh(state)
    assert state.hold_since is None
    assert kinds() == ["credit.set", "credit.held", "credit.released"]


def test_an_order_is_taken_in_once_and_its_lines_follow(it: Account, pump: Product) -> None:
    first, more = OrderedPieces(pump.id, 5, 800), OrderedPieces(pump.id, 2, 700)
    assert [order(it, "1", TODAY, first), order(it, "1", TODAY, first), order(it, "1", TODAY, first, more, hours=1)] == [
        CREATED, UNCHANGED, CHANGED,
    ]  # fmt: skip
    assert order(it, "1", TODAY, first, hours=-5) is UNCHANGED
    row = db.session.execute(select(CustomerOrder)).scalar_one()
    assert row.total == Money(5_400, "CNY")
    lines = db.session.execute(select(OrderLine.line, OrderLine.pieces).order_by(OrderLine.line)).all()
    assert [tuple(line) for line in lines] == [(1, 5), (2, 2)]


def test_an_order_happened_on_its_day(it: Account, pump: Product) -> None:
    order(it, "1", date(2026, 3, 1), OrderedPieces(pump.id, 5, 800))
    event = db.session.execute(select(Event).where(Event.kind == "order.placed")).scalar_one()
    assert (event.local_day, event.account_id) == (date(2026, 3, 1), it.id)


def test_an_invoice_is_issued_partly_and_wholly_paid(it: Account) -> None:
    steps = [invoice(it, "1", TODAY, left=left, hours=hours) for hours, left in enumerate((100, 100, 40, 0))]
    assert steps == [CREATED, UNCHANGED, CHANGED, CHANGED]
    assert [kind for kind in kinds() if kind.startswith("invoice")] == [
        "invoice.issued",
        "invoice.changed",
        "invoice.paid",
    ]


def test_a_delivery_is_promised_then_shipped(it: Account, pump: Product) -> None:
    told = {"number": "1", "product_id": pump.id, "pieces": 3, "promised_day": TODAY}
    steps = [
        put(put_delivery, it, **told),
        put(put_delivery, it, **told),
        put(put_delivery, it, hours=1, shipped_day=TODAY, **told),
    ]
    assert steps == [CREATED, UNCHANGED, CHANGED]
    assert [kind for kind in kinds() if kind.startswith("delivery")] == [
        "delivery.promised",
        "delivery.shipped",
    ]


def test_goods_come_back_and_are_settled(it: Account, pump: Product) -> None:
    told = {"number": "R1", "product_id": pump.id, "pieces": 2, "reason": "defect", "asked_day": TODAY}
    steps = [put(put_return, it, **told), put(put_return, it, **told)]
    waiting = mirrors.figures(it.id, TODAY)
    assert (waiting.returns, waiting.returns_since, waiting.returns_as_of) == (1, TODAY, NOW)
    steps.append(put(put_return, it, hours=1, settled_day=TODAY, **told))
    assert steps == [CREATED, UNCHANGED, CHANGED]
    assert kinds()[1:] == ["return.asked", "return.settled"]  # the product comes first
    assert mirrors.figures(it.id, TODAY).returns == 0
    told["number"] = "R2"
    assert put(put_return, it, settled_day=TODAY, **told) is CREATED
    assert kinds()[3:] == ["return.asked", "return.settled"]
    assert put(put_return, it, **told | {"number": "R3", "asked_day": TODAY - timedelta(days=9)}) is CREATED
    assert [row.number for row in mirrors.returns(it)] == ["R3", "R2", "R1"]
    assert mirrors.products_of([], [], mirrors.returns(it)) == {pump.id: pump}


def test_a_reason_that_nobody_knows_is_refused(it: Account, pump: Product) -> None:
    with pytest.raises(KeyError):
        put(put_return, it, number="R1", product_id=pump.id, pieces=1, reason="mood", asked_day=TODAY)


def test_the_figures_sum_per_currency_and_period(it: Account, pump: Product) -> None:
    year = timedelta(days=365)
    order(it, "1", TODAY, OrderedPieces(pump.id, 1, 100))
    order(it, "2", TODAY - year + timedelta(days=1), OrderedPieces(pump.id, 2, 100))
    order(it, "3", TODAY - year, OrderedPieces(pump.id, 1, 50))
    order(it, "4", TODAY - 2 * year, OrderedPieces(pump.id, 9, 999))
    order(it, "5", TODAY, OrderedPieces(pump.id, 1, 7), currency="USD")
    invoice(it, "1", TODAY - timedelta(days=1), left=30)
    invoice(it, "2", TODAY, left=40)
    invoice(it, "3", TODAY - timedelta(days=9), left=0)
    found = mirrors.figures(it.id, TODAY)
    assert sorted(found.ordered) == [Money(7, "USD"), Money(300, "CNY")]
    assert found.ordered_before == [Money(50, "CNY")]
    assert found.last_order == TODAY
    assert (found.open, found.overdue) == ([Money(70, "CNY")], [Money(30, "CNY")])
    assert (found.overdue_since, found.next_due) == (TODAY - timedelta(days=1), TODAY)


def test_nothing_told_is_not_zero(it: Account) -> None:
    found = mirrors.figures(it.id, TODAY)
    assert (found.ordered_as_of, found.owed_as_of, found.ordered, found.open) == (None, None, [], [])


def test_the_usual_products_come_with_the_last_price_and_the_stock(it: Account, pump: Product) -> None:
    with unit_of_work():
        valve = making.product("Valve")
        for place, pieces, hours in (("Suzhou", 30, 2), ("Wuxi", 6, 1)):
            put_stock(
                pump, place=place, pieces=pieces, as_of=NOW + timedelta(hours=hours), source="WMS", by=SYSTEM
            )
    order(it, "1", TODAY - timedelta(days=9), OrderedPieces(pump.id, 5, 800), OrderedPieces(valve.id, 1, 10))
    order(it, "2", TODAY, OrderedPieces(pump.id, 7, 750))
    found = mirrors.usual(it.id)
    assert [(row.product.name, row.price.minor, row.pieces, row.stock) for row in found] == [
        ("CQB 65", 750, 7, 36),
        ("Valve", 10, 1, None),
    ]
    assert found[0].counted == NOW + timedelta(hours=1)


def test_orders_are_shown_page_by_page(it: Account, pump: Product) -> None:
    for number in range(5):
        order(it, str(number), TODAY - timedelta(days=number // 2), OrderedPieces(pump.id, 1, 1))
    first = mirrors.orders(it, limit=3)
    rest = mirrors.orders(it, before=(first[-1].day, first[-1].id), limit=3)
    assert [row.number for row in (*first, *rest)] == ["1", "0", "3", "2", "4"]


@pytest.mark.parametrize("written", ["", "x", "2026-11-19", "2026-11-19.x", "2026-13-45.1", "."])
def test_a_spoilt_mark_begins_from_the_top(written: str) -> None:
    assert mirrors.read_mark(written) is None


def test_open_invoices_and_deliveries(it: Account, pump: Product) -> None:
    invoice(it, "2", TODAY)
    invoice(it, "1", TODAY - timedelta(days=3))
    invoice(it, "0", TODAY - timedelta(days=9), left=0)
    assert [row.number for row in mirrors.open_invoices(it)] == ["1", "2"]
    for number, days, shipped in (("a", 9, TODAY), ("b", 2, None), ("c", 1, None)):
        put(
            put_delivery,
            it,
            number=number,
            product_id=pump.id,
            pieces=1,
            promised_day=TODAY - timedelta(days=days),
            shipped_day=shipped,
        )
    assert [row.number for row in mirrors.deliveries(it)] == ["c", "b", "a"]
    assert mirrors.products_of([], mirrors.deliveries(it)) == {pump.id: pump}
