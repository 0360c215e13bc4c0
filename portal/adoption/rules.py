"""The chain of the page, the finding that heads it, the teams that moved most, what other companies report. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.core.words import N_
from portal.measures.rules.registry import ACTIVE, FIRST_ACTION, HABIT

TRAINED, ANSWER_TIME = "trained", "answer_time"
CHAIN = (TRAINED, FIRST_ACTION, ACTIVE, HABIT, ANSWER_TIME)
"""From training to the process: each link is needed by the next."""
RESULT = "result"
"""What the chain is for, in the benchmarks: it has no measure yet."""
WEEKS = 12
"""So many weeks the page looks back."""
SPAN = 4
"""Over so many weeks a change is told: the same weekdays, and a holiday week weighs little."""
NOTABLE = 300
"""From so many basis points on, a change of the company's share is told as one: less is the noise of some people on leave."""
NOTABLE_OF_TEAM = 1_000
"""From so many on, a team is named: in a team of five one person alone is 2,000 in a single week."""

PRINTED = 40
"""So many rows the one sheet of paper holds: teams, regions and whatever else stands on the page row by row."""
DENSE = 20
"""With more rows than this they are printed small."""

Name = TypeVar("Name")
GROWING, FLAT, FALLING, UNKNOWN = "growing", "flat", "falling", "unknown"


def whole_percent(basis_points: int) -> int:
    """A share in whole percent, half up: everywhere on the page where a share stands without its tenth."""
    return (basis_points + 50) // 100


@dataclass(frozen=True)
class Finding:
    """Whether use grows: the newest share and that of four weeks before, in basis points."""

    key: str
    now: int | None
    before: int | None

    @property
    def shares(self) -> tuple[int | None, int | None]:
        """Both in whole percent, as a sentence tells them."""
        now, before = (None if one is None else whole_percent(one) for one in (self.now, self.before))
        return now, before


def finding(shares: Sequence[int | None]) -> Finding:
    """What the weekly shares say, oldest first. With less than five weeks nothing is said."""
    now = shares[-1] if shares else None
    before = shares[-1 - SPAN] if len(shares) > SPAN else None
    if now is None or before is None:
        return Finding(UNKNOWN, now, before)
    change = now - before
    key = GROWING if change >= NOTABLE else FALLING if change <= -NOTABLE else FLAT
    return Finding(key, now, before)


def ranked(shares: Mapping[Name, Sequence[int | None]]) -> list[Name]:
    """The groups from the highest newest share to the lowest; those of which nothing is told stand last."""
    newest = {name: course[-1] if course else None for name, course in shares.items()}
    told = [name for name in newest if newest[name] is not None]
    return sorted(told, key=lambda name: -(newest[name] or 0)) + [
        one for one in newest if newest[one] is None
    ]


def printed(ranked_teams: Sequence[Name], hidden: Collection[Name], beside: int) -> list[Name]:
    """The teams on paper: all where they fit beside so many other rows, else the weakest of which something is told."""
    room = max(PRINTED - beside, 0)
    if len(ranked_teams) <= room:
        return list(ranked_teams)
    told = [one for one in ranked_teams if one not in hidden]
    return told[max(len(told) - room, 0) :]


@dataclass(frozen=True)
class Movers:
    """Who rose and who fell most, each with the change in basis points; None where nobody did notably."""

    rose: tuple[object, int] | None
    fell: tuple[object, int] | None


def movers(shares: Mapping[Name, Sequence[int | None]]) -> Movers:
    """The groups whose mean of the last four weeks moved most against the four before.

    Groups that are hidden have no shares and are never named.
    """
    changes = []
    for name, course in shares.items():
        now, before = _mean(course[-SPAN:]), _mean(course[-2 * SPAN : -SPAN])
        if now is not None and before is not None:
            changes.append((now - before, name))
    best = max(changes, key=lambda one: one[0], default=None)
    worst = min(changes, key=lambda one: one[0], default=None)
    return Movers(
        (best[1], best[0]) if best and best[0] >= NOTABLE_OF_TEAM else None,
        (worst[1], worst[0]) if worst and worst[0] <= -NOTABLE_OF_TEAM else None,
    )


def _mean(shares: Sequence[int | None]) -> int | None:
    told = [one for one in shares if one is not None]
    return sum(told) // len(told) if len(told) == SPAN else None


@dataclass(frozen=True)
class Benchmark:
    """What other companies report, and beside which link of the chain (or RESULT) it belongs.

    `what` and `source` are N_ texts; the source says whose the two shares are, in percent, in this order.
    """

    step: str
    what: str
    ordinary: int | None
    better: int | None
    source: str


ABERDEEN = N_("Aberdeen, over 1,000 respondents: users of contact management / of CRM")
ALEXANDER = N_("Alexander Group, more than 50 leaders at 29 companies: all / the successful")
SOURCES = (ABERDEEN, ALEXANDER)

# fmt: off
BENCHMARKS = (
    Benchmark(TRAINED,     N_("sales training"),                    54,   68,   ABERDEEN),
    Benchmark(ACTIVE,      N_("social knowledge tools"),            5,    14,   ABERDEEN),
    Benchmark(HABIT,       N_("KPIs for selling effectiveness"),    28,   64,   ABERDEEN),
    Benchmark(ANSWER_TIME, N_("one unified sales process"),         39,   57,   ABERDEEN),
    Benchmark(RESULT,      N_("reached the goals of the rollout"),  46,   None, ALEXANDER),
    Benchmark(RESULT,      N_("shorter sales cycle"),               None, 28,   ALEXANDER),
)
# fmt: on
