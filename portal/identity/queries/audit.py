"""The audit view: every event, newest first, and whether the chain of their hashes is whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal, select, union_all

from portal.access import scopes
from portal.access.viewer import Viewer
from portal.core import jobs
from portal.core.db import Base, db
from portal.core.events import Event, EventNote, Line, as_line
from portal.core.flow import THINGS
from portal.core.jobs import Job

CHECK = "audit.check"
PAGE = 50
STEP = 1_000
MOST = 100_000
"""So many events at most leave in one export."""


@dataclass(frozen=True)
class Wanted:
    """Which events: of a kind, by a person, in a span of days on the reader's clock, about one thing (table and id)."""

    kind: str = ""
    actor_id: int | None = None
    since: date | None = None
    until: date | None = None
    about: tuple[str, int] | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class Entry:
    """An event as the audit view shows it: its line, and what ties it to requests and to the chain."""

    line: Line
    request_id: str
    hash: str


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the marks from which its neighbours go on; None at an end."""

    entries: list[Entry]
    newer: tuple[datetime, int] | None
    older: tuple[datetime, int] | None


def page(wanted: Wanted, *, before: tuple[datetime, int] | None, after: tuple[datetime, int] | None) -> Page:
    """The entries right before or right after a mark; the newest without one."""
    back = after is not None
    found = _entries(_select(wanted, before=before, after=after).limit(PAGE + 1))
    more = len(found) > PAGE
    found = found[:PAGE]
    if back:
        found.reverse()
    if not found:
        return Page([], None, None)
    newest, oldest = _mark(found[0]), _mark(found[-1])
    newer = newest if (more if back else before is not None) else None
    return Page(found, newer, oldest if back or more else None)


def every(wanted: Wanted) -> Iterator[Entry]:
    """All entries, newest first, up to MOST."""
    before, left = None, MOST
    while left > 0:
        found = _entries(_select(wanted, before=before, after=None).limit(min(STEP, left)))
        yield from found
        left -= len(found)
        if len(found) < STEP:
            return
        before = _mark(found[-1])


def paths(entries: Iterable[Entry], viewer: Viewer) -> dict[tuple[str, int], str]:
    """Where the things that events are about are seen, by table and id; without those that the viewer may not open."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        it = THINGS.get(entry.line.subject_kind)
        if it is not None and it.path and viewer.may(it.may):
            numbers[it.table].add(entry.line.subject_id)
    models = {one.class_.__tablename__: one.class_ for one in Base.registry.mappers} if numbers else {}
    parts = []
    for table, wanted in numbers.items():
        model = models[table]
        # Only the ids: what the scope would load beside a row is not asked for.
        open_ones = scopes.rows(model, viewer, THINGS[table].may).with_only_columns(model.id).order_by(None)
        held = model.__table__.c.id.in_(wanted) & model.__table__.c.id.in_(open_ones)
        parts.append(select(literal(table), model.__table__.c.id).where(held))
    if not parts:
        return {}
    # One statement, however many kinds of things stand on the page.
    found = db.session.execute(union_all(*parts))
    return {(table, number): THINGS[table].path.format(number) for table, number in found}


def _mark(entry: Entry) -> tuple[datetime, int]:
    return entry.line.at, entry.line.id


def _entries(rows: Select[Event, str]) -> list[Entry]:
    return [
        Entry(as_line(event, note), event.request_id, event.hash) for event, note in db.session.execute(rows)
    ]


def _select(
    wanted: Wanted, *, before: tuple[datetime, int] | None, after: tuple[datetime, int] | None
) -> Select[Event, str]:
    rows = select(Event, EventNote.text).outerjoin(EventNote, EventNote.event_id == Event.id)
    if wanted.kind:
        rows = rows.where(Event.kind == wanted.kind)
    if wanted.actor_id is not None:
        rows = rows.where(Event.actor_id == wanted.actor_id)
    if wanted.about is not None:
        rows = rows.where(Event.subject_kind == wanted.about[0], Event.subject_id == wanted.about[1])
    if wanted.since is not None:
        rows = rows.where(Event.at >= _midnight(wanted.since, wanted.zone))
    if wanted.until is not None:
        rows = rows.where(Event.at < _midnight(wanted.until + timedelta(days=1), wanted.zone))
    if after is not None:
        rows = rows.where((Event.at > after[0]) | ((Event.at == after[0]) & (Event.id > after[1])))
        return rows.order_by(Event.at, Event.id)
    if before is not None:
        rows = rows.where((Event.at < before[0]) | ((Event.at == before[0]) & (Event.id < before[1])))
    return rows.order_by(Event.at.desc(), Event.id.desc())


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


@dataclass(frozen=True)
class Chain:
    """What the last check of the chain found: when, over how many events, and the number of the first broken one."""

    at: datetime
    events: int
    broken: int | None


def chain() -> Chain | None:
    """The last finished check; None before the first."""
    done = select(Job).where(Job.name == CHECK, Job.state == jobs.DONE, Job.ended_at.is_not(None))
    it = db.session.execute(done.order_by(Job.id.desc()).limit(1)).scalar_one_or_none()
    if it is None or it.ended_at is None:
        return None
    return Chain(it.ended_at, it.result["events"], it.result["broken"])


def checking() -> bool:
    """Whether a check waits or runs."""
    open_ = select(Job.id).where(Job.name == CHECK, Job.state.in_((jobs.QUEUED, jobs.RUNNING)))
    return db.session.execute(open_.limit(1)).first() is not None
