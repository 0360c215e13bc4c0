"""Assignments name no team: whose results a manager sees follows the home of today."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.drop_index("ix_assignment_team_id", "assignment")
    with op.batch_alter_table("assignment") as table:
        table.drop_constraint("fk_assignment_team_id", type_="foreignkey")
        table.drop_column("team_id")


def downgrade() -> None:
    """Down: an assignment names again the home team of the day on which it was given."""
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_assignment_team_id", "team", ["team_id"], ["id"])
    op.create_index("ix_assignment_team_id", "assignment", ["team_id", "state"])
    op.execute(
        "UPDATE assignment SET team_id = (SELECT membership.team_id FROM membership"
        " WHERE membership.person_id = assignment.person_id AND membership.since <= assignment.assigned_day"
        " AND (membership.until IS NULL OR membership.until > assignment.assigned_day) LIMIT 1)"
    )
