"""The lists of customers and of their people, as declarations."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.lists import Choice, Column, Listing
from portal.core.words import N_
from portal.customers.models import Account, AccountContact, AccountMember, Contact, CreditState
from portal.customers.queries.accounts import is_wide, reaches, walked
from portal.customers.queries.people import visible as visible_contacts
from portal.customers.rules import CLASSES, QUIET
from portal.identity.models import Person

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CLASSED = CLASSES | {"none": N_("not classed")}
HELD, TIGHT = "held", "tight"
CREDIT = {HELD: N_("on hold"), TIGHT: N_("nearly used up"), "": ""}
SILENCE = {"quiet": N_("longer than 90 days ago"), "never": N_("never"), "": N_("within 90 days")}
OWNER = aliased(Person)
PARENT = aliased(Account)


def _credit() -> ColumnElement[Any]:
    """What is exceptional about the credit of an account: on hold, more than nine tenths used, or nothing."""
    tight = CreditState.used_minor * 10 > CreditState.limit_minor * 9
    return case((CreditState.hold, HELD), (tight, TIGHT), else_="")


def _silence(before: datetime) -> ColumnElement[Any]:
    return case(
        (Account.last_contact_at.is_(None), "never"), (Account.last_contact_at < before, "quiet"), else_=""
    )


def _mine(viewer: Viewer) -> ColumnElement[Any]:
    serves = select(AccountMember.account_id).where(
        AccountMember.person_id == viewer.id, AccountMember.until.is_(None)
    )
    return case((Account.id.in_(serves), "me"), else_="")


def accounts(viewer: Viewer) -> Listing:
    """The declaration of the list of customers; how long nobody spoke with them is as of now."""
    credit, last = _credit(), func.coalesce(Account.last_contact_at, LONG_AGO)
    # fmt: off
    columns = (
        Column("name",    N_("Customer"), Account.name, sort=Account.sort_key, zh=Account.name_zh),
        Column("class",   N_("Class"), Account.customer_class, "word", words=CLASSES, sort=Account.customer_class,
               on_phone=False),
        Column("sector",  N_("Sector"), Account.sector, sort=Account.sector, on_phone=False),
        Column("place",   N_("Location"), Account.place, sort=Account.place),
        Column("owner",   N_("Owner"), OWNER.name, sort=func.coalesce(OWNER.sort_key, ""), zh=OWNER.name_zh),
        Column("credit",  N_("Credit"), credit, "mark", sort=credit, words=CREDIT, looks={HELD: "stop", TIGHT: "watch"}),
        Column("contact", N_("Last contact"), Account.last_contact_at, "when", sort=last),
        Column("number",  N_("Number"), Account.number, sort=Account.number, extra=True),
        Column("phone",   N_("Phone"), Account.phone, extra=True),
        Column("parent",  N_("Belongs to"), PARENT.name, zh=PARENT.name_zh, extra=True),
        Column("employees", N_("Employees"), Account.employees, "number", sort=func.coalesce(Account.employees, 0), extra=True),
        Column("revenue", N_("Yearly revenue"), Account.revenue_minor, "money", currency=Account.currency, extra=True),
        Column("limit",   N_("Credit line"), CreditState.limit_minor, "money", currency=CreditState.currency, extra=True),
    )
    filters = (
        Choice("mine",    N_("Served by"), _mine(viewer), {"me": N_("me")}),
        Choice("class",   N_("Class"), case((Account.customer_class == "", "none"), else_=Account.customer_class), CLASSED),
        Choice("credit",  N_("Credit"), credit, {HELD: CREDIT[HELD], TIGHT: CREDIT[TIGHT]}),
        Choice("silence", N_("Last contact"), _silence(clock.now() - QUIET), {key: says for key, says in SILENCE.items() if key}),
    )
    # fmt: on
    return Listing(
        "customers", N_("Customers"), Account.id, columns, "/customers/{}", "name", filters, kind="account"
    )


def listed_accounts(viewer: Viewer) -> Select[Any]:
    """The customers whom the viewer may see, each with its owner, parent and credit state."""
    owns = (
        (AccountMember.account_id == Account.id)
        & (AccountMember.role == "owner")
        & AccountMember.until.is_(None)
    )
    seen = walked if is_wide(viewer, "customers.see") else reaches
    return (
        select(Account.id)
        .outerjoin(AccountMember, owns)
        .outerjoin(OWNER, OWNER.id == AccountMember.person_id)
        .outerjoin(PARENT, PARENT.id == Account.parent_id)
        .outerjoin(CreditState, CreditState.account_id == Account.id)
        .where(seen(viewer, "customers.see"))
    )


def contacts(viewer: Viewer) -> Listing:
    """The declaration of the list of people at customers."""
    where = _where(viewer)
    gone = {True: N_("gone"), False: ""}
    # fmt: off
    columns = (
        Column("name",     N_("Full name"), Contact.name, sort=Contact.sort_key, zh=Contact.name_zh),
        Column("title",    N_("Position"), Contact.title, sort=Contact.title),
        Column("customer", N_("Customer"), where(Account.name), zh=where(Account.name_zh)),
        Column("phone",    N_("Phone"), Contact.phone),
        Column("email",    N_("E-mail"), Contact.email, sort=Contact.email, on_phone=False),
        Column("state",    N_("State"), Contact.gone, "mark", words=gone, looks={True: "quiet"}),
    )
    # fmt: on
    filters = (Choice("state", N_("State"), Contact.gone, {False: N_("at work"), True: N_("gone")}),)
    return Listing(
        "contacts",
        N_("People at customers"),
        Contact.id,
        columns,
        "/contacts/{}",
        "name",
        filters,
        kind="contact",
    )


def _where(viewer: Viewer) -> Any:
    """A column of the account that a contact works for, as far as the viewer may see it; the longest known one of several."""

    def column(of: Any) -> ColumnElement[Any]:
        here = (
            select(of)
            .join(AccountContact, AccountContact.account_id == Account.id)
            .where(
                AccountContact.contact_id == Contact.id,
                AccountContact.until.is_(None),
                reaches(viewer, "customers.see"),
            )
            .order_by(AccountContact.since, AccountContact.id)
            .limit(1)
        )
        return here.correlate(Contact).scalar_subquery()

    return column


def listed_contacts(viewer: Viewer) -> Select[Any]:
    """The people whom the viewer may see."""
    if not is_wide(viewer, "customers.see"):
        return visible_contacts(viewer, "customers.see")
    seen = walked(viewer, "customers.see", AccountContact.account_id)
    here = select(AccountContact.id).where(AccountContact.contact_id == Contact.id, seen)
    return select(Contact).where(here.correlate(Contact).exists())
