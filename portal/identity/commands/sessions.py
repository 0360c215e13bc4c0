"""Starting and ending sessions. Ending one is felt at its next request."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, update

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.words import N_
from portal.identity import flow
from portal.identity.models import LoginLink, LoginSession, Person
from portal.identity.queries.sessions import SEEN, live
from portal.identity.rules import ABSOLUTE, SESSIONS_KEPT, token_hash

NOT_OPEN = N_("This account is not open. Ask an administrator.")


def sign_in(
    person: Person, *, way: str, device: str, address: str, instead_of: LoginSession | None, by: Viewer
) -> str:
    """Start a session and answer its secret, which only the browser will know.

    `way` is one of `flow.WAYS`; `instead_of`, a session that the same browser still holds, ends with it. `by` is the
    person's own viewer. Raises Refused if the person has been deactivated.
    """
    if not person.active:
        raise Refused(NOT_OPEN)
    now = clock.now()
    secret = secrets.token_urlsafe(32)
    if instead_of is not None:
        instead_of.ended_at = instead_of.ended_at or now
    it = LoginSession(secret_hash=token_hash(secret), person_id=person.id, created_at=now, seen_at=now,
                      expires_at=now + ABSOLUTE, way=way, device=device[:200], address=address[:60])  # fmt: skip
    db.session.add(it)
    db.session.flush()
    record(flow.SIGNED_IN, it, by=by, way=flow.WAYS[way])
    return secret


def sign_out(it: LoginSession, *, by: Viewer) -> None:
    """End the session that the person is using."""
    it.ended_at = it.ended_at or clock.now()
    record(flow.SIGNED_OUT, it, by=by)


def end_session(it: LoginSession, *, by: Viewer) -> None:
    """End a session from another place: one's own elsewhere, or somebody else's."""
    it.ended_at = it.ended_at or clock.now()
    record(flow.SESSION_ENDED, it, by=by, person=it.person_id)


def end_sessions(person: Person, *, keep: LoginSession | None = None, by: Viewer) -> int:
    """End all sessions of a person, but for the one to keep; answers how many. Links that could start another are void."""
    now = clock.now()
    unused = (LoginLink.person_id == person.id) & LoginLink.used_at.is_(None)
    db.session.execute(update(LoginLink).where(unused).values(used_at=now))
    theirs = update(LoginSession).where(LoginSession.person_id == person.id, live(now))
    if keep is not None:
        theirs = theirs.where(LoginSession.id != keep.id)
    ended: CursorResult[Any] = db.session.execute(theirs.values(ended_at=now))  # type: ignore[assignment]
    record(flow.SESSIONS_ENDED, person, by=by, person=person.id, count=ended.rowcount)
    return ended.rowcount


def forget_old(at: datetime) -> int:
    """Drop sessions and links that are long over, with the addresses they came from; how many."""
    gone = 0
    for model in (LoginSession, LoginLink):
        old = delete(model).where(model.expires_at < at - SESSIONS_KEPT)
        dropped: CursorResult[Any] = db.session.execute(old)  # type: ignore[assignment]
        gone += dropped.rowcount
    return gone


def flush_seen() -> int:
    """Write down when sessions were last used; how many were."""
    taken = {secret_hash: SEEN.pop(secret_hash) for secret_hash in list(SEEN)}
    for secret_hash, at in taken.items():
        older = (LoginSession.secret_hash == secret_hash) & (LoginSession.seen_at < at)
        db.session.execute(update(LoginSession).where(older).values(seen_at=at))
    return len(taken)
