"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.flow import NOTICES, Notice
from portal.notifications.models import Notification

PAGE = 30


@dataclass(frozen=True)
class Told:
    """One notice as a page shows it; the sentence is made from it in the reader's language."""

    id: int
    kind: Notice
    at: datetime
    actor_id: int | None
    path: str
    values: dict[str, Any]
    is_new: bool
    on_behalf_of_id: None = None
    note: str = ""

    @property
    def people(self) -> set[int]:
        """The ids of the people whose names the sentence needs."""
        named = {value for name, value in self.values.items() if self.kind.values.get(name) == "person"}
        return {one for one in named | {self.actor_id} if one is not None}


def inbox(
    person_id: int, *, only_new: bool = False, before: int | None = None, limit: int = PAGE
) -> list[Told]:
    """The notices of a person, newest first."""
    wanted = select(Notification).where(Notification.person_id == person_id)
    if only_new:
        wanted = wanted.where(Notification.read_at.is_(None))
    if before is not None:
        wanted = wanted.where(Notification.id < before)
    found = db.session.execute(wanted.order_by(Notification.id.desc()).limit(limit)).scalars()
    return [
        Told(n.id, NOTICES[n.kind], n.at, n.actor_id, n.path, n.payload, n.read_at is None) for n in found
    ]


def count_new(person_id: int) -> int:
    """How many notices a person has not read."""
    mine = (Notification.person_id == person_id) & Notification.read_at.is_(None)
    return db.session.execute(select(func.count()).select_from(Notification).where(mine)).scalar_one()
