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

    def sign_in(self, username: str) -> None:
        """Sign in by a one-time link, as the command line makes it."""
        from portal.identity.commands import links

        with self.application.app_context():
            with unit_of_work():
                token = links.issue_link(username)
            db.session.remove()
        if has_app_context():
            db.session.rollback()  # what the test has open is older than the link
        answer = self.open(f"/login/link/{token}")
        assert answer.status_code == 303, answer.status_code

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
        """A CSRF token of this browser's session."""
        page = self.get("/me").get_data(as_text=True)
        found = TOKEN.search(page) or TOKEN.search(self.get("/login").get_data(as_text=True))
        assert found, "no form on the page"
        return found[1]

    def submit(self, path: str, data: dict[str, Any] | None = None, *, once: str | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with its CSRF token and its idempotency key."""
        guarded = {"csrf_token": self.token(), "once": once or new_once()} | (data or {})
        return self.post(path, data=guarded, **kwargs)
