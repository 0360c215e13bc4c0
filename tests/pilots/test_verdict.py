"""Verdicts on criteria, and the gate rule row by row."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pilots.rules import verdict as rules
from portal.pilots.rules.comparison import Difference, Without
from portal.pilots.rules.verdict import Condition, Criterion, Row, Rule

ANSWERS = Criterion("answer_time", "primary", "down", 2)
TALKS = Criterion("talks", "primary", "up", 2)
MARGIN = Criterion("margin", "guardrail", "up", 1.5)
RULE = rules.standard_rule(0.6, 0.1)
GOOD = {
    "roster_kept": True, "present": 1.0, "contaminated": 0.0, "use": 0.8, "plan": "feasible", "primaries": ("met",),
    "guardrails": ("safe",), "last_look": True, "extension_left": False,
}  # fmt: skip
REAL = st.floats(-50, 50)


def seen(low: float, estimate: float, high: float) -> Difference:
    return Difference("compared", 0.95, estimate, 1.0, 8.0, 0.04, low, high)


@pytest.mark.parametrize(("low", "estimate", "high", "verdict"), [
    (2.0,  3.0,  4.0,  "clearly_met"),
    (1.9,  3.0,  4.0,  "met"),
    (0.1,  2.0,  4.0,  "met"),
    (0.1,  1.9,  4.0,  "unclear"),      # surely something, but not enough by the estimate
    (0.0,  2.0,  4.0,  "unclear"),      # nothing is not ruled out
    (-1.0, 0.5,  2.0,  "unclear"),
    (-1.0, 0.4,  1.9,  "missed"),
    (0.5,  1.0,  1.5,  "missed"),       # surely something, surely not enough
    (-2.0, -1.0, 0.0,  "missed"),
    (-3.0, -2.0, -0.1, "harm"),
])  # fmt: skip
def test_verdicts_on_a_primary(low: float, estimate: float, high: float, verdict: str) -> None:
    assert rules.judge(TALKS, seen(low, estimate, high)) == verdict
    assert rules.judge(ANSWERS, seen(-high, -estimate, -low)) == verdict


@pytest.mark.parametrize(("low", "estimate", "high", "verdict"), [
    (-1.4, 0.0,  1.4,  "safe"),
    (-1.4, -0.7, -0.1, "safe"),         # surely worse, but within the margin
    (-1.5, 0.0,  1.5,  "unclear"),
    (-3.0, -1.5, 0.0,  "unclear"),
    (-3.0, -1.4, -0.1, "unclear"),
    (-3.0, -1.5, -0.1, "breached"),
])  # fmt: skip
def test_verdicts_on_a_guardrail(low: float, estimate: float, high: float, verdict: str) -> None:
    assert rules.judge(MARGIN, seen(low, estimate, high)) == verdict


@pytest.mark.parametrize("state", ["too_few", "no_spread"])
def test_without_an_interval_nothing_is_clear(state: str) -> None:
    for criterion in (TALKS, ANSWERS, MARGIN):
        assert rules.judge(criterion, Difference(state, 0.95, estimate=9.0)) == "unclear"


@given(st.lists(REAL, min_size=3, max_size=3).map(sorted), st.floats(0.01, 20))
def test_a_better_interval_never_gets_a_worse_verdict(ends: list[float], size: float) -> None:
    order = ("harm", "missed", "unclear", "met", "clearly_met")
    low, estimate, high = ends
    better = rules.primary(low + 1, estimate + 1, high + 1, size)
    assert order.index(better) >= order.index(rules.primary(low, estimate, high, size))


def test_a_verdict_that_hangs_on_one_team() -> None:
    without = (
        Without(3, seen(0.2, 2.5, 4)),
        Without(5, seen(-0.1, 2.1, 4)),
        Without(8, Difference("too_few", 0.95)),
    )
    assert rules.depends_on(TALKS, seen(0.1, 2.2, 4), without) == (5, 8)


@pytest.mark.parametrize(
    ("role", "direction", "size"),
    [("main", "up", 1), ("primary", "left", 1), ("primary", "up", 0), ("guardrail", "up", -1)],
)
def test_what_is_no_criterion(role: str, direction: str, size: float) -> None:
    with pytest.raises(ValueError, match="no criterion"):
        Criterion("talks", role, direction, size)


# What differs from a pilot that is good in all, the row that matches, the outcome.
# fmt: off
EARLY = {"last_look": False, "extension_left": True}
GATES = [
    ({},                                                            "met",                   "go"),
    ({"primaries": ("met", "clearly_met")},                         "met",                   "go"),
    ({"guardrails": ()},                                            "met",                   "go"),
    ({"plan": "unknown"},                                           "met",                   "go"),
    ({**EARLY},                                                     "met",                   "go"),
    ({"present": 0.9, "contaminated": 0.099, "use": 0.6},           "met",                   "go"),
    ({"roster_kept": False, "guardrails": ("breached",)},           "roster_changed",        "not_judgeable"),
    ({"roster_kept": None},                                         "roster_unknown",        "not_judgeable"),
    ({"present": 0.899},                                            "weeks_missing",         "not_judgeable"),
    ({"present": None},                                             "weeks_unknown",         "not_judgeable"),
    ({"contaminated": 0.1},                                         "contaminated",          "not_judgeable"),
    ({"contaminated": None},                                        "contamination_unknown", "not_judgeable"),
    ({"use": None},                                                 "use_unknown",           "not_judgeable"),
    ({"use": 0.59, "guardrails": ("breached",), **EARLY},           "not_tried_yet",         "on"),
    ({"use": 0.59, "extension_left": True},                         "not_tried",             "extend"),
    ({"use": 0.59},                                                 "never_tried",           "inconclusive"),
    ({"guardrails": ("safe", "breached"), **EARLY},                 "breached",              "stop"),
    ({"primaries": ("met", "harm"), **EARLY},                       "harm",                  "stop"),
    ({"primaries": ("harm",), "plan": "learning"},                  "harm",                  "stop"),
    ({"primaries": ()},                                             "nothing_asked",         "inconclusive"),
    ({"primaries": ("missed",), **EARLY},                           "too_early",             "on"),
    ({"primaries": ("unclear",), **EARLY},                          "too_early",             "on"),
    ({"primaries": ("met", "missed"), "extension_left": True},      "missed",                "stop"),
    ({"primaries": ("missed",), "plan": "never"},                   "undecided",             "inconclusive"),
    ({"plan": "learning"},                                          "undecided",             "inconclusive"),
    ({"plan": "never", "extension_left": True},                     "unsettled",             "extend"),
    ({"plan": None},                                                "undecided",             "inconclusive"),
    ({"primaries": ("met", "unclear"), "extension_left": True},     "unsettled",             "extend"),
    ({"guardrails": ("unclear",), "extension_left": True},          "unsettled",             "extend"),
    ({"guardrails": ("safe", "unclear")},                           "undecided",             "inconclusive"),
]
# fmt: on


@pytest.mark.parametrize(("but", "row", "outcome"), GATES)
def test_the_gate_row_by_row(but: dict[str, rules.Fact], row: str, outcome: str) -> None:
    gate = rules.decide(RULE, GOOD | but)
    assert (gate.version, gate.row, gate.outcome) == (1, row, outcome)
    assert gate.facts == GOOD | but


def test_each_row_is_tried() -> None:
    assert {row for _but, row, _outcome in GATES} == {row.key for row in RULE.rows}


def test_a_decision_is_made_again_from_what_was_stored() -> None:
    rule = json.dumps(rules.written(RULE))
    for but, _row, _outcome in GATES:
        first = rules.decide(RULE, GOOD | but)
        facts = json.dumps(dict(first.facts))
        assert rules.decide(rules.rule_from(json.loads(rule)), rules.facts_from(json.loads(facts))) == first
    assert rules.rule_from(json.loads(rule)) == RULE


VERDICTS = st.lists(st.sampled_from(("met", "clearly_met", "missed", "harm", "unclear")), max_size=3).map(
    tuple
)
SHARE = st.none() | st.floats(0, 1)


@given(
    st.fixed_dictionaries(
        {
            "roster_kept": st.none() | st.booleans(), "present": SHARE, "contaminated": SHARE, "use": SHARE,
            "plan": st.sampled_from(("feasible", "learning", "never", "unknown")), "primaries": VERDICTS,
            "guardrails": st.lists(st.sampled_from(("safe", "breached", "unclear")), max_size=2).map(tuple),
            "last_look": st.booleans(), "extension_left": st.booleans(),
        }
    )
)  # fmt: skip
def test_whatever_the_facts_there_is_an_outcome_and_go_is_earned(facts: dict[str, rules.Fact]) -> None:
    gate = rules.decide(RULE, facts)
    assert gate.outcome in {"go", "extend", "stop", "inconclusive", "not_judgeable", "on"}
    if gate.outcome == "go":
        assert set(facts["primaries"]) <= {"met", "clearly_met"}
        assert facts["primaries"]
        assert set(facts["guardrails"]) <= {"safe"}
        assert facts["use"] >= 0.6
    if gate.outcome == "on":
        assert not facts["last_look"]
    if gate.outcome == "extend":
        assert facts["extension_left"]


def test_a_gate_is_told_all_facts_and_no_others() -> None:
    for facts in ({**GOOD, "mood": True}, {key: fact for key, fact in GOOD.items() if key != "use"}):
        with pytest.raises(ValueError, match="not the facts"):
            rules.decide(RULE, facts)


@pytest.mark.parametrize(
    ("fact", "test", "value"),
    [(("safe",), "below", 1), (0.5, "any", ("safe",)), (("safe",), "most", "safe"), (0.5, "most", 1), (0.5, "below", "much")],
)
def test_a_test_that_does_not_fit_its_fact_is_refused(fact: Any, test: str, value: Any) -> None:
    with pytest.raises(ValueError, match="asks nothing"):
        Condition("x", test, value).holds({"x": fact})


def test_a_rule_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no row"):
        rules.decide(Rule(7, (Row("use", "go", (Condition("use", "below", 0.1),)),)), GOOD)
    with pytest.raises(ValueError, match="asks nothing"):
        rules.decide(Rule(7, (Row("use", "go", (Condition("plan", "below", 0.1),)),)), GOOD)
