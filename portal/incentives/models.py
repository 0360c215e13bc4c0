"""Rules and their versions, who has read them, how each case was judged, and the ledger."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant, in_both
from portal.incentives.flow import ENTRIES, FLOW
from portal.incentives.rules import ACTIVE_WEEKS, Terms, settled_on
from portal.training.models import Course


class IncentiveRule(Base):
    """A rule. What it asks is in its versions."""

    __tablename__ = "incentive_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(80))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" else self.name

    @property
    def both(self) -> dict[str, str]:
        """The name in both languages, as events keep it."""
        return in_both(self.name, self.name_zh)


class RuleVersion(Base):
    """One version of a rule: what it asks and gives, whom it concerns, from when. Once published it stands.

    `text` says why there is such a rule; what it asks is told from the numbers, so that both cannot drift apart.
    `starts_on` is set with the draft and holds once published; the next version ends it.
    """

    __tablename__ = "rule_version"
    __table_args__ = (
        UniqueConstraint("incentive_rule_id", "number"),
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
        CheckConstraint("days > 0 AND weeks > 0 AND among >= weeks AND points > 0", name="terms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incentive_rule_id: Mapped[int] = mapped_column(ForeignKey("incentive_rule.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    days: Mapped[int]
    weeks: Mapped[int]
    among: Mapped[int]
    points: Mapped[int]
    roles: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(String(1_000), default="")
    text_zh: Mapped[str] = mapped_column(String(600), default="")
    starts_on: Mapped[date]
    published_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)
    rule: Mapped[IncentiveRule] = relationship()
    course: Mapped[Course] = relationship()

    @property
    def told_as(self) -> IncentiveRule:
        """Events about a version name its rule."""
        return self.rule

    @property
    def terms(self) -> Terms:
        """What it asks and gives, as the rules judge it."""
        return Terms(self.days, self.weeks, self.among, self.points)

    def told(self, lang: str) -> str:
        """Why there is such a rule, in a language."""
        return self.text_zh if lang == "zh" else self.text


class Acknowledgement(Base):
    """A person noted that he has read a version. Reading is not agreeing."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("rule_version_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)


class Evaluation(Base):
    """One case of a rule: a person who passed the course. `lines` are the conditions with what was found (rules.Line)."""

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("rule_version_id", "person_id", "passed_on"),
        Index("ix_evaluation_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_on: Mapped[date]
    passed_on: Mapped[date]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    met: Mapped[bool]
    final: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcInstant)
    edition: Mapped[RuleVersion] = relationship()

    @property
    def weeks(self) -> dict[str, Any]:
        """The condition that fills up week by week (rules.Line)."""
        return next(line for line in self.lines if line["key"] == ACTIVE_WEEKS)

    @property
    def settled_on(self) -> date:
        """The day from which on nothing can change the case."""
        return settled_on(self.edition.terms, self.passed_on)


class LedgerAccount(Base):
    """Where points are booked: one for each person, and the house's (without a person)."""

    __tablename__ = "ledger_account"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Entry(Base):
    """One booking for a person. Never changed, never deleted; `reverses_id` names what a reversal takes back.

    `key` is unique: the case and how often it was booked, so that a sweep that runs twice books once.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(ENTRIES)}", name="kind"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        Index("ix_entry_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    day: Mapped[date]
    evaluation: Mapped[Evaluation] = relationship()


class Posting(Base):
    """One line of a booking; the lines of an entry sum to zero."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("entry_id", "ledger_account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    ledger_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    points: Mapped[int]
