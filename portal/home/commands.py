"""Keep and remove views of lists."""

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.events import record
from portal.core.saved_views import SavedView
from portal.home import flow


def keep_view(*, list_key: str, path: str, query: str, name: str, shared: bool, by: Viewer) -> SavedView:
    """Keep the state of a list under a name; the same name again is the new state."""
    mine = select(SavedView).where(
        SavedView.person_id == by.id, SavedView.list_key == list_key, SavedView.name == name
    )
    it = db.session.execute(mine).scalars().first()
    if it is None:
        it = SavedView(person_id=by.id, list_key=list_key, name=name)
        db.session.add(it)
    it.path, it.query, it.shared = path, query, shared
    db.session.flush()
    record(flow.VIEW_KEPT, it, by=by)
    return it


def remove_view(it: SavedView, *, by: Viewer) -> None:
    """Remove an own view; who had its address can still open the list."""
    record(flow.VIEW_REMOVED, it, by=by)
    db.session.delete(it)
