"""Who is looking: read once for each request, before anything else of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, Request, Response, g, request
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user

from portal.access.viewer import NOBODY
from portal.core import clock
from portal.core.errors import Stale
from portal.identity import jobs
from portal.identity.models import LoginSession
from portal.identity.queries import viewers
from portal.identity.queries.sessions import SEEN, note_seen, session_of
from portal.web import i18n
from portal.web.formats import lang, when
from portal.web.pages import OPEN
from portal.web.security import cookie_name

FLUSH = timedelta(minutes=1)


class SignedIn(UserMixin):
    """What Flask-Login keeps of a request: the session that it came with."""

    def __init__(self, session: LoginSession) -> None:
        self.session = session

    def get_id(self) -> str:
        """The session's number; nothing stores it, since each request brings its own secret."""
        return str(self.session.id)


def init_identity(app: Flask) -> None:
    """Set `g.person`, `g.viewer` and `g.login_session` on every request; tell mails where people are, forms who was quicker."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_load)
    app.before_request(_look)
    app.after_request(_flush_seen(app))
    app.extensions["address_of"] = viewers.address_of
    app.jinja_env.globals["quicker"] = _quicker


def _load(asked: Request) -> SignedIn | None:
    secret = asked.cookies.get(cookie_name(), "")
    session = session_of(secret, clock.now()) if secret else None
    return SignedIn(session) if session is not None else None


def _look() -> None:
    g.person, g.login_session, g.viewer = None, None, NOBODY
    if request.url_rule is not None and (request.method, request.url_rule.rule) in OPEN:
        return
    if not current_user.is_authenticated:
        g.viewer = replace(NOBODY, lang=i18n.choose(), request_id=g.request_id)
        return
    session = current_user.session
    note_seen(session, clock.now())
    g.login_session, g.person = session, session.person
    lang = i18n.choose(g.person.id, g.person.lang)
    g.viewer = viewers.viewer_of(g.person, lang=lang, request_id=g.request_id)


def _quicker(stale: Stale) -> str:
    """Who was quicker than the viewer and when, as far as it is known."""
    if stale.at is None:
        return _("Somebody was quicker.")
    if stale.who is None:
        return _("The portal was quicker, %(time)s.", time=when(stale.at))
    if stale.who == g.viewer.id:
        return _("You were quicker yourself in another window, %(time)s.", time=when(stale.at))
    name = viewers.names([stale.who], lang()).get(stale.who, "")
    return _("%(name)s was quicker, %(time)s.", name=name, time=when(stale.at))


def _flush_seen(app: Flask) -> Callable[[Response], Response]:
    """Where several processes serve, the sweep of the worker does not see what this one has noted."""
    flushed = clock.now()

    def write_down(at: datetime) -> None:
        with app.app_context():
            jobs.flush_seen(at)

    def flush_seen(answer: Response) -> Response:
        nonlocal flushed
        now = clock.now()
        if SEEN and not timedelta(0) <= now - flushed < FLUSH:
            flushed = now
            answer.call_on_close(lambda: write_down(now))
        return answer

    return flush_seen
