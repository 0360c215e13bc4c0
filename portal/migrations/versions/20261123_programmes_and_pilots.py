"""Programmes with goals, phases and barriers; pilots with their charter, looks and decisions."""

import sqlalchemy as sa
from alembic import op

import portal.core.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=1000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name="days"),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_programme_created_by_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_programme_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
    )
    op.create_index("ix_programme_owner_id", "programme", ["owner_id"])
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("baseline", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("actual", sa.BigInteger(), nullable=True),
        sa.Column("actual_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('revenue', 'efficiency', 'loyalty', 'own')", name="kind"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_goal_owner_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_goal_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_goal"),
    )
    op.create_index("ix_goal_owner_id", "goal", ["owner_id"])
    op.create_index("ix_goal_programme_id", "goal", ["programme_id"])
    op.create_table(
        "phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "key IN ('survey', 'planning', 'selection', 'design', 'pilot', 'rollout', 'monitoring')",
            name="key",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="days"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_phase_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phase"),
        sa.UniqueConstraint("programme_id", "key", name="uq_phase_programme_id_key"),
    )
    op.create_table(
        "pilot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("restarts_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("chosen", sa.String(length=500), nullable=False),
        sa.Column("baseline_weeks", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("ramp_in", sa.Integer(), nullable=False),
        sa.Column("extension_weeks", sa.Integer(), nullable=False),
        sa.Column("use_percent", sa.Integer(), nullable=False),
        sa.Column("contamination_percent", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("charter", sa.JSON(), nullable=True),
        sa.Column("charter_hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'running', 'go', 'stopped', 'inconclusive')", name="state"),
        sa.CheckConstraint("baseline_weeks >= 2 AND ramp_in >= 0 AND weeks >= ramp_in + 2", name="weeks"),
        sa.CheckConstraint("owner_id <> sponsor_id", name="signers"),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_pilot_created_by_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_pilot_owner_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_pilot_programme_id"),
        sa.ForeignKeyConstraint(["restarts_id"], ["pilot.id"], name="fk_pilot_restarts_id"),
        sa.ForeignKeyConstraint(["sponsor_id"], ["person.id"], name="fk_pilot_sponsor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot"),
    )
    op.create_index("ix_pilot_owner_id", "pilot", ["owner_id"])
    op.create_index("ix_pilot_programme_id", "pilot", ["programme_id"])
    op.create_index("ix_pilot_restarts_id", "pilot", ["restarts_id"])
    op.create_index("ix_pilot_sponsor_id", "pilot", ["sponsor_id"])
    op.create_index("ix_pilot_state", "pilot", ["state"])
    op.create_table(
        "barrier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("obstacle", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("mitigation", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("obstacle IN ('resistance', 'process', 'needs', 'evaluation')", name="obstacle"),
        sa.CheckConstraint("state IN ('open', 'mended', 'accepted')", name="state"),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_barrier_created_by_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_barrier_owner_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_barrier_programme_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_barrier_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_barrier"),
    )
    op.create_index("ix_barrier_owner_id", "barrier", ["owner_id"])
    op.create_index("ix_barrier_programme_id", "barrier", ["programme_id"])
    op.create_index("ix_barrier_team_id", "barrier", ["team_id"])
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('primary', 'guardrail')", name="role"),
        sa.CheckConstraint("size > 0", name="size"),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name="fk_criterion_pilot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_criterion"),
        sa.UniqueConstraint("pilot_id", "role", name="uq_criterion_pilot_id_role"),
    )
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", portal.core.types.UtcInstant(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name="fk_look_pilot_id"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name="fk_look_taken_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_look"),
        sa.UniqueConstraint("pilot_id", "number", name="uq_look_pilot_id_number"),
    )
    op.create_table(
        "pilot_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.CheckConstraint("side IN ('pilot', 'comparison')", name="side"),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name="fk_pilot_team_pilot_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_pilot_team_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot_team"),
        sa.UniqueConstraint("pilot_id", "team_id", name="uq_pilot_team_pilot_id_team_id"),
    )
    op.create_index("ix_pilot_team_team_id", "pilot_team", ["team_id"])
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_signature_person_id"),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name="fk_signature_pilot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
        sa.UniqueConstraint("pilot_id", "person_id", name="uq_signature_pilot_id_person_id"),
    )
    op.create_table(
        "gate_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("recommended", sa.String(length=14), nullable=False),
        sa.Column("reasons", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("second_at", portal.core.types.UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('go', 'extend', 'stop', 'inconclusive', 'not_judgeable', 'on')", name="outcome"
        ),
        sa.CheckConstraint(
            "recommended IN ('go', 'extend', 'stop', 'inconclusive', 'not_judgeable', 'on')",
            name="recommended",
        ),
        sa.CheckConstraint("state IN ('proposed', 'taken', 'refused')", name="state"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_gate_decision_by_id"),
        sa.ForeignKeyConstraint(["look_id"], ["look.id"], name="fk_gate_decision_look_id"),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name="fk_gate_decision_pilot_id"),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name="fk_gate_decision_second_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gate_decision"),
    )
    op.create_index("ix_gate_decision_pilot_id", "gate_decision", ["pilot_id"])


def downgrade() -> None:
    """Down."""
    op.drop_table("gate_decision")
    op.drop_table("signature")
    op.drop_table("pilot_team")
    op.drop_table("look")
    op.drop_table("criterion")
    op.drop_table("barrier")
    op.drop_table("pilot")
    op.drop_table("phase")
    op.drop_table("goal")
    op.drop_table("programme")
