"""Optimistic locking of rows that people edit."""

from typing import Any

from sqlalchemy import CursorResult, inspect, update

from portal.core.db import db
from portal.core.errors import Stale


def grow(it: Any, seen: int | None = None) -> None:
    """Grow the version of a row by one, before anything else of it is changed.

    The row stays locked until the unit of work ends, so two people's changes follow one another. `seen` is the version
    that the person saw: Stale if the row has moved on since. Without it the change is to count in any case.
    """
    table = type(it).__table__
    here = table.c.id == it.id
    if seen is not None:
        here &= table.c.version == seen
    db.session.flush()
    grown: CursorResult[Any] = db.session.execute(update(table).where(here).values(version=table.c.version + 1))  # type: ignore[assignment]
    if grown.rowcount != 1:
        raise Stale
    read_again(it)


def read_again(it: Any) -> None:
    """Read the columns of a row that an UPDATE has changed; what was loaded beside it (its customer) stays loaded."""
    db.session.refresh(it, [attribute.key for attribute in inspect(type(it)).column_attrs])
