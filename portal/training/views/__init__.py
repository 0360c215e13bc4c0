"""The routes of the room."""

from portal.web.pages import Pages

pages = Pages("training", "portal.training.views")

from portal.training.views import courses, learning, results  # noqa: E402, F401  (they declare their routes)
