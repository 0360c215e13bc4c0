"""Teams, regions, and the table of what each role may do."""

from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access.permissions import PERMISSIONS, ROLES
from portal.identity.commands import places
from portal.identity.forms.places import RegionForm, TeamForm
from portal.identity.models import Region, Team
from portal.identity.queries import places as found
from portal.identity.rules import REACHES, TEAM_KINDS
from portal.identity.views import pages
from portal.identity.views.house import tabs
from portal.web.answers import done, page
from portal.web.formats import lang
from portal.web.pages import viewer


@pages.get("/teams", may="people.see")
def teams() -> Response:
    """The tree of teams with their managers."""
    return page("identity/teams.html", nodes=[_team_node(node) for node in found.teams()], tabs=tabs())


@pages.get("/teams/new", may="people.edit")
def new_team(form: TeamForm | None = None, status: int = 200) -> Response:
    """Add a team."""
    return page("identity/team_edit.html", status, it=None, form=form or TeamForm())


@pages.post("/teams", may="people.edit", form=TeamForm, back=new_team)
def create_team(form: TeamForm) -> Response:
    """Keep the new team."""
    it = places.create_team(**form.values(), by=viewer())
    return done(".show_team", id=it.id, say=_("%(name)s is added.", name=it.shown(lang())))


@pages.get("/teams/<int:id>", may="people.see", on=Team)
def show_team(it: Team) -> Response:
    """One team: manager, region, people, teams below."""
    return page(
        "identity/team.html", it=it, kinds=TEAM_KINDS, people=found.members(it), below=found.below(it)
    )


@pages.get("/teams/<int:id>/edit", may="people.edit", on=Team)
def edit_team(it: Team, form: TeamForm | None = None, status: int = 200) -> Response:
    """Change a team."""
    form = form or TeamForm(obj=it, data={"manager_text": it.manager.shown(lang()) if it.manager else ""})
    form.meets(it.version)
    return page("identity/team_edit.html", status, it=it, form=form)


@pages.post("/teams/<int:id>/edit", may="people.edit", on=Team, form=TeamForm, back=edit_team)
def save_team(it: Team, form: TeamForm) -> Response:
    """Keep what was changed."""
    places.edit_team(it, version=form.version.data, **form.values(), by=viewer())
    return done(".show_team", id=it.id, say=_("%(name)s is saved.", name=it.shown(lang())))


@pages.get("/regions", may="people.see")
def regions() -> Response:
    """The tree of regions with their calendars."""
    names = found.calendar_names(lang())
    return page(
        "identity/regions.html", nodes=[_region_node(node, names) for node in found.regions()], tabs=tabs()
    )


@pages.get("/regions/new", may="people.edit")
def new_region(form: RegionForm | None = None, status: int = 200) -> Response:
    """Add a region."""
    return page("identity/region_edit.html", status, it=None, form=form or RegionForm())


@pages.post("/regions", may="people.edit", form=RegionForm, back=new_region)
def create_region(form: RegionForm) -> Response:
    """Keep the new region."""
    it = places.create_region(**form.values(), by=viewer())
    return done(".regions", say=_("%(name)s is added.", name=it.shown(lang())))


@pages.get("/regions/<int:id>/edit", may="people.edit", on=Region)
def edit_region(it: Region, form: RegionForm | None = None, status: int = 200) -> Response:
    """Change a region."""
    form = form or RegionForm(obj=it)
    form.meets(it.version)
    return page("identity/region_edit.html", status, it=it, form=form)


@pages.post("/regions/<int:id>/edit", may="people.edit", on=Region, form=RegionForm, back=edit_region)
def save_region(it: Region, form: RegionForm) -> Response:
    """Keep what was changed."""
    places.edit_region(it, version=form.version.data, **form.values(), by=viewer())
    return done(".regions", say=_("%(name)s is saved.", name=it.shown(lang())))


@pages.get("/roles", may="people.see")
def roles() -> Response:
    """What each role may do, and how far it reaches."""
    reaches = {reach: _(says) for reach, says in REACHES.items()}
    return page(
        "identity/roles.html", roles=ROLES, permissions=PERMISSIONS.values(), reaches=reaches, tabs=tabs()
    )


def _team_node(node: found.Node) -> dict[str, Any]:
    it: Team = node.it
    told = [_("led by %(name)s", name=it.manager.shown(lang())) if it.manager else _("led by nobody")]
    if it.region is not None:
        told.append(it.region.shown(lang()))
    told.append(ngettext("%(num)s person", "%(num)s people", node.count))
    children = [_team_node(below) for below in node.children]
    return {
        "label": it.shown(lang()),
        "url": url_for(".show_team", id=it.id),
        "note": " · ".join(told),
        "children": children,
    }


def _region_node(node: found.Node, calendars: dict[int, str], above: str = "") -> dict[str, Any]:
    it: Region = node.it
    own = calendars.get(it.calendar_id or 0, "")
    from_above = _("%(name)s, as the region above", name=above) if above else _("no calendar")
    teams = ngettext("%(num)s team", "%(num)s teams", node.count)
    url = url_for(".edit_region", id=it.id) if viewer().may("people.edit") else ""
    children = [_region_node(below, calendars, own or above) for below in node.children]
    return {
        "label": it.shown(lang()),
        "url": url,
        "note": f"{own or from_above} · {teams}",
        "children": children,
    }
