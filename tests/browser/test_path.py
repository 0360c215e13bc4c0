"""The path of a special price as people walk it: rep, manager, finance, and back, by what the pages offer.

In both languages, on a desk and on a phone; no address is typed after the sign-in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driving import Site, expect, mails_about

PageFor = Callable[..., Any]

RULED_BY_MARGIN = "6,900"
"""Below a margin of a quarter on the product of the test, so finance decides too."""
BY_THE_MANAGER_ALONE = "8,100"


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    find: str
    typed: str
    search: str
    customer: str
    said: str
    note: str
    noted: str
    ask: str
    typed_product: str
    product: str
    asked: str
    manager: str
    finance: str
    send: str
    approve: str
    approved: str
    all_requests: str


WORDS = {
    "en": Words(
        find="Find a customer", typed="jhhg", search="Search in any field", customer="Suzhou Jinhe Chemical",
        said="What was said?", note="Note it", noted="Everybody who serves the customer can read it",
        ask="Ask for a price", typed_product="CQB 65", product="Product", asked="Price you ask for", manager="Li Na",
        finance="He Ting", send="Send request", approve="Approve", approved="Approved. The price holds",
        all_requests="Price requests",
    ),
    "zh": Words(
        find="找客户", typed="金禾", search="搜索任何字段", customer="苏州金禾化工", said="谈了什么？", note="记录",
        noted="服务该客户的同事都能看到", ask="申请特价", typed_product="磁力", product="产品", asked="申请单价",
        manager="李娜", finance="何婷", send="提交申请", approve="同意", approved="价格有效至",
        all_requests="特价申请",
    ),
}  # fmt: skip

Look = Callable[[Any], None]


@pytest.mark.parametrize(
    ("lang", "width", "price"),
    [
        ("en", 1280, RULED_BY_MARGIN),
        ("zh", 1280, BY_THE_MANAGER_ALONE),
        ("en", 360, BY_THE_MANAGER_ALONE),
        ("zh", 360, RULED_BY_MARGIN),
    ],
)
def test_a_special_price_from_the_question_to_the_answer(
    site: Site, page_for: PageFor, look: Look, lang: str, width: int, price: str
) -> None:
    words = WORDS[lang]
    rep = page_for("rep", lang, width)
    look(rep)
    find_the_customer(rep, words, look)
    note_a_call(rep, words, f"They compare us with Kaiwei ({lang}, {width})")
    number = ask(rep, words, price, look)
    decide(page_for("manager", lang, width), words, number, price, look)
    if price == RULED_BY_MARGIN:
        decide(page_for("finance", lang, width), words, number, price, look)
    hear_the_answer(rep, words, number, look)
    assert mails_about(site, number, to="rep")
    take_the_list_away(rep, words, number)


def find_the_customer(rep: Any, words: Words, look: Look) -> None:
    rep.get_by_role("main").get_by_role("link", name=words.find).click()
    rep.get_by_label(words.search).press_sequentially(words.typed)
    rep.wait_for_url("**q=*")
    look(rep)
    rep.get_by_role("main").get_by_role("link", name=words.customer, exact=True).click()
    rep.get_by_role("heading", name=words.customer, level=1).wait_for()


def note_a_call(rep: Any, words: Words, said: str) -> None:
    rep.get_by_label(words.said).fill(said)
    rep.get_by_role("button", name=words.note, exact=True).click()
    rep.get_by_text(words.noted).wait_for()
    rep.locator("#account-story").get_by_text(said).wait_for()


def ask(rep: Any, words: Words, price: str, look: Look) -> str:
    """Ask for a price from the customer's page; the number of the request."""
    look(rep)
    rep.get_by_role("main").get_by_role("link", name=words.ask).first.click()
    expect(rep.locator("[name=account_text]")).to_have_value(words.customer)
    rep.get_by_label(words.product).press_sequentially(words.typed_product)
    rep.get_by_role("option").filter(has_text="CQB 65").click()
    rep.get_by_label(words.asked).fill(price)
    preview = rep.locator("#preview")
    preview.get_by_text(words.manager).wait_for()
    expect(preview.get_by_text(words.finance)).to_be_visible(visible=price == RULED_BY_MARGIN)
    look(rep)
    rep.get_by_role("button", name=words.send).click()
    rep.wait_for_url(re.compile(r"/price-requests/\d+"))
    expect(rep.locator(".head__say")).to_contain_text(words.manager)
    look(rep)
    found = re.search(r"PR-\d{4}-\d{4}", rep.locator(".head__crumb").inner_text())
    assert found is not None
    return found.group()


def decide(page: Any, words: Words, number: str, price: str, look: Look) -> None:
    """Open the request from the desk and approve it with one press."""
    look(page)
    page.get_by_role("main").get_by_role("link", name=number).first.click()
    verdict = page.get_by_role("button", name=f"{words.approve} ¥{price}")
    verdict.wait_for()
    look(page)
    verdict.click()
    verdict.wait_for(state="detached")
    look(page)


def hear_the_answer(rep: Any, words: Words, number: str, look: Look) -> None:
    rep.get_by_role("link", name="Linhe Pumps").first.click()
    rep.get_by_role("main").get_by_role("link", name=number).first.click()
    rep.locator(".head__say").get_by_text(words.approved).wait_for()
    look(rep)


def take_the_list_away(rep: Any, words: Words, number: str) -> None:
    rep.locator(".head__crumb").get_by_role("link", name=words.all_requests).click()
    rep.get_by_role("link", name=number).wait_for()
    with rep.expect_download() as saved:
        rep.get_by_role("button", name="Excel").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
