"""One log of everything that was done to many rows at once: who, what file, how many of each."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.types import UtcInstant


class Batch(Base):
    """One file that was taken in, or is looked at before it is. `sha256` finds the file that was sent."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_person_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    written_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    accepts_suggestions: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
