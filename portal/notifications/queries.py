"""A person's notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.core.db import db
from portal.core.events import Event, EventNote
from portal.core.flow import NOTICES, Channel, Notice
from portal.core.outbox import STALE
from portal.notifications.flow import ACCESS
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


def inbox(person_id: int, *, before: int | None = None, limit: int = PAGE) -> list[Told]:
    """The notices of a person, newest first; `before`: those that come after the one with this number."""
    wanted = select(Notification).where(Notification.person_id == person_id)
    if before is not None:
        last = db.session.execute(wanted.where(Notification.id == before)).scalars().first()
        if last is None:
            return []
        same = (Notification.at == last.at) & (Notification.id < last.id)
        wanted = wanted.where((Notification.at < last.at) | same)
    newest = wanted.order_by(Notification.at.desc(), Notification.id.desc())
    return [_told(it) for it in db.session.execute(newest.limit(limit)).scalars()]


def unread(person_id: int, limit: int) -> tuple[list[Told], int]:
    """The newest notices that a person has not read, and how many there are in all: in one statement."""
    newest = select(Notification, func.count().over()).where(_unread_by(person_id))
    newest = newest.order_by(Notification.at.desc(), Notification.id.desc()).limit(limit)
    found = db.session.execute(newest).all()
    return [_told(it) for it, _count in found], found[0][1] if found else 0


def _told(it: Notification) -> Told:
    return Told(it.id, NOTICES[it.kind], it.at, it.actor_id, it.path, it.payload, it.read_at is None)


def count_new(person_id: int) -> int:
    """How many notices a person has not read."""
    counts = select(func.count()).select_from(Notification).where(_unread_by(person_id))
    return db.session.execute(counts).scalar_one()


def _unread_by(person_id: int) -> ColumnElement[bool]:
    return (Notification.person_id == person_id) & Notification.read_at.is_(None)


@dataclass(frozen=True)
class AccessChange:
    """Something that was done on a page to a person's access, as its event tells it.

    `address` is where the person's mail went before, if that was changed.
    """

    kind: str
    person_id: int
    values: dict[str, Any]
    effect_key: str
    address: str


def untold_access(at: datetime) -> list[AccessChange]:
    """What was done to the access of people and was not told them, oldest first; nothing that is too old for a mail.

    Only what was done on a page: who is brought in by a file or by the command line is told by those who do so.
    """
    wanted = select(Event.id, Event.kind, Event.subject_id, Event.actor_id, Event.payload, EventNote.text).where(
        Event.kind.in_(ACCESS), Event.at > at - STALE, Event.channel == Channel.UI
    )
    wanted = wanted.outerjoin(EventNote, EventNote.event_id == Event.id)
    found = []
    for row in db.session.execute(wanted.order_by(Event.id)):
        person_id = row.payload.get("person", row.subject_id)
        values = {"who": row.actor_id} | row.payload
        found.append(AccessChange(row.kind, person_id, values, f"access:{row.id}:{person_id}", row.text or ""))
    keys = select(Notification.effect_key).where(
        Notification.effect_key.in_([one.effect_key for one in found])
    )
    told = set(db.session.execute(keys).scalars()) if found else set()
    return [one for one in found if one.effect_key not in told]
