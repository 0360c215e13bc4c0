"""Taking in rows from files: how a room declares what it can read, and how its rows are checked as a whole.

A room's `intake.py` declares an `Intake`; the imports room reads the file, checks every row, shows what would happen
and lets the room write all accepted rows in one transaction. Nothing is dropped: read = accepted + rejected.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from portal.core.clock import YEARS
from portal.core.types import Outcome
from portal.core.words import N_, tidy

MOST_DIGITS, MOST_DIGITS_OF_A_COUNT = 10, 9
"""Before the point: what a column can hold, even an amount that is told in millions."""

Reason = tuple[str, dict[str, Any]]
"""Why a row is rejected: an N_ text and its values; it becomes a sentence in the reader's language."""


@dataclass(frozen=True)
class Column:
    """One value of a row: its key, how people head it in their files, and whether a file must have it."""

    key: str
    label: str
    headings: tuple[str, ...]
    required: bool = False

    def known_as(self, heading: str) -> bool:
        """Whether a heading in a file means this column."""
        return folded(heading) in {folded(one) for one in (self.key, *self.headings)}


@dataclass
class Row:
    """One row of a file: its line, its cells by column, what they mean (`values`), and what is wrong with it."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    suggested: list[tuple[str, str, str]] = field(default_factory=list)
    """Spellings taken or to be taken: column, as written, as known."""

    def reject(self, reason: str, **values: Any) -> None:
        """Reject the row for a reason (N_ text); several reasons add up."""
        self.reasons.append((reason, values))

    @property
    def accepted(self) -> bool:
        """Whether the row will be written."""
        return not self.reasons


@dataclass(frozen=True)
class Intake:
    """What a room can take in.

    `check(rows, accept_suggestions)` fills `values` or rejects, looking at all rows at once (parents, duplicates);
    `write(rows, by)` writes the accepted rows in the open unit of work and answers the outcome of each.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    check: Callable[[list[Row], bool], None]
    write: Callable[..., list[Outcome]]


def folded(text: str) -> str:
    """A name without what people write now this way, now that: width, case, blanks, punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch for ch in text if ch.isalnum())


def nearest(written: str, known: Mapping[str, str]) -> str | None:
    """The known name that was probably meant, or None. `known` maps folded names to names."""
    key = folded(written)
    if key in known:
        return known[key]
    close = get_close_matches(key, known, n=2, cutoff=0.88)
    return known[close[0]] if len(close) == 1 else None


def by_name(things: Iterable[tuple[Any, str, str | None]]) -> dict[str, Any]:
    """Things, each told with its name and its Chinese one, by what a file may call them.

    A Chinese name counts where one thing alone has it, and never before a name.
    """
    told = list(things)
    bearers = Counter(zh for _thing, _name, zh in told if zh)
    found = {zh: thing for thing, _name, zh in told if zh and bearers[zh] == 1}
    return found | {name: thing for thing, name, _zh in told}


NOT_KNOWN = N_("%(column)s “%(written)s” is not known.")
PERHAPS = N_("%(column)s “%(written)s” is not known. Did you mean “%(known)s”?")
MISSING = N_("%(column)s is missing.")


def resolve(
    row: Row, column: Column, known: Mapping[str, Any], names: Mapping[str, str], *, accept: bool
) -> Any:
    """What the name in a column stands for; the row is rejected if it is missing or not known.

    `known` maps exact names to things, `names` folded names to exact ones. A near miss is taken if suggestions are
    accepted, and is the reason of the rejection otherwise.
    """
    written = row.cells.get(column.key, "").strip()
    if not written:
        row.reject(MISSING, column=column.label)
        return None
    if written in known:
        return known[written]
    near = nearest(written, names)
    if near is None:
        row.reject(NOT_KNOWN, column=column.label, written=written)
        return None
    row.suggested.append((column.key, written, near))
    if accept:
        return known[near]
    row.reject(PERHAPS, column=column.label, written=written, known=near)
    return None


def day_in(row: Row, column: Column) -> date | None:
    """The date in a column (year-month-day, with or without a time); None if it is empty; rejects what is none."""
    written = row.cells.get(column.key, "").strip()
    if not written:
        return None
    try:
        found = date.fromisoformat(written.replace("/", "-")[:10])
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        row.reject(
            N_("%(column)s “%(written)s” is not a date (year-month-day)."),
            column=column.label,
            written=written,
        )
        return None
    return found


def number_in(row: Row, column: Column, places: int = 0) -> int | None:
    """The number in a column in units of 10^-places; None if it is empty; rejects what is none or too exact."""
    written = (
        unicodedata.normalize("NFKC", row.cells.get(column.key, "")).strip().lstrip("¥$€£ ").replace(",", "")
    )
    if not written:
        return None
    whole, _dot, part = written.partition(".")
    sign = -1 if whole.startswith("-") else 1
    part = part.rstrip("0")
    if (
        not (whole.removeprefix("-") or "0").isdecimal()
        or (part and not part.isdecimal())
        or len(part) > places
        or len(whole.lstrip("-0")) > (MOST_DIGITS if places else MOST_DIGITS_OF_A_COUNT)
    ):
        row.reject(
            N_("%(column)s “%(written)s” is not a number that fits here."),
            column=column.label,
            written=written,
        )
        return None
    return sign * int((whole.removeprefix("-") or "0") + part.ljust(places, "0"))


def text_in(row: Row, column: Column, most: int) -> str:
    """The text in a column, tidied, on one line; rejects what is longer than `most` characters."""
    written = " ".join(tidy(row.cells.get(column.key)).split())
    if len(written) > most:
        row.reject(N_("%(column)s is longer than %(most)s characters."), column=column.label, most=most)
        return ""
    return written


def reject_doubles(rows: Iterable[Row], key: Callable[[Row], str]) -> None:
    """Reject every row whose key has stood in an earlier row of the same file."""
    seen: dict[str, int] = {}
    for row in rows:
        one = key(row)
        if one and one in seen:
            row.reject(N_("The same as line %(line)s."), line=seen[one])
        elif one:
            seen[one] = row.line
