"""What a rule asks, whether it is met, when it may start, that the ledger sums to zero. Pure.

Sources: published before it applies and computed from facts (requirements R-I1, R-I2); ledger and effective dates after
the practice of payout systems: entries are never changed, a correction is a linked reversal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.measures.rules.counting import LATE

NOTICE = timedelta(days=7)
"""At least so long before it starts a rule is published."""

PASSED_WITHIN, ACTIVE_WEEKS = "passed_within", "active_weeks"


@dataclass(frozen=True)
class Terms:
    """A course passed within `days` of being given, and `weeks` active weeks among the `among` weeks after that one."""

    days: int
    weeks: int
    among: int
    points: int


@dataclass(frozen=True)
class Line:
    """One condition: what it needs and what was found, in its own unit. `found` None: not there yet."""

    key: str
    need: int
    found: int | None
    met: bool


@dataclass(frozen=True)
class Verdict:
    """All conditions of one case, and whether nothing can change it any more."""

    lines: tuple[Line, ...]
    final: bool

    @property
    def met(self) -> bool:
        """Whether every condition is met."""
        return all(line.met for line in self.lines)


def monday(day: date) -> date:
    """The Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def weeks_that_count(terms: Terms, passed: date, today: date) -> tuple[date, ...]:
    """The Mondays of the weeks after that of passing that are final today: over, and past the days for late events."""
    first = monday(passed) + timedelta(weeks=1)
    every = [first + timedelta(weeks=number) for number in range(terms.among)]
    return tuple(week for week in every if week + timedelta(weeks=1) + LATE <= today)


def settled_on(terms: Terms, passed: date) -> date:
    """The first day on which all weeks of a case are final."""
    return monday(passed) + timedelta(weeks=terms.among + 1) + LATE


def judge(terms: Terms, given: date, passed: date, active: Iterable[date], today: date) -> Verdict:
    """Judge one case: `given` and `passed` are local days, `active` the Mondays of all active weeks.

    Weeks beyond those that count are left aside, so that the same facts give the same verdict on every later day.
    """
    took = (passed - given).days
    counted = weeks_that_count(terms, passed, today)
    found = len(set(active) & set(counted))
    return Verdict(
        (
            Line(PASSED_WITHIN, terms.days, took, took <= terms.days),
            Line(ACTIVE_WEEKS, terms.weeks, found, found >= terms.weeks),
        ),
        final=took > terms.days or found >= terms.weeks or len(counted) == terms.among,
    )


def earliest_start(published: date) -> date:
    """The first day on which a rule published today may apply."""
    return published + NOTICE


def balanced(points: Sequence[int]) -> bool:
    """Whether the lines of an entry are a booking: at least two, none of them nothing, together zero."""
    return bool(points) and 0 not in points and sum(points) == 0
