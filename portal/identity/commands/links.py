"""One-time sign-in links. Only the hash of a link's token is kept."""

import secrets
from typing import Any

from sqlalchemy import CursorResult, select, update

from portal.access.permissions import ROLES
from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.core.events import record
from portal.identity import flow
from portal.identity.commands.sessions import NOT_OPEN
from portal.identity.models import LoginLink, Person
from portal.identity.queries.sessions import fresh
from portal.identity.rules import LINK_LIFE, token_hash, username_of


def make_link(person: Person, *, by: Viewer) -> str:
    """Make a link for a person and answer its token. Raises Refused for one who is deactivated."""
    if not person.active:
        raise Refused(NOT_OPEN)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    it = LoginLink(token_hash=token_hash(token), person_id=person.id, created_at=now, expires_at=now + LINK_LIFE,
                   issued_by_id=by.id)  # fmt: skip
    db.session.add(it)
    db.session.flush()
    record(flow.LINK_ISSUED, it, by=by, person=person.id, until=it.expires_at)
    return token


def issue_link(username: str) -> str:
    """The token of a new link for the person of this user name; NotFound if there is none. For the command line."""
    person = db.session.execute(
        select(Person).where(Person.username == username_of(username))
    ).scalar_one_or_none()
    if person is None:
        raise NotFound
    return make_link(person, by=SYSTEM)


def issue_demo_links() -> list[tuple[str, str, str]]:
    """User name, role and token of a new link for each person whose user name is that of a role, in their order."""
    named = select(Person).where(Person.username.in_(list(ROLES)), Person.active)
    found = {person.username: person for person in db.session.execute(named).scalars()}
    return [(role, says, make_link(found[role], by=SYSTEM)) for role, says in ROLES.items() if role in found]


def redeem(token: str) -> LoginLink | None:
    """Use a link up and answer it; None if it was used, has run out, or never was."""
    now = clock.now()
    used: CursorResult[Any] = db.session.execute(update(LoginLink).where(fresh(token, now)).values(used_at=now))  # type: ignore[assignment]
    if used.rowcount != 1:
        return None
    it = db.session.execute(select(LoginLink).where(LoginLink.token_hash == token_hash(token))).scalar_one()
    return it if it.person.active else None
