"""A task."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant
from portal.identity.models import Team
from portal.tasks.flow import FLOW


class Task(Base):
    """Something that a person or a department is to do.

    `person_id` is who does it; None as long as a department has it and nobody took it over. `team_id` is the
    department, or the team of the person when the task was given. `label` (in Chinese `label_zh`) and `path` name what
    it is about; `subject_*` and `account_id` are plain numbers, since the tables that they mean stand above this room.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR team_id IS NOT NULL", name="receiver"),
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
        Index("ix_task_person_id", "person_id", "state", "due_day"),
        Index("ix_task_team_id", "team_id", "state", "due_day"),
        Index("ix_task_given_by_id", "given_by_id", "state", "due_day"),
        Index("ix_task_account_id", "account_id", "state", "due_day"),
        Index("ix_task_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(2_000), default="")
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None]
    account_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(String(200), default="")
    label_zh: Mapped[str] = mapped_column(String(200), default="")
    path: Mapped[str] = mapped_column(String(200), default="")
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    due_day: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")

    def about(self, lang: str) -> str:
        """What it is about, as readers of a language know it; empty for a task about nothing in particular."""
        return self.label_zh if lang == "zh" and self.label_zh else self.label
