"""Which rows a viewer may touch with a permission. Objects are fetched through here, never by id alone."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from portal.access.permissions import Reach
from portal.access.viewer import Viewer
from portal.core.db import Base, db
from portal.core.errors import NotFound

Model = TypeVar("Model", bound=Base)
Rows = Callable[[Viewer, str], Select[Any]]
LARGEST = 2**31
"""No row has this id or a larger one: PostgreSQL would call it an error rather than not there."""
_SCOPES: dict[type[Base], Rows] = {}


def scope(model: type[Base]) -> Callable[[Rows], Rows]:
    """Register the function that selects the rows of `model` for a viewer and a permission."""

    def register(rows: Rows) -> Rows:
        _SCOPES[model] = rows
        return rows

    return register


def rows(model: type[Base], viewer: Viewer, permission: str) -> Select[Any]:
    """The rows of `model` that the viewer may touch with this permission."""
    return _SCOPES[model](viewer, permission)


def find(model: type[Model], number: int, viewer: Viewer, permission: str) -> Model:
    """The one row with this id; NotFound alike if it is not there or not the viewer's."""
    if not 0 < number < LARGEST:
        raise NotFound
    key: Any = model.__table__.c["id"]
    it = db.session.execute(rows(model, viewer, permission).where(key == number)).scalars().first()
    if it is None:
        raise NotFound
    return it  # type: ignore[no-any-return]


Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def within(
    viewer: Viewer,
    permission: str,
    *,
    owner: Column,
    team: Column | None = None,
    region: Column | None = None,
) -> ColumnElement[bool]:
    """The usual condition: own rows, rows of the teams led, rows of the regions answered for, or all of them."""
    reach = viewer.reach(permission)
    if reach is None:
        return false()
    if reach is Reach.ALL:
        return true()
    parts: list[ColumnElement[bool]] = [owner == viewer.id]
    if reach >= Reach.TEAM and team is not None and viewer.team_ids:
        parts.append(team.in_(sorted(viewer.team_ids)))
    if reach >= Reach.REGION and region is not None and viewer.region_ids:
        parts.append(region.in_(sorted(viewer.region_ids)))
    return or_(*parts)


def tokens(viewer: Viewer, permission: str) -> list[str]:
    """The same as tokens of the search index: documents bear `o7 t3 r2` for their owner, team and region, and `all`."""
    reach = viewer.reach(permission)
    if reach is None:
        return []
    if reach is Reach.ALL:
        return ["all"]
    found = [f"o{viewer.id}"]
    if reach >= Reach.TEAM:
        found += [f"t{one}" for one in sorted(viewer.team_ids)]
    if reach >= Reach.REGION:
        found += [f"r{one}" for one in sorted(viewer.region_ids)]
    return found
