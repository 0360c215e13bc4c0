"""htmx from a CDN that works, refuses, lies or hangs: the page is usable in every case, and soon."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, Response

from portal.web.assets import STATIC
from tests.browser.driving import Watched
from tests.browser.stage import served, stage

HTMX = (STATIC / "vendor" / "htmx-4.0.1.min.js").read_bytes()
FILE = "/npm/htmx.org@4.0.1/dist/htmx.min.js"
PAGE = '<a id="more" href="/plain" hx-get="/more" hx-target="this">more</a><a href="/plain">plain</a>'

SOON = 6
"""Seconds: two of silence before the own copy is taken, the rest for a machine that runs other tests meanwhile."""


def cdn(body: bytes) -> Flask:
    """A CDN that sends this for every file."""
    app = Flask("cdn", static_folder=None)

    @app.get(FILE)
    def send() -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
        return Response(body, content_type="text/javascript", headers=headers)

    return app


@contextmanager
def hanging() -> Iterator[str]:
    """A server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: list[socket.socket] = []
        thread = threading.Thread(target=lambda: _take(listener, taken), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        for one in taken:
            one.close()


def _take(listener: socket.socket, taken: list[socket.socket]) -> None:
    while True:
        try:
            taken.append(listener.accept()[0])
        except OSError:
            return


@contextmanager
def refusing() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{probe.getsockname()[1]}"


CDNS: dict[str, Callable[[], object]] = {
    "good": lambda: served(cdn(HTMX)),
    "tampered": lambda: served(cdn(HTMX + b"\nalert(1)")),
    "refused": refusing,
    "hanging": hanging,
}


@pytest.mark.parametrize("kind", CDNS)
def test_the_page_is_usable_soon(kind: str, watched: Callable[..., Watched]) -> None:
    window = watched()
    window.expects("ERR_CONNECTION", "integrity", "net::ERR")
    asked: list[str] = []
    with CDNS[kind]() as remote:  # type: ignore[attr-defined]
        app = stage(ASSETS="auto", CDN_URL=remote + FILE)
        app.extensions["stage"] |= {
            "/": PAGE,
            "/more": lambda: '<b id="more">came by htmx</b>',
            "/plain": "plain page",
        }
        with served(app) as address:
            page = window.page()
            page.on("request", lambda request: asked.append(request.url))
            started = time.monotonic()
            page.goto(f"{address}/", wait_until="commit")
            page.locator("#more[data-htmx-powered]").wait_for(timeout=SOON * 1000)
            page.locator("#more").click()
            page.get_by_text("came by htmx").wait_for(timeout=SOON * 1000)
            assert time.monotonic() - started < SOON
            own = [url for url in asked if "/assets/htmx." in url]
            assert bool(own) == (kind != "good")

            asked.clear()
            page.reload()
            page.locator("#more[data-htmx-powered]").wait_for(timeout=SOON * 1000)
            remembered = not [url for url in asked if url.startswith(remote)]
            assert remembered == (kind != "good")
            assert not app.extensions["csp_reports"]


def test_without_htmx_links_are_links(watched: Callable[..., Watched]) -> None:
    window = watched()
    window.expects("ERR_CONNECTION")
    with refusing() as remote:
        app = stage(ASSETS="cdn", CDN_URL=remote + FILE)
        app.extensions["stage"] |= {"/": PAGE, "/plain": "plain page"}
        with served(app) as address:
            page = window.page()
            page.goto(f"{address}/")
            page.locator("#more").click()
            page.get_by_text("plain page").wait_for(timeout=SOON * 1000)
            assert page.url == f"{address}/plain"


def test_the_local_copy_asks_nobody_else(watched: Callable[..., Watched]) -> None:
    app = stage(ASSETS="local")
    app.extensions["stage"]["/"] = PAGE
    asked: list[str] = []
    with served(app) as address:
        page = watched().page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/")
        page.locator("#more[data-htmx-powered]").wait_for(timeout=SOON * 1000)
    assert all(url.startswith(address) for url in asked)
    assert len([url for url in asked if not url.endswith(".svg")]) == 4
