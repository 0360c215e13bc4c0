"""The tables in the docs say what the code says."""

import pytest

from tests.house import source, tables


@pytest.fixture(scope="module", autouse=True)
def _load() -> None:
    source.load()


@pytest.mark.parametrize("file", tables.documents(), ids=lambda file: file.name)
def test_the_tables_of_a_document_are_those_of_the_code(file: source.Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert tables.renewed(text) == text, "run `make docs`"


def test_every_table_stands_somewhere() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in tables.documents())
    assert {found[1] for found in tables.PLACE.findall(text)} == set(tables.TABLES)


def test_a_table_is_written_between_its_marks() -> None:
    renewed = tables.renewed("a\n<!-- table:settings -->\nWORN\n<!-- /table -->\nb\n")
    assert "WORN" not in renewed
    assert "| `PORTAL_INSTANCE` | `instance` |" in renewed
    assert renewed.startswith("a\n<!-- table:settings -->\n| Variable |")
    assert renewed.endswith("|\n<!-- /table -->\nb\n")
