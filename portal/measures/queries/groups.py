"""Which groups a viewer may open, and what they are called."""

from datetime import date

from sqlalchemy import select

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
        regions = viewer.region_ids | {viewer.region_id or 0}
        inside = select(Team.id).where(Team.region_id.in_(sorted(regions)))
        own |= {region(one) for one in regions}
        own |= {team(one) for one in db.session.execute(inside).scalars()}
    return [one for one in found if one in own]


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
