"""Courses, assignments, tries, completions, certificates."""

import sqlalchemy as sa
from alembic import op

import portal.core.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_course_created_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("least_percent", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("published_at", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name="state"),
        sa.CheckConstraint("draw >= 0 AND tries >= 0 AND minutes >= 0", name="limits"),
        sa.CheckConstraint("least_percent BETWEEN 1 AND 100", name="least_percent"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_version_course_id"),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name="fk_course_version_published_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_course_version"),
        sa.UniqueConstraint("course_id", "number", name="uq_course_version_course_id_number"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("assigned_day", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("extra_tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('assigned', 'started', 'completed', 'passed', 'failed', 'waived')",
            name="state",
        ),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["person.id"], name="fk_assignment_assigned_by_id"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_assignment_course_id"),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["course_version.id"], name="fk_assignment_course_version_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_assignment_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_assignment_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint(
            "course_id", "person_id", "cycle", name="uq_assignment_course_id_person_id_cycle"
        ),
    )
    op.create_index("ix_assignment_course_version_id", "assignment", ["course_version_id"])
    op.create_index("ix_assignment_due_day", "assignment", ["due_day", "state"])
    op.create_index("ix_assignment_person_id", "assignment", ["person_id", "state", "due_day"])
    op.create_index("ix_assignment_team_id", "assignment", ["team_id", "state"])

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_zh", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("text_zh", sa.String(length=20000), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["course_version.id"], name="fk_lesson_course_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lesson"),
        sa.UniqueConstraint("course_version_id", "position", name="uq_lesson_course_version_id_position"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("text_zh", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reason_zh", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["course_version.id"], name="fk_question_course_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("course_version_id", "position", name="uq_question_course_version_id_position"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("opened_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("deadline", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("handed_in_at", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_attempt_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_attempt_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("assignment_id", "number", name="uq_attempt_assignment_id_number"),
    )
    op.create_index("ix_attempt_deadline", "attempt", ["handed_in_at", "deadline"])
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"])

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("issued_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_certificate_assignment_id"),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["course_version.id"], name="fk_certificate_course_version_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_certificate_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("number", name="uq_certificate_number"),
        sa.UniqueConstraint(
            "person_id", "course_version_id", "cycle", name="uq_certificate_person_id_course_version_id_cycle"
        ),
    )
    op.create_index("ix_certificate_assignment_id", "certificate", ["assignment_id"])

    op.create_table(
        "choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("text_zh", sa.String(length=200), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name="fk_choice_question_id"),
        sa.PrimaryKeyConstraint("id", name="pk_choice"),
        sa.UniqueConstraint("question_id", "position", name="uq_choice_question_id_position"),
    )
    op.create_table(
        "lesson_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_lesson_reading_assignment_id"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name="fk_lesson_reading_lesson_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lesson_reading"),
        sa.UniqueConstraint("assignment_id", "lesson_id", name="uq_lesson_reading_assignment_id_lesson_id"),
    )
    op.create_table(
        "completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('completed', 'passed')", name="kind"),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_completion_assignment_id"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_completion_attempt_id"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_completion_course_id"),
        sa.ForeignKeyConstraint(
            ["course_version_id"], ["course_version.id"], name="fk_completion_course_version_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_completion_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_completion"),
        sa.UniqueConstraint("assignment_id", "kind", name="uq_completion_assignment_id_kind"),
    )
    op.create_index("ix_completion_person_id", "completion", ["person_id", "course_id", "kind"])


def downgrade() -> None:
    """Down."""

    op.drop_table("completion")
    op.drop_table("lesson_reading")
    op.drop_table("choice")

    op.drop_table("certificate")

    op.drop_table("attempt")
    op.drop_table("question")
    op.drop_table("lesson")

    op.drop_table("assignment")
    op.drop_table("course_version")
    op.drop_table("course")
