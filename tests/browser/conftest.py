"""Fixtures of the tests that drive a browser: Chromium of the system, the served portal, and a page that tells on itself.

A page fails its test when the browser logged an error, a script threw, or the content policy refused anything.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driving import Site, Watched, free_port, wait_until_served
from tests.browser.stage import served, stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, without any way to the outside."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="BROWSER TESTS SKIPPED: playwright is not installed"
    )
    if CHROMIUM is None:
        pytest.skip("BROWSER TESTS SKIPPED: no chromium on PATH (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", OFFLINE])
        yield found
        found.close()


@pytest.fixture
def watched(browser: "Browser") -> Iterator[Callable[..., Watched]]:
    """Open a fresh browser window; at the end of the test it must have been quiet."""
    opened: list[Watched] = []

    def open_window(**options: object) -> Watched:
        window = Watched(browser.new_context(**options))
        opened.append(window)
        return window

    yield open_window
    complaints = [line for window in opened for line in window.complaints]
    for window in opened:
        window.context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def put(watched: Callable[..., Watched]) -> Iterator[Callable[..., "Page"]]:
    """`put("/", inside, "/other", answer, …)`: pages on the stage; returns a browser page on the first."""
    app = stage()
    with served(app) as address:
        window = watched(base_url=address)
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])

        def show(*pages: Any) -> "Page":
            app.extensions["stage"] |= dict(zip(pages[::2], pages[1::2], strict=True))
            page = window.page()
            page.expects = window.expects
            page.goto(pages[0])
            return page

        yield show


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal as `make run` starts it, with the demo company, on a free port."""
    site = Site(tmp_path_factory.mktemp("site"), free_port())
    log = (site.folder / "server.log").open("w")
    command = [sys.executable, "-m", "portal", "serve", "--port", str(site.port), "--first-run"]
    server = subprocess.Popen(command, env=site.environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until_served(f"{site.address}/healthz", server, site.folder / "server.log")
        yield site
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture
def page_for(watched: Callable[..., Watched], site: Site) -> Callable[..., "Page"]:
    """`page_for("rep", "zh", 360)`: a page with that person signed in, in that language, so many pixels wide."""

    def sign_in(
        person: str, lang: str = "en", width: int = 1280, theme: str = "light", script: bool = True
    ) -> "Page":
        window = watched(
            viewport={"width": width, "height": 800 if width > 600 else 740},
            locale={"en": "en-GB", "zh": "zh-CN"}[lang],
            color_scheme=theme,
            has_touch=width < 600,
            java_script_enabled=script,
            base_url=site.address,
            storage_state=site.signed_in.get(person),
        )
        page = window.page()
        page.expects = window.expects
        if person not in site.signed_in:
            page.goto(site.login_link(person))
            site.signed_in[person] = window.context.storage_state()
        page.goto(f"/?lang={lang}")
        return page

    return sign_in


@pytest.fixture
def axe() -> Callable[["Page"], None]:
    """Assert that axe finds nothing on a page."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: "Page") -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def look(axe: Callable[["Page"], None]) -> Callable[["Page"], None]:
    """Assert that a page, once it is there, fits its window and that axe finds nothing on it."""

    def check(page: "Page") -> None:
        page.get_by_role("main").wait_for()
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.viewport_size["width"], f"{page.url} is {wide} px wide"
        axe(page)

    return check
