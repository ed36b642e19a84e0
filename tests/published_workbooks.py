"""Published copies as workbooks that are no template of ours: one sheet or several, merged and hidden cells, formulas, formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.styles import Font

from tests.published_copies import OPENING, Td, Tr, sections, title
from tests.published_pdf import boxes
from xlplugin.form import form
from xlplugin.report import Report

Put = Callable[[Any, int, int, Td, Any], None]
SHEET_NAMES = ("总体情况", "主动公开", "依申请公开", "复议诉讼", "问题", "其他")


class Way(NamedTuple):
    """How a report is put into a workbook.  `merged`: labels over several cells; `spread`: a sheet for each part."""

    put: Put
    merged: bool = True
    spread: bool = False
    formats: Sequence[str] = ("General",)
    titled: bool = True


def number(sheet: Any, row: int, column: int, td: Td, style: Any) -> None:
    """A figure as a number, everything else as text."""
    try:
        sheet.write_number(row, column, float(td.text) if td.figure else float("x"), style)
    except ValueError:
        sheet.write_string(row, column, td.text, style) if td.text else sheet.write_blank(row, column, None, style)


def as_text(sheet: Any, row: int, column: int, td: Td, style: Any) -> None:
    sheet.write_string(row, column, td.text, style)


def write(path: Path, reports: Sequence[tuple[str, Report]], random: Random, way: Way) -> Path:
    """Each report on a sheet of its name, or spread over sheets."""
    book = xlsxwriter.Workbook(str(path))
    styles = [book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter", "num_format": f}) for f in way.formats]
    for name, report in reports:
        _report(book, name, report, random, way, styles)
    book.close()
    return path


def _page(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 15, 13)
    sheet.set_default_row(34)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet


def _report(book: Any, name: str, report: Report, random: Random, way: Way, styles: list[Any]) -> None:
    sheet, row = _page(book, name), 2
    sheet.write_string(0, 0, title(report) if way.titled else "")
    sheet.write_string(1, 0, OPENING)
    for i, (heading, content) in enumerate(sections(report)):
        if way.spread and i:
            sheet, row = _page(book, SHEET_NAMES[i]), 0
        sheet.write_string(row, 0, heading)
        row += 1
        if isinstance(content, str):
            sheet.write_string(row, 0, content)
            row += 1
        else:
            row = _table(sheet, row, content, random, way, styles)


def _table(sheet: Any, top: int, rows: list[Tr], random: Random, way: Way, styles: list[Any]) -> int:
    for box in boxes(rows):
        style = random.choice(styles) if box.td.figure else styles[0]
        r, c = top + box.row, box.column
        if way.merged and box.td.columns * box.td.rows > 1:
            sheet.merge_range(r, c, r + box.td.rows - 1, c + box.td.columns - 1, "", style)
        way.put(sheet, r, c, box.td, style)
    return top + len(rows) + 1


def _maker(way: Way) -> Callable[[Report, Random, Path], Path]:
    return lambda report, random, folder: write(folder / "copy.xlsx", [("Sheet1", report)], random, way)


def _hidden(report: Report, random: Random, folder: Path) -> Path:
    """Rows, a column and a sheet of other numbers that nobody sees."""
    path = write(folder / "copy.xlsx", [("公开表", report)], random, Way(number))
    book = load_workbook(path)
    sheet = book.active
    twin = book.copy_worksheet(sheet)
    twin.title, twin.sheet_state = "底稿", "hidden"
    for line in twin.iter_rows():
        for cell in line:
            if isinstance(cell.value, int | float):
                cell.value += 1
    merged = {r for m in sheet.merged_cells.ranges if m.min_row != m.max_row for r in range(m.min_row, m.max_row + 1)}
    last = sheet.max_row
    rows = [r for r in range(1, last) if r not in merged and isinstance(sheet.cell(r, 4).value, int | float)][-2:]
    for gap, row in enumerate(sorted(rows)):
        at = last + 2 + gap
        for cell in sheet[row]:
            value = cell.value
            sheet.cell(at, cell.column).value = value + 1 if isinstance(value, int | float) else value
        sheet.row_dimensions[at].hidden = True
    for row in range(1, last):
        sheet.cell(row, 17).value = random.randrange(90)
    sheet.column_dimensions["Q"].hidden = True
    book.save(path)
    return path


def _formulas(report: Report, random: Random, folder: Path) -> Path:
    """Some totals are formulas, which no program has calculated yet."""

    def put(sheet: Any, row: int, column: int, td: Td, style: Any) -> None:
        if td.figure and random.random() < 0.15:
            sheet.write_formula(row, column, f"=SUM(A{row + 90}:A{row + 99})", style)
        else:
            number(sheet, row, column, td, style)

    path = write(folder / "copy.xlsx", [("Sheet1", report)], random, Way(put))
    if random.random() < 0.5:
        load_workbook(path).save(path)
    return path


def _errors(report: Report, random: Random, folder: Path) -> Path:
    def put(sheet: Any, row: int, column: int, td: Td, style: Any) -> None:
        if td.figure and random.random() < 0.1:
            sheet.write_string(row, column, random.choice(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "####")), style)
        else:
            number(sheet, row, column, td, style)

    return write(folder / "copy.xlsx", [("Sheet1", report)], random, Way(put))


def _struck(report: Report, random: Random, folder: Path) -> Path:
    path = write(folder / "copy.xlsx", [("Sheet1", report)], random, Way(number))
    book = load_workbook(path)
    for line in book.active.iter_rows():
        for cell in line:
            if isinstance(cell.value, int | float) and random.random() < 0.1:
                cell.font = Font(strike=True)
    book.save(path)
    return path


WORKBOOKS: dict[str, Callable[[Report, Random, Path], Path]] = {
    "xlsx": _maker(Way(number)),
    "xlsx not merged": _maker(Way(number, merged=False)),
    "xlsx over sheets": _maker(Way(number, spread=True)),
    "xlsx numbers as text": _maker(Way(as_text)),
    "xlsx number formats": _maker(Way(number, formats=("General", '0"件"', "#,##0", "0.00", '0" 项"', "@", "0_ "))),
    "xlsx hidden": _hidden,
    "xlsx formulas": _formulas,
    "xlsx errors": _errors,
    "xlsx struck out": _struck,
}


def county(path: Path, form_id: str, units: int = 12, *, grouped: bool = False) -> Path:
    """A county's list: a unit on each line, the rows of the form side by side."""
    table = next(t for t in form(form_id).tables if t.arrangement == "matrix")
    labels = [r.label for r in table.blocks[0].data_rows]
    columns = [c.label for c in table.blocks[0].columns][:2] if grouped else [""]
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("汇总")
    sheet.write_string(0, 0, "晨溪县2024年政府信息公开工作情况统计表")
    sheet.write_row(1, 0, ["单位", *(x for label in labels for x in (label, *[""] * (len(columns) - 1)))])
    if grouped:
        sheet.write_row(2, 0, ["", *columns * len(labels)])
    for i in range(units):
        sheet.write_row(3 + i, 0, [f"第{i + 1}镇人民政府", *([i, 0, 3, 1] * len(labels))[: len(labels) * len(columns)]])
    book.close()
    return path
