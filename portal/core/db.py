"""The declarative base, the engine's settings and the unit of work.

SQLAlchemy's defaults lose updates on SQLite without an error (docs/decisions/002): the driver's own transaction
handling is therefore off, every unit of work that may write opens with BEGIN IMMEDIATE, and reading opens with a
plain BEGIN. SQLite serves waiting writers unfairly, so writers of this process queue in front of it in order of arrival.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 20_000
WRITE_WAIT_SECONDS = 20.0
ROWS_AT_ONCE = 500
"""SQLite takes 32,766 values in one statement."""


class Base(DeclarativeBase):
    """The base of all tables; every constraint gets a name, so that migrations can drop it on SQLite too."""

    metadata = MetaData(naming_convention=NAMING)

    @property
    def told_as(self) -> "Base":
        """The row that events about this one name: itself, unless it is a part of another."""
        return self


NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables whose rows can go although events speak of them: SQLite gives the number of such a row to no other."""


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"autoflush": True, "expire_on_commit": False},
)


UNWATCHED = {"synchronize_session": False}
"""For an UPDATE or DELETE of rows that the session does not hold, or reads again: else it looks through all that it holds."""


class WriteQueue:
    """A lock that serves threads in order of arrival. A busy database answers `TimeoutError` after `seconds`."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def acquire(self, seconds: float) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=seconds):
            return
        with self._guard:
            if gate in self._waiting:
                self._waiting.remove(gate)
                raise TimeoutError("the database has been busy for too long")
        # The lock was handed over between the time-out and the guard: it is ours after all.

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


_write_queue = WriteQueue()
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def set_up_engine(engine: Engine) -> None:
    """Give an engine the transaction rules of this house. Call once, before its first connection."""
    # The text of a database error goes into the log and onto the health page: it must not quote what was to be written.
    engine.hide_parameters = True
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        _sqlite_settings(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _sqlite_settings(connection: sqlite3.Connection) -> None:
    for line in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "trusted_schema=OFF",
        "cache_size=-16000",
        "wal_autocheckpoint=0",
    ):
        connection.execute(f"PRAGMA {line}")


def durability(session: Session) -> dict[str, str]:
    """The live settings that the promise «no acknowledged write is lost» rests on, by name."""
    if session.get_bind().dialect.name == "sqlite":
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: str(session.execute(text(f"PRAGMA {name}")).scalar_one()) for name in names}
    names = ("fsync", "synchronous_commit", "server_encoding")
    return {name: str(session.execute(text(f"SHOW {name}")).scalar_one()) for name in names}


def assert_durable(session: Session) -> None:
    """Refuse to start on a database whose settings could lose an acknowledged write or garble text."""
    live = durability(session)
    wanted = (
        {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
        if session.get_bind().dialect.name == "sqlite"
        else {"server_encoding": "UTF8"}
    )
    wrong = {name: live[name] for name, value in wanted.items() if live[name].lower() != value.lower()}
    if wrong:
        raise RuntimeError(f"unsafe database settings: {wrong}, needed: {wanted}")


def is_writing() -> bool:
    """Whether this thread is inside a unit of work."""
    return _writing.get()


def insert_new(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], answer: Any) -> list[Any]:
    """Insert those rows whose unique keys are not there yet; the column `answer` of each that was new."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    found: list[Any] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        new = dialect.insert(model).values(list(rows[start : start + ROWS_AT_ONCE])).on_conflict_do_nothing()
        found += session.execute(new.returning(answer)).scalars()
    return found


# Called as the last statements of each unit of work, before its commit; `core.events` numbers the events here.
BEFORE_COMMIT: list[Callable[[Session], None]] = []


def after_commit(act: Callable[[], None]) -> None:
    """Run `act` once the present unit of work has been committed; never if it is rolled back."""
    db.session.info.setdefault("after_commit", []).append(act)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One writing transaction: committed at the end of the block, rolled back by any exception.

    On SQLite it waits its turn among the writers of this process and opens with BEGIN IMMEDIATE. Anything read
    before is read again: what the block sees is the state that it changes. Not to be nested.
    """
    if _writing.get():
        raise RuntimeError("a unit of work is already open")
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside a unit of work")
    session.rollback()
    session.expire_all()
    acts: list[Callable[[], None]] = []
    _open(session)
    try:
        session.connection()
        yield session
        if _writing.get():
            session.flush()
            for last in BEFORE_COMMIT:
                last(session)
            session.commit()
            acts = session.info.pop("after_commit", [])
    finally:
        session.rollback()
        _close(session)
    for act in acts:
        act()


def abandon() -> None:
    """Roll the present unit of work back now, if there is one; what follows in its block only reads.

    A form that is shown again uses this, so that no page is rendered while others wait to write.
    """
    session = db.session()
    session.rollback()
    _close(session)


def checkpoint() -> None:
    """Move SQLite's write-ahead log into the database file, while no writer of this process is at work.

    Connections do not checkpoint by themselves here: SQLite up to 3.51.2 can lose a commit that meets a checkpoint of
    another connection in the same instant (its WAL-reset fault). It waits for no reader: what somebody still reads is
    moved the next time, since whoever waits here keeps all writers waiting. Nothing to do on PostgreSQL.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()  # a snapshot that this very thread still holds would be waited for as well
    _write_queue.acquire(WRITE_WAIT_SECONDS)
    try:
        connection = db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA busy_timeout=0")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.cursor().execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
            connection.close()
    finally:
        _write_queue.release()


def _open(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        _write_queue.acquire(WRITE_WAIT_SECONDS)
    _writing.set(True)


def _close(session: Session) -> None:
    session.info.clear()
    if _writing.get():
        _writing.set(False)
        if session.get_bind().dialect.name == "sqlite":
            _write_queue.release()
