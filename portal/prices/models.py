"""A special-price request."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import Money, UtcInstant
from portal.customers.models import Account
from portal.identity.models import Person
from portal.prices.flow import FLOW
from portal.products.models import Product


class PriceRequest(Base):
    """One price for one product and one customer.

    List price and cost are those of the day it was drafted or changed; team and region those of the one who asks then.
    """

    __tablename__ = "price_request"
    __table_args__ = (
        CheckConstraint("pieces > 0", name="pieces"),
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
        Index("ix_price_request_asked_by_id", "asked_by_id", "changed_at"),
        Index("ix_price_request_team_id", "team_id", "changed_at"),
        Index("ix_price_request_account_id", "account_id", "changed_at"),
        Index("ix_price_request_changed_at", "changed_at", "id"),
        Index("ix_price_request_state", "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    pieces: Mapped[int]
    asked_minor: Mapped[int] = mapped_column(BigInteger)
    list_minor: Mapped[int] = mapped_column(BigInteger)
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(20), default="")
    remark: Mapped[str] = mapped_column(String(2_000), default="")
    competitor: Mapped[str] = mapped_column(String(120), default="")
    competitor_minor: Mapped[int | None] = mapped_column(BigInteger)
    deliver_by: Mapped[date | None]
    valid_until: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    product: Mapped[Product] = relationship(lazy="raise_on_sql")
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id, lazy="raise_on_sql")

    @property
    def asked(self) -> Money:
        """The price asked for, each."""
        return Money(self.asked_minor, self.currency)

    @property
    def order(self) -> Money:
        """What the whole order comes to at this price."""
        return self.asked.times(self.pieces)

    @property
    def given_away(self) -> Money:
        """What the whole order is short of the list price."""
        return Money((self.list_minor - self.asked_minor) * self.pieces, self.currency)
