"""Who may do what: one table. What a role reaches is part of the row, not of the code that asks.

The expected answers of every route stand a second time, written by hand, in `docs/security-model.md`; a test
compares the two.
"""

from dataclasses import dataclass
from enum import IntEnum

from portal.core.words import N_

PUBLIC = "public"
"""Anybody, signed in or not."""
SIGNED_IN = "signed_in"
"""Anybody who is signed in; only about himself."""


class Reach(IntEnum):
    """How far a permission goes, from the narrowest."""

    OWN = 1
    TEAM = 2
    REGION = 3
    ALL = 4


OWN, TEAM, REGION, ALL = Reach.OWN, Reach.TEAM, Reach.REGION, Reach.ALL

ROLES = {
    "rep": N_("Sales rep"),
    "manager": N_("Sales manager"),
    "director": N_("Sales director"),
    "finance": N_("Finance"),
    "pm": N_("Project manager"),
    "employee": N_("Employee"),
    "executive": N_("Executive"),
    "trainer": N_("Trainer"),
    "service": N_("Customer service"),
    "admin": N_("Administrator"),
}


@dataclass(frozen=True)
class Permission:
    """One act on one kind of thing, in words, and which role reaches how far with it."""

    key: str
    label: str
    roles: dict[str, Reach]


def _rows(*rows: Permission) -> dict[str, Permission]:
    return {row.key: row for row in rows}


EVERYONE = dict.fromkeys(ROLES, OWN)
SELLERS = {"rep": OWN, "manager": TEAM, "director": ALL}
ROLLOUT = {"pm": ALL, "executive": ALL, "director": ALL, "manager": ALL, "trainer": ALL}
SPONSORS = {"pm": ALL, "executive": ALL, "director": ALL}
CUSTOMER_PEOPLE = SELLERS | {"finance": ALL, "service": ALL, "executive": ALL}

# fmt: off
PERMISSIONS = _rows(
    Permission("people.see",        N_("See colleagues and teams"),                 dict.fromkeys(ROLES, ALL)),
    Permission("people.edit",       N_("Manage people, teams, regions and roles"),  {"admin": ALL}),
    Permission("sessions.end",      N_("End the sessions of others"),               {"admin": ALL}),
    Permission("audit.see",         N_("Read the audit view"),                      {"admin": ALL}),
    Permission("health.see",        N_("See the state of the installation"),        {"admin": ALL}),
    Permission("calendars.see",     N_("See working-time calendars"),               dict.fromkeys(ROLES, ALL)),
    Permission("calendars.edit",    N_("Edit working-time calendars"),              {"admin": ALL}),
    Permission("policies.see",      N_("See approval policies"),                    {"manager": ALL, "director": ALL, "finance": ALL, "admin": ALL}),
    Permission("policies.edit",     N_("Publish approval policies"),                {"admin": ALL}),
    Permission("imports.run",       N_("Import files"),                             {"admin": ALL}),
    Permission("tasks.see",         N_("See tasks"),                                EVERYONE | {"manager": TEAM, "director": ALL}),
    Permission("tasks.edit",        N_("Give and finish tasks"),                    EVERYONE | {"manager": TEAM, "director": ALL}),
    Permission("products.see",      N_("See products, list prices and stock"),      dict.fromkeys(ROLES, ALL)),
    Permission("costs.see",         N_("See costs and margins"),                    {"manager": TEAM, "director": ALL, "finance": ALL}),
    Permission("customers.see",     N_("See customers"),                            CUSTOMER_PEOPLE),
    Permission("customers.edit",    N_("Keep customers and their people"),          SELLERS | {"service": ALL}),
    Permission("customers.record",  N_("Record calls and visits"),                  SELLERS | {"service": ALL, "finance": ALL}),
    Permission("pipeline.see",      N_("See opportunities"),                        SELLERS | {"executive": ALL}),
    Permission("approvals.see",     N_("See what waits for a decision"),            {"manager": OWN, "director": OWN, "finance": OWN}),
    Permission("prices.see",        N_("See special-price requests"),               SELLERS | {"finance": ALL}),
    Permission("prices.ask",        N_("Ask for a special price"),                  {"rep": OWN, "manager": TEAM, "director": ALL}),
    Permission("prices.decide",     N_("Decide special-price requests"),            {"manager": OWN, "director": OWN, "finance": OWN}),
    Permission("measures.see",      N_("See measures and their figures"),           EVERYONE | {"manager": REGION, "director": ALL, "executive": ALL, "pm": ALL}),
    Permission("figures.see",       N_("See the figures of one person"),            EVERYONE | {"manager": TEAM}),
    Permission("licences.edit",     N_("Give and end licences, note leaves"),       {"admin": ALL}),
    Permission("adoption.see",      N_("See whether the rollout works"),            {"executive": ALL, "director": ALL, "pm": ALL, "manager": REGION}),
    Permission("programmes.see",    N_("See programmes, phases, goals and barriers"), ROLLOUT),
    Permission("programmes.edit",   N_("Keep programmes, phases, goals and barriers"), {"pm": ALL}),
    Permission("barriers.see",      N_("See what holds people back"),               EVERYONE | ROLLOUT),
    Permission("barriers.clear",    N_("Say that a barrier is mended"),             EVERYONE | {"pm": ALL}),
    Permission("pilots.see",        N_("See pilots and their verdicts"),            ROLLOUT),
    Permission("pilots.edit",       N_("Plan pilots and take their looks"),         {"pm": ALL}),
    Permission("pilots.sign",       N_("Sign the charter of a pilot"),              SPONSORS),
    Permission("pilots.decide",     N_("Decide at the gate of a pilot"),            SPONSORS),
    Permission("training.learn",    N_("Take one's courses"),                       EVERYONE),
    Permission("training.see",      N_("See who is where with which course"),       {"trainer": ALL, "pm": ALL, "manager": TEAM, "director": ALL}),
    Permission("training.manage",   N_("Write courses and give them to people"),    {"trainer": ALL}),
    Permission("incentives.edit",   N_("Write and publish rules, reverse bookings"), {"pm": ALL, "director": ALL}),
    Permission("lists.export",      N_("Export lists"),                             dict.fromkeys(ROLES, ALL)),
)
# fmt: on


def known(key: str) -> bool:
    """Whether a route may name this permission."""
    return key in PERMISSIONS or key in (PUBLIC, SIGNED_IN)
