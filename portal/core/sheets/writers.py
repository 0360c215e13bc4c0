"""Files for spreadsheets: CSV and xlsx."""

import csv
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from io import TextIOWrapper
from typing import Any, BinaryIO

from portal.core.errors import Refused
from portal.core.sheets.cells import FOOTER, clean, guard, width
from portal.core.sheets.export import RIGHT, Export, amount
from portal.core.words import N_

XLSX_ROWS = 1_048_575
XLSX_CELL = 32_767
"""Characters that a cell of a workbook can hold."""
NARROWEST, WIDEST = 8, 60
SHEET_NAME = 31
FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001  (the first day on which Excel's calendar is right)


def write_csv(export: Export, out: BinaryIO) -> int:
    """Write CSV that Excel opens rightly: UTF-8 with a mark, CRLF. The number of rows.

    Text that could be taken for a formula gets a quote before it; our reader takes it away again.
    """
    text = TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text, lineterminator="\r\n")
    columns, rows = export.flat()
    lines.writerow(guard(label) for label, _kind in columns)
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  (the count is needed after the loop)
        lines.writerow(
            _csv_cell(export, value, kind) for value, (_label, kind) in zip(row, columns, strict=True)
        )
    lines.writerow([])
    for label, value in [("", clean(export.title)), *export.facts(written)]:
        lines.writerow([FOOTER, guard(label), guard(value)])
    text.detach()
    return written


def _csv_cell(export: Export, value: Any, kind: str) -> str:
    if kind == "money":
        return "" if value is None else str(amount(value))
    text = export.text(value, kind)
    return guard(text) if kind == "text" else text


def write_xlsx(export: Export, out: BinaryIO) -> int:
    """Write a workbook: text as text, figures, money, days and times as such. The number of rows.

    Refused if there are more rows than a sheet can hold.
    """
    import xlsxwriter

    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(out, {"constant_memory": True, **options}) as book:
        made = export.local(export.when)
        book.set_properties({"title": clean(export.title), "author": clean(export.who), "created": made})
        sheet = book.add_worksheet(_sheet_name(export.title))
        columns, rows = export.flat()
        written = _Grid(export, book, sheet, columns).fill(rows)
        for one in export.beside:
            further = replace(export, columns=one.columns, rows=one.rows)
            columns, rows = further.flat()
            _Grid(further, book, book.add_worksheet(_sheet_name(one.title)), columns).fill(rows)
        about = book.add_worksheet(_sheet_name(export.say(N_("About this file"))))
        about.set_column(0, 1, 30)
        for line, (label, value) in enumerate(export.facts(written)):
            about.write_string(line, 0, label)
            about.write_string(line, 1, value)
    return written


class _Grid:
    """The sheet that holds the rows, written from top to bottom (the library keeps only the present row)."""

    def __init__(self, export: Export, book: Any, sheet: Any, columns: list[tuple[str, str]]) -> None:
        self.export, self.book, self.sheet, self.columns = export, book, sheet, columns
        self.heading = {
            align: book.add_format({"bold": True, "bottom": 1, "align": align}) for align in ("left", "right")
        }
        self.formats: dict[str, Any] = {}
        self.widths = [width(label) for label, _kind in columns]

    def fill(self, rows: Iterable[list[Any]]) -> int:
        self.sheet.freeze_panes(1, 0)
        for column, (label, kind) in enumerate(self.columns):
            self.sheet.write_string(0, column, label, self.heading["right" if kind in RIGHT else "left"])
        written = 0
        for written, row in enumerate(rows, 1):
            if written > XLSX_ROWS:
                raise Refused(
                    N_("A sheet of Excel holds at most %(most)s rows. Narrow the list."), most=XLSX_ROWS
                )
            for column, value in enumerate(row):
                if value is not None and value != "":
                    self._write(written, column, value)
        for column, widest in enumerate(self.widths):
            self.sheet.set_column(column, column, min(max(widest + 2, NARROWEST), WIDEST))
        self.sheet.autofilter(0, 0, written, len(self.columns) - 1)
        return written

    def _write(self, line: int, column: int, value: Any) -> None:
        kind = self.columns[column][1]
        shown = self.export.text(value, kind)
        if line <= 200:
            self.widths[column] = max(self.widths[column], width(shown))
        match kind:
            case "money":
                figure = amount(value)
                self.sheet.write_number(
                    line, column, figure, self._format(f"#,##0{_decimals(-int(figure.as_tuple().exponent))}")
                )
            case "number":
                self.sheet.write_number(
                    line, column, value, self._format("#,##0" if isinstance(value, int) else "General")
                )
            case "percent":
                self.sheet.write_number(line, column, value / 10_000, self._format("0.00%"))
            case "day" | "instant" if self._moment(value) >= FIRST_DAY:
                form = "yyyy-mm-dd" if kind == "day" else "yyyy-mm-dd hh:mm"
                self.sheet.write_datetime(line, column, self._moment(value), self._format(form))
            case _:
                self.sheet.write_string(line, column, shown[:XLSX_CELL])

    def _moment(self, value: date) -> datetime:
        if isinstance(value, datetime):
            return self.export.local(value)
        return datetime.combine(value, time())

    def _format(self, form: str) -> Any:
        if form not in self.formats:
            self.formats[form] = self.book.add_format({"num_format": form})
        return self.formats[form]


def _decimals(places: int) -> str:
    return "." + "0" * places if places else ""


def _sheet_name(title: str) -> str:
    """A title as the name of a sheet: Excel allows 31 characters and not all of them, and keeps `History` to itself."""
    name = (
        re.sub(r"[\[\]:*?/\\]", " ", clean(title)).replace("\n", " ").strip(" '")[:SHEET_NAME].strip(" '")
        or "Sheet"
    )
    return f"{name} 1" if name.casefold() == "history" else name
