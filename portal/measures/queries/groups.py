"""Which groups a viewer may open, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Integer, cast, literal, null, select, union_all

from portal.access.permissions import Reach
from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.errors import NotFound
from portal.identity.models import Region, Team
from portal.measures.queries import figures
from portal.measures.rules.hiding import REGION, TEAM, WHOLE, Group, group_of, region, team

PERMISSION = "measures.see"


def open_to(viewer: Viewer, as_of: date) -> list[Group]:
    """The groups whose figures of a day the viewer may open: the company, then regions, then teams.

    Everybody has the company and the own team, those who answer for regions have these with their teams.
    """
    there = figures.groups_on(db.session(), as_of)
    reach = viewer.reach(PERMISSION)
    order = {WHOLE.grain: 0, REGION: 1, TEAM: 2}
    found = sorted(there, key=lambda one: (order[one.grain], one.id))
    if reach is None or reach is Reach.ALL:
        return found if reach else []
    own = {WHOLE, team(viewer.team_id or 0)}
    if reach >= Reach.TEAM:
        own |= {team(one) for one in viewer.team_ids}
    if reach >= Reach.REGION:
        inside = select(Team.id, Team.region_id).where(Team.region_id.in_(sorted(_regions(viewer))))
        own |= answered_for(viewer, {row.id: row.region_id for row in db.session.execute(inside)})
    return [one for one in found if one in own]


def answered_for(viewer: Viewer, region_of: Mapping[int, int | None]) -> set[Group]:
    """The regions of a viewer with their teams, and the teams that he leads. `region_of`: the region of each team."""
    regions = _regions(viewer)
    inside = {number for number, of in region_of.items() if of in regions}
    return {region(one) for one in regions} | {team(one) for one in inside | viewer.team_ids}


def _regions(viewer: Viewer) -> frozenset[int]:
    return viewer.region_ids | ({viewer.region_id} if viewer.region_id is not None else frozenset())


@dataclass(frozen=True)
class Places:
    """All regions and teams: their names, and the region of each team."""

    names: Mapping[Group, str]
    region_of: Mapping[int, int | None]


def places(lang: str) -> Places:
    """All regions and teams, as readers of a language know them, in one statement."""
    none = cast(null(), Integer).label("region_id")
    regions = select(literal(REGION).label("grain"), Region.id, Region.name, Region.name_zh, none)
    teams = select(literal(TEAM), Team.id, Team.name, Team.name_zh, Team.region_id)
    both: CompoundSelect[Any] = union_all(regions, teams)
    rows = db.session.execute(both).all()
    return Places(
        {Group(row.grain, row.id): row.name_zh if lang == "zh" and row.name_zh else row.name for row in rows},
        {row.id: row.region_id for row in rows if row.grain == TEAM},
    )


def asked(text: str, open_groups: list[Group]) -> Group:
    """The group that an address names; the company for none. NotFound for one that is not the viewer's, or is not there."""
    found = group_of(text) if text else WHOLE
    if found is None or (found != WHOLE and found not in open_groups):
        raise NotFound
    return found


def names(groups: list[Group], lang: str) -> dict[Group, str]:
    """The names of regions and teams, as readers of a language know them; the company has none here."""
    places: dict[Group, str] = {}
    for model, make in ((Region, region), (Team, team)):
        ids = [one.id for one in groups if one.grain == make(0).grain]
        wanted = select(model.id, model.name, model.name_zh).where(model.id.in_(ids))
        for number, name, name_zh in db.session.execute(wanted) if ids else ():
            places[make(number)] = name_zh if lang == "zh" and name_zh else name
    return places


def teams_of(region_id: int) -> set[int]:
    """The home teams of a region."""
    return set(db.session.execute(select(Team.id).where(Team.region_id == region_id)).scalars())
