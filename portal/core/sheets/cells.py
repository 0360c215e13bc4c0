"""Text of cells, on its way into a file and out of it. Pure."""

import re
import unicodedata

FOOTER = "#export"
"""The first cell of the lines below a written CSV table that tell who, when, which filter, how many rows."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spreadsheets skip blanks and invisible characters before they look for a formula. Leading quotes belong to the
# pattern, so that a text which really begins with '= is guarded once more and comes back as it was.
_RISKY = re.compile(
    "'*(?:[\\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u2060\ufeff]*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b])"
)


def clean(text: str) -> str:
    """Text that every format can hold: lines end in LF, no control or half characters (XML has no place for them)."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def width(text: str) -> int:
    """Columns that a line of text takes in a fixed-width script: two for a Chinese character, none for an accent."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
        for char in text
    )


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula: with a quote before it where it could be taken for one."""
    return f"'{text}" if _RISKY.match(text) or text.lstrip("'") == FOOTER else text


def unguard(text: str) -> str:
    """What `guard` was given."""
    return text[1:] if text.startswith("'") and guard(text) != text else text
