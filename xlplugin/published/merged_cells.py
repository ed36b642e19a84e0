"""Rows of cells that cover several columns and rows → a grid with a place for each."""

from __future__ import annotations

from xlplugin.errors import UnreadableSource
from xlplugin.recognising import CONTINUED, Grid

MAX_COLUMNS = 200
MAX_CELLS = 200_000


def spread(rows: list[list[tuple[str, int, int]]]) -> Grid:
    """Rows of (text, columns, rows) as a grid, places covered by a merged cell marked CONTINUED."""
    grid: list[list[str | None]] = [[] for _ in rows]  # None: nothing there yet
    covered = 0
    for r, row in enumerate(rows):
        column, line = 0, grid[r]
        if not line and all([c == 1 and d == 1 for _, c, d in row]) and len(row) <= MAX_COLUMNS:
            grid[r] = [text for text, _, _ in row]  # nothing merged here or from above
            covered = _bounded(covered + len(row))
            continue
        for text, columns, deep in row:
            while column < len(line) and line[column] is not None:
                column += 1
            if columns > 1 or deep > 1:
                columns, deep = min(columns, MAX_COLUMNS), min(deep, len(rows) - r)
                for down in range(r, r + deep):
                    _cover(grid[down], column, columns)
                line[column] = text
            elif column < len(line):
                line[column] = text
            else:
                line.append(text)
            column += columns
            covered = _bounded(covered + columns * deep)
            if column > MAX_COLUMNS:
                break
    return [[x or "" for x in row] for row in grid]


def _bounded(cells: int) -> int:
    if cells > MAX_CELLS:
        raise UnreadableSource(f"表格合并出来的格子多于 {MAX_CELLS} 个，不是一份年报，没有读。", code="E-BIG")
    return cells


def _cover(line: list[str | None], column: int, columns: int) -> None:
    """Mark these columns of a row as parts of a merged cell, where nothing stands yet."""
    line += [None] * (column + columns - len(line))
    for c in range(column, column + columns):
        if line[c] is None:
            line[c] = CONTINUED
