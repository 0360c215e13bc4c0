"""The palette and the field that searches: what is chosen is what was meant."""

import time
from collections.abc import Callable
from typing import Any

from flask import request

from tests.browser.driving import expect
from tests.browser.stage import FIELD, FORM, LIST, ROW, options

PLACES = """<ul role="presentation"><li role="option" data-url="/one">One</li>
<li role="option" data-url="/two">Two</li></ul>"""


def test_the_palette_leads_where_one_chooses(put: Callable[..., Any]) -> None:
    def found() -> str:
        if request.args["q"] == "zzz":
            return "<p>Nothing of that name</p>"
        return PLACES

    finder = '<input type="search" data-palette="/palette" aria-label="Go to">'
    page = put("/", finder, "/palette", found, "/one", "first", "/two", "second")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="One").wait_for()
    assert page.get_by_role("option", name="One").get_attribute("aria-selected") == "true"
    page.keyboard.type("zzz")
    page.get_by_text("Nothing of that name").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("t")
    page.get_by_role("option", name="Two").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("#palette input").get_attribute("aria-activedescendant") == "palette-list-1"
    page.keyboard.press("Enter")
    page.wait_for_url("**/two")


def test_one_escape_closes_the_palette_whatever_was_typed(put: Callable[..., Any]) -> None:
    finder = '<input type="search" data-palette="/palette" aria-label="Go to">'
    page = put("/", finder, "/palette", lambda: PLACES)
    page.keyboard.press("Control+k")
    page.keyboard.type("one")
    page.get_by_role("option", name="One").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_enter_before_the_answer_never_takes_an_older_one(put: Callable[..., Any]) -> None:
    def found() -> str:
        time.sleep(0.2)
        places = [name for name in ("one", "two") if request.args["q"] in name]
        return "".join(f'<p role="option" data-url="/{name}">{name}</p>' for name in places).replace(
            "p ", "div "
        )

    finder = '<input type="search" data-palette="/palette" aria-label="Go to">'
    page = put("/", finder, "/palette", found, "/one", "first", "/two", "second", "/search", "search page")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="one").wait_for()
    page.keyboard.type("tw")
    page.keyboard.press("Enter")
    page.wait_for_url("**/two")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("xyz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=xyz")


def test_enter_before_the_answer_sends_no_half_written_name(put: Callable[..., Any]) -> None:
    page = put("/", FIELD, "/options", options, "/sent", "sent")
    page.get_by_label("Customer").press_sequentially("suz")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Suzhou Jinhe").wait_for()
    assert not page.url.endswith("/sent")
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_have_value("Suzhou Jinhe")


def test_a_customer_is_found_while_typing(put: Callable[..., Any]) -> None:
    page = put("/", FIELD, "/options", options)
    field = page.get_by_label("Customer")
    field.press_sequentially("suz")
    page.get_by_role("option", name="Suzhou Kaiwei").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Suzhou Kaiwei")
    expect(page.locator("[name=who_id]")).to_have_value("2")
    expect(page.get_by_role("option")).to_have_count(0)
    field.press_sequentially("x")
    expect(page.locator("[name=who_id]")).to_have_value("")
    page.get_by_text("No customer of that name").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_text("No customer of that name")).to_be_hidden()


def test_half_made_characters_ask_nothing(put: Callable[..., Any]) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append(request.args["q"])
        return options()

    page = put("/", FIELD, "/options", ask)
    page.get_by_label("Customer").focus()
    composer = page.context.new_cdp_session(page)
    for typed in ("s", "su", "su zhou"):
        composer.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
        page.wait_for_timeout(250)
    assert asked == []
    composer.send("Input.insertText", {"text": "苏州"})
    page.wait_for_timeout(400)
    assert asked == ["苏州"]


def test_leaving_a_search_field_leaves_no_list_behind(put: Callable[..., Any]) -> None:
    page = put("/", FIELD, "/options", options)
    page.get_by_label("Customer").press_sequentially("su")
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)
    expect(page.get_by_role("option")).to_have_count(0)


def test_what_scripts_open_is_open_to_everybody(put: Callable[..., Any], axe: Callable[[Any], None]) -> None:
    finder = '<input type="search" data-palette="/palette" aria-label="Go to">'
    rows = LIST.format(rows="".join(ROW.format(n) for n in range(1, 4)))
    page = put(
        "/",
        finder + FIELD + FORM.format(once="k", name="") + rows,
        "/options",
        options,
        "/palette",
        lambda: PLACES,
    )
    page.get_by_label("Name", exact=True).fill("kept")
    page.get_by_text("Draft saved at").wait_for()
    page.get_by_label("Select 2").check()
    page.locator("#who").press_sequentially("su")
    page.get_by_role("option", name="Suzhou Kaiwei").wait_for()
    axe(page)
    page.locator("#who").press_sequentially("zzz")
    page.get_by_text("No customer of that name").wait_for()
    axe(page)
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="One").wait_for()
    axe(page)
