"""SIGKILL during writes: every acknowledged write is there afterwards, exactly once.

What was not acknowledged is there at most once, and sending it again with the same key makes it exactly once.
`PORTAL_KILL_CYCLES` says how many kills; CI asks for 40.
"""

import http.client
import os
import random
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.running import Server

CYCLES = int(os.environ.get("PORTAL_KILL_CYCLES", "5"))
WRITERS = 3


class Writer(threading.Thread):
    """Records calls at one customer until it is told to stop; keeps what was acknowledged and what is unknown."""

    def __init__(self, server: Server, jar: str, token: str, account: int, stop: threading.Event) -> None:
        super().__init__()
        self.server, self.jar, self.token, self.account, self.stop = server, jar, token, account, stop
        self.acknowledged: list[str] = []
        self.unknown: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            once = uuid.uuid4().hex
            try:
                done = self.write(once)
            except (OSError, http.client.HTTPException):  # refused, or cut off in the middle of the answer
                self.unknown.append(once)
                return
            (self.acknowledged if done else self.unknown).append(once)

    def write(self, once: str) -> bool:
        """Record one call; whether it was acknowledged."""
        data = {"way": "call", "text": f"note {once}", "once": once, "csrf_token": self.token}
        return self.server.post(f"/customers/{self.account}/interactions", data, self.jar)[0] == 303


@pytest.mark.slow
@pytest.mark.enable_socket
def test_no_acknowledged_write_is_lost_or_doubled(tmp_path: Path, serve: Callable[[Path], Server]) -> None:
    chance = random.Random(2026)
    server = serve(tmp_path)
    jar, token = server.sign_in("rep")
    acknowledged: list[str] = []
    unknown: list[str] = []
    for _cycle in range(CYCLES):
        stop = threading.Event()
        writers = [Writer(server, jar, token, 1 + number, stop) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        _first_acknowledged(writers)
        time.sleep(chance.uniform(0.0, 0.4))
        server.kill()
        stop.set()
        for writer in writers:
            writer.join()
            acknowledged += writer.acknowledged
            unknown += writer.unknown
        server.start()
    again = Writer(server, jar, token, 1, threading.Event())
    sent_again = [once for once in unknown if _account_of(tmp_path, once) in (0, 1) and again.write(once)]
    server.stop()
    with closing(sqlite3.connect(tmp_path / "portal.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        found: dict[str, int] = {}
        for (text,) in database.execute("SELECT text FROM interaction WHERE text LIKE 'note %'"):
            found[text.removeprefix("note ")] = found.get(text.removeprefix("note "), 0) + 1
    assert len(acknowledged) > CYCLES, "the writers were too slow to prove anything"
    assert {once: found.get(once, 0) for once in acknowledged if found.get(once, 0) != 1} == {}
    assert all(found.get(once, 0) <= 1 for once in unknown)
    assert all(found[once] == 1 for once in sent_again)
    checked = server.run("doctor").stdout
    assert "ok   event chain" in checked, checked
    print(f"{CYCLES} kills, {len(acknowledged)} acknowledged, {len(unknown)} unknown, 0 lost, 0 doubled")


def _first_acknowledged(writers: list[Writer]) -> None:
    """Wait until the server that has just started takes writes: the kill shall come in their midst."""
    deadline = time.monotonic() + 10
    while not any(writer.acknowledged for writer in writers) and time.monotonic() < deadline:
        time.sleep(0.01)


def _account_of(folder: Path, once: str) -> int:
    """At which customer a note was written; 0 if it was not."""
    with closing(sqlite3.connect(folder / "portal.db")) as database:
        row = database.execute("SELECT account_id FROM interaction WHERE text = ?", (f"note {once}",)).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_server_starts_refuses_a_second_one_and_ends_politely(tmp_path: Path, serve: Callable[[Path], Server]) -> None:
    server = serve(tmp_path)
    deadline = time.monotonic() + 20
    while server.get("/readyz")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server.get("/readyz")[0] == 200
    second = server.run("serve", "--port", "1")
    assert second.returncode == 1
    assert second.stderr.strip().splitlines() == ["Error: another process serves this instance already (portal.lock is held)"]
    assert oct((tmp_path / "secret.key").stat().st_mode & 0o777) == "0o600"
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 20
    server.start()
    jar, _token = server.sign_in("rep")
    assert "Suzhou Jinhe" in server.get("/customers?lang=en", jar)[2]
    assert server.stop() == 0


@pytest.mark.slow
@pytest.mark.enable_socket
def test_backups_hold_every_write_that_was_acknowledged_before(tmp_path: Path, serve: Callable[[Path], Server]) -> None:
    (tmp_path / "live").mkdir()
    server = serve(tmp_path / "live")
    jar, token = server.sign_in("rep")
    stop = threading.Event()
    writer = Writer(server, jar, token, 1, stop)
    writer.start()
    time.sleep(1.0)
    before = list(writer.acknowledged)
    made = server.run("backup", str(tmp_path / "kept.zip"))
    stop.set()
    writer.join()
    server.stop()
    assert made.returncode == 0, made.stderr
    fresh = tmp_path / "fresh"
    server.environment["PORTAL_INSTANCE"] = str(fresh)
    assert server.run("restore", str(tmp_path / "kept.zip")).returncode == 0
    with closing(sqlite3.connect(fresh / "portal.db")) as database:
        texts = {text for (text,) in database.execute("SELECT text FROM interaction")}
    assert before
    assert {f"note {once}" for once in before} <= texts
    assert server.run("restore", str(tmp_path / "kept.zip")).returncode == 1
