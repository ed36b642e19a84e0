"""Tables printed as the form prints them: every label in its place, a plain number or nothing in every cell.

Most web sites copy a report so.  What makes a reading doubtful elsewhere, a cell lost or one too many, a label damaged or
moved, is not there; each number stands under the label of its column and behind that of its row.  Anything else about
the document, and the reader with all its doubts is asked instead: both say the same, this one sooner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlplugin.form import Block, Cell, Form, Line, Table, forms
from xlplugin.numerals import BLANK, Entry
from xlplugin.recognising.doubting import says
from xlplugin.recognising.folding import is_traditional, skeleton
from xlplugin.recognising.layout import layout
from xlplugin.recognising.readings import line_of, read_cell
from xlplugin.recognising.stream import CONTINUED, Grid

_LONGEST = 400  # characters; all labels over a table together have fewer


class Row(NamedTuple):
    """A printed row: the skeletons of its labels, the columns that each of them names, and its number cells.

    `under`: for each number cell the column in which it stands; `kinds`: its unit, and whether it may have a sign or a point.
    """

    labels: tuple[str, ...]
    names: tuple[str | None, ...] = ()
    cells: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    kinds: tuple[tuple[str | None, bool], ...] = ()


class Tables(NamedTuple):
    """The tables of a report: what is in their number cells, and the grids before, between and behind them."""

    form: Form
    entries: dict[str, Entry]
    places: dict[str, str]
    around: list[list[Grid]]


def tables_as_printed(grids: Sequence[Grid]) -> Tables | None:
    """The tables, if each stands in a grid of its own, once, in the official order and as the form prints it."""
    for mine in forms().values():
        tall = tuple(len(rows_as_printed(mine.id, t.key)) for t in mine.tables)
        at = tuple(i for i, grid in enumerate(grids) if len(grid) > 1 and len(grid[0]) > 1 and len(grid) in tall)
        if tuple(len(grids[i]) for i in at) != tall:
            continue
        entries: dict[str, Entry] = {}
        places: dict[str, str] = {}
        if all(_take(mine, t, grids[i], i, entries, places) for t, i in zip(mine.tables, at, strict=True)):
            begin, end = (0, *(i + 1 for i in at)), (*at, len(grids))
            return Tables(mine, entries, places, [list(grids[a:b]) for a, b in zip(begin, end, strict=True)])
    return None


def _take(mine: Form, table: Table, grid: Grid, at: int, entries: dict[str, Entry], places: dict[str, str]) -> bool:
    """Take the numbers of a grid, if it is the table as the form prints it."""
    stands: dict[str | None, int] = {}
    blank = held = False
    for r, (row, printed) in enumerate(zip(grid, rows_as_printed(mine.id, table.key), strict=True)):
        labels, under = printed.labels, printed.under
        columns = [c for c, text in enumerate(row) if text != CONTINUED]
        first, end = len(labels), len(labels) + len(under)
        if tuple([label_of(row[c]) for c in columns[:first]]) != labels or any(row[c] for c in columns[end:]):
            return False
        if not under:
            stands.update(zip(printed.names, columns, strict=False))
            continue
        columns = columns[first:end]
        texts = [row[c] for c in columns]
        if columns != [stands[key] for key in under] or not take_row(printed, texts, entries):
            return False
        line = line_of(at, r)
        places.update(zip(printed.cells, [f"{line}{c + 1}格" for c in columns], strict=True))
        blank = blank or "" in texts
        held = held or any(texts)
    return _beyond_doubt(mine, table, entries, blank=blank, held=held)


def take_row(row: Row, texts: Sequence[str], entries: dict[str, Entry]) -> bool:
    """Take the plain numbers of a row, an empty text for a blank cell; False where one is not plain."""
    for cell, (unit, loose), text in zip(row.cells, row.kinds, texts, strict=True):
        if text:
            made, plain = read_cell(text, unit)
            if not plain or not (loose or text.isdecimal()) or made is BLANK:
                return False
            entries[cell] = made
    return True


def _beyond_doubt(mine: Form, table: Table, entries: dict[str, Entry], *, blank: bool, held: bool) -> bool:
    """Whether the numbers cannot be of other cells: merged over blank ones below, or those of a list."""
    cells, within, _ = layout(mine.id, table.key)
    if table.arrangement == "side_by_side":
        values = [entries.get(c.id, BLANK).value for c in mine.cells if c.table == table.key]
        return held and values != list(range(1, len(values) + 1))  # the numbers of the columns
    return not blank or not any(says(inside, cells[key], entries) is False for key, inside in within.items())


def label_of(text: str) -> str:
    """The skeleton of a label in the official characters; no label has that of one that was folded, or of a whole text."""
    return _label(text) if len(text) < _LONGEST else "?"


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    return "?" if is_traditional(text) else skeleton(text)


@lru_cache(maxsize=64)
def rows_as_printed(form_id: str, table_key: str) -> tuple[Row, ...]:
    """The rows of a table as the official form prints them, merged cells where they begin."""
    table = next(t for t in forms()[form_id].tables if t.key == table_key)
    makers = {"stacked": _stacked, "matrix": _matrix, "side_by_side": _beside}
    known = forms()[form_id].cell
    return tuple(row._replace(kinds=tuple(_kind(known[c]) for c in row.cells)) for row in makers[table.arrangement](table))


def _kind(cell: Cell) -> tuple[str | None, bool]:
    return cell.unit, cell.decimal or cell.signed


def _stacked(table: Table) -> Iterator[Row]:
    for block in table.blocks:
        if block.title:
            yield _heads([block.title])
        yield _heads([block.row_header or "", *(c.label for c in block.columns)], [None, *block.column_keys])
        for row in block.data_rows:
            yield _numbers(table, block, row, [row.label])


def _matrix(table: Table) -> Iterator[Row]:
    """The labels of grouped columns stand one line below those of the others; a heading stands beside its first row."""
    block = table.blocks[0]
    alone = [c for c in block.columns if not c.group]
    grouped = [c for c in block.columns if c.group]
    yield _heads([table.corner_note or "", table.columns_title or ""])
    line: list[tuple[str, str | None]] = [(c.label, c.key) for c in alone]
    if grouped:
        line.insert(block.columns.index(grouped[0]), (grouped[0].group or "", None))
    yield _heads([label for label, _ in line], [key for _, key in line])
    if grouped:
        yield _heads([c.label for c in grouped], [c.key for c in grouped])
    headings: list[str] = []
    for row in block.rows:
        headings.append(row.label)
        if row.kind != "header":
            yield _numbers(table, block, row, headings)
            headings = []


def _beside(table: Table) -> Iterator[Row]:
    block = table.blocks[0]
    first = [r for r in block.rows if not r.group]
    rest = [r for r in block.rows if r.group]
    groups = list(dict.fromkeys(r.group or "" for r in rest))
    yield _heads([*(r.label for r in first), *groups])
    below = [(c.label, f"{r.key}.{c.key}") for r in first for c in block.columns]
    yield _heads([*(x for x, _ in below), *(r.label for r in rest)], [key for _, key in below])
    yield _heads([c.label for _ in rest for c in block.columns], [f"{r.key}.{c.key}" for r in rest for c in block.columns])
    under = tuple(f"{r.key}.{c.key}" for r in block.rows for c in block.columns)
    yield Row((), (), tuple(f"{table.key}.{key}" for key in under), under)


def _heads(labels: Sequence[str], names: Sequence[str | None] = ()) -> Row:
    return Row(tuple(map(skeleton, labels)), tuple(names))


def _numbers(table: Table, block: Block, row: Line, labels: Sequence[str]) -> Row:
    cells = tuple(f"{table.key}.{row.key}.{c.key}" for c in block.columns)
    return Row(tuple(map(skeleton, labels)), (), cells, block.column_keys)
