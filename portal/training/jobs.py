"""What training does by itself: closes tries whose time ran out, reminds of what is due tomorrow."""

from datetime import datetime

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import unit_of_work
from portal.training.commands import learning


def close_tries(at: datetime) -> int:
    """Hand in tries whose time ran out."""
    with unit_of_work():
        return learning.close_overdue(at)


def remind(at: datetime) -> int:
    """Tell those whose course is due tomorrow."""
    with unit_of_work():
        return learning.remind_due(clock.local_day(at, SYSTEM.zone))
