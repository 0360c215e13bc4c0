"""The few ways in which the portal answers: a page or a block of it, sent on after an act, an error page."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from jinja2_fragments.flask import render_block
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.urls import iri_to_uri

from portal.core.db import abandon, is_writing
from portal.core.errors import NotFound, Refused, Stale
from portal.core.words import N_
from portal.web.fields import Form
from portal.web.formats import lang

log = logging.getLogger(__name__)


class SignInNeeded(Exception):
    """Nobody is signed in, and the route is not public."""


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page, or the block of it that htmx asked for by its target's id (`#request-rows`: `request_rows`)."""
    if status >= 400 and is_writing():
        abandon()
    block = _wanted_block(template)
    text = render_block(template, block, **context) if block else render_template(template, **context)
    return make_response(text, status)


def _wanted_block(template: str) -> str | None:
    if request.headers.get("HX-Request-Type") != "partial":
        return None
    target = request.headers.get("HX-Target", "").rpartition("#")[2].replace("-", "_")
    blocks = current_app.jinja_env.get_template(template).blocks
    return target if target in blocks else None


def done(endpoint: str, *, say: str = "", undo: str = "", **url_values: Any) -> Response:
    """Send the reader on after an act, with a sentence on what was done and, where it can be, a way back (a URL)."""
    return sent_on(url_for(endpoint, **url_values), say, undo)


def sent_on(location: str, say: str = "", undo: str = "") -> Response:
    """303 to a path of this site; for htmx 204 with HX-Location, since it follows no header on a redirect."""
    if say:
        flash({"say": say, "undo": undo, "once": request.form.get("once", "")}, "done")  # type: ignore[arg-type]
        g.said = say
    if "HX-Request" in request.headers:
        answer = Response(status=200)
        # A header holds Latin letters only; a redirect is written so by the library.
        answer.headers["HX-Location"] = iri_to_uri(location)
        return answer
    return redirect(location, code=303)  # type: ignore[return-value]


def said() -> str:
    """What this request told the reader, for the answer to the same post a second time."""
    return str(g.get("said", ""))


def location_of(answer: Response) -> str:
    """Where an answer sends the reader."""
    target: str = answer.headers.get("HX-Location") or answer.headers.get("Location") or request.path
    return target


def safe_next(target: str | None) -> str:
    """A path of this site to go on to after signing in; the start page for anything else."""
    target = target or ""
    plain = all(ch.isprintable() and ch not in "\\ " for ch in target)
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"


# fmt: off
WORDS = {
    400: (N_("This request could not be read"),       N_("Part of the form was missing. Go back, load the page again and send it once more.")),
    401: (N_("Your session has ended"),               N_("Sign in again; what you typed is kept in this browser.")),
    403: (N_("This page is not open to your role"),   N_("An administrator can say who may open it.")),
    404: (N_("There is no such page"),                N_("It may have been moved, or it belongs to somebody else. The search finds what you may see.")),
    405: (N_("This address cannot be opened like that"), N_("Go back and use the button on the page.")),
    409: (N_("Somebody was quicker"),                 N_("The state has changed since you opened the page. Load it again; nothing was written.")),
    410: (N_("This link has been used"),              N_("A sign-in link works once. Ask for a new one.")),
    413: (N_("The file is too large"),                N_("Up to 20 MB can be sent.")),
    415: (N_("This kind of file cannot be read"),     N_("Send a CSV or Excel file.")),
    422: (N_("This could not be done"),               N_("Go back and look at the marked fields.")),
    429: (N_("Too many tries"),                       N_("Wait a little before you try again.")),
    500: (N_("Something went wrong on our side"),     N_("Nothing was written. The number below helps us to find the cause.")),
    503: (N_("The portal is busy"),                   N_("Nothing was written. Send it again in a few seconds.")),
    507: (N_("The disk is full"),                     N_("Nothing was written. Reading goes on; an administrator has to make room.")),
}
# fmt: on


GONE = N_("While you wrote, it was taken back, or it went out of your reach. Nothing was written.")
WRITTEN = ("note", "text", "remark")
"""Fields in which people write sentences: what stood in them is given back where the page itself has gone."""


def error(status: int, reason: str = "") -> Response:
    """An error page in the reader's language, with the request's number; a fragment of it for htmx."""
    abandon()
    shown = status if status in WORDS else (500 if status >= 500 else 400)
    head, say = WORDS[shown]
    text = render_template(
        "errors/error.html",
        code=status,
        head=_(head),
        say=reason or _(say),
        written=_written(status),
        sign_in=url_for("identity.login", next=_came_from()) if status == 401 else "",
    )
    answer = make_response(text, status)
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def _written(status: int) -> list[str]:
    if request.method != "POST" or status != 404:
        return []
    return [text for text in (request.form.get(name, "").strip() for name in WRITTEN) if text]


def _came_from() -> str:
    """The page of this site from which the request was sent: there what was typed is kept."""
    came = urlsplit(request.referrer or "")
    return safe_next(came.path) if came.netloc == request.host else "/"


def refused(form: Form, status: int) -> Response:
    """For an act without a page of its own: why it was refused."""
    if form.stale is not None:
        return _late(form.stale)
    return error(status, " ".join(form.all_errors()))


def _late(stale: Stale) -> Response:
    told = current_app.jinja_env.globals["quicker"](stale)  # type: ignore[operator]
    return error(409, told + ("" if lang() == "zh" else " ") + _(WORDS[409][1]))


def init_answers(app: Flask) -> None:  # noqa: C901  (one short handler for each kind of problem)
    """Let every exception of the house arrive at its page."""

    @app.errorhandler(SignInNeeded)
    def _sign_in(_problem: SignInNeeded) -> Response:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        target = url_for("identity.login", next=here)
        if "HX-Request" in request.headers:
            answer = Response(status=401)
            answer.headers["HX-Redirect"] = target
            return answer
        return redirect(target, code=303) if request.method == "GET" else error(401)  # type: ignore[return-value]

    @app.errorhandler(NotFound)
    def _not_found(_problem: NotFound) -> Response:
        return error(404, _(GONE) if request.method == "POST" else "")

    @app.errorhandler(Refused)
    def _refused(problem: Refused) -> Response:
        return error(422, _(problem.reason, **problem.values))

    @app.errorhandler(Stale)
    def _stale(problem: Stale) -> Response:
        return _late(problem)

    @app.errorhandler(CSRFError)
    def _csrf(_problem: CSRFError) -> Response:
        return error(400 if request.cookies else 401)

    @app.errorhandler(HTTPException)
    def _http(problem: HTTPException) -> Response:
        if problem.code == 403:
            log.warning("denied %s %s", request.method, request.path)
        return problem.get_response() if problem.code is None or problem.code < 400 else error(problem.code)  # type: ignore[return-value]

    @app.errorhandler(TimeoutError)
    def _busy(_problem: TimeoutError) -> Response:
        return error(503)

    @app.errorhandler(OperationalError)
    def _database(problem: OperationalError) -> Response:
        log.exception("database")
        told = str(problem.orig)
        return error(507 if "full" in told else 503)

    @app.errorhandler(Exception)
    def _fault(_problem: Exception) -> Response:
        if current_app.config.get("PROPAGATE"):
            raise _problem
        log.exception("fault")
        return error(500)
