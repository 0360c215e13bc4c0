"""The sweep that tells people what was done to their access."""

from datetime import datetime

from portal.core.db import unit_of_work
from portal.core.jobs import SWEEPS
from portal.notifications import commands, queries


def tell_of_access(at: datetime) -> int:
    """Tell each person of a new password, of his second factor, sign-in links and roles; how many notices were new."""
    told = 0
    for event in queries.untold_access(at):
        with unit_of_work():
            told += commands.tell_of_access(event)
    return told


SWEEPS += [("notices of access", tell_of_access)]
