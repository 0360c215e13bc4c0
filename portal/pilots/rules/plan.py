"""The plan of a pilot as days and as a document: its weeks, its looks, and the mark that freezes it. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from portal.pilots.rules import looks

WEEK = timedelta(weeks=1)


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
