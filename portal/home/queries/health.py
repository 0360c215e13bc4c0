"""Whether this installation is all right: for `portal doctor`, the health page and `/readyz`."""

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from portal.core import clock, events, jobs, outbox
from portal.core.db import assert_durable, db, durability
from portal.core.words import N_
from portal.identity.queries import audit
from portal.migrations import run as migrations
from portal.settings import Settings

STALE_TICK = timedelta(minutes=5)
STALE_CHECK = timedelta(days=2)
LEAST_FREE = 0.10

NAMES = {
    "database": N_("database"),
    "durability": N_("durability"),
    "migrations": N_("migrations"),
    "secret key": N_("secret key"),
    "event chain": N_("event chain"),
    "last tick": N_("last tick"),
    "outbox": N_("outbox"),
    "disk space": N_("disk space"),
    "audit.check_chain_daily": N_("the event chain, once a day"),
    "incentive cases": N_("incentive cases"),
    "jobs that nobody has": N_("jobs that nobody has"),
    "keys of old forms": N_("keys of old forms"),
    "mails that wait": N_("mails that wait"),
    "measures": N_("counting the measures"),
    "notices of access": N_("notices of access"),
    "prices that have run out": N_("prices that have run out"),
    "promises that move": N_("promises that move"),
    "reminders and escalation": N_("reminders and escalation"),
    "sessions.flush_seen": N_("when sessions were last used"),
    "sessions.forget_old": N_("sessions that are over"),
    "training due": N_("training due"),
    "training tries": N_("quizzes left open"),
    "audit.check": N_("check of the event chain"),
    "measures.rebuild": N_("counting the measures anew"),
    "approvals.recount": N_("deadlines counted anew"),
    "queued": N_("queued"),
    "failed": N_("failed"),
    "running": N_("running"),
    "done": N_("done"),
}
"""What the health page calls checks, sweeps, jobs and their states; a name that is missing is shown as it is."""


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, whether it is in order, and what was found."""

    name: str
    ok: bool
    says: str


def checks(settings: Settings, *, whole_chain: bool = False) -> list[Check]:
    """All findings. A check that fails to run is a finding too.

    `whole_chain`: compare every event with its hash here and now, which takes long where there are many. Without it the
    last daily check is told.
    """
    looks: tuple[tuple[str, Callable[[Settings], tuple[bool, str]]], ...] = (
        ("Python", _python),
        ("database", _database),
        ("durability", _durability),
        ("migrations", _migrations),
        ("secret key", _secret),
        ("event chain", _chain if whole_chain else _chain_lately),
        ("last tick", _tick),
        ("outbox", _outbox),
        ("disk space", _disk),
    )
    found = []
    for name, look in looks:
        try:
            ok, says = look(settings)
        except Exception as problem:  # noqa: BLE001  (whatever goes wrong in a check is its finding)
            db.session.rollback()
            ok, says = False, f"{type(problem).__name__}: {problem}"
        found.append(Check(name, ok, says))
    return found


def _python(_settings: Settings) -> tuple[bool, str]:
    return sys.version_info >= (3, 11), sys.version.split()[0]


def _database(settings: Settings) -> tuple[bool, str]:
    if not settings.database.startswith("sqlite"):
        return True, str(db.session.execute(select(func.version())).scalar_one()).split(" on ")[0]
    version = sqlite3.sqlite_version
    known_fault = sqlite3.sqlite_version_info < (3, 51, 3) and sqlite3.sqlite_version_info[:2] not in (
        (3, 44),
        (3, 50),
    )
    remark = (
        " (has the WAL-reset fault; kept away from it by checkpoints under the write lock)"
        if known_fault
        else ""
    )
    return sqlite3.sqlite_version_info >= (3, 40), f"SQLite {version}{remark}"


def _durability(_settings: Settings) -> tuple[bool, str]:
    session = db.session()
    assert_durable(session)
    return True, ", ".join(f"{name}={value}" for name, value in durability(session).items())


def _migrations(_settings: Settings) -> tuple[bool, str]:
    at, newest = migrations.current(), migrations.head()
    return at == newest, f"at {at}, newest {newest}"


def _secret(settings: Settings) -> tuple[bool, str]:
    mode = stat.S_IMODE(settings.secret_file.stat().st_mode)
    return mode & 0o077 == 0, f"mode {mode:o}"


def _chain(_settings: Settings) -> tuple[bool, str]:
    session = db.session()
    broken = events.first_broken(session)
    head = session.execute(select(events.EventHead.last_event_id, events.EventHead.hash)).first()
    if broken is not None:
        return False, f"broken at event {broken}"
    return True, f"{head.last_event_id} events, head {head.hash[:16]}" if head else "no events yet"


def _chain_lately(_settings: Settings) -> tuple[bool, str]:
    last = audit.chain()
    if last is None:
        return True, "not checked yet; once a day the background does it"
    told = f"{last.events} events" if last.broken is None else f"broken at event {last.broken}"
    fresh = clock.now() - last.at < STALE_CHECK
    return last.broken is None and fresh, f"{told}, checked {last.at:%Y-%m-%d %H:%M} UTC"


def _tick(_settings: Settings) -> tuple[bool, str]:
    sweeps = db.session.execute(select(jobs.Sweep)).scalars().all()
    if not sweeps:
        return False, "never; start `portal serve` or run `portal tick`"
    last = max(sweep.last_at for sweep in sweeps)
    failed = [f"{sweep.name}: {sweep.error}" for sweep in sweeps if sweep.error]
    told = f"{last:%Y-%m-%d %H:%M:%S} UTC" + ("; " + "; ".join(failed) if failed else "")
    return clock.now() - last < STALE_TICK and not failed, told


def _outbox(_settings: Settings) -> tuple[bool, str]:
    late, failed = outbox.backlog(db.session(), clock.now())
    return late == 0 and failed == 0, f"{late} late, {failed} given up"


def _disk(settings: Settings) -> tuple[bool, str]:
    room = shutil.disk_usage(settings.folder)
    return (
        room.free / room.total >= LEAST_FREE,
        f"{room.free // 1024**2:,} MiB free of {room.total // 1024**2:,}",
    )


def not_ready(settings: Settings) -> str:
    """What is missing before requests should come here: `database`, `migrations`, `last tick`; empty if nothing is."""
    for name, look in (("database", _database), ("durability", _durability), ("migrations", _migrations), ("last tick", _tick)):
        try:
            ok, _says = look(settings)
        except Exception:  # noqa: BLE001  (not reachable is what this asks)
            db.session.rollback()
            ok = False
        if not ok:
            return name
    return ""


@dataclass(frozen=True)
class Running:
    """The background work: sweeps, the last jobs, effects that could not leave."""

    sweeps: list[jobs.Sweep]
    jobs: list[jobs.Job]
    stuck: list[outbox.Outbox]


def running() -> Running:
    """What the background does and where it is stuck."""
    session = db.session()
    sweeps = session.execute(select(jobs.Sweep).order_by(jobs.Sweep.name)).scalars()
    lately = session.execute(select(jobs.Job).order_by(jobs.Job.id.desc()).limit(20)).scalars()
    stuck = select(outbox.Outbox).where((outbox.Outbox.state == outbox.FAILED) | (outbox.Outbox.error != ""))
    late = session.execute(stuck.order_by(outbox.Outbox.id.desc()).limit(20)).scalars()
    return Running(list(sweeps), list(lately), list(late))
