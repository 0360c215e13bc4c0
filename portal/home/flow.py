"""What can happen to a saved view."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("saved_view", N_("saved view"))

VIEW_KEPT = Kind("saved_view.kept", N_("%(actor)s kept a view of a list."), timeline=False)
VIEW_REMOVED = Kind("saved_view.removed", N_("%(actor)s removed a view of a list."), timeline=False)
