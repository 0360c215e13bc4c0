"""Bring a database up or down the one line of migrations."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.core.db import db

HERE = Path(__file__).parent
ROOMS_WITH_TABLES = (
    "calendars",
    "identity",
    "notifications",
    "tasks",
    "measures",
    "approvals",
    "products",
    "training",
    "customers",
    "pipeline",
    "prices",
    "programmes",
    "pilots",
    "incentives",
)
CORE_TABLES = ("events", "idempotency", "outbox", "jobs", "series", "search", "batches", "saved_views")


def load_tables() -> None:
    """Import every module that declares tables, so that the metadata is whole."""
    for name in CORE_TABLES:
        import_module(f"portal.core.{name}")
    for room in ROOMS_WITH_TABLES:
        import_module(f"portal.{room}.models")


def config() -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return made


def head() -> str | None:
    """The newest revision of the code."""
    return ScriptDirectory.from_config(config()).get_current_head()


def current() -> str | None:
    """The revision that the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(revision: str = "head") -> str | None:
    """Bring the database up to a revision; the one that it is at afterwards."""
    load_tables()
    command.upgrade(config(), revision)
    return current()


def downgrade(revision: str) -> str | None:
    """Take the database down to a revision; the one that it is at afterwards."""
    load_tables()
    command.downgrade(config(), revision)
    return current()
