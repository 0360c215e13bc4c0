"""What is drawn, how it is graded, when a course is late, what a draft lacks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.training import rules

QUESTIONS = st.dictionaries(
    st.integers(1, 60),
    st.lists(st.integers(1, 900), min_size=2, max_size=5, unique=True),
    min_size=1,
    max_size=12,
)
WHOLE = rules.Plan(
    named_in_both=True,
    lessons=2,
    lessons_in_both=2,
    questions=3,
    questions_in_both=3,
    questions_answerable=3,
    drawn=2,
)


@given(QUESTIONS, st.integers(0, 15), st.integers(0, 2**32))
def test_a_draw_takes_so_many_questions_with_all_their_choices(
    questions: dict[int, list[int]], count: int, seed: int
) -> None:
    drawn = rules.draw(questions, count, set(), seed)
    assert len(drawn) == min(count or len(questions), len(questions))
    assert len({question for question, _choices in drawn}) == len(drawn)
    assert all(sorted(choices) == sorted(questions[question]) for question, choices in drawn)
    assert drawn == rules.draw(questions, count, set(), seed)


@given(QUESTIONS, st.integers(1, 12), st.integers(0, 2**32), st.data())
def test_what_was_not_seen_comes_first(
    questions: dict[int, list[int]], count: int, seed: int, data: st.DataObject
) -> None:
    seen = data.draw(st.sets(st.sampled_from(sorted(questions))))
    drawn = {question for question, _choices in rules.draw(questions, count, seen, seed)}
    fresh = set(questions) - seen
    assert len(drawn & fresh) == min(len(fresh), count, len(questions))


def test_chance_picks_the_questions_their_order_and_that_of_their_choices() -> None:
    questions = {number: [1, 2, 3] for number in range(1, 7)}
    few = [rules.draw(questions, 2, set(), seed) for seed in range(40)]
    every = [rules.draw(questions, 0, set(), seed) for seed in range(40)]
    assert len({frozenset(question for question, _choices in drawn) for drawn in few}) > 5
    assert len({tuple(question for question, _choices in drawn) for drawn in every}) > 20
    assert len({choices for drawn in every for _question, choices in drawn}) == 6


@pytest.mark.parametrize(
    ("asked", "percent", "needed"),
    [(4, 75, 3), (3, 75, 3), (10, 100, 10), (1, 1, 1), (3, 1, 1), (8, 50, 4), (0, 75, 0), (7, 60, 5)],
)
def test_the_share_is_rounded_up(asked: int, percent: int, needed: int) -> None:
    assert rules.needed(asked, percent) == needed


def test_a_try_passes_with_just_enough() -> None:
    drawn = [(number, (number * 10, number * 10 + 1)) for number in (1, 2, 3, 4)]
    right = {10, 20, 30, 40}
    three = {1: 10, 2: 20, 3: 30, 4: 41}
    assert rules.grade(drawn, three, right, 75) == rules.Grade(3, 4, passed=True)
    assert rules.grade(drawn, three | {3: 31}, right, 75) == rules.Grade(2, 4, passed=False)
    assert rules.grade([], {}, right, 75) == rules.Grade(0, 0, passed=False)


def test_the_right_choice_of_another_question_is_no_answer() -> None:
    drawn = [(1, (10, 11)), (2, (20, 21))]
    assert rules.grade(drawn, {1: 20, 2: 10, 9: 10}, {10, 20}, 50) == rules.Grade(0, 2, passed=False)


@given(QUESTIONS, st.integers(0, 2**32), st.integers(1, 100))
def test_all_right_passes_and_nothing_answered_fails(
    questions: dict[int, list[int]], seed: int, percent: int
) -> None:
    drawn = rules.draw(questions, 0, set(), seed)
    best = {question: choices[0] for question, choices in drawn}
    assert rules.grade(drawn, best, set(best.values()), percent).passed
    assert not rules.grade(drawn, {}, set(best.values()), percent).passed


def test_a_minute_of_grace() -> None:
    deadline = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    assert rules.in_time(None, deadline)
    assert rules.in_time(deadline, deadline + timedelta(seconds=60))
    assert not rules.in_time(deadline, deadline + timedelta(seconds=61))


@pytest.mark.parametrize(("allowed", "used", "left"), [(0, 9, None), (3, 1, 2), (2, 2, 0), (1, 4, 0)])
def test_tries_that_are_left(allowed: int, used: int, left: int | None) -> None:
    assert rules.tries_left(allowed, used) == left


@pytest.mark.parametrize(
    ("days", "urgency"), [(None, ""), (-1, "late"), (0, "now"), (3, "now"), (4, "later")]
)
def test_how_urgent_a_course_is(days: int | None, urgency: str) -> None:
    today = date(2026, 11, 2)
    assert rules.urgency(None if days is None else today + timedelta(days=days), today) == urgency


@pytest.mark.parametrize(
    "change",
    [
        {"named_in_both": False}, {"lessons": 0, "lessons_in_both": 0}, {"lessons_in_both": 1}, {"questions_in_both": 2},
        {"questions_answerable": 2}, {"drawn": 4},
        {"questions": 0, "questions_in_both": 0, "questions_answerable": 0, "drawn": 0},
    ],
)  # fmt: skip
def test_a_draft_that_lacks_something_says_one_thing(change: dict[str, int]) -> None:
    assert rules.lacking(WHOLE) == []
    assert rules.lacking(replace(WHOLE, drawn=WHOLE.questions)) == [], "a try may ask everything"
    assert len(rules.lacking(replace(WHOLE, **change))) == 1
