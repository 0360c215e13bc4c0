"""What a plan could show at all, told before it starts: refused before, not regretted after.

The spread is the standard deviation of past changes of teams between two windows next to each other, as long as those
of the plan and in the unit of the measure (`comparison.spread_within`).
"""

from dataclasses import dataclass
from math import comb, sqrt

from portal.pilots.rules.distributions import t_power
from portal.pilots.rules.looks import ALPHA

POWER = 0.8
"""How often a change of the told size would be noticed."""
LEAST_TEAMS = 2
"""In each group: one team alone has no spread."""
LEARNING_FROM = 2
"""Beyond so many times the worthwhile change, the plan can teach but not decide."""
MOST_TEAMS = 200
"""Of both groups together; a plan that would need more is not told a number."""

FEASIBLE = "feasible"
LEARNING = "learning"
NEVER = "never"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What a plan could show.

    `verdict`: `feasible`; `learning` if only a change of more than twice the worthwhile one would be noticed; `never` if
    no result of so few teams could be told from chance; `unknown` without a spread of the past. `detectable`: the least
    change that would be noticed four times in five, in the unit of the measure. `notices_worthwhile`: whether it is no
    larger than the worthwhile change; a plan can be feasible and still coarse. `least_p`: the smallest permutation p.
    `enough`: pilot and comparison teams with which the worthwhile change would be noticed; None if over 200.
    """

    verdict: str
    detectable: float | None
    notices_worthwhile: bool | None
    least_p: float | None
    enough: tuple[int, int] | None


def assess(
    pilot: int, comparison: int, *, spread: float | None, worthwhile: float, alpha: float = ALPHA
) -> Feasibility:
    """The verdict on a plan of so many pilot and comparison teams.

    `alpha` is the p that the last look asks for. The worthwhile change is the smallest that is worth the money, not
    the hoped-for one, and positive whatever the direction. Raises ValueError if it is not positive.
    """
    if not worthwhile > 0:
        raise ValueError("a worthwhile change is larger than nothing")
    least = least_permutation_p(pilot, comparison)
    known = spread if spread is not None and spread > 0 else None
    smallest = None if known is None else smallest_effect(pilot, comparison, alpha=alpha)
    detectable = None if known is None or smallest is None else smallest * known
    enough = None if known is None else teams_enough(pilot, comparison, worthwhile / known, alpha=alpha)
    return Feasibility(
        verdict=_verdict(pilot, comparison, least, detectable, worthwhile, alpha),
        detectable=detectable,
        notices_worthwhile=None if detectable is None else detectable <= worthwhile,
        least_p=least,
        enough=enough,
    )


def _verdict(
    pilot: int,
    comparison: int,
    least: float | None,
    detectable: float | None,
    worthwhile: float,
    alpha: float,
) -> str:
    if min(pilot, comparison) < LEAST_TEAMS or least is None or least > alpha:
        return NEVER
    if detectable is None:
        return UNKNOWN
    return LEARNING if detectable > LEARNING_FROM * worthwhile else FEASIBLE


def least_permutation_p(pilot: int, comparison: int) -> float | None:
    """The smallest two-sided p that any result of so many teams can have; None if a group is empty.

    One pattern among all ways to choose the pilot teams; two with groups of equal size, since the mirrored pattern
    lies just as far from zero.
    """
    if min(pilot, comparison) < 1:
        return None
    return (2 if pilot == comparison else 1) / comb(pilot + comparison, pilot)


def smallest_effect(
    pilot: int, comparison: int, *, alpha: float = ALPHA, power: float = POWER
) -> float | None:
    """The least change, in standard deviations of team changes, that is noticed with the given power.

    By the noncentral t with pilot + comparison - 2 degrees of freedom; None with fewer than two teams in a group. The
    usual normal shortcut (2.8 standard errors) promises too much with so few teams.
    """
    if min(pilot, comparison) < LEAST_TEAMS:
        return None
    df = pilot + comparison - 2
    low, high = 0.0, 4.0
    while t_power(high, df, alpha) < power:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_power(middle, df, alpha) < power else (low, middle)
    return (low + high) / 2 / _reach(pilot, comparison)


def teams_enough(
    pilot: int, comparison: int, effect: float, *, alpha: float = ALPHA, power: float = POWER
) -> tuple[int, int] | None:
    """The plan with the fewest teams added that notices `effect` (in standard deviations); None beyond 200 teams.

    The smaller group grows first, since that helps most; comparison teams cost less, so they grow first if equal.
    The answer also has enough patterns for the permutation p to reach `alpha`.
    """
    pilot, comparison = max(pilot, LEAST_TEAMS), max(comparison, LEAST_TEAMS)
    while pilot + comparison <= MOST_TEAMS:
        least = least_permutation_p(pilot, comparison)
        shift = effect * _reach(pilot, comparison)
        if least is not None and least <= alpha and t_power(shift, pilot + comparison - 2, alpha) >= power:
            return pilot, comparison
        pilot, comparison = (pilot + 1, comparison) if pilot < comparison else (pilot, comparison + 1)
    return None


def _reach(pilot: int, comparison: int) -> float:
    """How many standard errors of the difference one standard deviation of team changes is."""
    return sqrt(pilot * comparison / (pilot + comparison))
