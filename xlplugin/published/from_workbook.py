"""Workbooks that are not of our template (.xlsx, .xls, .ods, .et) → one grid a sheet, through python-calamine."""

from __future__ import annotations

import zipfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from xlplugin.errors import UnreadableSource
from xlplugin.recognising import Grid

MAX_SHEETS = 60
MAX_ROWS = 3000
MAX_CELLS = 300_000
MAX_EXPANDED = 200_000_000


def grids_of_workbook(path: Path) -> list[Grid]:
    """The visible sheets as grids of text; a number is written as short as it was typed.  Raises UnreadableSource."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            if sum(p.file_size for p in package.infolist()) > MAX_EXPANDED:
                raise UnreadableSource(f"展开后超过 {MAX_EXPANDED // 1_000_000} MB，没有读。", code="E-BIG")
    book = CalamineWorkbook.from_path(str(path))
    grids: list[Grid] = []
    for sheet in book.sheets_metadata[:MAX_SHEETS]:
        if "Visible" not in str(sheet.visible) or "Work" not in str(sheet.typ):
            continue
        page = book.get_sheet_by_name(sheet.name)
        if page.height * page.width > MAX_CELLS:
            raise UnreadableSource(f"工作表“{sheet.name}”多于 {MAX_CELLS} 格，不是一份年报，没有读。", code="E-BIG")
        grids.append([[_written(v) for v in row] for row in page.to_python(skip_empty_area=False)[:MAX_ROWS]])
    return grids


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
