"""The sweeps that remind, escalate and follow people to other calendars; the recount after a calendar has changed."""

from datetime import datetime
from typing import Any

from portal.approvals import commands, queries
from portal.approvals.models import ApprovalRung, ApprovalSeat
from portal.core.db import unit_of_work
from portal.core.jobs import Progress, job


def sweep_ladder(at: datetime) -> int:
    """Do every rung of the ladder that is due, each in its own transaction."""
    done = 0
    for number in queries.due_rungs(at):
        with unit_of_work() as session:
            rung = session.get(ApprovalRung, number)  # gone if somebody has decided meanwhile
            done += rung is not None and commands.climb(rung, at=at)
    return done


def follow_people(at: datetime) -> int:  # noqa: ARG001  (what a sweep is given)
    """Count promises anew whose holder has another calendar since: his region got one, or he has moved."""
    changed = 0
    for number in queries.moved_seats():
        with unit_of_work() as session:
            changed += commands.recount(session.get_one(ApprovalSeat, number))
    return changed


@job(commands.RECOUNT)
def recount(progress: Progress, *, calendar_id: int) -> dict[str, Any]:
    """Count every promise that rests on a calendar anew, each in its own transaction: a second time changes nothing."""
    seats = queries.counted_with(calendar_id)
    changed = 0
    for count, number in enumerate(seats, 1):
        with unit_of_work() as session:
            changed += commands.recount(session.get_one(ApprovalSeat, number))
        progress.say(count, len(seats))
    return {"seats": len(seats), "changed": changed}
