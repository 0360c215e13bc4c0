"""A figure as it leaves the room: counted, hidden or told in steps, always with definition, version, group and day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from portal.core.words import N_
from portal.measures.rules.hiding import (
    BESIDE,
    FEW_DAYS,
    FINE,
    KEPT,
    NONE,
    SHOWN,
    SMALL,
    Group,
    count_in_steps,
    in_steps,
)
from portal.measures.rules.registry import ELIGIBLE
from portal.measures.slots import PEOPLE, PERCENT, Measure

STATES = {
    SHOWN: N_("shown"),
    NONE: N_("none yet"),
    FEW_DAYS: N_("not enough working days"),
    SMALL: N_("hidden: fewer than five people"),
    BESIDE: N_("hidden: a small group beside it could be found by subtraction"),
    KEPT: N_("kept for the next look of a pilot"),
}
"""What a cell says."""
STORED = tuple(state for state in STATES if state != KEPT)
"""What a snapshot holds; that a figure is kept for a look is found anew whenever it is read."""


@dataclass(frozen=True)
class Figure:
    """What may be told of one measure, group and day.

    `value` is in the unit of the measure; None unless `state` is SHOWN. Of a group under twenty a share is told in whole
    5 % (`about`), and numerator and extra are not told at all. `people` is None where a group is hidden.
    """

    measure: Measure
    version: int
    group: Group
    as_of: date
    numerator: int | None
    denominator: int | None
    value: int | None
    people: int | None
    state: str
    about: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Whether there is a value to show."""
        return self.state == SHOWN

    @property
    def share(self) -> Fraction | None:
        """The value of a share between 0 and 1, as it may be told."""
        return None if self.value is None or self.measure.unit != PERCENT else Fraction(self.value, 10_000)

    @property
    def says(self) -> str:
        """The N_ text of the state."""
        return STATES[self.state]

    def kept(self) -> "Figure":
        """The same, kept for a look: of what is counted nothing is told."""
        return replace(self, state=KEPT, numerator=None, denominator=None, value=None, about=False, extra={})


def told(
    measure: Measure, version: int, group: Group, as_of: date, *,
    numerator: int | None, denominator: int | None, value: int | None, people: int, state: str, extra: Mapping[str, Any],
) -> Figure:  # fmt: skip
    """What may be told of a figure that was counted and given its state."""
    if state in (SMALL, BESIDE):
        return Figure(measure, version, group, as_of, None, None, None, None, state)
    if state != SHOWN:
        return Figure(measure, version, group, as_of, None, None, None, people, state)
    if people >= FINE or measure.key == ELIGIBLE or measure.unit not in (PERCENT, PEOPLE):
        kept = extra if people >= FINE else {}
        exact = numerator if people >= FINE or measure.key == ELIGIBLE else None
        return Figure(measure, version, group, as_of, exact, denominator, value, people, state, extra=kept)
    rounded = in_steps(value or 0) if measure.unit == PERCENT else count_in_steps(value or 0)
    return Figure(measure, version, group, as_of, None, denominator, rounded, people, state, about=True)
