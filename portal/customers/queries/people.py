"""Who of us serves an account, who is who at it, and who of us knows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.access import scopes
from portal.access.permissions import Reach
from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.words import N_
from portal.customers.models import Account, AccountContact, AccountMember, Contact, Interaction
from portal.customers.queries.accounts import reaches
from portal.customers.rules import KNOWN, Known

KIND = "contact"


@scope(Contact)
def visible(viewer: Viewer, permission: str) -> Select[Contact]:
    """The people who work, or once worked, for an account that the viewer may touch with this permission."""
    if viewer.reach(permission) is Reach.ALL:
        return select(Contact)
    accounts = select(Account.id).where(reaches(viewer, permission))
    return select(Contact).where(
        Contact.id.in_(select(AccountContact.contact_id).where(AccountContact.account_id.in_(accounts)))
    )


def members(account_id: int) -> Sequence[AccountMember]:
    """Who serves an account, the owner first, then who once did, the last first."""
    rows = select(AccountMember).where(AccountMember.account_id == account_id)
    order = (
        AccountMember.until.is_not(None),
        AccountMember.until.desc(),
        AccountMember.role,
        AccountMember.id,
    )
    return db.session.execute(rows.order_by(*order)).scalars().all()


def owner_of(account_id: int) -> AccountMember | None:
    """Who is answerable for an account now."""
    rows = select(AccountMember).where(
        AccountMember.account_id == account_id, AccountMember.role == "owner", AccountMember.until.is_(None)
    )
    return db.session.execute(rows).scalar_one_or_none()


def may_hand_over(giver: AccountMember | None, by: Viewer) -> bool:
    """Whether somebody may make another one answerable: the owner himself, who leads his team, who keeps all customers.

    Who only serves a customer beside the owner may not: the owner would lose sight of it without having done anything.
    """
    near = by.reach("customers.edit") in (Reach.OWN, Reach.TEAM)
    return giver is None or not near or giver.person_id == by.id or giver.team_id in by.team_ids


@dataclass
class AtAccount:
    """A contact with one of his times at an account, who of us knows him, and when he was last spoken with."""

    link: AccountContact
    contact: Contact
    known_by: list[int] = field(default_factory=list)
    last_at: datetime | None = None
    last_by: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether he works there now."""
        return self.link.until is None and not self.contact.gone

    @property
    def as_known(self) -> Known:
        """What the rules on thin relations want to know."""
        return Known(self.contact.id, self.link.roles, self.known_by)


def contacts_of(account_id: int, now: datetime) -> list[AtAccount]:
    """The people at an account, those of today first: one select."""
    talks = (
        select(Interaction.contact_id, Interaction.person_id, func.max(Interaction.at).label("at"))
        .where(Interaction.account_id == account_id, Interaction.contact_id.is_not(None))
        .group_by(Interaction.contact_id, Interaction.person_id)
        .subquery()
    )
    rows = (
        select(AccountContact, Contact, talks.c.person_id, talks.c.at)
        .join(Contact, Contact.id == AccountContact.contact_id)
        .outerjoin(talks, talks.c.contact_id == Contact.id)
        .where(AccountContact.account_id == account_id)
        .order_by(
            AccountContact.until.is_not(None),
            AccountContact.until.desc(),
            Contact.sort_key,
            AccountContact.id,
            talks.c.at.desc(),
        )
    )
    found: dict[int, AtAccount] = {}
    for link, contact, person_id, at in db.session.execute(rows):
        one = found.setdefault(link.id, AtAccount(link, contact, last_at=at, last_by=person_id))
        if at is not None and now - at <= KNOWN:
            one.known_by.append(person_id)
    return list(found.values())


def accounts_at(contact_id: int, viewer: Viewer) -> Sequence[tuple[AccountContact, Account]]:
    """Where a contact works and worked, as far as the viewer may see the accounts."""
    rows = (
        select(AccountContact, Account)
        .join(Account, Account.id == AccountContact.account_id)
        .where(AccountContact.contact_id == contact_id, reaches(viewer, "customers.see"))
        .order_by(
            AccountContact.until.is_not(None),
            AccountContact.until.desc(),
            AccountContact.since.desc(),
            AccountContact.id,
        )
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def talks_with(contact_id: int, viewer: Viewer, limit: int = 30) -> Sequence[Interaction]:
    """What was said to a contact, newest first, as far as the viewer may see the accounts that it was about."""
    accounts = select(Account.id).where(reaches(viewer, "customers.see"))
    rows = select(Interaction).where(
        Interaction.contact_id == contact_id, Interaction.account_id.in_(accounts)
    )
    newest = rows.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(limit)
    return db.session.execute(newest).scalars().all()


def choices(typed: str, viewer: Viewer, limit: int = 12) -> Sequence[Contact]:
    """The people to choose from for what was typed, best first; without it the first by name."""
    wanted = visible(viewer, "customers.see").where(Contact.gone.is_(False))
    if not typed.strip():
        return db.session.execute(wanted.order_by(Contact.sort_key, Contact.id).limit(limit)).scalars().all()
    found = search.find(
        db.session(), typed, scope={KIND: scopes.tokens(viewer, "customers.see")}, limit=limit
    )
    ids = [hit.object_id for hit in found.hits]
    by_id = {it.id: it for it in db.session.execute(wanted.where(Contact.id.in_(ids))).scalars()}
    return [by_id[number] for number in ids if number in by_id]


def meant(number: int | None, text: str, viewer: Viewer, *, field: str) -> Contact:
    """The person that a search field names: by his id if the text is still the name, else by the text alone.

    Refused, at `field`, if nobody or several are meant.
    """
    mine = visible(viewer, "customers.see").where(Contact.id == number)
    chosen: Contact | None = db.session.execute(mine).scalar_one_or_none()
    if chosen is not None and search.is_called(chosen, text):
        return chosen
    return search.the_one(
        choices(text, viewer, limit=6), text, field=field,
        nobody=N_("Nobody at your customers is called that. Choose one from the list, or add the person."),
        several=N_("Several have that name: %(near)s. Choose one from the list."),
        told=lambda it: f"{it.shown(viewer.lang)} ({it.title or it.phone or it.email})",
    )  # fmt: skip


def link_of(it: Account, link_id: int) -> AccountContact:
    """One of the times of a contact at an account; NotFound if it is none of this account."""
    link = db.session.get(AccountContact, link_id)
    if link is None or link.account_id != it.id:
        raise NotFound
    return link


def member_of(it: Account, member_id: int) -> AccountMember:
    """One of those who serve an account now; NotFound if it is none of this account."""
    member = db.session.get(AccountMember, member_id)
    if member is None or member.account_id != it.id or member.until is not None:
        raise NotFound
    return member
