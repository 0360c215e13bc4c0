"""The plan of a pilot as days and as a document: its weeks, its looks, and the mark that freezes it. Pure."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from portal.core.words import N_
from portal.pilots.rules import feasibility, looks

WEEK = timedelta(weeks=1)
TWICE = N_("A team stands on one side only.")
FEW = N_("Choose at least two teams: one alone has nothing to be compared with.")


def faults(
    starts_on: date, weeks: int, ramp_in: int, pilot: Sequence[int], comparison: Sequence[int], *, today: date
) -> list[tuple[str, str]]:
    """What of a plan cannot be judged afterwards: pairs of field and N_ reason, all of them; none for a sound plan."""
    found = []
    if starts_on.weekday():
        found.append(("starts_on", N_("A pilot starts on a Monday, since figures are told by week.")))
    if starts_on <= today:
        found.append(("starts_on", N_("A pilot is planned before it starts: choose a later Monday.")))
    if weeks < ramp_in + 2:
        found.append(("weeks", N_("At least two weeks have to count after those of getting used to it.")))
    if set(pilot) & set(comparison):
        found.append(("comparison_teams", TWICE))
    sides = (("pilot_teams", pilot), ("comparison_teams", comparison))
    return found + [(field, FEW) for field, teams in sides if len(set(teams)) < feasibility.LEAST_TEAMS]


def plain(name: str) -> str:
    """A name as it is compared with others: without case, width and double blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def next_names(names: Mapping[str, str], taken: Collection[str], longest: int) -> dict[str, str]:
    """The names of a pilot that starts again, each with the next number from 2 on that is free in all languages.

    `taken` holds `plain` names. A name that is empty stays so; a number of up to two figures at the end counts on.
    """
    bases = {key: re.sub(r" \d{1,2}$", "", name)[: longest - len(" 999")] for key, name in names.items()}
    for number in count(2):
        made = {key: f"{base} {number}" if base else "" for key, base in bases.items()}
        if not any(plain(name) in taken for name in made.values()):
            return made
    raise ValueError("numbers do not end")


def sundays(since: date, weeks: int) -> list[date]:
    """The Sundays of so many ISO weeks from the Monday `since` on."""
    return [since + WEEK * number + timedelta(days=6) for number in range(weeks)]


def look_days(starts_on: date, weeks: int, ramp_in: int, extension_weeks: int) -> Sequence[date]:
    """The Mondays from which on the looks may be taken: middle and end of the weeks that count, and of an extension.

    A look comes the day after the last Sunday that it counts, since figures of a week exist once it is over.
    """
    middle = ramp_in + (weeks - ramp_in + 1) // 2
    ends = [middle, weeks] + ([weeks + extension_weeks] if extension_weeks else [])
    if len(ends) != looks.needed(extension=bool(extension_weeks)):
        raise ValueError("as many days as looks are reserved")
    return [starts_on + WEEK * end for end in ends]


def mark(charter: Mapping[str, Any]) -> str:
    """SHA-256 of the charter as canonical JSON (sorted keys, no blanks): who changes a letter gets another one."""
    text = json.dumps(charter, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
