"""Lists by keyset: every row once and in order, whichever way one walks; nothing in an address can do harm."""

import base64
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, delete, insert

from portal.access.viewer import Viewer
from portal.core import lists
from portal.core.db import db, unit_of_work
from portal.core.lists import Listing
from portal.customers.queries import listing as customers
from portal.identity.queries import directory
from portal.pipeline import queries as pipeline
from portal.prices import queries as prices
from portal.prices.models import PriceRequest
from portal.products import queries as products
from portal.products.models import Product
from tests import making
from tests.cast import person
from tests.counting import sent

SORTED = [column.key for column in products.LISTING.columns if column.sort is not None]
FUZZED = 500
NUMBERS = count(1)


def put_products(rows: list[dict[str, Any]]) -> None:
    """Products with these values beside the ones that every product has."""
    with unit_of_work() as session:
        session.execute(delete(Product))
        told = [
            {"code": f"C{next(NUMBERS)}", "name": "Pump", "currency": "CNY", "active": True, "version": 1}
            | row
            for row in rows
        ]
        if told:
            session.execute(insert(Product), told)


def page(listing: Listing, rows: Any, size: int, **args: str) -> lists.Found:
    asked = replace(lists.read(listing, args), page=size)
    return lists.find(db.session(), listing, rows, asked, ["all"])


def walk(listing: Listing, rows: Any, order: str, size: int) -> tuple[list[int], list[int]]:
    """The ids on the way from the first page to the last, and those on the way back, each page in its order."""
    there, back = [], []
    found = page(listing, rows, size, sort=order)
    assert found.newer == ""
    there += [row.row_id for row in found.rows]
    while found.older:
        found = page(listing, rows, size, sort=order, after=found.older)
        assert len(found.rows) <= size
        assert len(there) < 100, "the way does not end"
        there += [row.row_id for row in found.rows]
    while found.newer:
        found = page(listing, rows, size, sort=order, before=found.newer)
        back = [row.row_id for row in found.rows] + back
        assert len(back) < 100, "the way does not end"
    return there, back


few = st.integers(0, 3)  # so that ties are many
PRODUCTS = st.lists(
    st.fixed_dictionaries({
        "sort_key": st.text(alphabet="abé泵 ", max_size=2), "series": st.sampled_from(["", "A", "B"]),
        "list_price_minor": few, "lead_days": st.none() | few,
    }),
    max_size=23,
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=PRODUCTS, size=st.integers(1, 7), key=st.sampled_from(SORTED), down=st.booleans())
def test_every_row_comes_once_and_in_order_there_and_back(
    both_apps: Flask, rows: list[dict[str, Any]], size: int, key: str, down: bool
) -> None:
    put_products(rows)
    viewer = making.viewer("rep")
    order = f"-{key}" if down else key
    whole = [row.row_id for row in page(products.LISTING, products.listed(viewer), 100, sort=order).rows]
    assert len(whole) == len(set(whole)) == len(rows)
    there, back = walk(products.LISTING, products.listed(viewer), order, size)
    assert there == whole
    last = len(whole) - (len(whole) % size or size) if whole else 0
    assert back == whole[:last]
    assert [row.row_id for row in every(order)] == whole


def every(order: str) -> list[Any]:
    asked = lists.read(products.LISTING, {"sort": order})
    return list(
        lists.every(db.session(), products.LISTING, products.listed(making.viewer("rep")), asked, ["all"])
    )


@pytest.fixture
def requests(both_apps: Flask) -> Any:
    """Forty requests of the rep, several in the same instant and until the same day."""
    with unit_of_work() as session:
        of, thing = making.account(), making.product()
        dice = random.Random(7)
        told = [
            {
                "number": f"PR-{number:04d}", "account_id": of.id, "product_id": thing.id, "pieces": dice.randint(1, 3),
                "asked_minor": 900, "list_minor": 1_000, "currency": "CNY", "state": "waiting", "version": 1,
                "valid_until": date(2026, 12, dice.randint(1, 3)), "asked_by_id": person("rep").id,
                "entered_by_id": person("rep").id, "created_at": making.MONDAY,
                "changed_at": making.MONDAY + timedelta(microseconds=dice.randint(0, 4)),
            }
            for number in range(40)
        ]  # fmt: skip
        session.execute(insert(PriceRequest), told)
    return prices.listed(making.viewer("rep"))


