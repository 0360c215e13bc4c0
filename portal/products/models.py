"""A product, and its stock in one place."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import NEVER_AGAIN, Base
from portal.core.types import Money, UtcInstant


class Product(Base):
    """Something with a list price. `cost_minor` and `lead_days` (working days) are None where nobody has told them."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("list_price_minor >= 0", name="list_price"),
        CheckConstraint("cost_minor >= 0", name="cost"),
        Index("ix_product_sort_key", "sort_key", "id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    series: Mapped[str] = mapped_column(String(60), default="", index=True)
    list_price_minor: Mapped[int] = mapped_column(BigInteger)
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    lead_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    sort_key: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    @property
    def list_price(self) -> Money:
        """The price before any allowance."""
        return Money(self.list_price_minor, self.currency)

    @property
    def cost(self) -> Money | None:
        """What one piece costs the company; only for those who may see costs."""
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)


class Stock(Base):
    """How many pieces lay in one place when another system (`source`) counted them."""

    __tablename__ = "stock"
    __table_args__ = (CheckConstraint("pieces >= 0", name="pieces"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    pieces: Mapped[int]
    as_of: Mapped[datetime] = mapped_column(UtcInstant)
    source: Mapped[str] = mapped_column(String(40))
