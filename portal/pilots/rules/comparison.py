"""What the teams of a pilot show: changes of teams, compared between pilot and comparison teams.

The unit is the team, for it got the new way of working: people and weeks inside a team move together, and to treat
them as facts of their own is how home-made comparisons err. Each team gives one number, its mean in the pilot window
less its mean in the baseline; the estimate is the mean change of pilot teams less that of comparison teams, in the
unit of the measure. The main interval is Welch's (Biometrika 34, 1947), the only one near its promised level with few
teams that vary unequally; the second opinion is the permutation p (Fisher, The Design of Experiments, 1935).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, floor, fsum, inf, isfinite, sqrt
from random import Random
from statistics import fmean, variance

from portal.pilots.rules.distributions import t_beyond, t_two_sided

LEAST_TEAMS = 2
"""In each group, to speak of a spread."""
MOST_PATTERNS = 20_000
"""Up to so many ways to choose the pilot teams, all are tried; beyond, some are drawn."""
DRAWN = 9_999
SEED = 20_261_123
"""Of the drawn patterns: the same teams always give the same p."""
SLACK = 1e-12
"""Differences below this share of the figures at hand are rounding of the machine, not spread."""

COMPARED = "compared"
TOO_FEW = "too_few"
NO_SPREAD = "no_spread"


@dataclass(frozen=True, slots=True)
class Week:
    """A team in a week: its mean, and on how many rows (people, requests) that rests. ValueError without rows."""

    value: float
    rows: int = 1

    def __post_init__(self) -> None:
        if self.rows < 1 or not isfinite(self.value):
            raise ValueError("a week without rows is no week: None stands for it")


@dataclass(frozen=True, slots=True)
class Team:
    """A team with the planned weeks of both windows in order; None for a week without figures."""

    team: int
    pilot: bool
    baseline: tuple[Week | None, ...]
    window: tuple[Week | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table under a verdict: a team's mean before and in the pilot window, and the rows of each."""

    team: int
    pilot: bool
    before: float
    after: float
    rows_before: int = 1
    rows_after: int = 1

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimate with its interval at `level` (a share), in the unit of the measure; p is two-sided.

    `state`: `compared`; `too_few` teams in a group, then everything else is None; `no_spread`, if no team differs from
    another of its group: there is an estimate then, but nothing to tell how sure it is.
    """

    state: str
    level: float
    estimate: float | None = None
    error: float | None = None
    df: float | None = None
    p: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Permutation:
    """How often chance alone, dealing out the pilot's name to as many teams, goes as far as what was seen, or farther.

    `p` counts ties and the pattern that was seen, so it is never 0. `patterns`: how many ways there are; `drawn`: how
    many of them were drawn instead of trying all, None if all were. `low` and `high`: the changes that the test does
    not rule out at `level`; None if so few patterns rule out nothing.
    """

    p: float
    patterns: int
    drawn: int | None
    level: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Without:
    """The difference with one team left out."""

    team: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that stands beside a verdict.

    `changes`: the teams that count, in order of their ids. `left_out`: ids of teams with an empty window.
    `present`: the share of planned team-weeks with figures, None if none were planned. `placebo`: the later half of
    the baseline against the earlier one, where nothing should be found. `without`: each team left out once.
    `without_low` to `without_high`: the range of those estimates; None if none can be made. `by_rows`: the estimate if
    every row counts alike instead of every team. `before_after`: the pilot teams alone, shown because everybody asks,
    and judged by nobody.
    """

    changes: tuple[Change, ...]
    left_out: tuple[int, ...]
    present: float | None
    difference: Difference
    permutation: Permutation | None
    placebo: Difference
    without: tuple[Without, ...]
    without_low: float | None
    without_high: float | None
    by_rows: float | None
    before_after: Difference


def compare(teams: Iterable[Team], level: float) -> Comparison:
    """Compare pilot and comparison teams; intervals at `level`, a share such as 0.952 (`looks.Look.level`).

    With fewer than `LEAST_TEAMS` in a group the difference says `too_few`. Raises ValueError for a team named twice or
    a level outside 0 to 1.
    """
    teams = sorted(teams, key=lambda it: it.team)
    if len({it.team for it in teams}) < len(teams):
        raise ValueError("a team stands on one side, once")
    changes = tuple(it for it in map(change_of, teams) if it is not None)
    counted = {it.team for it in changes}
    halves = [it for it in map(_halves, teams) if it is not None]
    without = leave_each_out(changes, level)
    estimates = [it.difference.estimate for it in without if it.difference.estimate is not None]
    return Comparison(
        changes=changes,
        left_out=tuple(it.team for it in teams if it.team not in counted),
        present=share_present(teams),
        difference=welch(changes, level),
        permutation=permute(changes, level),
        placebo=welch(halves, level),
        without=without,
        without_low=min(estimates, default=None),
        without_high=max(estimates, default=None),
        by_rows=by_rows(changes),
        before_after=before_after(changes, level),
    )


