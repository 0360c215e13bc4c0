"""Tables in the files that people send."""

from pathlib import Path

import pytest

from portal.core import sheets
from portal.core.errors import Refused
from portal.core.sheets import readers
from tests.core.sheets.made import cells, read, workbook

TABLE = [
    ["客户", "电话", "备注"],
    ["苏州金禾", "13800138000", "说：“好”, 再联系"],
    ["Müller & Söhne", "", "=not a sum"],
]
CSV = '客户,电话,备注\r\n苏州金禾,13800138000,"说：“好”, 再联系"\r\nMüller & Söhne,,=not a sum\r\n'


@pytest.mark.parametrize(
    ("content", "name", "encoding"),
    [
        (CSV.encode("utf-8"), "a.csv", "utf-8"),
        (CSV.encode("utf-8-sig"), "a.csv", "utf-8-sig"),
        (CSV.encode("gb18030"), "a.csv", "gb18030"),
        (CSV.encode("utf-16"), "a.csv", "utf-16"),
        (b"\xfe\xff" + CSV.encode("utf-16-be"), "a.csv", "utf-16"),
        (CSV.replace(",", ";").replace("; 再", ", 再").encode(), "a.csv", "utf-8"),
        (CSV.replace(",", "\t").replace("\t 再", ", 再").encode("utf-16"), "a.txt", "utf-16"),
        (("sep=;\r\n" + CSV.replace(",", ";").replace("; 再", ", 再")).encode(), "a.csv", "utf-8"),
        (CSV.replace("\r\n", "\n").encode(), "a.csv", "utf-8"),
        (CSV.replace("\r\n", "\r").encode(), "a.csv", "utf-8"),
        (("\r\n , \r\n" + CSV + ",,\r\n\r\n").encode(), "a.csv", "utf-8"),
        (workbook([*TABLE[:2], ["Müller & Söhne", None, "'=not a sum"]]), "a.xlsx", "xlsx"),
    ],
)
def test_the_same_table_is_read_from_every_file(content: bytes, name: str, encoding: str) -> None:
    table = read(content, name)
    rows = [row.cells for row in table.rows]
    expected = [list(row) for row in TABLE]
    if encoding == "xlsx":
        expected[2][2] = "'=not a sum"
    assert [table.headers, *rows] == expected
    assert table.encoding == encoding


def test_a_file_is_read_from_a_path_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8", newline="")
    assert sheets.read_table(tmp_path / "a.csv", "a.csv").headers == TABLE[0]


def test_rows_know_their_line() -> None:
    table = read(b'name,note\r\nLi,"two\r\nlines"\r\n\r\nWang,x\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [(2, ["Li", "two\nlines"]), (5, ["Wang", "x"])]


def test_empty_lines_and_empty_ends_are_no_rows_and_no_cells() -> None:
    assert cells(b"name,note,,\r\n,,,\r\nLi,x,,\r\n  ,\r\nWang,\r\n,,\r\n") == [["Li", "x"], ["Wang", ""]]


def test_a_row_of_another_width_is_reported_and_kept() -> None:
    rows = list(read(b"name,note\r\nLi\r\nWang,x,shifted\r\nZhao,y\r\n").rows)
    assert [(row.cells, row.problem and row.problem.values) for row in rows] == [
        (["Li", ""], {"found": 1, "expected": 2}),
        (["Wang", "x", "shifted"], {"found": 3, "expected": 2}),
        (["Zhao", "y"], None),
    ]


def test_a_nul_is_reported_in_its_row() -> None:
    rows = list(read(b"name,note\r\nLi\0,x\r\n" + b"Wang,y\r\n" * 50).rows)
    assert "NUL" in str(rows[0].problem)
    assert [row.problem for row in rows[1:]] == [None] * 50


def test_a_quote_that_hid_a_formula_is_taken_away_once() -> None:
    assert cells(b"name,note\r\n'=1+1,''=1+1\r\n'quoted',it's\r\n") == [
        ["=1+1", "'=1+1"],
        ["'quoted'", "it's"],
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\r\n , ,\r\n", "empty"),
        ("\ufeff".encode(), "empty"),
        (b"Acme Corporation,technolgy,1996,1100.04,2822,United States,\r\nx,y,1,2,3,z,\r\n", "1996"),
        (b"1C1I7A6R,Moses Frase,Won,2016-10-20\r\n", "2016-10-20"),
        ("张三,销售,2026年3月1日\r\n".encode(), "2026年3月1日"),
        (b"name,12.5%\r\n", "12.5%"),
        (b"name,,note\r\nLi,x,y\r\n", "Column 2"),
        (b"Name, name\r\nLi,x\r\n", "headed"),
        (b"na\0me,note\r\nLi,x\r\n" + b"Wang,y\r\n" * 50, "NUL"),
        (",".join(f"c{n}" for n in range(201)).encode(), "200 columns"),
        (b"\xff\xfe\xff", "cannot be read"),
        (b"\xef\xbb\xbfname\xff\r\n", "cannot be read"),
        (b"name\r\n\xff\xff\r\n", "cannot be read"),
        (b"x" * (20 * 2**20 + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        list(read(content).rows)
    assert refused.value.field in {"file", None}


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(Refused, match="larger than 20 MB"):
        sheets.read_table(large, "large.csv")


@pytest.mark.parametrize(
    "broken", [b'name,note\r\nLi,x\r\nWang,"open\r\nZhao,y\r\n', b'name,note\r\nLi,x\r\nWang,"a"b\r\n']
)
def test_a_quotation_mark_that_swallows_the_rest_is_refused(broken: bytes) -> None:
    with pytest.raises(Refused, match="line 3"):
        list(read(broken).rows)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MOST_ROWS", 3)
    assert len(list(read(b"name\r\n" + b"Li\r\n" * 3).rows)) == 3
    with pytest.raises(Refused, match="more than 3 rows"):
        list(read(b"name\r\n" + b"Li\r\n" * 4).rows)


def test_real_files_are_read(shared_data: Path) -> None:
    counts = {"accounts": 85, "products": 7, "sales_teams": 36, "sales_pipeline": 8_801}
    for name, count in counts.items():
        path = shared_data / "maven_crm" / f"{name}.csv"
        rows = list(sheets.read_table(path, path.name).rows)
        assert not [row for row in rows if row.problem]
        assert len(rows) == count


def test_a_list_of_names_in_one_column_is_read(shared_data: Path) -> None:
    names = shared_data / "zh_names" / "company_short_names.csv"
    with pytest.raises(Refused, match="more than 200000 rows"):
        list(sheets.read_table(names, names.name).rows)
    assert cells("名称\n金禾\n木禾\n".encode()) == [["金禾"], ["木禾"]]
