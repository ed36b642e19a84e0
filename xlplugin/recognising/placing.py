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

    `lead`, `trail`: places before and after the numbers, where all those rows agree.  `shapes`: the same for rows of one
    shape (place of the label, length) in a grid with true cells.  `keeps_gaps`: the text keeps empty cells.  `spacing`:
    lines with only a no-break space are mere spacing.  `too_many`: how many rows hold more numbers than columns, so that
    counting proves nothing (of one row alone, for rows of one column, nothing follows).
    """

    lead: int | None
    trail: int | None
    shapes: dict[tuple[int, int], tuple[int, int]]
    keeps_gaps: bool
    spacing: bool
    too_many: int


NO_MANNER = Manner(None, None, {}, False, False, 0)
_ENOUGH_ROWS = 8


class Ruled(NamedTuple):
    """Where the labels over the columns stand in a grid; `titled`: every column with a label; `wide`: the last one at all."""

    grid: int
    columns: tuple[int, ...]
    titled: frozenset[int]
    wide: int


class Placed(NamedTuple):
    """A row's slots, one a column, or None with the rule that says why not."""

    slots: tuple[Slot, ...] | None
    rule: str = ""
    sure: bool = False  # each number stands under the label of its column


def manner_of(stream: Stream, rows: Sequence[tuple[Segment, int]]) -> Manner:
    """How a table was copied.  `rows` are its rows of numbers with the count of their columns."""
    margins: list[tuple[int, int]] = []
    shapes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for segment, columns in rows:
        if columns < 2 or len(segment.full) != columns or segment.slots[0].below:
            continue
        full = [i for i, s in enumerate(segment.slots) if s.full]
        if full[-1] - full[0] + 1 == columns:
            margins.append((full[0], len(segment.slots) - full[-1] - 1))
            shapes.setdefault(_shape(stream, segment), []).append(margins[-1])
    last = rows[-1][0] if rows else None
    if _sticks_out(stream, rows):
        margins = []
    return Manner(
        _agreed([a for a, _ in margins]),
        _agreed([b for _, b in margins]),
        {k: v[0] for k, v in shapes.items() if len(set(v)) == 1 and len(v) > 2},
        any(VAGUE in s.marks and has_gap_inside(s.slots) for s, _ in rows),
        any(_all_and_empty_lines(s, n) for s, n in rows if s is not last),
        _too_many(rows),
    )


def _sticks_out(stream: Stream, rows: Sequence[tuple[Segment, int]]) -> bool:
    """Whether a row has numbers outside the columns in which all rows without empty cells have theirs."""
    places = [([stream.columns[s.cell] for s in x.full if not s.below], n) for x, n in rows if n > 1]
    frames = {(p[0], p[-1]) for p, n in places if len(p) == n and p[-1] - p[0] + 1 == n}
    if len(frames) != 1:
        return False
    low, high = next(iter(frames))
    return any(p and (p[0] < low or p[-1] > high) for p, _ in places)


def _too_many(rows: Sequence[tuple[Segment, int]]) -> int:
    """How many rows hold more numbers than columns; one cell a line, the last one may have what follows it."""
    wider = [(s, n) for s, n in rows if len(s.full) > n]
    over = [any(x.below for x in s.full) for s, _ in wider]
    wide = [n for _, n in wider]
    return 0 if len(over) == 1 and (over[0] or wide == [1]) else len(over)


def _agreed(margins: Sequence[int]) -> int | None:
    return margins[0] if len(margins) >= _ENOUGH_ROWS and len(set(margins)) == 1 else None


def _shape(stream: Stream, segment: Segment) -> tuple[int, int]:
    return stream.columns[segment.cell], len(segment.slots)


def _all_and_empty_lines(segment: Segment, columns: int) -> bool:
    return EMPTY_LINE in segment.marks and len(segment.full) == columns


