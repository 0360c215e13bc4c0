"""Small groups stay hidden: from pages, series, cohorts and exports nobody can work out the figure of fewer than five people.

An adversary knows who is in which team and sees every figure that is shown. He may add and subtract as he likes. So the
question is whether the people of any set of teams that holds one to four of them can be written as sums and differences
of groups that are shown: whether their row lies in the span of the rows shown.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from itertools import combinations
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.measures.models import FigureRow
from portal.measures.queries import figures
from portal.measures.rules import registry
from portal.measures.rules.figure import told
from portal.measures.rules.hiding import (
    BESIDE,
    LEAST,
    SHOWN,
    SMALL,
    WHOLE,
    Group,
    group_of,
    hide,
    in_steps,
    region,
    team,
)
from portal.measures.slots import PERCENT
from tests.measures import world

Row = tuple[int, ...]


class Span:
    """The span of rows over the rationals, kept in echelon form."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.basis: dict[int, list[Fraction]] = {}
        for row in rows:
            rest = self._reduced(row)
            lead = next((n for n, value in enumerate(rest) if value), None)
            if lead is not None:
                self.basis[lead] = [value / rest[lead] for value in rest]

    def _reduced(self, row: Sequence[int]) -> list[Fraction]:
        rest = [Fraction(value) for value in row]
        for lead in sorted(self.basis):
            if rest[lead]:
                times = rest[lead]
                rest = [value - times * own for value, own in zip(rest, self.basis[lead], strict=True)]
        return rest

    def holds(self, row: Sequence[int]) -> bool:
        return not any(self._reduced(row))


def learnt(sizes: Sequence[int], shown: Iterable[Iterable[int]]) -> list[tuple[int, ...]]:
    """The sets of pieces of one to four people whose figure can be worked out from the sets that are shown."""
    places = [n for n, size in enumerate(sizes) if size]
    span = Span(tuple(int(n in those) for n in places) for those in map(set, shown))
    small = [
        those
        for count in range(1, len(places) + 1)
        for those in combinations(places, count)
        if sum(sizes[n] for n in those) < LEAST
    ]
    return [those for those in small if span.holds([int(n in those) for n in places])]


trees = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, 1, 2, 3])), max_size=7)


def seen(tree: list[tuple[int, int | None]], homeless: int) -> tuple[list[int], list[set[int]]]:
    """The sizes of the pieces (the last are people of no team), and every set of pieces whose figure is shown."""
    teams = {n: size for n, (size, _region) in enumerate(tree, 1)}
    region_of = {n: of for n, (_size, of) in enumerate(tree, 1)}
    hidden = hide(teams, region_of, homeless)
    everybody = {0, *teams}
    sets = {WHOLE: everybody} | {team(n): {n} for n in teams if teams[n]}
    for of in {one for one in region_of.values() if one is not None}:
        inside = {n for n in teams if region_of[n] == of}
        if any(teams[n] for n in inside):
            sets[region(of)] = inside
    shown = [those for group, those in sets.items() if group not in hidden.states]
    for count in range(1, len(teams) + 1):
        cohorts = combinations(teams, count)
        shown += [set(one) for one in cohorts if hidden.of_cohort(one, sum(teams[n] for n in one)) == SHOWN]
    return [homeless, *teams.values()], shown


@given(trees, st.integers(0, 6))
@example([(4, None), (9, None)], 2)
@example([(3, 1), (9, None), (9, None)], 0)
@example([(4, 1), (1, 1), (6, 1), (4, 2), (8, 3)], 0)
@settings(max_examples=400)
def test_no_figure_of_fewer_than_five_can_be_worked_out(
    tree: list[tuple[int, int | None]], homeless: int
) -> None:
    sizes, shown = seen(tree, homeless)
    assert not learnt(sizes, shown)


@given(trees, st.integers(0, 6))
def test_nothing_is_hidden_without_need(tree: list[tuple[int, int | None]], homeless: int) -> None:
    teams = {n: size for n, (size, _region) in enumerate(tree, 1)}
    region_of = {n: of for n, (_size, of) in enumerate(tree, 1)}
    hidden = hide(teams, region_of, homeless).states
    in_all = sum(teams.values()) + homeless
    assert (WHOLE in hidden) == (in_all < LEAST)
    assert all(hidden[team(n)] == SMALL for n, size in teams.items() if 0 < size < LEAST)
    if all(size == 0 or size >= LEAST for size in teams.values()) and not 0 < homeless < LEAST:
        assert not hidden or in_all < LEAST