def test_instants_days_and_amounts_are_walked_like_names(requests: Any) -> None:
    keys = [column.key for column in prices.LISTING.columns if column.sort is not None]
    for order in [*keys, *(f"-{key}" for key in keys)]:
        whole = [row.row_id for row in page(prices.LISTING, requests, 100, sort=order).rows]
        there, back = walk(prices.LISTING, requests, order, 7)
        assert (len(set(there)), there, back) == (40, whole, whole[:35]), order


def test_no_statement_skips_rows_by_counting_them(requests: Any) -> None:
    """SQLAlchemy writes every LIMIT of SQLite with an OFFSET beside it; what it holds is none."""
    with sent() as seen:
        walk(prices.LISTING, requests, "-changed", 7)
    assert seen
    assert not [one for one in seen if "OFFSET" in one.upper().replace("LIMIT ? OFFSET ?", "")]
    asked = lists.read(prices.LISTING, {"after": token(INSTANT)})
    made = lists._page(prices.LISTING, requests, asked, asked.after, back=False, size=7)
    assert made._offset_clause is None


def test_the_rows_of_an_export_come_in_steps(both_apps: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    put_products([{"sort_key": "x", "list_price_minor": number % 3} for number in range(23)])
    monkeypatch.setattr(lists, "STEP", 5)
    assert len({row.row_id for row in every("price")}) == 23
    monkeypatch.setattr(lists, "MOST", 12)
    assert len(every("price")) == 12


def test_the_count_stops_where_nobody_reads_it(both_apps: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    put_products([{"sort_key": "x", "list_price_minor": 1} for _number in range(12)])
    rows = products.listed(making.viewer("rep"))
    assert (page(products.LISTING, rows, 5).total, page(products.LISTING, rows, 5).capped) == (12, False)
    monkeypatch.setattr(lists, "CAP", 11)
    assert (page(products.LISTING, rows, 5).total, page(products.LISTING, rows, 5).capped) == (11, True)


def test_a_row_that_goes_while_one_reads_moves_nothing_else(both_apps: Flask) -> None:
    """With OFFSET the next page would leave one out."""
    put_products([{"sort_key": f"{number:02d}", "list_price_minor": 1} for number in range(10)])
    rows = products.listed(making.viewer("rep"))
    first = page(products.LISTING, rows, 4, sort="product")
    with unit_of_work() as session:
        session.execute(delete(Product).where(Product.id == first.rows[0].row_id))
    second = page(products.LISTING, rows, 4, sort="product", after=first.older)
    assert second.rows[0].sort_value == "04"


@pytest.mark.parametrize("place", [0, 2])
def test_where_rows_went_beside_a_cursor_the_first_page_is_shown(both_apps: Flask, place: int) -> None:
    """Not a page of two rows with nothing newer, and not an empty one that leads nowhere."""
    put_products([{"sort_key": f"{number:02d}", "list_price_minor": 1} for number in range(10)])
    rows = products.listed(making.viewer("rep"))
    first = page(products.LISTING, rows, 4)
    assert page(products.LISTING, rows, 4, before=lists._token(first.rows[place])) == first
    last = page(products.LISTING, rows, 10).rows[-1]
    assert page(products.LISTING, rows, 4, after=lists._token(last)) == first


def plan(statement: Select[Any]) -> list[str]:
    """How SQLite runs a statement: the steps of the statement itself, without those of what is nested in it."""
    made = statement.compile(db.engine, compile_kwargs={"render_postcompile": True, "literal_binds": True})
    told = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {made}")
    return [row[3] for row in told if row[1] == 0]


WHOLE: dict[str, Callable[[Viewer], tuple[Listing, Any]]] = {
    "customers": lambda who: (customers.accounts(who), customers.listed_accounts(who)),
    "contacts": lambda who: (customers.contacts(who), customers.listed_contacts(who)),
    "price_requests": lambda who: (prices.LISTING, prices.listed(who)),
    "opportunities": lambda who: (pipeline.LISTING, pipeline.listed(who)),
    "products": lambda who: (products.LISTING, products.listed(who)),
    "people": lambda who: (directory.listing(), directory.listed(who)),
}


@pytest.mark.parametrize("key", WHOLE)
def test_who_sees_all_rows_reads_a_page_from_an_index(app: Flask, key: str) -> None:
    """In its declared order no list is sorted or read whole for a page; who sees some has those sorted."""
    listing, rows = WHOLE[key](making.viewer("director"))
    steps = plan(lists._page(listing, rows, lists.read(listing, {}), None, back=False, size=51))
    assert steps
    assert not [
        step for step in steps if "TEMP B-TREE" in step or (step.startswith("SCAN") and "INDEX" not in step)
    ]


def token(value: Any, number: Any = 1) -> str:
    """A cursor as somebody might write it himself."""
    return base64.urlsafe_b64encode(json.dumps([value, number]).encode()).decode().rstrip("=")


INSTANT = {"t": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
MARKS = [
    "", "x", "é", "%%%", "W10", "e30", "=" * 99, "A" * 3_000, base64.urlsafe_b64encode(b"[" * 1_400).decode(),
    *(token(value) for value in (
        "a", "", "a\0b", "\ud800", 1, -1, 10**30, 2**63, 1.5, 1e400, None, True, [], {}, INSTANT, {"t": "2026-01-01T00:00:00"},
        {"t": "0001-01-01T00:00:00+14:00"}, {"t": "9999-12-31T23:59:59-14:00"}, {"t": 5}, {"d": "2026-01-01"},
        {"d": "0001-01-01"}, {"d": ""}, {"x": 1},
    )),
    *(token("a", number) for number in (2**63, -5, "1", None, 1.5, True, 10**40)),
    token(INSTANT, 2**62), token({"d": "2026-01-01"}, 2**40),
]  # fmt: skip
VALUES = [
    *MARKS,
    "-",
    "--number",
    "number",
    "-changed",
    "state",
    "id",
    "0",
    "-1",
    "25",
    "100",
    "99999999999",
    "waiting",
    "a\0b",
    "金",
    "'; --",
    "\ud7ff",
]
NAMES = [
    "sort",
    "after",
    "before",
    "rows",
    "cols",
    "col",
    "q",
    "state",
    "reason",
    "page",
    "offset",
    "__class__",
    "",
]


def asked_at_random(dice: random.Random) -> Mapping[str, str]:
    return {dice.choice(NAMES): dice.choice(VALUES) for _each in range(dice.randint(1, 5))}


def test_no_address_raises_an_error(requests: Any) -> None:
    """500 addresses of known and unknown names with all kinds of values, on both databases."""
    dice = random.Random(11)
    for _each in range(FUZZED):
        args = asked_at_random(dice)
        found = lists.find(db.session(), prices.LISTING, requests, lists.read(prices.LISTING, args), ["all"])
        assert found.total <= 40, args


def test_a_cursor_that_was_made_up_is_harmless(requests: Any) -> None:
    for order in ("number", "pieces", "changed", "until"):
        for mark in MARKS:
            page(prices.LISTING, requests, 7, sort=order, after=mark)
            page(prices.LISTING, requests, 7, sort=order, before=mark)


def test_what_is_not_understood_is_named(app: Flask) -> None:
    asked = lists.read(
        prices.LISTING, {"sort": "cost_minor", "state": "secret", "cols": "number,cost_minor", "unknown": "1"}
    )
    assert asked.ignored == ("sort", "state")
    assert asked.order == prices.LISTING.order
    assert [column.key for column in asked.columns] == ["number"]
    assert not asked.chosen


def test_the_first_column_leads_to_the_row_and_is_always_there(app: Flask) -> None:
    assert [column.key for column in lists.read(prices.LISTING, {"cols": "state"}).columns] == [
        "number",
        "state",
    ]
