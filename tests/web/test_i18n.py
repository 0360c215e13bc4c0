"""In which language a request is answered, and how it is remembered."""

from dataclasses import dataclass

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from flask_babel import gettext

from portal.settings import Settings
from portal.web import catalogue
from portal.web.formats import lang
from portal.web.i18n import forget_choice, init_i18n, lang_urls


@dataclass
class Somebody:
    """As much of a person as the choice of the language needs."""

    id: int = 17
    lang: str = ""


@pytest.fixture
def house() -> Flask:
    """A small application with the languages of the house; `person` is whoever is signed in."""
    app = Flask(__name__)
    app.extensions["settings"] = Settings()
    app.extensions["person"] = None
    init_i18n(app)

    @app.before_request
    def _sign_in() -> None:
        g.person = app.extensions["person"]

    @app.get("/")
    @app.get("/things/<int:id>")
    def show(id: int = 0) -> str:  # noqa: A002
        return f"{lang()} {lang_urls()['zh']}"

    @app.post("/things/<int:id>/decision")
    def decide(id: int) -> str:  # noqa: A002
        return lang_urls()["en"]

    @app.post("/setting/<language>")
    def settle(language: str) -> str:
        app.extensions["person"].lang = language
        forget_choice()
        return ""

    return app


@pytest.fixture
def client(house: Flask) -> FlaskClient:
    return house.test_client()


def language(client: FlaskClient, path: str = "/", accept: str = "") -> str:
    return client.get(path, headers={"Accept-Language": accept}).text[:2]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("zh-TW", "zh"), ("zh-Hans-CN", "zh"), ("zh", "zh"),
     ("en-GB,zh;q=0.5", "en"), ("de,fr", "en"), ("de,zh;q=0.3", "zh"), ("*", "en"), ("???", "en")],
)  # fmt: skip
def test_a_stranger_is_answered_as_the_browser_asks(client: FlaskClient, accept: str, expected: str) -> None:
    assert language(client, accept=accept) == expected


def test_the_setting_counts_more_than_the_browser(house: Flask, client: FlaskClient) -> None:
    house.extensions["person"] = Somebody(lang="zh")
    assert language(client, accept="en") == "zh"


def test_lang_in_the_address_counts_at_once_and_is_remembered(house: Flask, client: FlaskClient) -> None:
    house.extensions["person"] = Somebody(lang="en")
    assert language(client, "/?lang=zh") == "zh"
    assert language(client) == "zh"
    assert language(client, "/?lang=en") == "en"
    assert language(client) == "en"


def test_a_setting_made_after_the_choice_counts_more(house: Flask, client: FlaskClient) -> None:
    house.extensions["person"] = Somebody(lang="")
    language(client, "/?lang=en")
    client.post("/setting/zh")
    assert language(client) == "zh"


def test_setting_the_same_language_again_ends_the_choice(house: Flask, client: FlaskClient) -> None:
    house.extensions["person"] = Somebody(lang="en")
    language(client, "/?lang=zh")
    client.post("/setting/en")
    assert language(client) == "en"


def test_a_choice_of_somebody_else_does_not_overrule_my_setting(house: Flask, client: FlaskClient) -> None:
    language(client, "/?lang=zh")
    house.extensions["person"] = Somebody(lang="en")
    assert language(client) == "en"
    house.extensions["person"] = Somebody(lang="")
    assert language(client) == "zh", "who has set nothing keeps what was chosen before signing in"


@pytest.mark.parametrize("told", ["fr", "", "ZH", "zh.1.en", "<script>"])
def test_an_unknown_language_is_not_heard_and_not_remembered(client: FlaskClient, told: str) -> None:
    answer = client.get("/", query_string={"lang": told})
    assert answer.text.startswith("en")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["zh", "zh.0", "fr.0.", "...", "zh.0..", ""])
def test_a_broken_cookie_is_no_choice(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("lang", cookie)
    assert language(client) == "en"


def test_the_language_links_keep_the_rest_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/things/7?q=%E4%B8%8A%E6%B5%B7&region=1&region=2&lang=en").text
    assert answer == "en /things/7?q=%E4%B8%8A%E6%B5%B7&region=1&region=2&lang=zh"


def test_the_page_that_answers_a_post_links_to_the_page_it_stands_on(client: FlaskClient) -> None:
    assert client.post("/things/7/decision").text == "/things/7?lang=en"


def test_an_empty_text_stays_empty_in_chinese(house: Flask) -> None:
    with house.test_request_context("/?lang=zh"):
        assert gettext("") == ""
        assert gettext("no such text") == "no such text"


def test_chinese_of_all_rooms_is_one_catalogue(house: Flask) -> None:
    with house.test_request_context("/?lang=zh"):
        assert gettext("Search") == "搜索"
        assert gettext("today %(time)s", time="14:20") == "今天 14:20"
        assert render_template_string("{{ ngettext('%(num)s hour ago', '%(num)s hours ago', 3) }}") == "3 小时前"
    with house.test_request_context("/?lang=en"):
        assert render_template_string("{{ ngettext('%(num)s hour ago', '%(num)s hours ago', 1) }}") == "1 hour ago"


def test_values_in_translated_text_are_escaped(house: Flask) -> None:
    with house.test_request_context("/?lang=zh"):
        shown = render_template_string("{{ _('You: %(name)s', name=name) }}", name="<b>")
    assert shown == "你：&lt;b&gt;"


def test_the_catalogue_is_read_once_until_a_file_changes(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "a.po").write_text(head + 'msgid "One"\nmsgstr "一"\n\n#, fuzzy\nmsgid "Two"\nmsgstr "二"\n', encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.refresh()
    try:
        first = catalogue.chinese()
        assert (first.gettext("One"), first.gettext("Two")) == ("一", "Two")
        assert catalogue.chinese() is first
        (tmp_path / "b.po").write_text(head + 'msgid "One"\nmsgstr "另一"\n\nmsgid "Three"\nmsgstr "三"\n', encoding="utf-8")
        catalogue.refresh()
        assert (catalogue.chinese().gettext("One"), catalogue.chinese().gettext("Three")) == ("一", "三")
    finally:
        catalogue.refresh()
