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
        if not grid[r] and all(c == 1 and d == 1 for _, c, d in row):
            grid[r] = [text for text, _, _ in row]  # nothing merged here or from above
            covered += len(row)
        else:
            covered += _lay(grid, r, row)
        if covered > MAX_CELLS:
            raise UnreadableSource(f"表格合并出来的格子多于 {MAX_CELLS} 个，不是一份年报，没有读。", code="E-BIG")
    return [[x or "" for x in row] for row in grid]


def _lay(grid: list[list[str | None]], r: int, row: list[tuple[str, int, int]]) -> int:
    """Put the cells of a row where nothing from above stands; returns how many places they cover."""
    column, covered, line, left = 0, 0, grid[r], len(grid) - r
    wide = len(line)
    for text, columns, deep in row:
        while column < wide and line[column] is not None:
            column += 1
        if columns > 1 or deep > 1:
            columns, deep = min(columns, MAX_COLUMNS), min(deep, left)
            for down in range(r, r + deep):
                _cover(grid[down], column, columns)
            over = deep > 1 and text.isdecimal() and min(d for _, _, d in row) < deep  # the number of several rows
            line[column] = f"{text}［合并］" if over else text
            wide = len(line)
        elif column < wide:
            line[column] = text
        else:
            line.append(text)
            wide += 1
        column += columns
        covered += columns * deep
        if column > MAX_COLUMNS:
            break
    return covered


def _cover(line: list[str | None], column: int, columns: int) -> None:
    """Mark these columns of a row as parts of a merged cell, where nothing stands yet."""
    line += [None] * (column + columns - len(line))
    for c in range(column, column + columns):
        if line[c] is None:
            line[c] = CONTINUED
