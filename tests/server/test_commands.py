"""The command line: exit code 0 when done, 1 with one line when refused, 2 for wrong usage; never a traceback."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.core import outbox

PRODUCTS = "product,series,sales_price\nP 1,P,10\nP 2,P,20\n"


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A command line on an instance of its own, as it is after `portal migrate`."""
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PORTAL_ASSETS", "local")
    runner = CliRunner()
    assert run(runner, "migrate").output.startswith("schema ")
    return runner


def run(runner: CliRunner, *command: str, code: int = 0) -> Result:
    done = runner.invoke(main, command)
    assert done.exit_code == code, (command, done.output, done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def refusal(runner: CliRunner, *command: str) -> str:
    lines = run(runner, *command, code=1).stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_the_secret_is_made_once_and_for_the_owner_only(portal: CliRunner, tmp_path: Path) -> None:
    secret = tmp_path / "instance" / "secret.key"
    first = secret.read_text()
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    run(portal, "migrate")
    assert secret.read_text() == first
    secret.chmod(0o644)
    assert "chmod 600" in refusal(portal, "migrate")


@pytest.mark.slow
def test_help_is_no_error(portal: CliRunner) -> None:
    assert "Error" not in run(portal, "serve", "--help").output


@pytest.mark.slow
def test_the_demo_loads_once(portal: CliRunner) -> None:
    run(portal, "demo", "load")
    refusal(portal, "demo", "load")
    run(portal, "demo", "load", "--if-empty")


def test_a_login_link_leads_where_it_was_asked_to(portal: CliRunner) -> None:
    run(portal, "add-admin", "rep", "Wang Lei")
    link = run(portal, "login-link", "rep", "--next", "/customers?q=苏州").output.strip()
    assert re.fullmatch(
        r"http://localhost:8000/login/link/[\w-]{20,}\?next=/customers%3Fq%3D%E8%8B%8F%E5%B7%9E", link
    )
    other = run(portal, "login-link", "rep", "--base-url", "https://crm.example.com/").output.strip()
    assert other.startswith("https://crm.example.com/login/link/")
    refusal(portal, "login-link", "nobody")


def test_the_doctor_finds_what_is_wrong(portal: CliRunner, tmp_path: Path) -> None:
    never_ticked = run(portal, "doctor", code=1).output
    assert "BAD  last tick: never" in never_ticked
    run(portal, "add-admin", "rep", "Wang Lei")
    run(portal, "tick")
    assert "BAD" not in run(portal, "doctor").output
    with closing(sqlite3.connect(tmp_path / "instance" / "portal.db")) as database, database:
        database.execute("UPDATE event SET subject_id = subject_id + 1 WHERE id = 2")
    assert "BAD  event chain: broken at event 2" in run(portal, "doctor", code=1).output


def test_the_doctor_sees_an_old_schema(portal: CliRunner, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "instance" / "portal.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'older'")
    assert "BAD  migrations: at older" in run(portal, "doctor", code=1).output


def test_a_tick_tells_each_sweep_and_a_second_one_finds_nothing(portal: CliRunner) -> None:
    run(portal, "add-admin", "rep", "Wang Lei")
    run(portal, "tick")
    again = run(portal, "tick").output.splitlines()
    assert len(again) >= 3
    assert all(line.endswith(": 0") for line in again), again


def test_the_routes_are_told_as_a_table_and_as_json(portal: CliRunner) -> None:
    told = json.loads(run(portal, "routes", "--json").output)
    assert {"method", "path", "permission", "scope"} == set(told[0])
    assert {"method": "GET", "path": "/customers", "permission": "customers.see", "scope": ""} in told
    assert len(run(portal, "routes").output.splitlines()) == len(told)


def test_an_import_counts_and_a_second_one_changes_nothing(portal: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text(PRODUCTS)
    assert "nothing written" in run(portal, "import", "products", str(file), "--dry-run").output
    assert run(portal, "import", "products", str(file)).output.splitlines() == [
        "read 2", "accepted 2", "rejected 0", "changed 2 (new 2)", "unchanged 0",
    ]  # fmt: skip
    assert run(portal, "import", "products", str(file)).output.splitlines()[-2:] == [
        "changed 0 (new 0)",
        "unchanged 2",
    ]


def test_an_import_of_the_command_line_is_undone_there(portal: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text(PRODUCTS)
    run(portal, "import", "products", str(file))
    number, kind, *_told = run(portal, "undo").output.split()
    assert kind == "products"
    dry = run(portal, "undo", number, "--dry-run").output.splitlines()
    assert dry == ["would remove 2", "would set back 0", "would stay 0"]
    assert run(portal, "undo", number).output.splitlines() == ["removed 2", "set back 0", "stayed 0"]
    assert run(portal, "undo").output == ""
    refusal(portal, "undo", number)
    refusal(portal, "undo", "4711")
    assert "changed 2 (new 2)" in run(portal, "import", "products", str(file)).output


def test_a_file_that_cannot_be_taken_is_refused(portal: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("")
    refusal(portal, "import", "products", str(file))
    file.write_text(PRODUCTS)
    refusal(portal, "import", "planets", str(file))


def test_a_backup_comes_back_into_an_empty_instance_only(
    portal: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(portal, "add-admin", "rep", "Wang Lei")
    kept = tmp_path / "kept.zip"
    run(portal, "backup", str(kept))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "exists already" in refusal(portal, "backup", str(kept))
    assert "empty instance" in refusal(portal, "restore", str(kept))
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "fresh"))
    run(portal, "restore", str(kept))
    assert "ok   event chain" in run(portal, "doctor", code=1).output
    run(portal, "login-link", "rep")


def test_a_file_that_is_no_backup_is_refused(
    portal: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "fresh"))
    kept = tmp_path / "kept.zip"
    kept.write_bytes(b"no zip at all")
    refusal(portal, "restore", str(kept))
    assert not (tmp_path / "fresh" / "portal.db").exists()


def test_a_worker_of_its_own_needs_postgresql(portal: CliRunner) -> None:
    assert "SQLite" in refusal(portal, "worker")


@pytest.mark.parametrize(
    "command",
    [["nonsense"], ["import", "products"], ["serve", "--port", "x"], ["login-link"], ["restore", "/nowhere"]],
)
def test_wrong_usage_ends_with_2(portal: CliRunner, command: list[str]) -> None:
    run(portal, *command, code=2)


@pytest.mark.slow
def test_mails_wait_in_the_outbox_until_a_tick_sends_them(portal: CliRunner, tmp_path: Path) -> None:
    run(portal, "demo", "load")
    run(portal, "tick")
    with closing(sqlite3.connect(tmp_path / "instance" / "portal.db")) as database:
        states = {state for (state,) in database.execute("SELECT state FROM outbox")}
    assert states == {outbox.SENT, outbox.EXPIRED}, "of half a year only the mails of the last days leave"
