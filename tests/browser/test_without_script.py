"""The main forms with JavaScript off: every one is a page, a post and a page again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.core import clock
from tests.browser.driving import expect

PageFor = Callable[..., Any]

PASSWORD = "lantern gravel otter plum"
CUSTOMER = "Suzhou Jinhe Chemical"
PRODUCTS = "code,name,list price\nQBY 25,Diaphragm pump QBY 25,2400\nQBY 80,Diaphragm pump QBY 80,dear\n"


def press(page: Any, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words).click()


def follow(page: Any, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def places(page: Any, words: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=words).click()


def at_the_customer(page: Any) -> None:
    places(page, "Customers")
    page.get_by_label("Search in any field").fill("Jinhe Chemical")
    press(page, "Search")
    follow(page, CUSTOMER)


def test_a_password_is_set_and_lets_in(page_for: PageFor) -> None:
    page = page_for("trainer", script=False)
    page.get_by_role("link", name="Tang Min").last.click()
    follow(page, "Password")
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Set the password")
    page.get_by_text("The new password holds").wait_for()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_label("User name").fill("trainer")
    page.get_by_label("Password").fill("something else")
    page.expects("422")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("User name")).to_have_value("trainer")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_role("navigation", name="Main").wait_for()


def test_a_price_is_asked_for_and_decided(page_for: PageFor) -> None:
    rep = page_for("rep", script=False)
    follow(rep, "Ask for a price")
    rep.get_by_role("textbox", name="Customer").fill("jhhg")
    rep.get_by_label("Product").fill("ISG 100-200")
    rep.expects("422")
    press(rep, "Send request")
    expect(rep.get_by_role("alert").get_by_text("Say which price the customer needs.")).to_be_visible()
    expect(rep.get_by_label("Product")).to_have_value("ISG 100-200")
    rep.get_by_label("Price you ask for").fill("6,543")
    press(rep, "Show who decides")
    expect(rep.locator("#preview").get_by_text("Li Na")).to_be_visible()
    press(rep, "Send request")
    rep.wait_for_url(re.compile(r"/price-requests/\d+$"))
    number = re.search(r"PR-\d{4}-\d{4}", rep.locator(".head__crumb").inner_text()).group()

    manager = page_for("manager", script=False)
    places(manager, "Approvals")
    follow(manager, number)
    manager.expects("422")
    press(manager, "Decline")
    expect(manager.get_by_role("alert")).to_be_visible()
    manager.get_by_label("Remark").first.fill("They pay late.")
    press(manager, "Approve ¥6,543")
    expect(manager.locator(".head__say").get_by_text("Approved.")).to_be_visible()


def test_a_call_is_noted(page_for: PageFor) -> None:
    page = page_for("rep", script=False)
    at_the_customer(page)
    page.expects("422")
    press(page, "Note it")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("radio", name="Visit").check()
    page.get_by_label("What was said?").fill("The new line starts in March.")
    press(page, "Note it")
    expect(page.locator("#account-story").get_by_text("The new line starts in March.")).to_be_visible()


def test_a_task_is_given_taken_and_done(page_for: PageFor) -> None:
    rep = page_for("rep", script=False)
    at_the_customer(rep)
    rep.get_by_text("Give a colleague or a department a task").click()
    rep.get_by_label("What is to be done?").fill("Send the seal certificates")
    rep.get_by_label("By whom").fill("Service")
    rep.get_by_label("Until when").fill((clock.today("Asia/Shanghai") + timedelta(days=7)).isoformat())
    press(rep, "Give the task")
    expect(rep.locator("#tasks").get_by_text("Send the seal certificates")).to_be_visible()

    service = page_for("service", script=False)
    places(service, "Tasks")
    follow(service, "Send the seal certificates")
    press(service, "Take it over")
    press(service, "Done")
    expect(service.get_by_text("Done: Send the seal certificates")).to_be_visible()


def test_a_file_is_looked_at_and_written(page_for: PageFor) -> None:
    admin = page_for("admin", script=False)
    places(admin, "Administration")
    follow(admin, "Import")
    admin.get_by_label("What does it hold?").select_option("products")
    admin.locator("input[type=file]").set_input_files(
        {"name": "new-pumps.csv", "mimeType": "text/csv", "buffer": PRODUCTS.encode()}
    )
    press(admin, "Check the file")
    expect(admin.get_by_role("heading", name="new-pumps.csv")).to_be_visible()
    expect(admin.locator("#rows-1").get_by_role("cell", name="dear", exact=True)).to_be_visible()
    press(admin, "Write 1 row")
    expect(admin.get_by_text("Written: 1 new")).to_be_visible()
