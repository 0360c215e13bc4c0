"""Courses and their versions; who has to take them; tries, completions, certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant, in_both
from portal.training.flow import FLOW, VERSIONS


class Course(Base):
    """A course. What people read is in its versions."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    @property
    def both(self) -> dict[str, str]:
        """The name in both languages, as events keep it."""
        return in_both(self.name, self.name_zh)


class CourseVersion(Base):
    """One edition of a course: its rules, and through them its lessons and questions. Once published it stands.

    `least_percent` of the questions of a try have to be right; `draw` questions are drawn for it (0: all); `tries` and
    `minutes` of 0 mean no limit.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint(f"state IN {tuple(VERSIONS.names)}", name="state"),
        CheckConstraint("least_percent BETWEEN 1 AND 100", name="least_percent"),
        CheckConstraint("draw >= 0 AND tries >= 0 AND minutes >= 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    least_percent: Mapped[int] = mapped_column(default=75)
    draw: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)
    course: Mapped[Course] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.position")
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position")

    @property
    def told_as(self) -> Course:
        """Events about an edition name its course."""
        return self.course


class Lesson(Base):
    """One page of a course, in Markdown."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    title_zh: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[str] = mapped_column(String(20_000))
    text_zh: Mapped[str] = mapped_column(String(20_000), default="")
    minutes: Mapped[int] = mapped_column(default=3)

    def shown(self, lang: str) -> str:
        """The title as readers of a language know it."""
        return self.title_zh if lang == "zh" and self.title_zh else self.title

    def told(self, lang: str) -> str:
        """The text in a language."""
        return self.text_zh if lang == "zh" and self.text_zh else self.text


class Question(Base):
    """One question of the quiz, with why the right choice is right."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("course_version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    text_zh: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    reason_zh: Mapped[str] = mapped_column(String(300), default="")
    choices: Mapped[list["Choice"]] = relationship(order_by="Choice.position", cascade="all, delete-orphan")

    def shown(self, lang: str) -> str:
        """The question in a language."""
        return self.text_zh if lang == "zh" and self.text_zh else self.text

    def why(self, lang: str) -> str:
        """Why the right choice is right, in a language."""
        return self.reason_zh if lang == "zh" and self.reason_zh else self.reason


class Choice(Base):
    """One of the answers that a question offers."""

    __tablename__ = "choice"
    __table_args__ = (UniqueConstraint("question_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    text_zh: Mapped[str] = mapped_column(String(200), default="")
    right: Mapped[bool] = mapped_column(default=False)

    def shown(self, lang: str) -> str:
        """The choice in a language."""
        return self.text_zh if lang == "zh" and self.text_zh else self.text


class Assignment(Base):
    """A person has to take a course; the version is frozen. A later cycle is a row of its own: history stays."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("course_id", "person_id", "cycle"),
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
        Index("ix_assignment_person_id", "person_id", "state", "due_day"),
        Index("ix_assignment_due_day", "due_day", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cycle: Mapped[int] = mapped_column(default=1)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcInstant)
    assigned_day: Mapped[date]
    due_day: Mapped[date | None]
    extra_tries: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="assigned")
    reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    course: Mapped[Course] = relationship()
    edition: Mapped[CourseVersion] = relationship()

    @property
    def tries(self) -> int:
        """How many tries are allowed, those given afterwards included; 0 means no limit."""
        return self.edition.tries + self.extra_tries if self.edition.tries else 0


class LessonReading(Base):
    """A lesson was read to its end."""

    __tablename__ = "lesson_reading"
    __table_args__ = (UniqueConstraint("assignment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)


class Attempt(Base):
    """A try at the quiz, opened on the server: what was drawn, until when, what was answered and how it was graded.

    `drawn` is a list of [question, [choices in their order]]; `given` maps the question to the choice (as text keys).
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        Index("ix_attempt_deadline", "handed_in_at", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    drawn: Mapped[list[Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(UtcInstant)
    deadline: Mapped[datetime | None] = mapped_column(UtcInstant)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    given: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    right: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int]
    passed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    assignment: Mapped[Assignment] = relationship()


class Completion(Base):
    """Append-only: an assignment was completed, or passed. Two facts, two rows, each at most once."""

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("assignment_id", "kind"),
        CheckConstraint("kind IN ('completed', 'passed')", name="kind"),
        Index("ix_completion_person_id", "person_id", "course_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    day: Mapped[date]


class Certificate(Base):
    """Proof that a version of a course was passed; one for each person, version and cycle, by the key of the table."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("person_id", "course_version_id", "cycle"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    cycle: Mapped[int]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    right: Mapped[int]
    asked: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(UtcInstant)
    day: Mapped[date]
    edition: Mapped[CourseVersion] = relationship()
