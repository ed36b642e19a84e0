"""Tables that are no report: the rows of the form as columns, with a unit on each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlplugin.recognising.labels.stream import Stream, Token, like_value

_FEWEST = 6  # rows of the form named on one line of a table, each in a cell of its own


def rows_as_columns(stream: Stream, tokens: Sequence[Token]) -> bool:
    """Whether the labels of rows stand side by side over lines of numbers, as in a list of units.

    Most rows of the form must be named there: in a report a table may be turned, but its other tables stand upright.
    """
    lines = stream.lines
    labels = [(t.first, label) for t in tokens if (label := t.labels.row) is not None and t.first == t.last]
    if max(Counter([lines[cell] for cell, _ in labels]).values(), default=0) < _FEWEST:
        return False
    named = {(lines[cell], label.table, label.key) for cell, label in labels}
    rows = len({(table, key) for _, table, key in named})
    for line, count in Counter(line for line, _, _ in named).items():
        if count >= _FEWEST and 2 * count > rows:
            first = next(t.first for t in tokens if stream.line(t.first) == line)
            if _without_numbers(stream, line, first):
                return True
    return False


def _without_numbers(stream: Stream, line: tuple[int, int], cell: int) -> bool:
    """Whether a line has as many cells as a table and no number in them."""
    while cell and stream.line(cell - 1) == line:
        cell -= 1
    texts = []
    while cell < len(stream.texts) and stream.line(cell) == line:
        texts.append(stream.texts[cell])
        cell += 1
    return len(texts) >= _FEWEST and sum(map(like_value, texts)) * 4 <= len(texts)
