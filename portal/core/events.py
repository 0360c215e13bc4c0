"""The one append-only table of what happened. Timelines, the audit view, notices, measures and the outbox read it.

`record()` only queues; the last statements of the unit of work lock the head of the chain, number the events without
gaps in the order of commits, hash each with its predecessor and insert them. So a reader may keep the last id it has
seen as its cursor, on both databases, and a change of any stored event is found by `first_broken()`.
Payloads hold typed values and ids, never names of people, never free text: erasing a person breaks no hash.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    false,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import BEFORE_COMMIT, Base, db
from portal.core.flow import KINDS, Kind
from portal.core.types import Money, UtcInstant

GENESIS = "0" * 64
BATCH = 1_000


class Event(Base):
    """One thing that happened, stamped with the team and region of its actor at that moment."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_kind", "subject_id", "id"),
        Index("ix_event_account", "account_id", "at", "id"),
        Index("ix_event_kind", "kind", "at"),
        Index("ix_event_actor", "actor_id", "id"),
        Index("ix_event_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    recorded_at: Mapped[datetime] = mapped_column(UtcInstant)
    local_day: Mapped[date]
    actor_id: Mapped[int | None]
    on_behalf_of_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    account_id: Mapped[int | None]
    team_id: Mapped[int | None]
    region_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(10))
    request_id: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class EventHead(Base):
    """The end of the chain: one row, locked while events are added."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_event_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))


class EventNote(Base):
    """Free text that belongs to an event (a comment, a reason): kept apart, so that it can be erased."""

    __tablename__ = "event_note"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(4_000))


class Actor(Protocol):
    """Who acts: what an event wants to know of a viewer."""

    @property
    def id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def region_id(self) -> int | None: ...
    @property
    def zone(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def request_id(self) -> str: ...


class Subject(Protocol):
    """What an event is about: any row with a number."""

    __tablename__: str
    id: Any


@dataclass
class Ref:
    """A row as the subject of an event, without loading it."""

    __tablename__: str
    id: int


@dataclass
class _Queued:
    kind: Kind
    it: Subject
    row: dict[str, Any]
    note: str


def record(
    kind: Kind,
    it: Subject,
    *,
    by: Actor,
    account_id: int | None = None,
    on_behalf_of_id: int | None = None,
    at: datetime | None = None,
    note: str = "",
    **values: object,
) -> None:
    """Tell that something happened, in the transaction of the change that it tells.

    `at` is when it happened, if that was not now (imports of history). `values` are those that the kind declares;
    `note` is free text, kept outside the hashed row. Raises TypeError for a value that the kind does not know.
    """
    if set(values) - set(kind.values):
        raise TypeError(f"{kind.key} does not know {sorted(set(values) - set(kind.values))}")
    now = clock.now()
    row = {
        "kind": kind.key,
        "at": (at or now).astimezone(UTC),
        "recorded_at": now,
        "local_day": clock.local_day(at or now, by.zone),
        "actor_id": by.id,
        "on_behalf_of_id": on_behalf_of_id,
        "subject_kind": it.__tablename__,
        "account_id": account_id,
        "team_id": by.team_id,
        "region_id": by.region_id,
        "channel": str(by.channel),
        "request_id": by.request_id,
        "payload": {name: plain(value) for name, value in values.items() if value is not None},
    }
    db.session.info.setdefault("events", []).append(_Queued(kind, it, row, note))


def queued(session: Session) -> int:
    """How many events the open unit of work will write."""
    return len(session.info.get("events", ()))


def plain(value: object) -> Any:
    """A typed value as payloads keep it: money as minor units and currency, days and instants as ISO text."""
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _write_queued(session: Session) -> None:
    waiting: list[_Queued] = session.info.pop("events", [])
    if not waiting:
        return
    session.flush()
    last_id, last_hash = _lock_head(session)
    rows, notes = [], []
    for number, one in enumerate(waiting, last_id + 1):
        row = one.row | {"id": number, "subject_id": one.it.id, "prev_hash": last_hash}
        row["hash"] = last_hash = _digest(row)
        rows.append(row)
        if one.note:
            notes.append({"event_id": number, "text": one.note})
    # Into the table, not the class: for a class SQLAlchemy begins a new statement wherever a row has a NULL less or more.
    table: Any = Event.__table__
    for start in range(0, len(rows), BATCH):
        session.execute(insert(table), rows[start : start + BATCH])
    if notes:
        session.execute(insert(EventNote), notes)
    session.execute(update(EventHead).values(last_event_id=rows[-1]["id"], hash=last_hash))


BEFORE_COMMIT.append(_write_queued)


def _lock_head(session: Session) -> tuple[int, str]:
    head = select(EventHead.last_event_id, EventHead.hash).with_for_update()
    found = session.execute(head).first()
    if found is None:
        from sqlalchemy.dialects import postgresql, sqlite

        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        first = dialect.insert(EventHead).values(id=1, last_event_id=0, hash=GENESIS)
        session.execute(first.on_conflict_do_nothing())
        found = session.execute(head).one()
    return found.last_event_id, found.hash


def _digest(row: dict[str, Any]) -> str:
    told = [
        row["prev_hash"], row["id"], row["kind"], row["at"].isoformat(), row["recorded_at"].isoformat(),
        row["local_day"].isoformat(), row["actor_id"], row["on_behalf_of_id"], row["subject_kind"], row["subject_id"],
        row["account_id"], row["team_id"], row["region_id"], row["channel"], row["request_id"], row["payload"],
    ]  # fmt: skip
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """The number of the first event that was changed, removed or cut off since it was written; None if all stand."""
    last_id, last_hash = 0, GENESIS
    columns = Event.__table__.columns
    every = select(*columns).order_by(Event.id).execution_options(yield_per=BATCH)
    with session.execute(every) as found:
        for one in found:
            row = one._asdict()
            if row["id"] != last_id + 1 or row["prev_hash"] != last_hash or row["hash"] != _digest(row):
                return last_id + 1
            last_id, last_hash = row["id"], row["hash"]
    head = session.execute(select(EventHead.last_event_id, EventHead.hash)).first()
    standing = (head.last_event_id, head.hash) if head else (0, GENESIS)
    return None if standing == (last_id, last_hash) else last_id + 1


@dataclass(frozen=True)
class Line:
    """One event as a page shows it; the sentence is made from it in the reader's language."""

    id: int
    kind: Kind
    at: datetime
    actor_id: int | None
    on_behalf_of_id: int | None
    subject_kind: str
    subject_id: int
    account_id: int | None
    channel: str
    values: dict[str, Any]
    note: str

    @property
    def people(self) -> set[int]:
        """The ids of all people whose names the sentence needs."""
        named = {value for name, value in self.values.items() if self.kind.values.get(name) == "person"}
        return {one for one in named | {self.actor_id, self.on_behalf_of_id} if one is not None}


def lines(
    session: Session, *, subjects: Iterable[tuple[str, int]], kinds: Iterable[str] | None = None, limit: int = 30
) -> list[Line]:
    """Events of some subjects (table and id), newest first; of these kinds, if given."""
    about = or_(false(), *((Event.subject_kind == kind) & (Event.subject_id == id_) for kind, id_ in subjects))
    wanted = select(Event, EventNote.text).outerjoin(EventNote, EventNote.event_id == Event.id).where(about)
    if kinds is not None:
        wanted = wanted.where(Event.kind.in_(list(kinds)))
    return [as_line(e, note) for e, note in session.execute(wanted.order_by(Event.at.desc(), Event.id.desc()).limit(limit))]


def as_line(e: Event, note: str | None) -> Line:
    """An event row in the form that pages show."""
    return Line(e.id, KINDS[e.kind], e.at, e.actor_id, e.on_behalf_of_id, e.subject_kind, e.subject_id, e.account_id,
                e.channel, e.payload, note or "")  # fmt: skip
