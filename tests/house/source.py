"""The source of the portal as the tests of the house read it: rooms, files, trees, templates."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from portal.migrations import run

ROOT = Path(__file__).parents[2]
PORTAL = ROOT / "portal"
TEMPLATES = PORTAL / "templates"
STATIC = PORTAL / "static"

WORDS = ("plugs", "views", "intake", "jobs", "forms", "commands", "queries", "models", "flow", "rules", "slots")
"""The closed list of file names of a room, from top to bottom."""
NO_ROOMS = {"__main__", "cli", "bench", "server", "app", "demo", "api", "web", "access", "core", "settings"}
"""Layers that are no rooms: composition, and what the rooms stand on."""


@cache
def order() -> tuple[tuple[str, ...], ...]:
    """The layers of the portal from top to bottom, as the import contract in pyproject.toml has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (rooms,) = (contract["layers"] for contract in contracts if contract["name"] == "Rooms stand in one order")
    return tuple(tuple(name.strip(" ()") for name in layer.split("|")) for layer in rooms)


@cache
def height() -> dict[str, int]:
    """How high each layer stands; neighbours stand on the same height."""
    layers = order()
    return {name: len(layers) - place for place, layer in enumerate(layers) for name in layer}


def rooms() -> list[Path]:
    """The folders of the rooms that are there."""
    names = {name for layer in order() for name in layer} - NO_ROOMS
    return sorted(folder for folder in PORTAL.iterdir() if folder.name in names and any(folder.rglob("*.py")))


def load() -> None:
    """Import everything that declares tables, flows and kinds of events."""
    run.load_tables()
    for room in rooms():
        if (room / "flow.py").exists() or (room / "flow").is_dir():
            import_module(f"portal.{room.name}.flow")


def modules(*folders: Path) -> Iterator[tuple[str, ast.Module]]:
    """The path below the project and the syntax tree of every Python file in these folders (default: the portal)."""
    for folder in folders or (PORTAL,):
        for file in sorted(folder.rglob("*.py")):
            yield str(file.relative_to(ROOT)), tree(file)


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"))


def templates() -> list[Path]:
    """Every template."""
    return sorted(file for file in TEMPLATES.rglob("*") if file.is_file())


def name_of(template: Path) -> str:
    """The name by which a template is asked for."""
    return template.relative_to(TEMPLATES).as_posix()
