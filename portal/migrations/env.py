"""Alembic's way into the portal: the connection and the tables of the running application."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from portal.core.db import Base, db
from portal.core.search import made_by_search


def ours(_thing: object, name: str | None, _kind: str, _reflected: bool, _compared: object) -> bool:  # noqa: FBT001  (Alembic's signature)
    """Whether Alembic should compare this thing with the tables that the code declares."""
    return not made_by_search(name)


def run() -> None:
    """Run the migrations in one transaction each; SQLite checks foreign keys once at the end, since it copies tables."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            transaction_per_migration=True,
            include_object=ours,
            compare_type=True,
            compare_server_default=True,
            user_module_prefix="portal.core.types.",
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise RuntimeError(f"{current_app.name}: a migration left a row without its parent: {tuple(broken)}")
            connection.rollback()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


run()
