"""Workbooks: every cell as text, and archives that are meant to hurt."""

import time as clock
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from portal.core.errors import Refused
from tests.core.sheets.made import cells, read, repacked, workbook

SHEET = "xl__worksheets__sheet1_dot_xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>'.encode()


@pytest.fixture
def harmless() -> bytes:
    return workbook([["name", "note"], ["Li", "x"]])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (13800138000, "13800138000"),
        (5.0, "5"),
        (-12.5, "-12.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (True, "TRUE"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime.fromisoformat("2026-11-23"), "2026-11-23"),
        (datetime.fromisoformat("2026-11-23T14:20"), "2026-11-23 14:20"),
        (datetime.fromisoformat("2026-11-23T14:20:31"), "2026-11-23 14:20:31"),
        (time(9, 5), "09:05"),
        (time(9, 5, 7), "09:05:07"),
        ("007", "007"),
        (" two\nlines ", " two\nlines "),
        ("𠮷野 \U0001f600", "𠮷野 \U0001f600"),
    ],
)
def test_a_cell_is_text_as_a_person_would_type_it(value: Any, shown: str) -> None:
    assert cells(workbook([["name", "value"], ["x", value]]), "a.xlsx") == [["x", shown]]


def test_a_share_keeps_its_sign() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["name", "share"])
    for value, form in ((0.125, "0.0%"), (Decimal("0.29"), "0%"), (1, "0%")):
        book.active.append(["x", value])
        book.active.cell(book.active.max_row, 2).number_format = form
    out = BytesIO()
    book.save(out)
    assert [row[1] for row in cells(out.getvalue(), "a.xlsx")] == ["12.5%", "29%", "100%"]


def test_a_formula_is_reported_with_its_cell() -> None:
    rows = list(read(workbook([["name", "sum"], ["Li", "=1+1"], ["Wang", 2]]), "a.xlsx").rows)
    assert [row.problem and row.problem.values for row in rows] == [{"cell": "B2"}, None]
    assert rows[0].cells == ["Li", "=1+1"]


@pytest.mark.parametrize("written", ["_x0000_", "a_x0000_b", "_xD800_", "_x0007_"])
def test_a_character_that_no_text_has_is_reported_with_its_cell(harmless: bytes, written: str) -> None:
    cell = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'.format
    (row,) = read(repacked(harmless, **{SHEET: sheet(cell(1, "name") + cell(2, f"Li{written}"))}), "a.xlsx").rows
    assert row.problem is not None
    assert row.problem.values == {"cell": "A2"}
    assert row.cells[0].startswith("Li")
    assert row.cells[0].isprintable()


def test_an_error_is_reported_with_its_cell() -> None:
    (row,) = read(workbook([["name", "sum"], ["Li", "#N/A"]]), "a.xlsx").rows
    assert row.problem is not None
    assert row.problem.values == {"cell": "B2", "error": "#N/A"}


def test_text_that_looks_like_a_formula_is_text(harmless: bytes) -> None:
    text = '<c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c>'
    rows = [("1", "name"), ("2", "=1+1"), ("3", "_x003D_2")]
    made = sheet("".join(f'<row r="{line}">{text.format(line, value)}</row>' for line, value in rows))
    assert cells(repacked(harmless, **{SHEET: made}), "a.xlsx") == [["=1+1"], ["=2"]]


def test_the_first_visible_sheet_is_read() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Second").append(["name"])
    out = BytesIO()
    book.save(out)
    assert read(out.getvalue(), "a.xlsx").headers == ["name"]


def test_gaps_between_cells_and_rows_stay_in_their_place(harmless: bytes) -> None:
    cell = '<c r="{0}" t="inlineStr"><is><t>{0}</t></is></c>'.format
    heading = "".join(f'<c r="{at}1" t="inlineStr"><is><t>head {at}</t></is></c>' for at in "ABC")
    made = sheet(
        f'<row r="1">{heading}</row><row r="5">{cell("A5")}{cell("C5")}</row><row r="9">{cell("D9")}</row>'
    )
    rows = list(read(repacked(harmless, **{SHEET: made}), "a.xlsx").rows)
    assert [(row.line, row.cells) for row in rows] == [(5, ["A5", "", "C5"]), (9, ["", "", "", "D9"])]
    assert rows[1].problem is not None


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LAUGHING = sheet("<row><c><v>&b;</v></c></row>", LAUGHS)
HARMFUL: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "51 MB of blanks": (lambda plain: repacked(plain, **{SHEET: b" " * (51 * 2**20)}), "unpacks"),
    "ratio of a thousand": (lambda plain: repacked(plain, **{SHEET: b" " * (3 * 2**20)}), "unpacks"),
    "two hundred entries more": (
        lambda plain: repacked(plain, **{f"xl__more__{number}_dot_xml": b"<x/>" for number in range(200)}),
        "unpacks",
    ),
    "a workbook in it": (lambda plain: repacked(plain, xl__embeddings__a_dot_xlsx=plain), "other files"),
    "an archive named a picture": (
        lambda plain: repacked(plain, xl__media__a_dot_png=b"\x1f\x8bgz"),
        "other files",
    ),
    "entities": (lambda plain: repacked(plain, **{SHEET: LAUGHING}), "damaged"),
    "entities in UTF-16": (
        lambda plain: repacked(plain, **{SHEET: LAUGHING.decode().encode("utf-16")}),
        "damaged",
    ),
    "entities behind a long comment": (
        lambda plain: repacked(plain, **{SHEET: sheet("<row/>", f"<!--{'.' * 5_000}-->{LAUGHS}")}),
        "damaged",
    ),
    "entities in a part of any name": (lambda plain: repacked(plain, xl__sheet_dot_bin=LAUGHING), "damaged"),
    "broken XML": (lambda plain: repacked(plain, **{SHEET: b"<worksheet"}), "damaged"),
    "the end missing": (lambda plain: plain[:-40], "damaged"),
    "no archive": (lambda _plain: b"PK\x03\x04 and then nothing", "damaged"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_archive_is_refused_at_once(harmless: bytes, name: str) -> None:
    make, reason = HARMFUL[name]
    content = make(harmless)
    started = clock.process_time()
    with pytest.raises(Refused, match=reason) as refused:
        list(read(content, "a.xlsx").rows)
    assert refused.value.field == "file"
    assert clock.process_time() - started < 2


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(Refused, match="Only CSV"):
        read(out.getvalue(), "a.xlsx")


def test_a_workbook_that_lies_about_its_extent_is_read_quickly(harmless: bytes) -> None:
    far = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    lie = sheet(far).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    started = clock.process_time()
    assert [row.line for row in read(repacked(harmless, **{SHEET: lie}), "a.xlsx").rows] == [1_048_576]
    beyond = sheet(far.replace("1048576", "2000000000"))
    assert list(read(repacked(harmless, **{SHEET: beyond}), "a.xlsx").rows) == []
    assert clock.process_time() - started < 20


def test_a_cell_far_to_the_right_does_not_widen_every_row(harmless: bytes) -> None:
    far = sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="XFD1"><v>1</v></c></row>'
        '<row r="2"><c r="XFD2"><v>1</v></c></row>'
    )
    table = read(repacked(harmless, **{SHEET: far}), "a.xlsx")
    assert (table.headers, list(table.rows)) == (["name"], [])
