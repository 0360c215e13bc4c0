"""State machines and kinds of events as rows. Pure: buttons, documents, Chinese names and tests read the same rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CLOCK = "clock"
"""The permission of moves that no person makes: a sweep does when their time has come."""


@dataclass(frozen=True)
class Move:
    """One arrow: `verb` leads from any of `sources` to `target`, for those who may, if `needs` finds no reason against.

    `needs(it)` returns None, or the N_ text of what is missing.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    may: str
    label: str
    needs: Callable[[Any], str | None] | None = None


class Flow:
    """The states of one kind of object and the moves between them.

    `names` maps each state to its N_ name; `start` is the state of a new object.
    """

    def __init__(self, key: str, start: str, names: dict[str, str], *moves: Move) -> None:
        self.key = key
        self.start = start
        self.names = names
        self.moves = {(source, move.verb): move for move in moves for source in move.sources}
        self.rows = moves
        known = set(names)
        used = {start} | {m.target for m in moves} | {s for m in moves for s in m.sources}
        if used - known:
            raise ValueError(f"flow {key}: states without a name: {sorted(used - known)}")
        FLOWS[key] = self

    def open_to(self, state: str, may: Callable[[str], bool]) -> list[Move]:
        """The moves that a person may make from a state, in the order of the table."""
        return [m for m in self.rows if state in m.sources and m.may != CLOCK and may(m.may)]

    def find(self, state: str, verb: str) -> Move | None:
        """The move of this verb from this state, or None where it is not allowed."""
        return self.moves.get((state, verb))

    @property
    def ends(self) -> set[str]:
        """States that nothing leads out of."""
        return set(self.names) - {source for source, _verb in self.moves}


@dataclass(frozen=True)
class Kind:
    """A kind of event: its key, the N_ sentence that tells it, and the types of its values.

    The sentence names its values as `%(name)s`; `%(actor)s` is always there. Types: text, int, money, day, instant,
    minutes, percent (basis points), person (an id whose name is looked up), word (an N_ text).
    `beside`: what it is about keeps its version, so that it is no answer to the question who was quicker.
    """

    key: str
    says: str
    values: dict[str, str] = field(default_factory=dict)
    timeline: bool = True
    beside: bool = False

    def __init__(
        self, key: str, says: str, *, timeline: bool = True, beside: bool = False, **values: str
    ) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "says", says)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "timeline", timeline)
        object.__setattr__(self, "beside", beside)
        unknown = set(values.values()) - set(VALUE_TYPES)
        if unknown:
            raise ValueError(f"{key}: unknown value types {sorted(unknown)}")
        declared = self._registry()
        if key in declared and declared[key] != self:
            raise ValueError(f"{key} is declared twice")
        declared[key] = self

    def _registry(self) -> "dict[str, Any]":
        return KINDS


class Notice(Kind):
    """A kind of notice to a person: like an event kind, a sentence with typed values, told in his language."""

    def _registry(self) -> "dict[str, Any]":
        return NOTICES


@dataclass(frozen=True)
class Thing:
    """What the rows of a table that events are about are called: an N_ word, written as in the middle of a sentence.

    `path` is where one is seen (`/customers/{}`) by those with the permission `may`; empty where there is no page.
    """

    table: str
    name: str
    path: str = ""
    may: str = ""

    def __post_init__(self) -> None:
        if THINGS.setdefault(self.table, self) != self:
            raise ValueError(f"{self.table} is named twice")


VALUE_TYPES = ("text", "int", "money", "day", "instant", "minutes", "percent", "person", "word")
KINDS: dict[str, Kind] = {}
NOTICES: dict[str, Notice] = {}
FLOWS: dict[str, Flow] = {}
THINGS: dict[str, Thing] = {}


class Channel(StrEnum):
    """By which door a change came in."""

    UI = "ui"
    API = "api"
    IMPORT = "import"
    SYSTEM = "system"
    MAIL = "mail"


def reachable(flow: Flow) -> set[str]:
    """The states that can be reached from the start: a test compares them with all states."""
    seen: set[str] = set()
    ahead: list[str] = [flow.start]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead.extend(_next(flow.rows, state))
    return seen


def _next(moves: Iterable[Move], state: str) -> list[str]:
    return [m.target for m in moves if state in m.sources]
