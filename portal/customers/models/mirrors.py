"""What other systems know of a customer: credit, orders, invoices, deliveries, returns. Written by imports only.

`source` names the system, `as_of` the instant for which it spoke.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import Money, UtcInstant


class CreditState(Base):
    """The credit line of an account. On `hold` nothing will be shipped, however much of the line is free."""

    __tablename__ = "credit_state"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    limit_minor: Mapped[int] = mapped_column(BigInteger)
    used_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    hold: Mapped[bool]
    hold_since: Mapped[date | None]
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))

    @property
    def limit(self) -> Money:
        """The whole line."""
        return Money(self.limit_minor, self.currency)

    @property
    def free(self) -> Money:
        """What is left of the line; negative where it is overdrawn."""
        return Money(self.limit_minor - self.used_minor, self.currency)


class CustomerOrder(Base):
    """An order as the order system keeps it; `total_minor` is the sum of its lines."""

    __tablename__ = "customer_order"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        Index("ix_customer_order_account_id", "account_id", "day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))
    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.line", lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def total(self) -> Money:
        """What the order comes to."""
        return Money(self.total_minor, self.currency)


class OrderLine(Base):
    """So many pieces of one product at one price each."""

    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("pieces > 0", name="pieces"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("customer_order.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    pieces: Mapped[int]
    price_minor: Mapped[int] = mapped_column(BigInteger)


class Invoice(Base):
    """What the customer was charged, and how much of it is still open."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        Index("ix_invoice_account_id", "account_id", "due_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    due_day: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    open_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))

    @property
    def amount(self) -> Money:
        """What was charged."""
        return Money(self.amount_minor, self.currency)


class Delivery(Base):
    """What is to be shipped by `promised_day`, or was on `shipped_day`."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        CheckConstraint("pieces > 0", name="pieces"),
        Index("ix_delivery_account_id", "account_id", "promised_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[str] = mapped_column(String(40))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    pieces: Mapped[int]
    promised_day: Mapped[date]
    shipped_day: Mapped[date | None]
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))


class GoodsReturn(Base):
    """What the customer sends back (RMA): asked for on `asked_day`, settled by credit or replacement on `settled_day`.

    `reason` is one of `flow.REASONS`.
    """

    __tablename__ = "goods_return"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        CheckConstraint("pieces > 0", name="pieces"),
        Index("ix_goods_return_account_id", "account_id", "asked_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[str] = mapped_column(String(40))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    pieces: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    asked_day: Mapped[date]
    settled_day: Mapped[date | None]
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))
