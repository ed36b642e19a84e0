"""Workbooks that are not of our template (.xlsx, .xls, .ods, .et) → one grid a sheet, through python-calamine.

What is hidden is not there; places that a merged cell covers are marked; a formula without a result is no number.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from xlplugin.errors import UnreadableSource
from xlplugin.published.sheet_marks import NO_MARKS, Marks, marks_of
from xlplugin.published.xls_marks import marks_of_xls
from xlplugin.recognising import CONTINUED, Grid

MAX_SHEETS = 60
MAX_ROWS = 3000
MAX_CELLS = 300_000
MAX_EXPANDED = 200_000_000
NO_RESULT = "［公式没有结果］"
_OURS = {"_meta", "_numbers"}  # the hidden sheets of our own template
_ROLLED = {"总览", "分单位"}  # what a roll-up has besides
_ORGAN = r"(?:局|镇|乡|街道|办|办公室|委|委员会|政府|中心|厅|院|处|分局|支队|大队)"
_NAMED = re.compile(rf"(?:[\u4e00-\u9fff]{{1,20}}{_ORGAN})?(?:20\d\d)?年?度?")
_TITLE = re.compile(r"年度报告|年报")


def grids_of_workbook(path: Path) -> list[Grid]:
    """The visible sheets as grids of text; a number is written as short as it was typed.  Raises UnreadableSource."""
    zipped = zipfile.is_zipfile(path)
    if zipped:
        with zipfile.ZipFile(path) as package:
            if sum(p.file_size for p in package.infolist()) > MAX_EXPANDED:
                raise UnreadableSource(f"展开后超过 {MAX_EXPANDED // 1_000_000} MB，没有读。", code="E-BIG")
    book = CalamineWorkbook.from_path(str(path))
    names = [s.name for s in book.sheets_metadata]
    if set(names) >= _OURS:
        what = "汇总工作簿" if set(names) >= _ROLLED else "填报工作簿"
        raise UnreadableSource(f"是本系统的{what}，不用导入；请直接用它校验、比较或汇总。", code="E-OURS")
    marks = marks_of(path, names) if zipped else marks_of_xls(path, names)
    sheets = book.sheets_metadata[:MAX_SHEETS]
    shown = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet]
    return [_titled(_grid(book, name, marks.get(name, NO_MARKS)), name, alone=len(shown) == 1) for name in shown]


def _grid(book: Any, name: str, marks: Marks) -> Grid:
    page = book.get_sheet_by_name(name)
    if page.total_height * page.total_width > MAX_CELLS:
        raise UnreadableSource(f"工作表“{name}”多于 {MAX_CELLS} 格，不是一份年报，没有读。", code="E-BIG")
    rows = [[_written(v) for v in row] for row in page.to_python(skip_empty_area=False)[:MAX_ROWS]]
    for row, column in marks.unknown:
        if row < len(rows):
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = NO_RESULT
    for row, column in marks.struck:
        if row < len(rows) and column < len(rows[row]) and rows[row][column]:
            rows[row][column] = f"［删{rows[row][column]}］"
    _cover(rows, page.merged_cell_ranges or ())
    seen = [[cell for c, cell in enumerate(row) if c not in marks.columns] for r, row in enumerate(rows) if r not in marks.rows]
    wide = max((c + 1 for row in seen for c, cell in enumerate(row) if cell), default=0)
    return [row[:wide] for row in seen]


def _cover(rows: Grid, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Mark what merged cells cover."""
    for (top, left), (low, right) in merged:
        for r in range(top, min(low + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                if (r, c) != (top, left):
                    rows[r][c] = CONTINUED


def _titled(grid: Grid, name: str, *, alone: bool) -> Grid:
    """A sheet without a title of its own, among several, has that of its tab where this names a unit or a year."""
    if alone or not name or not _NAMED.fullmatch(name.strip()) or any(_TITLE.search(cell) for row in grid for cell in row):
        return grid
    return [[f"{name.strip()}政府信息公开工作年度报告"], *grid]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
