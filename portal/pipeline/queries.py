"""Reads: who may see which opportunities, the list, the one, what the search should know."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import joinedload

from portal.access.scopes import scope, within
from portal.access.viewer import Viewer
from portal.core import events
from portal.core.db import db
from portal.core.lists import Choice, Column, Listing
from portal.core.search import Doc
from portal.core.words import N_
from portal.customers.models import Account
from portal.identity.models import Person
from portal.pipeline import rules
from portal.pipeline.models import Opportunity, StageChange
from portal.products.models import Product

KIND = "opportunity"
BATCH = 500


@scope(Opportunity)
def visible(viewer: Viewer, permission: str) -> Select[Opportunity]:
    """Own opportunities, those of the teams led, or all."""
    loaded = (joinedload(Opportunity.account), joinedload(Opportunity.product), joinedload(Opportunity.owner))
    return select(Opportunity).where(_reached(viewer, permission)).options(*loaded)


def _reached(viewer: Viewer, permission: str = "pipeline.see") -> ColumnElement[bool]:
    return within(
        viewer, permission, owner=Opportunity.owner_id, team=Opportunity.team_id, region=Opportunity.region_id
    )


def documents(ids: Sequence[int]) -> Iterable[Doc]:
    """What the search should know of these opportunities."""
    for start in range(0, len(ids), BATCH):
        found = (
            select(Opportunity, Account.name, Account.name_zh, Product.name, Person.name)
            .join(Account, Account.id == Opportunity.account_id)
            .join(Product, Product.id == Opportunity.product_id)
            .join(Person, Person.id == Opportunity.owner_id)
            .where(Opportunity.id.in_(ids[start : start + BATCH]))
        )
        for it, account, account_zh, product, owner in db.session.execute(found):
            yield Doc(
                kind=KIND, object_id=it.id, name=f"{it.code} {account} {account_zh}", text=f"{product} {owner}", codes=[it.code],
                scope=[f"o{it.owner_id}", *([f"t{it.team_id}"] if it.team_id else []), *([f"r{it.region_id}"] if it.region_id else [])],  # noqa: E501
                title=f"{account} · {product}", subtitle=f"{it.code} · {owner}",
            )  # fmt: skip


def with_products(ids: Sequence[int]) -> Iterable[Row[Opportunity, str]]:
    """These opportunities, each with the name of its product."""
    for start in range(0, len(ids), BATCH):
        found = select(Opportunity, Product.name).join(Product, Product.id == Opportunity.product_id)
        yield from db.session.execute(found.where(Opportunity.id.in_(ids[start : start + BATCH])))


def totals(viewer: Viewer) -> list[tuple[str, str, int, int]]:
    """How many opportunities of the viewer's reach stand in each stage, and what they are worth: stage, currency, count, minor."""  # noqa: E501
    found = (
        select(
            Opportunity.stage,
            Opportunity.currency,
            func.count(),
            func.coalesce(func.sum(Opportunity.value_minor), 0),
        )
        .where(_reached(viewer))
        .group_by(Opportunity.stage, Opportunity.currency)
    )
    order = list(rules.STAGES)
    rows = [
        (stage, currency, count, int(worth or 0)) for stage, currency, count, worth in db.session.execute(found)
    ]
    return sorted(rows, key=lambda row: (order.index(row[0]), row[1]))


def shown(it: Opportunity) -> dict[str, Any]:
    """Everything that the page of an opportunity shows."""
    passed = select(StageChange).where(StageChange.opportunity_id == it.id).order_by(StageChange.id.desc())
    return {
        "passed": list(db.session.execute(passed).scalars()),
        "lines": events.lines(db.session(), subjects=[(KIND, it.id)]),
        "stages": rules.STAGES,
    }


def of_account(account_id: int, viewer: Viewer, limit: int = 8) -> list[Opportunity]:
    """The opportunities at a customer that the viewer may see, the latest first."""
    found = visible(viewer, "pipeline.see").where(Opportunity.account_id == account_id)
    return list(
        db.session.execute(
            found.order_by(Opportunity.moved_on.desc(), Opportunity.id.desc()).limit(limit)
        ).scalars()
    )


# fmt: off
LISTING = Listing("opportunities", N_("Opportunities"), Opportunity.id, (
    Column("account", N_("Customer"),  Account.name,            sort=Account.sort_key, zh=Account.name_zh),
    Column("product", N_("Product"),   Product.name,            sort=Product.sort_key, zh=Product.name_zh),
    Column("value",   N_("Value"),     Opportunity.value_minor, "money", sort=func.coalesce(Opportunity.value_minor, 0), currency=Opportunity.currency),  # noqa: E501
    Column("stage",   N_("Stage"),     Opportunity.stage,       "mark", sort=Opportunity.stage, words=rules.STAGES, looks={"won": "good", "lost": "quiet"}),  # noqa: E501
    Column("owner",   N_("Sales rep"), Person.name,             sort=Person.sort_key, zh=Person.name_zh),
    Column("moved",   N_("Last move"), Opportunity.moved_on,    "day", sort=Opportunity.moved_on),
    Column("opened",  N_("Opened on"), Opportunity.engaged_on,  "day", extra=True, on_phone=False),
    Column("code",    N_("Number"),    Opportunity.code,        sort=Opportunity.code, extra=True, on_phone=False),
), "/pipeline/{}", "-moved", (Choice("stage", N_("Stage"), Opportunity.stage, rules.STAGES),), kind=KIND)
# fmt: on


def listed(viewer: Viewer) -> Select[int]:
    """The rows of the list: ids of the opportunities within reach, joined with what the columns show."""
    joined = select(Opportunity.id).join(Account, Account.id == Opportunity.account_id)
    return (
        joined.join(Product, Product.id == Opportunity.product_id)
        .join(Person, Person.id == Opportunity.owner_id)
        .where(_reached(viewer))
    )
