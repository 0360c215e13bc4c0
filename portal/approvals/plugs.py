"""What approvals give the frame: how much waits for the viewer; and the sweep that reminds."""

from flask import Flask

from portal.access.viewer import Viewer
from portal.approvals import jobs, queries
from portal.core.jobs import SWEEPS
from portal.web.frame import COUNTS


def init_approvals(_app: Flask) -> None:
    """Count what waits in the navigation; let the clock remind and escalate."""
    COUNTS["approvals.index"] = _waiting
    sweep = ("reminders and escalation", jobs.sweep_ladder)
    if sweep not in SWEEPS:
        SWEEPS.append(sweep)


def _waiting(viewer: Viewer) -> tuple[int, bool]:
    return queries.count_desk(viewer), True