def change_of(team: Team) -> Change | None:
    """A team's means of both windows, each row counting alike; None if a window has no figures at all."""
    return _change(team, team.baseline, team.window)


def _halves(team: Team) -> Change | None:
    """The halves of the baseline as if they were the windows; an odd week in the middle belongs to the later."""
    half = len(team.baseline) // 2
    return _change(team, team.baseline[:half], team.baseline[half:])


def _change(team: Team, before: Sequence[Week | None], after: Sequence[Week | None]) -> Change | None:
    first, second = ([week for week in weeks if week is not None] for weeks in (before, after))
    if not first or not second:
        return None
    return Change(team.team, team.pilot, _mean(first), _mean(second), _rows(first), _rows(second))


def _mean(weeks: Sequence[Week]) -> float:
    return fsum(week.value * week.rows for week in weeks) / _rows(weeks)


def _rows(weeks: Sequence[Week]) -> int:
    return sum(week.rows for week in weeks)


def share_present(teams: Iterable[Team]) -> float | None:
    """The share of planned team-weeks that have figures; None if none were planned."""
    weeks = [week for it in teams for week in (*it.baseline, *it.window)]
    return sum(week is not None for week in weeks) / len(weeks) if weeks else None


def welch(changes: Sequence[Change], level: float) -> Difference:
    """The mean change of pilot teams less that of comparison teams, with Welch's interval, p and degrees of freedom."""
    _check_level(level)
    pilot, other = _groups(changes)
    if min(len(pilot), len(other)) < LEAST_TEAMS:
        return Difference(TOO_FEW, level)
    parts = variance(pilot) / len(pilot), variance(other) / len(other)
    error = sqrt(sum(parts))
    estimate = fmean(pilot) - fmean(other)
    if error <= _slack(changes):
        return Difference(NO_SPREAD, level, estimate)
    # Shares of the whole variance, since squares of very small variances would be lost.
    shares = [part / sum(parts) for part in parts]
    df = 1 / (shares[0] ** 2 / (len(pilot) - 1) + shares[1] ** 2 / (len(other) - 1))
    return _judged(estimate, error, df, level)


def before_after(changes: Sequence[Change], level: float) -> Difference:
    """The mean change of the pilot teams alone, by the paired t: calls two of three pilots without effect a success."""
    _check_level(level)
    pilot, _other = _groups(changes)
    if len(pilot) < LEAST_TEAMS:
        return Difference(TOO_FEW, level)
    error = sqrt(variance(pilot) / len(pilot))
    if error <= _slack(changes):
        return Difference(NO_SPREAD, level, fmean(pilot))
    return _judged(fmean(pilot), error, len(pilot) - 1, level)


def _judged(estimate: float, error: float, df: float, level: float) -> Difference:
    reach = t_beyond(1 - level, df) * error
    p = t_two_sided(estimate / error, df)
    return Difference(COMPARED, level, estimate, error, df, p, estimate - reach, estimate + reach)


def spread_within(changes: Sequence[Change]) -> float | None:
    """The standard deviation of changes inside the groups, pooled: what a plan is measured by (`feasibility`).

    In the unit of the measure, n - 1 for each group. None if no group has two teams.
    """
    groups = [group for group in _groups(changes) if len(group) >= LEAST_TEAMS]
    if not groups:
        return None
    return sqrt(
        sum(variance(group) * (len(group) - 1) for group in groups) / sum(len(group) - 1 for group in groups)
    )


def by_rows(changes: Sequence[Change]) -> float | None:
    """The estimate with every row counting alike: large teams weigh more. None if a group is empty."""
    means = []
    for pilot in (True, False):
        group = [it for it in changes if it.pilot is pilot]
        if not group:
            return None
        after = fsum(it.after * it.rows_after for it in group) / sum(it.rows_after for it in group)
        before = fsum(it.before * it.rows_before for it in group) / sum(it.rows_before for it in group)
        means.append(after - before)
    return means[0] - means[1]


