"""The test client: signs in as a person of the cast and posts forms the way a browser does."""

import secrets
from typing import Any

from flask import g, has_app_context, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from portal.core.db import db, unit_of_work
from portal.web.fields import new_once


def forget() -> None:
    """Drop what a request before has left on `g`, which outlives it where the test holds the application context."""
    if has_app_context():
        for left in list(g):
            g.pop(left)


class PortalClient(FlaskClient):
    """A browser with one person in it."""

    lang = "en"

    def sign_in(self, username: str) -> None:
        """Sign in by the command that every way of signing in ends with; the ways have tests of their own."""
        from portal.identity.commands.sessions import sign_in
        from portal.identity.models import Person
        from portal.identity.queries.viewers import viewer_of

        with self.application.app_context():
            with unit_of_work():
                it = db.session.query(Person).filter_by(username=username).one()
                secret = sign_in(it, way="link", device="Chrome", address="127.0.0.1", instead_of=None, by=viewer_of(it))
            db.session.remove()
        if has_app_context():
            db.session.rollback()  # what the test has open is older than the session
        self.set_cookie("portal_session", secret)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Any request, in the language of this browser."""
        forget()
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Accept-Language", "zh-CN" if self.lang == "zh" else "en")
        return super().open(*args, headers=headers, **kwargs)

    def htmx(self, path: str, target: str) -> TestResponse:
        """GET of one block of a page, as htmx 4 asks for it (`target`: `tbody#request-rows`)."""
        return self.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target})

    def token(self) -> str:
        """The CSRF token that a form of this browser would carry; made, since to read it from a page costs the page."""
        with self.session_transaction() as kept:
            kept.setdefault("csrf_token", secrets.token_hex())
            raw = kept["csrf_token"]
        forget()
        with self.application.test_request_context():
            session["csrf_token"] = raw
            return generate_csrf()

    def submit(self, path: str, data: dict[str, Any] | None = None, *, once: str | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with its CSRF token and its idempotency key."""
        guarded = {"csrf_token": self.token(), "once": once or new_once()} | (data or {})
        return self.post(path, data=guarded, **kwargs)
