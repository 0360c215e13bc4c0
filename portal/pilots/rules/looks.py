"""Looks at the comparison: reserved in advance, few, and strict early, so that looking early costs nothing.

Who looks whenever he likes finds something in nothing: two looks at p < .05 err in 8 of 100 pilots, eight in 18.
O'Brien and Fleming (Biometrics 35, 1979) ask for much at the first look and nearly the usual at the last; in all, no
more than 5 of 100 err. The levels hold for looks at equal steps of what has been gathered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

ALPHA = 0.05
"""How often a pilot without effect may find one, either way, over all its looks."""
NOMINAL = {
    1: (0.05,),
    2: (0.005166, 0.047993),
    3: (0.000518, 0.014111, 0.045067),
}
"""The two-sided p that each look asks for, by how many looks are reserved."""


@dataclass(frozen=True, slots=True)
class Look:
    """One reserved look: which of how many (from 1), the p that it asks for, the level of its interval (a share)."""

    number: int
    of: int
    nominal_p: float

    @property
    def level(self) -> float:
        return 1 - self.nominal_p

    @property
    def last(self) -> bool:
        return self.number == self.of


def reserve(count: int) -> tuple[Look, ...]:
    """The looks of a plan in order. Raises ValueError unless there are one to three."""
    if count not in NOMINAL:
        raise ValueError("one to three looks can be reserved")
    return tuple(Look(number, count, p) for number, p in enumerate(NOMINAL[count], start=1))


def needed(*, extension: bool) -> int:
    """How many looks a usual plan reserves: middle and end, and one more if the charter allows an extension."""
    return 3 if extension else 2


def due(days: Sequence[date], taken: int, today: date) -> int | None:
    """The number (from 1) of the reserved look that may be taken now; None between looks and after the last.

    `days` are the planned days in order, `taken` how many looks have been taken. One that was missed is taken late,
    before the next: each asks for its own p. Raises ValueError for days out of order.
    """
    if any(first >= second for first, second in pairwise(days)):
        raise ValueError("looks come one after the other")
    return taken + 1 if taken < len(days) and days[taken] <= today else None
