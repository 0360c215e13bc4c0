"""What measures give the house: the sweep that rolls up days, and the one feature of the room below."""

from flask import Flask

from portal.access.permissions import ROLES
from portal.core.jobs import SWEEPS
from portal.core.words import N_
from portal.measures import jobs
from portal.measures.slots import FEATURES, Feature
from portal.tasks import flow as tasks

FEATURES.put(
    "tasks", Feature("tasks", N_("Tasks done"), frozenset({tasks.FINISHED.key}), frozenset(ROLES) - {"admin"})
)


def init_measures(_app: Flask) -> None:
    """Let the clock roll up days and take snapshots."""
    sweep = ("measures", jobs.roll_up_due)
    if sweep not in SWEEPS:
        SWEEPS.append(sweep)
