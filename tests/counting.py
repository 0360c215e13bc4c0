"""Which statements an act sends to the database: pages must cost the same, however many rows there are. What waits for whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal.access.viewer import Viewer, asked_by
from portal.core import clock
from portal.core.db import db
from portal.web.frame import COUNTS


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


def waiting(endpoint: str, who: Viewer) -> tuple[int, int]:
    """What the navigation counts at a place for a viewer: how many wait, and how many of them are urgent."""
    counts = COUNTS[endpoint](who.roles)
    count, urgent = db.session.execute(counts, asked_by(who.id, clock.today(who.zone))).one()
    return count, urgent
