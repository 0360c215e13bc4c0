"""What incentives give the frame and the background: rules to be read, the sweep."""

from flask import Flask

from portal.core.jobs import SWEEPS
from portal.incentives import jobs, queries
from portal.web.frame import COUNTS


def init_incentives(_app: Flask) -> None:
    """Count the rules that the viewer has still to read; add the sweep."""
    COUNTS["incentives.index"] = queries.waiting
    sweep = ("incentive cases", jobs.judge_cases)
    if sweep not in SWEEPS:
        SWEEPS.append(sweep)
