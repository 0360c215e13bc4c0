"""What pilots give the rooms below: their lines on the page of a programme, the figures that wait for a look.

No count beside their name: it would cost every page a statement, and the today page tells who has something to do.
"""

from collections.abc import Sequence

from flask import Flask

from portal.measures.slots import KEPT_BACK
from portal.pilots import queries
from portal.pilots.flow import DRAFT, FLOW, RUNNING, STOPPED, WENT
from portal.pilots.models import Pilot
from portal.programmes.slots import PILOTS, PilotLine

LOOKS = {DRAFT: "quiet", RUNNING: "wait", WENT: "good", STOPPED: "stop"}


def lines(programme_id: int, lang: str) -> Sequence[PilotLine]:
    """The pilots of a programme as lines."""
    return [_line(one, lang) for one in queries.of_programme(programme_id)]


def _line(it: Pilot, lang: str) -> PilotLine:
    look = LOOKS.get(it.state, "watch")
    return PilotLine(f"/pilots/{it.id}", it.shown(lang), it.starts_on, it.ends_on, look, FLOW.names[it.state])


def init_pilots(_app: Flask) -> None:
    """Put the lines on the page of their programme; keep figures for the looks."""
    PILOTS.put("pilots", lines)
    KEPT_BACK.put("pilots", queries.kept_back)
