"""The pure rules: against a slow and obvious count on random histories, and case by case."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.measures.rules import formulas, registry, survival
from portal.measures.rules.bits import bits_of, from_bytes, on_at_least, people_in, to_bytes
from portal.measures.rules.counting import (
    NO_LICENCE,
    NOT_UI,
    TEST,
    UNKNOWN,
    History,
    Holders,
    Office,
    Roster,
    Seen,
    Stretch,
    count_day,
    first_licences,
    holding,
    sets_of,
    settled,
    why_not,
)
from portal.measures.rules.formulas import basis_points, counts, last_sunday, scaled
from portal.measures.slots import MEAN, MEDIAN, SHARE, Feature, Measure, Source
from tests.measures.plainly import Act, Holds, Story, median_wait

START = date(2026, 9, 1)
SPAN = 60
DAY = timedelta(days=1)
PEOPLE = range(1, 9)
FEATURES = {"calls": ({"call", "visit"}, {"rep"}), "tasks": ({"done"}, {"rep", "boss"})}
KINDS = ("call", "visit", "done", "login")

days = st.integers(0, SPAN - 1).map(lambda n: START + n * DAY)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Some people, a good month of acts, licences with gaps and renewals, leaves, two calendars."""
    acts = draw(
        st.lists(
            st.builds(
                Act,
                st.sampled_from([*PEOPLE, 99]),
                days,
                st.sampled_from(KINDS),
                st.sampled_from(["ui", "ui", "ui", "import"]),
            ),
            max_size=120,
        )
    )
    busy = draw(st.lists(st.sampled_from(PEOPLE), max_size=3))
    acts += [Act(who, START + n * DAY, "call", "ui") for who in busy for n in range(SPAN) if n % 3]
    licences, leaves = [], []
    for who in PEOPLE:
        since = draw(st.one_of(st.just(START - 30 * DAY), days))
        until = draw(st.one_of(st.none(), days.filter(lambda day, since=since: day > since)))  # type: ignore[misc]
        licences.append(Holds(who, since, until, draw(st.integers(0, 9)) == 0))
        if until is not None and draw(st.booleans()):
            gap = draw(st.integers(0, 5))
            licences.append(Holds(who, until + gap * DAY, None, licences[-1].test))
        if draw(st.integers(0, 4)) == 0:
            left = draw(days)
            leaves.append(Holds(who, left, draw(st.one_of(st.none(), st.just(left + 10 * DAY)))))
    off = draw(st.sets(days, max_size=25))
    usual = {START + n * DAY for n in range(-20, SPAN) if (START + n * DAY).weekday() < 5}
    working = {who: usual if who % 2 else usual - off for who in PEOPLE}
    roles = {who: draw(st.sampled_from(["rep", "boss", "other"])) for who in PEOPLE}
    return Story(PEOPLE, acts, licences, leaves, roles, working, FEATURES)


def as_production_has_it(story: Story, day: date) -> tuple[Roster, History, list[Feature]]:
    """The same story through the rules of production."""
    features = [
        Feature(key, key, frozenset(kinds), frozenset(roles)) for key, (kinds, roles) in FEATURES.items()
    ]
    licences = [Stretch(one.who, one.since, one.until, one.test) for one in story.licences]
    tests = [one for one in licences if one.test]
    real = [one for one in licences if not one.test]
    leaves = [Stretch(one.who, one.since, one.until) for one in story.leaves]
    known = bits_of(PEOPLE)
    sets: dict[str, dict[date, int]] = {}
    for on in sorted({act.day for act in story.acts}):
        alike = Counter((act.who, act.kind, act.channel) for act in story.acts if act.day == on)
        seen = [Seen(*key, times) for key, times in alike.items()]
        use = count_day(seen, Holders(known, holding(tests, on), holding(licences, on)), features)
        for key, bits in sets_of(use).items():
            sets.setdefault(key, {})[on] = bits
    there = holding(real, day) & ~holding(tests, day) & ~holding(leaves, day)
    roles = {
        role: bits_of(who for who in PEOPLE if story.roles[who] == role) for role in story.roles.values()
    }
    offices = tuple(
        Office(bits_of(who for who in PEOPLE if who % 2 == rest), frozenset(story.working[2 - rest]))
        for rest in (0, 1)
    )
    grown = settled(real, day)
    roster = Roster(day, there & grown, there & ~grown, {}, {}, roles, offices, first_licences(licences))
    return roster, History(sets), features


