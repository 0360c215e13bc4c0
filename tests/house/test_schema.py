"""Tables hang together the way the rooms do, and a migrated database is the one that the code declares."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Float, Integer

from portal.app import create_app
from portal.core.db import Base, db
from portal.core.search import made_by_search
from portal.migrations import run
from portal.settings import Settings
from tests.house import source

SINGULAR = ("address", "basis", "progress", "series", "status")


@pytest.fixture(scope="module", autouse=True)
def _load() -> None:
    source.load()


def rooms() -> dict[str, str]:
    """The room (or layer) that declares each table."""
    return {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}


def test_foreign_keys_point_down_the_order_of_the_rooms() -> None:
    height, room = source.height(), rooms()
    upward = [
        f"{table}.{column.name} -> {key.column.table.name}"
        for table in room
        for column in Base.metadata.tables[table].columns
        for key in column.foreign_keys
        if room[table] != room[key.column.table.name] and height[room[table]] <= height[room[key.column.table.name]]
    ]
    assert not upward, f"who holds the foreign key stands above: {upward}"


def test_relationships_point_down_too() -> None:
    height, room = source.height(), rooms()
    upward = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if height[room[mapper.local_table.name]] < height[room[relation.mapper.local_table.name]]
    ]
    assert not upward, f"a lower room knows nothing of the rooms above it: {upward}"


def test_tables_bear_the_singular() -> None:
    assert not [name for name in rooms() if name.endswith("s") and not name.endswith(SINGULAR)]


def test_money_is_whole_and_nothing_is_a_float() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert not [str(column) for column in columns if isinstance(column.type, Float)]
    assert not [str(column) for column in columns if column.name.endswith("_minor") and not isinstance(column.type, Integer)]


def test_migrations_stand_in_one_line() -> None:
    script = ScriptDirectory.from_config(run.config())
    assert len(script.get_heads()) == 1
    assert all(len(revision._all_down_revisions) <= 1 for revision in script.walk_revisions())


def _differences(app: Flask) -> list[str]:
    with app.app_context():
        run.upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _ours})
            return [str(one) for one in compare_metadata(context, Base.metadata)]


def _ours(_thing: object, name: str | None, _kind: str, _reflected: bool, _compared: object) -> bool:
    """Not the tables and the index that search makes for itself."""
    return not made_by_search(name)


def test_a_migrated_database_is_the_one_that_the_code_declares(tmp_path: Path) -> None:
    app = create_app(Settings(instance=str(tmp_path)), TESTING=True)
    assert not _differences(app), "stale migrations: write one more"
    with app.app_context():
        db.engine.dispose()


@pytest.mark.postgres
def test_a_migrated_database_is_the_one_that_the_code_declares_on_postgresql(empty_postgres: str, tmp_path: Path) -> None:
    app = create_app(Settings(instance=str(tmp_path), database_url=empty_postgres), TESTING=True)
    assert not _differences(app), "stale migrations: write one more"
    with app.app_context():
        db.engine.dispose()
