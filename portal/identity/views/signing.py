"""Signing in and out."""

import logging

from flask import Response, abort, g, request, url_for

from portal.access.permissions import PUBLIC, SIGNED_IN
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.words import N_
from portal.identity.commands import factors, links, passwords, sessions, tries
from portal.identity.forms.signing import CodeForm, SignInForm
from portal.identity.models import Person
from portal.identity.queries.sessions import link_of
from portal.identity.queries.viewers import viewer_of
from portal.identity.views import browser, pages, throttle
from portal.web.answers import page, safe_next, sent_on
from portal.web.fields import Form
from portal.web.security import secret_key

log = logging.getLogger(__name__)
WRONG = N_("User name or password is not right.")
LOOKS_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""With one of these a browser says that nobody has clicked yet: Chromium, Safari, older ones, older Firefox."""


@pages.get("/login", may=PUBLIC)
def login(form: Form | None = None, status: int = 200) -> Response:
    """Sign in by user name and password."""
    if form is None and g.person is not None:
        return sent_on(_next())
    return page("identity/login.html", status, form=form or SignInForm(), next=_next())


@pages.post("/login", may=PUBLIC, form=SignInForm, back=login, unit=False)
def sign_in(form: SignInForm) -> Response:
    """Check user name and password, and let in or ask for a code."""
    attempt = throttle.begin(form.username.data)
    if attempt.wait:
        return throttle.slow_down(login, form, attempt.wait)
    person = passwords.owner_of(username=form.username.data, password=form.password.data)
    if person is None:
        log.warning("sign-in refused, account %s", attempt.account)
        raise Refused(WRONG)
    if person.totp_seed:
        with unit_of_work():
            tries.forgive_last(attempt.account)
        return _ask_code(person, "code")
    return _let_in(person, "password", attempt.account)


@pages.get("/login/code", may=PUBLIC)
def login_code(form: Form | None = None, status: int = 200) -> Response:
    """Ask for the code of the second factor."""
    if browser.awaited() is None:
        return sent_on(_onward("identity.login"))
    return page("identity/code.html", status, form=form or CodeForm(), next=_next())


@pages.post("/login/code", may=PUBLIC, form=CodeForm, back=login_code, unit=False)
def give_code(form: CodeForm) -> Response:
    """Check the code and let in."""
    person_id, way = browser.awaited() or (0, "")
    person = db.session.get(Person, person_id)
    if person is None:
        return sent_on(_onward("identity.login"))
    attempt = throttle.begin(person.username)
    if attempt.wait:
        return throttle.slow_down(login_code, form, attempt.wait)
    with unit_of_work():
        if not factors.use_code(person, form.code.data, key=secret_key()):
            log.warning("code refused, account %s", attempt.account)
            raise Refused(factors.WRONG_CODE, "code")
    return _let_in(person, way, attempt.account)


@pages.get("/login/link/<token>", may=PUBLIC)
def login_link(token: str) -> Response:
    """Sign in by a one-time link of the command line; ask first for one that an administrator sent by mail or chat."""
    if request.method == "HEAD" or any(name in request.headers for name in LOOKS_AHEAD):
        # A look ahead of a browser or a mail filter must not use the link up.
        return Response(status=204)
    link = link_of(token, clock.now())
    if link is None:
        abort(410)
    if link.issued_by_id is not None:
        return page("identity/link_use.html", it=link.person, token=token, next=_next())
    return _use(token)


@pages.post("/login/link/<token>", may=PUBLIC, unit=False)
def use_link(token: str) -> Response:
    """Sign in by a one-time link, by its button."""
    return _use(token)


@pages.post("/logout", may=SIGNED_IN)
def logout() -> Response:
    """Sign out."""
    sessions.sign_out(g.login_session, by=g.viewer)
    return browser.forget(sent_on(_onward("identity.login")))


def _use(token: str) -> Response:
    with unit_of_work():
        link = links.redeem(token)
        if link is None:
            abort(410)
        person, at_console = link.person, link.issued_by_id is None
    if person.totp_seed and not at_console:
        return _ask_code(person, "link")
    return _let_in(person, "link", throttle.account_of(person.username))


def _ask_code(person: Person, way: str) -> Response:
    browser.await_code(person.id, way)
    return sent_on(_onward("identity.login_code"))


def _let_in(person: Person, way: str, account: str) -> Response:
    with unit_of_work():
        tries.forgive(account)
        by = viewer_of(person, request_id=g.request_id)
        secret = sessions.sign_in(
            person,
            way=way,
            device=browser.device(),
            address=request.remote_addr or "",
            instead_of=g.login_session,
            by=by,
        )
    return browser.keep(sent_on(_next()), secret)


def _next() -> str:
    return safe_next(request.args.get("next"))


def _onward(endpoint: str) -> str:
    """The address of a step of signing in, with where to go on to after it."""
    target = _next()
    return url_for(endpoint) if target == "/" else url_for(endpoint, next=target)
