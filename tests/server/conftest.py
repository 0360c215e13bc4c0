"""Servers of tests end with their test, however it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.running import Server


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Server]]:
    """Starts a server on a new instance folder, with the demo company in it."""
    started: list[Server] = []

    def start(folder: Path) -> Server:
        started.append(Server(folder))
        started[-1].start(first_run=True)
        return started[-1]

    yield start
    for server in started:
        server.kill()
