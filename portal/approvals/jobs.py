"""The sweep that reminds and escalates."""

from datetime import datetime

from portal.approvals import commands
from portal.approvals.models import ApprovalRung
from portal.core.db import unit_of_work


def sweep_ladder(at: datetime) -> int:
    """Do every rung of the ladder that is due, each in its own transaction."""
    done = 0
    for number in commands.due_rungs(at):
        with unit_of_work() as session:
            rung = session.get(ApprovalRung, number)  # gone if somebody has decided meanwhile
            done += rung is not None and commands.climb(rung, at=at)
    return done
