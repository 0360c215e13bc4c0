"""Saved views: the state of a list under a name, for oneself or for all who may open the list."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class SavedView(Base):
    """The query of a list's address under a name. The rows that it shows are always those of who looks."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "list_key", "name"), Index("ix_saved_view_list_key", "list_key", "shared"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    list_key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(100))
    query: Mapped[str] = mapped_column(String(2_000))
    shared: Mapped[bool] = mapped_column(default=False)
