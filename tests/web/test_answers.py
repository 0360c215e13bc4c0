"""Pages and blocks, sending on, error pages in both languages."""

from collections.abc import Callable

import pytest
from flask import Flask, g

from portal.core.errors import Refused
from portal.web.answers import WORDS, error, location_of, safe_next, sent_on
from tests.client import PortalClient


@pytest.mark.parametrize("path", ["/", "/price-requests?state=waiting", "/a/b#c", "/%E6%B3%B5", "/泵"])
def test_paths_of_this_site_are_gone_on_to(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None, "", "//evil.example", "https://evil.example", "evil", "/\\evil", "\\\\evil", "/a\nb", "/a b", "/\t/evil",
        "javascript:1", "/\u202e", "/\x00",
    ],
)  # fmt: skip
def test_nothing_else_is(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_a_browser_is_sent_on_by_303_and_htmx_by_header(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        answer = sent_on("/there", "Done.")
        assert (answer.status_code, answer.location, g.said) == (303, "/there", "Done.")
        assert location_of(answer) == "/there"
    with app.test_request_context("/", method="POST", headers={"HX-Request": "true"}):
        answer = sent_on("/there", "Done.")
        assert (answer.status_code, answer.headers["HX-Location"], answer.location) == (200, "/there", None)
        assert location_of(answer) == "/there"


def test_a_block_is_a_literal_part_of_its_page(app: Flask, client_for: Callable[..., PortalClient]) -> None:
    client = client_for("rep")
    whole = client.get("/search?q=nothing").get_data(as_text=True)
    block = client.htmx("/search?q=nothing", "#found").get_data(as_text=True)
    assert block.strip().startswith('<div id="found"')
    assert block.strip() in whole


@pytest.mark.parametrize("target", ["#no-such-block", "main#main-thing", "", "tbody#"])
def test_an_unknown_target_gets_the_whole_page(
    app: Flask, client_for: Callable[..., PortalClient], target: str
) -> None:
    assert "<html" in client_for("rep").htmx("/search", target).get_data(as_text=True)


@pytest.mark.parametrize("username", [None, "rep"])
def test_no_link_of_a_page_leads_to_the_site_that_its_address_names(
    app: Flask, client_for: Callable[..., PortalClient], username: str | None
) -> None:
    r"""A browser takes a backslash in the path of a link for a slash: `/\evil.example` is another site."""
    page = client_for(username).get("/%5Cevil.example/x").get_data(as_text=True)
    assert "/%5Cevil.example/x?" in page
    assert "\\evil.example" not in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_address_in_chinese_fits_into_a_header(
    app: Flask, client_for: Callable[..., PortalClient], headers: dict[str, str]
) -> None:
    asked = {"lang": "zh", "next": "/people?q=王磊"}
    answer = client_for("rep").submit("/me/language", asked, headers=headers)
    where = answer.headers.get("HX-Location") or answer.headers["Location"]
    assert where == "/people?q=%E7%8E%8B%E7%A3%8A"


def test_every_status_is_told_in_both_languages(app: Flask) -> None:
    told: dict[str, list[str]] = {}
    for lang in ("en", "zh-CN"):
        with app.test_request_context("/", headers={"Accept-Language": lang}):
            app.preprocess_request()
            told[lang] = [error(status).get_data(as_text=True) for status in sorted(WORDS)]
    for status, english, chinese in zip(sorted(WORDS), told["en"], told["zh-CN"], strict=True):
        head, say = WORDS[status]
        assert head in english
        assert say in english
        assert head not in chinese
        assert '<html lang="zh-Hans"' in chinese


@pytest.mark.parametrize(("status", "shown"), [(418, 400), (451, 400), (502, 500), (504, 500)])
def test_a_status_without_words_of_its_own_borrows_the_nearest(app: Flask, status: int, shown: int) -> None:
    with app.test_request_context("/"):
        app.preprocess_request()
        answer = error(status)
    assert (answer.status_code, WORDS[shown][0] in answer.get_data(as_text=True)) == (status, True)


def test_errors_are_told_within_the_frame_of_the_reader(
    app: Flask, client_for: Callable[..., PortalClient]
) -> None:
    answer = client_for("rep", lang="zh").get("/nowhere")
    told = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert WORDS[404][0] not in told
    assert 'class="rail"' in told
    assert answer.headers["X-Request-Id"] in told


def test_an_error_of_the_server_needs_no_database(
    app: Flask, client_for: Callable[..., PortalClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.home import views

    def fail(*_args: object, **_values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(views.gathered, "today", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    try:
        answer = client_for("rep").get("/")
    finally:
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = None
    told = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert WORDS[500][0] in told
    assert 'class="rail"' not in told


def test_wrong_methods_are_told_and_say_which_are_right(
    app: Flask, client_for: Callable[..., PortalClient]
) -> None:
    answer = client_for("rep").get("/notifications/reading")
    assert (answer.status_code, WORDS[405][0] in answer.get_data(as_text=True)) == (405, True)


def test_a_session_that_has_ended_sends_htmx_to_the_door(
    app: Flask, client_for: Callable[..., PortalClient]
) -> None:
    answer = client_for(None).get("/price-requests", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/price-requests")


def test_a_refusal_outside_a_form_is_told_with_its_values(app: Flask) -> None:
    with app.test_request_context("/"):
        app.preprocess_request()
        answer = app.ensure_sync(app.handle_user_exception)(
            Refused("Write a number from %(least)s to %(most)s.", least=1, most=9)
        )
    assert answer.status_code == 422
    assert "Write a number from 1 to 9." in answer.get_data(as_text=True)
