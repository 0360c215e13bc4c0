"""The frame of every page as people meet it: on the served portal, in both languages, on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.driving import expect

PageFor = Callable[..., Any]


@pytest.mark.parametrize(
    ("lang", "width", "theme"),
    [("en", 1280, "light"), ("zh", 1280, "dark"), ("zh", 360, "light"), ("en", 360, "dark")],
)
def test_the_first_page_is_open_to_everybody(
    page_for: PageFor, axe: Callable[[Any], None], lang: str, width: int, theme: str
) -> None:
    page = page_for("rep", lang, width, theme)
    assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-Hans"}[lang]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_sizes_are_those_of_the_design(page_for: PageFor) -> None:
    page = page_for("rep", "zh", 360)
    sizes = "[document.documentElement, document.body].map(it => getComputedStyle(it).fontSize)"
    assert page.evaluate(sizes) == ["16px", "14px"]
    for found in page.locator(".bar a, .dock a, main .btn").all():
        assert found.bounding_box()["height"] >= 44, found.inner_text()


def test_a_first_visit_asks_for_four_files(page_for: PageFor) -> None:
    page = page_for("rep")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    files = [url for url in asked if not url.endswith(".svg")]
    assert len(files) == 4


def test_the_palette_leads_to_a_place_by_keyboard_alone(page_for: PageFor) -> None:
    page = page_for("rep")
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    page.keyboard.type("Customers")
    page.get_by_role("option", name="Customers").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers")


def test_the_list_of_keys_opens_and_switches_single_keys_off(page_for: PageFor) -> None:
    page = page_for("rep")
    page.keyboard.press("?")
    keys = page.locator("dialog#keys")
    switch = keys.locator("[data-keys-switch]")
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    expect(keys).to_be_hidden()


def test_dark_stays_dark_on_the_next_page(page_for: PageFor) -> None:
    page = page_for("rep")
    page.locator("[data-theme-switch]").click()
    page.goto("/customers")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.context.clear_cookies(name="theme")


def test_a_search_without_script_is_a_page(page_for: PageFor) -> None:
    page = page_for("rep")
    page.locator("#find").fill("PR-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=PR-")


def test_the_palette_names_in_chinese_what_it_finds(page_for: PageFor) -> None:
    page = page_for("rep", "zh")
    page.keyboard.press("Control+k")
    page.keyboard.type("szjh")
    page.get_by_role("option", name="苏州金禾化工").first.wait_for()


def test_a_finger_finds_its_targets(page_for: PageFor) -> None:
    page = page_for("pm", width=360)
    for path in ("/training/results", "/pilots/1", "/incentives/rules/new", "/measures/eligible"):
        page.goto(path)
        low = page.evaluate(
            "[...document.querySelectorAll('main :is(.btn, .input, .chip, .pick label, summary)')]"
            ".filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert not low, f"{path}: {low}"
