"""The objects that the authorisation matrix and the acts of the event test speak of: made once a worker, copied for each test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core.db import unit_of_work
from tests.conftest import begin, keep

Made = dict[str, Any]
Staged = Callable[[Callable[[], Made]], Made]


@pytest.fixture(scope="session")
def _stages() -> dict[str, tuple[Path, Made]]:
    return {}


@pytest.fixture
def staged(
    app: Flask, _template: tuple[Flask, Path, Path], _stages: dict[str, tuple[Path, Made]]
) -> Staged:
    """`staged(make)`: the database as `make` leaves it, and what `make` answers; only the first test of a worker waits."""
    _app, live, _kept = _template

    def at(make: Callable[[], Made]) -> Made:
        name = make.__name__.strip("_")
        if name not in _stages:
            with unit_of_work():
                made = make()
            _stages[name] = (keep(app, live, name), made)
        kept, made = _stages[name]
        begin(app, live, kept)
        return made

    return at
