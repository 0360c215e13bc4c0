"""The area of a pilot; a decision that needs no look, to stop it between looks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.add_column("pilot", sa.Column("area", sa.String(length=120), server_default="", nullable=False))
    with op.batch_alter_table("gate_decision") as table:
        table.alter_column("look_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Down: a stop between looks hangs on the first look, since it has to hang on one."""
    first = "SELECT min(look.id) FROM look WHERE look.pilot_id = gate_decision.pilot_id"
    op.execute(sa.text(f"UPDATE gate_decision SET look_id = ({first}) WHERE look_id IS NULL"))  # noqa: S608  (no value of anybody)
    with op.batch_alter_table("gate_decision") as table:
        table.alter_column("look_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("pilot", "area")