def leave_each_out(changes: Sequence[Change], level: float) -> tuple[Without, ...]:
    """The difference without each team in turn, to see whether a verdict hangs on one of them."""
    return tuple(
        Without(it.team, welch([other for other in changes if other is not it], level)) for it in changes
    )


def permute(changes: Sequence[Change], level: float) -> Permutation | None:
    """Deal out the pilot's name to as many teams in every way; None if a group is empty.

    Exact if the pilot teams were drawn by lot. Beyond `MOST_PATTERNS` ways, `DRAWN` are drawn with a fixed seed and the
    one that was seen is counted too (Phipson and Smyth, 2010), so p is never 0.
    """
    _check_level(level)
    pilot, other = _groups(changes)
    if not pilot or not other:
        return None
    values, size = [*pilot, *other], len(pilot)
    seen, slack = fmean(pilot) - fmean(other), _slack(changes)
    patterns = comb(len(values), size)
    drawn = None if patterns <= MOST_PATTERNS else DRAWN
    total = fsum(values)
    dealt = [_dealt(chosen, values, size, total) for chosen in _patterns(len(values), size, drawn)]
    far = sum(abs(difference) >= abs(seen) - slack for difference, _share in dealt)
    low, high = _not_ruled_out(dealt, seen, level)
    return Permutation(far / len(dealt), patterns, drawn, level, low, high)


def _patterns(teams: int, size: int, drawn: int | None) -> Iterable[tuple[int, ...]]:
    """Which places are called pilot: all ways, or so many drawn ones after the one that was seen, places 0 to size."""
    if drawn is None:
        return combinations(range(teams), size)
    random = Random(SEED)  # noqa: S311  repeatable on purpose; nothing is secret here
    return [tuple(range(size)), *(tuple(random.sample(range(teams), size)) for _ in range(drawn))]


def _dealt(chosen: Sequence[int], values: Sequence[float], size: int, total: float) -> tuple[float, float]:
    """The difference under one pattern, and which share of a true effect that difference would still show.

    The first `size` places are the true pilot teams: 1 for the pattern that was seen, 0 for one that mixes evenly.
    """
    rest = len(values) - size
    inside = fsum(values[place] for place in chosen)
    true = sum(place < size for place in chosen)
    return inside / size - (total - inside) / rest, true / size - (size - true) / rest


def _not_ruled_out(
    dealt: Sequence[tuple[float, float]], seen: float, level: float
) -> tuple[float | None, float | None]:
    """The effects whose permutation p is above 1 - level: the test turned into an interval, without searching.

    With an effect e taken off the pilot teams, a pattern of difference a and share b shows a - b e, the seen one
    seen - e. The pattern goes as far while |seen - e| <= |a - b e|: between two points, one on each side of `seen`;
    always for the seen pattern (b = 1) and its mirror (b = -1). So an end is the place where enough patterns gave up.
    """
    lows, highs = [], []
    for a, b in dealt:
        always = abs(b) > 1 - SLACK
        ends = (-inf, inf) if always else ((seen - a) / (1 - b), (seen + a) / (1 + b))
        lows.append(min(ends))
        highs.append(max(ends))
    # p is above 1 - level while more than that share of patterns goes as far; 1e-9 for shares such as 1 - 0.95.
    place = floor((1 - level) * len(dealt) + 1e-9)
    low, high = sorted(lows)[place], sorted(highs, reverse=True)[place]
    return (low, high) if isfinite(low) and isfinite(high) else (None, None)


def turned(difference: Difference) -> Difference:
    """The same with up and down exchanged, for a measure of which less is better."""
    estimate, low, high = (
        None if x is None else -x for x in (difference.estimate, difference.high, difference.low)
    )
    return replace(difference, estimate=estimate, low=low, high=high)


def _groups(changes: Iterable[Change]) -> tuple[list[float], list[float]]:
    """The changes of pilot and of comparison teams, in order of the ids: how they are listed changes nothing."""
    ordered = sorted(changes, key=lambda it: it.team)
    return [it.change for it in ordered if it.pilot], [it.change for it in ordered if not it.pilot]


def _slack(changes: Iterable[Change]) -> float:
    """What rounding alone can make of figures of this size."""
    return SLACK * max((abs(x) for it in changes for x in (it.before, it.after)), default=0.0)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
