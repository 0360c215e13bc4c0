"""Returns: what customers send back, as the service system tells it."""

import sqlalchemy as sa
from alembic import op

import portal.core.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "goods_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("asked_day", sa.Date(), nullable=False),
        sa.Column("settled_day", sa.Date(), nullable=True),
        sa.Column("as_of", portal.core.types.UtcInstant(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_goods_return_pieces")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_goods_return_account_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_goods_return_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return")),
        sa.UniqueConstraint("source", "number", name=op.f("uq_goods_return_source_number")),
    )
    op.create_index("ix_goods_return_account_id", "goods_return", ["account_id", "asked_day"])
    op.create_index(op.f("ix_goods_return_product_id"), "goods_return", ["product_id"])


def downgrade() -> None:
    """Down."""
    op.drop_table("goods_return")
