"""What the search found, named in Chinese: the index keeps one line a thing, in its first language."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Select, func, select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.customers.models import Account, AccountContact, Contact
from portal.customers.queries import reaches
from portal.identity.models import Person
from portal.pipeline.models import Opportunity
from portal.prices.models import PriceRequest
from portal.products.models import Product

Ids = Collection[int]


def _zh(model: Any) -> Any:
    return func.coalesce(func.nullif(model.name_zh, ""), model.name)


def _accounts(ids: Ids, _viewer: Viewer) -> Select[Any]:
    return select(Account.id, _zh(Account), Account.number, Account.place).where(Account.id.in_(ids))


def _contacts(ids: Ids, viewer: Viewer) -> Select[Any]:
    """Of the customers that the viewer may see, that where somebody began last comes last, so it is the one that stays."""
    named = select(Contact.id, _zh(Contact), _zh(Account)).select_from(Contact)
    joined = named.outerjoin(AccountContact, AccountContact.contact_id == Contact.id)
    seen = (Account.id == AccountContact.account_id) & reaches(viewer, "customers.see")
    joined = joined.outerjoin(Account, seen).where(Contact.id.in_(ids))
    return joined.order_by(Account.id.is_not(None), AccountContact.until.is_(None), AccountContact.since)


def _products(ids: Ids, _viewer: Viewer) -> Select[Any]:
    return select(Product.id, _zh(Product), Product.code).where(Product.id.in_(ids))


def _requests(ids: Ids, _viewer: Viewer) -> Select[Any]:
    it = PriceRequest
    named = select(it.id, it.number, _zh(Account), _zh(Product)).select_from(it)
    return (
        named.join(Account, Account.id == it.account_id)
        .join(Product, Product.id == it.product_id)
        .where(it.id.in_(ids))
    )


def _opportunities(ids: Ids, _viewer: Viewer) -> Select[Any]:
    it = Opportunity
    named = select(it.id, _zh(Account), _zh(Product), it.code, _zh(Person)).select_from(it)
    named = named.join(Account, Account.id == it.account_id).join(Product, Product.id == it.product_id)
    return named.join(Person, Person.id == it.owner_id).where(it.id.in_(ids))


# kind -> its rows, and how many of their words make the title; the rest stand under it
LINES: dict[str, tuple[Callable[[Ids, Viewer], Select[Any]], int]] = {
    "account": (_accounts, 1),
    "contact": (_contacts, 1),
    "product": (_products, 1),
    "price_request": (_requests, 2),
    "opportunity": (_opportunities, 2),
}


def in_chinese(kind: str, ids: Ids, viewer: Viewer) -> dict[int, tuple[str, str]]:
    """Title and second line of each thing that was found; what has no Chinese name keeps its own."""
    rows, first = LINES[kind]
    return {
        number: (" · ".join(words[:first]), " · ".join(filter(None, words[first:])))
        for number, *words in db.session.execute(rows(ids, viewer))
    }
