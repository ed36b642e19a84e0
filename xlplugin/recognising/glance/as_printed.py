"""Tables printed as the form prints them: every label in its place, a plain number or nothing in every cell.

Most web sites copy a report so.  What makes a reading doubtful elsewhere, a cell lost or one too many, a label damaged or
moved, is not there; each number stands under the label of its column and behind that of its row.  Anything else about
the document, and the reader with all its doubts is asked instead: both say the same, this one sooner and now and then more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlplugin.form import Cell, Form, Table, forms
from xlplugin.form.printed import Grid as Drawn
from xlplugin.form.printed import printed
from xlplugin.numerals import BLANK, Entry
from xlplugin.recognising.doubts.doubting import says
from xlplugin.recognising.labels.folding import is_traditional, skeleton
from xlplugin.recognising.labels.stream import CONTINUED, Grid
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.readings import line_of, read_cell

_LONGEST = 400  # characters; all labels over a table together have fewer


class Row(NamedTuple):
    """A printed row: the skeletons of its labels, the columns of the form in which they begin, and its number cells.

    `under`: the column of the form in which each number cell stands; `kinds`: its unit, and whether it may have a sign or a
    point.
    """

    labels: tuple[str, ...]
    columns: tuple[int, ...]
    cells: tuple[str, ...]
    under: tuple[int, ...]
    kinds: tuple[tuple[str | None, bool], ...]


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
    stands: dict[int, int] = {}  # column of the form → column of the grid; the label that stands lowest says it
    blank = held = False
    for r, (line, row) in enumerate(zip(grid, rows_as_printed(mine.id, table.key), strict=True)):
        labels, under = row.labels, row.under
        columns = [c for c, text in enumerate(line) if text != CONTINUED]
        first, end = len(labels), len(labels) + len(under)
        if tuple([label_of(line[c]) for c in columns[:first]]) != labels or any(line[c] for c in columns[end:]):
            return False
        if not under:
            stands.update(zip(row.columns, columns, strict=False))
            continue
        over = len(columns) > end
        columns = columns[first:end]
        texts = [line[c] for c in columns]
        if over and "" in texts:
            return False  # an empty cell too many, which may be this one
        if columns != [stands[key] for key in under] or not take_row(row, texts, entries):
            return False
        where = line_of(at, r)
        places.update(zip(row.cells, [f"{where}{c + 1}格" for c in columns], strict=True))
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
    grid, known = printed(form_id, table_key), forms()[form_id].cell
    return tuple(_row(grid, known, at) for at in range(1, grid.height + 1))


def _row(grid: Drawn, known: Mapping[str, Cell], at: int) -> Row:
    labels = sorted((x for x in grid.labels if x.area.row == at), key=lambda x: x.area.column)
    cells = sorted((area.column, cell) for cell, area in grid.cells.items() if area.row == at)
    return Row(
        tuple(skeleton(x.text) for x in labels),
        tuple(x.area.column for x in labels),
        tuple(cell for _, cell in cells),
        tuple(column for column, _ in cells),
        tuple((known[cell].unit, known[cell].decimal or known[cell].signed) for _, cell in cells),
    )
