"""Tables of a text in which every label and every number follows in the order of the form, and every sum holds.

A text loses empty cells, so that counting proves little.  But where nothing is missing between the first label of a table
and its last number, nothing is over, and the whole report adds up, each number can only be that of its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from xlplugin.form import Form, Table, forms
from xlplugin.numerals import Entry
from xlplugin.recognising.as_printed import Tables, label_of, rows_as_printed
from xlplugin.recognising.readings import read_cell
from xlplugin.recognising.stream import MARKS, Grid, Stream


class Order(NamedTuple):
    """What follows each other in a table, counted from its first label: the labels, and the runs of number cells."""

    labels: tuple[str, ...]
    at: tuple[int, ...]  # where they stand
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # where each run begins, and its cells
    cells: int  # how many in all


def tables_in_order(stream: Stream) -> Tables | None:
    """The tables of a text, if everything in them is in the order of a form and adds up."""
    for mine in forms().values():
        orders = [order_of(mine.id, t.key) for t in mine.tables]
        if orders[0].labels[0] in stream.skeletons and (found := _found(stream, mine, orders)) is not None:
            return found
    return None


def _found(stream: Stream, mine: Form, orders: Sequence[Order]) -> Tables | None:
    held = [i for i, text in enumerate(stream.texts) if text and text not in MARKS]
    entries: dict[str, Entry] = {}
    places: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    start = 0
    for table, order in zip(mine.tables, orders, strict=True):
        begin = next((k for k in range(start, len(held)) if stream.skeletons[held[k]] == order.labels[0]), None)
        if begin is None:
            return None
        cells = held[begin : begin + order.cells]
        start = begin + order.cells
        apart = begin == 0 or stream.lines[held[begin - 1]] != stream.lines[cells[0]]
        ends = start >= len(held) or stream.lines[held[start]] != stream.lines[cells[-1]]
        if not (apart and ends and _take(stream, mine, table, order, cells, entries, places)):
            return None
        spans.append((stream.line_of(cells[0]).start, stream.line_of(cells[-1]).stop))
    if not _adds_up(mine, entries):
        return None
    bounds = zip((0, *(b for _, b in spans)), (*(a for a, _ in spans), len(stream.texts)), strict=True)
    return Tables(mine, entries, places, [[_lines(stream, a, b)] for a, b in bounds])


def _take(
    stream: Stream,
    mine: Form,
    table: Table,
    order: Order,
    cells: Sequence[int],
    entries: dict[str, Entry],
    places: dict[str, str],
) -> bool:
    """Take the numbers of a table, if its cells are those of the form one after the other."""
    texts, lines, columns = stream.texts, stream.lines, stream.columns
    if len(cells) != order.cells or tuple([label_of(texts[cells[k]]) for k in order.at]) != order.labels:
        return False
    for first, row in order.rows:
        run = cells[first : first + len(row)]
        if run[-1] - run[0] != len(run) - 1 or len({lines[c] for c in run}) not in (1, len(run)):
            return False
        for cell, at in zip(row, run, strict=True):
            kind = mine.cell[cell]
            made, plain = read_cell(texts[at], kind.unit)
            if not plain or not (texts[at].isdecimal() or kind.decimal or kind.signed):
                return False
            entries[cell] = made
            places[cell] = f"第{lines[at][0] + 1}块第{lines[at][1] + 1}行第{columns[at] + 1}格"
    return table.arrangement != "side_by_side" or entries[order.rows[0][1][0]].value != 1  # it may be the number of the only row


def _adds_up(mine: Form, entries: dict[str, Entry]) -> bool:
    """Whether every balance of the form holds."""
    number = {c: e.value or 0 for c, e in entries.items()}
    return all(sum([number[c] for c in b.left]) == sum([number[c] for c in b.right]) for b in mine.balances)


def _lines(stream: Stream, start: int, end: int) -> Grid:
    """The lines between two cells."""
    found: Grid = []
    while start < end:
        line = stream.line_of(start)
        found.append(stream.texts[line.start : line.stop])
        start = line.stop
    return found


@lru_cache(maxsize=64)
def order_of(form_id: str, table_key: str) -> Order:
    """The order of a table of this form."""
    labels: list[str] = []
    at: list[int] = []
    rows: list[tuple[int, tuple[str, ...]]] = []
    count = 0
    for row in rows_as_printed(form_id, table_key):
        labels += row.labels
        at += range(count, count + len(row.labels))
        count += len(row.labels)
        if row.cells:
            rows.append((count, row.cells))
            count += len(row.cells)
    return Order(tuple(labels), tuple(at), tuple(rows), count)
