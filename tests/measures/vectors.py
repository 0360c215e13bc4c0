"""The vectors of the founders: an event log of two months, who had a licence, a calendar with a holiday week."""

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from portal.measures.rules.bits import bits_of
from portal.measures.rules.counting import (
    DayUse,
    History,
    Holders,
    Office,
    Roster,
    Seen,
    Stretch,
    count_day,
    first_licences,
    holding,
    sets_of,
    settled,
)
from portal.measures.slots import Feature
from tests.conftest import SHARED

AS_OF = date(2026, 10, 31)
ZONE = ZoneInfo("Asia/Shanghai")
ROLES = frozenset({"rep"})
KINDS = (
    "contact_logged",
    "opportunity_updated",
    "quote_submitted",
    "approval_decided",
    "order_viewed",
    "task_completed",
)
FEATURES = [Feature(kind, kind, frozenset({kind}), ROLES) for kind in KINDS]


class Happened(NamedTuple):
    """One line of the event log."""

    at: datetime
    person_id: int | None
    kind: str
    channel: str

    @property
    def day(self) -> date:
        """The local day."""
        return self.at.astimezone(ZONE).date()


class Vectors:
    """The files as values: people by number, teams by number."""

    def __init__(self, folder: Path) -> None:
        self.users = _read(folder / "adoption_users.csv")
        self.people = {row["user"]: number for number, row in enumerate(self.users, 1)}
        self.teams = {name: n for n, name in enumerate(dict.fromkeys(row["team"] for row in self.users), 1)}
        self.team_of = {self.people[row["user"]]: self.teams[row["team"]] for row in self.users}
        self.licences = [
            Stretch(
                self.people[row["user"]],
                date.fromisoformat(row["licence_from"]),
                date.fromisoformat(row["licence_to"]) + timedelta(days=1) if row["licence_to"] else None,
                row["is_test"] == "1",
            )
            for row in self.users
            if row["licence_from"]
        ]
        calendar = _read(folder / "adoption_calendar.csv")
        self.working = frozenset(date.fromisoformat(row["date"]) for row in calendar if row["working"] == "1")
        self.events = [
            Happened(
                datetime.fromisoformat(row["ts_utc"]),
                self.people.get(row["user"]),
                row["kind"],
                row["source"],
            )
            for row in _read(folder / "adoption_events.csv")
        ]
        self.expected: dict[str, Any] = json.loads((folder / "adoption_expected.json").read_text())

    def days(self) -> dict[date, DayUse]:
        """Each local day as the rules count it."""
        seen: dict[date, Counter[tuple[int | None, str, str]]] = {}
        for one in self.events:
            seen.setdefault(one.day, Counter())[one.person_id, one.kind, one.channel] += 1
        known = bits_of(self.people.values())
        test = [one for one in self.licences if one.test]
        return {
            day: count_day(
                [Seen(*key, times) for key, times in alike.items()],
                Holders(known, holding(test, day), holding(self.licences, day)),
                FEATURES,
            )
            for day, alike in seen.items()
        }

    def history(self) -> History:
        """The sets of every day."""
        sets: dict[str, dict[date, int]] = {}
        for day, use in self.days().items():
            for key, bits in sets_of(use).items():
                sets.setdefault(key, {})[day] = bits
        return History(sets)

    def roster(self) -> Roster:
        """Who stands where on the as-of day."""
        real = [one for one in self.licences if not one.test]
        licensed = holding(real, AS_OF)
        everybody = bits_of(self.people.values())
        homes = {
            number: bits_of(who for who, team in self.team_of.items() if team == number)
            for number in self.teams.values()
        }
        return Roster(
            AS_OF, settled(real, AS_OF), licensed & ~settled(real, AS_OF), homes, dict.fromkeys(homes),
            {"rep": everybody}, (Office(everybody, self.working),), first_licences(self.licences),
        )  # fmt: skip


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load() -> Vectors:
    """The vectors; a test that needs them is skipped where they are not beside the project."""
    folder = SHARED / "vectors"
    if not (folder / "adoption_expected.json").exists():
        pytest.skip("shared/vectors is not beside the project (PORTAL_SHARED names another place)")
    return Vectors(folder)
