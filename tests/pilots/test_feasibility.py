"""What a plan could show at all."""

import pytest

from portal.pilots.rules import feasibility as rules

# Pilot teams, comparison teams, least change in standard deviations, smallest permutation p.
DESIGNS = [
    (2, 4, 3.257173, 1 / 15), (3, 6, 2.312069, 1 / 84), (4, 8, 1.904459, 1 / 495), (6, 6, 1.795541, 2 / 924),
    (10, 10, 1.324947, 2 / 184_756),
]  # fmt: skip


@pytest.mark.parametrize(("pilot", "comparison", "effect", "least_p"), DESIGNS)
def test_the_least_change_that_is_noticed(pilot: int, comparison: int, effect: float, least_p: float) -> None:
    assert rules.smallest_effect(pilot, comparison) == pytest.approx(effect, abs=1e-6)
    assert rules.smallest_effect(comparison, pilot) == pytest.approx(effect, abs=1e-6)
    assert rules.least_permutation_p(pilot, comparison) == pytest.approx(least_p)


@pytest.mark.parametrize(
    ("pilot", "comparison", "spread", "detectable"),
    [(4, 8, 1.19964239, 2.28466952), (2, 4, 0.46540539, 1.51590594)],
)
def test_the_least_change_in_the_unit_of_the_measure(
    pilot: int, comparison: int, spread: float, detectable: float
) -> None:
    told = rules.assess(pilot, comparison, spread=spread, worthwhile=2)
    assert told.detectable == pytest.approx(detectable, abs=1e-6)


@pytest.mark.parametrize(("pilot", "comparison", "spread", "worthwhile", "verdict", "notices"), [
    (4, 8, 1.0, 2.0,  "feasible", True),
    (4, 8, 1.0, 1.0,  "feasible", False),   # 1.90 is not more than twice 1
    (4, 8, 1.0, 0.95, "learning", False),   # 1.904 is more than 1.90
    (4, 8, 0.0, 1.0,  "unknown",  None),
    (4, 8, None, 1.0, "unknown",  None),
    (2, 4, 1.0, 9.0,  "never",    True),    # one of fifteen patterns: p can't fall below .067
    (3, 3, 1.0, 9.0,  "never",    True),    # two of twenty
    (3, 4, 1.0, 9.0,  "feasible", True),
    (1, 30, 1.0, 9.0, "never",    None),    # one team alone has no spread
    (0, 8, 1.0, 9.0,  "never",    None),
])  # fmt: skip
def test_verdicts_on_a_plan(
    pilot: int, comparison: int, spread: float | None, worthwhile: float, verdict: str, notices: bool | None
) -> None:
    told = rules.assess(pilot, comparison, spread=spread, worthwhile=worthwhile)
    assert (told.verdict, told.notices_worthwhile) == (verdict, notices)


def test_a_stricter_last_look_needs_more_patterns() -> None:
    assert rules.assess(2, 5, spread=1, worthwhile=9, alpha=0.047993).verdict == "feasible"
    assert rules.assess(2, 5, spread=1, worthwhile=9, alpha=0.045067).verdict == "never"
    assert rules.assess(2, 5, spread=1, worthwhile=9, alpha=1 / 21).verdict == "feasible"


def test_teams_that_would_do() -> None:
    pilot, comparison = rules.teams_enough(2, 4, 1.5)
    assert rules.smallest_effect(pilot, comparison) <= 1.5
    fewer = (pilot - 1, comparison) if pilot > comparison else (pilot, comparison - 1)
    assert rules.smallest_effect(*fewer) > 1.5
    assert rules.teams_enough(4, 8, 1.91) == (4, 8)
    assert rules.teams_enough(0, 0, 100) == (3, 4)
    assert rules.teams_enough(2, 4, 0.01) is None


def test_a_change_of_nothing_is_not_worthwhile() -> None:
    with pytest.raises(ValueError, match="worthwhile"):
        rules.assess(4, 8, spread=1, worthwhile=0)
