"""Having the chain of events checked."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.events import record
from portal.core.jobs import Job, enqueue
from portal.identity import flow
from portal.identity.queries.audit import CHECK

EACH = timedelta(hours=24)


def ask_check(*, by: Viewer) -> Job:
    """Have all events compared with their hashes, in the background."""
    it = enqueue(CHECK, person_id=by.id)
    record(flow.CHAIN_CHECK_ASKED, it, by=by)
    return it


def check_if_due(at: datetime, *, by: Viewer) -> int:
    """Ask for a check unless one was asked for within the last day; how many were."""
    last = db.session.execute(select(func.max(Job.created_at)).where(Job.name == CHECK)).scalar_one()
    if last is not None and at - last < EACH:
        return 0
    ask_check(by=by)
    return 1
