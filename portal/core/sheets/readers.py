"""Reading a table from a file that somebody sent: everything as text, nothing dropped without a word."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from portal.core.errors import Refused
from portal.core.files import HEAD, Kind, Readable, kind_of, read_upload
from portal.core.sheets.cells import FOOTER, unguard
from portal.core.words import N_

MOST_ROWS = 200_000
MOST_COLUMNS = 200
DELIMITERS = ",;\t"
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Chinese Excel saves «CSV» in the national encoding; strict UTF-8 practically never accepts such a text by mistake.
WITHOUT_MARK = ("utf-8", "gb18030")

_VALUE = re.compile(r"[-+]?[\d\s.,]*\d[\d\s.,]*%?|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*")


class Row(NamedTuple):
    """A line of a table: its number in the file (from 1), its cells, and why it must not be taken, if so.

    There are at least as many cells as headings; more only where the problem is that.
    """

    line: int
    cells: list[str]
    problem: Refused | None


@dataclass(frozen=True, slots=True)
class Table:
    """A file as a table. `rows` can be read once; reading on may raise Refused where the file breaks off.

    `encoding` names that of a CSV text; it is `xlsx` for a workbook.
    """

    headers: list[str]
    rows: Iterator[Row]
    encoding: str
    kind: Kind


class Cells(NamedTuple):
    """A line as it stands in the file, before it is held against the headings."""

    line: int
    cells: list[str]
    problem: Refused | None = None


def read_table(source: Path | Readable, name: str) -> Table:
    """The first table of a file of this name. Refused if it is no table that can be read, with the reason."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            content = read_upload(file)
    else:
        content = read_upload(source)
    kind = kind_of(content[:HEAD], name)
    if kind is Kind.XLSX:
        from portal.core.sheets.workbooks import lines_of_workbook

        lines, encoding = lines_of_workbook(content), "xlsx"
    else:
        text, encoding = decode(content)
        lines = _lines_of_text(text)
    headers = _headers(lines)
    return Table(headers, _rows(lines, len(headers)), encoding, kind)


def decode(content: bytes) -> tuple[str, str]:
    """Text and encoding: by its byte order mark, else strict UTF-8, else GB18030; Refused if it is none of them."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in marked or WITHOUT_MARK:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Refused(N_("The text of the file cannot be read. Save it as CSV UTF-8 or as .xlsx."), "file")


def _lines_of_text(text: str) -> Iterator[Cells]:
    stream = StringIO(text, newline="")
    first = stream.readline()
    told = re.fullmatch(r"sep=(.)\s*", first)
    if not told:
        stream.seek(0)
    delimiter = told[1] if told else _delimiter(first if first.strip() else text.lstrip().partition("\n")[0])
    before = 1 if told else 0
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    line = before + 1
    try:
        for cells in reader:
            if cells[:1] == [FOOTER]:
                return
            nul = any("\0" in cell for cell in cells)
            problem = Refused(N_("The row holds a NUL character, which no text has.")) if nul else None
            yield Cells(line, [_line_ends(unguard(cell)) for cell in cells], problem)
            line = before + reader.line_num + 1
    except csv.Error as error:
        reason = N_("A quotation mark in line %(line)s is not closed, or stands in the middle of a cell.")
        raise Refused(reason, "file", line=line) from error


def _delimiter(heading: str) -> str:
    """The sign that stands most often in the heading outside quotation marks."""
    outside = re.sub(r'"[^"]*"', "", heading)
    return max(DELIMITERS, key=outside.count)


def _line_ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _headers(lines: Iterator[Cells]) -> list[str]:
    first = next((line for line in lines if any(cell.strip() for cell in line.cells)), None)
    if first is None:
        raise Refused(N_("The file is empty."), "file")
    if first.problem is not None:
        raise first.problem
    headers = [cell.strip() for cell in _without_end(first.cells, 0)]
    if len(headers) > MOST_COLUMNS:
        raise Refused(N_("The file has more than %(most)s columns."), "file", most=MOST_COLUMNS)
    for number, header in enumerate(headers, 1):
        if not header:
            raise Refused(N_("Column %(number)s has no heading."), "file", number=number)
        if _VALUE.fullmatch(header):
            reason = N_("The first row must hold the headings, but «%(cell)s» looks like a value.")
            raise Refused(reason, "file", cell=header[:60])
    known = [header.casefold() for header in headers]
    for header in headers:
        if known.count(header.casefold()) > 1:
            raise Refused(N_("Two columns are headed «%(heading)s»."), "file", heading=header[:60])
    return headers


def _rows(lines: Iterator[Cells], width: int) -> Iterator[Row]:
    count = 0
    for line, read, problem in lines:
        if not any(cell.strip() for cell in read):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(N_("The file has more than %(most)s rows. Split it."), "file", most=MOST_ROWS)
        cells = _without_end(read, width)
        yield Row(line, cells + [""] * (width - len(cells)), problem or _ragged(len(cells), width))


def _ragged(found: int, expected: int) -> Refused | None:
    reason = N_("The row has %(found)s cells, the heading %(expected)s.")
    return None if found == expected else Refused(reason, found=found, expected=expected)


def _without_end(cells: list[str], least: int) -> list[str]:
    """The cells without empty ones at the end, but not fewer than `least` of those that are there."""
    length = len(cells)
    while length > least and not cells[length - 1].strip():
        length -= 1
    return cells[:length]
