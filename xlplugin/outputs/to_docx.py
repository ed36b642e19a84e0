"""The report as a Word document in official look: A4, 宋体 tables, 黑体 headings, merged headers."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xlplugin.form.printed import Grid
from xlplugin.outputs.document import ONE_PIECE, Paragraph, Sheet, Square, document
from xlplugin.report import Report

_YEAR = re.compile(r"(?:19|20)\d{2}年")
_BODY, _HEADING, _TABLE = "仿宋", "黑体", "宋体"
_LATIN = "Times New Roman"
_TEXT_WIDTH = 15.6  # cm between the margins of an upright A4 page
_TITLE_TINT = "DCE6F1"
_TITLE_LINE = 20  # characters of the title that fit on one line


def docx_bytes(report: Report) -> bytes:
    """The document; blanks are printed blank."""
    made = Document()
    _page(made)
    for part in document(report):
        if isinstance(part, Paragraph):
            _paragraph(made, part)
        else:
            _table(made, part)
    made.core_properties.title = next(p.text for p in document(report) if isinstance(p, Paragraph))
    made.core_properties.author = report.cover.name or ""
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.6)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _paragraph(made: Any, part: Paragraph) -> None:
    p = made.add_paragraph()
    run = p.add_run(_broken(part))
    form = p.paragraph_format
    form.line_spacing = Pt(28)
    form.space_after = Pt(0)
    if part.style == "title":
        p.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form.space_after = Pt(18)
        _font(run, _HEADING, 20)
    elif part.style == "heading":
        form.first_line_indent = Pt(32)
        form.keep_with_next = True
        form.space_before = Pt(6)
        _font(run, _HEADING, 16)
    else:
        form.first_line_indent = Pt(32)
        _font(run, _BODY, 16)


def _broken(part: Paragraph) -> str:
    """A long title breaks after the unit's name, as published titles do."""
    year = _YEAR.search(part.text)
    if part.style != "title" or year is None or not year.start() or len(part.text) <= _TITLE_LINE:
        return part.text
    return f"{part.text[: year.start()]}\n{part.text[year.start() :]}"


def _font(run: Any, name: str, size: float, *, bold: bool = False) -> None:
    run.font.name = _LATIN
    run.font.size = Pt(size)
    run.font.bold = bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def _table(made: Any, sheet: Sheet) -> None:
    grid = sheet.grid
    table = made.add_table(rows=grid.height, cols=grid.width)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = _widths(sheet)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    cells = [row.cells for row in table.rows]
    for square in sheet.squares:
        a = square.area
        cell = cells[a.row - 1][a.column - 1]
        if (a.row, a.column) != (a.last_row, a.last_column):
            cell = cell.merge(cells[a.last_row - 1][a.last_column - 1])
        cell.width = Cm(sum(widths[a.column - 1 : a.last_column]))
        _fill(cell, square, size=_size(grid.width))
    for i, row in enumerate(table.rows):
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Cm(_row_height(grid, i))
        _keep_row(row, header=i < grid.header_rows)
    if grid.height <= ONE_PIECE:
        for row in cells[:-1]:
            _with_next(row)


def _with_next(cells: Any) -> None:
    """Keeps a row on the page of the next one."""
    for cell in cells:
        for p in cell.paragraphs:
            p.paragraph_format.keep_with_next = True


def _row_height(grid: Grid, index: int) -> float:
    """Least height in cm: narrow tables have room to breathe, wide ones need it in their two-line headings."""
    if grid.width <= 5:
        return 0.95
    return 0.85 if index < grid.header_rows else 0.56


def _widths(sheet: Sheet) -> list[float]:
    """Column widths in cm: labels get what the numbers do not need."""
    grid = sheet.grid
    if grid.label_columns == 0:
        return [_TEXT_WIDTH / grid.width] * grid.width
    if grid.label_columns == 1:
        first = _TEXT_WIDTH * 0.34
        return [first, *([(_TEXT_WIDTH - first) / (grid.width - 1)] * (grid.width - 1))]
    numbers = grid.width - grid.label_columns
    each = 1.25
    left = _TEXT_WIDTH - each * numbers
    outer = [0.9] + [2.4] * (grid.label_columns - 2)
    return [*outer, left - sum(outer), *([each] * numbers)]


def _size(width: int) -> float:
    return 12 if width <= 5 else 9


def _fill(cell: Any, square: Square, size: float) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    p = cell.paragraphs[0]
    p.paragraph_format.space_after = Pt(0)
    left = square.role in ("row", "corner")
    p.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    tall = square.role == "group" and square.area.column == 1
    if tall:
        _upright(cell)
    _font(p.add_run(square.text), _TABLE, size, bold=square.role in ("head", "title") or tall)
    if square.role == "title":
        _tint(cell, _TITLE_TINT)
    _margins(cell)


def _upright(cell: Any) -> None:
    """三、本年度办理结果 is written downwards."""
    direction = OxmlElement("w:textDirection")
    direction.set(qn("w:val"), "tbRlV")
    cell._tc.get_or_add_tcPr().append(direction)


def _tint(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _margins(cell: Any) -> None:
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "40")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    cell._tc.get_or_add_tcPr().append(margins)


def _keep_row(row: Any, *, header: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    whole = OxmlElement("w:cantSplit")
    properties.append(whole)
    if header:
        repeat = OxmlElement("w:tblHeader")
        properties.append(repeat)
