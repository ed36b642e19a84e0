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
from xlplugin.recognising.glance.as_printed import Row, Tables, label_of, rows_as_printed, take_row
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.stream import MARKS, Grid, Stream, is_page_line
from xlplugin.recognising.rows.readings import line_of

_HALF = 2  # characters of a label that is printed in part


class Order(NamedTuple):
    """What follows each other in a table: labels, then numbers, row by row.

    `heads`: the labels over the first numbers, in each order in which a text may have them.
    """

    heads: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """The labels with which the table may begin."""
        return tuple({head[0] for head in self.heads})


class _Taken(NamedTuple):
    entries: dict[str, Entry]
    places: dict[str, str]


def tables_in_order(stream: Stream) -> Tables | None:
    """The tables of a text, if everything in them is in the order of a form and adds up."""
    for mine in forms().values():
        orders = [order_of(mine.id, t.key) for t in mine.tables]
        if any(s.startswith(orders[0].first) for s in stream.skeletons) and (found := _found(stream, mine, orders)):
            return found
    return None


def _found(stream: Stream, mine: Form, orders: Sequence[Order]) -> Tables | None:
    held = [i for i, text in enumerate(stream.texts) if text and text not in MARKS and not is_page_line(stream, i)]
    taken = _Taken({}, {})
    spans: list[tuple[int, int]] = []
    start = 0
    for table, order in zip(mine.tables, orders, strict=True):
        first = order.first
        begin = next((k for k in range(start, len(held)) if stream.skeletons[held[k]].startswith(first)), len(held))
        end = _take(stream, table, order, held, begin, taken)
        if end is None or not _alone(stream, held, begin, end):
            return None
        spans.append((stream.line_of(held[begin]).start, stream.line_of(held[end - 1]).stop))
        start = end
    if not _adds_up(mine, taken.entries):
        return None
    bounds = zip((0, *(b for _, b in spans)), (*(a for a, _ in spans), len(stream.texts)), strict=True)
    return Tables(mine, *taken, [[_lines(stream, a, b)] for a, b in bounds])


def _alone(stream: Stream, held: Sequence[int], begin: int, end: int) -> bool:
    """Whether nothing else stands on the first and the last line of a table."""
    lines = stream.lines
    apart = begin == 0 or lines[held[begin - 1]] != lines[held[begin]]
    return apart and (end >= len(held) or lines[held[end]] != lines[held[end - 1]])


def _take(stream: Stream, table: Table, order: Order, held: Sequence[int], begin: int, taken: _Taken) -> int | None:
    """Take the numbers of a table; returns where it ends, or None where its cells are not those of the form."""
    beside = table.arrangement == "side_by_side"
    at = next((k for head in order.heads if (k := _behind(stream, held, begin, head, loosely=beside)) is not None), None)
    for row in order.rows:
        at = None if at is None else _behind(stream, held, at, row.labels)
        if at is None or not _take_row(stream, row, held[at : at + len(row.cells)], taken):
            return None
        at += len(row.cells)
    if beside and taken.entries[order.rows[0].cells[0]].value == 1:
        return None  # it may be the number of the only row
    return at


def _behind(stream: Stream, held: Sequence[int], at: int, labels: Sequence[str], *, loosely: bool = False) -> int | None:
    """Where some labels end that should begin at `at`, wherever cells part them; None where they do not stand there."""
    begin, left = at, "".join(labels)
    while left:
        seen = label_of(stream.texts[held[at]]) if at < len(held) else ""
        if not seen or seen.isdecimal() or not left.startswith(seen):
            return _behind_halves(stream, held, begin, labels) if loosely else None
        left = left[len(seen) :]
        at += 1
    return at


def _behind_halves(stream: Stream, held: Sequence[int], at: int, labels: Sequence[str]) -> int | None:
    """The same of labels of which sites often print the first line alone: 结果 for 结果纠正, over table four."""
    texts, count = stream.texts, len(held)
    for label in labels:
        seen = label_of(texts[held[at]]) if at < count else ""
        at += 1
        while seen and seen != label and at < count and label.startswith(more := seen + label_of(texts[held[at]])):
            seen = more
            at += 1
        if len(seen) < _HALF or not label.startswith(seen):
            return None
    return at


def _take_row(stream: Stream, row: Row, run: Sequence[int], taken: _Taken) -> bool:
    """Take the numbers of a row, which stand in cells side by side, or each on a line."""
    lines, columns, texts = stream.lines, stream.columns, stream.texts
    if len(run) != len(row.cells) or run[-1] - run[0] != len(run) - 1 or len({lines[c] for c in run}) not in (1, len(run)):
        return False
    if not take_row(row, [texts[c] for c in run], taken.entries):
        return False
    taken.places.update(zip(row.cells, [f"{line_of(*lines[c])}{columns[c] + 1}格" for c in run], strict=True))
    return True


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
    table = forms()[form_id].table[table_key]
    rows = rows_as_printed(form_id, table_key)
    first = next(i for i, row in enumerate(rows) if row.cells)
    over = [(label, column) for row in rows[:first] for label, column in zip(row.labels, row.columns, strict=True) if label]
    heads = _heads(table, over, rows[first].under[-1]) if table.arrangement == "matrix" else [[label for label, _ in over]]
    joined: list[Row] = []
    labels: list[str] = []
    for row in rows[first:]:
        labels += row.labels
        if row.cells:
            joined.append(row._replace(labels=tuple(labels)))
            labels = []
    return Order(tuple(dict.fromkeys(map(tuple, heads))), tuple(joined))


def _heads(table: Table, over: Sequence[tuple[str, int]], last_column: int) -> list[list[str]]:
    """The labels over table three as texts have them: that of the last column, printed over two lines, in its place, behind
    the title of the columns, or behind all others; with the note in the corner or without."""
    official = [label for label, _ in over]
    corner, title = skeleton(table.corner_note or ""), skeleton(table.columns_title or "")
    last = [label for label, column in over if column == last_column]
    rest = [label for label in official if label not in last]
    at = rest.index(title) + 1 if title else 0
    orders = [official, [*rest[:at], *last, *rest[at:]], [*rest, *last]]
    return [*orders, *([label for label in order if label != corner] for order in orders)]
