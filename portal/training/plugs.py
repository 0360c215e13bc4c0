"""What training gives the frame and the background: courses that wait for the viewer, the sweeps."""

from flask import Flask

from portal.core.jobs import SWEEPS
from portal.core.words import N_
from portal.measures.slots import MONTH, PERCENT, SHARE, SOURCES, Measure, Source
from portal.training import jobs, queries
from portal.web.frame import COUNTS

SOURCES.put(
    "trained",
    Source(
        Measure(
            "trained", N_("Trained"),
            N_("Of the people who were given a course, the share who have passed all courses given to them. A course that was waived does not count."),  # noqa: E501
            PERCENT, MONTH, N_("people who have passed all their courses"), N_("people with a course"),
            N_("assignments and completions of courses"),
        ),
        SHARE, queries.trained,
    ),
)  # fmt: skip


def init_training(_app: Flask) -> None:
    """Count the viewer's open courses in the navigation, yellow when one is due; add the sweeps."""
    COUNTS["training.index"] = queries.waiting
    for sweep in (("training tries", jobs.close_tries), ("training due", jobs.remind)):
        if sweep not in SWEEPS:
            SWEEPS.append(sweep)
