"""Products to look at, to choose from and to count."""

from collections.abc import Sequence

from sqlalchemy import Select, false, func, select

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Column, Listing
from portal.core.words import N_
from portal.products.models import Product, Stock

KIND = "product"


@scope(Product)
def open_to(viewer: Viewer, permission: str) -> Select[Product]:
    """Products are not secret: whoever has the permission has it for all of them."""
    return select(Product) if viewer.may(permission) else select(Product).where(false())


def one(product_id: int) -> Product:
    """The product with this id; NotFound if there is none."""
    it = db.session.get(Product, product_id)
    if it is None:
        raise NotFound
    return it


def by_code(code: str) -> Product | None:
    """The product with this code, if there is one."""
    return db.session.execute(select(Product).where(Product.code == code)).scalar_one_or_none()


def named() -> dict[str, int]:
    """Every name and code of every product, to its id: imports compare their rows with it."""
    known: dict[str, int] = {}
    for row in db.session.execute(
        select(Product.id, Product.code, Product.name, Product.name_zh).order_by(Product.id)
    ):
        for word in (row.code, row.name, row.name_zh):
            if word:
                known.setdefault(word, row.id)
    return known


def options(typed: str, limit: int = 12) -> Sequence[Product]:
    """The products to choose from for what was typed, best first; without it the first by name. Only active ones."""
    wanted = select(Product).where(Product.active)
    if not typed.strip():
        return db.session.execute(wanted.order_by(Product.sort_key, Product.id).limit(limit)).scalars().all()
    found = search.find(db.session(), typed, scope={KIND: ["all"]}, limit=limit)
    ids = [hit.object_id for hit in found.hits]
    rows = {it.id: it for it in db.session.execute(wanted.where(Product.id.in_(ids))).scalars()}
    return [rows[one] for one in ids if one in rows]


def stock_of(product_id: int) -> Sequence[Stock]:
    """What lies where; the fullest place first."""
    rows = select(Stock).where(Stock.product_id == product_id).order_by(Stock.pieces.desc(), Stock.place)
    return db.session.execute(rows).scalars().all()


def index(it: Product) -> None:
    """Let the product be found by its code, its names and its series."""
    search.index(
        db.session(), KIND, it.id, name=f"{it.name} {it.name_zh}".strip(), codes=[it.code], text=it.series,
        scope=(), title=it.name, subtitle=it.code,
    )  # fmt: skip


PIECES = select(func.coalesce(func.sum(Stock.pieces), 0)).where(Stock.product_id == Product.id)
IN_STOCK = PIECES.correlate(Product).scalar_subquery()

# fmt: off
LISTING = Listing("products", N_("Products"), Product.id, (
    Column("product", N_("Product"),    Product.name,             sort=Product.sort_key, zh=Product.name_zh),
    Column("code",    N_("Product code"), Product.code,             sort=Product.code, on_phone=False),
    Column("series",  N_("Series"),     Product.series,           sort=Product.series, on_phone=False),
    Column("price",   N_("List price"), Product.list_price_minor, "money", sort=Product.list_price_minor, currency=Product.currency),  # noqa: E501
    Column("stock",   N_("In stock"),   IN_STOCK,                 "number", sort=IN_STOCK),
    Column("lead",    N_("Lead time in working days"), Product.lead_days, "number", sort=func.coalesce(Product.lead_days, 0)),
), "/products/{}", "product", kind=KIND)
# fmt: on


def listed(viewer: Viewer) -> Select[int]:
    """The rows of the list: ids of the active products."""
    found = select(Product.id).where(Product.active)
    return found if viewer.may("products.see") else found.where(false())
