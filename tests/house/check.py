"""`make check`: everything that can be said about the code without running it for long. The steps run at the same time.

A step that fails shows what it said; the mirror at the end only shows lengths. Exit code 1 if any step failed.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.house import mirror

BIN = Path(sys.executable).parent
HOUSE = ("contracts", "declared", "documents", "rooms", "schema", "styles", "tables", "templates", "translations")
"""The tests of the house that only read; those that drive pages run with `make test`."""


@dataclass(frozen=True)
class Step:
    """One check: its name and its command."""

    name: str
    command: tuple[str, ...]

    def run(self) -> "Outcome":
        """Run it and keep what it says."""
        since = time.monotonic()
        command = (str(BIN / self.command[0]), *self.command[1:])
        environment = os.environ | {"MYPY_FORCE_COLOR": "0", "NO_COLOR": "1", "PYTEST_ADDOPTS": ""}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, **pipes, text=True, check=False, env=environment)
        return Outcome(self.name, done.returncode == 0, time.monotonic() - since, done.stdout)


@dataclass(frozen=True)
class Outcome:
    """How a step ended, after how many seconds, and what it said."""

    name: str
    ok: bool
    seconds: float
    said: str


STEPS = (
    Step("lint", ("ruff", "check", "--quiet", "--output-format=concise")),
    Step("types", ("mypy",)),
    Step("import contracts", ("lint-imports", "--no-logo")),
    Step("house", ("pytest", "-q", "--tb=short", "-m", "not postgres", *(f"tests/house/test_{name}.py" for name in HOUSE))),
)


def main() -> int:
    """Run all steps; the failed ones are told in full."""
    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(Step.run, STEPS))
    for one in outcomes:
        if not one.ok:
            print(f"--- {one.name}\n{one.said.rstrip()}\n")
    for line in mirror.shown():
        print(f"mirror  {line}")
    for one in outcomes:
        print(f"{'ok' if one.ok else 'FAILED':<7} {one.name} ({one.seconds:.1f} s)")
    return 0 if all(one.ok for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
