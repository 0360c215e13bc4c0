"""Files and lists for the tests of sheets."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from portal.core import sheets
from portal.core.sheets import Export

TEXTS = [("Name", "text"), ("Note", "text")]


def export(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], **more: Any) -> Export:
    """A list that Li Yang takes away in Shanghai in the afternoon."""
    facts = {"title": "Customers", "who": "Li Yang", "when": datetime(2026, 11, 23, 6, 20, tzinfo=UTC)}
    return Export(columns=columns, rows=rows, **{"zone": "Asia/Shanghai", **facts, **more})


def csv_of(made: Export) -> bytes:
    out = BytesIO()
    sheets.write_csv(made, out)
    return out.getvalue()


def xlsx_of(made: Export) -> bytes:
    out = BytesIO()
    sheets.write_xlsx(made, out)
    return out.getvalue()


def read(content: bytes, name: str = "sent.csv") -> sheets.Table:
    return sheets.read_table(BytesIO(content), name)


def cells(content: bytes, name: str = "sent.csv") -> list[list[str]]:
    """The cells of all rows; there must be no problem."""
    rows = list(read(content, name).rows)
    assert [row.problem for row in rows] == [None] * len(rows)
    return [row.cells for row in rows]


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook as another program writes it."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **changed: bytes) -> bytes:
    """The same archive with entries replaced or added; `__` stands for `/` in their names, `_dot_` for `.`."""
    entries = {name.replace("__", "/").replace("_dot_", "."): data for name, data in changed.items()}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in entries:
                new.writestr(entry.filename, old.read(entry))
        for name, data in entries.items():
            new.writestr(name, data)
    return out.getvalue()
