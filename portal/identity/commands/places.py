"""Teams and regions: two trees."""

from typing import Any, TypeVar

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.flow import Kind
from portal.core.versions import grow
from portal.core.words import N_
from portal.identity import flow
from portal.identity.models import Region, Team
from portal.identity.rules import makes_cycle

Place = TypeVar("Place", Team, Region)

FIELDS = {
    "name": N_("name"),
    "name_zh": N_("Chinese name"),
    "kind": N_("kind"),
    "parent_id": N_("place in the tree"),
    "region_id": N_("region"),
    "manager_id": N_("manager"),
    "calendar_id": N_("calendar"),
}


def create_team(
    *,
    name: str,
    name_zh: str = "",
    kind: str = "sales",
    parent_id: int | None = None,
    region_id: int | None = None,
    manager_id: int | None = None,
    by: Viewer,
) -> Team:
    """Create a team below another or at the top."""
    it = Team(name=_free(Team, name), name_zh=name_zh, kind=kind, parent_id=parent_id, region_id=region_id,
              manager_id=manager_id)  # fmt: skip
    return _created(it, flow.TEAM_CREATED, by)


def edit_team(it: Team, *, version: int, by: Viewer, **values: Any) -> None:
    """Change a team: any of its `FIELDS`. Whom its manager leads, and what he sees, follows at the next request."""
    _edit(it, version, values, flow.TEAM_EDITED, by)


def create_region(
    *, name: str, name_zh: str = "", parent_id: int | None = None, calendar_id: int | None = None, by: Viewer
) -> Region:
    """Create a region below another or at the top. Without a calendar it has that of the region above."""
    it = Region(name=_free(Region, name), name_zh=name_zh, parent_id=parent_id, calendar_id=calendar_id)
    return _created(it, flow.REGION_CREATED, by)


def edit_region(it: Region, *, version: int, by: Viewer, **values: Any) -> None:
    """Change a region: any of its `FIELDS`."""
    _edit(it, version, values, flow.REGION_EDITED, by)


def _created(it: Place, kind: Kind, by: Viewer) -> Place:
    db.session.add(it)
    db.session.flush()
    record(kind, it, by=by, name=it.name)
    return it


def _edit(it: Team | Region, version: int, values: dict[str, Any], kind: Kind, by: Viewer) -> None:
    if values.get("parent_id") is not None:
        _check_tree(it, values["parent_id"])
    grow(it, version)
    if values.get("name", it.name) != it.name:
        _free(type(it), values["name"])
    for name, value in values.items():
        if getattr(it, name) != value:
            setattr(it, name, value)
            record(kind, it, by=by, name=it.name, what=FIELDS[name])


def _free(model: type[Team] | type[Region], name: str) -> str:
    if db.session.execute(select(model.id).where(model.name == name)).first():
        raise Refused(N_("This name is taken."), "name")
    return name


def _check_tree(it: Team | Region, parent_id: int) -> None:
    """Refuse a place below itself.

    Two moves at once could close a circle that neither sees. So the whole tree is locked, in one order and before any
    other row: otherwise the two would wait for each other.
    """
    model = type(it)
    tree = select(model.id, model.parent_id).order_by(model.id).with_for_update()
    parents = {row.id: row.parent_id for row in db.session.execute(tree)}
    if makes_cycle(parents, it.id, parent_id):
        raise Refused(N_("It would stand below itself."), "parent_id")
