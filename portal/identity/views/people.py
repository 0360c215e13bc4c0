"""Colleagues, and what an administrator does about them."""

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal.access.permissions import ROLES
from portal.core import clock
from portal.core.db import db
from portal.core.words import tidy
from portal.identity.commands import factors, links, sessions
from portal.identity.commands import people as commands
from portal.identity.forms.people import MembershipForm, PersonForm, RoleForm, zones
from portal.identity.models import Person, Team
from portal.identity.queries import directory, viewers
from portal.identity.queries import sessions as open_sessions
from portal.identity.queries.people import Card, card, grant_of, matching, today_of
from portal.identity.views import pages
from portal.identity.views.house import tabs
from portal.web import lists
from portal.web.answers import done, page, sent_on
from portal.web.fields import Form
from portal.web.formats import day, lang
from portal.web.pages import once, viewer


@pages.get("/people", may="people.see")
def people(form: Form | None = None, status: int = 200) -> Response:  # noqa: ARG001  (an export that was refused)
    """Colleagues by name."""
    listing = lists.shown(directory.listing(), directory.listed(viewer()), request.args)
    return page("identity/people.html", status, listing=listing, tabs=tabs())


@pages.post("/people/export", may="people.see", form=lists.ExportForm, unit=False)
def export_people(form: lists.ExportForm) -> Response:
    """Take the list away as a file."""
    return lists.export(directory.listing(), directory.listed(viewer()), form)


@pages.get("/people/options", may="people.see")
def options() -> Response:
    """Colleagues whose name begins with what was typed: for fields that search."""
    found = matching(tidy(request.args.get("q", "")))
    teams = viewers.teams([one.id for one in found], lang())
    return page("identity/options.html", people=found, teams=teams)


@pages.get("/people/new", may="people.edit")
def new_person(form: PersonForm | None = None, status: int = 200) -> Response:
    """Add somebody."""
    return page("identity/person_edit.html", status, it=None, form=form or PersonForm(), zones=zones())


@pages.post("/people", may="people.edit", form=PersonForm, back=new_person)
def create_person(form: PersonForm) -> Response:
    """Keep the new person."""
    it = commands.create_person(**form.values(), by=viewer())
    return done(
        ".show_person",
        id=it.id,
        say=_("%(name)s is added. Now the team and the roles.", name=it.shown(lang())),
    )


@pages.get("/people/<int:id>", may="people.see", on=Person)
def show_person(it: Person) -> Response:
    """One colleague: team, region, roles with their dates, managers."""
    count = len(open_sessions.of_person(it.id)) if viewer().may("sessions.end") else 0
    shown = card(it)
    return page("identity/person.html", card=shown, it=it, named=named(shown), roles=ROLES, sessions=count)


@pages.get("/people/<int:id>/edit", may="people.edit", on=Person)
def edit_person(it: Person, form: PersonForm | None = None, status: int = 200) -> Response:
    """Change who somebody is."""
    form = form or PersonForm(obj=it)
    form.meets(it.version)
    return page("identity/person_edit.html", status, it=it, form=form, zones=zones())


@pages.post("/people/<int:id>/edit", may="people.edit", on=Person, form=PersonForm, back=edit_person)
def save_person(it: Person, form: PersonForm) -> Response:
    """Keep what was changed."""
    commands.edit_person(it, version=form.version.data, **form.values(), by=viewer())
    return done(".show_person", id=it.id, say=_("%(name)s is saved.", name=it.shown(lang())))


@pages.get("/people/<int:id>/membership", may="people.edit", on=Person)
def membership(it: Person, form: MembershipForm | None = None, status: int = 200) -> Response:
    """Move somebody to another team."""
    return page(
        "identity/membership.html",
        status,
        it=it,
        card=card(it),
        form=form or MembershipForm(since=today_of(it)),
    )


@pages.post("/people/<int:id>/membership", may="people.edit", on=Person, form=MembershipForm, back=membership)
def move(it: Person, form: MembershipForm) -> Response:
    """Keep the new home; who may see what follows at the next request."""
    team, since = db.session.get_one(Team, form.team.data), form.given()["since"]
    commands.move_to_team(it, team, since=since, by=viewer())
    told = {"name": it.shown(lang()), "team": team.shown(lang()), "day": day(since)}
    return done(".show_person", id=it.id, say=_("%(name)s belongs to %(team)s from %(day)s.", **told))


