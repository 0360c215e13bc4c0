"""People at customers: add, change, say what part they play, note that they have gone."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.search import sort_key
from portal.core.versions import grow
from portal.core.words import N_
from portal.customers import flow, rules
from portal.customers.models import Account, AccountContact, Contact
from portal.customers.queries import reaches
from portal.customers.queries.findable import index


@dataclass(frozen=True)
class PersonCard:
    """What people write on the card of a contact; only the name is needed."""

    name: str
    name_zh: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""


def create_contact(
    account: Account, card: PersonCard, *, by: Viewer, roles: Collection[str] = ()
) -> Contact:
    """Add a person who works for an account, with his part in its purchases."""
    if not card.name.strip():
        raise Refused(N_("A person needs a name."), "name")
    it = Contact(**asdict(card), sort_key=sort_key(card.name), changed_at=clock.now(), version=1)
    db.session.add(it)
    db.session.flush()
    _link(account, it, roles, clock.today(by.zone))
    record(flow.CONTACT_ADDED, it, by=by, account_id=account.id)
    index([account.id])
    return it


def edit_contact(it: Contact, card: PersonCard, *, version: int, by: Viewer) -> None:
    """Change the card of a person. Stale if somebody else has changed it since."""
    if not card.name.strip():
        raise Refused(N_("A person needs a name."), "name")
    grow(it, version)
    for name, value in asdict(card).items():
        setattr(it, name, value)
    it.sort_key, it.changed_at = sort_key(card.name), clock.now()
    record(flow.CONTACT_CHANGED, it, by=by)
    index(_accounts_of(it))


def link_contact(
    account: Account, it: Contact, *, by: Viewer, roles: Collection[str] = (), since: date | None = None
) -> AccountContact:
    """Say that a person works for this account too, or plays another part there from a day on.

    What was true before that day stays as history.
    """
    day = _day(since, by)
    present = db.session.execute(
        select(AccountContact).where(
            AccountContact.account_id == account.id,
            AccountContact.contact_id == it.id,
            AccountContact.until.is_(None),
        )
    ).scalar_one_or_none()
    if present is not None:
        if sorted(present.roles) == sorted(roles):
            raise Refused(N_("This is what is known of the person already."), "roles")
        if day < present.since:
            raise Refused(N_("An earlier part of this person begins later."), "since")
        present.until = day
        db.session.flush()
    link = _link(account, it, roles, day)
    it.gone = False
    record(flow.CONTACT_LINKED, it, by=by, account_id=account.id)
    index([account.id])
    return link


def end_contact_role(it: AccountContact, *, by: Viewer) -> None:
    """From today on the person no longer works for the account. His history there stays."""
    if it.until is not None:
        raise Refused(N_("This has ended already."))
    it.until = clock.today(by.zone)
    contact = db.session.get_one(Contact, it.contact_id)
    record(flow.CONTACT_ENDED, contact, by=by, account_id=it.account_id)
    index([it.account_id])


def contact_left(it: Contact, *, version: int, by: Viewer) -> None:
    """The person has left the trade: his parts end today at all accounts that the viewer keeps.

    He is gone for good once he has no part anywhere; of the accounts of others only those who keep them say so.
    """
    grow(it, version)
    links = select(AccountContact).where(AccountContact.contact_id == it.id, AccountContact.until.is_(None))
    kept = select(Account.id).where(reaches(by, "customers.edit"))
    for link in db.session.execute(links.where(AccountContact.account_id.in_(kept))).scalars():
        link.until = clock.today(by.zone)
        record(flow.CONTACT_ENDED, it, by=by, account_id=link.account_id)
    db.session.flush()
    it.gone = db.session.execute(links).first() is None
    index(_accounts_of(it))


def _link(account: Account, it: Contact, roles: Collection[str], since: date) -> AccountContact:
    unknown = set(roles) - set(rules.PARTS)
    if unknown:
        raise ValueError(f"unknown parts: {sorted(unknown)}")
    link = AccountContact(
        account_id=account.id,
        contact_id=it.id,
        roles=[key for key in rules.PARTS if key in roles],
        since=since,
        version=1,
    )
    db.session.add(link)
    db.session.flush()
    return link


def _accounts_of(it: Contact) -> list[int]:
    links = select(AccountContact.account_id).where(AccountContact.contact_id == it.id)
    return list(db.session.execute(links).scalars())


def _day(given: date | None, by: Viewer) -> date:
    today = clock.today(by.zone)
    if given is not None and given > today:
        raise Refused(N_("This day is still to come."), "since")
    return given or today
