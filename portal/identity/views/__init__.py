"""The routes of the room."""

from portal.web.pages import Pages

pages = Pages("identity", "portal.identity.views")

from portal.identity.views import audit, factors, me, people, places, signing  # noqa: E402, F401  (they declare their routes)
