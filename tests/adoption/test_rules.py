"""What heads the adoption page is found from the figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adoption.rules import (
    BENCHMARKS,
    CHAIN,
    FALLING,
    FLAT,
    GROWING,
    NOTABLE_OF_TEAM,
    PRINTED,
    RESULT,
    SOURCES,
    UNKNOWN,
    finding,
    movers,
    printed,
    ranked,
    whole_percent,
)

SHARES = st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=14)


@pytest.mark.parametrize(
    ("shares", "key"),
    [
        ([4_000, 4_100, 4_200, 4_300, 4_300], GROWING),
        ([4_000, 9_000, 9_000, 9_000, 4_299], FLAT),
        ([4_300, 4_200, 4_100, 4_100, 4_000], FALLING),
        ([4_000, 4_100, 4_200, 4_900], UNKNOWN),
        ([None, 4_100, 4_200, 4_300, 9_000], UNKNOWN),
        ([4_000, 4_100, 4_200, 4_300, None], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_use_grows_when_it_is_three_points_above_four_weeks_before(
    shares: list[int | None], key: str
) -> None:
    assert finding(shares).key == key


def test_the_teams_that_moved_most_are_named_and_hidden_ones_never() -> None:
    rose, fell = [40_00] * 4 + [70_00] * 4, [50_00] * 4 + [30_00] * 4
    found = movers(
        {
            "East": rose,
            "West": fell,
            "North": [50_00] * 8,
            "Small": [None] * 8,
            "New": [None] * 4 + [90_00] * 4,
        }
    )
    assert found.rose == ("East", 30_00)
    assert found.fell == ("West", -20_00)


def test_nobody_is_named_for_one_person_in_one_week() -> None:
    one_person = [40_00] * 7 + [60_00]
    found = movers({"East": one_person, "West": one_person[::-1], "North": [50_00] * 5})
    assert (found.rose, found.fell) == (None, None)


@given(st.dictionaries(st.integers(0, 20), SHARES))
def test_who_rose_is_not_who_fell(shares: dict[int, list[int | None]]) -> None:
    found = movers(shares)
    if found.rose and found.fell:
        assert found.rose[0] != found.fell[0]
    assert found.rose is None or found.rose[1] >= NOTABLE_OF_TEAM


@pytest.mark.parametrize(
    ("basis_points", "percent"),
    [(0, 0), (49, 0), (50, 1), (4_950, 50), (4_949, 49), (5_050, 51), (10_000, 100)],
)
def test_a_share_is_rounded_half_up(basis_points: int, percent: int) -> None:
    assert whole_percent(basis_points) == percent


def test_teams_stand_from_the_highest_share_to_the_lowest_and_hidden_ones_last() -> None:
    shares: dict[str, list[int | None]] = {
        "East": [80_00, 20_00],
        "Small": [None, None],
        "West": [10_00, 90_00],
        "North": [50_00, 50_00],
    }
    assert ranked(shares) == ["West", "North", "East", "Small"]


def test_all_teams_are_printed_where_they_fit() -> None:
    teams = list(range(30))
    assert printed(teams, [29], 10) == teams


@given(st.integers(0, 90), st.integers(0, 20), st.integers(0, 50))
def test_the_sheet_is_never_overfull_and_keeps_the_weakest(teams: int, hidden: int, regions: int) -> None:
    order = list(range(teams + hidden))
    kept = printed(order, order[teams:], regions)
    assert len(kept) <= max(PRINTED - regions, 0)
    if len(kept) < len(order):
        assert kept == order[teams - len(kept) : teams]


def test_each_benchmark_stands_beside_a_step_and_has_a_source() -> None:
    assert {one.step for one in BENCHMARKS} <= {*CHAIN, RESULT}
    assert {one.source for one in BENCHMARKS} == set(SOURCES)
