"""One log of everything that was done to many rows at once: who, what file, how many of each, and what it did to which row.

While `keeping` is open, every row that the session writes is noted with what stood there before, whatever command writes it
and however: the undo (`core/undo.py`) reads it.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, RowMapping, String, Table, event, insert, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from portal.core.db import Base, db
from portal.core.events import plain, queued
from portal.core.types import UtcInstant

APART = frozenset({
    "batch", "batch_row", "event", "event_head", "event_note", "idempotency_key", "job", "outbox", "search_doc", "series",
    "sweep",
})  # fmt: skip
"""Tables of the house itself: what stands there is told, carried or counted, and is not put back."""
SOME = 500


class Batch(Base):
    """One file that was taken in, or is looked at before it is. `sha256` finds the file that was sent.

    `events` and `undo_events`: so many events stand in the chain right before the one that tells of its writing, or of its undo.
    """

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_person_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    written_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    undone_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    accepts_suggestions: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0, server_default="0")
    restored: Mapped[int] = mapped_column(default=0, server_default="0")
    stayed: Mapped[int] = mapped_column(default=0, server_default="0")
    events: Mapped[int] = mapped_column(default=0, server_default="0")
    undo_events: Mapped[int] = mapped_column(default=0, server_default="0")


class BatchRow(Base):
    """What a batch did to one row: `before` holds the columns that it changed as they were; nothing if it made the row.

    `mark` tells whether the row is still as it was written. `stays` is why an undo left it; rows that went back are gone
    from here too.
    """

    __tablename__ = "batch_row"
    __table_args__ = (Index("ix_batch_row_row_id", "table_name", "row_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    mark: Mapped[str] = mapped_column(String(32))
    stays: Mapped[str] = mapped_column(String(60), default="")


def parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Numbers in order, some hundred at a time."""
    listed = sorted(ids)
    for start in range(0, len(listed), SOME):
        yield listed[start : start + SOME]


def mark_of(row: Mapping[str, Any] | RowMapping) -> str:
    """What changes with the row: its version; where it has none, a digest of all that stands in it."""
    if "version" in row:
        return str(row["version"])
    told = repr([(name, plain(value)) for name, value in sorted(row.items())])
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def as_stored(table: Table, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Values that JSON has kept, as the columns of the table take them."""
    found = {}
    for name, value in kept.items():
        kind = table.c[name].type.python_type
        instant = value is not None and issubclass(kind, date)
        found[name] = (datetime if issubclass(kind, datetime) else date).fromisoformat(value) if instant else value
    return found


@contextmanager
def keeping(it: Batch, apart: Collection[str] = ()) -> Iterator[None]:
    """Note for the batch what every row that the block writes was before, and how it is left; also how many events were told.

    A row that the block deletes, or one of a table without `id`, cannot be put back: an error. `apart` names tables whose
    rows stay in any case.
    """
    session = db.session()
    session.flush()
    told, seen = queued(session), _Seen(session, APART | set(apart))
    hooks = (("before_flush", seen.before_flush), ("after_flush", seen.after_flush), ("do_orm_execute", seen.on_execute))
    for name, hook in hooks:
        event.listen(session, name, hook)
    try:
        yield
        session.flush()
    finally:
        for name, hook in hooks:
            event.remove(session, name, hook)
    it.events = queued(session) - told
    rows: Any = BatchRow.__table__
    for noted in seen.rows(it.id):
        session.execute(insert(rows), noted)


class _Seen:
    """The rows that a session has written, by table and id: as they were before, None for those that it made."""

    def __init__(self, session: Session, apart: Collection[str]) -> None:
        self._session = session
        self._apart = apart
        self._rows: dict[Table, dict[int, Mapping[str, Any] | None]] = {}

    def before_flush(self, session: Session, _context: UOWTransaction, _instances: object) -> None:
        changed: dict[Table, list[int]] = {}
        for one in session.dirty:
            if self._of(one.__table__) is not None and session.is_modified(one):
                changed.setdefault(one.__table__, []).append(one.id)
        for one in session.deleted:
            self._refuse_deletion(one.__table__)
        for table, ids in changed.items():
            self._changes(table, ids)

    def after_flush(self, session: Session, _context: UOWTransaction) -> None:
        for one in session.new:
            made = self._of(one.__table__)
            if made is not None:
                made[one.id] = None

    def on_execute(self, state: ORMExecuteState) -> Any:
        if not (state.is_insert or state.is_update or state.is_delete):
            return None
        statement: Any = state.statement
        table = Base.metadata.tables[statement.table.name]  # without what the mapper has added to it
        made = self._of(table)
        if made is None:
            return None
        if state.is_delete:
            self._refuse_deletion(table)
        if state.is_update:
            if statement.whereclause is None and state.parameters:  # many rows, each named by its id
                values = state.parameters if isinstance(state.parameters, Sequence) else [state.parameters]
                self._changes(table, [one["id"] for one in values])
            else:
                where = select(table.c.id)
                where = where if statement.whereclause is None else where.where(statement.whereclause)
                self._changes(table, list(self._session.connection().execute(where).scalars()))
            return None
        # In whatever order: all that is wanted is which rows are new.
        answer = state.invoke_statement(statement=statement.returning(table.c.id))
        made |= dict.fromkeys(answer.scalars().all())
        return answer

    def _of(self, table: Table) -> dict[int, Mapping[str, Any] | None] | None:
        if table.name in self._apart:
            return None
        if "id" not in table.c:
            raise RuntimeError(f"rows of {table.name} have no id by which a batch could put them back")
        return self._rows.setdefault(table, {})

    def _refuse_deletion(self, table: Table) -> None:
        if table.name not in self._apart:
            raise RuntimeError(f"a batch cannot put back what it deletes from {table.name}")

    def _changes(self, table: Table, ids: Iterable[int]) -> None:
        known = self._rows[table]
        for some in parts(set(ids) - known.keys()):
            found = self._session.connection().execute(select(table).where(table.c.id.in_(some))).mappings()
            known |= {row["id"]: row for row in found}

    def rows(self, batch_id: int) -> Iterator[list[dict[str, Any]]]:
        """What is kept, some hundred rows at a time; without those that are as they were."""
        for table, known in self._rows.items():
            for some in parts(known):
                marks = "version" in table.c and all(known[one] is None for one in some)
                columns = (table.c.id, table.c.version) if marks else tuple(table.c)
                now = select(*columns).where(table.c.id.in_(some))
                noted = []
                for row in self._session.connection().execute(now).mappings():
                    was = known[row["id"]]
                    before = None
                    if was is not None:
                        before = {name: plain(value) for name, value in was.items() if row[name] != value}
                        if not before:
                            continue
                    noted.append({"batch_id": batch_id, "table_name": table.name, "row_id": row["id"], "before": before,
                                  "mark": mark_of(row), "stays": ""})  # fmt: skip
                if noted:
                    yield noted
