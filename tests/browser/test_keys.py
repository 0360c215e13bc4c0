"""Keys, dialogs, rows and the selection, copying, light and dark."""

from collections.abc import Callable
from typing import Any

from flask import request

from tests.browser.driving import expect
from tests.browser.stage import LIST, ROW

KEYS = '<a href="/a" data-key="A">Approve</a><input data-key="/" aria-label="find"><a href="/c" data-key="g c">C</a>'
VERDICTS = """<form action="/told"><textarea name="note" aria-label="note"></textarea><a href="/c">who</a>
<button class="btn btn--main" data-key="A" name="verdict" value="approve">Approve</button>
<button class="btn" name="verdict" value="decline">Decline</button></form>
<form action="/told"><textarea name="remark" aria-label="remark"></textarea>
<button class="btn btn--main" name="act" value="send">Send</button></form>"""
DIALOG = """<a href="#d" data-opens="d" id="o">Open</a>
<dialog class="dlg" id="d" aria-label="Sure"><p>What happens</p><a href="#main" data-closes>Not now</a></dialog>"""
TABLE = """<table><thead><tr><th>Name</th><th>Amount</th></tr></thead>
<tbody><tr><td>Jinhe\n Co</td><td>7,310</td></tr></tbody></table>"""


def test_a_key_presses_what_shows_it(put: Callable[..., Any]) -> None:
    page = put("/", KEYS, "/a", "approved", "/c", "customers")
    page.keyboard.press("/")
    page.keyboard.type("a/")
    expect(page.get_by_label("find")).to_have_value("a/")
    page.get_by_label("find").blur()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/c")
    page.go_back()
    page.keyboard.press("a")
    page.wait_for_url("**/a")


def test_single_keys_can_be_switched_off(put: Callable[..., Any]) -> None:
    page = put("/", KEYS + '<button type="button" data-keys-switch>Keys</button>', "/a", "approved")
    switch = page.get_by_role("button", name="Keys")
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert switch.get_attribute("aria-pressed") == "false"
    page.reload()
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert not page.url.endswith("/a")


def test_ctrl_enter_sends_by_the_button_one_stands_on_and_chooses_no_verdict(put: Callable[..., Any]) -> None:
    page = put("/", VERDICTS, "/told", "told", "/c", "customers")
    page.get_by_label("note").press("Control+Enter")
    page.get_by_role("link", name="who").press("Control+Enter")
    page.wait_for_timeout(200)
    assert not page.url.endswith(("approve", "decline"))
    page.get_by_role("button", name="Decline").press("Control+Enter")
    page.wait_for_url("**/told?note=&verdict=decline")
    page.go_back()
    page.get_by_label("remark").press("Control+Enter")
    page.wait_for_url("**/told?remark=&act=send")


def test_a_dialog_opens_and_closes(put: Callable[..., Any]) -> None:
    page = put("/", DIALOG)
    dialog = page.get_by_role("dialog", name="Sure")
    page.get_by_text("Open").click()
    expect(dialog).to_be_visible()
    page.get_by_text("Not now").click()
    expect(dialog).to_be_hidden()
    page.get_by_text("Open").click()
    page.mouse.click(2, 2)
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_link_can_show_its_page_in_a_dialog(put: Callable[..., Any]) -> None:
    asked: list[str] = []

    def fragment() -> str:
        asked.append(request.headers["HX-Target"])
        return "<h2>Definition</h2>"

    page = put("/", '<a href="/fig" data-dialog>60 %</a>', "/fig", fragment)
    page.get_by_text("60 %").click()
    page.get_by_role("dialog", name="60 %").get_by_role("heading", name="Definition").wait_for()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert asked == ["div#dialog-body"]


def test_j_k_and_x_walk_and_tick(put: Callable[..., Any]) -> None:
    page = put("/", LIST.format(rows="".join(ROW.format(n) for n in range(1, 4))))
    for key in "jjkj":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.keyboard.press("x")
    assert page.get_by_label("Select 2").is_checked()


def test_j_and_k_walk_through_lists_that_are_no_tables(put: Callable[..., Any]) -> None:
    row = '<ul class="rows"><li>nothing to open</li><li><a href="/{0}{1}">{1}</a></li></ul>'
    rows = row.format("{0}", "A") + row.format("{0}", "B")
    page = put("/", rows.format("") + f"<details><summary>More</summary>{rows.format('x')}</details>")
    for key in "jjj":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "B"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "A"


def test_the_bar_shows_while_rows_are_ticked(put: Callable[..., Any]) -> None:
    page = put("/", LIST.format(rows="".join(ROW.format(n) for n in range(1, 6))))
    bar = page.get_by_role("region", name="Selection")
    expect(bar).to_be_hidden()
    page.get_by_label("Select 2").click()
    page.get_by_label("Select 4").click(modifiers=["Shift"])
    expect(bar.get_by_text("3 selected")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-all]').indeterminate")
    page.get_by_label("All").check()
    expect(bar.get_by_text("5 selected")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_a_list_is_copied_as_text_and_as_table(put: Callable[..., Any]) -> None:
    form = """<form method="post" action="/copy" data-again><input type="hidden" name="state" value="q=1">
    <button name="format" value="clipboard" data-copy>Copy by form</button></form>"""
    sent: list[str] = []

    def copied() -> str:
        sent.extend(request.form.values())
        return TABLE

    page = put("/", '<a href="/copy" data-copy>Copy</a><p id="code">AB 12</p><button data-copies="code">Code</button>' + form,
               "/copy", copied)  # fmt: skip
    page.get_by_text("Code").click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "AB 12"
    page.get_by_text("Copy by form").click()
    page.get_by_text("Rows copied: 1").wait_for()
    assert sent == ["q=1", "clipboard"]
    page.locator(".toast").evaluate_all("all => all.forEach(one => one.remove())")
    page.get_by_text("Copy", exact=True).click()
    page.get_by_text("Rows copied: 1").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()").replace("\r", "") == "Name\tAmount\nJinhe Co\t7,310"
    )


def test_light_and_dark_are_kept_for_the_server(put: Callable[..., Any]) -> None:
    page = put(
        "/",
        '<a href="/settings" data-theme-switch>Theme</a><button type="button" data-density-switch>Rows</button>',
    )
    page.get_by_text("Theme").click()
    page.get_by_text("Rows").click()
    assert page.evaluate("({...document.documentElement.dataset})") == {"theme": "dark", "density": "compact"}
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert kept == {"theme": "dark", "density": "compact"}
