"""Products: the list, one card, what to choose from in a form."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.products import queries, rules
from portal.products.models import Product
from portal.web import lists
from portal.web.answers import page
from portal.web.pages import Pages, viewer

pages = Pages("products", __name__)


@pages.get("/products", may="products.see")
def index() -> ResponseReturnValue:
    """All products with list price and stock."""
    return page("products/index.html", listing=lists.shown(queries.LISTING, queries.listed(viewer()), request.args))


@pages.post("/products/export", may="products.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> ResponseReturnValue:
    """The list as Excel, CSV, Word, text or for the clipboard."""
    return lists.export(queries.LISTING, queries.listed(viewer()), form)


@pages.get("/products/<int:id>", may="products.see", on=Product)
def show(it: Product) -> ResponseReturnValue:
    """One product: price, lead time, stock by place; its cost for those who may see costs."""
    stock = [(row, rules.is_stale(row.as_of, clock.now())) for row in queries.stock_of(it.id)]
    return page("products/show.html", it=it, stock=stock, sees_cost=viewer().may("costs.see"))


@pages.get("/products/options", may="products.see")
def options() -> ResponseReturnValue:
    """What a search field offers for what was typed."""
    return page("products/options.html", found=queries.options(request.args.get("q", "")[:100]))
