"""What is written here is read again as it was; text of every sort, ten thousand cells of it."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.sheets.cells import clean, guard, unguard
from tests.core.sheets.made import cells, csv_of, export, xlsx_of

STRANGE = st.text(
    alphabet="=+-@＝'\"\t\r\n ,;_x0041#export\0\x01\x1f\ufeff\u200b\ud800\uffff金禾\U0001f600𠮷", max_size=12
)
CELL = (
    STRANGE
    | st.text(max_size=20)
    | st.sampled_from(["=1+1", "'=1", "#export", "_x000D_", "a\rb", '"', "7", "-7", "007"])
)
# An empty line is no row; two columns, of which one is never empty, keep each line.
ROWS = st.lists(st.tuples(CELL, CELL.map(lambda text: f"{text}.")), max_size=25)
COLUMNS = [("=Name", "text"), ('备注, "x"', "text")]


@settings(max_examples=200, deadline=None)
@given(rows=ROWS)
def test_csv_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    assert cells(csv_of(export(COLUMNS, rows))) == [[clean(cell) for cell in row] for row in rows]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_workbook_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    assert cells(xlsx_of(export(COLUMNS, rows)), "a.xlsx") == [[clean(cell) for cell in row] for row in rows]


@settings(max_examples=1_000)
@given(text=CELL)
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    guarded = guard(text)
    assert unguard(guarded) == text
    assert not guarded.lstrip(" \x00\x01\x1f\u200b\ufeff").startswith(tuple("=+-@＝\t\r\n"))
    for cell in re.split("[;\t\n]", guarded)[1:]:
        assert not cell.lstrip(' "\r\x00\x01\x1f\u200b\ufeff').startswith(tuple("=+-@＝"))
