"""What can be decided: the rooms above fill this list, the engine reads it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.core.slots import Slot


@dataclass(frozen=True)
class Brief:
    """A thing and what is asked, in one line: how many of what, at how much each, how far below list (basis points, or None)."""

    title: str
    count: int
    what: str
    each_minor: int
    currency: str
    below: int | None


@dataclass(frozen=True)
class Subject:
    """One kind of thing that people decide.

    `titles(ids)` names the things in both languages, `briefs(ids, lang)` also says what is asked; `path(id)` is where
    they are seen; `closed(id, verdict, by)` is called in the transaction in which the last seat decided (or the first
    said no), `verdict` being approved, rejected or returned.
    `fields` are the facts that steps may ask about: name -> N_ label; their values are compared exactly (Fraction).
    """

    kind: str
    label: str
    titles: Callable[[Iterable[int]], dict[int, dict[str, str]]]
    briefs: Callable[[Iterable[int], str], dict[int, Brief]]
    path: Callable[[int], str]
    closed: Callable[..., None]
    decide: str
    fields: dict[str, str]


SUBJECTS: Slot[Subject] = Slot("approval subjects")
