"""What the portal keeps in a browser: the secret of the session, and what a sign-in in two steps waits for."""

from datetime import UTC, datetime, timedelta

from flask import Response, request, session

from portal.core import clock
from portal.identity.rules import ABSOLUTE, device_of
from portal.web.security import cookie_name, is_secure

PENDING = timedelta(minutes=5)


def keep(answer: Response, secret: str) -> Response:
    """Give the browser the secret of a new session and forget everything of the one before."""
    session.clear()
    answer.set_cookie(
        cookie_name(), secret, max_age=ABSOLUTE, path="/", secure=is_secure(), httponly=True, samesite="Lax"
    )
    return answer


def forget(answer: Response) -> Response:
    """Leave nothing of the session in the browser."""
    session.clear()
    answer.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Lax")
    # Drafts; pages are not kept anyway, and clearing the cache takes browsers seconds.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def device() -> str:
    """The browser in words."""
    return device_of(request.user_agent.string)


def await_code(person_id: int, way: str) -> None:
    """Remember for some minutes who has given the first proof."""
    session.clear()
    session["pending"] = [person_id, way, (clock.now() + PENDING).timestamp()]


def awaited() -> tuple[int, str] | None:
    """Who has given the first proof, and which; None if nobody has, or too long ago."""
    person_id, way, until = session.get("pending") or (None, "", 0)
    if person_id is None or clock.now() > datetime.fromtimestamp(until, UTC):
        return None
    return person_id, way
