"""The only callers of the system clock. Instants are aware and in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

YEARS = range(1900, 2200)
"""Nobody means a day outside; at the ends of the calendar its midnight would not exist in another time zone."""

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present instant in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day that it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def local_day(at: datetime, zone: str) -> date:
    """The calendar day on which an instant falls in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` inside the block: for history that the demo and imports write, and for tests."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
