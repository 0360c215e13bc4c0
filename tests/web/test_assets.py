"""What a page loads: joined, hashed, compressed, and htmx exactly as it was published."""

import base64
import gzip
import hashlib
import json
import re
from collections import Counter

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import Babel

from portal.web.assets import ANEW, FOR_GOOD, STATIC, Assets, init_assets
from portal.web.client import words
from portal.web.security import init_security

CDN = "https://cdn.example/htmx.min.js"
KILOBYTE = 1024


def client_of(**config: object) -> FlaskClient:
    app = Flask("plain", static_folder=None)
    app.config.update({"SECRET_KEY": "x", "CDN_URL": CDN} | config)
    Babel(app)
    init_assets(app)
    init_security(app)
    app.add_url_rule(
        "/", "page", lambda: render_template_string("{{ head_assets() }}<p>{{ icon_url('search') }}</p>")
    )
    return app.test_client()


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_htmx_is_the_published_file() -> None:
    told = json.loads((STATIC / "vendor" / "manifest.json").read_text())
    for vendored in told.values():
        body = (STATIC / "vendor" / vendored["file"]).read_bytes()
        digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
        assert vendored["integrity"] == f"sha384-{digest}"
        assert vendored["version"] in vendored["file"]
        assert (STATIC / "vendor" / vendored["licence_file"]).is_file()
    published = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    assert told["htmx.js"]["integrity"] == published


def test_every_source_is_listed_once_and_joined() -> None:
    for kind in ("css", "js"):
        listed = (STATIC / kind / "order.txt").read_text().split()
        assert Counter(listed) == Counter(path.name for path in (STATIC / kind).glob(f"*.{kind}"))


def test_the_scripts_are_one_module_without_clashes(assets: Assets) -> None:
    text = assets.by_name["portal.js"].body.decode()
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    names = re.findall(r"^(?:const|let|class|(?:async )?function) (\w+)", text, re.MULTILINE)
    assert not [name for name, times in Counter(names).items() if times > 1]


def test_the_scripts_import_only_what_stands_above_them() -> None:
    order = (STATIC / "js" / "order.txt").read_text().split()
    for n, name in enumerate(order):
        imported = re.findall(
            r'^import .* from "\./(.+)";$', (STATIC / "js" / name).read_text(), re.MULTILINE
        )
        assert set(imported) <= set(order[:n]), name


def test_the_scripts_say_only_words_that_the_page_tells() -> None:
    app = Flask("plain")
    Babel(app)
    with app.test_request_context():
        told = words()
    said = set()
    for path in (STATIC / "js").glob("*.js"):
        said |= set(
            re.findall(
                r'(?:words|this\.say)\("(\w+)"|"(draft_\w+|copied_text|copy_failed)"', path.read_text()
            )
        )
    assert {one for pair in said for one in pair if one} == set(told)


def test_a_first_visit_is_small(assets: Assets) -> None:
    sent = sum(
        len(assets.by_name[name].packed) for name in ("portal.css", "portal.js", "htmx.js", "sprite.svg")
    )
    assert sent < 50 * KILOBYTE


def test_files_are_kept_for_good_and_sent_compressed(assets: Assets) -> None:
    client = client_of()
    for name, asset in assets.by_name.items():
        answer = client.get(assets.url(name), headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == FOR_GOOD
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert gzip.decompress(answer.data) == asset.body
        assert "Set-Cookie" not in answer.headers
        plain = client.get(assets.url(name), headers={"Accept-Encoding": "identity"})
        assert plain.data == asset.body
        assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_page_from_before_an_update_still_gets_its_files(assets: Assets) -> None:
    answer = client_of().get("/assets/portal.000000000000.css", headers={"Accept-Encoding": "identity"})
    assert answer.data == assets.by_name["portal.css"].body
    assert answer.headers["Cache-Control"] == ANEW


@pytest.mark.parametrize(
    "path", ["x.css", "portal.css", "portal.1.exe", "../app.py", "vendor/manifest.json", "..%2fapp.py"]
)
def test_nothing_else_is_served(path: str) -> None:
    assert client_of().get(f"/assets/{path}").status_code == 404


def test_a_page_names_its_files() -> None:
    page = client_of(ASSETS="local").get("/").text
    assert page.count("<script") == 2
    assert page.count("stylesheet") == 1
    assert "htmx-source" not in page
    assert CDN not in page
    client = client_of()
    for address in re.findall(r'(?:src|href)="([^"#]+)', page):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("mode", "own"), [("auto", True), ("cdn", False)])
def test_the_loader_is_told_where_htmx_is(mode: str, own: bool) -> None:
    page = client_of(ASSETS=mode).get("/").text
    found = re.search(
        r'<meta name="htmx-source" content="([^"]*)" data-own="([^"]*)" data-integrity="(sha384-[^"]*)">',
        page,
    )
    assert found is not None
    assert found[1] == CDN
    assert bool(found[2]) == own
    assert page.count("<script") == 1


def test_an_icon_that_is_not_there_is_refused(assets: Assets) -> None:
    assert assets.icon("search").endswith("#search")
    with pytest.raises(LookupError, match="no icon 'unicorn'"):
        assets.icon("unicorn")


def test_the_mark_is_there_for_answers_without_a_page() -> None:
    answer = client_of().get("/favicon.ico")
    assert answer.content_type.startswith("image/svg+xml")
    assert answer.headers["Cache-Control"] == ANEW
