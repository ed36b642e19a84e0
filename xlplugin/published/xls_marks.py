"""What python-calamine does not say of an .xls or .et workbook: hidden rows and columns, and cells struck out.

Read by xlrd, which knows the formats of cells.  What it can not read stays without marks: WPS writes some records in its own
way, and calamine reads those books all the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlrd

from xlplugin.published.sheet_marks import Marks

_open: Any = xlrd.open_workbook  # without types


def marks_of_xls(path: Path, names: Sequence[str]) -> Mapping[str, Marks]:
    """The marks of each sheet of these names; none where the book cannot be read so."""
    try:
        book = _open(str(path), logfile=io.StringIO(), formatting_info=True, on_demand=True)
        return {name: _marks(book, book.sheet_by_name(name)) for name in names if name in book.sheet_names()}
    except Exception:  # xlrd raises whatever a record that it does not know leads to
        return {}


def _marks(book: Any, sheet: Any) -> Marks:
    rows = {r for r, row in sheet.rowinfo_map.items() if row.hidden or row.height == 0}
    columns = {c for c, column in sheet.colinfo_map.items() if column.hidden or column.width == 0}
    struck = [(r, c) for r in range(sheet.nrows) for c in range(sheet.row_len(r)) if _is_struck(book, sheet.cell_xf_index(r, c))]
    return Marks(frozenset(rows), frozenset(columns), (), tuple(struck))


def _is_struck(book: Any, style: int) -> bool:
    return bool(book.font_list[book.xf_list[style].font_index].struck_out)
