"""Putting values into an open workbook so that it is never left half-changed.

Everything is computed before the first write; what stood there is kept until the last one succeeded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlplugin.books.layout import Spot
from xlplugin.books.raw import Grid, Raw
from xlplugin.errors import CannotWrite
from xlplugin.hosts.host import Block, Host, Value
from xlplugin.numerals import stored_number

Place = tuple[int, int]
Changes = Mapping[str, Mapping[Place, Value]]


def write_all(host: Host, changes: Changes, before: Mapping[str, Grid]) -> int:
    """Writes the cells that differ from `before`, which was read just now; how many blocks that took.

    Raises CannotWrite where a sheet is missing, locked by a password or holds a formula in the place; then, and on any
    failure of the program itself, the workbook is as it was.
    """
    _refuse(host, changes, before)
    blocks = [b for b in blocks_of(changes) if _differs(b, before.get(b.sheet, {}))]
    if not blocks:
        return 0
    kept = [_as_it_was(b, before.get(b.sheet, {})) for b in blocks]
    with host.unlocked(tuple(dict.fromkeys(b.sheet for b in blocks))):
        done = 0
        try:
            for done, block in enumerate(blocks, 1):  # noqa: B007 - counted for the way back
                host.put(block)
        except BaseException:
            for old in kept[:done]:
                host.put(old)
            raise
    return len(blocks)


def blocks_of(changes: Changes) -> Iterator[Block]:
    """The cells as few rectangles: runs down a column, and neighbouring columns with the same run."""
    for sheet, cells in changes.items():
        columns: dict[int, list[tuple[int, int]]] = {}
        for row, column in sorted(cells):
            runs = columns.setdefault(column, [])
            if runs and runs[-1][1] == row - 1:
                runs[-1] = (runs[-1][0], row)
            else:
                runs.append((row, row))
        for left, right, first, last in _rectangles(columns):
            rows = (tuple(cells[(r, c)] for c in range(left, right + 1)) for r in range(first, last + 1))
            yield Block(sheet, first, left, tuple(rows))


def _rectangles(columns: Mapping[int, list[tuple[int, int]]]) -> list[tuple[int, int, int, int]]:
    found: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], int] = {}  # run → index of the rectangle that ends in the column before
    for column in sorted(columns):
        still = {}
        for run in columns[column]:
            at = growing.get(run)
            if at is not None and found[at][1] == column - 1:
                found[at] = (found[at][0], column, *run)
            else:
                at = len(found)
                found.append((column, column, *run))
            still[run] = at
        growing = still
    return found


def _refuse(host: Host, changes: Changes, before: Mapping[str, Grid]) -> None:
    here = host.sheets
    missing = [s for s in changes if s not in here]
    if missing:
        raise CannotWrite(
            f"“{host.name}”里没有工作表“{'”“'.join(missing)}”，没有改动任何单元格。请把数字填回未改动的模板后再试。"
        )
    for sheet, cells in changes.items():
        for place in cells:
            raw = before.get(sheet, {}).get(place)
            if raw is not None and raw.formula:
                raise CannotWrite(f"{Spot(sheet, *place)} 里是公式，不能覆盖；没有改动任何单元格。")


def value_of(raw: Raw | None) -> Value:
    """What stands in a cell, as it would be written."""
    if raw is None or raw.kind == "" or raw.text == "":
        return None
    return stored_number(raw.text) if raw.kind in ("n", "b") else raw.text


def _differs(block: Block, grid: Grid) -> bool:
    return _as_it_was(block, grid).rows != tuple(tuple(None if v == "" else v for v in row) for row in block.rows)


def _as_it_was(block: Block, grid: Grid) -> Block:
    columns = range(block.column, block.last_column + 1)
    rows = (tuple(value_of(grid.get((r, c))) for c in columns) for r in range(block.row, block.last_row + 1))
    return block._replace(rows=tuple(rows))
