"""Which of the numbers behind a label belongs to which column: only where it is certain, otherwise not at all.

All cells there: by count.  Some empty: by place, if every place is accounted for and the copy is known to keep its
empty cells.  Anything else is unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.recognising.segments import Segment, Slot, blank_marks, has_gap_inside
from xlplugin.recognising.stream import CONTINUED, EMPTY_LINE, VAGUE, Stream


class Manner(NamedTuple):
    """How a table was copied, learnt from its rows that hold as many numbers as there are columns.

    `margins`: (place of the label, length of the row) → gaps before and after the numbers.  `keeps_gaps`: the text keeps
    empty cells.  `spacing`: lines with only a no-break space are mere spacing.  `too_many`: some row holds more numbers
    than columns, so counting proves nothing.
    """

    margins: dict[tuple[int, int], tuple[int, int]]
    keeps_gaps: bool
    spacing: bool
    too_many: bool


NO_MANNER = Manner({}, False, False, False)


class Placed(NamedTuple):
    """A row's slots, one a column, or None with the rule that says why not."""

    slots: tuple[Slot, ...] | None
    rule: str = ""


def manner_of(stream: Stream, rows: Sequence[tuple[Segment, int]]) -> Manner:
    """How a table was copied.  `rows` are its rows of numbers with the count of their columns."""
    margins: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for segment, columns in rows:
        full = [i for i, s in enumerate(segment.slots) if s.full]
        if len(full) == columns and not segment.slots[0].below and full[-1] - full[0] + 1 == columns:
            margins.setdefault(_shape(stream, segment), set()).add((full[0], len(segment.slots) - full[-1] - 1))
    last = rows[-1][0] if rows else None
    return Manner(
        {k: next(iter(v)) for k, v in margins.items() if len(v) == 1},
        any(has_gap_inside(s.slots) for s, _ in rows),
        any(_all_and_empty_lines(s, n) for s, n in rows if s is not last),
        any(len(s.full) > n for s, n in rows if n > 1 and not any(x.below for x in s.full)),
    )


def _shape(stream: Stream, segment: Segment) -> tuple[int, int]:
    return stream.places[segment.cell].column, len(segment.slots)


def _all_and_empty_lines(segment: Segment, columns: int) -> bool:
    return len(segment.full) == columns and any(s.text == EMPTY_LINE for s in segment.slots)


def place(stream: Stream, segment: Segment, columns: int, manner: Manner) -> Placed:
    """The slots of a row, one a column."""
    slots = blank_marks(segment.slots)
    full = [s for s in slots if s.full]
    if len(full) > columns or (manner.too_many and columns > 1):
        return Placed(None, "IMP-EXTRA")
    if len(full) == columns and not (columns > 1 and len({s.below for s in full}) > 1):
        return Placed(tuple(full))
    if any(s.below for s in full):
        return _below(slots, full, columns, manner)
    if any(s.text == CONTINUED for s in _between(slots)):
        return Placed(None, "IMP-MERGED")
    slots = [s for s in slots if s.text != CONTINUED]
    if not full and len(slots) >= columns:
        return Placed(tuple(slots[:columns]))
    return _by_place(stream, segment, slots, columns, manner)


def _between(slots: Sequence[Slot]) -> Sequence[Slot]:
    """What stands from the first number on; a merged cell there may be a merged number."""
    first = next((i for i, s in enumerate(slots) if s.full), len(slots))
    return slots[first:]


def _below(slots: Sequence[Slot], full: Sequence[Slot], columns: int, manner: Manner) -> Placed:
    """One cell a line: as many lines as columns, empty cells counted where they are lines of their own."""
    lines = [s for s in slots if s.full or s.text == EMPTY_LINE]
    if len(lines) == columns and not manner.spacing and len({s.below for s in full}) == 1:
        return Placed(tuple(lines))
    return Placed(None, "IMP-SHORT")


def _by_place(stream: Stream, segment: Segment, slots: Sequence[Slot], columns: int, manner: Manner) -> Placed:
    body = list(slots)
    if len(body) != columns:
        margin = manner.margins.get(_shape(stream, segment))
        if margin is None:
            return Placed(None, "IMP-SHORT")
        body = body[margin[0] : len(body) - margin[1]]
        outside = [s for s in slots if s.full and s not in body]
        if len(body) != columns or outside:
            return Placed(None, "IMP-SHORT")
    if any(s.text == VAGUE for s in body) and not (manner.keeps_gaps or has_gap_inside(body)):
        return Placed(None, "IMP-SHORT")
    return Placed(tuple(body))


def alike(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether rows that stand under one label say the same."""
    return len(Counter(rows)) <= 1
