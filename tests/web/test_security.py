"""What every answer carries, what is refused before anything else, and templates that keep to the policy."""

import json
import logging
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from portal.web.assets import init_assets
from portal.web.security import LONGEST_TEXT, PRIVATE, SECURITY_HEADERS, VARIES, init_security, policy

CDN = "https://cdn.example/npm/htmx.org@4.0.1/dist/htmx.min.js"
TEMPLATES = Path(__file__).parents[2] / "portal" / "templates"


@pytest.fixture
def app() -> Flask:
    app = Flask("plain", static_folder=None)
    app.config.update(
        SECRET_KEY="x", CDN_URL=CDN, ASSETS="local", TRUSTED_HOSTS=["portal.example", "localhost"]
    )
    Babel(app)
    init_assets(app)
    init_security(app)
    app.add_url_rule(
        "/", "page", lambda: render_template_string("{{ head_assets() }}"), methods=["GET", "POST"]
    )

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/nothing-here", "/broken", "/assets/nothing-here.css"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["Content-Security-Policy"] == policy()
    assert answer.headers["Cache-Control"] == PRIVATE
    assert set(VARIES) <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert "Strict-Transport-Security" not in answer.headers


def test_over_tls_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    answer = client.get("/", base_url="https://portal.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_proxy_that_ends_tls_without_a_word_changes_nothing(app: Flask, client: FlaskClient) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    assert client.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_policy_allows_nothing_but_this_site_and_one_file() -> None:
    rules = dict(rule.split(" ", 1) for rule in policy(CDN).split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == f"'self' {CDN}"
    assert rules["style-src"] == "'self'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy(CDN)
    assert "cdn" not in policy()


def test_the_cdn_stands_in_the_policy_only_when_it_is_used(app: Flask) -> None:
    for mode, named in (("local", False), ("auto", True), ("cdn", True)):
        app.config["ASSETS"] = mode
        assert (CDN in app.test_client().get("/").headers["Content-Security-Policy"]) == named


@pytest.mark.parametrize(
    "host", ["evil.example", "portal.example.evil.example", "", "portal.example@evil.example", "a b"]
)
def test_an_unknown_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["Cache-Control"] == PRIVATE


@pytest.mark.parametrize("host", ["portal.example", "localhost:8000"])
def test_a_known_host_is_served(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_a_post_comes_from_our_own_page(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/", headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200


def test_the_check_comes_before_anybody_reads_the_body(app: Flask) -> None:
    CSRFProtect(app)
    answer = app.test_client().post("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.text) == (403, "Sent from another site.\n")


REPORT = {
    "csp-report": {
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?secret=1",
        "document-uri": "http://localhost/customers?q=name\n2",
    }
}


def test_only_files_may_be_large(app: Flask, client: FlaskClient) -> None:
    @app.post("/form")
    def form() -> str:
        for file in request.files.values():
            file.close()
        return str(len(request.form) + len(request.files))

    text = "username=" + "x" * LONGEST_TEXT
    assert (
        client.post("/form", data=text, content_type="application/x-www-form-urlencoded").status_code == 413
    )
    file = f'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n{text}\r\n--b--\r\n'
    assert client.post("/form", data=file, content_type="multipart/form-data; boundary=b").text == "1"


def test_reports_are_counted_and_logged_once_without_query(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    with caplog.at_level(logging.WARNING, logger="portal"):
        for _ in range(3):
            assert client.post("/csp-report", json=REPORT).status_code == 204
    assert list(app.extensions["csp_reports"].values()) == [3]
    assert len(caplog.records) == 1
    assert "evil.example/x.js" in caplog.text
    assert "secret" not in caplog.text
    assert "name" not in caplog.text


def test_a_report_that_does_not_say_how_long_it_is_is_not_read(app: Flask) -> None:
    body = BytesIO(json.dumps(REPORT).encode())
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = app.test_client().post("/csp-report", input_stream=body, environ_overrides=chunked)
    assert (answer.status_code, body.tell()) == (400, 0)


def test_reports_pass_the_csrf_check(app: Flask) -> None:
    app = Flask("guarded", static_folder=None)
    app.config.update(SECRET_KEY="x", ASSETS="local")
    CSRFProtect(app)
    init_security(app)
    assert app.test_client().post("/csp-report", json=REPORT).status_code == 204


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"csp-report": 1}', b"x" * 100_000, b"\xff\xfe"]
)
def test_an_absurd_report_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/csp-report", data=body).status_code == 400


def test_reports_of_ever_new_kinds_do_not_fill_the_memory(app: Flask) -> None:
    client = app.test_client()
    for n in range(300):
        kind = REPORT["csp-report"] | {"effective-directive": f"d{n}"}
        client.post("/csp-report", json={"csp-report": kind})
    assert len(app.extensions["csp_reports"]) == 200


REFUSED_BY_THE_POLICY = {
    "an inline style": r"<[^>{%]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an on… attribute": r"<[^>{%]*\son[a-z]+\s*=",
    "hx-on": r"\shx-on\b",
    "a js: value": r"\shx-[a-z]+(?::[a-z]+)?=[\"'](?:js|javascript):",
    "a trigger filter": r"hx-trigger=\"[^\"]*\[",
    "a javascript: link": r"href=[\"']javascript:",
}


@pytest.mark.parametrize("what", REFUSED_BY_THE_POLICY)
def test_no_template_holds_what_the_policy_refuses(what: str) -> None:
    pattern = re.compile(REFUSED_BY_THE_POLICY[what], re.IGNORECASE)
    found = [
        f"{path.relative_to(TEMPLATES)}: {match[0]}"
        for path in TEMPLATES.rglob("*.html")
        if "mail" not in path.parts
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found
