"""One's own pages: settings, password, sessions."""

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from portal.access.permissions import SIGNED_IN
from portal.identity.commands import passwords, people, sessions, tries
from portal.identity.flow import WAYS
from portal.identity.forms.people import LanguageForm, SettingsForm, zones
from portal.identity.forms.signing import PasswordForm
from portal.identity.models import LoginSession
from portal.identity.queries.people import card
from portal.identity.queries.sessions import of_person, seen_at
from portal.identity.rules import SHORTEST_ALONE, SHORTEST_WITH_CODE
from portal.identity.views import pages, throttle
from portal.identity.views.people import named
from portal.web import i18n
from portal.web.answers import done, page, safe_next, sent_on
from portal.web.formats import LOCALES
from portal.web.pages import viewer


@pages.get("/me", may=SIGNED_IN)
def me(form: SettingsForm | None = None, status: int = 200) -> Response:
    """Who one is here, and how one reads the portal."""
    mine = card(g.person)
    shown = {"named": named(mine), "sessions": len(of_person(g.person.id)), "zones": zones()}
    return page("identity/me.html", status, it=g.person, form=form or SettingsForm(obj=g.person), **shown)


@pages.post("/me", may=SIGNED_IN, form=SettingsForm, back=me)
def save_settings(form: SettingsForm) -> Response:
    """Keep one's own settings."""
    people.change_settings(g.person, **form.values(), by=viewer())
    i18n.forget_choice()
    with force_locale(LOCALES[i18n.choose(g.person.id, g.person.lang)]):
        answer = done(".me", say=_("Your settings are saved."))
    # What this browser chose before no longer counts.
    answer.delete_cookie("theme")
    return answer


@pages.post("/me/language", may=SIGNED_IN, form=LanguageForm, back=None)
def choose_language(form: LanguageForm) -> Response:
    """Read the portal in another language from now on, mails included."""
    people.change_language(g.person, lang=form.lang.data, by=viewer())
    i18n.forget_choice()
    return sent_on(safe_next(form.next.data))


@pages.get("/me/password", may=SIGNED_IN)
def password(form: PasswordForm | None = None, status: int = 200) -> Response:
    """Set a password, or another one."""
    shortest = SHORTEST_WITH_CODE if g.person.totp_seed else SHORTEST_ALONE
    return page("identity/password.html", status, it=g.person, form=form or PasswordForm(), shortest=shortest)


@pages.post("/me/password", may=SIGNED_IN, form=PasswordForm, back=password, unit=False)
def set_password(form: PasswordForm) -> ResponseReturnValue:
    """Set the new password and end one's sessions elsewhere."""
    attempt = throttle.begin(g.person.username)
    if attempt.wait:
        return throttle.slow_down(password, form, attempt.wait)

    def hashed() -> str:
        passwords.need(g.person, form.present.data or "")
        return passwords.hashed(form.password.data, person=g.person)

    def keep(password_hash: str) -> Response:
        passwords.set_password(g.person, password_hash=password_hash, keep=g.login_session, by=viewer())
        tries.forgive(attempt.account)
        return done(".me", say=_("The new password holds. Your sessions elsewhere have ended."))

    return throttle.slowly(hashed, keep)


@pages.get("/me/sessions", may=SIGNED_IN)
def my_sessions() -> Response:
    """Where one is signed in."""
    open_now = of_person(g.person.id)
    return page("identity/sessions.html", sessions=open_now, here=g.login_session, seen_at=seen_at, ways=WAYS)


@pages.post("/me/sessions/<int:id>/end", may=SIGNED_IN, on=LoginSession)
def end_session(it: LoginSession) -> Response:
    """End one of one's sessions."""
    sessions.end_session(it, by=viewer())
    return done(".my_sessions", say=_("The session has ended."))


@pages.post("/me/sessions/others/end", may=SIGNED_IN)
def end_other_sessions() -> Response:
    """End all sessions but this one."""
    count = sessions.end_sessions(g.person, keep=g.login_session, by=viewer())
    say = ngettext("%(num)s session has ended.", "%(num)s sessions have ended.", count)
    return done(".my_sessions", say=say)
