"""Who works here, in which team and region, with which roles, from when to when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import NEVER_AGAIN, Base
from portal.core.types import UtcInstant
from portal.identity.rules import TEAM_KINDS


class Person(Base):
    """One person. The id is never used again: it is also the person's place in the bitsets of the measures."""

    __tablename__ = "person"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    sort_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    email: Mapped[str] = mapped_column(String(200), default="")
    lang: Mapped[str] = mapped_column(String(5), default="")
    zone: Mapped[str] = mapped_column(String(60), default="")
    theme: Mapped[str] = mapped_column(String(10), default="")
    density: Mapped[str] = mapped_column(String(10), default="")
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    # What the secret of the second factor is derived from (`rules.totp_secret`); empty: there is none. The column keeps
    # the name that it had when it held the secret itself: a version that is still running must go on asking for codes.
    totp_seed: Mapped[str] = mapped_column("totp_secret", String(64), default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name


class Region(Base):
    """A sales region; its calendar gives the working hours of its people."""

    __tablename__ = "region"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name


class Team(Base):
    """A team or department; its manager leads it and all teams below it."""

    __tablename__ = "team"
    __table_args__ = (CheckConstraint(f"kind IN {tuple(TEAM_KINDS)}", name="kind"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(10), default="sales")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    manager: Mapped[Person | None] = relationship()
    region: Mapped[Region | None] = relationship()

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name


class Membership(Base):
    """A person's home team from a day on, until the day before `until`."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "since"),
        CheckConstraint("until IS NULL OR until > since", name="order"),
        Index("ix_membership_team_id", "team_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship()
    team: Mapped[Team] = relationship()

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class RoleGrant(Base):
    """A role of a person from a day on, until the day before `until`."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "since"),
        CheckConstraint("until IS NULL OR until > since", name="order"),
        Index("ix_role_grant_role", "role", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship()

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)