@given(stories(), st.integers(28, SPAN - 1), st.sets(st.sampled_from(PEOPLE)))
@settings(max_examples=60)
def test_every_figure_is_that_of_the_slow_count(story: Story, n: int, group: set[int]) -> None:
    day = START + n * DAY
    roster, history, features = as_production_has_it(story, day)
    found = counts(roster, history, features)
    assert set(people_in(roster.eligible)) == story.eligible(day)
    for key, expected in story.figures(day, group).items():
        it = found[key](bits_of(group))
        told = None if it.numerator is None else (it.numerator, it.denominator)
        assert told == expected, key
        if expected and expected[1]:
            assert it.value == basis_points(*expected)  # type: ignore[arg-type]
    reached, still = story.first_uses(day, group)
    waits = found[registry.FIRST_ACTION](bits_of(group))
    assert (waits.numerator or 0, waits.denominator or 0) == (len(reached), len(reached) + len(still))
    assert waits.value == median_wait(reached, still)


@given(stories(), st.integers(28, SPAN - 1), st.sets(st.sampled_from(PEOPLE)))
@settings(max_examples=30)
def test_groups_that_share_nobody_may_be_added(story: Story, n: int, part: set[int]) -> None:
    roster, history, features = as_production_has_it(story, START + n * DAY)
    one, other, whole = bits_of(part), bits_of(set(PEOPLE) - part), bits_of(PEOPLE)
    for key, count in counts(roster, history, features).items():
        pieces, total = [count(one), count(other)], count(whole)
        if key == registry.FIRST_ACTION:
            kept = [piece.extra for piece in pieces if piece.extra]
            again = formulas.of_waits(survival.together(kept))
            assert (again.value, again.extra) == (total.value, total.extra)
        elif all(piece.state != "few_days" for piece in (*pieces, total)):
            assert sum(piece.numerator or 0 for piece in pieces) == (total.numerator or 0), key
            assert sum(piece.denominator or 0 for piece in pieces) == (total.denominator or 0), key


@given(st.sets(st.integers(0, 3_000)))
def test_a_set_survives_its_bytes(people: set[int]) -> None:
    assert set(people_in(from_bytes(to_bytes(bits_of(people))))) == people
    assert bits_of(people).bit_count() == len(people)


@given(st.lists(st.sets(st.integers(0, 40)), max_size=12), st.integers(0, 8))
def test_on_at_least_so_many_days(sets: list[set[int]], most: int) -> None:
    levels = on_at_least([bits_of(one) for one in sets], most)
    for count in range(1, most + 1):
        met = {who for who in range(41) if sum(who in one for one in sets) >= count}
        assert set(people_in(levels[count])) == met


@pytest.mark.parametrize(
    ("day", "sunday"),
    [
        ("2026-11-01", "2026-11-01"),
        ("2026-11-02", "2026-11-01"),
        ("2026-11-07", "2026-11-01"),
        ("2026-11-08", "2026-11-08"),
    ],
)
def test_the_last_whole_week_ends_on_a_sunday_that_is_over(day: str, sunday: str) -> None:
    assert last_sunday(date.fromisoformat(day)) == date.fromisoformat(sunday)


@pytest.mark.parametrize(("working", "bound"), [(20, 8), (23, 8), (18, 8), (17, 7), (15, 6), (10, 4)])
def test_the_bound_of_a_habit_shrinks_with_the_working_days(working: int, bound: int) -> None:
    assert scaled(8, working, 20) == bound


