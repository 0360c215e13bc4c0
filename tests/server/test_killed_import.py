"""SIGKILL in the middle of `portal import` and `portal undo`: all rows are there or none, and the next run does it whole."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ROWS = 2_000
KILLS = 3


def portal(folder: Path, *command: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PORTAL_INSTANCE": str(folder), "PORTAL_ASSETS": "local"}
    return subprocess.Popen(
        [sys.executable, "-m", "portal", *command], env=environment, start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finished(folder: Path, *command: str) -> str:
    out, errors = portal(folder, *command).communicate(timeout=120)
    assert not errors, errors
    return out


def counts(folder: Path) -> dict[str, int]:
    """Rows of each table that an import of accounts writes."""
    with closing(sqlite3.connect(folder / "portal.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("account", "search_doc", "batch", "event")
        }


@pytest.mark.slow
def test_a_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account,sector\n" + "".join(f"Works {number:05d},retail\n" for number in range(ROWS)))
    whole = tmp_path / "whole"
    finished(whole, "migrate")
    nothing = counts(whole)
    began = time.monotonic()
    finished(whole, "import", "accounts", str(file))
    lasts = time.monotonic() - began
    everything = counts(whole)
    assert everything["account"] == ROWS
    assert everything["batch"] == 1

    chance, seen = random.Random(2026), []
    for number in range(KILLS):
        folder = tmp_path / f"killed-{number}"
        finished(folder, "migrate")
        going = portal(folder, "import", "accounts", str(file))
        time.sleep(lasts * chance.uniform(0.3, 1.0))
        os.killpg(going.pid, signal.SIGKILL)
        going.communicate()
        left = counts(folder)
        assert left in (nothing, everything)
        seen.append(left == nothing)
        told = finished(folder, "import", "accounts", str(file)).splitlines()
        assert (f"changed {ROWS} (new {ROWS})" if left == nothing else f"unchanged {ROWS}") in told
        assert counts(folder)["account"] == ROWS
    assert any(seen), "no kill came before the end of the import: it proves nothing"


@pytest.mark.slow
def test_a_killed_undo_takes_back_all_or_nothing(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account,sector\n" + "".join(f"Works {number:05d},retail\n" for number in range(ROWS)))
    chance, seen = random.Random(2026), []
    lasts = 3.0
    for number in range(KILLS):
        folder = tmp_path / f"killed-{number}"
        finished(folder, "migrate")
        finished(folder, "import", "accounts", str(file))
        written = counts(folder)
        began = time.monotonic()
        going = portal(folder, "undo", "1")
        if number:
            time.sleep(lasts * chance.uniform(0.3, 0.9))
            os.killpg(going.pid, signal.SIGKILL)
        going.communicate()
        lasts = lasts if number else time.monotonic() - began
        left = counts(folder)
        assert left == written or (left["account"], left["search_doc"]) == (0, 0)
        seen.append(left == written)
        if left == written:
            assert f"removed {ROWS}" in finished(folder, "undo", "1").splitlines()
    assert any(seen), "no kill came before the end of the undo: it proves nothing"
