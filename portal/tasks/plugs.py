"""What tasks give the frame: how many wait for the viewer."""

from flask import Flask

from portal.tasks import queries
from portal.web.frame import COUNTS


def init_tasks(_app: Flask) -> None:
    """Count the viewer's open tasks in the navigation; yellow when one is due."""
    COUNTS["tasks.index"] = queries.waiting
