"""Sessions: the one that a request came with, and those of a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, false, select
from sqlalchemy.orm import contains_eager

from portal.access.permissions import SIGNED_IN
from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.identity.models import LoginLink, LoginSession, Person
from portal.identity.rules import IDLE, token_hash

SEEN: dict[str, datetime] = {}
"""When sessions were last used, by the hash of their secret, until `commands.sessions.flush_seen` writes it down:
a page that only reads must not wait to write."""


def live(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Sessions that were neither ended nor outlived. Idleness is left aside: see `seen_at`."""
    return LoginSession.ended_at.is_(None) & (LoginSession.expires_at > at)


BY_SECRET = (
    select(LoginSession)
    .join(LoginSession.person)
    .where(LoginSession.secret_hash == bindparam("secret_hash"), live(bindparam("at")), Person.active)
    .options(contains_eager(LoginSession.person))
)
"""Written once, since every request asks it."""


def session_of(secret: str, at: datetime) -> LoginSession | None:
    """The session with this secret, with its person; None if it is over, idle for too long, or its person was shut out."""
    told = {"secret_hash": token_hash(secret), "at": at}
    found = db.session.execute(BY_SECRET, told).scalars().first()
    return found if found is not None and at - seen_at(found) < IDLE else None


def fresh(token: str, at: datetime) -> ColumnElement[bool]:
    """The link of this token, unless it was used or has run out."""
    return (
        (LoginLink.token_hash == token_hash(token))
        & LoginLink.used_at.is_(None)
        & (LoginLink.expires_at > at)
    )


def link_of(token: str, at: datetime) -> LoginLink | None:
    """The link of this token, which stays as it is; None if it would let nobody in."""
    wanted = select(LoginLink).join(LoginLink.person).where(fresh(token, at), Person.active)
    return db.session.execute(wanted).scalars().first()


def note_seen(it: LoginSession, at: datetime) -> None:
    """Keep in mind that the session was used."""
    SEEN[it.secret_hash] = at


def seen_at(it: LoginSession) -> datetime:
    """When the session was last used."""
    return max(it.seen_at, SEEN.get(it.secret_hash, it.seen_at))


@scope(LoginSession)
def visible(viewer: Viewer, permission: str) -> Select[LoginSession]:
    """Everybody reaches his own sessions; with the permission, those of all."""
    wanted = select(LoginSession)
    if permission == SIGNED_IN:
        return wanted.where(LoginSession.person_id == viewer.id)
    return wanted if viewer.may(permission) else wanted.where(false())


def of_person(person_id: int) -> Sequence[LoginSession]:
    """The sessions of a person that are open now, the last used first."""
    now = clock.now()
    wanted = select(LoginSession).where(LoginSession.person_id == person_id, live(now))
    found = [one for one in db.session.execute(wanted).scalars() if now - seen_at(one) < IDLE]
    return sorted(found, key=lambda one: (seen_at(one), one.id), reverse=True)
