"""Who holds a licence: the list of an administrator, and what is known of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select

from portal.access.scopes import rows, scope
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.lists import Choice, Column, Listing
from portal.core.words import N_
from portal.identity.models import Membership, Person, Team
from portal.identity.queries.viewers import HOUSE_ZONE, valid
from portal.measures.models import Leave, Licence

PERMISSION = "licences.edit"
HOLDS, TESTS, AWAY, LATER, ENDED, NONE = "holds", "test", "away", "later", "ended", "none"
STATES = {
    HOLDS: N_("holds a licence"),
    TESTS: N_("test account"),
    AWAY: N_("on a long leave"),
    LATER: N_("begins later"),
    ENDED: N_("has ended"),
    NONE: N_("without a licence"),
}
LOOKS = {HOLDS: "", TESTS: "quiet", AWAY: "wait", LATER: "wait", ENDED: "quiet", NONE: "watch"}


@scope(Licence)
def visible_licences(viewer: Viewer, permission: str) -> Select[Licence]:
    """Whoever has the permission has it for all licences."""
    return select(Licence) if viewer.may(permission) else select(Licence).where(false())


@scope(Leave)
def visible_leaves(viewer: Viewer, permission: str) -> Select[Leave]:
    """The same for leaves."""
    return select(Leave) if viewer.may(permission) else select(Leave).where(false())


def _holds(table: type[Licence] | type[Leave], day: date) -> ColumnElement[bool]:
    return (table.since <= day) & or_(table.until.is_(None), table.until > day)


def _any(table: type[Licence] | type[Leave], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(table.id).where(table.person_id == Person.id, *which).correlate(Person).exists()


def listing() -> Listing:
    """The declaration of the list: what it says of licences is of today."""
    day = clock.today(HOUSE_ZONE)
    state = case(
        (_any(Licence, _holds(Licence, day), Licence.test.is_(True)), TESTS),
        (_any(Licence, _holds(Licence, day)) & _any(Leave, _holds(Leave, day)), AWAY),
        (_any(Licence, _holds(Licence, day)), HOLDS),
        (_any(Licence, Licence.since > day), LATER),
        (_any(Licence), ENDED),
        else_=NONE,
    )
    since = (
        select(func.max(Licence.since))
        .where(Licence.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    shut_out = {True: "", False: N_("shut out")}
    # fmt: off
    columns = (
        Column("name",   N_("Full name"), Person.name, sort=Person.sort_key, zh=Person.name_zh),
        Column("team",   N_("Team"),      Team.name,   sort=func.coalesce(Team.name, ""), zh=Team.name_zh),
        Column("state",  N_("Licence"),   state, "mark", sort=state, words=STATES, looks=LOOKS),
        Column("since",  N_("Since"),     since, "day"),
        Column("active", N_("Account"),   Person.active, "mark", words=shut_out, looks={False: "stop"}),
    )
    # fmt: on
    filters = (
        Choice("state", N_("Licence"), state, STATES),
        Choice("active", N_("Account"), Person.active, {True: N_("open"), False: N_("shut out")}),
    )
    return Listing(
        "licences",
        N_("Licences"),
        Person.id,
        columns,
        "/admin/licences/people/{}",
        "name",
        filters,
        kind="person",
    )


def listed(viewer: Viewer) -> Select[Any]:
    """Everybody, with today's team."""
    today = valid(Membership, clock.today(HOUSE_ZONE))
    found = rows(Person, viewer, PERMISSION).outerjoin(
        Membership, (Membership.person_id == Person.id) & today
    )
    return found.outerjoin(Team, Membership.team_id == Team.id)


def without() -> int:
    """How many people with an open account never had a licence."""
    never = select(func.count(Person.id)).where(Person.active, Person.id.not_in(select(Licence.person_id)))
    return db.session.execute(never).scalar_one()


@dataclass(frozen=True)
class Held:
    """The licences and leaves of a person, the latest first."""

    licences: Sequence[Licence]
    leaves: Sequence[Leave]
    day: date


def of_person(it: Person) -> Held:
    """What the page of one person's licences shows."""
    held = select(Licence).where(Licence.person_id == it.id).order_by(Licence.since.desc())
    away = select(Leave).where(Leave.person_id == it.id).order_by(Leave.since.desc())
    return Held(
        db.session.execute(held).scalars().all(),
        db.session.execute(away).scalars().all(),
        clock.today(it.zone or HOUSE_ZONE),
    )
