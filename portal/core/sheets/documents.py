"""Tables for readers: Word, plain text, the clipboard."""

from decimal import Decimal
from html import escape
from typing import Any, BinaryIO

from portal.core.sheets.cells import clean, guard, width
from portal.core.sheets.export import RIGHT, Export

LATIN_FONT, CHINESE_FONT = "Arial", "Microsoft YaHei"
UPRIGHT_COLUMNS = 5
"""A table with more columns is printed on a page on its side."""


def write_docx(export: Export, out: BinaryIO) -> int:
    """Write a Word document: title, what it is, the table with its heading on every page. The number of rows."""
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()
    document.core_properties.title = clean(export.title)[:255]
    document.core_properties.author = clean(export.who)[:255]
    document.core_properties.created = export.local(export.when)
    for style in ("Normal", "Heading 1"):
        _set_fonts(document.styles[style], qn)
    _set_page(document.sections[0], on_its_side=len(export.columns) > UPRIGHT_COLUMNS)
    document.add_heading(clean(export.title), 1)
    told = document.add_paragraph()
    table = document.add_table(0, len(export.columns), "Table Grid")
    kinds = [kind for _label, kind in export.columns]
    _add_line(table, [clean(label) for label, _kind in export.columns], kinds, heading=True)
    written = 0
    for written, row in enumerate(export.rows, 1):  # noqa: B007  (the count is needed after the loop)
        _add_line(table, [_shown(export, value, kind) for value, kind in zip(row, kinds, strict=True)], kinds)
    told.add_run("\n".join(f"{label}: {value}" for label, value in export.facts(written)))
    document.save(out)
    return written


def _set_fonts(style: Any, qn: Any) -> None:
    """Word takes Chinese characters from the font named for East Asia, and fonts of the theme before named ones."""
    style.font.name = LATIN_FONT
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), CHINESE_FONT)


def _set_page(page: Any, *, on_its_side: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    sides = (Mm(297), Mm(210)) if on_its_side else (Mm(210), Mm(297))
    page.page_width, page.page_height = sides
    page.orientation = WD_ORIENT.LANDSCAPE if on_its_side else WD_ORIENT.PORTRAIT
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(18)


def _add_line(table: Any, cells: list[str], kinds: list[str], *, heading: bool = False) -> None:
    """A row made of its elements: the library's own way reads the whole table for each new cell."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    line = table._tbl.add_tr()  # noqa: SLF001
    if heading:
        line.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for text, kind in zip(cells, kinds, strict=True):
        paragraph = line.add_tc().p_lst[0]
        if kind in RIGHT:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_r()
        run.text = text
        if heading:
            run.get_or_add_rPr().append(OxmlElement("w:b"))


def write_text(export: Export, out: BinaryIO) -> int:
    """Write plain text whose columns stand one below the other in a fixed-width font. The number of rows."""
    kinds = [kind for _label, kind in export.columns]
    lines = [[_one_line(clean(label)) for label, _kind in export.columns]]
    lines += [
        [_one_line(_shown(export, value, kind)) for value, kind in zip(row, kinds, strict=True)]
        for row in export.rows
    ]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(map(_aligned, line, widths, kinds)).rstrip() for line in lines]
    facts = [f"{label}: {_one_line(value)}" for label, value in export.facts(len(lines) - 1)]
    rule = "  ".join("-" * wide for wide in widths)
    text = [_one_line(clean(export.title)), *facts, "", table[0], rule, *table[1:], ""]
    out.write("\r\n".join(text).encode("utf-8-sig"))
    return len(lines) - 1


def clipboard(export: Export) -> tuple[str, str]:
    """The table to be pasted: as text between tabs for spreadsheets, as HTML for documents and mails.

    Both may be pasted where text becomes a formula, so both are guarded.
    """
    kinds = [kind for _label, kind in export.columns]
    lines = [[guard(_one_line(clean(label))) for label, _kind in export.columns]]
    for row in export.rows:
        shown = [_one_line(_shown(export, value, kind)) for value, kind in zip(row, kinds, strict=True)]
        lines.append(
            [guard(cell) if kind == "text" else cell for cell, kind in zip(shown, kinds, strict=True)]
        )
    tabbed = "\n".join("\t".join(line) for line in lines)
    head, *body = ["".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in line) for line, tag in _tagged(lines)]
    rows = "".join(f"<tr>{line}</tr>" for line in body)
    return tabbed, f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _tagged(lines: list[list[str]]) -> list[tuple[list[str], str]]:
    return [(line, "td" if number else "th") for number, line in enumerate(lines)]


def _shown(export: Export, value: Any, kind: str) -> str:
    """A value for the eye: figures in groups of three."""
    text = export.text(value, kind)
    if kind not in {"number", "money"} or value is None:
        return text
    figure, blank, currency = text.partition(" ")
    return f"{Decimal(figure):,f}{blank}{currency}"


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\t", " ")


def _aligned(text: str, wide: int, kind: str) -> str:
    padding = " " * (wide - width(text))
    return padding + text if kind in RIGHT else text + padding
