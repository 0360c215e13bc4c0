"""Programmes with their goals, phases and barriers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant, in_both
from portal.identity.models import Person, Team
from portal.programmes.flow import FLOW, GOALS, OBSTACLES, PHASES


class Programme(Base):
    """A rollout: what for, from when to when, and who answers for it."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("ends_on > starts_on", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    purpose: Mapped[str] = mapped_column(String(1000), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    @property
    def both(self) -> dict[str, str]:
        """The name in both languages, as events keep it."""
        return in_both(self.name, self.name_zh or self.name)


class Phase(Base):
    """One of the seven phases: when it was to run, and on which day it was closed."""

    __tablename__ = "phase"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint(f"key IN {tuple(PHASES)}", name="key"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    key: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed_on: Mapped[date | None]


class Goal(Base):
    """A goal with its figures in hundredths of `unit`: 1420 and "hours" are 14.2 hours."""

    __tablename__ = "goal"
    __table_args__ = (CheckConstraint(f"kind IN {tuple(GOALS)}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(30), default="")
    baseline: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[int] = mapped_column(BigInteger)
    actual: Mapped[int | None] = mapped_column(BigInteger)
    actual_on: Mapped[date | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    programme: Mapped[Programme] = relationship()


class Barrier(Base):
    """What holds people back: which of the four obstacles, where, who clears it, by when, and what is done about it."""

    __tablename__ = "barrier"
    __table_args__ = (
        CheckConstraint(f"obstacle IN {tuple(OBSTACLES)}", name="obstacle"),
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    obstacle: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(200))
    mitigation: Mapped[str] = mapped_column(String(500), default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=FLOW.start)
    closed_on: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)
    programme: Mapped[Programme] = relationship()
    team: Mapped[Team | None] = relationship()
