"""Which statements an act sends to the database: pages must cost the same, however many rows there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal.core.db import db


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements that are sent inside the block, in order, transaction lines left aside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements(act: Callable[[], Any]) -> int:
    """The number of statements of one act."""
    with sent() as seen:
        act()
    return len(seen)
