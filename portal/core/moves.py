"""The only writer of an object's state: one conditional UPDATE, so that of two people at once exactly one moves it."""

from typing import Any, Protocol

from portal.core.errors import Refused
from portal.core.flow import CLOCK, Flow, Move
from portal.core.versions import change, overtaken
from portal.core.words import N_


class May(Protocol):
    """Who moves: what a move wants to know of a viewer."""

    def may(self, permission: str) -> bool: ...


def move(it: Any, flow: Flow, verb: str, *, by: May, version: int, **also: object) -> Move:
    """Move `it` by one arrow of its flow and set the columns in `also` with it; answers the arrow.

    `version` is the one that the person saw. Raises Stale if the row has moved on since, Refused if the flow has no
    such arrow from here or something is still missing. Permissions were checked by the route; here they are checked
    again, since jobs, imports and the API come the same way.
    """
    if it.version != version:
        raise overtaken(it)
    found = flow.find(it.state, verb)
    if found is None:
        raise Refused(N_("This cannot be done in the present state."))
    if found.may != CLOCK and not by.may(found.may):
        raise Refused(N_("You are not allowed to do this."))
    missing = found.needs(it) if found.needs else None
    if missing:
        raise Refused(missing)
    table = type(it).__table__
    here = (table.c.state == it.state) & (table.c.version == version)
    if not change(it, here, state=found.target, version=version + 1, **also):
        raise overtaken(it)
    return found