def place(
    stream: Stream,
    segment: Segment,
    columns: int,
    manner: Manner,
    ruled: Ruled | None = None,
    *,
    partial: bool = False,
    extra: bool = False,
) -> Placed:
    """The slots of a row, one a column: by the columns' labels, by count, or by the manner of the copy.

    `partial`: some columns have no label, so that a row of fewer numbers may be a row of fewer columns.  `extra`: there are
    more columns than the form has, so that counting proves nothing.
    """
    if ruled is not None and (placed := _by_labels(stream, segment, ruled)) is not None:
        return placed
    if segment.doubtful or (extra and segment.full):
        return Placed(None, "IMP-EXTRA")
    placed = _by_count(stream, segment, columns, manner)
    full = len(segment.full)
    return Placed(None, "IMP-SHORT") if partial and 0 < full < columns else placed


def _by_labels(stream: Stream, segment: Segment, ruled: Ruled) -> Placed | None:
    """The cells under the columns' labels, in a grid with true cells; None where the row is not of that kind."""
    if segment.line[0] != ruled.grid:
        return None
    slots = [s for s in segment.slots if not s.below]
    at = {stream.columns[s.cell]: s for s in slots}
    full = {column for column, s in at.items() if s.full}
    if not full or len(at) != len(slots) or not set(ruled.columns) <= at.keys():
        return None
    if VAGUE in segment.marks and any(s.text == VAGUE for s in slots):
        return None
    below = [s for s in segment.every if s.below and s.full]
    astray = any(stream.columns[s.cell] in ruled.columns for s in below)
    if not full <= ruled.titled or max(at) > ruled.wide or astray:
        return Placed(None, "IMP-EXTRA")
    found = tuple(at[c] for c in ruled.columns)
    return None if any(s.text == CONTINUED for s in found) else Placed(found, sure=True)


def _by_count(stream: Stream, segment: Segment, columns: int, manner: Manner) -> Placed:
    """The slots of a row, where their number or the manner of the copy leaves no choice."""
    slots = blank_marks(segment.slots)
    full = [s for s in slots if s.full]
    if len(full) > columns or (manner.too_many > 1 and columns == 1) or (manner.too_many and columns > 1):
        return Placed(None, "IMP-EXTRA")
    if len(full) == columns and not (columns > 1 and len({s.below for s in full}) > 1):
        return Placed(None, "IMP-EXTRA") if _holes(slots) else Placed(tuple(full))
    if any(s.below for s in full):
        return _below(slots, full, columns, manner)
    if any(s.text == CONTINUED for s in _between(slots)):
        return Placed(None, "IMP-MERGED")
    slots = [s for s in slots if s.text != CONTINUED]
    if not full and len(slots) >= columns:
        return Placed(tuple(slots[:columns]))
    return _by_place(stream, segment, slots, columns, manner)


def _holes(slots: Sequence[Slot]) -> bool:
    """Whether an empty cell stands between the numbers, though these are as many as the columns: one is of another column."""
    inside = [i for i, s in enumerate(slots) if s.full]
    return any(s.text in ("", VAGUE) for s in slots[inside[0] : inside[-1]])


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
    """Some cells empty: the run of places that must be the columns, if there is exactly one."""
    vague = any(s.text == VAGUE for s in slots)
    if vague and not (manner.keeps_gaps or has_gap_inside(slots)):
        return Placed(None, "IMP-SHORT")
    room = len(slots) - columns
    full = [i for i, s in enumerate(slots) if s.full]
    runs = [o for o in range(room + 1) if full and full[0] >= o and full[-1] < o + columns]
    if len(runs) > 1:
        shape = None if vague else manner.shapes.get(_shape(stream, segment))
        known = shape[0] if shape else manner.lead if manner.lead is not None else None
        if known is None and manner.trail is not None:
            known = room - manner.trail
        runs = [o for o in runs if o == known]
    return Placed(tuple(slots[runs[0] : runs[0] + columns])) if len(runs) == 1 else Placed(None, "IMP-SHORT")


def alike(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether rows that stand under one label say the same."""
    return len(Counter(rows)) <= 1
