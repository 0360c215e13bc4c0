"""Composition: settings, extensions, the rooms in their order, slots. The only importer of views and plugs."""

import importlib
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from pkgutil import iter_modules
from typing import Any

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.core.db import db, set_up_engine
from portal.settings import Settings
from portal.web import frame
from portal.web.answers import init_answers
from portal.web.assets import init_assets
from portal.web.i18n import init_i18n
from portal.web.mail import init_mail
from portal.web.markdown import init_markdown
from portal.web.security import init_security

ROOMS = (
    "calendars",
    "identity",
    "notifications",
    "tasks",
    "measures",
    "approvals",
    "products",
    "training",
    "customers",
    "pipeline",
    "prices",
    "programmes",
    "pilots",
    "incentives",
    "adoption",
    "imports",
    "home",
)
"""The rooms with pages or plugs, from the lowest to the highest."""

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """The whole portal for one installation. `config` overrides Flask's own settings (tests)."""
    settings = settings or Settings.read()
    app = Flask("portal", instance_path=str(settings.folder), static_folder=None)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database),
        SESSION_COOKIE_NAME="portal_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=21 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=2_000,
        TRUSTED_HOSTS=[host.strip() for host in settings.trusted_hosts.split(",") if host.strip()],
        ASSETS=settings.assets,
        CDN_URL=settings.cdn_url,
    )
    app.config.update(config)
    app.logger.setLevel(settings.log_level)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if int(settings.proxies):
        hops = int(settings.proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    app.before_request(_number_the_request)
    app.after_request(_tell_the_number)
    db.init_app(app)
    with app.app_context():
        set_up_engine(db.engine)
    CSRFProtect(app)
    init_i18n(app)
    init_assets(app)
    init_security(app)
    init_answers(app)
    init_mail(app)
    init_markdown(app)
    frame.init_frame(app)
    _open_rooms(app)
    return app


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False}}
    # Prepared statements get a generic plan after some runs, which compares long IN lists one by one: 27 times slower.
    arguments = {"options": "-c statement_timeout=30000", "prepare_threshold": None}
    return {"pool_pre_ping": True, "pool_size": 10, "connect_args": arguments}


def _open_rooms(app: Flask) -> None:
    for room in ROOMS:
        package = importlib.import_module(f"portal.{room}")
        modules = {found.name for found in iter_modules(package.__path__)}
        if "plugs" in modules:
            plugs = importlib.import_module(f"portal.{room}.plugs")
            init: Callable[[Flask], None] | None = getattr(plugs, f"init_{room}", None)
            if init is not None:
                init(app)
        if "views" in modules:
            app.register_blueprint(importlib.import_module(f"portal.{room}.views").pages)


def _number_the_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]


def _tell_the_number(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    return answer


class JsonLines(logging.Formatter):
    """One line of JSON a record: instant, level, logger, text, request number. Nothing of the request's content."""

    def format(self, record: logging.LogRecord) -> str:
        import json

        told = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "from": record.name,
            "text": record.getMessage(),
        }
        if request:
            told["request"] = g.get("request_id", "")
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
