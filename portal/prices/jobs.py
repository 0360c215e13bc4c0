"""The sweep that ends approved prices after their last day."""

from datetime import datetime

from portal.core.db import unit_of_work
from portal.core.errors import Refused, Stale
from portal.prices import commands, queries


def sweep_expired(at: datetime) -> int:
    """End every approved price whose last day is over, each in its own transaction."""
    done = 0
    for number in queries.run_out(at):
        with unit_of_work():
            try:
                commands.expire(queries.one(number))
            except (Refused, Stale):  # another sweep was quicker, or a person
                continue
        done += 1
    return done
