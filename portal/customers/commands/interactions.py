"""Record what was said, where it was said: two fields."""

from datetime import datetime

from sqlalchemy import select, update

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import UNWATCHED, db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.words import N_
from portal.customers import flow
from portal.customers.models import Account, AccountContact, Interaction
from portal.customers.queries.findable import index


def record_interaction(
    it: Account, *, way: str, text: str, by: Viewer, contact_id: int | None = None, at: datetime | None = None
) -> Interaction:
    """Note a call, visit, mail or meeting, now or at an earlier time. `contact_id` must be somebody of the account."""
    at = at or clock.now()
    if by.id is None or not text.strip():
        raise Refused(N_("Write what was said, in a word or two."), "text")
    if at > clock.now():
        raise Refused(N_("This time is still to come."), "at")
    if contact_id is not None and not _works_there(it.id, contact_id):
        raise Refused(N_("Choose somebody of this customer."), "contact")
    talk = Interaction(
        account_id=it.id, contact_id=contact_id, person_id=by.id, way=way, at=at, text=text.strip()
    )
    db.session.add(talk)
    # Not a change of the card: whoever is editing it meanwhile is not to be told that somebody was quicker.
    newer = (Account.id == it.id) & (Account.last_contact_at.is_(None) | (Account.last_contact_at < at))
    spoken = update(Account).where(newer).values(last_contact_at=at)
    with db.session.no_autoflush:
        db.session.execute(spoken, execution_options=UNWATCHED)
    db.session.expire(it, ["last_contact_at"])
    record(flow.SPOKEN[way], talk, by=by, account_id=it.id, at=at)
    index([it.id])
    return talk


def _works_there(account_id: int, contact_id: int) -> bool:
    link = select(AccountContact.id).where(
        AccountContact.account_id == account_id, AccountContact.contact_id == contact_id
    )
    return db.session.execute(link).first() is not None
