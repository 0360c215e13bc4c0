"""Every class that a page uses is defined, every class that is defined is used, every file is served."""

import re
from functools import cache

from tests.house import source

CSS, JS = source.STATIC / "css", source.STATIC / "js"
ATTRIBUTE = re.compile(r'\bclass_?="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', re.DOTALL)
STRING = re.compile(r'"([^"{}<>\n]*)"|\'([^\'{}<>\n]*)\'')
VARIANT = re.compile(r"[a-z][a-z0-9-]*(?:__|--)[a-z0-9][\w-]*")
"""`card__head`, `btn--quiet`: a word of this shape in a string can be nothing but a class."""


@cache
def defined() -> set[str]:
    """The classes that the style sheets define."""
    found: set[str] = set()
    for file in CSS.glob("*.css"):
        text = re.sub(r'/\*.*?\*/|"[^"]*"', "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"[^{};]+(?=\{)", text):
            found |= set(re.findall(r"\.([a-zA-Z][\w-]*)", selector.partition("@")[0]))
    return found


def used() -> dict[str, str]:
    """Each class that templates and scripts put on elements, with a file in which it stands."""
    found: dict[str, str] = {}
    for template in source.templates():
        text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        for value in ATTRIBUTE.findall(text):
            # What an expression prints is glued to its word, so that half a name is not taken for a whole one.
            words = re.sub(r"\{\{.*?\}\}", "\0", re.sub(r"\{%.*?%\}", " ", value, flags=re.DOTALL), flags=re.DOTALL).split()
            found |= {word: source.name_of(template) for word in words if "\0" not in word}
        found |= {word: source.name_of(template) for word in _variants(text)}
    for script in JS.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        found |= dict.fromkeys(_variants(text), script.name)
        for call in re.findall(r"classList\.\w+\(([^)]*)\)|className = ([^;\n]*)", text):
            found |= {word: script.name for one in STRING.findall(" ".join(call)) for word in " ".join(one).split()}
    return found


def _variants(text: str) -> set[str]:
    return {word for pair in STRING.findall(text) for string in pair for word in string.split() if VARIANT.fullmatch(word)}


def test_every_class_that_is_used_is_defined() -> None:
    missing = {name: place for name, place in used().items() if name not in defined()}
    assert not missing


def test_every_class_that_is_defined_is_used() -> None:
    files = [*source.templates(), *JS.glob("*.js"), *(source.PORTAL / "web").rglob("*.py")]
    words = {word for file in files for word in re.findall(r"[\w-]+", file.read_text(encoding="utf-8"))}
    # Shades and steps are drawn by their number: `h4` by the heat map.
    unused = sorted(name for name in defined() - words if not re.fullmatch(r"[a-z]\d", name))
    assert not unused, " ".join(unused)


def test_all_style_sheets_and_scripts_are_served_once() -> None:
    for folder in (CSS, JS):
        listed = (folder / "order.txt").read_text(encoding="utf-8").split()
        assert sorted(listed) == sorted(file.name for file in folder.iterdir() if file.name != "order.txt")


def test_the_check_reads_classes_between_the_braces() -> None:
    assert ATTRIBUTE.findall("""<a class="btn{% if x == "y" %} btn--main{% endif %}{{ looks["z"] }}">""") == [
        """btn{% if x == "y" %} btn--main{% endif %}{{ looks["z"] }}"""
    ]
    assert {"btn", "st", "rail__who"} <= defined()
    assert _variants("""{"good": " st--good", 'x': "rail__who is-on", "no": "--dry-run"}""") == {"st--good", "rail__who"}
