"""Work outside a request: jobs (once, with progress) and sweeps (all that is due, at every tick).

The truth is the `job` row, written in the transaction of the act that wants it; huey only carries its number to a
worker, and a sweep sends again what got lost. Sweeps are idempotent: each works through rows with a due time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import huey
from sqlalchemy import JSON, CursorResult, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, after_commit, db, unit_of_work
from portal.core.types import UtcInstant

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
LEASE = timedelta(minutes=5)
PATIENCE = timedelta(seconds=10)
"""So long the queue has to bring a job to a worker, before the sweep looks for it."""


class Job(Base):
    """One piece of background work: what, for whom, how far it is, what came out."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), default=QUEUED, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    started_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(String(500), default="")


class Sweep(Base):
    """When a sweep last ran and what it did: the health page shows it."""

    __tablename__ = "sweep"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_count: Mapped[int]
    error: Mapped[str] = mapped_column(String(500), default="")


Work = Callable[..., dict[str, Any]]
JOBS: dict[str, Work] = {}
SWEEPS: list[tuple[str, Callable[[datetime], int]]] = []
CARRY: list[Callable[[int], None]] = []


def job(name: str) -> Callable[[Work], Work]:
    """Register the function that does a kind of job: `work(progress, **args)` answers its result as plain values."""

    def register(work: Work) -> Work:
        JOBS[name] = work
        return work

    return register


def enqueue(name: str, *, person_id: int | None, **args: Any) -> Job:
    """Write a job in the open unit of work; a worker gets it after the commit."""
    it = Job(name=name, args=args, person_id=person_id, created_at=clock.now(), state=QUEUED, result={})
    db.session.add(it)
    db.session.flush()
    number = it.id
    for carry in CARRY:
        after_commit(lambda carry=carry: carry(number))  # type: ignore[misc]
    return it


@dataclass
class Progress:
    """How far a job is; saying so also renews its lease."""

    job_id: int

    def say(self, done: int, total: int) -> None:
        """Tell that `done` of `total` steps are behind."""
        with unit_of_work() as session:
            values = {"done": done, "total": total, "seen_at": clock.now()}
            session.execute(update(Job).where(Job.id == self.job_id).values(values))


def run(number: int) -> bool:
    """Do one job, unless another worker has it; whether it was done here."""
    now = clock.now()
    free = or_(Job.state == QUEUED, (Job.state == RUNNING) & (Job.seen_at < now - LEASE))
    with unit_of_work() as session:
        claimed = update(Job).where(Job.id == number, free).values(state=RUNNING, started_at=now, seen_at=now)
        result: CursorResult[Any] = session.execute(claimed)  # type: ignore[assignment]
        if result.rowcount != 1:
            return False
        it = session.get_one(Job, number)
        name, args = it.name, dict(it.args)
    values: dict[str, Any]
    try:
        values = {"state": DONE, "result": JOBS[name](Progress(number), **args)}
    except Exception as error:  # noqa: BLE001  (kept with the job, where its page shows it)
        db.session.rollback()
        values = {"state": FAILED, "error": f"{type(error).__name__}: {error}"[:500]}
    with unit_of_work() as session:
        session.execute(update(Job).where(Job.id == number).values(values | {"ended_at": clock.now()}))
    return True


def run_waiting(at: datetime) -> int:
    """Do the jobs that no worker got or whose worker died: a sweep."""
    lost = or_(
        (Job.state == QUEUED) & (Job.created_at < at - PATIENCE),
        (Job.state == RUNNING) & (Job.seen_at < at - LEASE),
    )
    return sum(run(number) for number in list(db.session.execute(select(Job.id).where(lost)).scalars()))


def tick(at: datetime | None = None) -> dict[str, int]:
    """Run every sweep once; how much each did. A sweep that fails is told on the health page and stops no other."""
    counts: dict[str, int] = {}
    for name, sweep in SWEEPS:
        error = ""
        try:
            counts[name] = sweep(at or clock.now())
        except Exception as fault:  # noqa: BLE001  (told on the health page and by doctor)
            db.session.rollback()
            counts[name], error = 0, f"{type(fault).__name__}: {fault}"[:500]
        with unit_of_work() as session:
            session.merge(Sweep(name=name, last_at=at or clock.now(), last_count=counts[name], error=error))
    return counts


def make_queue(url: str, name: str = "portal") -> huey.Huey:
    """The queue that carries job numbers: `sqlite:///file`, `redis://…`, `postgresql://…` or `memory:`."""
    if url.startswith("redis"):
        return huey.RedisHuey(name, url=url)
    if url.startswith("postgresql"):
        return huey.PostgresHuey(name, dsn=url.replace("postgresql+psycopg://", "postgresql://", 1))
    if url.startswith("sqlite:///"):
        return huey.SqliteHuey(name, filename=url.removeprefix("sqlite:///"))
    if url == "memory:":
        return huey.MemoryHuey(name)
    raise ValueError("PORTAL_JOBS_URL must begin with sqlite:///, redis:// or postgresql://")


SWEEPS.append(("jobs that nobody has", run_waiting))
