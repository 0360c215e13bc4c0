"""Opportunities of the demo: what each customer is about to buy, has bought, or bought elsewhere."""

from datetime import timedelta

from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db
from portal.core.types import in_both
from portal.customers.models import Account, AccountMember
from portal.pipeline.commands import Told, put_opportunities
from portal.products.models import Product

FIRST = 330
"""So many customers have opportunities."""
STAGES = ("engaging", "won", "prospecting", "lost", "engaging", "won")


def build() -> int:
    """Make one or two for each customer, in the open unit of work; how many."""
    session = db.session
    products = list(session.execute(select(Product).order_by(Product.id)).scalars())
    owned = select(Account.id, AccountMember.person_id).join(
        AccountMember, AccountMember.account_id == Account.id
    )
    owned = owned.where(AccountMember.role == "owner").order_by(Account.id).limit(FIRST)
    today = clock.today("Asia/Shanghai")
    told = []
    for number, (account_id, person_id) in enumerate(session.execute(owned).all()):
        for turn in range(1 + number % 2):
            product, stage = (
                products[(number * 3 + turn) % len(products)],
                STAGES[(number + turn) % len(STAGES)],
            )
            closed = today - timedelta(days=5 + number % 120) if stage in ("won", "lost") else None
            value = product.list_price_minor * (6 + number % 12) * 95 // 100
            told.append(
                Told(
                    code=f"O-{number:03d}{turn}", account_id=account_id,
                    product_id=product.id, product_name=in_both(product.name, product.name_zh),
                    owner_id=person_id, stage=stage, engaged_on=today - timedelta(days=30 + number % 120 + 20), closed_on=closed,
                    value_minor=0 if stage == "lost" else value, currency="CNY", source="demo",
                )
            )  # fmt: skip
    put_opportunities(told, by=SYSTEM)
    return len(told)
