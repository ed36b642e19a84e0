"""What the workbook of a roll-up says about itself on the hidden sheet: scope, completeness, units, open cells.

The level above reads it, so that nobody is counted twice and no gap is lost on the way up.
"""

from __future__ import annotations

from typing import Any

from xlplugin.books.cells import read_cells
from xlplugin.books.layout import META, META_FIELDS
from xlplugin.books.package import Package
from xlplugin.books.raw import Grid
from xlplugin.merging.filed import LEAF_MARKS, SCOPES, Marks

UNITS, OPEN_CELL, OPEN_UNIT = 20, 21, 22  # columns of the hidden sheet, right of the sheet's own bookkeeping
TOP, MOST = 2, 100_000
COMPLETE, INCOMPLETE = "完整", "不完整"


def rows_of_fields() -> dict[str, int]:
    return {key: 1 + i for i, key in enumerate(META_FIELDS)}


def marks_of(package: Package, fields: Grid) -> Marks:
    """The marks of a workbook whose first rows of the hidden sheet are already read; a leaf has none.

    Raises UnreadableSource.
    """
    at = rows_of_fields()
    scope, complete, count = (_text(fields, at[key], 2) for key in ("scope", "complete", "units"))
    if scope not in SCOPES:
        return LEAF_MARKS
    rows = min(MOST, int(count) if count.isdigit() else 0)
    grid = read_cells(package, {META: (TOP + max(rows, MOST), OPEN_UNIT)}).get(META, {})
    units = tuple(filter(None, (_text(grid, TOP + i, UNITS) for i in range(rows))))
    return Marks(scope, complete == COMPLETE, units, _opened(grid))


def _opened(grid: Grid) -> tuple[tuple[str, tuple[str, ...]], ...]:
    opened: dict[str, list[str]] = {}
    for (row, column), raw in sorted(grid.items()):
        if column == OPEN_CELL and row >= TOP and raw.text:
            opened.setdefault(raw.text, []).append(_text(grid, row, OPEN_UNIT))
    return tuple((cell, tuple(units)) for cell, units in opened.items())


def _text(grid: Grid, row: int, column: int) -> str:
    raw = grid.get((row, column))
    return raw.text.strip() if raw is not None else ""


def write_marks(page: Any, marks: Marks) -> None:
    """Adds the lists to the hidden sheet whose scope, completeness and count the template wrote (an XlsxWriter worksheet)."""
    for i, unit in enumerate(marks.units):
        page.write_string(TOP + i - 1, UNITS - 1, unit)
    pairs = [(cell, unit) for cell, units in marks.open for unit in units]
    for i, (cell, unit) in enumerate(pairs[:MOST]):
        page.write_string(TOP + i - 1, OPEN_CELL - 1, cell)
        page.write_string(TOP + i - 1, OPEN_UNIT - 1, unit)
