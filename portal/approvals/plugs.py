"""What approvals give the frame: how much waits for the viewer; the sweeps; an ear for calendars."""

from flask import Flask

from portal.approvals import commands, jobs, queries
from portal.calendars.slots import CHANGED
from portal.core.jobs import SWEEPS
from portal.web.frame import COUNTS

CHANGED.put("approvals", commands.recount_later)


def init_approvals(_app: Flask) -> None:
    """Count what waits in the navigation; let the clock remind and escalate."""
    COUNTS["approvals.index"] = queries.waiting
    for sweep in (("promises that move", jobs.follow_people), ("reminders and escalation", jobs.sweep_ladder)):
        if sweep not in SWEEPS:
            SWEEPS.append(sweep)
