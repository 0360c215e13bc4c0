"""Fixtures of the whole suite: the application on a fresh copy of a template database, and the people of the cast.

The template is made once a worker: schema, then the cast through the commands of the rooms. Each test gets a copy of
the file, so that nothing leaks from one test to the next and no test pays for the set-up.
"""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core.db import db, unit_of_work
from portal.settings import Settings
from tests.cast import add_cast
from tests.client import PortalClient

# The same examples at every run of CI; elsewhere new ones each time. How long an example takes says nothing here.
hypothesis_settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("house")

MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000
"""Bytes: what a run of the whole suite leaves behind, several times over."""
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

SHARED = Path(os.environ.get("PORTAL_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the project; tests that need it are skipped without it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("shared/data is not beside the project (PORTAL_SHARED names another place)")
    return SHARED / "data"


def make_app(folder: Path, **settings: str) -> Flask:
    """An application on an instance folder of its own, with its tables."""
    from portal.core.schema import create_all

    app = create_app(Settings(instance=str(folder), assets="local", **settings), TESTING=True, PROPAGATE=True)
    app.test_client_class = PortalClient
    with app.app_context():
        create_all()
    return app


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path, Path]:
    folder = tmp_path_factory.mktemp("instance")
    app = make_app(folder)
    with app.app_context(), unit_of_work():
        add_cast()
    live = folder / "portal.db"
    return app, live, keep(app, live, "template")


def keep(app: Flask, live: Path, name: str) -> Path:
    """A copy of the database as it is now, to begin tests with."""
    kept = live.with_name(f"{name}.db")
    with app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copy(live, kept)
    return kept


def begin(app: Flask, live: Path, kept: Path) -> None:
    """Put a kept copy in the place of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for extra in ("-wal", "-shm"):
        Path(f"{live}{extra}").unlink(missing_ok=True)
    shutil.copy(kept, live)


@pytest.fixture
def app(_template: tuple[Flask, Path, Path]) -> Iterator[Flask]:
    """The application on a fresh database with the cast in it."""
    app, live, kept = _template
    begin(app, live, kept)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of the application context; write inside `with unit_of_work():`."""
    return db.session()


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which a person of the cast is signed in: `client_for("rep")`; None: nobody."""

    def make(username: str | None, lang: str = "en") -> FlaskClient:
        client = app.test_client()
        if username is not None:
            client.sign_in(username)
        client.lang = lang
        return client

    return make


POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of a fresh PostgreSQL database; skipped loudly where no server answers."""
    name = f"portal_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    except OperationalError as problem:
        pytest.skip(f"no PostgreSQL at PORTAL_TEST_POSTGRES: {problem.orig}")
    try:
        yield POSTGRES.rpartition("/")[0] + f"/{name}"
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture
def postgres_app(empty_postgres: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh PostgreSQL database with the cast in it."""
    app = make_app(tmp_path, database_url=empty_postgres)
    with app.app_context():
        with unit_of_work():
            add_cast()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both_apps(request: pytest.FixtureRequest) -> Flask:
    """The same test on SQLite and on PostgreSQL."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
