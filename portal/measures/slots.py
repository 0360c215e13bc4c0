"""What rooms above tell the measures: which acts are real work, and figures that only they can count."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core.slots import Slot

PERCENT, PEOPLE, DAYS, MINUTES, HUNDREDTHS = "percent", "people", "days", "minutes", "hundredths"
"""Units. A value is a whole number of: basis points, people, days, working minutes, hundredths."""
UP, DOWN, NEITHER = "up", "down", ""
"""In which direction a figure is better."""
MEDIAN, MEAN, SHARE = "median", "mean", "share"
"""How a source's values become a figure: their median; their sum by eligible head; the share of ones."""
WEEK, RUNNING, MONTH, DAY = "week", "running", "month", "day"
"""Windows: the last whole ISO week, the ISO week of the day up to it, the 28 local days up to it, the day itself."""


@dataclass(frozen=True)
class Measure:
    """One figure as it is defined. A changed definition gets the next version; the old figures keep theirs.

    All texts are N_. `numerator` and `denominator` say in words what is counted; `source` where it is written down.
    """

    key: str
    name: str
    says: str
    unit: str
    window: str
    numerator: str
    denominator: str
    source: str
    direction: str = UP
    version: int = 1


@dataclass(frozen=True)
class Feature:
    """A kind of real work: an event of one of `kinds` is a use of it. `roles` have it; nobody else is in its denominator."""

    key: str
    name: str
    kinds: frozenset[str]
    roles: frozenset[str]


@dataclass(frozen=True)
class Source:
    """A measure that a room above counts. `of(since, until)`, both days included, answers each person's values.

    `way` is MEDIAN, MEAN (`roles` name who is in the denominator) or SHARE (each person with a value is in it).
    """

    measure: Measure
    way: str
    of: Callable[[date, date], Mapping[int, Sequence[int]]]
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The figures of a measure for a home team that nobody is told for now, from a day on."""

    measure: str
    team_id: int
    since: date


FEATURES: Slot[Feature] = Slot("features")
SOURCES: Slot[Source] = Slot("measure sources")
KEPT_BACK: Slot[Callable[[Collection[str]], Sequence[Kept]]] = Slot("figures kept for later")
"""Functions of the keys of measures: what of them is not told yet."""
