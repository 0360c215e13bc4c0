"""Words for the tests of search."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.core import search

EVERYBODY = {"customer": ["all"], "price_request": ["all"]}


@contextmanager
def nothing_kept(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone at the end."""
    with Session(engine) as session:
        yield session
        session.rollback()


def found(session: Session, query: str, scope: search.Scope = EVERYBODY) -> list[tuple[str, int]]:
    """Kind and id of all that a query finds, in order."""
    return [
        (hit.kind, hit.object_id) for hit in search.find(session, query, scope=scope, limit=search.CAP).hits
    ]


def put(session: Session, number: int, name: str, **values: object) -> None:
    """Index a customer that person 1 owns, unless told otherwise."""
    search.index(session, "customer", number, **{"name": name, "title": name, "scope": ["o1"], **values})
