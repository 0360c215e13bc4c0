"""Time until something happened, with those to whom it has not happened yet: the estimate of Kaplan and Meier.

The median of those alone who got there is too short (3 days instead of 9 in the vectors): it forgets who still waits.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Waits:
    """How many got there after how many days, and how many had not when they were last seen."""

    reached: Counter[int] = field(default_factory=Counter)
    still: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many people there are."""
        return self.reached.total() + self.still.total()

    def waiting(self) -> list[tuple[int, Fraction]]:
        """The share that still waits after each day on which somebody got there."""
        at_risk, left, steps = self.count, Fraction(1), []
        for day in sorted({*self.reached, *self.still}):
            if self.reached[day]:
                left *= 1 - Fraction(self.reached[day], at_risk)
                steps.append((day, left))
            at_risk -= self.reached[day] + self.still[day]
        return steps

    def median(self) -> int | None:
        """The first day after which no more than half still wait; None if that is not reached yet."""
        return next((day for day, left in self.waiting() if left <= Fraction(1, 2)), None)

    def reached_by(self, limit: int) -> Fraction:
        """The share that got there within so many days."""
        return 1 - next((left for day, left in reversed(self.waiting()) if day <= limit), Fraction(1))

    def stored(self) -> dict[str, dict[str, int]]:
        """As a figure keeps it, so that groups can be put together."""
        return {"reached": _text(self.reached), "still": _text(self.still)}


def _text(counts: Counter[int]) -> dict[str, int]:
    return {str(day): count for day, count in sorted(counts.items())}


def together(kept: list[Mapping[str, Mapping[str, int]]]) -> Waits:
    """The waits of several groups as one."""
    waits = Waits()
    for one in kept:
        waits.reached.update({int(day): count for day, count in one["reached"].items()})
        waits.still.update({int(day): count for day, count in one["still"].items()})
    return waits
