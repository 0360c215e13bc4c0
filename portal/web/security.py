"""What every answer carries and what every request must pass before anything else: host, origin, content policy.

Sessions and CSRF tokens are elsewhere; this is the layer that holds when one of them is forgotten.
"""

import json
import logging
from collections import Counter
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.sansio.utils import host_is_trusted

from portal.web.pages import declare_open

log = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), accelerometer=(), gyroscope=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The same on every answer; the policy, the caching and HSTS depend on installation, content and scheme."""

HSTS = "max-age=31536000"
PRIVATE = "private, no-store"
VARIES = ("HX-Request", "HX-Request-Type", "HX-Target", "Cookie")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_REPORT = 16 * 1024
MOST_REPORTS = 200
LONGEST_TEXT = 1024 * 1024
"""So much may be sent but for files: 21 MB of such text took two seconds to take apart, and nobody need sign in for that."""
PUBLIC_FILES = ("assets", "favicon")


def init_security(app: Flask) -> None:
    """Check every request first of all, put the headers on every answer, and take in reports of the browser."""
    app.extensions["csp_reports"] = Counter()
    app.before_request_funcs.setdefault(None, []).insert(0, _refuse)
    app.after_request(_harden)
    app.add_url_rule("/csp-report", "csp_report", _take_report, methods=["POST"])
    if "csrf" in app.extensions:
        app.extensions["csrf"].exempt(_take_report)


declare_open("POST", "/csp-report", "csp_report", "Reports of browsers on what the content policy refused.")


def policy(cdn: str = "") -> str:
    """The Content-Security-Policy: nothing but this site, and one file at `cdn` when htmx comes from there."""
    extra = f" {cdn}" if cdn else ""
    rules = (
        "default-src 'none'",
        f"script-src 'self'{extra}",
        f"connect-src 'self'{extra}",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # report-to is sent by the minute only and not at all over plain HTTP
        "report-uri /csp-report",
    )
    return "; ".join(rules)


def is_secure() -> bool:
    """Whether this installation is reached over TLS."""
    return request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])


def cookie_name() -> str:
    """The name of the session's cookie: over TLS one that browsers take only from this very host."""
    return "__Host-portal" if is_secure() else "portal_session"


def secret_key() -> str:
    """The key of this installation, which is kept outside the database."""
    return str(current_app.config["SECRET_KEY"])


def _refuse() -> Response | None:
    """A plain answer, without template or database, to what no page of ours sends; None lets the request through."""
    trusted = current_app.config.get("TRUSTED_HOSTS")
    if trusted is not None and not host_is_trusted(request.environ.get("HTTP_HOST", ""), trusted):
        return _plain(400, "This host name is not served here.")
    if request.method not in SAFE and not _from_here():
        log.warning("refused a cross-site %s", request.method)
        return _plain(403, "Sent from another site.")
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LONGEST_TEXT
    return None


def _from_here() -> bool:
    """Whether the browser says that one of our own pages sent this. Clients that are no browser say nothing at all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # the scheme is left out: a proxy that ends TLS may not pass it on
    try:
        return origin is None or urlsplit(origin).netloc == request.environ.get("HTTP_HOST")
    except ValueError:
        return False


def _harden(answer: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        answer.headers[name] = value
    local = current_app.config.get("ASSETS", "local") == "local"
    answer.headers["Content-Security-Policy"] = policy("" if local else current_app.config["CDN_URL"])
    if is_secure():
        answer.headers["Strict-Transport-Security"] = HSTS
    if request.endpoint not in PUBLIC_FILES or answer.status_code >= 400:
        answer.headers["Cache-Control"] = PRIVATE
        answer.vary.update(VARIES)
    return answer


def _take_report() -> Response:
    """Count a report, and log the first of its kind: what was refused and where, without query strings."""
    # a body in chunks does not say how long it is; no browser sends a report so
    sent = request.get_data(cache=False) if 0 < (request.content_length or 0) <= LONGEST_REPORT else b""
    try:
        report = json.loads(sent)["csp-report"]
        kind = (
            str(report["effective-directive"])[:80],
            _bare(report["blocked-uri"]),
            _bare(report["document-uri"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return _plain(400, "No report.")
    counted: Counter[tuple[str, str, str]] = current_app.extensions["csp_reports"]
    if kind in counted or len(counted) < MOST_REPORTS:
        counted[kind] += 1
        if counted[kind] == 1:
            log.warning("content policy: %r refused %r on %r", *kind)
    return Response(status=204)


def _bare(address: object) -> str:
    return str(address).partition("?")[0].partition("#")[0][:200]


def _plain(status: int, text: str) -> Response:
    return Response(text + "\n", status=status, content_type="text/plain; charset=utf-8")
