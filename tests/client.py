"""The test client: signs in as a person of the cast and posts forms the way a browser does."""

import re
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.db import db, unit_of_work
from portal.web.fields import new_once

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class PortalClient(FlaskClient):
    """A browser with one person in it."""

    lang = "en"
    _token = ""
    _token_of: tuple[str, ...] = ()

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
        """Any request, in the language of this browser; it finds nothing that a request before it has left on `g`."""
        if has_app_context():
            for left in list(g):
                g.pop(left)
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Accept-Language", "zh-CN" if self.lang == "zh" else "en")
        return super().open(*args, headers=headers, **kwargs)

    def htmx(self, path: str, target: str) -> TestResponse:
        """GET of one block of a page, as htmx 4 asks for it (`target`: `tbody#request-rows`)."""
        return self.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target})

    def token(self) -> str:
        """A CSRF token of this browser's session; read from a page once for as long as the cookies stay the same."""
        if not self._token or self._token_of != self._jar():
            self._token = self._read_token()
            self._token_of = self._jar()
        return self._token

    def _jar(self) -> tuple[str, ...]:
        held = (self.get_cookie(name) for name in ("portal_form", "portal_session"))
        return tuple(one.value if one else "" for one in held)

    def _read_token(self) -> str:
        page = self.get("/me").get_data(as_text=True)
        found = TOKEN.search(page) or TOKEN.search(self.get("/login").get_data(as_text=True))
        assert found, "no form on the page"
        return found[1]

    def submit(self, path: str, data: dict[str, Any] | None = None, *, once: str | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with its CSRF token and its idempotency key."""
        guarded = {"csrf_token": self.token(), "once": once or new_once()} | (data or {})
        return self.post(path, data=guarded, **kwargs)
