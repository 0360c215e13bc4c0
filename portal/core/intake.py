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
from functools import cache, cached_property
from typing import Any

from portal.core.clock import YEARS
from portal.core.types import Outcome
from portal.core.undo import Part
from portal.core.words import N_, tidy

MOST_DIGITS, MOST_DIGITS_OF_A_COUNT = 10, 9
"""Before the point: what a column can hold, even an amount that is told in millions."""

CLOSE = 88
"""From how much per cent of likeness on a name is taken for another one that was written wrongly."""

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
    `write(rows, by)` writes the accepted rows in the open unit of work and answers the outcome of each;
    `undone(plan, by)` follows when what they wrote was put back: it tells of it and brings the search up to date.
    `parts` say which of the rows that it writes belong to which.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    check: Callable[[list[Row], bool], None]
    write: Callable[..., list[Outcome]]
    undone: Callable[..., None]
    parts: tuple[Part, ...] = ()


def folded(text: str) -> str:
    """A name without what people write now this way, now that: width, case, blanks, punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch for ch in text if ch.isalnum())


class Names:
    """Known names, to be found although they were written a little differently.

    A close name shares many pairs of neighbouring signs with the one written, so not all of the rarest few can be missing.
    Only names that share enough are compared letter by letter; the answer is that of comparing with all.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.by_key = {folded(name): name for name in names}

    @cached_property
    def pairs(self) -> dict[str, set[tuple[str, int]]]:
        """The pairs of each folded name."""
        return {key: _pairs(key) for key in self.by_key}

    @cached_property
    def frequency(self) -> Counter[tuple[str, int]]:
        """How many names have each pair."""
        return Counter(pair for pairs in self.pairs.values() for pair in pairs)

    @cached_property
    def bearers(self) -> dict[tuple[str, int], list[str]]:
        """The folded names that have a pair among their rarest, by the pair."""
        found: dict[tuple[str, int], list[str]] = {}
        for key, pairs in self.pairs.items():
            for pair in self._rarest(pairs, len(key)):
                found.setdefault(pair, []).append(key)
        return found

    def nearest(self, written: str) -> str | None:
        """The known name that was probably meant, or None."""
        key = folded(written)
        if key in self.by_key:
            return self.by_key[key]
        close = get_close_matches(key, self._perhaps(key), n=2, cutoff=CLOSE / 100)
        return self.by_key[close[0]] if len(close) == 1 else None

    def _perhaps(self, key: str) -> set[str]:
        needed, mine = _needed(len(key)), _pairs(key)
        some = {one for pair in self._rarest(mine, len(key)) for one in self.bearers.get(pair, ())}
        return {one for one in some if len(mine & self.pairs[one]) >= needed.get(len(one), len(mine) + 1)}

    def _rarest(self, pairs: set[tuple[str, int]], length: int) -> list[tuple[str, int]]:
        """So many of the rarest pairs of a name that the rarest one that it shares with a close name is among them."""
        fewest = min(_needed(length).values(), default=len(pairs) + 1)
        return sorted(pairs, key=lambda pair: (self.frequency[pair], pair))[: len(pairs) - fewest + 1]


def _pairs(key: str) -> set[tuple[str, int]]:
    """Each pair of neighbouring signs, with how often it stood before in the same name."""
    before: Counter[str] = Counter()
    found = set()
    for at in range(len(key) - 1):
        pair = key[at : at + 2]
        found.add((pair, before[pair]))
        before[pair] += 1
    return found


@cache
def _needed(length: int) -> dict[int, int]:
    """How many pairs a close name shares at least with one of this length, by its own length.

    Of two names with a and b signs, `difflib` matches m in order; they are close from 2m / (a + b) = 88 % on. Between two
    matched stretches stands a sign that does not match, of which there are a + b - 2m; so at most as many pairs are torn,
    of the m - 1 that the matched signs would make in one stretch, and 3m - (a + b) - 1 are left.
    """
    needed = {}
    for other in range(length // 2, 2 * length + 1):
        matched = -(-CLOSE * (length + other) // 200)
        if matched <= min(length, other) and not matched == length == other:
            needed[other] = 3 * matched - (length + other) - 1
    return needed


def by_name(things: Iterable[tuple[Any, str, str | None]]) -> dict[str, Any]:
    """Things, each told with its name and its Chinese one, by what a file may call them.

    A name that several things have means none of them: it stands for `SEVERAL`.
    """
    bearers: dict[str, list[Any]] = {}
    for thing, *names in things:
        for name in dict.fromkeys(one for one in names if one):
            bearers.setdefault(name, []).append(thing)
    return {name: those[0] if len(those) == 1 else SEVERAL for name, those in bearers.items()}


SEVERAL = object()
"""What a name stands for that several things have."""
SEVERAL_HAVE = N_("%(column)s: several are called “%(written)s”. Write a name that one alone has; of people, the user name.")
NOT_KNOWN = N_("%(column)s “%(written)s” is not known.")
NONE_OF = N_("%(column)s “%(written)s” is not known. Known are: %(known)s.")
PERHAPS = N_("%(column)s “%(written)s” is not known. Did you mean “%(known)s”?")
MISSING = N_("%(column)s is missing.")


def resolve(
    row: Row, column: Column, known: Mapping[str, Any], names: Names, *, accept: bool
) -> Any:
    """What the name in a column stands for; the row is rejected if it is missing or not known.

    `known` maps exact names to things, `names` finds those nearly written. A near miss is taken if suggestions are
    accepted, and is the reason of the rejection otherwise.
    """
    written = row.cells.get(column.key, "").strip()
    if not written:
        row.reject(MISSING, column=column.label)
        return None
    if is_ambiguous(row, column, known):
        return None
    if written in known:
        return known[written]
    near = names.nearest(written)
    if near is None:
        row.reject(NOT_KNOWN, column=column.label, written=written)
        return None
    row.suggested.append((column.key, written, near))
    if accept and known[near] is not SEVERAL:
        return known[near]
    row.reject(PERHAPS, column=column.label, written=written, known=near)
    return None


def is_ambiguous(row: Row, column: Column, known: Mapping[str, Any]) -> bool:
    """Whether several things have the name in a column; the row is rejected then."""
    written = row.cells.get(column.key, "").strip()
    if known.get(written) is not SEVERAL:
        return False
    row.reject(SEVERAL_HAVE, column=column.label, written=written)
    return True


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
