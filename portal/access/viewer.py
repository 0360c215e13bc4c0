"""Who is looking: an immutable value, built once a request from the people's data."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Date, Integer, bindparam

from portal.access.permissions import PERMISSIONS, PUBLIC, SIGNED_IN, Reach
from portal.core.flow import Channel

WHO = bindparam("who", type_=Integer)
TODAY = bindparam("today", type_=Date)
IN_THREE_DAYS = bindparam("in_three_days", type_=Date)
"""A viewer and his day, for statements that every request asks: they are written once and told `asked_by` at each call,
since to build such a statement takes longer than to send it."""


def asked_by(person_id: int | None, today: date) -> dict[str, object]:
    """What `WHO`, `TODAY` and `IN_THREE_DAYS` stand for."""
    return {"who": person_id, "today": today, "in_three_days": today + timedelta(days=3)}


SYSTEM_ROLE = "system"
"""What the clock and the command line act as; it is not among the roles that a person can be given."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person (or the system) with today's roles and places.

    `team_ids` are the teams led, with all below them; `region_ids` the regions answered for, with all below them.
    `team_id` and `region_id` are the own ones; they are stamped on events.
    """

    id: int | None
    name: str = ""
    roles: frozenset[str] = frozenset()
    team_id: int | None = None
    region_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    region_ids: frozenset[int] = frozenset()
    lang: str = "en"
    zone: str = "Asia/Shanghai"
    channel: str = Channel.UI
    request_id: str = ""

    def reach(self, permission: str) -> Reach | None:
        """How far this viewer reaches with a permission; None: not at all."""
        if SYSTEM_ROLE in self.roles:
            return Reach.ALL
        row = PERMISSIONS[permission].roles
        reaches = [row[role] for role in self.roles if role in row]
        return max(reaches, default=None)

    def may(self, permission: str) -> bool:
        """Whether the viewer has the permission at all; on which rows, the scope says."""
        if permission == PUBLIC:
            return True
        if permission == SIGNED_IN:
            return self.id is not None or SYSTEM_ROLE in self.roles
        return self.reach(permission) is not None

    def by(self, channel: Channel) -> "Viewer":
        """The same person acting through another door."""
        return replace(self, channel=channel)


NOBODY = Viewer(id=None)
SYSTEM = Viewer(id=None, name="system", roles=frozenset({SYSTEM_ROLE}), channel=Channel.SYSTEM)
