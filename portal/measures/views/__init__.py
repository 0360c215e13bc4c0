"""The routes of the room."""

from portal.web.pages import Pages

pages = Pages("measures", "portal.measures.views")

from portal.measures.views import figures, licences, people  # noqa: E402, F401  (they declare their routes)
