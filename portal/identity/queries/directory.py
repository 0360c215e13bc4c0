"""The list of people."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from portal.access.permissions import ROLES
from portal.access.scopes import rows
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.lists import Choice, Column, Listing
from portal.core.words import N_
from portal.identity.models import Membership, Person, Region, RoleGrant, Team
from portal.identity.queries.viewers import HOUSE_ZONE, valid

KIND = "person"
SEVERAL = "several"


def _role_on(day: date) -> ColumnElement[Any]:
    """The role of a person on a day; `SEVERAL` for more than one, empty for none."""
    held = RoleGrant.person_id == Person.id
    number, least = func.count(RoleGrant.id), func.coalesce(func.min(RoleGrant.role), "")
    one = select(case((number > 1, SEVERAL), else_=least)).where(held, valid(RoleGrant, day))
    return one.correlate(Person).scalar_subquery()


def listing() -> Listing:
    """The declaration of the list: what it says of team and role is of today."""
    role = _role_on(clock.today(HOUSE_ZONE))
    roles = ROLES | {SEVERAL: N_("several roles")}
    shut_out = {True: "", False: N_("shut out")}
    # fmt: off
    columns = (
        Column("name",     N_("Full name"), Person.name,          sort=Person.sort_key, zh=Person.name_zh),
        Column("role",     N_("Role"),      role, "word",         sort=role, words=roles),
        Column("team",     N_("Team"),      Team.name,            sort=func.coalesce(Team.name, ""), zh=Team.name_zh),
        Column("region",   N_("Region"),    Region.name,          sort=func.coalesce(Region.name, ""), zh=Region.name_zh),
        Column("active",   N_("State"),     Person.active, "mark", words=shut_out, looks={False: "stop"}),
        Column("username", N_("User name"), Person.username,      sort=Person.username, extra=True),
        Column("email",    N_("E-mail"),    Person.email,         sort=Person.email, extra=True),
        Column("since",    N_("Here since"), Person.created_at, "when", sort=Person.created_at, extra=True, on_phone=False),
    )
    # fmt: on
    filters = (
        Choice("role", N_("Role"), role, roles),
        Choice("active", N_("State"), Person.active, {True: N_("active"), False: N_("shut out")}),
    )
    return Listing("people", N_("People"), Person.id, columns, "/people/{}", "name", filters, kind=KIND)


def listed(viewer: Viewer) -> Select[Any]:
    """The people whom the viewer may see, with today's team and region."""
    today = valid(Membership, clock.today(HOUSE_ZONE))
    found = rows(Person, viewer, "people.see").outerjoin(
        Membership, (Membership.person_id == Person.id) & today
    )
    return found.outerjoin(Team, Membership.team_id == Team.id).outerjoin(Region, Team.region_id == Region.id)
