"""What can happen to a saved view."""

from portal.core.flow import Kind
from portal.core.words import N_

VIEW_KEPT = Kind("saved_view.kept", N_("%(actor)s kept a view of a list."), timeline=False)
VIEW_REMOVED = Kind("saved_view.removed", N_("%(actor)s removed a view of a list."), timeline=False)
