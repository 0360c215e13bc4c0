"""Policies in versions; approvals with their seats, holders and ladder."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.approvals import rules
from portal.core.db import Base
from portal.core.types import UtcInstant


class ApprovalPolicy(Base):
    """One published version of who decides what; it is never changed, a newer one follows it."""

    __tablename__ = "approval_policy"
    __table_args__ = (UniqueConstraint("subject_kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcInstant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    steps: Mapped[list["ApprovalStep"]] = relationship(order_by="ApprovalStep.position", lazy="joined")


class ApprovalStep(Base):
    """One step of a policy version."""

    __tablename__ = "approval_step"
    __table_args__ = (UniqueConstraint("policy_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("approval_policy.id"))
    position: Mapped[int]
    seat: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    field: Mapped[str] = mapped_column(String(40), default="")
    operator: Mapped[str] = mapped_column(String(10), default=rules.ALWAYS)
    value: Mapped[int] = mapped_column(default=0)

    def as_rule(self) -> rules.Step:
        """The row as the rules read it."""
        return rules.Step(self.position, self.seat, self.minutes, self.field, self.operator, self.value)


class Approval(Base):
    """One request for a decision on one subject, in one round; it keeps the policy version it began with."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "round"),
        Index("ix_approval_open", "subject_kind", "subject_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    round: Mapped[int]
    policy_id: Mapped[int] = mapped_column(ForeignKey("approval_policy.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    barred: Mapped[list[int]] = mapped_column(JSON)
    account_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant, index=True)
    policy: Mapped[ApprovalPolicy] = relationship()
    seats: Mapped[list["ApprovalSeat"]] = relationship(order_by="ApprovalSeat.position, ApprovalSeat.id")


class ApprovalSeat(Base):
    """A position that has to decide, from when to when, and what it decided."""

    __tablename__ = "approval_seat"
    __table_args__ = (
        UniqueConstraint("approval_id", "position"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    position: Mapped[int]
    seat: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    provisional: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    waited: Mapped[int | None]
    holders: Mapped[list["ApprovalHolder"]] = relationship(order_by="ApprovalHolder.id", lazy="selectin")
    rungs: Mapped[list["ApprovalRung"]] = relationship(order_by="ApprovalRung.due_at")
    approval: Mapped[Approval] = relationship(viewonly=True)


class ApprovalHolder(Base):
    """Somebody who may decide for a seat, and how he came to it: by policy, handover or escalation."""

    __tablename__ = "approval_holder"
    __table_args__ = (
        UniqueConstraint("seat_id", "person_id"),
        Index("ix_approval_holder_person_id", "person_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("approval_seat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str] = mapped_column(String(12), default="policy")
    since: Mapped[datetime] = mapped_column(UtcInstant)
    until: Mapped[datetime | None] = mapped_column(UtcInstant)


class ApprovalRung(Base):
    """Something that happens by itself when a seat has waited so long; done at most once."""

    __tablename__ = "approval_rung"
    __table_args__ = (
        UniqueConstraint("seat_id", "percent"),
        Index("ix_approval_rung_due", "done_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("approval_seat.id"))
    percent: Mapped[int]
    act: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
