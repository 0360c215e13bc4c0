"""An opportunity and the stages that it has passed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import NEVER_AGAIN, Base
from portal.core.types import Money, UtcInstant
from portal.customers.models import Account
from portal.identity.models import Person
from portal.pipeline.rules import STAGES
from portal.products.models import Product


class Opportunity(Base):
    """A chance to sell one product to one customer. Team and region are those of the owner when it was written."""

    __tablename__ = "opportunity"
    __table_args__ = (
        CheckConstraint(f"stage IN {tuple(STAGES)}", name="stage"),
        Index("ix_opportunity_account_id", "account_id", "stage"),
        Index("ix_opportunity_owner_id", "owner_id", "stage"),
        Index("ix_opportunity_team_id", "team_id", "stage"),
        Index("ix_opportunity_moved_on", "moved_on", "id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    stage: Mapped[str] = mapped_column(String(12))
    engaged_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    moved_on: Mapped[date]
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(40), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)
    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    product: Mapped[Product] = relationship(lazy="raise_on_sql")
    owner: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def value(self) -> Money | None:
        """What it is worth, or was sold for."""
        return None if self.value_minor is None else Money(self.value_minor, self.currency)


class StageChange(Base):
    """A stage that an opportunity has entered, and when: cycle times and undo read it."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_opportunity_id", "opportunity_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    source_stage: Mapped[str] = mapped_column(String(12), default="")
    stage: Mapped[str] = mapped_column(String(12))
    on_day: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
