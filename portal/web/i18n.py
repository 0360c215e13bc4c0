"""In which language a request is answered.

The order, first hit wins:
1. `?lang=zh` or `?lang=en` in the address: counts for this request, and is remembered in a cookie;
2. the cookie, if this person (or this browser, where nobody is signed in) chose it after the person's setting was made;
3. the person's setting (`/me`), which also decides the language of mails;
4. the cookie of a choice made before signing in;
5. Accept-Language; 6. English.

A page must not change the setting, so `?lang=` goes into a cookie. The cookie holds the language, who chose it and
what the setting was then (`zh.17.en`): it is the later choice exactly as long as that setting stands.
"""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel
from flask_babel import refresh as refresh_babel
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.routing import RequestRedirect

from portal.web import catalogue, formats
from portal.web.formats import LOCALES, lang
from portal.web.security import is_secure

COOKIE = "lang"
YEAR = 365 * 24 * 3600


class HouseBabel(Babel):
    """Flask-Babel, with the merged catalogue in place of compiled files."""

    @property
    def domain_instance(self) -> catalogue.Words:  # type: ignore[override]
        """Where texts are looked up."""
        return WORDS


WORDS = catalogue.Words()


def init_i18n(app: Flask) -> None:
    """Choose the language of each request, and give templates the filters, `lang`, `lang_urls` and `say`."""
    catalogue.refresh()
    HouseBabel().init_app(app, default_locale="en", locale_selector=_locale)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals.update(say=formats.say)
    app.before_request(_begin)
    app.after_request(_remember)

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {"lang": lang(), "lang_urls": LocalProxy(lang_urls)}


def choose(person_id: int | None = None, setting: str = "") -> str:
    """The language of this request, for the person who is signed in and what he has set; `en` or `zh`."""
    asked = request.args.get("lang", "")
    if asked in LOCALES:
        return asked
    chosen, by, then = _cookie()
    if chosen and by == str(person_id or 0) and then == setting:
        return chosen
    return setting or chosen or _accepted() or "en"


def forget_choice() -> None:
    """The person has just set his language: what this browser chose before no longer counts."""
    g.forget_language = True


def lang_urls() -> dict[str, str]:
    """The page that is shown, in each language. A page that answers a post is found under the page it stands on."""
    kept = {name: values for name, values in request.args.lists() if name != "lang"}
    path = request.path if request.method == "GET" else _page_above(request.path)
    # unquoted, a browser would take the path `/\elsewhere.example` for another site
    return {one: f"{quote(path)}?{urlencode({**kept, 'lang': one}, doseq=True)}" for one in LOCALES}


def _page_above(path: str) -> str:
    """The nearest address at or above `path` that can be opened; acts stand below the page of their object."""
    adapter = current_app.create_url_adapter(request)
    while adapter is not None and path != "/":
        try:
            adapter.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            path = path.rpartition("/")[0] or "/"
        else:
            break
    return path


def _locale() -> str:
    person = g.get("person")
    if not request:
        return LOCALES["en"]
    return LOCALES[choose(person.id, person.lang) if person is not None else choose()]


def _accepted() -> str:
    """The first language of the house that the browser asks for; "" if none.

    Werkzeug's `best_match` would let a plain `zh` win over an `en-GB` that stands before it.
    """
    for tag, _quality in request.accept_languages:
        language = tag.partition("-")[0].lower()
        if language in LOCALES:
            return language
    return ""


def _cookie() -> tuple[str, str, str]:
    """The language chosen in this browser, by whom (0: nobody signed in), and what was set then."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if len(parts) != 3 or parts[0] not in LOCALES:
        return "", "", ""
    return parts[0], parts[1], parts[2]


def _begin() -> None:
    # Flask-Babel keeps the language on the application context, which outlives a request in tests and jobs.
    refresh_babel()


def _remember(answer: Response) -> Response:
    asked = request.args.get("lang", "")
    if g.pop("forget_language", False):
        answer.delete_cookie(COOKIE)
    elif asked in LOCALES:
        person = g.get("person")
        by, setting = (person.id, person.lang) if person is not None else (0, "")
        chosen = f"{asked}.{by}.{setting}"
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=is_secure())
    return answer
