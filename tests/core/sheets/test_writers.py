"""The files that people take away."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from portal.core import sheets
from portal.core.errors import Refused
from portal.core.sheets import content_disposition, writers
from portal.core.sheets.cells import guard, unguard
from portal.core.types import Money
from tests.core.sheets.made import TEXTS, cells, csv_of, export, read, xlsx_of

KINDS = [
    ("客户", "text"), ("Pieces", "number"), ("Price", "money"), ("Day", "day"), ("At", "instant"), ("Off", "percent"),
]  # fmt: skip
AT = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
ROWS: list[list[Any]] = [
    ["苏州金禾", 1200, Money(1234550, "CNY"), date(2026, 11, 30), AT, 1250],
    ["=cmd", -5, Money(-50, "CNY"), date(1899, 1, 1), None, -5],
    [None, Decimal("0.5"), Money(7000, "JPY"), None, None, None],
    ["x", None, None, None, None, 0],
]


def opened(content: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(BytesIO(content))


def test_csv_is_what_excel_expects() -> None:
    content = csv_of(export(KINDS, ROWS, filters=["Region: East", "=1+1"]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        "客户,Pieces,Price,Price: currency,Day,At,Off",
        "苏州金禾,1200,12345.50,CNY,2026-11-30,2026-11-23 14:20,12.5%",
        "'=cmd,-5,-0.50,CNY,1899-01-01,,-0.05%",
        ",0.5,7000,JPY,,,",
        "x,,,,,,0%",
        "",
        "#export,,Customers",
        "#export,Exported by,Li Yang",
        "#export,Exported at,2026-11-23 14:20 (Asia/Shanghai)",
        "#export,Filter,Region: East;' =1+1",
        "#export,Rows,4",
        "",
    ]


def test_csv_and_workbook_are_read_as_the_same_table() -> None:
    made = export(
        [column for column in KINDS if column[1] != "money"], [[*row[:2], *row[3:]] for row in ROWS]
    )
    assert cells(csv_of(made)) == cells(xlsx_of(made), "a.xlsx")


def test_a_workbook_holds_figures_and_days_and_no_formula() -> None:
    book = opened(xlsx_of(export(KINDS, ROWS)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "客户",
        "Pieces",
        "Price",
        "Price: currency",
        "Day",
        "At",
        "Off",
    ]
    assert [cell.value for cell in sheet[2]] == [
        "苏州金禾", 1200, 12345.5, "CNY", datetime.fromisoformat("2026-11-30"), datetime.fromisoformat("2026-11-23T14:20"), 0.125,
    ]  # fmt: skip
    forms = [cell.number_format for cell in sheet[2]][1:]
    assert forms == ["#,##0", "#,##0.00", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0.00%"]
    assert (sheet["A3"].value, sheet["A3"].data_type, sheet["E3"].value) == ("=cmd", "s", "1899-01-01")
    assert sheet["C4"].number_format == "#,##0"
    assert [cell.data_type for row in sheet.iter_rows() for cell in row].count("f") == 0
    assert sheet.freeze_panes == "A2"
    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()] == [
        ["Exported by", "Li Yang"], ["Exported at", "2026-11-23 14:20 (Asia/Shanghai)"], ["Filter", "everything"], ["Rows", "4"],
    ]  # fmt: skip
    assert (book.properties.creator, book.properties.title) == ("Li Yang", "Customers")


def test_no_address_becomes_a_link_and_no_digits_a_number() -> None:
    made = xlsx_of(export(TEXTS, [["http://example.com", "007"], ["mailto:a@example.com", "13800138000"]]))
    sheet = opened(made).worksheets[0]
    assert [cell.hyperlink for cell in sheet["A"]] == [None] * 3
    assert [cell.value for cell in sheet["B"]] == ["Note", "007", "13800138000"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("客户/联系人: [全部]?", "客户 联系人   全部"),
        ("History", "History 1"),
        ("x" * 40, "x" * 31),
        ("'*'", "Sheet"),
    ],
)
def test_a_sheet_gets_a_name_that_excel_takes(title: str, name: str) -> None:
    assert opened(xlsx_of(export(TEXTS, [], title=title))).worksheets[0].title == name


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "XLSX_ROWS", 2)
    assert sheets.write_xlsx(export(TEXTS, [["a", "b"]] * 2), BytesIO()) == 2
    with pytest.raises(Refused, match="at most 2 rows"):
        sheets.write_xlsx(export(TEXTS, [["a", "b"]] * 3), BytesIO())


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    (row,) = read(xlsx_of(export(TEXTS, [["x" * 40_000, "y"]])), "a.xlsx").rows
    assert (len(row.cells[0]), row.cells[1]) == (writers.XLSX_CELL, "y")


def test_a_word_document_has_its_fonts_and_a_heading_on_each_page() -> None:
    import docx

    out = BytesIO()
    assert sheets.write_docx(export(KINDS, ROWS, title="客户", filters=["Region: East"]), out) == 4
    document = docx.Document(BytesIO(out.getvalue()))
    table = document.tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [
        "苏州金禾", "1,200", "12,345.50 CNY", "2026-11-30", "2026-11-23 14:20", "12.5%",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[2].cells][:3] == ["=cmd", "-5", "-0.50 CNY"]
    assert document.paragraphs[0].text == "客户"
    assert document.paragraphs[1].text.split("\n")[-2:] == ["Filter: Region: East", "Rows: 4"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert (
        document.styles["Normal"].element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia")) == "Microsoft YaHei"
    )
    assert "Theme" not in str(document.styles["Heading 1"].element.rPr.rFonts.attrib)
    assert document.sections[0].page_width > document.sections[0].page_height


def test_plain_text_stands_in_columns() -> None:
    out = BytesIO()
    sheets.write_text(
        export([("客户", "text"), ("Pieces", "number")], [["苏州金禾", 1200], ["Acme\nLtd", -5]]), out
    )
    assert out.getvalue().decode("utf-8-sig").split("\r\n")[6:] == [
        "客户      Pieces",
        "--------  ------",
        "苏州金禾   1,200",
        "Acme Ltd      -5",
        "",
    ]


def test_the_clipboard_gets_text_and_html_without_formulas() -> None:
    tabbed, html = sheets.clipboard(export(TEXTS, [["a\tb\nc", "=1+1"], ["<b>&", None]]))
    assert tabbed == "Name\tNote\na b c\t'=1+1\n<b>&\t"
    assert html == (
        "<table><thead><tr><th>Name</th><th>Note</th></tr></thead><tbody>"
        "<tr><td>a b c</td><td>&#x27;=1+1</td></tr><tr><td>&lt;b&gt;&amp;</td><td></td></tr></tbody></table>"
    )


def test_the_facts_are_told_in_the_language_of_the_reader() -> None:
    words = {"Exported by": "导出人", "everything": "全部", "%(label)s: currency": "%(label)s（币种）"}
    made = export(KINDS, [], say=lambda message: words.get(message, message))
    text = csv_of(made).decode("utf-8-sig")
    assert "Price（币种）" in text
    assert "导出人,Li Yang" in text
    assert "Filter,全部" in text


@pytest.mark.parametrize("write", [sheets.write_csv, sheets.write_xlsx, sheets.write_docx, sheets.write_text])
def test_an_empty_list_is_a_file_too(write: Any) -> None:
    out = BytesIO()
    assert write(export(TEXTS, []), out) == 0
    assert out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\r=1", "\tx", "\nx", "＝1+1", "＋1", "－1", "＠x", "  =1", "\u00a0=1",
        "\u3000＝1", "\x01=1", "\u200b=1", "\ufeff=1", "\u2212" + "1", "'=1", "''=1", "#export", "'#export", "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_text_that_could_be_a_formula_is_guarded(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a;=1+1", "a;'=1+1"), (";-1", ";'-1"), ("a; ＝1", "a;' ＝1"), ("a;'=1", "a;''=1"), ('a;"=1;b', "a;'\"=1;b"),
        ("a\n=1", "a\n'=1"), ("a\n;@x", "a\n;'@x"), ("=a;+1", "'=a;'+1"), ("\n=1", "'\n'=1"), ("\t=1", "'\t'=1"),
        ("a;b", "a;b"), ("a\n\nb", "a\n\nb"), ("a;'b", "a;'b"),
    ],
)  # fmt: skip
def test_nor_does_a_formula_begin_where_a_spreadsheet_may_split_the_text(text: str, written: str) -> None:
    assert guard(text) == written
    assert unguard(written) == text


@pytest.mark.parametrize(
    "text", ["", "a=b", "'quoted'", "it's", "1-2", "苏州", "#exports", "x@example.com", " x", "5 - 3"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("list.csv", "attachment; filename=\"list.csv\"; filename*=UTF-8''list.csv"),
        (
            "客户 2026.xlsx",
            "attachment; filename=\"2026.xlsx\"; filename*=UTF-8''%E5%AE%A2%E6%88%B7%202026.xlsx",
        ),
        ("客户.xlsx", "attachment; filename=\"download.xlsx\"; filename*=UTF-8''%E5%AE%A2%E6%88%B7.xlsx"),
        ("Ärzte.csv", "attachment; filename=\"Arzte.csv\"; filename*=UTF-8''%C3%84rzte.csv"),
        ('a"b\r\nX: y.csv', "attachment; filename=\"ab X y.csv\"; filename*=UTF-8''a%22b%20X%3A%20y.csv"),
        ("../客户", "attachment; filename=\"download\"; filename*=UTF-8''%E5%AE%A2%E6%88%B7"),
    ],
)
def test_a_download_bears_its_name_in_any_script(name: str, header: str) -> None:
    assert content_disposition(name) == header


def test_a_file_is_named_by_its_title_and_the_readers_day() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert (
        sheets.file_name(export(TEXTS, [], title="客户/联系人", when=late), "xlsx")
        == "客户-联系人 2026-11-23.xlsx"
    )


def test_a_workbook_is_a_clean_archive() -> None:
    with zipfile.ZipFile(BytesIO(xlsx_of(export(TEXTS, [["a", "b"]])))) as archive:
        assert archive.testzip() is None
