"""Templates are sound: they compile, stay in their room, say nothing untranslated and hold nothing that the CSP forbids."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from portal.app import create_app
from portal.settings import Settings
from tests.house import source

SHARED = {"ui", "errors", "."}
"""What every template may stand on: the component library, the pages of errors, the frames."""
PLAIN = {"EN", "Subject", "yes"}
"""The link to English, the head of a mail, and what one macro answers another."""
SEEN_IN_DEVELOPMENT = "gallery"
ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "label"}
FORBIDDEN = {
    "inline handler": r"<[^>]*\son\w+\s*=",
    "inline style": r"<[^>]*\sstyle\s*=|<style\b",
    "inline script": r"<script(?![^>]*\bsrc=)",
    "address of a script": r"""["']javascript:""",
    "hx-on needs eval": r"\bhx-on\b",
    "js: values need eval": r"""\bhx-(vals|headers)[\w:]*\s*=\s*["']js:""",
    "trigger filters need eval, and without it they fail open": r"""\bhx-trigger\s*=\s*["'][^"']*\[""",
    "unescaped": r"\|\s*safe\b",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Settings(instance=str(tmp_path_factory.mktemp("instance"))), TESTING=True)


def test_every_template_compiles_and_all_that_it_names_is_there(house: Flask) -> None:
    for template in source.templates():
        house.jinja_env.get_template(source.name_of(template))
        missing = [name for name in _referenced(house, template) if not (source.TEMPLATES / name).exists()]
        assert not missing, source.name_of(template)


def test_a_template_stays_in_its_room(house: Flask) -> None:
    crossing = [
        f"{source.name_of(template)} -> {name}"
        for template in source.templates()
        for name in _referenced(house, template)
        if str(Path(name).parent) not in {*SHARED, Path(source.name_of(template)).parts[0]}
    ]
    assert not crossing, "a page of another room changes without asking: use a macro of ui/, or a block of your own"


def test_addresses_that_a_template_builds_exist(house: Flask) -> None:
    dead = [
        f"{source.name_of(template)}: {endpoint}"
        for template in source.templates()
        for endpoint in re.findall(r"""url_for\(\s*["']([\w.]+)["']""", template.read_text(encoding="utf-8"))
        if endpoint not in house.view_functions
    ]
    assert not dead


def test_every_word_is_translated() -> None:
    plain = {
        source.name_of(template): words
        for template in source.templates()
        if template.parent.name != SEEN_IN_DEVELOPMENT and (words := _words(template) - PLAIN)
    }
    assert not plain, f"put into _(): {plain}"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds_what_the_content_security_policy_forbids(what: str) -> None:
    holding = [
        source.name_of(template)
        for template in source.templates()
        if re.search(FORBIDDEN[what], template.read_text(encoding="utf-8"))
    ]
    assert not holding, what


def _referenced(house: Flask, template: Path) -> list[str]:
    tree = house.jinja_env.parse(template.read_text(encoding="utf-8"))
    return [name for name in meta.find_referenced_templates(tree) if name]


def _words(template: Path) -> set[str]:
    """The words that stand plain in a template; what its expressions print is not looked at."""
    reader = _Words()
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    reader.feed(text)
    return set(reader.words)


class _Words(HTMLParser):
    """Collects the words that a reader would see or hear."""

    SILENT = {"script", "style", "code", "kbd", "svg"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.inside.append(tag)
        for name, value in attrs:
            if name in ATTRIBUTES:
                self._see(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._see(data)

    def _see(self, text: str) -> None:
        self.words += re.findall(r"[A-Za-z]{2,}", text)


def test_the_reader_sees_plain_words() -> None:
    reader = _Words()
    reader.feed('<p title="Why">Hello <code>x</code> <kbd>Ctrl</kbd> 42 a</p><svg><title>no</title></svg>')
    assert reader.words == ["Why", "Hello"]
