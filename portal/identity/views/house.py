"""What the pages of people, teams, regions and roles share: the tabs between them."""

from flask import request, url_for
from flask_babel import gettext as _

from portal.core.words import N_
from portal.web.pages import viewer

TABS = (
    ("identity.people", N_("People"), "people.see"),
    ("identity.teams", N_("Teams"), "people.see"),
    ("identity.regions", N_("Regions"), "people.see"),
    ("identity.roles", N_("Roles"), "people.see"),
    ("identity.audit", N_("Audit"), "audit.see"),
)


def tabs() -> list[dict[str, object]]:
    """The sister pages that the viewer may open."""
    return [
        {"label": _(label), "url": url_for(endpoint), "current": request.endpoint == endpoint, "icon": ""}
        for endpoint, label, may in TABS
        if viewer().may(may)
    ]
