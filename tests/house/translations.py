"""What is said in the code and the templates against what is written in the Chinese catalogues.

`make i18n` (`python -m tests.house.translations`) lists for writers what is missing, by file, ready to be pasted.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from jinja2 import TemplateSyntaxError

from portal.web import catalogue

PORTAL = Path(__file__).parents[2] / "portal"
METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"silent": "false"}, "templates/**.txt": {"silent": "false"}}
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
PLACE = re.compile(r"%\((\w+)\)[a-z]")
HAN = re.compile(r"[\u4e00-\u9fff]")

Key = tuple[str | tuple[str, ...], str | None]
"""A message id (or singular and plural) and its context."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the translations."""

    file: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}: {self.says}"


@cache
def said() -> dict[Key, list[str]]:
    """Every message of the code and the templates, with the places where it stands."""
    found: dict[Key, list[str]] = defaultdict(list)
    reading: list[str] = []
    rows = extract_from_dir(
        PORTAL, METHODS, OPTIONS, keywords=KEYWORDS, callback=lambda file, _method, _options: reading.append(file)
    )
    try:
        for file, line, message, _comments, context in rows:
            found[message, context].append(f"portal/{file}:{line}")
    except TemplateSyntaxError as problem:
        raise RuntimeError(f"portal/{reading[-1]}:{problem.lineno}: {problem.message}") from None
    return dict(found)


@cache
def written() -> dict[str, Catalog]:
    """The catalogues by the name of their file."""
    return catalogue.parts()


def messages() -> list[tuple[str, Message]]:
    """Every entry of every catalogue with the name of its file."""
    return [(file, message) for file, part in written().items() for message in part if message.id]


def key(message: Message) -> Key:
    """The key of a catalogue's entry, as `said()` has it."""
    return message.id, message.context


def missing() -> dict[str, list[Key]]:
    """What has no Chinese yet, by the first file in which it stands. Fuzzy and empty entries are none."""
    there = {key(message) for _file, message in messages() if not message.fuzzy and _filled(message)}
    by_file: dict[str, list[Key]] = defaultdict(list)
    for one, places in sorted(said().items(), key=lambda row: row[1]):
        if one not in there and one[0]:
            by_file[places[0].rpartition(":")[0]].append(one)
    return dict(by_file)


def obsolete() -> list[Fault]:
    """Entries that nothing says any more."""
    gone = [Fault(file, f"nothing says {message.id!r}") for file, message in messages() if key(message) not in said()]
    for file, part in written().items():
        gone += [Fault(file, f"obsolete entry {entry!r}") for entry in part.obsolete]
    return gone


def twice() -> list[Fault]:
    """Messages that stand in two places: in two files, or twice in one."""
    places: dict[Key, list[str]] = defaultdict(list)
    for file, message in messages():
        places[key(message)].append(file)
    faults = [Fault(files[1], f"{one[0]!r} stands in {files[0]} too") for one, files in places.items() if len(files) > 1]
    for file, part in written().items():
        text = (catalogue.FOLDER / file).read_text(encoding="utf-8")
        stand = len(re.findall(r"^msgid ", text, re.MULTILINE))
        there = len([one for one in part if one.id]) + 1
        if stand != there:
            faults.append(Fault(file, f"{stand - there} entries stand twice in it"))
    return faults


def unfit() -> list[Fault]:
    """Entries that are fuzzy, empty, lose a placeholder, or are not Chinese as it is set."""
    return [Fault(file, f"{message.id!r}: {problem}") for file, message in messages() for problem in _problems(message)]


def _problems(message: Message) -> list[str]:
    if message.fuzzy:
        return ["fuzzy"]
    if not _filled(message):
        return ["empty"]
    source = message.id if isinstance(message.id, str) else message.id[-1]
    text = message.string if isinstance(message.string, str) else message.string[0]
    found = []
    if set(PLACE.findall(source)) != set(PLACE.findall(text)):
        found.append(f"placeholders differ: {text!r}")
    if re.search(r"[\u4e00-\u9fff)][,;:?!]|[\u4e00-\u9fff]\.(\s|$)|[\u4e00-\u9fff] ?\(", text):
        found.append(f"punctuation of Chinese is full width: {text!r}")
    if text == source and re.search(r"[a-z]{3,} [a-z]{2,}", text):
        found.append("not translated")
    if source.strip() == source and text.strip() != text:
        found.append("blanks at the ends")
    return found


def _filled(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    return bool(strings) and all(strings)


def entry(one: Key) -> str:
    """A message as an empty entry of a catalogue."""
    text, context = one
    lines = ["#, python-format"] if PLACE.search(" ".join([text] if isinstance(text, str) else text)) else []
    if context:
        lines.append(f"msgctxt {_quoted(context)}")
    if isinstance(text, str):
        return "\n".join([*lines, f"msgid {_quoted(text)}", 'msgstr ""'])
    return "\n".join([*lines, f"msgid {_quoted(text[0])}", f"msgid_plural {_quoted(text[1])}", 'msgstr[0] ""'])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """Print what is missing and what is wrong; 1 if there is anything."""
    faults = [*twice(), *unfit(), *obsolete()]
    for file, wanted in missing().items():
        print(f"# {file}: {len(wanted)} without Chinese")
        for one in wanted:
            print(f"# {' '.join(said()[one][:3])}\n{entry(one)}\n")
    for fault in faults:
        print(fault)
    count = sum(map(len, missing().values()))
    print(f"{len(said())} messages, {count} missing, {len(faults)} otherwise wrong")
    return 1 if count or faults else 0


if __name__ == "__main__":
    sys.exit(main())
