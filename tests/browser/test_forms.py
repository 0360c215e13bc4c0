"""Forms: drafts that outlive a tab, one click that is one act, amounts one can read."""

import time
from collections.abc import Callable
from typing import Any

from flask import Response, request

from tests.browser.driving import expect
from tests.browser.stage import FORM


def test_a_draft_outlives_the_tab_and_ends_with_the_act(put: Callable[..., Any]) -> None:
    form = FORM.format(once="k1", name="")
    page = put("/", form, "/sent", '<div data-done="k1">Sent</div>', "/elsewhere", "nothing")
    page.get_by_label("Name").fill("twelve pumps")
    page.get_by_label("Secret").fill("hush")
    page.get_by_label("Urgent").check()
    page.get_by_text("Draft saved at").wait_for()
    assert "hush" not in page.evaluate("JSON.stringify({...localStorage})")
    page.goto("/elsewhere")

    page.goto("/")
    page.get_by_text("This is your draft of").wait_for()
    expect(page.get_by_label("Name")).to_have_value("twelve pumps")
    assert page.get_by_label("Urgent").is_checked()
    expect(page.get_by_label("Secret")).to_have_value("")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent").wait_for()

    page.goto("/")
    expect(page.get_by_label("Name")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_a_draft_that_may_not_have_arrived_is_offered(put: Callable[..., Any]) -> None:
    page = put("/", FORM.format(once="k2", name=""), "/sent", "an error page")
    page.get_by_label("Name").fill("kept")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("an error page").wait_for()
    page.goto("/")
    expect(page.get_by_label("Name")).to_have_value("")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("Name")).to_have_value("kept")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Name")).to_have_value("")


def test_what_the_server_shows_again_wins_over_the_draft(put: Callable[..., Any]) -> None:
    wrong = FORM.format(once="k3", name="typed").replace('name="name"', 'name="name" aria-invalid="true"')
    page = put("/", FORM.format(once="k3", name=""), "/sent", wrong)
    page.get_by_label("Name").fill("older")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sent")
    expect(page.get_by_label("Name")).to_have_value("typed")


def test_signing_out_forgets_drafts(put: Callable[..., Any]) -> None:
    leave = '<form method="post" action="/out" data-forgets-drafts><button>Leave</button></form>'
    page = put("/", FORM.format(once="k4", name="") + leave, "/out", "bye")
    page.get_by_label("Name").fill("secret plans")
    page.get_by_text("Draft saved at").wait_for()
    page.get_by_role("button", name="Leave").click()
    page.get_by_text("bye").wait_for()
    assert page.evaluate("localStorage.length") == 0


def test_a_double_click_sends_once(put: Callable[..., Any]) -> None:
    sent: list[str] = []

    def take() -> Response:
        sent.append(request.form["a"])
        time.sleep(0.3)
        return Response("taken")

    form = '<form method="post" action="/sent"><input name="a" value="1" aria-label="a"><button>Send</button></form>'
    page = put("/", form, "/sent", take)
    page.evaluate("() => { const b = document.querySelector('main button'); b.click(); b.click(); }")
    page.get_by_text("taken").wait_for()
    assert sent == ["1"]


def test_leaving_a_changed_form_asks(put: Callable[..., Any]) -> None:
    form = '<form data-guard method="post" action="/sent"><input name="a" aria-label="a"></form><a href="/away">away</a>'
    page = put("/", form, "/away", "gone")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("a", exact=True).press_sequentially("x")
    page.get_by_text("away").click()
    page.wait_for_url("**/away")
    assert asked == ["beforeunload"]


def test_amounts_are_grouped_without_arithmetic(put: Callable[..., Any]) -> None:
    grouped = {
        "73100": "73,100",
        "1234567.8901": "1,234,567.8901",
        "７３１００": "73,100",
        "7.31万": "7.31万",
        "999": "999",
    }
    page = put("/", '<input data-amount aria-label="Price">')
    field = page.get_by_label("Price")
    for typed, shown in grouped.items():
        field.fill(typed)
        field.blur()
        expect(field).to_have_value(shown)
