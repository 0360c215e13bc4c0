"""An empty search index on each database."""

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.db import set_up_engine
from portal.core.search import SearchDoc
from tests.core.search.asking import nothing_kept

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="module")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('search')}/search.db")
    set_up_engine(engine)
    _make(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def postgres_engine() -> Iterator[Engine]:
    name = f"search_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    except Exception as problem:  # noqa: BLE001
        pytest.skip(f"no PostgreSQL at PORTAL_TEST_POSTGRES: {type(problem).__name__}")
    engine = create_engine(admin.url.set(database=name))
    try:
        _make(engine)
        yield engine
        engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with nothing_kept(engine) as session:
        yield session


def _make(engine: Engine) -> None:
    with engine.begin() as connection:
        SearchDoc.__table__.create(connection)
        search.create_search(connection)