def test_the_adversary_does_find_what_is_badly_hidden() -> None:
    # A team of three beside one of nine whose total is told, and only the three hidden.
    assert learnt([0, 3, 9], [{0, 1, 2}, {2}]) == [(1,)]
    assert learnt([0, 3, 9], [{0, 1, 2}]) == []
    # Two sums of three teams tell the third; so do two cohorts that differ by a small team.
    assert learnt([0, 4, 4, 4], [{1, 2}, {2, 3}, {1, 3}]) == [(1,), (2,), (3,)]
    assert learnt([0, 9, 2], [{1}, {1, 2}]) == [(2,)]


@pytest.mark.parametrize(
    ("teams", "homeless", "expected"),
    [
        ({1: 11, 2: 9, 3: 9, 4: 4, 5: 5}, 0, {team(4): SMALL, team(5): BESIDE}),
        ({1: 11, 2: 9}, 0, {}),
        ({1: 2, 2: 3, 3: 20}, 0, {team(1): SMALL, team(2): SMALL}),
        ({1: 2, 2: 2, 3: 20, 4: 30}, 0, {team(1): SMALL, team(2): SMALL, team(3): BESIDE}),
        ({1: 20, 2: 30}, 3, {team(1): BESIDE}),
        ({1: 20, 2: 30}, 5, {}),
        ({1: 0, 2: 8, 3: 9}, 0, {}),
        ({1: 2, 2: 2}, 0, {WHOLE: SMALL, team(1): SMALL, team(2): SMALL}),
    ],
)
def test_teams_of_no_region(teams: dict[int, int], homeless: int, expected: dict[Group, str]) -> None:
    assert hide(teams, {}, homeless).states == expected


def test_a_small_region_is_hidden_with_its_teams_and_the_next_smallest_piece_beside_it() -> None:
    teams, region_of = {1: 3, 2: 6, 3: 9, 4: 40}, {1: 1, 2: 2, 3: 2, 4: 3}
    hidden = hide(teams, region_of)
    assert hidden.states == {
        region(1): SMALL, team(1): SMALL, region(2): BESIDE, team(2): BESIDE, team(3): BESIDE,
    }  # fmt: skip
    assert hidden.of_cohort([1, 2, 3, 4], 58) == SHOWN
    assert hidden.of_cohort([4], 40) == SHOWN
    assert hidden.of_cohort([2, 4], 46) == BESIDE
    assert hidden.of_cohort([1], 3) == SMALL


@pytest.mark.parametrize(
    ("share", "step"), [(0, 0), (249, 0), (250, 500), (4_286, 4_500), (6_667, 6_500), (10_000, 10_000)]
)
def test_shares_of_small_groups_stand_in_whole_steps(share: int, step: int) -> None:
    assert in_steps(share) == step


@pytest.mark.parametrize(
    ("people", "value", "numerator", "about"), [(19, 4_500, None, True), (20, 4_286, 9, False)]
)
def test_under_twenty_people_nothing_exact_is_told(
    people: int, value: int, numerator: int | None, about: bool
) -> None:
    it = registry.measures()[registry.ACTIVE]
    assert it.unit == PERCENT
    found = told(it, 1, WHOLE, date(2026, 11, 1), numerator=9, denominator=21, value=4_286, people=people, state=SHOWN,
                 extra={"bands": [1]})  # fmt: skip
    assert (found.value, found.numerator, found.about) == (value, numerator, about)
    assert bool(found.extra) == (people >= 20)


def test_of_a_hidden_figure_nothing_is_told() -> None:
    it = registry.measures()[registry.ACTIVE]
    found = told(
        it,
        1,
        WHOLE,
        date(2026, 11, 1),
        numerator=2,
        denominator=3,
        value=6_667,
        people=3,
        state=SMALL,
        extra={"a": 1},
    )
    assert (found.numerator, found.denominator, found.value, found.people, found.extra) == (
        None,
        None,
        None,
        None,
        {},
    )


@pytest.mark.parametrize(
    "text", ["", "team", "team-", "team-0", "team--1", "region-x", "company-1", "team-٣", "team-2147483648", "team-99999999999"]
)
def test_an_address_names_a_group_or_none(text: str) -> None:
    assert group_of(text) is None
    assert [group_of(one) for one in ("company", "region-3", "team-7")] == [WHOLE, region(3), team(7)]
    assert [str(one) for one in (WHOLE, region(3), team(7))] == ["company", "region-3", "team-7"]


