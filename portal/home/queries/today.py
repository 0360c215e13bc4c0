"""What waits for me, what am I waiting for and who has it, what changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.access.permissions import Reach
from portal.access.viewer import Viewer
from portal.adoption import queries as adoption
from portal.adoption.rules import Finding
from portal.approvals import queries as approvals
from portal.core import clock
from portal.core.db import db
from portal.identity.queries import viewers
from portal.incentives import queries as incentives
from portal.measures.queries import people as measures
from portal.notifications import queries as notifications
from portal.pilots import queries as pilots
from portal.pilots.flow import RUNNING
from portal.prices import queries as prices
from portal.programmes import queries as programmes
from portal.tasks import queries as tasks
from portal.training.queries import learning as training
from portal.training.queries.learning import Due

FEW = 6


@dataclass(frozen=True)
class OwnRequest:
    """One of the viewer's own requests: who has it, for how long or from when on it counts, until when."""

    it: Any
    seat: Any
    holders: tuple[int, ...]
    waited: int
    overdue: bool
    begins: datetime | None


@dataclass(frozen=True)
class Week:
    """The viewer's own week so far: on how many days there was real work in the portal, and how much."""

    days: int
    acts: int


@dataclass(frozen=True)
class Today:
    """All that the start page shows; a part that the viewer's role does not have is None."""

    desk: list[approvals.Waiting] | None
    requests: list[OwnRequest] | None
    tasks: list[Any]
    told: list[notifications.Told]
    new: int
    people: dict[int, str]
    courses: list[Due]
    points: int
    week: Week
    gates: list[tuple[Any, str]]
    barriers: list[Any]
    finding: Finding | None
    pilots: list[tuple[Any, Any]]

    @property
    def turns(self) -> int:
        """How many things wait for the viewer."""
        back = sum(1 for one in self.requests or [] if one.it.state == "returned")
        return back + sum(map(len, (self.desk or [], self.tasks, self.courses, self.gates, self.barriers)))


def today(viewer: Viewer) -> Today:
    """The start page of the viewer."""
    person_id, day = viewer.id or 0, clock.today(viewer.zone)
    desk = approvals.desk(viewer, FEW) if viewer.may("approvals.see") else None
    requests = _own(viewer) if viewer.may("prices.ask") else None
    mine = list(tasks.mine(viewer, FEW))
    told, new = notifications.unread(person_id, FEW)
    barriers = list(programmes.barriers_of(person_id, day))
    ids = {one.asked_by_id for one in desk or []} | {one for notice in told for one in notice.people}
    ids |= {one for request in requests or [] for one in request.holders} | {
        task.given_by_id for task in mine
    }
    ids |= {one.owner_id for one in barriers}
    seen = pilots.under_way() if viewer.may("pilots.see") else None
    gates = pilots.waiting_for(person_id, day, seen) if viewer.may("pilots.sign") else []
    asked = {it.id for it, _what in gates}
    return Today(
        desk, requests, mine, told, new, viewers.names(ids, viewer.lang),
        training.mine(person_id, day)[:FEW], incentives.balance(person_id), _week(person_id, day),
        gates, barriers, adoption.headline() if viewer.reach("adoption.see") == Reach.ALL else None,
        [(it, pilots.standing(it, day)) for it in seen or [] if it.state == RUNNING and it.id not in asked],
    )  # fmt: skip


def _week(person_id: int, day: date) -> Week:
    """The viewer's own use of the portal in the present week, as the measures count it."""
    monday = day - timedelta(days=day.weekday())
    return Week(*measures.used(db.session(), person_id, monday, day))


def _own(viewer: Viewer) -> list[OwnRequest]:
    """What waits for the viewer first, then what he waits for."""
    now = clock.now()
    own = [
        OwnRequest(
            it, seat, tuple(h.person_id for h in seat.holders if h.until is None) if seat else (),
            approvals.waited(seat, now) if seat else 0, seat is not None and seat.due_at < now,
            approvals.begins(seat, now) if seat else None,
        )
        for it, seat in prices.mine_open(viewer, FEW)
    ]  # fmt: skip
    return sorted(own, key=lambda one: one.it.state != "returned")
