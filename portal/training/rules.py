"""What is drawn for a try, how it is graded, what a course still lacks, how late an assignment is. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from portal.core.words import N_

GRACE = timedelta(seconds=60)
"""So much later than its deadline a try may still arrive: the way through the network is not the reader's fault."""
SOON = 3
"""From so many days before it is due on, a course asks to be taken."""
FEWEST_CHOICES = 2

Drawn = tuple[int, tuple[int, ...]]
"""A question's number, and its choices in the order in which they are shown."""


def draw(
    questions: Mapping[int, Sequence[int]], count: int, seen: Collection[int], seed: int
) -> tuple[Drawn, ...]:
    """The questions of one try: those not yet seen first, their choices in a random order.

    `questions` maps each question to its choices; `count` 0 means all. The same seed draws the same, so that a try can
    be told again. Fewer than `count` questions give all there are.
    """
    chance = Random(seed)  # noqa: S311  (chooses questions, guards nothing)
    order = sorted(questions)
    chance.shuffle(order)
    order.sort(key=lambda one: one in seen)
    picked = sorted(order[: count or len(order)])
    chance.shuffle(picked)
    return tuple((one, _shuffled(questions[one], chance)) for one in picked)


def _shuffled(choices: Sequence[int], chance: Random) -> tuple[int, ...]:
    order = sorted(choices)
    chance.shuffle(order)
    return tuple(order)


def needed(asked: int, least_percent: int) -> int:
    """How many of `asked` questions have to be right: the share rounded up, at least one where anything is asked."""
    return max(-(-asked * least_percent // 100), 1) if asked else 0


@dataclass(frozen=True)
class Grade:
    """The outcome of a try: right answers of those asked, and whether that is enough."""

    right: int
    asked: int
    passed: bool


def grade(
    drawn: Sequence[Drawn], given: Mapping[int, int], right: Collection[int], least_percent: int
) -> Grade:
    """Grade what was answered. A choice that was not drawn for its question counts as no answer."""
    hits = sum(
        1 for question, choices in drawn if given.get(question) in choices and given.get(question) in right
    )
    return Grade(hits, len(drawn), hits >= needed(len(drawn), least_percent) and bool(drawn))


def in_time(deadline: datetime | None, at: datetime) -> bool:
    """Whether a try arrived in time, the grace of a minute included."""
    return deadline is None or at <= deadline + GRACE


def tries_left(allowed: int, used: int) -> int | None:
    """How many tries are left; None where there is no limit (`allowed` 0)."""
    return max(allowed - used, 0) if allowed else None


def urgency(due: date | None, today: date) -> str:
    """`late` when the day has passed, `now` in the last three days, `later` before, `""` without a day."""
    if due is None:
        return ""
    if due < today:
        return "late"
    return "now" if (due - today).days <= SOON else "later"


@dataclass(frozen=True)
class Plan:
    """What a draft of a course holds, as counts: what `lacking` asks for."""

    named_in_both: bool
    lessons: int
    lessons_in_both: int
    questions: int
    questions_in_both: int
    questions_answerable: int
    drawn: int


def lacking(plan: Plan) -> list[str]:
    """Why a draft cannot be published yet, as N_ texts; empty if it can."""
    faults = (
        (plan.named_in_both, N_("The course needs its name in both languages.")),
        (plan.lessons > 0, N_("The course needs a lesson.")),
        (plan.lessons == plan.lessons_in_both, N_("Each lesson needs title and text in both languages.")),
        (plan.questions > 0, N_("The course needs a question.")),
        (plan.questions == plan.questions_in_both, N_("Each question needs its text in both languages.")),
        (
            plan.questions == plan.questions_answerable,
            N_("Each question needs two choices and one of them right."),
        ),
        (plan.drawn <= plan.questions, N_("A try cannot draw more questions than there are.")),
    )
    return [words for holds, words in faults if not holds]
