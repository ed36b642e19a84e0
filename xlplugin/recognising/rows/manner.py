"""How a table was copied, learnt from its rows that hold as many numbers as there are columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlplugin.form import Table
from xlplugin.recognising.labels.lexicon import TITLE
from xlplugin.recognising.labels.segments import Segment, has_gap_inside
from xlplugin.recognising.labels.stream import EMPTY_LINE, VAGUE, Stream

YEAR = re.compile(r"\s*(?:19|20)\d\d\s*年?\s*度?\s*")
_FEW_ROWS = 3
_ENOUGH_ROWS = 8


class Manner(NamedTuple):
    """How a table was copied, learnt from its rows that hold as many numbers as there are columns.

    `lead`, `trail`: places before and after the numbers, where all those rows agree.  `shapes`: the same for rows of one
    shape (place of the label, length) in a grid with true cells.  `keeps_gaps`: the text keeps empty cells.  `spacing`:
    lines with only a no-break space are mere spacing.  `too_many`: how many rows hold more numbers than columns, so that
    counting proves nothing (of one row alone, for rows of one column, nothing follows).  `filled_up`: in most rows lines with
    only a no-break space make up for missing numbers, so that a row with all its numbers and such a line has one too many.  `wide`: how many places a line has,
    where all lines have as many; `frame`: the place in the line where the numbers of all full rows begin.  `behind`: how
    many places stand behind the numbers of every full row.  `begins`: the numbers of every full row begin right behind its
    label.  `packed`: how many places a line of the head has whose merged cells left their places behind it, not where they
    were; in rows as long the numbers begin right behind the label.  `uneven`: the places in the line
    of labels behind which some full rows have an empty place before their numbers and others do not: it says nothing there.
    """

    lead: int | None
    trail: int | None
    shapes: dict[tuple[int, int], tuple[int, int]]
    keeps_gaps: bool
    spacing: bool
    too_many: int
    wide: int | None = None
    frame: int | None = None
    behind: int = 0
    filled_up: bool = False
    begins: bool = False
    packed: int | None = None
    uneven: frozenset[int] = frozenset()


NO_MANNER = Manner(None, None, {}, False, False, 0)


def manner_of(stream: Stream, rows: Sequence[tuple[Segment, int]], packed: int | None = None) -> Manner:
    """How a table was copied.  `rows` are its rows of numbers with the count of their columns; `packed` as in a `Manner`."""
    margins: list[tuple[int, int]] = []
    shapes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    barred = any(VAGUE in s.marks and s.slots[0].below for s, _ in rows)
    for segment, columns in rows:
        if columns < 2 or len(segment.full) != columns or (segment.slots[0].below and not barred):
            continue
        first, end = segment.slots.index(segment.full[0]), segment.slots.index(segment.full[-1])
        if end - first + 1 == columns:
            margins.append((first, len(segment.slots) - end - 1))
            shapes.setdefault(shape_of(stream, segment), []).append(margins[-1])
    last = rows[-1][0] if rows else None
    spaced = sum(_all_and_empty_lines(s, n) for s, n in rows if s is not last)
    filled_up = sum(_filled_up(s, n) for s, n in rows)
    places = _places(stream, rows)
    frames = _frames(places)
    if _sticks_out(places, frames):
        margins = []
    return Manner(
        _agreed([a for a, _ in margins]),
        _agreed([b for _, b in margins]),
        {k: v[0] for k, v in shapes.items() if len(set(v)) == 1 and len(v) > 2},
        (any(VAGUE in s.marks and bool(s.full) and has_gap_inside(s.slots, s.full) for s, _ in rows) and _starving(rows) < 2)
        or _a_bar_each(stream, rows),
        spaced > 0 and not filled_up > _FEW_ROWS * spaced,
        _too_many(rows),
        _wide([len(stream.line_of(s.cell)) for s, _ in rows if any(not x.below for x in s.slots)]),
        next(iter(frames))[0] if len(frames) == 1 else None,
        min(b for _, b in margins) if len(margins) >= _FEW_ROWS else 0,
        filled_up > _FEW_ROWS * max(1, spaced),
        len(margins) >= _FEW_ROWS and not any(a for a, _ in margins),
        packed,
        _uneven(shapes),
    )


def _uneven(shapes: Mapping[tuple[int, int], Sequence[tuple[int, int]]]) -> frozenset[int]:
    """The places of labels behind which the numbers of full rows do not always begin alike."""
    leads: dict[int, set[int]] = {}
    for (column, _), margins in shapes.items():
        leads.setdefault(column, set()).update(lead for lead, _ in margins)
    return frozenset(column for column, found in leads.items() if len(found) > 1)


def _a_bar_each(stream: Stream, rows: Sequence[tuple[Segment, int]]) -> bool:
    """Whether every row with empty cells has, one a line, as many numbers and bars as it has columns."""
    gapped = [(s, n) for s, n in rows if n > 1 and VAGUE in s.marks]
    return len(gapped) >= _ENOUGH_ROWS and all(
        len(s.slots) == n and all(x.below and len(stream.line_of(x.cell)) == 1 for x in s.slots) for s, n in gapped
    )


def packed_head(stream: Stream, table: Table, segments: Sequence[Segment]) -> int | None:
    """How many places the first line of a head has, where the title over all columns stands right behind the corner, though
    the corner covers more, and only bars follow."""
    if table.corner_note is None:
        return None
    for before, segment in pairwise(segments):
        if not _is_title(segment, table, table.columns_title) or not _is_title(before, table, table.corner_note):
            continue
        line = stream.line_of(segment.cell)
        behind = line.stop - segment.cell - 1
        bars = all(stream.texts[c] == VAGUE for c in range(segment.cell + 1, line.stop))
        if behind > 0 and bars and before.cell == segment.cell - 1 == stream.line_of(before.cell).start:
            return behind + 2
    return None


def _is_title(segment: Segment, table: Table, text: str | None) -> bool:
    label = segment.token.of(TITLE) if segment.token is not None else None
    return label is not None and label.table == table.key and label.text == text


def _places(stream: Stream, rows: Sequence[tuple[Segment, int]]) -> list[tuple[list[int], int]]:
    """The columns of the grid in which each row of several numbers has them, and how many it should have."""
    columns = stream.columns
    return [([columns[s.cell] for s in x.full if not s.below], n) for x, n in rows if n > 1]


def _frames(places: Sequence[tuple[list[int], int]]) -> set[tuple[int, int]]:
    """From which to which column the rows without empty cells have their numbers."""
    return {(p[0], p[-1]) for p, n in places if len(p) == n and p[-1] - p[0] + 1 == n}


def _sticks_out(places: Sequence[tuple[list[int], int]], frames: set[tuple[int, int]]) -> bool:
    """Whether a row has numbers outside the columns in which all rows without empty cells have theirs."""
    if len(frames) != 1:
        return False
    low, high = next(iter(frames))
    return any(p and (p[0] < low or p[-1] > high) for p, _ in places)


def _too_many(rows: Sequence[tuple[Segment, int]]) -> int:
    """How many rows hold more numbers than columns; one cell a line, the last one may have what follows it."""
    wider = [(s, n) for s, n in rows if len(s.full) > n]
    over = [any(x.below for x in s.full) for s, _ in wider]
    wide = [n for _, n in wider]
    years = [x[0].text for s, _ in rows if (x := s.full) and len(x[0].text) > 3 and YEAR.fullmatch(x[0].text)]
    if len(years) >= _FEW_ROWS and 2 * len(set(years)) <= len(years):
        return len(rows)
    return 0 if len(over) == 1 and (over[0] or wide == [1]) else len(over)


def _starving(rows: Sequence[tuple[Segment, int]]) -> int:
    """How many rows of several numbers have fewer places than columns, empty ones counted: their gaps were lost."""
    return sum(0 < len(s.slots) < n and not s.slots[0].below for s, n in rows)


def _agreed(margins: Sequence[int]) -> int | None:
    return margins[0] if len(margins) >= _ENOUGH_ROWS and len(set(margins)) == 1 else None


def _wide(widths: Sequence[int]) -> int | None:
    return widths[0] if len(widths) >= _FEW_ROWS and len(set(widths)) == 1 else None


def shape_of(stream: Stream, segment: Segment) -> tuple[int, int]:
    return stream.columns[segment.cell], len(segment.slots)


def _all_and_empty_lines(segment: Segment, columns: int) -> bool:
    return EMPTY_LINE in segment.marks and len(segment.full) == columns


def _filled_up(segment: Segment, columns: int) -> bool:
    """Whether empty lines make up for missing numbers, one for one."""
    empty = sum(s.text == EMPTY_LINE for s in segment.slots) if EMPTY_LINE in segment.marks else 0
    return empty > 0 and 0 < len(segment.full) < columns == len(segment.full) + empty
