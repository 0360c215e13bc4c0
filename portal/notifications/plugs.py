"""How a notice is told by mail: to whom, in which language, with which sentence."""

from typing import Any

from flask import Flask

from portal.core.flow import NOTICES
from portal.identity.queries import viewers
from portal.notifications import jobs  # noqa: F401  (its sweep)
from portal.notifications.queries import Told
from portal.web.formats import say


def init_notifications(app: Flask) -> None:
    """Give templates the sentence of a notice."""
    app.jinja_env.globals["notice_sentence"] = _sentence


def _sentence(kind: str, actor_id: int | None, payload: dict[str, Any], lang: str) -> str:
    line = Told(0, NOTICES[kind], None, actor_id, "", payload, is_new=True)  # type: ignore[arg-type]
    return say(line, viewers.names(line.people, lang))
