"""People at customers: the list, one person, add, link, end."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.customers import commands, queries
from portal.customers.forms import ActForm, ContactForm, LinkForm, VersionForm
from portal.customers.models import Account, Contact
from portal.customers.queries import listing
from portal.customers.queries import people as at_customers
from portal.customers.rules import PARTS
from portal.customers.views import pages
from portal.customers.views.accounts import moment
from portal.identity.queries.viewers import names
from portal.web import lists
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.formats import lang
from portal.web.pages import viewer


@pages.get("/contacts", may="customers.see")
def contacts() -> ResponseReturnValue:
    """The people at the customers whom the viewer may see."""
    shown = lists.shown(listing.contacts(viewer()), listing.listed_contacts(viewer()), request.args)
    return page("customers/contacts.html", listing=shown)


@pages.post("/contacts/export", may="customers.see", form=lists.ExportForm, unit=False)
def export_contacts(form: lists.ExportForm) -> ResponseReturnValue:
    """Take the list away as a file."""
    return lists.export(listing.contacts(viewer()), listing.listed_contacts(viewer()), form)


@pages.get("/contacts/options", may="customers.see")
def contact_options() -> ResponseReturnValue:
    """The people to choose from for what was typed: for fields that search."""
    found = at_customers.choices(request.args.get("q", ""), viewer())
    return page("customers/contact_options.html", contacts=found)


@pages.get("/contacts/<int:id>", may="customers.see", on=Contact)
def contact(it: Contact, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One person: where he works and worked, who of us knows him, what was said."""
    talks = at_customers.talks_with(it.id, viewer())
    people = names([talk.person_id for talk in talks], viewer().lang)
    acts = form if isinstance(form, VersionForm) else VersionForm(data={"version": it.version})
    shown = {
        "places": at_customers.accounts_at(it.id, viewer()),
        "talks": talks,
        "people": people,
        "parts": PARTS,
        "acts": acts,
        "moment": moment,
    }
    return page("customers/contact.html", status, it=it, form=form, **shown)


@pages.get("/contacts/<int:id>/edit", may="customers.edit", on=Contact)
def edit_contact(it: Contact, form: ContactForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Change the card of a person."""
    form = form or ContactForm.of(it)
    form.meets(it.version)
    return page("customers/contact_edit.html", status, it=it, form=form)


@pages.post("/contacts/<int:id>/edit", may="customers.edit", on=Contact, form=ContactForm, back=edit_contact)
def save_contact(it: Contact, form: ContactForm) -> ResponseReturnValue:
    """Keep the changed card."""
    commands.edit_contact(it, form.card(), version=form.version.data, by=viewer())
    return done(".contact", id=it.id, say=_("The card of %(name)s is saved.", name=it.shown(lang())))


@pages.post("/contacts/<int:id>/departure", may="customers.edit", on=Contact, form=VersionForm, back=contact)
def leave(it: Contact, form: VersionForm) -> ResponseReturnValue:
    """The person has left the trade."""
    commands.contact_left(it, version=form.version.data, by=viewer())
    return done(
        ".contact", id=it.id, say=_("%(name)s is noted as gone; the history stays.", name=it.shown(lang()))
    )


@pages.get("/customers/<int:id>/contacts", may="customers.edit", on=Account)
def people(it: Account, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """The people at a customer: add one, link one who is known, note that one has gone."""
    rows = queries.contacts_of(it.id, clock.now())
    new = form if isinstance(form, ContactForm) else ContactForm(formdata=None)
    link = form if isinstance(form, LinkForm) else LinkForm(formdata=None)
    return page("customers/people.html", status, it=it, rows=rows, parts=PARTS, form=form, new=new, link=link)


@pages.post("/customers/<int:id>/contacts", may="customers.edit", on=Account, form=ContactForm, back=people)
def add_contact(it: Account, form: ContactForm) -> ResponseReturnValue:
    """Add a person who works for the customer."""
    made = commands.create_contact(it, form.card(), roles=form.roles.data or (), by=viewer())
    return done(".show", id=it.id, say=_("%(name)s is added.", name=made.shown(lang())))


@pages.post("/customers/<int:id>/links", may="customers.edit", on=Account, form=LinkForm, back=people)
def link_contact(it: Account, form: LinkForm) -> ResponseReturnValue:
    """Say that somebody who is known works for this customer too, or plays another part there."""
    known = at_customers.meant(
        form.contact.data, form.contact_text.data or "", viewer(), field="contact_text"
    )
    commands.link_contact(it, known, roles=form.roles.data or (), since=form.since.data, by=viewer())
    return done(".show", id=it.id, say=_("The part of %(name)s is noted.", name=known.shown(lang())))


@pages.post(
    "/customers/<int:id>/links/<int:link>/end", may="customers.edit", on=Account, form=ActForm, back=people
)
def end_link(it: Account, form: ActForm, link: int) -> ResponseReturnValue:  # noqa: ARG001  (the form only guards the post)
    """From today on the person no longer works for the customer."""
    commands.end_contact_role(at_customers.link_of(it, link), by=viewer())
    return done(".people", id=it.id, say=_("Noted. The history stays."))
