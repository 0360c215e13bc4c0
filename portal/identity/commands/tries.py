"""Failed tries to sign in, counted per account and per address in the database, so that no restart forgives them.

A try is written down before the password is looked at and struck out when it was right: a hundred at the same instant
cannot all pass before the first is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, text

from portal.core import clock
from portal.core.db import db
from portal.identity.models import LoginTry
from portal.identity.rules import PER_ACCOUNT, PER_ADDRESS, TRIES_KEPT, Pace

# An arbitrary number that no other advisory lock of the house has.
_LOCK = 7_120_301


@dataclass(frozen=True)
class Attempt:
    """A try that may go on (`wait` is 0), or the seconds to wait before the next."""

    account: str
    wait: int


def begin(*, account: str, address: str) -> Attempt:
    """Ask for a try, under the keys that `rules` makes of a name and an address. One that must wait is not counted."""
    _one_at_a_time()
    now = clock.now()
    left = max(
        _left(LoginTry.account == account, PER_ACCOUNT, now),
        _left(LoginTry.address == address, PER_ADDRESS, now),
    )
    if left > timedelta(0):
        return Attempt(account, int(left.total_seconds()) + 1)
    db.session.add(LoginTry(account=account, address=address, at=now))
    db.session.flush()
    return Attempt(account, 0)


def forgive(account: str) -> None:
    """Strike out the tries of an account: somebody has just proved to be its owner."""
    db.session.execute(delete(LoginTry).where(LoginTry.account == account))


def forgive_last(account: str) -> None:
    """Strike out the last try alone: the password was right, and a code is still to come."""
    last = select(func.max(LoginTry.id)).where(LoginTry.account == account).scalar_subquery()
    db.session.execute(delete(LoginTry).where(LoginTry.id == last))


def forget_old(at: datetime) -> int:
    """Drop tries that count no more."""
    gone: CursorResult[Any] = db.session.execute(delete(LoginTry).where(LoginTry.at <= at - TRIES_KEPT))  # type: ignore[assignment]
    return gone.rowcount


def _left(which: ColumnElement[bool], pace: Pace, now: datetime) -> timedelta:
    counted = select(func.count(), func.max(LoginTry.at)).where(which, LoginTry.at > now - TRIES_KEPT)
    failed, last = db.session.execute(counted).one()
    return last + pace.delay(failed) - now if failed else timedelta(0)


def _one_at_a_time() -> None:
    """Two tries at once must see each other. A unit of work on SQLite is alone anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
