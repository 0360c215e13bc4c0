"""`portal serve` and `portal worker`.

On SQLite one process does everything with threads, and a lock file refuses a second one: SQLite connections must not
cross a fork, and two processes would get past the fair queue of writers (docs/decisions/002). Migrations and the demo
run before, in processes of their own that end.
"""

import fcntl
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

import click
import waitress
from flask import Flask
from huey.api import Huey

from portal.app import JsonLines, create_app
from portal.core import clock, jobs, outbox
from portal.core.db import assert_durable, checkpoint, db, unit_of_work
from portal.identity.commands import links
from portal.migrations import run as migrations
from portal.settings import Settings

log = logging.getLogger("portal")
TICK_SECONDS = 15.0
THREADS = 8


def serve(settings: Settings, *, host: str, port: int, first_run: bool) -> None:
    """Serve until SIGTERM or Ctrl-C. RuntimeError if another process holds the SQLite database."""
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::1') else host}:{port}"  # noqa: S104  (compared, not bound)
    with sole_process(settings):
        _start_log(settings)
        if not is_current(settings):
            _in_own_process("migrate")
        if first_run and not has_people(settings):
            _in_own_process("demo", "load", "--if-empty")
        app = create_app(settings, LISTEN_URL=settings.base_url or address)
        (settings.folder / "address").write_text(settings.base_url or address)
        with app.app_context():
            assert_durable(db.session())
            db.session.remove()
        stop = threading.Event()
        background = Background(app, stop) if settings.database.startswith("sqlite") else None
        if background:
            background.start()
        if first_run:
            _welcome(app, settings, address)
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=1000,
            channel_timeout=20,
            ident=None,
            clear_untrusted_proxy_headers=not int(settings.proxies),  # those of known proxies are read by ProxyFix
        )
        signal.signal(signal.SIGTERM, lambda *_: _leave(server))
        try:
            server.run()
        except (KeyboardInterrupt, SystemExit):
            log.info("stopping")
        finally:
            server.close()
            stop.set()
            if background:
                background.join()


def work(settings: Settings) -> None:
    """Do background work until SIGTERM or Ctrl-C. On SQLite `portal serve` does it: refused here."""
    if settings.database.startswith("sqlite"):
        raise RuntimeError(
            "on SQLite the background work runs inside `portal serve`; a worker of its own needs PostgreSQL"
        )
    _start_log(settings)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    background = Background(create_app(settings), stop)
    background.start()
    try:
        stop.wait()
    except KeyboardInterrupt:
        stop.set()
    background.join()


class Background:
    """The two threads of the background: one works off jobs as they come, one sweeps every quarter of a minute."""

    def __init__(self, app: Flask, stop: threading.Event) -> None:
        self.app, self.stop, self.wake = app, stop, threading.Event()
        self.queue: Huey = jobs.make_queue(app.extensions["settings"].jobs)
        self.task = self.queue.task(name="run")(self._run)
        jobs.CARRY[:] = [self.task]
        outbox.WAKE[:] = [self.wake.set]
        self.threads = [threading.Thread(target=one, daemon=True) for one in (self._sweep, self._work)]

    def start(self) -> None:
        """Start both threads."""
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        """Let the threads end what they are at."""
        self.wake.set()
        for thread in self.threads:
            thread.join(timeout=20)

    def _run(self, number: int) -> None:
        with self.app.app_context():
            jobs.run(number)

    def _work(self) -> None:
        while not self.stop.is_set():
            task = self.queue.dequeue()
            if task is None:
                self.stop.wait(0.3)
            else:
                self.queue.execute(task)

    def _sweep(self) -> None:
        while not self.stop.is_set():
            with self.app.app_context():
                jobs.tick()
                outbox.deliver(clock.now())
                checkpoint()
            self._wait()

    def _wait(self) -> None:
        """Until the next tick; a filled outbox is emptied in between, without a whole tick."""
        for _quarter in range(int(TICK_SECONDS)):
            if self.stop.is_set():
                return
            if self.wake.wait(1.0):
                self.wake.clear()
                with self.app.app_context():
                    outbox.deliver(clock.now())


@contextmanager
def sole_process(settings: Settings) -> Iterator[None]:
    """Hold the lock of a SQLite instance. RuntimeError if another server has it."""
    if not settings.database.startswith("sqlite"):
        yield
        return
    file = settings.folder / "portal.lock"
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError("another process serves this instance already (portal.lock is held)") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_current(settings: Settings) -> bool:
    """Whether a SQLite database has the newest schema, so that a start need not wait for the migrations."""
    at = _peek(settings, "SELECT version_num FROM alembic_version")
    return at is not None and at[0] == migrations.head()


def has_people(settings: Settings) -> bool:
    """Whether a SQLite database holds people, so that a start need not wait for a demo that would not be loaded."""
    return _peek(settings, "SELECT 1 FROM person LIMIT 1") is not None


def _peek(settings: Settings, select: str) -> tuple[Any, ...] | None:
    """A row of a SQLite database that nobody serves yet; None without row, table or database."""
    file = settings.folder / "portal.db"
    if not settings.database.startswith("sqlite") or not file.exists():
        return None
    with closing(sqlite3.connect(file)) as database:
        try:
            found: tuple[Any, ...] | None = database.execute(select).fetchone()
        except sqlite3.OperationalError:  # no such table
            return None
    return found


def link(settings: Settings, token: str, next_path: str, base_url: str = "") -> str:
    """The address of a sign-in link, on the server that runs or last ran on this instance."""
    told = settings.folder / "address"
    base = (
        base_url
        or settings.base_url
        or (told.read_text().strip() if told.exists() else "http://localhost:8000")
    )
    onward = "" if next_path in ("", "/") else f"?next={quote(next_path)}"
    return f"{base.rstrip('/')}/login/link/{token}{onward}"


def _welcome(app: Flask, settings: Settings, address: str) -> None:
    click.echo(f"\nThe portal is at {address}")
    click.echo("Sign in with one of these links (each works once; more: portal login-link NAME):\n")
    with app.app_context():
        with unit_of_work():
            made = links.issue_demo_links()
        for name, role, token in made:
            click.echo(f"  {name:<12} {role:<18} {link(settings, token, '/')}")
    click.echo("\nCtrl-C ends it; the data stay in the instance folder.\n")


def _in_own_process(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", "portal", *command], check=False)  # noqa: S603  (our own program)
    if done.returncode != 0:
        raise RuntimeError(f"portal {' '.join(command)} failed")


def _leave(server: Any) -> None:
    server.close()
    raise SystemExit(0)


def _start_log(settings: Settings) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("waitress").setLevel("ERROR")
    logging.getLogger("alembic").setLevel("WARNING")
