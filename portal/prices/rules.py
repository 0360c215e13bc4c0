"""Discount, margin and what a request must hold. Pure; rates are basis points, compared before they are rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from portal.core.words import N_

WHOLE = 10_000
"""Basis points in one."""

UNLIKELY = 4
"""A price under this part of list is asked about before it is sent."""
FAR = timedelta(days=731)

# fmt: off
REASONS = {
    "competitor": N_("Competitor offers less"),
    "volume":     N_("Volume"),
    "new":        N_("New customer"),
    "complaint":  N_("Repair of a complaint"),
    "other":      N_("Other"),
}
FIELDS = {
    "margin":   N_("margin"),
    "discount": N_("discount off list"),
}
# fmt: on


def discount(list_minor: int, asked_minor: int) -> Fraction | None:
    """How far the asked price lies under the list price, in basis points of it; negative above it; None without a list."""
    return Fraction((list_minor - asked_minor) * WHOLE, list_minor) if list_minor > 0 else None


def margin(asked_minor: int, cost_minor: int | None) -> Fraction | None:
    """What is left of the price after the cost, in basis points of the price; None if the cost is not known."""
    return (
        None
        if cost_minor is None or asked_minor <= 0
        else Fraction((asked_minor - cost_minor) * WHOLE, asked_minor)
    )


def shown(rate: Fraction | None) -> int | None:
    """A rate rounded for the eye, in basis points; never used to compare."""
    return None if rate is None else round(rate)


class Terms(Protocol):
    """The values of a request that people decide on."""

    @property
    def list_minor(self) -> int: ...
    @property
    def asked_minor(self) -> int: ...
    @property
    def cost_minor(self) -> int | None: ...


def facts(it: Terms) -> Mapping[str, Fraction | None]:
    """The facts that a policy may ask about."""
    return {
        "margin": margin(it.asked_minor, it.cost_minor),
        "discount": discount(it.list_minor, it.asked_minor),
    }


def price_at_margin(cost_minor: int, rate: int) -> int:
    """The lowest price that leaves a margin of `rate` basis points: rounded up, so that it really does."""
    return -(-cost_minor * WHOLE // (WHOLE - rate))


def missing(it: Terms) -> str | None:
    """What is still missing before a request can be sent, as an N_ text."""
    if it.asked_minor <= 0:
        return N_("Say which price the customer needs.")
    if it.list_minor > 0 and it.asked_minor >= it.list_minor:
        return N_("This is the list price or more: it needs no approval.")
    return None


def unlikely(list_minor: int, asked_minor: int) -> bool:
    """Whether a price lies so far under list that a slip of the unit is likelier than a price."""
    return 0 < asked_minor * UNLIKELY < list_minor


def day_fault(day: date | None, today: date) -> str | None:
    """What is wrong with a day that a request names, as an N_ text: it has passed, or its year is a slip."""
    if day is None:
        return None
    if day < today:
        return N_("This day has passed.")
    return N_("This day is more than two years away. Is the year right?") if day > today + FAR else None


@dataclass(frozen=True)
class Zone:
    """Where a price stands between cost and list, for the traffic light of those who may not see the cost."""

    key: str
    label: str


ABOVE_LIMIT = Zone("good", N_("Margin in order"))
BELOW_LIMIT = Zone("watch", N_("Margin thin: finance decides too"))
BELOW_COST = Zone("stop", N_("Below cost"))
UNKNOWN = Zone("watch", N_("Cost not known: finance decides too"))


def zone(asked_minor: int, cost_minor: int | None, limit: int | None) -> Zone:
    """The traffic light of a price; `limit` is the margin (basis points) under which the policy asks finance."""
    rate = margin(asked_minor, cost_minor)
    if rate is None:
        return UNKNOWN
    if rate < 0:
        return BELOW_COST
    return BELOW_LIMIT if limit is not None and rate < limit else ABOVE_LIMIT


def holds_until(day: date) -> date:
    """Until when an approved price holds unless the request says otherwise: the end of the next full month."""
    first = (day.replace(day=1) + timedelta(days=62)).replace(day=1)
    return first - timedelta(days=1)


def number(day: date, sequence: int) -> str:
    """The number by which people call a request: `PR-2611-0418`, the year and month and a running number in it."""
    return f"PR-{day:%y%m}-{sequence:04d}"
