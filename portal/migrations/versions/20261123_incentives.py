"""Rules, who has read them, cases and the ledger."""

import sqlalchemy as sa
from alembic import op

import portal.core.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "incentive_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_incentive_rule_created_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incentive_rule"),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ledger_account_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_account"),
        sa.UniqueConstraint("key", name="uq_ledger_account_key"),
    )
    op.create_index("ix_ledger_account_person_id", "ledger_account", ["person_id"])

    op.create_table(
        "rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incentive_rule_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("text_zh", sa.String(length=600), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("published_at", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published')", name="state"),
        sa.CheckConstraint("days > 0 AND weeks > 0 AND among >= weeks AND points > 0", name="terms"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_rule_version_course_id"),
        sa.ForeignKeyConstraint(
            ["incentive_rule_id"], ["incentive_rule.id"], name="fk_rule_version_incentive_rule_id"
        ),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name="fk_rule_version_published_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_version"),
        sa.UniqueConstraint("incentive_rule_id", "number", name="uq_rule_version_incentive_rule_id_number"),
    )
    op.create_index("ix_rule_version_course_id", "rule_version", ["course_id"])

    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_acknowledgement_person_id"),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name="fk_acknowledgement_rule_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgement"),
        sa.UniqueConstraint(
            "rule_version_id", "person_id", name="uq_acknowledgement_rule_version_id_person_id"
        ),
    )
    op.create_index("ix_acknowledgement_person_id", "acknowledgement", ["person_id"])

    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_evaluation_person_id"),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name="fk_evaluation_rule_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
        sa.UniqueConstraint(
            "rule_version_id",
            "person_id",
            "passed_on",
            name="uq_evaluation_rule_version_id_person_id_passed_on",
        ),
    )
    op.create_index("ix_evaluation_person_id", "evaluation", ["person_id", "id"])

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        sa.CheckConstraint("kind IN ('earned', 'reversal')", name="kind"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_entry_by_id"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name="fk_entry_evaluation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_entry_person_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["entry.id"], name="fk_entry_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("key", name="uq_entry_key"),
        sa.UniqueConstraint("reverses_id", name="uq_entry_reverses_id"),
    )
    op.create_index("ix_entry_evaluation_id", "entry", ["evaluation_id"])
    op.create_index("ix_entry_person_id", "entry", ["person_id", "id"])

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("ledger_account_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_posting_entry_id"),
        sa.ForeignKeyConstraint(
            ["ledger_account_id"], ["ledger_account.id"], name="fk_posting_ledger_account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
        sa.UniqueConstraint("entry_id", "ledger_account_id", name="uq_posting_entry_id_ledger_account_id"),
    )
    op.create_index("ix_posting_ledger_account_id", "posting", ["ledger_account_id"])


def downgrade() -> None:
    """Down."""

    op.drop_table("posting")

    op.drop_table("entry")

    op.drop_table("evaluation")

    op.drop_table("acknowledgement")

    op.drop_table("rule_version")

    op.drop_table("ledger_account")
    op.drop_table("incentive_rule")
