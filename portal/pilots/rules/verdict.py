"""What follows from a look: a verdict on each criterion, and the gate rule, whose first matching row decides.

Everything is told by keys; sentences are made where it is shown. A decision keeps the version of the rule, all that it
was given and the row that matched, so that it can be made again and must come out the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from portal.pilots.rules.comparison import COMPARED, Difference, Without, turned
from portal.pilots.rules.feasibility import LEARNING, NEVER

# Roles and directions of a criterion.
PRIMARY, GUARDRAIL = "primary", "guardrail"
UP, DOWN = "up", "down"

# Verdicts on a primary criterion.
MET, CLEARLY_MET, MISSED, HARM, UNCLEAR = "met", "clearly_met", "missed", "harm", "unclear"
# Verdicts on a guardrail; `unclear` too.
SAFE, BREACHED = "safe", "breached"

# Outcomes of the gate.
GO, EXTEND, STOP, INCONCLUSIVE = "go", "extend", "stop", "inconclusive"
NOT_JUDGEABLE, ON = "not_judgeable", "on"
"""Nothing can be said; the pilot runs on to its next look."""

GUARDRAIL_LEVEL = 0.90
"""The interval of a guardrail: its lower end errs in 5 of 100, as non-inferiority is usually asked."""
LEAST_PRESENT = 0.90

Fact = bool | float | str | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is asked of a measure: `size` is the worthwhile change of a primary, the harm margin of a guardrail.

    `size` is positive, in the unit of the measure, whatever the direction; `direction` says which way is good.
    """

    key: str
    role: str
    direction: str
    size: float

    def __post_init__(self) -> None:
        if (
            self.role not in {PRIMARY, GUARDRAIL}
            or self.direction not in {UP, DOWN}
            or not self.size > 0
        ):
            raise ValueError(f"no criterion: {self}")


def judge(criterion: Criterion, difference: Difference) -> str:
    """The verdict on a criterion.

    A primary is judged by the interval of the look, a guardrail by one at `GUARDRAIL_LEVEL`. Without an interval (too
    few teams, no spread) the verdict is `unclear`.
    """
    up = difference if criterion.direction == UP else turned(difference)
    if up.state != COMPARED or up.estimate is None or up.low is None or up.high is None:
        return UNCLEAR
    verdict = primary if criterion.role == PRIMARY else guardrail
    return verdict(up.estimate, up.low, up.high, criterion.size)


def primary(estimate: float, low: float, high: float, worthwhile: float) -> str:
    """The verdict on a primary, up being good.

    `harm`: even the hopeful end is a loss. `clearly_met`: even the cautious end is worthwhile. `met`: surely more than
    nothing, and worthwhile by the estimate. `missed`: even the hopeful end is not worthwhile. Else `unclear`.
    """
    if high < 0:
        return HARM
    if low >= worthwhile:
        return CLEARLY_MET
    if low > 0 and estimate >= worthwhile:
        return MET
    return MISSED if high < worthwhile else UNCLEAR


def guardrail(estimate: float, low: float, high: float, margin: float) -> str:
    """The verdict on a guardrail, up being good: non-inferiority. "Not surely worse" is not safe.

    `safe`: the cautious end stays above the margin. `breached`: surely worse, by the margin or more. Else `unclear`.
    """
    if low > -margin:
        return SAFE
    return BREACHED if high < 0 and estimate <= -margin else UNCLEAR


