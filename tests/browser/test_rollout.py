"""The paths of the rollout: somebody learns and gets a certificate, an executive reads whether it works, a rule is read.

In both languages, on a desk and on a phone; axe looks at every page, and no address is typed after the sign-in.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from portal.access.viewer import SYSTEM
from portal.bench.rollout import Size, build
from portal.bench.serving import served
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.identity.commands import links
from portal.identity.queries.viewers import HOUSE_ZONE
from portal.measures.jobs import rebuild
from tests.browser.driving import Watched, expect
from tests.conftest import make_app

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


def press(page: Any, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words).click()


def follow(page: Any, words: str) -> None:
    open_page(page, page.get_by_role("main").get_by_role("link", name=words).first)


def go(page: Any, words: Words, place: str) -> None:
    """To a place of the navigation: on a phone it stands behind «more»."""
    if page.viewport_size["width"] < 600:
        open_page(page, page.get_by_role("link", name=words.more))
    open_page(page, page.get_by_role("link", name=place, exact=True).first)


def open_page(page: Any, link: Any) -> None:
    """Click a link and wait for its page, since a click returns before the old page is gone."""
    with page.expect_navigation():
        link.click()


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


@dataclass(frozen=True)
class Crowd:
    """A served company of many teams: where it answers, the token of its executive, how many teams a sheet has and leaves out."""

    address: str
    token: str
    printed: int
    left_out: int


@pytest.fixture(
    scope="module", params=[(20, 5, 20), (30, 10, 30), (60, 8, 32)], ids=lambda one: f"{one[0]} teams"
)
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """Twenty, thirty and sixty teams of ten people, with as many regions as companies of that size have."""
    teams, regions, printed = request.param
    folder = tmp_path_factory.mktemp("crowd")
    with make_app(folder).app_context():
        size = Size(events=teams * 400, people=teams * 10, teams=teams, regions=regions, days=100)
        made = build(size, clock.today(HOUSE_ZONE) - timedelta(days=1))
        rebuild(made.first, by=SYSTEM)
        with unit_of_work():
            token = links.issue_link(made.executive)
        db.session.remove()
        db.engine.dispose()
    with served(folder) as port:
        yield Crowd(f"http://127.0.0.1:{port}", token, printed, teams - printed)


def test_many_teams_stand_on_one_sheet_or_it_says_how_many_do_not(
    crowd: Crowd, watched: Callable[..., Watched], look: Look
) -> None:
    window = watched(base_url=crowd.address, viewport={"width": 1280, "height": 800})
    window.page().goto(f"/login/link/{crowd.token}")
    for lang in ("en", "zh"):
        page = window.page()
        page.goto(f"/adoption?lang={lang}")
        page.locator(".chain").wait_for()
        look(page)
        rows = page.locator(".heat tbody tr:visible")
        expect(rows).to_have_count(crowd.printed + crowd.left_out)
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, lang
        page.emulate_media(media="print")
        expect(rows).to_have_count(crowd.printed)
        told = page.get_by_text(re.compile(rf"{crowd.left_out} (teams are left out|个团队未列)"))
        expect(told.locator("visible=true")).to_have_count(1 if crowd.left_out else 0)


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


@dataclass(frozen=True)
class PilotWords:
    """What the pages of programmes and pilots say in one language."""

    programmes: str
    programme: str
    barrier: str
    note: str
    plan: str
    save: str
    sign: str
    waits: str
    charter: str
    frozen: str


PILOT_WORDS = {
    "en": PilotWords(
        programmes="Programmes", programme="CRM for the whole company", barrier="Note a barrier", note="Note it",
        plan="Plan a pilot", save="Save the plan", sign="Sign", waits="sign the charter", charter="Charter",
        frozen="Signed and frozen",
    ),
    "zh": PilotWords(
        programmes="推行项目", programme="全公司客户关系管理推行", barrier="记录障碍", note="记录", plan="计划试点",
        save="保存计划",
        sign="签署", waits="签署章程", charter="章程", frozen="已签署并冻结",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh", 1280), ("en", 360), ("zh", 360)])
def test_a_pilot_is_planned_and_signed_by_two(page_for: PageFor, look: Look, lang: str, width: int) -> None:
    said, name = PILOT_WORDS[lang], f"Quick answers {lang} {width}"
    page = page_for("pm", lang, width)
    go(page, WORDS[lang], said.programmes)
    look(page)
    follow(page, said.programme)
    page.locator(".phases").wait_for()
    look(page)
    follow(page, said.barrier)
    page.locator("[name=text]").fill("Nobody has time")
    page.locator("[name=due_on]").fill("2027-01-29")
    page.locator("[name=owner_text]").fill("Qian Bo")
    look(page)
    press(page, said.note)
    page.get_by_role("heading", name="Nobody has time", level=1).wait_for()
    look(page)
    follow(page, said.programme)
    follow(page, said.plan)
    page.locator("[name=name]").fill(name)
    page.locator("[name=problem]").fill("People wait for answers.")
    page.locator("[name=area]").fill("The East")
    page.locator("[name=chosen]").fill("By lot.")
    page.locator("[name=primary_size]").fill("1")
    page.locator("[name=sponsor_text]").fill("Gao Jian")
    for field, places in (("pilot_teams", range(4)), ("comparison_teams", range(4, 12))):
        for place in places:
            page.locator(f"[name={field}]").nth(place).check(force=True)
    look(page)
    press(page, said.save)
    page.wait_for_url(re.compile(r"/pilots/\d+$"))
    look(page)
    address = page.url
    press(page, said.sign)
    expect(page.get_by_role("button", name=said.sign, exact=True)).to_have_count(0)
    other = page_for("executive", lang, width)
    expect(other.get_by_role("main")).to_contain_text(said.waits)
    other.goto(address)
    press(other, said.sign)
    expect(other.get_by_role("button", name=said.sign, exact=True)).to_have_count(0)
    follow(other, said.charter)
    expect(other.locator(".head__say")).to_contain_text(said.frozen)
    look(other)


def test_the_last_look_is_taken_decided_and_read_by_the_executive(page_for: PageFor, look: Look) -> None:
    page = page_for("pm")
    follow(page, "Talks on record, with coaching")
    press(page, "Take the look")
    expect(page.locator(".stamp").first).to_have_text("Go")
    look(page)
    page.locator("[name=reasons]").fill("Met, no harm; the coaches are found.")
    press(page, "Decide")
    expect(page.locator(".head__say")).to_have_text("Go: to be rolled out")
    look(page)
    other = page_for("executive", "zh", 360)
    go(other, WORDS["zh"], WORDS["zh"].adoption)
    expect(other.get_by_role("main")).to_contain_text("the coaches are found")
    follow(other, "拜访有记录")
    expect(other.locator(".stamp").first).to_have_text("通过")
    look(other)
