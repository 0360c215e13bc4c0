"""What a batch did to each row, so that it can be undone; numbers of what an undo removes are never given again."""

import sqlalchemy as sa
from alembic import op

import portal.core.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTS = ("removed", "restored", "stayed", "events", "undo_events")
NUMBERED = ("region", "team", "product", "account", "opportunity")


def upgrade() -> None:
    """Up."""
    op.add_column("batch", sa.Column("undone_at", portal.core.types.UtcInstant(), nullable=True))
    for name in COUNTS:
        op.add_column("batch", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("stays", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "table_name", "row_id", name=op.f("pk_batch_row")),
    )
    op.create_index("ix_batch_row_row_id", "batch_row", ["table_name", "row_id"])
    _number(again=False)


def downgrade() -> None:
    """Down: what was undone counts as written, since nothing else is known then."""
    op.execute("UPDATE batch SET state = 'written' WHERE state = 'undone'")
    _number(again=True)
    op.drop_table("batch_row")
    for name in reversed(COUNTS):
        op.drop_column("batch", name)
    op.drop_column("batch", "undone_at")


def _number(*, again: bool) -> None:
    """On SQLite, copy the tables so that the number of a row that went is given again, or never; PostgreSQL never does.

    By hand: Alembic's copy would leave the checks out.
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    parts = sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL ORDER BY type DESC")
    for table in NUMBERED:
        anew = ("\tid INTEGER NOT NULL, ", f"\tCONSTRAINT pk_{table} PRIMARY KEY (id), \n")
        never = ("\tid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, ", "")
        (_type, _name, made), *indexes = bind.execute(parts, {"table": table}).all()
        rows = made.split("(", 1)[1]
        if again:
            rows = rows.replace(never[0], anew[0]).replace("\tCONSTRAINT ", f"{anew[1]}\tCONSTRAINT ", 1)
        else:
            rows = rows.replace(anew[0], never[0]).replace(anew[1], never[1])
        if ("AUTOINCREMENT" in rows) is again or (f"pk_{table}" in rows) is not again:
            raise RuntimeError(f"the table {table} is not as it was made")
        bind.exec_driver_sql(f"CREATE TABLE copied ({rows}")
        bind.exec_driver_sql(f"INSERT INTO copied SELECT * FROM {table}")  # noqa: S608  (names of this file)
        bind.exec_driver_sql(f"DROP TABLE {table}")
        bind.exec_driver_sql(f"ALTER TABLE copied RENAME TO {table}")
        for _type, _name, index in indexes:
            bind.exec_driver_sql(index)
