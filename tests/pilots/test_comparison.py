"""Changes of teams against the figures of two made-up pilots, a slow twin, and what must hold for all."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from json import loads
from math import isfinite, sqrt
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.pilots.rules import comparison as rules
from portal.pilots.rules.comparison import Change, Difference, Team, Week
from portal.pilots.rules.distributions import t_two_sided
from portal.pilots.rules.feasibility import assess, smallest_effect

# Team, pilot, mean of the baseline, mean of the pilot window, people; 6 and 8 weeks.
TWELVE = (
    (1, False, 20.984444, 25.715833, 9), (2, True, 20.736852, 26.095, 9), (3, False, 27.812143, 30.598929, 7),
    (4, True, 20.594583, 26.389531, 8), (5, False, 27.04, 29.746429, 7), (6, False, 20.755238, 21.361786, 7),
    (7, False, 18.057333, 21.996875, 10), (8, False, 24.042222, 25.56875, 9), (9, True, 16.847963, 21.392361, 9),
    (10, False, 21.360833, 23.653281, 8), (11, True, 24.25, 27.902708, 6), (12, False, 19.473095, 22.516429, 7),
)  # fmt: skip
SIX = (
    (1, False, 22.752667, 24.78825, 10), (2, False, 22.688333, 23.874583, 9), (3, False, 23.052593, 24.109167, 9),
    (4, True, 24.019333, 29.10025, 10), (5, True, 21.920208, 26.844219, 8), (6, False, 21.295, 23.341406, 8),
)  # fmt: skip
PANELS = {"pilot_panel_12teams.csv": TWELVE, "pilot_panel_6teams.csv": SIX}
NEAR = 2e-6
"""The tables above are rounded to six places."""


def steady(rows: Sequence[tuple[int, bool, float, float, int]]) -> list[Team]:
    """Teams that show their mean in every week."""
    return [
        Team(team, pilot, (Week(before, people),) * 6, (Week(after, people),) * 8)
        for team, pilot, before, after, people in rows
    ]


def changes(pilot: Sequence[float], other: Sequence[float]) -> list[Change]:
    """Teams that start at 20 and change by so much."""
    sides = [*((True, x) for x in pilot), *((False, x) for x in other)]
    return [Change(team, side, 20, 20 + x) for team, (side, x) in enumerate(sides, start=1)]


def figures(it: Difference) -> tuple[float | None, ...]:
    return it.estimate, it.error, it.df, it.p, it.low, it.high


@pytest.mark.parametrize(("rows", "welch", "before_after", "by_rows", "spread"), [
    (TWELVE, (2.13342545, 8.18046352, 0.01144368, 0.62304634, 3.64380456), (4.83755064, 0.00198467),
     2.13655599, 1.19964239),
    (SIX,    (3.42126013, 3.46358529, 0.00055759, 2.59965651, 4.24286375), (5.00246354, 0.00998322),
     3.43027778, 0.46540539),
])  # fmt: skip
def test_two_pilots(
    rows: Sequence[tuple[int, bool, float, float, int]],
    welch: tuple[float, ...],
    before_after: tuple[float, float],
    by_rows: float,
    spread: float,
) -> None:
    told = rules.compare(steady(rows), 0.95)
    it = told.difference
    assert (it.estimate, it.df, it.p, it.low, it.high) == pytest.approx(welch, abs=NEAR)
    assert it.estimate / it.error == pytest.approx({12: 3.24478845, 6: 12.30304582}[len(rows)], abs=2e-5)
    assert (told.before_after.estimate, told.before_after.p) == pytest.approx(before_after, abs=NEAR)
    assert told.by_rows == pytest.approx(by_rows, abs=NEAR)
    assert rules.spread_within(told.changes) == pytest.approx(spread, abs=NEAR)
    assert (told.present, told.left_out) == (1, ())


def test_permutations_of_twelve_teams() -> None:
    told = rules.compare(steady(TWELVE), 0.95).permutation
    assert (told.p, told.patterns, told.drawn) == (11 / 495, 495, None)
    assert (told.low, told.high) == pytest.approx((0.55122813, 3.79025612), abs=NEAR)


def test_six_teams_have_too_few_patterns_for_an_interval() -> None:
    told = rules.compare(steady(SIX), 0.95).permutation
    assert (told.p, told.patterns, told.low, told.high) == (1 / 15, 15, None, None)
    at_ninety = rules.compare(steady(SIX), 0.90).permutation
    assert at_ninety.low < 3.42126 < at_ninety.high


def test_an_interval_of_permutations_ends_where_the_test_changes_its_mind() -> None:
    seen = rules.compare(steady(TWELVE), 0.95).changes
    told = rules.permute(seen, 0.95)
    for end, inwards in ((told.low, 1e-6), (told.high, -1e-6)):
        assert slow_p(seen, end + inwards) > 0.05
        assert slow_p(seen, end - inwards) <= 0.05


def slow_p(seen: Sequence[Change], effect: float) -> float:
    """The permutation p after an effect was taken off the pilot teams, as one would write it down."""
    values = [it.change - effect * it.pilot for it in seen]
    pilot = tuple(place for place, it in enumerate(seen) if it.pilot)

    def far(chosen: tuple[int, ...]) -> float:
        inside = [values[place] for place in chosen]
        return abs(fmean(inside) - fmean(x for place, x in enumerate(values) if place not in chosen))

    ways = list(combinations(range(len(values)), len(pilot)))
    return sum(far(way) >= far(pilot) - 1e-12 for way in ways) / len(ways)


def test_beyond_the_bound_patterns_are_drawn_and_drawn_alike() -> None:
    teams = changes([3, 4, 5, 3, 4, 6, 2, 4, 5, 3], [1, 2, 3, 2, 1, 4, 2, 1, 3, 2])
    told = rules.permute(teams, 0.95)
    assert (told.patterns, told.drawn) == (184_756, 9_999)
    assert told == rules.permute(list(reversed(teams)), 0.95)
    assert 1 / 10_000 <= told.p < 0.01
    welch = rules.welch(teams, 0.95)
    assert (told.low, told.high) == pytest.approx((welch.low, welch.high), abs=0.25)


def test_each_team_is_left_out_once() -> None:
    told = rules.compare(steady(TWELVE), 0.95)
    assert [it.team for it in told.without] == list(range(1, 13))
    left = {(team, pilot): after - before for team, pilot, before, after, _people in TWELVE}
    estimates = [
        fmean(x for (team, pilot), x in left.items() if pilot and team != it.team)
        - fmean(x for (team, pilot), x in left.items() if not pilot and team != it.team)
        for it in told.without
    ]
    assert [it.difference.estimate for it in told.without] == pytest.approx(estimates)
    assert (told.without_low, told.without_high) == pytest.approx((min(estimates), max(estimates)))
    eleven = [it for it in told.changes if it.team != 6]
    assert told.without[5].difference == rules.welch(eleven, 0.95)


def test_a_pilot_of_two_can_not_do_without_one() -> None:
    told = rules.compare(steady(SIX), 0.95)
    assert [it.difference.state for it in told.without] == [
        "compared", "compared", "compared", "too_few", "too_few", "compared"
    ]  # fmt: skip
    assert (told.without_low, told.without_high) == pytest.approx((3.246384, 3.576328), abs=NEAR)


@pytest.mark.parametrize(
    ("name", "placebo", "t", "p"),
    [
        ("pilot_panel_12teams.csv", 0.14292758, 0.35492775, 0.73001516),
        ("pilot_panel_6teams.csv", -0.29278704, -0.73718225, 0.50191441),
    ],
)
def test_the_panels_themselves(shared_data: Path, name: str, placebo: float, t: float, p: float) -> None:
    folder = shared_data.parent / "vectors"
    if not folder.is_dir():
        pytest.skip("shared/vectors is not beside the project")
    expected = loads((folder / "did_expected.json").read_text(encoding="utf-8"))[name]
    teams = panel(folder / name)
    told = rules.compare(teams, 0.95)
    for it, row in zip(told.changes, expected["team_changes"], strict=True):
        assert (it.team, it.pilot) == (int(row["team"][1:]), bool(row["treated"]))
        assert (it.before, it.after, it.change) == pytest.approx(
            (row["pre"], row["post"], row["change"]), abs=1e-6
        )
    welch, chance = expected["collapsed_welch"], expected["permutation_exact"]
    it = told.difference
    assert (it.estimate, it.df, it.p, it.low, it.high) == pytest.approx(
        (welch["b"], welch["df"], welch["p"], *welch["ci95"]), abs=1e-6
    )
    assert it.estimate / it.error == pytest.approx(welch["t"], abs=1e-6)
    assert (told.permutation.patterns, told.permutation.p) == pytest.approx(
        (chance["assignments"], chance["two_sided_p"]), abs=1e-6
    )
    ends = chance.get("ci95_by_inversion", [None, None])
    assert (told.permutation.low, told.permutation.high) == pytest.approx(tuple(ends), abs=1e-6)
    assert told.by_rows == pytest.approx(expected["did_row_weighted"], abs=1e-6)
    naive = expected["naive_before_after_treated_only"]
    assert (told.before_after.estimate, told.before_after.p) == pytest.approx(
        (naive["b"], naive["p"]), abs=1e-6
    )
    spread = expected["mde80"]["sd_team_change_pooled"]
    assert rules.spread_within(told.changes) == pytest.approx(spread, abs=1e-6)
    sides = expected["treated_teams"], expected["teams"] - expected["treated_teams"]
    assert smallest_effect(*sides) == pytest.approx(expected["mde80"]["cohen_d_min"], abs=1e-6)
    able = assess(*sides, spread=rules.spread_within(told.changes), worthwhile=2)
    assert able.detectable == pytest.approx(expected["mde80"]["mde_noncentral_t_(TTestIndPower)"], abs=1e-6)
    least = next(chance[key] for key in chance if key.startswith("min_possible_two_sided"))
    assert able.least_p == pytest.approx(least, abs=1e-6)
    assert (placebo, t, p) == tuple(expected["placebo_pretrend"][key] for key in ("estimate", "t", "p"))
    # The panels' placebo is judged by a pooled t, ours by Welch: the estimate is the same, the p is not.
    assert told.placebo.estimate == pytest.approx(placebo, abs=1e-6)
    halves = [replace(team, baseline=team.baseline[:3], window=team.baseline[3:]) for team in teams]
    earlier = [rules.change_of(team) for team in halves]
    pilot = sum(team.pilot for team in teams)
    pooled = placebo / (rules.spread_within(earlier) * sqrt(1 / pilot + 1 / (len(teams) - pilot)))
    assert (pooled, t_two_sided(pooled, len(teams) - 2)) == pytest.approx((t, p), abs=1e-6)
    assert told.placebo == rules.welch(earlier, 0.95)


def panel(file: Path) -> list[Team]:
    """The teams of a panel of users and weeks: six of baseline, eight of pilot."""
    cells = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            cells[int(row["team"][1:]), row["treated"] == "1", int(row["week"])].append(float(row["y"]))
    sides = sorted({(team, pilot) for team, pilot, _week in cells})
    weeks = {key: Week(fmean(values), len(values)) for key, values in cells.items()}
    return [
        Team(
            team, pilot, *(tuple(weeks[team, pilot, n] for n in span) for span in (range(1, 7), range(7, 15)))
        )
        for team, pilot in sides
    ]


def test_weeks_without_figures_are_left_out_and_counted() -> None:
    team = Team(1, True, (Week(10, 1), None, Week(20, 3)), (None, Week(21, 2)))
    assert rules.change_of(team) == Change(1, True, 17.5, 21, 4, 2)
    assert rules.share_present([team]) == 3 / 5
    assert rules.share_present([]) is None
    silent = replace(team, team=2, window=(None, None))
    told = rules.compare([team, silent], 0.95)
    assert told.left_out == (2,)
    assert [it.team for it in told.changes] == [1]


def test_a_baseline_of_one_week_has_no_placebo() -> None:
    teams = [Team(n, n < 4, (Week(n),), (Week(n * n),)) for n in range(1, 7)]
    told = rules.compare(teams, 0.95)
    assert told.placebo.state == "too_few"
    assert told.difference.state == "compared"


def test_an_odd_baseline_gives_its_middle_to_the_later_half() -> None:
    weeks = tuple(map(Week, (1, 2, 6, 6, 6)))
    teams = [Team(n, n < 4, weeks, (Week(n),)) for n in range(1, 7)]
    assert rules.compare(teams, 0.95).placebo.estimate == 0
    lone = [replace(it, baseline=tuple(map(Week, (0, 0, n, n, n)))) for n, it in enumerate(teams, start=1)]
    assert rules.compare(lone, 0.95).placebo.estimate == -3


@pytest.mark.parametrize(("pilot", "other", "state", "estimate"), [
    ((),           (),           "too_few",   None),
    ((1,),         (),           "too_few",   None),
    ((1,),         (1, 2, 3, 4), "too_few",   None),
    ((1, 2, 3),    (4,),         "too_few",   None),
    ((2, 2),       (1, 1, 1),    "no_spread", 1),
    ((0.1, 0.1),   (0.3, 0.3),   "no_spread", -0.2),
    ((2, 2),       (1, 1, 2),    "compared",  2 / 3),
    ((1, 2),       (1, 2),       "compared",  0),
])  # fmt: skip
def test_every_pilot_gets_a_stated_answer(
    pilot: Sequence[float], other: Sequence[float], state: str, estimate: float | None
) -> None:
    teams = [
        Team(it.team, it.pilot, (Week(it.before),) * 2, (Week(it.after),)) for it in changes(pilot, other)
    ]
    told = rules.compare(teams, 0.952)
    assert told.difference.state == state
    assert told.difference.estimate == pytest.approx(estimate)
    assert told.difference.level == 0.952
    has_interval = told.difference.state == "compared"
    assert [x is not None for x in figures(told.difference)[1:]] == [has_interval] * 5
    assert (told.permutation is None) == (not pilot or not other)
    numbers = [
        x for it in (told.difference, told.before_after, told.placebo) for x in figures(it) if x is not None
    ]
    assert all(map(isfinite, numbers))


def test_zero_spread_on_one_side_leaves_the_degrees_of_the_other() -> None:
    assert rules.welch(changes([2, 2, 2], [1, 2, 3, 4]), 0.95).df == pytest.approx(3)


def test_rounding_of_the_machine_is_no_spread() -> None:
    after = (0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3)
    teams = [Change(n, n < 3, 0, x) for n, x in enumerate(after, start=1)]
    assert rules.welch(teams, 0.95).state == "no_spread"
    assert rules.before_after(teams, 0.95).state == "no_spread"
    assert rules.permute(teams, 0.95).p == 1


def test_teams_that_all_change_alike_are_all_ties() -> None:
    assert rules.permute(changes([1, 1], [1, 1, 1]), 0.95).p == 1


def test_one_pilot_team_still_has_patterns() -> None:
    assert rules.permute(changes([9], [1, 2, 3, 4, 5]), 0.95).p == pytest.approx(1 / 6)


def test_what_is_no_week_no_level_and_no_cohort() -> None:
    for value, rows in ((float("nan"), 1), (float("inf"), 1), (1.0, 0)):
        with pytest.raises(ValueError, match="no week"):
            Week(value, rows)
    for level in (0, 1, 95):
        with pytest.raises(ValueError, match="level"):
            rules.compare([], level)
    with pytest.raises(ValueError, match="once"):
        rules.compare([Team(1, True, (), ()), Team(1, False, (), ())], 0.95)


# Whole figures, so that ties are ties after every shift.
SOME = st.lists(st.integers(-40, 40), min_size=2, max_size=4)
FEW = settings(max_examples=20)


@FEW
@given(SOME, SOME, st.integers(-15, 15))
def test_what_happens_to_all_changes_nothing(pilot: list[int], other: list[int], more: int) -> None:
    plain = changes(pilot, other)
    moved = changes([x + more for x in pilot], [x + more for x in other])
    alike(rules.welch(moved, 0.95), rules.welch(plain, 0.95))
    assert rules.permute(moved, 0.95).p == rules.permute(plain, 0.95).p
    assert rules.by_rows(moved) == pytest.approx(rules.by_rows(plain), abs=1e-9)


@FEW
@given(SOME, SOME)
def test_groups_exchanged_turn_the_sign(pilot: list[int], other: list[int]) -> None:
    plain = changes(pilot, other)
    exchanged = [replace(it, pilot=not it.pilot) for it in plain]
    alike(rules.welch(exchanged, 0.95), rules.turned(rules.welch(plain, 0.95)))
    one, two = rules.permute(exchanged, 0.95), rules.permute(plain, 0.95)
    assert one.p == two.p
    assert one.low == pytest.approx(None if two.high is None else -two.high, abs=1e-9)


@FEW
@given(SOME, SOME, st.sampled_from((0.001, 0.5, 3, 1000)))
def test_another_unit_is_another_unit_only(pilot: list[int], other: list[int], unit: float) -> None:
    plain = changes(pilot, other)
    scaled = [replace(it, before=it.before * unit, after=it.after * unit) for it in plain]
    one, two = rules.welch(scaled, 0.95), rules.welch(plain, 0.95)
    back = [None if x is None else x / unit for x in (one.estimate, one.error, one.low, one.high)]
    alike(replace(two, estimate=back[0], error=back[1], low=back[2], high=back[3]), two)
    assert (one.state, one.df) == (two.state, pytest.approx(two.df))
    assert one.p == pytest.approx(two.p, abs=1e-9)
    assert rules.permute(scaled, 0.95).p == rules.permute(plain, 0.95).p


@FEW
@given(SOME, SOME, st.randoms())
def test_the_order_of_teams_does_not_matter(
    pilot: list[int], other: list[int], random: st.DataObject
) -> None:
    plain = [
        Team(it.team, it.pilot, (Week(it.before),) * 2, (Week(it.after),)) for it in changes(pilot, other)
    ]
    mixed = random.sample(plain, len(plain))
    assert rules.compare(mixed, 0.95) == rules.compare(plain, 0.95)


@FEW
@given(SOME, SOME)
def test_chance_is_a_share_and_its_interval_holds_the_estimate(pilot: list[int], other: list[int]) -> None:
    seen = changes(pilot, other)
    told = rules.permute(seen, 0.8)
    assert 0 < told.p <= 1
    assert told.p == pytest.approx(slow_p(seen, 0))
    assert told.p * told.patterns == pytest.approx(round(told.p * told.patterns))
    if told.low is not None:
        estimate = fmean(pilot) - fmean(other)
        assert told.low - 1e-9 <= estimate <= told.high + 1e-9


def alike(one: Difference, two: Difference) -> None:
    assert one.state == two.state
    assert figures(one) == pytest.approx(figures(two), abs=1e-9)
