"""Small groups: which figures leave the house.

The smallest pieces are home teams; a region is its teams, the company is the regions, the teams without one and the
people without a team. What is not shown of a total that is shown must be five people together at least: otherwise it
could be found by subtraction. So the hidden pieces of each total form a block, and nothing is shown that holds a part of
a block.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LEAST = 5
"""No figure of fewer people is shown."""
FINE = 20
"""Below so many people shares are told in whole steps, and counts not at all."""
STEP = 500
"""The step of such a share, in basis points."""
COUNT_STEP = 5
"""The step of a count of people in such a group."""

SHOWN, NONE, FEW_DAYS, SMALL, BESIDE = "shown", "none", "few_days", "small", "beside"
KEPT = "kept"
"""A figure that the charter of a pilot keeps for its look. Told, never stored: it ends with the look."""
COMPANY, REGION, TEAM = "company", "region", "team"


class Group(NamedTuple):
    """Whom a figure is about: the company, a region or a home team."""

    grain: str = COMPANY
    id: int = 0

    def __str__(self) -> str:
        return f"{self.grain}-{self.id}" if self.id else self.grain


WHOLE = Group()


def region(number: int) -> Group:
    """A region."""
    return Group(REGION, number)


def team(number: int) -> Group:
    """A home team."""
    return Group(TEAM, number)


def group_of(text: str) -> Group | None:
    """The group that an address names (`company`, `region-3`, `team-7`); None for anything else."""
    grain, _dash, number = text.partition("-")
    if grain == COMPANY and not number:
        return WHOLE
    if grain in (REGION, TEAM) and number.isascii() and number.isdigit() and 0 < int(number) < 2**31:
        return Group(grain, int(number))
    return None


NO_TEAM = 0
"""Stands in a block for people without a team: no cohort holds them, so none holds such a block whole."""


@dataclass(frozen=True)
class Hiding:
    """Which groups are hidden and why (SMALL or BESIDE), and the blocks of hidden home teams behind the totals shown."""

    states: Mapping[Group, str]
    blocks: tuple[frozenset[int], ...]

    def of_cohort(self, teams: Collection[int], people: int) -> str:
        """Whether the figure of several teams together may be shown: of each block it holds all or nothing."""
        if people < LEAST:
            return SMALL
        held = set(teams)
        cut = any(held & block and not block <= held for block in self.blocks)
        return BESIDE if cut else SHOWN


def hide(teams: Mapping[int, int], region_of: Mapping[int, int | None], homeless: int = 0) -> Hiding:
    """What must be hidden. `teams`: people of each home team; `homeless`: people of no team.

    Groups without anybody are left aside: nothing is said of them, and nobody hides behind them.
    """
    filled = {number: count for number, count in teams.items() if count}
    inside: dict[int, dict[int, int]] = {}
    pieces: dict[Group, int] = {}
    for number, count in filled.items():
        of = region_of.get(number)
        if of is None:
            pieces[team(number)] = count
        else:
            inside.setdefault(of, {})[number] = count
    pieces |= {region(of): sum(found.values()) for of, found in inside.items()}
    if sum(pieces.values()) + homeless < LEAST:
        every = dict.fromkeys([WHOLE, *pieces, *(team(one) for one in filled)], SMALL)
        return Hiding(every, (frozenset(filled),))
    states = _cover(pieces, homeless)
    blocks = [_teams_of(states, inside) | ({NO_TEAM} if homeless else set())]
    for of, found in inside.items():
        own = {team(number): count for number, count in found.items()}
        if region(of) in states:
            states |= {one: SMALL if count < LEAST else BESIDE for one, count in own.items()}
        else:
            hidden = _cover(own)
            states |= hidden
            blocks.append(frozenset(one.id for one in hidden))
    return Hiding(states, tuple(blocks))


def _cover(pieces: Mapping[Group, int], unseen: int = 0) -> dict[Group, str]:
    """The pieces of one total to hide: the small ones, and the smallest others until five people are behind them."""
    states = {one: SMALL for one, count in pieces.items() if count < LEAST}
    behind = unseen + sum(pieces[one] for one in states)
    others = sorted((count, one) for one, count in pieces.items() if one not in states)
    for count, one in others:
        if behind == 0 or behind >= LEAST:
            break
        states[one] = BESIDE
        behind += count
    return states


def _teams_of(pieces: Iterable[Group], inside: Mapping[int, Mapping[int, int]]) -> frozenset[int]:
    found: set[int] = set()
    for one in pieces:
        found |= {one.id} if one.grain == TEAM else set(inside[one.id])
    return frozenset(found)


def in_steps(share: int) -> int:
    """A share in basis points, rounded to a whole step."""
    return (share + STEP // 2) // STEP * STEP


def count_in_steps(count: int) -> int:
    """A count of people, rounded to a whole step."""
    return (count + COUNT_STEP // 2) // COUNT_STEP * COUNT_STEP
