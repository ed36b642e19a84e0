"""An official table as it is printed: which label and which number covers which squares of the grid.

Rows and columns count from 1 at the table's own upper left corner.  Workbook, Word and web page all draw from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from xlplugin.form.model import Block, Line, Table
from xlplugin.form.registry import form as form_of

Role = Literal["title", "corner", "head", "row", "group"]


class Area(NamedTuple):
    """Squares of the grid, both ends counted."""

    row: int
    column: int
    last_row: int
    last_column: int


class Printed(NamedTuple):
    """An official label and the squares it covers."""

    area: Area
    text: str
    role: Role


@dataclass(frozen=True)
class Grid:
    """One printed table: `height` × `width` squares, the first `label_columns` and `header_rows` of them headings."""

    table: Table
    labels: tuple[Printed, ...]
    cells: Mapping[str, Area]
    height: int
    width: int
    label_columns: int
    header_rows: int


@lru_cache(maxsize=64)
def printed(form_id: str, table: str) -> Grid:
    """The grid of one table of a form."""
    official = form_of(form_id).table[table]
    return _DRAWERS[official.arrangement](official)


def _stacked(table: Table) -> Grid:
    """Blocks one under the other, as table two: title, header line, rows; the last value column takes what is left."""
    width = 1 + max(len(b.columns) for b in table.blocks)
    labels: list[Printed] = []
    cells: dict[str, Area] = {}
    row = 1
    for block in table.blocks:
        if block.title:
            labels.append(Printed(Area(row, 1, row, width), block.title, "title"))
            row += 1
        labels.append(Printed(Area(row, 1, row, 1), block.row_header or "", "head"))
        spans = [_value_span(block, i, width) for i in range(len(block.columns))]
        labels += [
            Printed(Area(row, first, row, last), c.label, "head") for c, (first, last) in zip(block.columns, spans, strict=True)
        ]
        for line in block.data_rows:
            row += 1
            labels.append(Printed(Area(row, 1, row, 1), line.label, "row"))
            for column, (first, last) in zip(block.columns, spans, strict=True):
                cells[f"{table.key}.{line.key}.{column.key}"] = Area(row, first, row, last)
        row += 1
    return Grid(table, tuple(labels), cells, row - 1, width, 1, 0)


def _value_span(block: Block, index: int, width: int) -> tuple[int, int]:
    return (2 + index, width if index == len(block.columns) - 1 else 2 + index)


def _matrix(table: Table) -> Grid:
    """Rows by columns with as many label columns as the rows have levels, as table three."""
    block = table.blocks[0]
    depth = 1 + max(r.level for r in block.rows)
    width = depth + len(block.columns)
    header_rows = (1 if table.columns_title else 0) + (2 if any(c.group for c in block.columns) else 1)
    rows = _row_numbers(block, header_rows + 1)
    labels = [Printed(Area(1, 1, header_rows, depth), table.corner_note or "", "corner")]
    labels += _matrix_heads(table, block, depth, header_rows)
    labels += [_matrix_row(block, line, depth, rows) for line in block.rows]
    cells = {
        f"{table.key}.{r.key}.{c.key}": Area(rows[r.key], depth + 1 + i, rows[r.key], depth + 1 + i)
        for r in block.data_rows
        for i, c in enumerate(block.columns)
    }
    return Grid(table, tuple(labels), cells, max(rows.values()), width, depth, header_rows)


def _row_numbers(block: Block, first: int) -> dict[str, int]:
    """Heading rows share the line of their first item: （三）不予公开 stands beside 1.属于国家秘密."""
    numbers: dict[str, int] = {}
    row = first
    for line in block.rows:
        numbers[line.key] = row
        if line.kind != "header":
            row += 1
    return numbers


def _matrix_heads(table: Table, block: Block, depth: int, header_rows: int) -> list[Printed]:
    row, width = 1, depth + len(block.columns)
    labels = []
    if table.columns_title:
        labels.append(Printed(Area(row, depth + 1, row, width), table.columns_title, "head"))
        row += 1
    for start, stop, group in runs(block.columns):
        if group:
            labels.append(Printed(Area(row, depth + 1 + start, row, depth + stop), group, "head"))
        for i in range(start, stop):
            area = Area(row + 1 if group else row, depth + 1 + i, header_rows, depth + 1 + i)
            labels.append(Printed(area, block.columns[i].label, "head"))
    return labels


def _matrix_row(block: Block, line: Line, depth: int, rows: Mapping[str, int]) -> Printed:
    last_row = max([rows[line.key], *(rows[r.key] for r in block.rows if _is_under(block, r, line.key))])
    heading = line.kind == "header"
    area = Area(rows[line.key], line.level + 1, last_row, line.level + 1 if heading else depth)
    return Printed(area, line.label, "group" if heading else "row")


def _is_under(block: Block, line: Line, ancestor: str) -> bool:
    return line.parent is not None and (line.parent == ancestor or _is_under(block, block.row(line.parent), ancestor))


def runs(lines: tuple[Line, ...]) -> list[tuple[int, int, str | None]]:
    """Runs of neighbouring lines under the same heading: (start, stop, heading)."""
    found: list[tuple[int, int, str | None]] = []
    for i, line in enumerate(lines):
        if found and line.group and found[-1][2] == line.group:
            found[-1] = (found[-1][0], i + 1, line.group)
        else:
            found.append((i, i + 1, line.group))
    return found


def _side_by_side(table: Table) -> Grid:
    """The rows of the block as groups of columns over one line of numbers, as table four."""
    block = table.blocks[0]
    n = len(block.columns)
    labels: list[Printed] = []
    cells: dict[str, Area] = {}
    for start, stop, group in runs(block.data_rows):
        if group:
            labels.append(Printed(Area(1, 1 + start * n, 1, stop * n), group, "head"))
        for g in range(start, stop):
            top, line = (2 if group else 1), block.data_rows[g]
            labels.append(Printed(Area(top, 1 + g * n, top, (g + 1) * n), line.label, "head"))
            for i, column in enumerate(block.columns):
                at = 1 + g * n + i
                labels.append(Printed(Area(top + 1, at, 3, at), column.label, "head"))
                cells[f"{table.key}.{line.key}.{column.key}"] = Area(4, at, 4, at)
    return Grid(table, tuple(labels), cells, 4, n * len(block.data_rows), 0, 3)


_DRAWERS = {"stacked": _stacked, "matrix": _matrix, "side_by_side": _side_by_side}
