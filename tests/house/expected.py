"""The answers that docs/security-model.md expects, read from its two tables written by hand."""

import re
from dataclasses import dataclass
from pathlib import Path

from portal.access.permissions import ROLES

DOC = Path(__file__).parents[2] / "docs" / "security-model.md"
OWN, TEAM, ALL, SEAT, NONE = "own", "team", "all", "seat", "none"


@dataclass(frozen=True)
class Expected:
    """Who may open a route: nobody need sign in, or how far each role reaches."""

    public: bool
    roles: dict[str, str]


def table(name: str) -> list[list[str]]:
    """The cells of one of the tables, without its head."""
    text = DOC.read_text()
    found = re.search(rf"<!-- by hand: {name} -->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)
    assert found, f"docs/security-model.md has no table {name}"
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found[1].strip().splitlines()]
    return [[cell.strip("| ") for cell in row] for row in rows[2:]]


def classes() -> dict[str, Expected]:
    """Each class of readers, as the first table describes it."""
    found = {}
    for name, told in table("who"):
        if told == "without signing in":
            found[name] = Expected(public=True, roles={})
            continue
        roles = {}
        for part in told.split("·"):
            who, _colon, reach = (word.strip() for word in part.partition(":"))
            if who == "every role":
                roles |= dict.fromkeys(ROLES, ALL if reach == "oneself only" else reach)
            elif who == "every other role":
                roles |= {role: reach for role in ROLES if role not in roles}
            else:
                roles[who] = reach
        found[name] = Expected(public=False, roles=roles)
    return found


def routes() -> dict[tuple[str, str], Expected]:
    """What is expected of each (method, path)."""
    known = classes()
    return {(method, path.strip("`")): known[who] for method, path, who in table("routes")}
