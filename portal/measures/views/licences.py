"""Licences and leaves: the list, one person, giving, ending."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.db import db
from portal.identity.models import Person
from portal.identity.queries.viewers import HOUSE_ZONE
from portal.measures.commands import licences as commands
from portal.measures.forms import LeaveForm, LicenceForm, SinceForm, UntilForm
from portal.measures.models import Leave, Licence
from portal.measures.queries import licences as queries
from portal.measures.views import pages
from portal.web import lists
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.formats import day, lang
from portal.web.pages import viewer


@pages.get("/admin/licences", may="licences.edit")
def licences(form: Form | None = None, status: int = 200) -> Response:
    """Who holds a licence, who does not."""
    listing = lists.shown(queries.listing(), queries.listed(viewer()), request.args)
    given = form if isinstance(form, SinceForm) else SinceForm(since=clock.today(HOUSE_ZONE))
    return page("measures/licences.html", status, listing=listing, without=queries.without(), form=given)


@pages.post("/admin/licences/export", may="licences.edit", form=lists.ExportForm, unit=False)
def export_licences(form: lists.ExportForm) -> Response:
    """Take the list away as a file."""
    return lists.export(queries.listing(), queries.listed(viewer()), form)


@pages.post("/admin/licences", may="licences.edit", form=SinceForm, back=licences)
def give_to_all(form: SinceForm) -> Response:
    """Give a licence to everybody who never had one."""
    count = commands.give_to_all_without(since=form.given()["since"], by=viewer())
    say = ngettext("One person has a licence now.", "%(num)s people have a licence now.", count)
    return done(".licences", say=say)


@pages.get("/admin/licences/people/<int:id>", may="licences.edit", on=Person)
def licence(it: Person, form: Form | None = None, status: int = 200) -> Response:
    """The licences and leaves of one person."""
    held = queries.of_person(it)
    return page(
        "measures/licence.html", status, it=it, held=held,
        form=form if isinstance(form, LicenceForm) else LicenceForm(since=held.day),
        leave=form if isinstance(form, LeaveForm) else LeaveForm(since=held.day),
        ending=UntilForm(until=held.day),
    )  # fmt: skip


@pages.post("/admin/licences/people/<int:id>", may="licences.edit", on=Person, form=LicenceForm, back=licence)
def give(it: Person, form: LicenceForm) -> Response:
    """Give a person a licence."""
    given = form.given()
    commands.give_licence(it, since=given["since"], until=given["until"], test=given["test"], by=viewer())
    say = _("%(name)s has a licence from %(day)s.", name=it.shown(lang()), day=day(given["since"]))
    return done(".licence", id=it.id, say=say)


@pages.post(
    "/admin/licences/people/<int:id>/leaves", may="licences.edit", on=Person, form=LeaveForm, back=licence
)
def note_leave(it: Person, form: LeaveForm) -> Response:
    """Note a long leave of a person."""
    given = form.given()
    commands.note_leave(it, since=given["since"], until=given["until"], by=viewer())
    say = _("%(name)s is on leave from %(day)s.", name=it.shown(lang()), day=day(given["since"]))
    return done(".licence", id=it.id, say=say)


def _back(it: Licence | Leave, form: Form | None = None, status: int = 200) -> Response:
    person = db.session.get_one(Person, it.person_id)
    held = queries.of_person(person)
    return page(
        "measures/licence.html", status, it=person, held=held, form=LicenceForm(since=held.day), leave=LeaveForm(since=held.day),
        ending=form,
    )  # fmt: skip


@pages.post("/admin/licences/<int:id>/end", may="licences.edit", on=Licence, form=UntilForm, back=_back)
def end(it: Licence, form: UntilForm) -> Response:
    """End a licence."""
    person, until = it.person, form.given()["until"]
    commands.end_licence(it, until=until, by=viewer())
    say = _(
        "The licence of %(name)s ends; %(day)s is the first day without.",
        name=person.shown(lang()),
        day=day(until),
    )
    return done(".licence", id=person.id, say=say)


@pages.post("/admin/leaves/<int:id>/end", may="licences.edit", on=Leave, form=UntilForm, back=_back)
def end_leave(it: Leave, form: UntilForm) -> Response:
    """Say when a leave ends."""
    person, until = it.person, form.given()["until"]
    commands.end_leave(it, until=until, by=viewer())
    say = _("%(name)s is back from %(day)s.", name=person.shown(lang()), day=day(until))
    return done(".licence", id=person.id, say=say)
