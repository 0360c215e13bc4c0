"""An account, and who of the company serves it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import NEVER_AGAIN, Base
from portal.core.types import Money, UtcInstant
from portal.customers.rules import CLASSES, ROLES
from portal.identity.models import Person

if TYPE_CHECKING:
    from portal.customers.models.mirrors import CreditState


class Account(Base):
    """A company that buys or may buy.

    `name_key` is the name as its spellings share it; the `core_key`s are the names without the legal form.
    `last_contact_at` follows the newest interaction, for lists.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(f"customer_class IN {('', *CLASSES)}", name="customer_class"),
        CheckConstraint("parent_id <> id", name="parent"),
        Index("ix_account_sort_key", "sort_key", "id"),
        Index("ix_account_last_contact_at", "last_contact_at", "id"),
        Index("ix_account_changed_at", "changed_at", "id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    name_key: Mapped[str] = mapped_column(String(160), unique=True)
    core_key: Mapped[str] = mapped_column(String(160), index=True)
    core_key_zh: Mapped[str] = mapped_column(String(80), default="", index=True)
    sort_key: Mapped[str] = mapped_column(String(200), default="")
    customer_class: Mapped[str] = mapped_column(String(12), default="")
    sector: Mapped[str] = mapped_column(String(60), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    year_established: Mapped[int | None]
    employees: Mapped[int | None]
    revenue_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    source: Mapped[str] = mapped_column(String(40), default="")
    last_contact_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)
    credit: Mapped["CreditState | None"] = relationship(lazy="joined", viewonly=True)
    """Loaded with every account: a hold is to be seen wherever the account is named with an action."""

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    @property
    def revenue(self) -> Money | None:
        """What the customer turns over in a year, as far as known."""
        return None if self.revenue_minor is None else Money(self.revenue_minor, self.currency)


class AccountMember(Base):
    """Somebody of the company who serves an account from a day on, until the day before `until`.

    Team and region are those of the person when it began: the account stays with them when he moves on, until it is
    handed over.
    """

    __tablename__ = "account_member"
    __table_args__ = (
        CheckConstraint(f"role IN {tuple(ROLES)}", name="role"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index("uq_account_member_owner", "account_id", unique=True,
              sqlite_where=text("role = 'owner' AND until IS NULL"), postgresql_where=text("role = 'owner' AND until IS NULL")),
        Index("uq_account_member_person", "account_id", "person_id", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
        Index("ix_account_member_account_id", "account_id", "until"),
        Index("ix_account_member_person_id", "person_id", "until", "account_id"),
        Index("ix_account_member_team_id", "team_id", "until", "account_id"),
        Index("ix_account_member_region_id", "region_id", "until", "account_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(10))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