def depends_on(criterion: Criterion, difference: Difference, without: Sequence[Without]) -> tuple[int, ...]:
    """The ids of the teams without any one of which the verdict would be another."""
    verdict = judge(criterion, difference)
    return tuple(it.team for it in without if judge(criterion, it.difference) != verdict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact put to one test; a fact that is not known (None) passes `missing` and nothing else.

    Tests: `is` and `is_not` compare with the value or, for several, with any of them; `below` and `at_least` compare
    numbers; `any` and `all` ask whether some or all of the fact's keys are among the values (`all` of none is true),
    `empty` whether it has none.
    """

    fact: str
    test: str
    value: Fact = None

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it holds. Raises KeyError for a fact that was not told, ValueError for an unknown test."""
        fact = facts[self.fact]
        if self.test == "missing" or fact is None:
            return self.test == "missing" and fact is None
        several = self.value if isinstance(self.value, tuple) else (self.value,)
        if self.test in {"is", "is_not"}:
            return (fact in several) is (self.test == "is")
        if self.test == "empty":
            return fact == ()
        if self.test in {"any", "all"} and isinstance(fact, tuple):
            return (any if self.test == "any" else all)(key in several for key in fact)
        if (
            self.test in {"below", "at_least"}
            and isinstance(fact, int | float)
            and isinstance(self.value, int | float)
        ):
            return (fact < self.value) is (self.test == "below")
        raise ValueError(f"{self.test} asks nothing of {fact!r}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the gate rule: the outcome if all conditions hold. The key gives the reason, for its sentence."""

    key: str
    outcome: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The rows in order; the first that matches decides. It is data: a charter freezes its own, by `written`."""

    version: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """What the rule recommends: its version, the row that matched, the outcome, and all facts that it was given."""

    version: int
    row: str
    outcome: str
    facts: Mapping[str, Fact]


FACTS = (
    "roster_kept", "present", "contaminated", "use", "plan", "primaries", "guardrails", "last_look", "extension_left",
)  # fmt: skip
"""All that a gate is told.

`roster_kept`: every team of the charter has figures in both windows. `present`: share of team-weeks with figures.
`contaminated`: share of people in comparison teams who use the new way. `use`: share of pilot people in active use.
`plan`: the verdict of `feasibility`. `primaries`, `guardrails`: their verdicts. `last_look`: no further look was
reserved; the end of an extension counts as a look. `extension_left`: the charter allows one that was not taken.
None stands for what is not known.
"""


def standard_rule(use_level: float, most_contaminated: float) -> Rule:
    """The rule of the house; all numbers are shares, `use_level` is the use that the charter asks for.

    Data first, then use, then harm, and only then success. A plan that could only teach never gives go, nor a stop for
    a missed aim; harm stops it all the same. Before the last look nothing but go and stop for harm is decided.
    """
    able = Condition("plan", "is_not", (LEARNING, NEVER))
    early, left = Condition("last_look", "is", False), Condition("extension_left", "is", True)
    idle = Condition("use", "below", use_level)
    # fmt: off
    rows = (
        Row("roster_changed",        NOT_JUDGEABLE, (Condition("roster_kept", "is", False),)),
        Row("roster_unknown",        NOT_JUDGEABLE, (Condition("roster_kept", "missing"),)),
        Row("weeks_missing",         NOT_JUDGEABLE, (Condition("present", "below", LEAST_PRESENT),)),
        Row("weeks_unknown",         NOT_JUDGEABLE, (Condition("present", "missing"),)),
        Row("contaminated",          NOT_JUDGEABLE, (Condition("contaminated", "at_least", most_contaminated),)),
        Row("contamination_unknown", NOT_JUDGEABLE, (Condition("contaminated", "missing"),)),
        Row("use_unknown",           NOT_JUDGEABLE, (Condition("use", "missing"),)),
        Row("not_tried_yet",         ON,            (idle, early)),
        Row("not_tried",             EXTEND,        (idle, left)),
        Row("never_tried",           INCONCLUSIVE,  (idle,)),
        Row("breached",              STOP,          (Condition("guardrails", "any", (BREACHED,)),)),
        Row("harm",                  STOP,          (Condition("primaries", "any", (HARM,)),)),
        Row("nothing_asked",         INCONCLUSIVE,  (Condition("primaries", "empty"),)),
        Row("met",                   GO,            (able, Condition("primaries", "all", (MET, CLEARLY_MET)),
                                                     Condition("guardrails", "all", (SAFE,)))),
        Row("too_early",             ON,            (early,)),
        Row("missed",                STOP,          (able, Condition("primaries", "any", (MISSED,)))),
        Row("unsettled",             EXTEND,        (left,)),
        Row("undecided",             INCONCLUSIVE),
    )
    # fmt: on
    return Rule(1, rows)


def decide(rule: Rule, facts: Mapping[str, Fact]) -> Gate:
    """The first row that matches. Raises ValueError unless exactly the facts of `FACTS` are told, or if none matches."""
    if set(facts) != set(FACTS):
        raise ValueError(f"not the facts of a gate: {sorted(set(facts) ^ set(FACTS))}")
    for row in rule.rows:
        if all(condition.holds(facts) for condition in row.conditions):
            return Gate(rule.version, row.key, row.outcome, MappingProxyType(dict(facts)))
    raise ValueError("no row of the rule matches")


def written(rule: Rule) -> dict[str, Any]:
    """The rule as a document that a charter freezes; `rule_from` reads it back, also after JSON."""
    return asdict(rule)


def rule_from(document: Mapping[str, Any]) -> Rule:
    """The rule that `written` wrote."""
    rows = (
        Row(
            row["key"],
            row["outcome"],
            tuple(Condition(it["fact"], it["test"], _fact(it["value"])) for it in row["conditions"]),
        )
        for row in document["rows"]
    )
    return Rule(document["version"], tuple(rows))


def facts_from(document: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts of a gate as they were stored; JSON knows lists only."""
    return {key: _fact(value) for key, value in document.items()}


def _fact(value: Any) -> Fact:
    return tuple(value) if isinstance(value, list) else value
