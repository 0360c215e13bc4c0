"""The routes of the room."""

from portal.web.pages import Pages

pages = Pages("customers", "portal.customers.views")

from portal.customers.views import accounts, contacts, members  # noqa: E402, F401  (they declare their routes)
