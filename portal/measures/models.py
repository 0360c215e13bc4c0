"""Licences and leaves, the roll-up of each local day, and the snapshots of figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant
from portal.identity.models import Person
from portal.measures.rules.figure import STORED
from portal.measures.rules.hiding import COMPANY, REGION, TEAM

GRAINS = (COMPANY, REGION, TEAM)
Large = BigInteger().with_variant(Integer, "sqlite")


class Licence(Base):
    """A person's licence from a day on, until the day before `until`. What a test account does is never counted."""

    __tablename__ = "licence"
    __table_args__ = (
        UniqueConstraint("person_id", "since"),
        CheckConstraint("until IS NULL OR until > since", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    test: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship()

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class Leave(Base):
    """A long leave from a day on, until the day before `until`: so long the person is in no denominator."""

    __tablename__ = "leave"
    __table_args__ = (
        UniqueConstraint("person_id", "since"),
        CheckConstraint("until IS NULL OR until > since", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship()


class UsageDay(Base):
    """What one person did on one local day, at home in the team of that day. `features` tells how often each."""

    __tablename__ = "usage_day"
    __table_args__ = (Index("ix_usage_day_person_id", "person_id", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    team_id: Mapped[int | None]
    region_id: Mapped[int | None]
    features: Mapped[dict[str, int]] = mapped_column(JSON)
    actions: Mapped[int]
    meaningful: Mapped[bool]


class UsageSet(Base):
    """Who of a group used a feature (or `any`, `meaningful`) on a day: people as bits of one whole number.

    The key begins with the group, so that a year of one group lies together.
    """

    __tablename__ = "usage_set"
    __table_args__ = (CheckConstraint(f"grain IN {GRAINS}", name="grain"),)

    grain: Mapped[str] = mapped_column(String(10), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    feature: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[bytes] = mapped_column(LargeBinary)


class RollupDay(Base):
    """A local day that was rolled up: which events it has seen, how many counted, and why the others did not."""

    __tablename__ = "rollup_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    last_event_id: Mapped[int] = mapped_column(Large)
    counted: Mapped[int]
    rejected: Mapped[dict[str, int]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcInstant)


class FigureRow(Base):
    """A snapshot: one measure of one group as of a day, as it was counted, and whether it may be shown.

    Only `queries.figures` reads it: what leaves the house is told there, hidden or in steps.
    """

    __tablename__ = "figure"
    __table_args__ = (
        CheckConstraint(f"grain IN {GRAINS}", name="grain"),
        CheckConstraint(f"state IN {STORED}", name="state"),
        UniqueConstraint("measure", "grain", "group_id", "as_of"),
        Index("ix_figure_as_of", "as_of"),
    )

    id: Mapped[int] = mapped_column(Large, primary_key=True)
    measure: Mapped[str] = mapped_column(String(60))
    definition: Mapped[int]
    grain: Mapped[str] = mapped_column(String(10))
    group_id: Mapped[int]
    as_of: Mapped[date]
    numerator: Mapped[int | None] = mapped_column(Large)
    denominator: Mapped[int | None] = mapped_column(Large)
    value: Mapped[int | None] = mapped_column(Large)
    people: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON)
