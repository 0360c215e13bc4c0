"""Migrations lead to the very tables that the code declares, and back, on a database that has rows in it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from portal.app import create_app
from portal.core import events
from portal.core.db import db
from portal.core.schema import create_all
from portal.demo import load
from portal.migrations import run
from portal.settings import Settings

ON_SQLITE = (
    "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL"
)
ON_POSTGRESQL = """
    SELECT 'column ' || table_name || '.' || column_name,
           concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint ' || conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def definitions(connection: Connection) -> dict[str, object]:
    """Every table, column, index and constraint as the database itself tells it."""
    on_sqlite = connection.dialect.name == "sqlite"
    told = connection.execute(text(ON_SQLITE if on_sqlite else ON_POSTGRESQL))
    return {name: clauses(sql) for name, sql in told if "alembic_version" not in name}


def clauses(sql: str) -> list[str]:
    """The parts of a definition without regard to their order: a migration may name its constraints in another one.

    Nor to quotes: SQLite puts the name of a table that was made anew into some.
    """
    sql = re.sub(r"\s+", " ", sql.replace('"', ""))
    return sorted(part.strip() for part in re.split(r",(?![^()]*\))", sql.strip().removesuffix(")")))


def built(folder: Path, address: str, *, migrated: bool) -> dict[str, object]:
    app = create_app(Settings(instance=str(folder), database_url=address), TESTING=True)
    with app.app_context():
        run.load_tables()
        if migrated:
            run.upgrade()
        else:
            create_all()
        db.session.remove()
        with db.engine.connect() as connection:
            found = definitions(connection)
        db.engine.dispose()
    return found


def differing(one: dict[str, object], other: dict[str, object]) -> dict[str, tuple[object, object]]:
    return {
        name: (one.get(name), other.get(name))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def test_migrated_and_declared_are_the_same_to_the_last_constraint(tmp_path: Path) -> None:
    migrated, declared = (
        built(tmp_path / "one", "", migrated=True),
        built(tmp_path / "other", "", migrated=False),
    )
    assert len(declared) > 60
    assert not differing(migrated, declared)


@pytest.mark.postgres
def test_migrated_and_declared_are_the_same_on_postgresql(empty_postgres: str, tmp_path: Path) -> None:
    migrated = built(tmp_path, empty_postgres, migrated=True)
    app = create_app(Settings(instance=str(tmp_path), database_url=empty_postgres), TESTING=True)
    with app.app_context():
        run.downgrade("base")
        db.engine.dispose()
    declared = built(tmp_path, empty_postgres, migrated=False)
    assert len(declared) > 300
    assert not differing(migrated, declared)


def up_down_up(app: Flask) -> None:
    with app.app_context():
        assert run.upgrade() == run.head()
        load()
        db.session.remove()
        full = definitions(db.session.connection())
        db.session.remove()
        assert run.downgrade("base") is None
        assert not definitions(db.session.connection()), "a table or index was left behind"
        db.session.remove()
        assert run.upgrade() == run.head()
        assert definitions(db.session.connection()) == full
        db.session.remove()
        load()
        assert events.first_broken(db.session()) is None
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_migrations_go_down_and_up_again_with_data_in_the_tables(tmp_path: Path) -> None:
    up_down_up(create_app(Settings(instance=str(tmp_path)), TESTING=True))


@pytest.mark.postgres
def test_migrations_go_down_and_up_again_with_data_on_postgresql(empty_postgres: str, tmp_path: Path) -> None:
    up_down_up(create_app(Settings(instance=str(tmp_path), database_url=empty_postgres), TESTING=True))


def test_an_upgrade_of_a_current_database_changes_nothing(tmp_path: Path) -> None:
    app = create_app(Settings(instance=str(tmp_path)), TESTING=True)
    with app.app_context():
        first = run.upgrade()
        before = definitions(db.session.connection())
        db.session.remove()
        assert run.upgrade() == first
        assert definitions(db.session.connection()) == before
        db.session.remove()
        db.engine.dispose()
