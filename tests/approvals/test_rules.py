"""Which steps a request takes, who may sit on them, when reminders go out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.approvals import rules
from portal.approvals.rules import Step

MANAGER = Step(1, "manager", 120)
FINANCE = Step(2, "role:finance", 240, "margin", rules.BELOW, 2500)


@pytest.mark.parametrize(
    ("margin", "asked"),
    [
        (Fraction(2600), [1]),
        (Fraction(2500), [1]),  # the limit itself is in order
        (Fraction(24999, 10), [1, 2]),  # 24.999 %: compared before it is rounded
        (Fraction(-100), [1, 2]),
        (None, [1, 2]),  # a cost that nobody knows is no reason to ask fewer people
    ],
)
def test_finance_is_asked_below_the_limit(margin: Fraction | None, asked: list[int]) -> None:
    steps = rules.steps_asked([FINANCE, MANAGER], {"margin": margin})
    assert [step.position for step in steps] == asked


def test_above_leaves_the_limit_out() -> None:
    step = Step(1, "manager", 60, "discount", rules.ABOVE, 1000)
    assert not rules.asks(step, {"discount": Fraction(1000)})
    assert rules.asks(step, {"discount": Fraction(10001, 10)})


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([FINANCE], "At least one step"),
        ([MANAGER, Step(3, "role:finance", 240)], "without gaps"),
        ([MANAGER, Step(2, "role:nobody", 240)], "names no seat"),
        ([MANAGER, Step(2, "role:finance", 240, "weather", rules.BELOW, 1)], "does not exist"),
        ([Step(1, "manager", 0)], "promise"),
        ([MANAGER, Step(2, "manager", 60)], "same seat"),
        ([], "At least one step"),
    ],
)
def test_a_policy_with_a_gap_is_not_published(steps: list[Step], says: str) -> None:
    fault = rules.policy_fault(steps, ["margin", "discount"])
    assert fault is not None
    assert says in fault


def test_the_policy_of_two_steps_is_sound() -> None:
    assert rules.policy_fault([MANAGER, FINANCE], ["margin", "discount"]) is None


def test_the_ladder_of_two_hours() -> None:
    rungs = [(rung.percent, rung.minutes) for rung in rules.ladder(120)]
    assert rungs == [(50, 60), (80, 96), (100, 120), (150, 180), (300, 360)]


@given(st.integers(1, 10_000))
def test_the_ladder_climbs_and_never_comes_early(minutes: int) -> None:
    rungs = rules.ladder(minutes)
    assert [rung.minutes for rung in rungs] == sorted(rung.minutes for rung in rungs)
    assert all(rung.minutes * 100 >= minutes * rung.percent for rung in rungs)
    assert all((rung.minutes - 1) * 100 < minutes * rung.percent for rung in rungs)


people = st.lists(st.integers(1, 9), max_size=12)


@given(people, people)
def test_no_barred_person_is_eligible_and_no_other_is_lost(candidates: list[int], barred: list[int]) -> None:
    found = rules.eligible(candidates, barred)
    assert not set(found) & set(barred)
    assert set(found) == set(candidates) - set(barred)
    assert len(found) == len(set(found))


def test_every_act_of_the_ladder_has_words() -> None:
    assert {act for _percent, act in rules.LADDER} == set(rules.CLOCK_ACTS)
