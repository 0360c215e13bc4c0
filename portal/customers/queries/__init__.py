"""Reads: who may see which customers, the list, the one customer with all that is known of him."""

from portal.customers.queries.accounts import (
    by_number,
    choices,
    daughters,
    meant,
    named,
    one,
    reaches,
    similar,
    visible,
)
from portal.customers.queries.people import contacts_of, members, owner_of

__all__ = [
    "by_number",
    "choices",
    "contacts_of",
    "daughters",
    "meant",
    "members",
    "named",
    "one",
    "owner_of",
    "reaches",
    "similar",
    "visible",
]
