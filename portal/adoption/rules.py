"""The finding that heads the page, the teams that moved most, and what other companies report. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.core.words import N_

WEEKS = 12
"""So many weeks the page looks back."""
SPAN = 4
"""Over so many weeks a change is told: the same weekdays, and a holiday week weighs little."""
NOTABLE = 300
"""From so many basis points on, a change of the company's share is told as one: less is the noise of some people on leave."""
NOTABLE_OF_TEAM = 1_000
"""From so many on, a team is named: in a team of five one person alone is 2,000 in a single week."""

GROWING, FLAT, FALLING, UNKNOWN = "growing", "flat", "falling", "unknown"


@dataclass(frozen=True)
class Finding:
    """Whether use grows: the newest share and that of four weeks before, in basis points."""

    key: str
    now: int | None
    before: int | None


def finding(shares: Sequence[int | None]) -> Finding:
    """What the weekly shares say, oldest first. With less than five weeks nothing is said."""
    now = shares[-1] if shares else None
    before = shares[-1 - SPAN] if len(shares) > SPAN else None
    if now is None or before is None:
        return Finding(UNKNOWN, now, before)
    change = now - before
    key = GROWING if change >= NOTABLE else FALLING if change <= -NOTABLE else FLAT
    return Finding(key, now, before)


Name = TypeVar("Name")


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
    """What other companies report: N_ texts, the share of the ordinary and of those who do better, in percent."""

    what: str
    ordinary: int | None
    better: int | None
    source: str


ABERDEEN = N_("Aberdeen, over 1,000 respondents: users of contact management / of CRM")
ALEXANDER = N_("Alexander Group, more than 50 leaders at 29 companies: all / the successful")

# fmt: off
BENCHMARKS = (
    Benchmark(N_("one unified sales process"),            39,   57,   ABERDEEN),
    Benchmark(N_("KPIs for selling effectiveness"),       28,   64,   ABERDEEN),
    Benchmark(N_("sales training"),                       54,   68,   ABERDEEN),
    Benchmark(N_("social knowledge tools"),               5,    14,   ABERDEEN),
    Benchmark(N_("reached the goals of the rollout"),     46,   None, ALEXANDER),
    Benchmark(N_("shorter sales cycle"),                  None, 28,   ALEXANDER),
)
# fmt: on
