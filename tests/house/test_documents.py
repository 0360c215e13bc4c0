"""The documents name what is there: files, rooms in their order, and in the guides the very words of the screen."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.house import source, tables, translations

GUIDES = sorted((source.ROOT / "docs" / "guide").glob("*/*.md"))
LINK = re.compile(r"\]\(([^)#\s]+\.md|[^)#\s]+/)[)#]")
PATH = re.compile(r"`((?:portal|tests|docs)/[\w./-]+)`")
BOLD = re.compile(r"\*\*(.+?)\*\*")
VALUE = re.compile(r"%\(\w+\)s")
TOLD = {"bold", "粗体"}
"""What the guides say of their own bold words."""


@pytest.mark.parametrize("file", [*tables.documents(), source.ROOT / "CONTRIBUTING.md"], ids=lambda file: file.name)
def test_documents_name_files_that_are_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    named = [file.parent / link for link in LINK.findall(text) if "://" not in link]
    named += [source.ROOT / path for path in PATH.findall(text)]
    assert not [str(one) for one in named if not one.exists()]


def test_the_map_of_rooms_is_the_order_of_the_imports() -> None:
    text = (source.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    mapped = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    built = {entry.stem for entry in source.PORTAL.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists()}
    assert mapped == [name for layer in source.order() for name in layer if name in built - {"__main__", "__init__"}]


@cache
def on_screen(language: str) -> list[re.Pattern[str]]:
    """Every text of the screen in a language, with anything in the place of its values."""
    if language == "en":
        texts = [text for text, _context in translations.said()]
    else:
        texts = [message.string for _file, message in translations.messages()]
    plain = {one for text in texts for one in ([text] if isinstance(text, str) else text) if VALUE.sub("", one).strip()}
    return [re.compile(".+".join(map(re.escape, VALUE.split(text)))) for text in sorted(plain)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: f"{guide.parent.name}/{guide.stem}")
def test_bold_words_stand_on_the_screen(guide: Path) -> None:
    named = set(BOLD.findall(guide.read_text(encoding="utf-8").replace("\n", " "))) - TOLD
    screen = on_screen(guide.parent.name)
    assert not sorted(one for one in named if not any(text.fullmatch(one) for text in screen))


def test_every_guide_is_there_in_both_languages() -> None:
    by_language = {language: {guide.name for guide in GUIDES if guide.parent.name == language} for language in ("en", "zh")}
    assert by_language["en"] == by_language["zh"]
    assert by_language["en"]
