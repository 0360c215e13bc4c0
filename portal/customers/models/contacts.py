"""People at customers, their dated roles there, and what was said to them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant
from portal.customers.models.accounts import Account
from portal.customers.rules import WAYS


class Contact(Base):
    """A person at one customer or at several. `gone`: he has left the trade; his history stays."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_sort_key", "sort_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    sort_key: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(200), default="", index=True)
    gone: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name


class AccountContact(Base):
    """What a contact is to one account (`roles`: keys of `rules.PARTS`) from a day on, until the day before `until`."""

    __tablename__ = "account_contact"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index("uq_account_contact_open", "account_id", "contact_id", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
        Index("ix_account_contact_account_id", "account_id", "until"),
        Index("ix_account_contact_contact_id", "contact_id", "until"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    since: Mapped[date]
    until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")


class Interaction(Base):
    """One call, visit, mail or meeting. What was said stands here alone; its event only tells that it took place."""

    __tablename__ = "interaction"
    __table_args__ = (
        CheckConstraint(f"way IN {tuple(WAYS)}", name="way"),
        Index("ix_interaction_account_id", "account_id", "at"),
        Index("ix_interaction_contact_id", "contact_id", "at"),
        Index("ix_interaction_person_id", "person_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    text: Mapped[str] = mapped_column(String(4_000))
