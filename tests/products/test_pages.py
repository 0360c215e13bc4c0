"""The pages of products: who sees what, costs only for some."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import unit_of_work
from portal.products.commands import put_stock
from portal.products.models import Product
from tests import making
from tests.counting import statements


@pytest.fixture
def pump(app: Flask) -> Product:
    with unit_of_work():
        it = making.product("CQB 65-50-160", price=8600_00, cost=5234_00, series="CQB", lead_days=12)
        put_stock(it, place="Suzhou", pieces=36, as_of=clock.now(), source="WMS", by=SYSTEM)
    return it


def test_the_list_shows_price_and_stock_and_finds_by_code(
    client_for: Callable[..., FlaskClient], pump: Product
) -> None:
    client = client_for("employee")
    page = client.get("/products").get_data(as_text=True)
    assert "CQB 65-50-160" in page
    assert "¥8,600" in page
    assert "5,234" not in page
    assert pump.code in client.get(f"/products?q={pump.code}").get_data(as_text=True)
    assert pump.code not in client.get("/products?q=nothing").get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "sees"), [("rep", False), ("service", False), ("manager", True), ("finance", True)]
)
def test_the_cost_is_for_those_who_may_see_costs(
    client_for: Callable[..., FlaskClient],
    pump: Product,
    who: str,
    sees: bool,
) -> None:
    page = client_for(who).get(f"/products/{pump.id}").get_data(as_text=True)
    assert "36" in page
    assert ("5,234" in page) is sees


def test_a_missing_product_is_not_found(client_for: Callable[..., FlaskClient], pump: Product) -> None:
    assert client_for("rep").get(f"/products/{pump.id + 1}").status_code == 404


def test_a_search_field_gets_options(client_for: Callable[..., FlaskClient], pump: Product) -> None:
    offered = client_for("rep").get("/products/options?q=cqb").get_data(as_text=True)
    assert f'data-value="{pump.id}"' in offered
    assert "<li" not in client_for("rep").get("/products/options?q=zzz").get_data(as_text=True)


def test_pages_cost_the_same_whatever_the_number_of_products(
    client_for: Callable[..., FlaskClient],
    pump: Product,
) -> None:
    client = client_for("rep")
    few = statements(lambda: client.get("/products"))
    with unit_of_work():
        for _one in range(8):
            making.product()
    assert statements(lambda: client.get("/products")) == few
