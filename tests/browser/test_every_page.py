"""Every page there is, as somebody meets it who follows the links of the demo company: on a desk by day, on a phone at night.

axe finds nothing, the browser logs nothing, nothing is wider than the window, and at most one button outside dialogs is filled.
"""

import re
from collections.abc import Callable
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from portal.web.pages import ROUTES
from tests.browser.driving import Site, expect

PageFor = Callable[..., Any]

PEOPLE = {
    "rep": "zh", "admin": "en", "pm": "zh", "trainer": "en", "manager": "zh", "executive": "en", "employee": "zh",
    "director": "en", "finance": "zh",
}  # fmt: skip
"""Who walks, in which language: each page is looked at once, by the first who comes by."""
NO_PAGES = {
    "customers.contact_options", "customers.options", "home.healthz", "home.palette", "home.readyz",
    "identity.options", "imports.rejects", "products.options", "tasks.receivers",
}  # fmt: skip
"""Files, answers to machines, and what is put into a page."""
NO_LINK = {"identity.login", "identity.login_code", "identity.login_link"}
"""Nobody who is signed in comes there."""
BY_ADDRESS = {
    "pm": (
        "/incentives/rules/1/edit",
        "/incentives/rules/1/entries",
        "/incentives/entries/1",
        "/pilots/1/edit",
    ),
    "trainer": tuple(f"/training/courses/1/{page}" for page in ("lessons/new", "questions/new", "rules")),
    "manager": ("/people/3/figures",),
}
"""The demo leads there from another row, or from none in the state it is in."""
GALLERY = "/gallery"
"""Shows each kind of button."""
LOOKS = ((1280, "light"), (360, "dark"))
RIGHT = ("The same day", "What was promised, and until when")
GOOD_ROWS = "Code,Product,List price\nZZ-1,Spare ring,1\n"
BAD_ROWS = "Customer,Owner\n,nobody\n"


def test_every_page(site: Site, page_for: PageFor, axe: Callable[[Any], None], app: Any) -> None:
    routes = app.url_map.bind("127.0.0.1", default_method="GET")
    seen: set[str] = set()
    faults: list[str] = []
    take_the_course(page_for("manager"))
    written = bring_a_good_file(page_for("admin"))
    bring_a_bad_file(page_for("admin"))
    for person, lang in PEOPLE.items():
        page = page_for(person, lang)
        waiting, come_by = ["/", *BY_ADDRESS.get(person, ())], set[str]()
        waiting += [f"{written}/undo"] if person == "admin" else []
        while waiting:
            path = waiting.pop(0)
            endpoint = _endpoint(routes, path)
            if endpoint is None or endpoint in come_by:
                continue
            come_by.add(endpoint)
            if endpoint in seen:
                waiting += _links(page.request.get(path).text())
                continue
            if page.goto(path).status != HTTPStatus.OK:
                continue
            seen.add(endpoint)
            faults += [f"{person} {lang} {path} {fault}" for fault in _faults(page, axe)]
            waiting += _links(page.content())
    assert not faults, "\n".join(faults)
    pages = (
        {route.endpoint for (method, _rule), route in ROUTES.items() if method == "GET"} - NO_PAGES - NO_LINK
    )
    assert seen >= pages, f"no link leads there: {sorted(pages - seen)}"


def _links(text: str) -> list[str]:
    return [urlsplit(unescape(link)).path for link in re.findall(r'<a\b[^>]*?\shref="(/[^"]*)"', text)]


def _endpoint(routes: Any, path: str) -> str | None:
    """The page of an address; None where it is none of ours."""
    try:
        endpoint, _values = routes.match(path)
    except HTTPException:
        return None
    return None if endpoint in NO_PAGES else str(endpoint)


def _faults(page: Any, axe: Callable[[Any], None]) -> list[str]:
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour half-way between two
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"is {wide} px wide at {width}")
        try:
            axe(page)
        except AssertionError as problem:
            found.append(f"at {width} {theme}: {problem}")
    filled = page.locator(".btn--main:not(dialog *):visible").count()
    if filled > 1 and urlsplit(page.url).path != GALLERY:
        found.append(f"has {filled} filled buttons")
    return found


def take_the_course(page: Any) -> None:
    """For the pages of a try, a result and a certificate."""
    page.goto("/training")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Talks that help the next one").first.click()
    main.get_by_role("link", name=re.compile("^(Begin|Go on reading)$")).click()
    main.get_by_role("button", name="Read, on to the next").click()
    main.get_by_role("button", name="Read, on to the questions").click()
    main.get_by_role("button", name="Begin the quiz").click()
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    for choice in page.get_by_role("radio").all():
        if choice.locator("xpath=..").inner_text().strip() in RIGHT:
            choice.check()
    main.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator(".head__say")).to_contain_text("Passed:")


def bring_a_good_file(page: Any) -> str:
    """For the page of an undo: a file that was written; its address."""
    bring(page, "products", GOOD_ROWS)
    page.locator(".panel--turn button").first.click()
    expect(page.locator("#says")).to_contain_text("Written:")
    return urlsplit(page.url).path


def bring_a_bad_file(page: Any) -> None:
    """Pages of a file with rows that are refused."""
    bring(page, "accounts", BAD_ROWS)


def bring(page: Any, kind: str, rows: str) -> None:
    """Send a file to be looked at."""
    page.goto("/imports")
    page.locator("main select[name=kind]").select_option(kind)
    page.locator("main input[type=file]").set_input_files(
        {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form .btn--main").first.click()
    page.wait_for_url("**/imports/*")
