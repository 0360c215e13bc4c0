"""Sweeps and jobs of the room."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core.db import db, unit_of_work
from portal.core.events import Event, first_broken
from portal.core.jobs import SWEEPS, Progress, job
from portal.identity.commands import audit, sessions, tries
from portal.identity.queries.audit import CHECK


def flush_seen(at: datetime) -> int:  # noqa: ARG001  (what a sweep is given)
    """Write down when sessions were last used."""
    with unit_of_work():
        return sessions.flush_seen()


def forget_old(at: datetime) -> int:
    """Drop failed tries that count no more, and sessions and links that are long over."""
    with unit_of_work():
        return tries.forget_old(at) + sessions.forget_old(at)


def check_chain_daily(at: datetime) -> int:
    """Have the chain of events checked once a day."""
    with unit_of_work():
        return audit.check_if_due(at, by=SYSTEM)


@job(CHECK)
def check_chain(progress: Progress) -> dict[str, Any]:  # noqa: ARG001  (one pass, without steps to tell)
    """Compare all events with their hashes."""
    broken = first_broken(db.session())
    return {
        "events": db.session.execute(select(func.count()).select_from(Event)).scalar_one(),
        "broken": broken,
    }


SWEEPS += [
    ("sessions.flush_seen", flush_seen),
    ("sessions.forget_old", forget_old),
    ("audit.check_chain_daily", check_chain_daily),
]
