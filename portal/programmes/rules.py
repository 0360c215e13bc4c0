"""Where a goal stands, and how the days of a programme fall to its phases. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

REACHED, ON_THE_WAY, BEHIND, UNKNOWN = "reached", "on_the_way", "behind", "unknown"


def way_made(baseline: int, target: int, actual: int | None) -> int | None:
    """Of the way from baseline to target, so many percent are made, 0 to 100 and beyond; None without an actual value.

    Works upward and downward. A goal whose target is its baseline is reached as long as it is held: 100 or 0.
    """
    if actual is None:
        return None
    if target == baseline:
        return 100 if actual == target else 0
    return (actual - baseline) * 100 // (target - baseline)


def standing(baseline: int, target: int, actual: int | None, *, since: date, due_on: date, today: date) -> str:
    """`reached`; else `behind` if less of the way is made than of the time, `on_the_way` otherwise; `unknown` unmeasured."""
    made = way_made(baseline, target, actual)
    if made is None:
        return UNKNOWN
    if made >= 100:
        return REACHED
    whole = (due_on - since).days
    passed = max((today - since).days, 0) * 100 // whole if whole > 0 else 100
    return ON_THE_WAY if made >= passed else BEHIND


def split(starts_on: date, ends_on: date, count: int) -> Sequence[tuple[date, date]]:
    """So many spans in order that fill the days from `starts_on` to `ends_on`, both included; as even as days allow.

    ValueError with fewer days than spans.
    """
    days = (ends_on - starts_on).days + 1
    if days < count:
        raise ValueError("a phase has one day at least")
    edges = [starts_on + timedelta(days=days * number // count) for number in range(count + 1)]
    return [(first, after - timedelta(days=1)) for first, after in pairwise(edges)]