@pytest.mark.parametrize(("working", "bound"), [(7, 3), (5, 3), (4, 3), (3, 2), (2, 2), (1, 1), (0, 0)])
def test_the_bound_of_a_week_shrinks_with_the_working_days(working: int, bound: int) -> None:
    assert scaled(3, working, 5) == bound


def test_a_share_is_rounded_half_up() -> None:
    assert [basis_points(*one) for one in ((1, 3), (2, 3), (1, 20_000), (1, 20_001), (5, 5))] == [
        3333,
        6667,
        1,
        0,
        10_000,
    ]


def test_the_median_of_those_alone_who_got_there_is_too_short() -> None:
    waits = survival.Waits(Counter([1, 3, 9]), Counter([20, 20, 20]))
    assert waits.median() == 9
    assert waits.reached_by(3) == formulas.Fraction(1, 3)
    assert survival.Waits(Counter([1, 3]), Counter([20, 20, 20])).median() is None
    assert survival.Waits(Counter([0]), Counter()).median() == 0
    # Somebody who left on day 2 says nothing of day 3.
    assert survival.Waits(Counter([3]), Counter([2])).reached_by(3) == 1


def _source(way: str) -> Source:
    unit = {MEDIAN: "minutes", MEAN: "hundredths", SHARE: "percent"}[way]
    return Source(
        Measure("x", "x", "x", unit, "week", "", "", ""), way, lambda _since, _until: {}, frozenset({"rep"})
    )


@pytest.mark.parametrize(
    ("way", "values", "expected"),
    [
        (MEDIAN, {1: [10, 30], 2: [20]}, (None, 3, 20, 2)),
        (MEDIAN, {1: [10, 21]}, (None, 2, 16, 1)),
        (MEDIAN, {}, (None, None, None, 0)),
        (MEAN, {1: [5], 2: [2], 4: [99]}, (7, 3, 233, 3)),
        (MEAN, {}, (0, 3, 0, 3)),
        (SHARE, {1: [1], 2: [0], 4: [1], 9: [1]}, (2, 3, 6667, 3)),
        (SHARE, {}, (None, None, None, 0)),
    ],
)
def test_what_rooms_above_count(
    way: str, values: dict[int, list[int]], expected: tuple[int | None, int | None, int | None, int]
) -> None:
    """Of four eligible people three are reps; person 9 is not eligible."""
    roster = Roster(START, bits_of([1, 2, 3, 4]), 0, {}, {}, {"rep": bits_of([1, 2, 3, 9])}, (), {})
    it = counts(roster, History({}), [], [(_source(way), values)])["x"](-1)
    assert (it.numerator, it.denominator, it.value, it.people) == expected


def test_a_week_without_a_working_day_says_nothing() -> None:
    roster = Roster(START, bits_of([1, 2]), 0, {}, {}, {}, (Office(bits_of([1, 2]), frozenset()),), {})
    found = counts(roster, History({}), [])
    assert {key: found[key](-1).state for key in ("weekly_use", "habit", "active", "stickiness")} == {
        "weekly_use": "few_days", "habit": "few_days", "active": "shown", "stickiness": "none",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (Seen(None, "x", "system"), NOT_UI),
        (Seen(None, "x", "ui"), UNKNOWN),
        (Seen(9, "x", "ui"), UNKNOWN),
        (Seen(9, "x", "import"), UNKNOWN),
        (Seen(1, "x", "import"), NOT_UI),
        (Seen(2, "x", "ui"), TEST),
        (Seen(3, "x", "ui"), NO_LICENCE),
        (Seen(1, "x", "ui"), ""),
    ],
)
def test_why_an_event_does_not_count(seen: Seen, reason: str) -> None:
    assert why_not(seen, Holders(known=0b1110, test=0b0100, licensed=0b0110)) == reason
