"""Parts of a page that htmx fetches: filters, previews, progress, and answers that are none."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template_string, request

from tests.browser.driving import expect
from tests.browser.stage import FRAME

FILTER = """<form action="/list" hx-get="/list" hx-target="#rows" hx-push-url="true"
hx-trigger="input delay:100ms, change, submit"><input name="q" id="q" aria-label="Filter"></form>"""
PREVIEW = """<output id="preview" hx-post="/preview" hx-include="closest form" hx-sync="this:replace"
hx-trigger="input from:'closest form' delay:100ms, change from:'closest form'">{0}</output>"""
PARTS = """<a href="/x" hx-get="/gone" hx-target="#part">go</a><a href="/y" hx-get="/wrong" hx-target="#part">send</a>
<div id="part">still here</div>"""


def test_an_error_page_never_lands_in_a_part(put: Callable[..., Any]) -> None:
    page = put(
        "/", PARTS,
        "/gone", lambda: Response("<html><body><h1>500</h1></body></html>", 500),
        "/wrong", lambda: Response('<div id="part">mend this</div>', 422),
    )  # fmt: skip
    page.expects("500", "422")
    page.get_by_text("go", exact=True).click()
    page.get_by_text("could not be loaded (500)").wait_for()
    expect(page.get_by_text("still here")).to_be_visible()
    page.get_by_text("send", exact=True).click()
    page.get_by_text("mend this").wait_for()


def test_the_server_may_say_a_sentence(put: Callable[..., Any]) -> None:
    answer = {"HX-Trigger": '{"say": "\\u5df2\\u529e"}'}
    page = put(
        "/",
        '<a href="/x" hx-get="/ok" hx-target="this">go</a>',
        "/ok",
        lambda: Response("<b>done</b>", headers=answer),
    )
    page.get_by_text("go", exact=True).click()
    page.locator("#says").get_by_text("已办").wait_for()


def test_a_filter_changes_the_rows_and_the_address_and_back_undoes_it(put: Callable[..., Any]) -> None:
    def rows() -> Any:
        found = "".join(
            f"<li>{name}</li>" for name in ("Jinhe", "Kaiwei") if request.args.get("q", "") in name
        )
        part = f'<ul id="rows">{found}</ul>'
        if request.headers.get("HX-Target") == "ul#rows":
            return part
        return render_template_string(FRAME, main=FILTER + part)

    page = put("/", '<a href="/list">list</a>', "/list", rows)
    page.goto("/list")
    page.get_by_label("Filter").press_sequentially("Kai")
    page.get_by_text("Jinhe").wait_for(state="detached")
    assert page.url.endswith("/list?q=Kai")
    assert page.get_by_label("Filter").evaluate("(field) => field === document.activeElement")
    page.go_back()
    page.get_by_text("Jinhe").wait_for()
    assert page.url.endswith("/list")


def test_a_preview_follows_the_form_and_the_form_stays_a_form(put: Callable[..., Any]) -> None:
    def preview() -> str:
        return PREVIEW.format(f"{request.form['pieces']} pumps, {request.headers['X-CSRFToken']}")

    form = f"""<div hx-headers:inherited='{{"X-CSRFToken": "t1"}}'><form method="post" action="/sent">
    <input name="pieces" aria-label="Pieces">{PREVIEW.format("")}<button>Send</button></form></div>"""
    page = put("/", form, "/preview", preview, "/sent", lambda: Response(f"sent {request.form['pieces']}"))
    page.get_by_label("Pieces").press_sequentially("24")
    page.get_by_text("24 pumps, t1").wait_for()
    page.get_by_label("Pieces").press_sequentially("0")
    page.get_by_text("240 pumps, t1").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("sent 240").wait_for()


def test_progress_is_asked_for_until_it_is_done(put: Callable[..., Any]) -> None:
    asked: list[int] = []

    def work() -> str:
        asked.append(1)
        again = ' hx-get="/work" hx-trigger="every 100ms"' if len(asked) < 3 else ""
        return f'<div id="work"{again}>{len(asked)} of 3</div>'

    page = put("/", '<div id="work" hx-get="/work" hx-trigger="every 100ms">0 of 3</div>', "/work", work)
    page.get_by_text("3 of 3").wait_for()
    page.wait_for_timeout(400)
    assert len(asked) == 3
