"""Reading xlsx. The archive is judged by its directory before any of it is unpacked.

544 kB of a malicious workbook make a parser work for 20 seconds; read-only parsing does not help against it.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from portal.core.errors import Refused
from portal.core.sheets.cells import clean
from portal.core.sheets.readers import MOST_COLUMNS, Cells
from portal.core.words import N_

MOST_UNPACKED = 50 * 2**20
MOST_RATIO = 100
MOST_ENTRIES = 200
SMALL = 2**20
"""Entries up to this size may be packed as densely as they like."""
LAST_ROW = 1_048_576
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0")
DECLARATION = b"<!DOCTYPE"
NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}


def lines_of_workbook(content: bytes) -> Iterator[Cells]:
    """The rows of the first visible sheet, as text. Refused for what is no harmless workbook."""
    try:
        check_archive(content)
        yield from _lines(content)
    except Refused:
        raise
    except (
        Exception
    ) as error:  # a damaged or made-up file can cause nearly any error in zipfile, zlib and openpyxl
        raise Refused(N_("The workbook is damaged. Open it in Excel and save it again."), "file") from error


def check_archive(content: bytes) -> None:
    """Refuse an archive that is no workbook, or that would unpack into more than a workbook needs."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_sizes(entries)
        for entry in entries:
            _check_entry(archive, entry)
    if not {entry.filename for entry in entries} >= NEEDED:
        raise Refused(N_("Only CSV and Excel files (.xlsx) can be read."), "file")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    dense = any(
        entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or dense:
        reason = N_("The workbook unpacks into more than a table needs. Save the one sheet as CSV.")
        raise Refused(reason, "file")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as file:
        content = file.read()
    if content.startswith(ARCHIVES):
        raise Refused(N_("The workbook holds other files. Save the one sheet as CSV."), "file")
    # No workbook declares a document type; one that does has entities to declare, which grow while they are read.
    # It may stand behind a long comment, and the sheet may have any name.
    if DECLARATION in content.replace(b"\0", b"").upper():
        raise zipfile.BadZipFile(entry.filename)


def _lines(content: bytes) -> Iterator[Cells]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    try:
        sheet: Any = next(one for one in book.worksheets if one.sheet_state == "visible")
        # What the file says of its own extent may be a lie of a million columns.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=LAST_ROW)
        gap = None
        for line, row in enumerate(rows, 1):
            # One object stands for all missing rows, of which there may be a million.
            if row is gap:
                continue
            read = _line(line, row)
            if any(read.cells):
                yield read
            else:
                gap = row
    finally:
        book.close()


def _line(line: int, row: tuple[Any, ...]) -> Cells:
    cells, problem = [], None
    for cell in row:
        value = cell.value
        if value is None:
            cells.append("")
        elif cell.data_type == "f":
            problem = Refused(N_("Cell %(cell)s holds a formula. Put its value there."), cell=cell.coordinate)
            cells.append(str(value))
        elif cell.data_type == "e":
            problem = Refused(
                N_("Cell %(cell)s holds the error %(error)s."), cell=cell.coordinate, error=value
            )
            cells.append(str(value))
        else:
            text = _text(value, cell.number_format)
            cells.append(clean(text))
            if cells[-1] != text:
                problem = Refused(N_("Cell %(cell)s holds a character that no text has."), cell=cell.coordinate)
    return Cells(line, cells, problem)


def _text(value: object, number_format: str) -> str:
    """What a cell says, as a person would type it."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            # Fifteen digits are what Excel shows and keeps; the binary rest is noise.
            number = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
            if "%" in number_format:
                return f"{_digits(number * 100)}%"
            return _digits(number)
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case str():
            from openpyxl.utils.escape import unescape

            return unescape(value).replace("\r\n", "\n").replace("\r", "\n")
        case _:
            return str(value)


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ", "minutes" if not value.second and not value.microsecond else "seconds")
