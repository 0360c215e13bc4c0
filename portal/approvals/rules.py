"""Which steps a request has to take, who may sit on them and what happens when nobody acts. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.core.words import N_

ALWAYS, BELOW, ABOVE = "always", "below", "above"
OPERATORS = {ALWAYS: N_("always"), BELOW: N_("below"), ABOVE: N_("above")}
MANAGER = "manager"
ROLE_SEATS = ("role:finance", "role:director", "role:manager")
SEATS = {
    MANAGER: N_("the manager of the one who asks"),
    "role:finance": N_("finance: the first who is free"),
    "role:director": N_("a sales director: the first who is free"),
    "role:manager": N_("any sales manager: the first who is free"),
}


POLICY, HANDOVER, ESCALATION, INSTEAD = "policy", "handover", "escalation", "instead"
"""How somebody comes to a seat; `instead`: from above, since nobody of the role could decide."""
BY_ROLE = (POLICY, HANDOVER)
"""The ways by which one holds a role's seat for having that role."""


@dataclass(frozen=True)
class Step:
    """One row of a policy: which seat decides, when it is asked at all, and in how many working minutes it answers."""

    position: int
    seat: str
    minutes: int
    field: str = ""
    operator: str = ALWAYS
    value: int = 0


def asks(step: Step, facts: Mapping[str, Fraction | None]) -> bool:
    """Whether this step has to decide a request with these facts.

    Values are basis points, compared exactly, before any rounding; «above» and «below» leave the limit itself out. A
    fact that is not known (a product without a cost) asks: a machine never waves a request through for want of data.
    """
    if step.operator == ALWAYS:
        return True
    fact = facts.get(step.field)
    if fact is None:
        return True
    return fact < step.value if step.operator == BELOW else fact > step.value


def steps_asked(steps: Sequence[Step], facts: Mapping[str, Fraction | None]) -> list[Step]:
    """The steps that a request with these facts has to take, in order."""
    return [step for step in sorted(steps, key=lambda one: one.position) if asks(step, facts)]


def policy_fault(steps: Sequence[Step], fields: Iterable[str]) -> str | None:
    """What is wrong with a policy, as an N_ text; None if it can be published.

    At least one step must ask always: without it some request would be decided by nobody.
    """
    if not any(step.operator == ALWAYS for step in steps):
        return N_("At least one step must ask a person in every case.")
    if [step.position for step in steps] != list(range(1, len(steps) + 1)):
        return N_("The steps must be numbered without gaps.")
    if any(step.seat not in SEATS for step in steps):
        return N_("One of the steps names no seat that exists.")
    if any(
        step.operator not in OPERATORS or (step.operator != ALWAYS and step.field not in fields)
        for step in steps
    ):
        return N_("One of the steps asks about a fact that does not exist.")
    if any(not 1 <= step.minutes <= 10_000 for step in steps):
        return N_("Each step needs a promise between 1 and 10,000 working minutes.")
    if any(
        one.seat == two.seat and one.position < two.position
        for one in steps
        for two in steps
        if two.position == one.position + 1
    ):
        return N_("Two steps after one another ask the same seat.")
    return None


REMIND, REMIND_SEEN, OVERDUE, ESCALATE, LAST = "remind", "remind_seen", "overdue", "escalate", "last"
LADDER = ((50, REMIND), (80, REMIND_SEEN), (100, OVERDUE), (150, ESCALATE), (300, LAST))
"""What happens by itself, at which percentage of the promised working minutes: the holder is reminded; reminded and
the one who asked sees it; overdue, the holder's manager and the one who asked are told who has it; the holder's
manager may decide too; so may the directors. Nothing is ever approved by the clock."""
CLOCK_ACTS = {
    REMIND: N_("reminder to the one who has it"),
    REMIND_SEEN: N_("second reminder; the one who asked sees it"),
    OVERDUE: N_("promised time used up: the manager above is told"),
    ESCALATE: N_("the manager above may decide as well"),
    LAST: N_("the sales director may decide as well"),
}


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: at which percentage, what, after how many working minutes."""

    percent: int
    act: str
    minutes: int


def ladder(minutes: int) -> list[Rung]:
    """The ladder of a seat that promises an answer within `minutes`; minutes are rounded up."""
    return [Rung(percent, act, -(-minutes * percent // 100)) for percent, act in LADDER]


def eligible(candidates: Iterable[int], barred: Iterable[int]) -> list[int]:
    """Who of the candidates may decide, in their order, once each: none of the barred.

    Barred are the one who asked, the one it was asked for, and who has already decided in this round: one request is
    never decided twice by one pair of eyes. It holds for every seat, role, handover and escalation alike.
    """
    out = set(barred)
    return [one for one in dict.fromkeys(candidates) if one not in out]


def keeps(seat: str, way: str, roles: Collection[str]) -> bool:
    """Whether who came to a seat this way may still decide with the roles that he has today."""
    return seat not in ROLE_SEATS or way not in BY_ROLE or seat.removeprefix("role:") in roles