def test_five_are_enough_for_a_cohort_and_a_team_of_five_is_small_beside_others_only() -> None:
    hiding = hide({1: 5, 2: 20}, {1: None, 2: None})
    assert [hiding.of_cohort([1], people) for people in (4, 5)] == [SMALL, SHOWN]
    below = hide({1: 4, 2: 30, 3: 5}, {1: None, 2: None, 3: 9})
    assert below.states == {team(1): SMALL, region(9): BESIDE, team(3): BESIDE}


NOON = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(6))
def test_pages_series_and_exports_tell_of_no_small_group(
    app: Flask, client_for: Callable[..., Any], seed: int
) -> None:
    random = Random(seed)
    with unit_of_work():
        regions = [world.region(f"Region {n}") for n in range(3)]
        teams = [
            world.place(
                f"Group {n}",
                random.randint(0, 9),
                random.choice([None, *regions]),
                random.choice(["rep", "pm"]),
            )
            for n in range(7)
        ]
        lone = [world.join(None, f"Lone {n}") for n in range(random.choice([0, 0, 2, 6]))]
        who = [one for it in teams for one in world.members(it)] + [one.id for one in lone]
        acts = [
            world.used(
                one,
                date(2026, 11, 1) - timedelta(days=random.randrange(40)),
                random.choice(["task.done", "interaction.call"]),
            )
            for one in who
            for _ in range(random.randrange(6))
        ]
        world.happened(*acts)
    world.count_all(date(2026, 9, 20), NOON)
    browser = client_for("executive")
    names = {f"Group {n}": team(it.id) for n, it in enumerate(teams)} | {
        it.name: region(it.id) for it in regions
    }
    for key in (registry.ACTIVE, registry.WEEKLY_USE, "feature:tasks", registry.MAU, registry.FIRST_ACTION):
        _check(browser, key, names | {"Whole company": WHOLE})


def _check(browser: Any, key: str, names: dict[str, Group]) -> None:
    """What the export and the page of a measure tell, as the adversary of the pure test reads it."""
    with clock.at(NOON):
        answer = browser.submit(f"/measures/{key}/export", {"format": "csv", "state": ""})
        page = browser.get(f"/measures/{key}").get_data(as_text=True)
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    rows = [row for row in rows if row and row[0] in names]
    assert rows
    session = db.session()
    for day in sorted({row[1] for row in rows}):
        kept = session.query(FigureRow).filter_by(measure=key, as_of=date.fromisoformat(day)).all()
        raw = {Group(row.grain, row.group_id): row.people for row in kept}
        told_of = {names[row[0]] for row in rows if row[1] == day and any(row[2:3] + row[4:7])}
        _adversary(session, raw, told_of)
        for name, group in names.items():
            if 0 < raw.get(group, 0) < LEAST:
                assert group not in told_of, f"{name} of {raw[group]} people is told of"
    hidden = [row for row in rows if row[1] == max(one[1] for one in rows) and row[3].startswith("hidden")]
    assert all(row[3] in page for row in hidden)


def _adversary(session: Any, raw: dict[Group, int], shown: set[Group]) -> None:
    from portal.identity.models import Team

    region_of = {it.id: it.region_id for it in session.query(Team)}
    teams = sorted(group.id for group in raw if group.grain == "team")
    places = {number: n for n, number in enumerate(teams, 1)}
    lone = raw.get(WHOLE, 0) - sum(raw[team(number)] for number in teams)
    sizes = [lone, *(raw[team(number)] for number in teams)]
    sets = []
    for group in shown:
        if group == WHOLE:
            sets.append(set(range(len(sizes))))
        elif group.grain == "team":
            sets.append({places[group.id]})
        else:
            sets.append({places[number] for number in teams if region_of[number] == group.id})
    assert not learnt(sizes, sets)


def test_a_cohort_is_hidden_where_it_would_tell_of_a_part(app: Flask) -> None:
    with unit_of_work():
        here = world.region("Here")
        small, large, other = (
            world.place("Small", 3, here),
            world.place("Large", 8, here),
            world.place("Other", 9, here),
        )
    world.count_all(date(2026, 10, 25), NOON)
    session = db.session()
    states = {
        ids: figures.cohort(session, registry.ACTIVE, ids).state
        for ids in (
            (small.id,), (large.id,), (other.id,), (small.id, large.id), (small.id, other.id), (small.id, large.id, other.id),
        )
    }  # fmt: skip
    assert list(states.values()) == [SMALL, BESIDE, SHOWN, SHOWN, BESIDE, SHOWN]
