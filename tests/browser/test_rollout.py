"""The paths of the rollout: somebody learns and gets a certificate, an executive reads whether it works, a rule is read.

In both languages, on a desk and on a phone; axe looks at every page, and no address is typed after the sign-in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.driving import expect

PageFor = Callable[..., Any]
Look = Callable[[Any], None]


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    course: str
    begin: str
    read: str
    to_quiz: str
    quiz: str
    hand_in: str
    passed: str
    certificate: str
    adoption: str
    habit: str
    definition: str
    more: str
    rules: str
    rule: str
    points: str


WORDS = {
    "en": Words(
        course="Talks that help the next one", begin="Begin", read="Read, on to the next", to_quiz="Read, on to the questions",
        quiz="Begin the quiz", hand_in="Hand in", passed="Passed:", certificate="Open the certificate", adoption="Adoption",
        habit="Habit", definition="Definition", more="More", rules="Rules and points", rule="Learn it, then use it",
        points="My points",
    ),
    "zh": Words(
        course="写好沟通记录", begin="开始", read="读完了，下一课", to_quiz="读完了，去答题", quiz="开始考试", hand_in="交卷",
        passed="通过：", certificate="查看证书", adoption="使用情况", habit="习惯", definition="定义", more="更多",
        rules="规则与积分", rule="学了就用", points="我的积分",
    ),
}  # fmt: skip
RIGHT = ("The same day", "What was promised, and until when", "当天", "答应了什么、什么时候")


@pytest.fixture
def look(axe: Look) -> Look:
    """Assert that a page fits its window and that axe finds nothing on it."""

    def check(page: Any) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.viewport_size["width"], f"{page.url} is {wide} px wide"
        axe(page)

    return check


def press(page: Any, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words).click()


def follow(page: Any, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def go(page: Any, words: Words, place: str) -> None:
    """To a place of the navigation: on a phone it stands behind «more»."""
    if page.viewport_size["width"] < 600:
        page.get_by_role("link", name=words.more).click()
    page.get_by_role("link", name=place, exact=True).first.click()


@pytest.mark.parametrize(
    ("person", "lang", "width"),
    [("employee", "en", 1280), ("service", "zh", 360), ("rep2", "zh", 1280), ("rep.south", "en", 360)],
)
def test_from_today_to_the_certificate(
    page_for: PageFor, look: Look, person: str, lang: str, width: int
) -> None:
    words = WORDS[lang]
    page = page_for(person, lang, width)
    look(page)
    follow(page, words.course)
    page.get_by_role("heading", name=words.course, level=1).wait_for()
    look(page)
    page.get_by_role("main").get_by_role("link", name=words.begin, exact=True).click()
    page.wait_for_url(re.compile("/lessons/1$"))
    look(page)
    press(page, words.read)
    page.wait_for_url(re.compile("/lessons/2$"))
    press(page, words.to_quiz)
    press(page, words.quiz)
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    look(page)
    for choice in page.get_by_role("radio").all():
        if choice.locator("xpath=..").inner_text().strip() in RIGHT:
            choice.check()
    press(page, words.hand_in)
    expect(page.locator(".head__say")).to_contain_text(words.passed)
    look(page)
    follow(page, words.certificate)
    expect(page.get_by_text(re.compile(r"C-\d{4}-\d{4}")).first).to_be_visible()
    look(page)


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh", 1280), ("en", 360), ("zh", 360)])
def test_an_executive_reads_whether_it_works_and_opens_a_figure(
    page_for: PageFor, look: Look, lang: str, width: int
) -> None:
    words = WORDS[lang]
    page = page_for("executive", lang, width)
    go(page, words, words.adoption)
    page.locator(".chain").wait_for()
    look(page)
    link = (
        page.locator(".chain li")
        .filter(has=page.get_by_role("heading", name=words.habit))
        .get_by_role("link")
    )
    value = link.inner_text()
    link.click()
    page.get_by_role("heading", name=words.definition).wait_for()
    expect(page.get_by_role("main")).to_contain_text(value)
    look(page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_adoption_page_prints_on_one_sheet(page_for: PageFor, lang: str) -> None:
    page = page_for("executive", lang)
    go(page, WORDS[lang], WORDS[lang].adoption)
    page.locator(".chain").wait_for()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh", 360)])
def test_a_rule_is_read_and_points_are_explained(
    page_for: PageFor, look: Look, lang: str, width: int
) -> None:
    words = WORDS[lang]
    page = page_for("rep", lang, width)
    go(page, words, words.rules)
    page.get_by_role("main").get_by_role("link", name=words.points).wait_for()
    look(page)
    follow(page, words.rule)
    page.locator(".rule").wait_for()
    look(page)
    page.go_back()
    follow(page, words.points)
    page.locator(".rows--ledger").wait_for()
    look(page)
    page.locator(".rows--ledger").get_by_role("link").first.click()
    page.locator("table").first.wait_for()
    look(page)
