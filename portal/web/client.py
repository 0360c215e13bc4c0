"""What a page tells the scripts in the browser: htmx's settings, where htmx comes from, and every word they may show."""

import json
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

HTMX: dict[str, Any] = {
    "mode": "same-origin",
    "history": "reload",
    "defaultSwap": "outerMorph",
    "defaultTimeout": 20_000,
    "includeIndicatorCSS": False,
    "extensions": "none",
    "morphIgnore": ["data-htmx-powered", "data-js-"],
    "noSwap": [204, 304, 400, 401, 403, 404, 405, 410, 413, 415, 429, "5xx"],
}
"""htmx 4's own names. Back loads the page again, so that nothing private is kept by script; of the refusals only 409
and 422 are shown in place, the others are told by `trouble.js`. Attributes that scripts set begin with `data-js-`."""


def words() -> dict[str, str]:
    """The sentences of the scripts in the reader's language; `%(name)s` is filled in by them."""
    return {
        "draft_kept": _("Draft saved at %(time)s", time="%(time)s"),
        "draft_back": _("This is your draft of %(time)s.", time="%(time)s"),
        "draft_drop": _("Start afresh"),
        "draft_sent": _("What you sent at %(time)s may not have arrived.", time="%(time)s"),
        "draft_fetch": _("Bring it back"),
        "selected": _("%(n)s selected", n="%(n)s"),
        "copied": _("Rows copied: %(n)s", n="%(n)s"),
        "copied_text": _("Copied"),
        "copy_failed": _("The browser did not allow copying. Select the text and copy it by hand."),
        "no_answer": _("The portal does not answer. What you typed is still here; try again in a moment."),
        "failed": _("This part could not be loaded (%(status)s). Load the page again.", status="%(status)s"),
        "close": _("Close"),
    }


def tags(source: str, own: str, integrity: str) -> Markup:
    """The meta tags. `source`: htmx on the CDN, "" for none; `own`: our copy, "" to do without it."""
    said = [("htmx-config", HTMX), ("portal-words", words())]
    lines = [Markup('<meta name="{}" content="{}">').format(name, _json(value)) for name, value in said]
    if source:
        lines.append(
            Markup('<meta name="htmx-source" content="{}" data-own="{}" data-integrity="{}">').format(
                source, own, integrity
            )
        )
    return Markup("\n  ").join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
