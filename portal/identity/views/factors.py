"""One's second factor: turning it on and off, and the recovery codes."""

from collections.abc import Callable

import segno
from flask import Response, current_app, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.access.permissions import SIGNED_IN
from portal.identity.commands import factors, passwords, tries
from portal.identity.forms.signing import CodesForm, FactorForm
from portal.identity.queries.people import codes_left
from portal.identity.rules import is_seed, totp_secret
from portal.identity.views import pages, throttle
from portal.web.answers import done, page, sent_on
from portal.web.fields import Form
from portal.web.pages import viewer
from portal.web.security import secret_key


@pages.get("/me/second-factor", may=SIGNED_IN)
def second_factor(form: Form | None = None, status: int = 200) -> Response:
    """Turn the second factor on, or look after it."""
    if g.person.totp_seed:
        shown = form if isinstance(form, CodesForm) else CodesForm()
        return page("identity/factor.html", status, form=shown, left=codes_left(g.person))
    form = form if isinstance(form, FactorForm) else FactorForm()
    if not is_seed(form.seed.data or ""):
        form.seed.data = factors.new_seed()
    secret = totp_secret(form.seed.data, person_id=g.person.id, key=secret_key())
    address = factors.address(secret, person=g.person, company=current_app.extensions["settings"].company)
    return page(
        "identity/factor_new.html", status, it=g.person, form=form, secret=secret, square=_square(address)
    )


@pages.post("/me/second-factor", may=SIGNED_IN, form=FactorForm, back=second_factor, unit=False)
def turn_on_factor(form: FactorForm) -> ResponseReturnValue:
    """Turn the second factor on and show the recovery codes."""

    def act() -> list[str]:
        return factors.turn_on(g.person, seed=form.seed.data, code=form.code.data, key=secret_key(), by=viewer())

    return _shown(form, act, password=form.present.data or "")


@pages.post("/me/second-factor/removal", may=SIGNED_IN, form=CodesForm, back=second_factor, unit=False)
def turn_off_factor(form: CodesForm) -> ResponseReturnValue:
    """Ask for no code any more."""

    def act() -> Response:
        factors.need_code(g.person, form.code.data, key=secret_key())
        factors.turn_off(g.person, by=viewer())
        return done(".me", say=_("The second factor is off."))

    return _proved(form, act)


@pages.post("/me/recovery-codes", may=SIGNED_IN, form=CodesForm, back=second_factor, unit=False)
def renew_codes(form: CodesForm) -> ResponseReturnValue:
    """Make new recovery codes and show them."""

    def act() -> list[str]:
        factors.need_code(g.person, form.code.data, key=secret_key())
        return factors.make_codes(g.person, by=viewer())

    return _shown(form, act)


def _shown(form: Form, act: Callable[[], list[str]], password: str | None = None) -> ResponseReturnValue:
    """Make recovery codes after a proof, and show them once the unit of work is closed."""
    made: list[str] = []

    def make() -> Response:
        made.extend(act())
        return sent_on(url_for(".second_factor"))

    answer = _proved(form, make, password)
    return page("identity/codes.html", codes=made) if made else answer


def _proved(form: Form, act: Callable[[], Response], password: str | None = None) -> ResponseReturnValue:
    """Do what needs a proof, unless there were too many wrong ones; a right one strikes the wrong ones out."""
    attempt = throttle.begin(g.person.username)
    if attempt.wait:
        return throttle.slow_down(second_factor, form, attempt.wait)

    def prove() -> None:
        if password is not None:
            passwords.need(g.person, password)

    def proved(_nothing: None) -> Response:
        answer = act()
        tries.forgive(attempt.account)
        return answer

    return throttle.slowly(prove, proved)


def _square(address: str) -> Markup:
    """The QR code: black on white in the dark too, since scanners want it so."""
    return Markup(segno.make(address, error="m").svg_inline(scale=4, dark="#000", light="#fff"))  # noqa: S704  (drawn by segno)
