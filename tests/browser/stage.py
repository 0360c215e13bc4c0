"""A small application of the portal's assets and headers alone, served in a thread: the stage for the scripts' tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, render_template_string, request
from flask_babel import Babel
from werkzeug.serving import make_server

from portal.web.assets import init_assets
from portal.web.security import init_security

FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stage</title>{{ head_assets() }}</head>
<body><main id="main"><h1>Stage</h1>{{ main|safe }}</main><div class="says" id="says" role="status"></div>
<dialog class="dlg" id="keys" aria-label="Keys"><p>Keys</p><button type="button" data-closes>Close</button></dialog>
<dialog class="dlg pal" id="palette" aria-label="Go to"><form action="/search">
<input class="input" type="search" name="q" aria-label="Go to"></form>
<div id="palette-list" role="listbox" aria-label="Go to"></div></dialog></body></html>"""

FORM = """<form id="f" method="post" action="/sent"><input type="hidden" name="once" value="{once}">
<label>Name <input name="name" value="{name}"></label><label>Secret <input name="secret" type="password"></label>
<label>Urgent <input type="checkbox" name="urgent"></label>
<draft-keeper key="new" person="7"></draft-keeper><button type="submit" class="btn btn--main">Send</button></form>"""
FIELD = """<form method="post" action="/sent"><label for="who">Customer</label>
<search-field src="/options"><input class="input" id="who" name="who" autocomplete="off">
<input type="hidden" name="who_id"></search-field><button>Send</button></form>"""
LIST = """<form method="post" action="/bulk"><table data-rows><thead><tr>
<th><input type="checkbox" data-all aria-label="All"></th><th>Name</th></tr></thead><tbody>{rows}</tbody></table>
<bulk-bar class="bulk" role="region" aria-label="Selection">
<b data-count></b><button class="btn">Hand over</button>
<button type="button" class="btn" data-clear>Clear</button></bulk-bar></form>"""
ROW = """<tr><td><input type="checkbox" name="ids" value="{0}" aria-label="Select {0}"></td>
<th><a href="/row/{0}">Row {0}</a></th></tr>"""


def options() -> str:
    """What a search field is answered."""
    found = [
        name
        for name in ("Suzhou Jinhe", "Suzhou Kaiwei", "Wuxi Huaxin")
        if request.args["q"].lower() in name.lower()
    ]
    lines = "".join(
        f'<li role="option" data-value="{n}" data-label="{name}">{name}</li>'
        for n, name in enumerate(found, 1)
    )
    return lines or "<p>No customer of that name</p>"


def stage(**config: Any) -> Flask:
    """The application: `app.extensions["stage"][path]` holds the inside of a page, or a function that answers."""
    app = Flask("stage", static_folder=None)
    app.config.update(
        {"SECRET_KEY": "stage", "TRUSTED_HOSTS": ["127.0.0.1", "localhost"], "ASSETS": "local"} | config
    )
    Babel(app)
    init_assets(app)
    init_security(app)
    pages: dict[str, Any] = {}
    app.extensions["stage"] = pages

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def show(path: str) -> Any:
        page = pages[request.path]
        return page() if callable(page) else render_template_string(FRAME, main=page)

    return app


@contextmanager
def served(app: Callable[..., Any]) -> Iterator[str]:
    """The address at which a WSGI application answers while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
