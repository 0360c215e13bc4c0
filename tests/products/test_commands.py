"""Taking in products and stock: once is enough, older never wins, each change leaves an event."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event
from portal.core.types import Money, Outcome
from portal.products import queries
from portal.products.commands import put_product, put_stock
from portal.products.models import Product, Stock

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
PUMP = {"name": "CQB 65", "list_price_minor": 8600_00, "currency": "CNY"}


def put(**told: object) -> tuple[Product, Outcome]:
    with unit_of_work():
        return put_product(**PUMP | told, by=SYSTEM)  # type: ignore[arg-type]


def kinds() -> list[str]:
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


def test_a_product_is_created_once_then_unchanged_then_changed(both_apps: Flask) -> None:
    first, created = put(cost_minor=5200_00, series="CQB")
    again, unchanged = put()
    after, changed = put(list_price_minor=9000_00)
    assert (created, unchanged, changed) == (Outcome.CREATED, Outcome.UNCHANGED, Outcome.CHANGED)
    assert first.id == again.id == after.id
    assert (after.code, after.list_price, after.cost, after.version) == (
        "CQB-65",
        Money(9000_00, "CNY"),
        Money(5200_00, "CNY"),
        2,
    )
    assert kinds() == ["product.added", "product.changed"]


def test_what_is_not_told_stays_as_it_is(app: Flask) -> None:
    put(code="P 1", cost_minor=1, lead_days=12, name_zh="泵")
    it, outcome = put(code="P 1", name="Pump one")
    assert outcome is Outcome.CHANGED
    assert (it.name, it.cost_minor, it.lead_days, it.name_zh, it.active) == ("Pump one", 1, 12, "泵", True)


@pytest.mark.parametrize("told", [{"list_price_minor": -1}, {"cost_minor": -1}])
def test_a_negative_price_is_refused(app: Flask, told: dict[str, int]) -> None:
    with pytest.raises(Refused):
        put(**told)
    assert queries.named() == {}


def test_stock_moves_forward_in_time_only(both_apps: Flask) -> None:
    it, _outcome = put()

    def count(pieces: int, hours: int) -> Outcome:
        with unit_of_work():
            return put_stock(
                it, place="Suzhou", pieces=pieces, as_of=NOW + timedelta(hours=hours), source="WMS", by=SYSTEM
            )

    assert [count(36, 0), count(36, 0), count(30, -1), count(36, 1), count(20, 2)] == [
        Outcome.CREATED, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.CHANGED,
    ]  # fmt: skip
    row = db.session.execute(select(Stock)).scalar_one()
    assert (row.pieces, row.as_of) == (20, NOW + timedelta(hours=2))
    assert kinds().count("product.counted") == 2


def test_stock_below_nothing_is_refused(app: Flask) -> None:
    it, _outcome = put()
    with pytest.raises(Refused), unit_of_work():
        put_stock(it, place="Suzhou", pieces=-1, as_of=NOW, source="WMS", by=SYSTEM)


def test_a_product_is_found_by_code_name_and_pinyin(both_apps: Flask) -> None:
    it, _outcome = put(code="CQB 65-50-160", name_zh="磁力泵")
    for typed in ("CQB 65", "cqb6550", "磁力", "cl", "clb"):
        assert [one.id for one in queries.options(typed)] == [it.id], typed
    assert queries.options("nothing of it") == []
    assert [one.id for one in queries.options("")] == [it.id]


def test_what_is_no_longer_sold_is_not_offered(app: Flask) -> None:
    put(active=False)
    assert queries.options("") == []
    assert queries.options("CQB") == []


def test_names_and_codes_lead_to_the_product(app: Flask) -> None:
    it, _outcome = put(code="P-1", name_zh="泵")
    assert queries.named() == {"P-1": it.id, "CQB 65": it.id, "泵": it.id}
