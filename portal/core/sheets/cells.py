"""Text of cells, on its way into a file and out of it. Pure."""

import re
import unicodedata

FOOTER = "#export"
"""The first cell of the lines below a written CSV table that tell who, when, which filter, how many rows."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spreadsheets skip blanks and invisible characters before they look for a formula. Leading quotes belong to the
# pattern, so that a text which really begins with '= is guarded once more and comes back as it was.
_BLANK = "\\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u2060\ufeff"
_SIGN = "-=+@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b"
_RISKY = re.compile(f"'*(?:[{_BLANK}]*[{_SIGN}\t\r\n])")
# Where lists are separated by a semicolon (German, French) a spreadsheet splits our lines there, in the middle of a text
# and of its quotation marks; what follows is then a cell of its own, as is what follows the end of a line.
_INSIDE = re.compile(f"([;\t\n])(?=[{_BLANK}\"']*[{_SIGN}])")
_GUARDED_INSIDE = re.compile(_INSIDE.pattern.replace(")(", ")'(", 1))


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
    """Text that no spreadsheet takes for a formula: with a quote wherever it could begin to be taken for one."""
    inside = _INSIDE.sub(r"\1'", text)
    return f"'{inside}" if _RISKY.match(text) or text.lstrip("'") == FOOTER else inside


def unguard(text: str) -> str:
    """What `guard` was given."""
    inside = _GUARDED_INSIDE.sub(r"\1", text)
    return inside[1:] if inside.startswith("'") and guard(inside[1:]) == text else inside
