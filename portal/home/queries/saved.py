"""Whose saved view is whose."""

from sqlalchemy import Select, select

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core.saved_views import SavedView


@scope(SavedView)
def own(viewer: Viewer, permission: str) -> Select[SavedView]:  # noqa: ARG001  (everybody has own views, nobody those of others)
    """A person's own views: shared ones can be used, not removed, by others."""
    return select(SavedView).where(SavedView.person_id == viewer.id)
