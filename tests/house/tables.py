"""The tables of the docs that are made from the code: `make docs` writes them, a test compares.

A table stands between `<!-- table:routes -->` and `<!-- /table -->` in any file of docs/ or in the README. The table of
expected answers in docs/security-model.md is not among them: it is written by hand, so that there are two sources.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from portal import settings
from portal.access.permissions import PERMISSIONS, ROLES
from portal.app import create_app
from portal.core import flow
from portal.measures.rules import registry
from portal.measures.slots import FEATURES
from portal.web.pages import declared
from tests.house import source


def table(heads: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; `heads` with `|` between."""
    columns = heads.split("|")
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def of_settings() -> str:
    """Every environment variable."""
    rows = [(f"`{name}`", f"`{default}`" if default else "", says) for name, default, says in settings.table()]
    return table("Variable|Default|Meaning", rows)


def of_permissions() -> str:
    """Every permission, with how far each role reaches."""
    rows = []
    for key, row in PERMISSIONS.items():
        reach = [f"{role}: {row.roles[role].name.lower()}" for role in ROLES if role in row.roles]
        everyone = len(reach) == len(ROLES) and len(set(row.roles.values())) == 1
        rows.append((f"`{key}`", row.label, f"everybody: {reach[0].split()[1]}" if everyone else ", ".join(reach)))
    return table("Permission|What it allows|Who, and how far", rows)


def of_routes() -> str:
    """Every route with what it declares."""
    with tempfile.TemporaryDirectory() as folder:
        routes = declared(create_app(settings.Settings(instance=folder)))
    rows = [(one.method, f"`{one.rule}`", f"`{one.may}`", f"`{one.on}`" if one.on else "", one.says) for one in routes]
    return table("Method|Path|Permission|Scope|What it does", rows)


def of_flows() -> str:
    """Every move of every flow."""
    rows = [
        (f"`{one.key}`", move.label, ", ".join(one.names[state] for state in move.sources), one.names[move.target],
         "the clock" if move.may == flow.CLOCK else f"`{move.may}`")
        for one in sorted(flow.FLOWS.values(), key=lambda one: one.key)
        for move in one.rows
    ]  # fmt: skip
    return table("Flow|Act|From|To|Who", rows)


def of_events() -> str:
    """Every kind of event with its sentence and its values."""
    return _kinds(flow.KINDS.values())


def of_notices() -> str:
    """Every kind of notice with its sentence and its values."""
    return _kinds(flow.NOTICES.values())


def _kinds(kinds: Iterable[flow.Kind]) -> str:
    rows = []
    for kind in sorted(kinds, key=lambda kind: kind.key):
        values = ", ".join(f"{name}: {of}" for name, of in kind.values.items())
        rows.append((f"`{kind.key}`", re.sub(r"%\((\w+)\)s", r"*\1*", kind.says), values))
    return table("Kind|Sentence|Values", rows)


def of_measures() -> str:
    """Every measure with its definition."""
    with tempfile.TemporaryDirectory() as folder:
        create_app(settings.Settings(instance=folder))  # the rooms name their features and sources when they are opened
    rows = [
        (f"`{it.key}`", it.name, it.says, registry.UNITS[it.unit], registry.WINDOWS[it.window],
         registry.DIRECTIONS[it.direction], it.numerator, it.denominator, it.source, str(it.version))
        for it in registry.measures().values()
    ]  # fmt: skip
    return table("Key|Name|Definition|Unit|Window|Direction|Numerator|Denominator|Source|Version", rows)


def of_features() -> str:
    """Every feature with the events that use it and the roles that have it."""
    with tempfile.TemporaryDirectory() as folder:
        create_app(settings.Settings(instance=folder))
    rows = [
        (f"`{it.key}`", it.name, ", ".join(f"`{kind}`" for kind in sorted(it.kinds)), ", ".join(sorted(it.roles)))
        for it in FEATURES
    ]
    return table("Key|Name|Events|Roles that have it", rows)


TABLES: dict[str, Callable[[], str]] = {
    "settings": of_settings,
    "permissions": of_permissions,
    "routes": of_routes,
    "flows": of_flows,
    "events": of_events,
    "notices": of_notices,
    "measures": of_measures,
    "features": of_features,
}

PLACE = re.compile(rf"(<!-- table:({'|'.join(TABLES)}) -->\n).*?(<!-- /table -->)", re.DOTALL)


def documents() -> list[Path]:
    """Every Markdown file that may hold a table."""
    return [*sorted((source.ROOT / "docs").rglob("*.md")), source.ROOT / "README.md"]


def renewed(text: str) -> str:
    """A document with its tables as the code has them now."""
    return PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main() -> int:
    """Say which documents are behind, or with `--write` bring them up to date."""
    source.load()
    behind = [file for file in documents() if renewed(file.read_text(encoding="utf-8")) != file.read_text(encoding="utf-8")]
    for file in behind:
        if "--write" in sys.argv:
            file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{file.relative_to(source.ROOT)} {'written' if '--write' in sys.argv else 'is behind the code: make docs'}")
    return 1 if behind and "--write" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
