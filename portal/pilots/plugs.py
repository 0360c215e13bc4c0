"""What pilots give the rooms below: their lines on the page of a programme, the count beside their name."""

from collections.abc import Sequence

from flask import Flask

from portal.access.viewer import Viewer
from portal.core import clock
from portal.pilots import queries
from portal.pilots.flow import DRAFT, FLOW, RUNNING, STOPPED, WENT
from portal.pilots.models import Pilot
from portal.programmes.slots import PILOTS, PilotLine
from portal.web.frame import COUNTS

LOOKS = {DRAFT: "quiet", RUNNING: "wait", WENT: "good", STOPPED: "stop"}


def lines(programme_id: int, lang: str) -> Sequence[PilotLine]:
    """The pilots of a programme as lines."""
    return [_line(one, lang) for one in queries.of_programme(programme_id)]


def _line(it: Pilot, lang: str) -> PilotLine:
    look = LOOKS.get(it.state, "watch")
    return PilotLine(f"/pilots/{it.id}", it.shown(lang), it.starts_on, it.ends_on, look, FLOW.names[it.state])


def waiting(who: Viewer) -> tuple[int, bool]:
    """In how many pilots the viewer has something to do."""
    if not who.may("pilots.sign"):
        return 0, False
    count = len(queries.waiting_for(who.id or 0, clock.today(who.zone)))
    return count, bool(count)


def init_pilots(_app: Flask) -> None:
    """Put the lines on the page of their programme; count what waits."""
    PILOTS.put("pilots", lines)
    COUNTS["pilots.index"] = waiting
