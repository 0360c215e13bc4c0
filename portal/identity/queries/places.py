"""Teams and regions: whom one may see, trees, members."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.calendars import queries as calendars
from portal.core import clock
from portal.core.db import db
from portal.identity.models import Membership, Person, Region, Team
from portal.identity.queries.viewers import HOUSE_ZONE, valid


@scope(Team)
def visible_teams(viewer: Viewer, permission: str) -> Select[Team]:
    """Teams are no secret: whoever has the permission has it for all."""
    return select(Team) if viewer.may(permission) else select(Team).where(false())


@scope(Region)
def visible_regions(viewer: Viewer, permission: str) -> Select[Region]:
    """Regions are no secret either."""
    return select(Region) if viewer.may(permission) else select(Region).where(false())


@dataclass
class Node:
    """A place of a tree, how many people (teams) are in it today, and what stands below it."""

    it: Any
    count: int = 0
    children: list["Node"] = field(default_factory=list)


def teams() -> list[Node]:
    """The tree of teams, with how many people are at home in each."""
    day = clock.today(HOUSE_ZONE)
    count = select(Membership.team_id, func.count()).join(Membership.person)
    count = count.where(valid(Membership, day), Person.active).group_by(Membership.team_id)
    wanted = select(Team).options(joinedload(Team.manager), joinedload(Team.region)).order_by(Team.name)
    people = {row[0]: row[1] for row in db.session.execute(count)}
    return _tree(db.session.execute(wanted).scalars().all(), people)


def regions() -> list[Node]:
    """The tree of regions, with how many teams are in each."""
    rows = db.session.execute(select(Region).order_by(Region.name)).scalars().all()
    placed = db.session.execute(select(Team.region_id)).scalars()
    return _tree(rows, Counter(one for one in placed if one is not None))


def calendar_names(lang: str) -> dict[int, str]:
    """The names of all calendars, as readers of a language know them."""
    return {one.id: one.shown(lang) for one in calendars.listed()}


def _tree(rows: Sequence[Any], counts: dict[int, int]) -> list[Node]:
    nodes = {row.id: Node(row, counts.get(row.id, 0)) for row in rows}
    tops: list[Node] = []
    for row in rows:
        above = nodes.get(row.parent_id)
        (above.children if above is not None else tops).append(nodes[row.id])
    return tops


def in_line(nodes: Sequence[Node], depth: int = 0) -> list[tuple[int, Any]]:
    """A tree as one list, each place with its depth: for choosing from."""
    found = []
    for node in nodes:
        found.append((depth, node.it))
        found += in_line(node.children, depth + 1)
    return found


def members(it: Team) -> Sequence[Person]:
    """The active people who are at home in a team today, in the order of their names."""
    here = select(Person).join(Membership, Membership.person_id == Person.id)
    here = here.where(Membership.team_id == it.id, valid(Membership, clock.today(HOUSE_ZONE)), Person.active)
    return db.session.execute(here.order_by(Person.sort_key, Person.id)).scalars().all()


def below(it: Team) -> Sequence[Team]:
    """The teams right below one."""
    return db.session.execute(select(Team).where(Team.parent_id == it.id).order_by(Team.name)).scalars().all()
