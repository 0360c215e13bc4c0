"""Everything that happened with an account, across departments, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from portal.core import events
from portal.core.db import Base, db
from portal.core.events import Event, EventNote
from portal.core.flow import KINDS
from portal.core.words import N_
from portal.customers.flow import PAPERS
from portal.customers.models import Contact, Interaction
from portal.customers.slots import ACCOUNT_PANELS
from portal.identity.models import Team

# fmt: off
SIDES = {
    "":        N_("All"),
    "sales":   N_("Sales"),
    "service": N_("Service"),
    "finance": N_("Finance"),
    "papers":  N_("Papers"),
}
# fmt: on
"""The filters: the departments of the people who acted, and what other systems told."""


class Mark(NamedTuple):
    """The place of an entry; the next page begins behind it."""

    at: datetime
    id: int


@dataclass(frozen=True)
class Entry:
    """One event with what belongs to it but is kept outside: what was said, and to whom."""

    line: events.Line
    text: str
    contact: Contact | None
    has_page: bool
    """Whether it is about something that has a page of its own and is still there."""


@dataclass(frozen=True)
class Timeline:
    """One page of it. `older` is where the next one begins; None on the last."""

    side: str
    entries: list[Entry]
    older: Mark | None

    @property
    def people(self) -> set[int]:
        """Everybody whose name the entries need."""
        return {one for entry in self.entries for one in entry.line.people}


def timeline(account_id: int, *, side: str = "", before: Mark | None = None, limit: int = 20) -> Timeline:
    """The newest entries of an account, or of one side of it; one select, however long its history is."""
    spoken = and_(Event.subject_kind == Interaction.__tablename__, Interaction.id == Event.subject_id)
    of_contact = case((Event.subject_kind == Contact.__tablename__, Event.subject_id))
    with_whom = Contact.id == func.coalesce(Interaction.contact_id, of_contact)
    quiet = [kind.key for kind in KINDS.values() if not kind.timeline]
    wanted = (
        select(Event, EventNote.text, Interaction.text, Contact, _has_page())
        .outerjoin(EventNote, EventNote.event_id == Event.id)
        .outerjoin(Interaction, spoken)
        .outerjoin(Contact, with_whom)
        .where(Event.account_id == account_id, Event.kind.not_in(quiet), _of(side))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(or_(Event.at < before.at, and_(Event.at == before.at, Event.id < before.id)))
    rows = db.session.execute(wanted).all()
    entries = [
        Entry(events.as_line(event, note), said or note or "", contact, has_page)
        for event, note, said, contact, has_page in rows
    ]
    shown = entries[:limit]
    last = shown[-1].line if len(entries) > limit else None
    return Timeline(side, shown, Mark(last.at, last.id) if last else None)


def _has_page() -> ColumnElement[bool]:
    """The undo of an import removes what its events go on to tell of."""
    tables = [Base.metadata.tables[one.key] for one in ACCOUNT_PANELS if one.path]
    there = ((one.name, select(one.c.id).where(one.c.id == Event.subject_id).exists()) for one in tables)
    return or_(false(), *(and_(Event.subject_kind == name, found) for name, found in there))


def _of(side: str) -> ColumnElement[bool]:
    if side == "papers":
        return Event.subject_kind.in_(PAPERS)
    if side in SIDES and side:
        teams = select(Team.id).where(Team.kind == side)
        return and_(Event.team_id.in_(teams), Event.subject_kind.not_in(PAPERS))
    return true()
