"""Who serves a customer: join, leave, hand over."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.customers import commands, queries
from portal.customers.forms import ActForm, MemberForm
from portal.customers.models import Account
from portal.customers.queries import people as at_customers
from portal.customers.rules import ROLES
from portal.customers.views import pages
from portal.identity.queries.people import meant
from portal.identity.queries.viewers import names
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.formats import lang
from portal.web.pages import viewer


@pages.get("/customers/<int:id>/members", may="customers.edit", on=Account)
def members(it: Account, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """Who serves a customer and who once did; let somebody join, or hand the customer over."""
    rows = queries.members(it.id)
    people = names([row.person_id for row in rows], viewer().lang)
    filled = form if isinstance(form, MemberForm) else MemberForm(formdata=None)
    hands_over = at_customers.may_hand_over(at_customers.owner_of(it.id), viewer())
    return page(
        "customers/members.html", status, it=it, rows=rows, people=people, roles=ROLES, form=filled, hands_over=hands_over
    )


@pages.post("/customers/<int:id>/members", may="customers.edit", on=Account, form=MemberForm, back=members)
def join(it: Account, form: MemberForm) -> ResponseReturnValue:
    """Let a colleague serve the customer too."""
    member = commands.add_member(it, person_id=_person(form), since=form.since.data, by=viewer())
    return done(
        ".members", id=it.id, say=_("%(name)s serves the customer now.", name=_name(member.person_id))
    )


@pages.post(
    "/customers/<int:id>/members/<int:member>/end",
    may="customers.edit",
    on=Account,
    form=ActForm,
    back=members,
)
def leave_account(it: Account, form: ActForm, member: int) -> ResponseReturnValue:  # noqa: ARG001  (the form only guards the post)
    """From today on a colleague no longer serves the customer."""
    commands.end_member(at_customers.member_of(it, member), by=viewer())
    return done(".members", id=it.id, say=_("Noted. The history stays."))


@pages.post("/customers/<int:id>/handover", may="customers.edit", on=Account, form=MemberForm, back=members)
def hand_over(it: Account, form: MemberForm) -> ResponseReturnValue:
    """Make a colleague answerable for the customer."""
    to_id = _person(form)
    commands.hand_over(it, to_id=to_id, since=form.since.data, note=form.note.data or "", by=viewer())
    say = _(
        "%(customer)s is handed over; %(name)s has been told.", customer=it.shown(lang()), name=_name(to_id)
    )
    return done(".index", say=say)


def _person(form: MemberForm) -> int:
    found = meant(str(form.person.data or ""), form.person_text.data or "", field="person_text")
    assert found is not None  # noqa: S101  (the form lets no empty name through)
    return found


def _name(person_id: int) -> str:
    return names([person_id], viewer().lang)[person_id]