@pages.get("/people/<int:id>/roles", may="people.edit", on=Person)
def person_roles(it: Person, form: RoleForm | None = None, status: int = 200) -> Response:
    """Give a role, or take one back."""
    return page(
        "identity/person_roles.html",
        status,
        it=it,
        card=card(it),
        roles=ROLES,
        form=form or RoleForm(since=today_of(it)),
    )


@pages.post("/people/<int:id>/roles", may="people.edit", on=Person, form=RoleForm, back=person_roles)
def grant_role(it: Person, form: RoleForm) -> Response:
    """Keep the role."""
    role, since = form.role.data, form.given()["since"]
    commands.grant_role(it, role, since=since, by=viewer())
    told = {"name": it.shown(lang()), "role": _(ROLES[role]), "day": day(since)}
    return done(".person_roles", id=it.id, say=_("%(name)s: %(role)s from %(day)s.", **told))


@pages.post("/people/<int:id>/roles/<int:grant>/end", may="people.edit", on=Person)
def revoke_role(it: Person, grant: int) -> Response:
    """Take a role back from today on."""
    held = grant_of(it, grant)
    say = _("%(name)s is no longer %(role)s.", name=it.shown(lang()), role=_(ROLES[held.role]))
    commands.revoke_role(it, held, until=today_of(it), by=viewer())
    return done(".person_roles", id=it.id, say=say)


@pages.post("/people/<int:id>/deactivation", may="people.edit", on=Person)
def deactivate(it: Person) -> Response:
    """Shut somebody out."""
    commands.deactivate(it, by=viewer())
    back = url_for(".reactivate", id=it.id)
    return done(".show_person", id=it.id, say=_("%(name)s is shut out.", name=it.shown(lang())), undo=back)


@pages.post("/people/<int:id>/reactivation", may="people.edit", on=Person)
def reactivate(it: Person) -> Response:
    """Let somebody in again."""
    commands.reactivate(it, by=viewer())
    return done(".show_person", id=it.id, say=_("%(name)s can sign in again.", name=it.shown(lang())))


@pages.get("/people/<int:id>/link", may="people.edit", on=Person)
def link(it: Person) -> Response:
    """Before a sign-in link is issued: what it can do."""
    return page("identity/link.html", it=it, url="", until=None)


@pages.post("/people/<int:id>/link", may="people.edit", on=Person, unit=False)
def issue_link(it: Person) -> ResponseReturnValue:
    """Issue a sign-in link and show it once."""
    made = []

    def act() -> Response:
        made.append(links.make_link(it, by=viewer()))
        return sent_on(url_for(".link", id=it.id))

    answer = once(act)
    if not made:
        return answer
    issued = open_sessions.link_of(made[0], clock.now())
    url = _absolute(url_for(".login_link", token=made[0]))
    return page("identity/link.html", it=it, url=url, until=issued.expires_at if issued else None)


@pages.post("/people/<int:id>/sessions/end", may="sessions.end", on=Person)
def end_sessions(it: Person) -> Response:
    """End all sessions of somebody."""
    count = sessions.end_sessions(it, by=viewer())
    say = ngettext(
        "%(num)s session of %(name)s has ended.",
        "%(num)s sessions of %(name)s have ended.",
        count,
        name=it.shown(lang()),
    )
    return done(".show_person", id=it.id, say=say)


@pages.post("/people/<int:id>/second-factor/removal", may="people.edit", on=Person)
def remove_factor(it: Person) -> Response:
    """Turn off the second factor of somebody who lost the phone."""
    factors.turn_off(it, by=viewer())
    return done(
        ".show_person", id=it.id, say=_("%(name)s signs in without a code now.", name=it.shown(lang()))
    )


def named(shown: Card) -> dict[str, str]:
    """The roles, team, managers and teams led of a card in one line each, with links; empty where there is none."""
    joint = Markup("、") if lang() == "zh" else Markup(", ")
    return {
        "roles": joint.join(_(ROLES[role]) for role in shown.roles),
        "team": joint.join(_link(".show_team", one) for one in (shown.team,) if one is not None),
        "managers": joint.join(_link(".show_person", one) for one in shown.managers),
        "led": joint.join(_link(".show_team", one) for one in shown.led),
    }


def _link(endpoint: str, it: Person | Team) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for(endpoint, id=it.id), it.shown(lang()))


def _absolute(path: str) -> str:
    """The address of a path as others reach it: the configured one, never what the request claims."""
    base = current_app.extensions["settings"].base_url or current_app.config.get(
        "LISTEN_URL", "http://localhost:8000"
    )
    return base.rstrip("/") + path
