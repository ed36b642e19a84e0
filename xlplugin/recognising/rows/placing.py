"""Which of the numbers behind a label belongs to which column: only where it is certain, otherwise not at all.

All cells there: by count.  Some empty: by place, if every place is accounted for and the copy is known to keep its
empty cells.  Anything else is unread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from xlplugin.numerals import State, entry, said_change
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.segments import Segment, Slot, blank_marks, has_gap_inside
from xlplugin.recognising.labels.stream import CONTINUED, EMPTY_LINE, VAGUE, Stream, is_remark
from xlplugin.recognising.rows.manner import YEAR, Manner, shape_of

_ANY_NUMBER = re.compile(r"[\d〇零一二两三四五六七八九十百千万①-⑳lIOoSB]")
_DATE = re.compile(r"\s*(?:20\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?|\d{1,2}\s*月\s*\d{1,2}\s*日)\s*")
_SEVERAL = re.compile(r"\d+(?:\s+\d+)+")
_PARTED = re.compile(r"\d{1,3}(?:\s\d{3})+")


class Ruled(NamedTuple):
    """Where the labels over the columns stand in a grid; `titled`: every column with a label; `wide`: the last one at all."""

    grid: int
    columns: tuple[int, ...]
    titled: frozenset[int]
    wide: int
    every: frozenset[int]  # the columns once more
    between: tuple[int, ...]  # the places between the first column and the last that are none


class Placed(NamedTuple):
    """A row's slots, one a column, or None with the rule that says why not."""

    slots: tuple[Slot, ...] | None
    rule: str = ""
    sure: bool = False  # each number stands under the label of its column
    gapped: bool = False  # placed by the empty cells around its numbers


def place(
    stream: Stream,
    segment: Segment,
    columns: int,
    manner: Manner,
    ruled: Ruled | None = None,
    *,
    partial: bool = False,
    named: int = 0,
    extra: bool = False,
) -> Placed:
    """The slots of a row, one a column: by the columns' labels, by count, or by the manner of the copy.

    `partial`: some columns have no label, so that a row of fewer numbers may be a row of fewer columns; `named`: how many
    have one, so that a row of more numbers has some that are none of the table.  `extra`: there are
    more columns than the form has, so that counting proves nothing.
    """
    if segment.shared or (columns > 1 and any(_of_two_rows(s.text) for s in segment.full if len(s.text) > 2)):
        return Placed(None, "IMP-MERGED")
    trusted = ruled is not None and not (extra and ruled.grid in stream.loose)
    if trusted and ruled is not None and (placed := _by_labels(stream, segment, ruled)) is not None:
        return placed
    if segment.doubtful or (extra and segment.full) or (columns > 1 and _has_foreign(segment)):
        return Placed(None, "IMP-EXTRA")
    placed = _by_count(stream, segment, columns, manner)
    full = len(segment.full)
    if partial and full == columns > 1 and 0 < named < columns:
        return Placed(None, "IMP-EXTRA")
    return Placed(None, "IMP-SHORT") if partial and 0 < full < columns else placed


def _by_labels(stream: Stream, segment: Segment, ruled: Ruled) -> Placed | None:
    """The cells under the columns' labels, in a grid with true cells; None where the row is not of that kind."""
    if segment.line[0] != ruled.grid:
        return None
    places = stream.columns
    if (under := _all_under(stream, segment, ruled)) is not None:
        return Placed(under, sure=True)
    slots = [s for s in segment.slots if not s.below]
    at = {places[s.cell]: s for s in slots}
    full = {column for column, s in at.items() if s.full}
    if not full or len(at) != len(slots) or not ruled.every <= at.keys():
        return None
    if VAGUE in segment.marks and any(s.text == VAGUE for s in slots):
        return None
    if ruled.grid in stream.loose and (len(stream.line_of(segment.cell)) != ruled.wide + 1 or _goes_on_below(segment)):
        return None
    wide = max(at)
    if not full <= ruled.titled or wide > ruled.wide:
        return Placed(None, "IMP-EXTRA")
    astray = (
        segment.every
        and segment.every[-1].below
        and any(s.below and s.full and places[s.cell] in ruled.every for s in segment.every)
    )
    # a cell too few, and one that is no label's
    short = wide < ruled.wide and any(c < ruled.columns[0] and s.text == "" for c, s in at.items())
    parted = any(c in at and at[c].text != CONTINUED for c in ruled.between)  # two cells under a label
    if astray or short or parted:
        return Placed(None, "IMP-EXTRA")
    found = tuple(at[c] for c in ruled.columns)
    if len(found) > 1 and any(_is_named(s) for s in found if s.full):
        return Placed(None, "IMP-EXTRA")
    return None if any(s.text == CONTINUED for s in found) else Placed(found, sure=ruled.grid not in stream.loose)


def _goes_on_below(segment: Segment) -> bool:
    """Whether digits stand alone on the line below, so that the last number may have broken in two."""
    below = [s for s in segment.every if s.below and s.full]
    return bool(below) and below[0].text.strip().lstrip(".．").isdecimal()


def _all_under(stream: Stream, segment: Segment, ruled: Ruled) -> tuple[Slot, ...] | None:
    """The slots of a row with a number under each label and nothing else behind its own label, as most rows are."""
    slots, columns = segment.slots, ruled.columns
    if len(segment.full) != len(columns) or slots[-1].below or ruled.grid in stream.loose:
        return None
    under = slots[-len(columns) :]
    if tuple([stream.columns[s.cell] for s in under]) != columns or not "".join([s.text for s in under]).isdecimal():
        return None
    return tuple(under) if all(s.text == CONTINUED for s in slots[: -len(columns)]) else None


def _by_count(stream: Stream, segment: Segment, columns: int, manner: Manner) -> Placed:
    """The slots of a row, where their number or the manner of the copy leaves no choice."""
    slots = blank_marks(segment.slots) if CONTINUED in segment.marks else segment.slots
    full = segment.full
    if len(full) > columns or (manner.too_many > 1 and columns == 1) or (manner.too_many and columns > 1):
        return Placed(None, "IMP-EXTRA")
    if len(full) == columns and not (columns > 1 and len({s.below for s in full}) > 1):
        if manner.filled_up and EMPTY_LINE in segment.marks:
            return Placed(None, "IMP-EXTRA")
        if manner.begins and slots[0].text == VAGUE and slots[0].below:
            return Placed(None, "IMP-EXTRA")
        return Placed(None, "IMP-EXTRA") if segment.marks and _holes(slots, full) else Placed(tuple(full))
    if any(s.below for s in full):
        if stream.thinned and columns > 1:
            return Placed(None, "IMP-SHORT")
        return _below(stream, segment, slots, full, columns, manner)
    if any(s.text == CONTINUED for s in _between(slots)):
        return Placed(None, "IMP-MERGED")
    slots = [s for s in slots if s.text != CONTINUED]
    if not full and len(slots) >= columns:
        return Placed(tuple(slots[:columns]))
    return _by_place(stream, segment, slots, columns, manner)


def _holes(slots: Sequence[Slot], full: Sequence[Slot]) -> bool:
    """Whether an empty cell stands between the numbers, though these are as many as the columns: one is of another column."""
    first, last = slots.index(full[0]), slots.index(full[-1])
    return last - first >= len(full) and any(s.text in ("", VAGUE) for s in slots[first:last])


@lru_cache(maxsize=4096)
def is_word(text: str) -> bool:
    """Whether a text can be no number, not even one with a remark: a name, or a year."""
    if ("年" in text and YEAR.fullmatch(text)) or _DATE.fullmatch(text):
        return True
    return (
        not is_remark(text)
        and said_change(text) is None
        and entry(skeleton(text) or text).state is State.TEXT
        and not _ANY_NUMBER.search(text)
    )


def _has_foreign(segment: Segment) -> bool:
    """Whether a word stands among the numbers, or in the label's cell a number with a remark, which may be the label's."""
    full = segment.full
    if not full or "".join([s.text for s in full]).isdecimal():
        return False
    in_label = segment.token is not None and full[0].cell == segment.token.last
    remarked = in_label and not full[0].text.isdigit() and entry(full[0].text).state is State.TEXT
    return remarked or any(map(_is_named, full))


def _is_named(slot: Slot) -> bool:
    return not slot.text.isdecimal() and is_word(slot.text)


def _of_two_rows(text: str) -> bool:
    """Whether a cell holds several numbers, so that its row may be two: not 1 234, which may be one number."""
    return not text.isdigit() and _SEVERAL.fullmatch(text) is not None and not _PARTED.fullmatch(text)


def _between(slots: Sequence[Slot]) -> Sequence[Slot]:
    """What stands from the first number on; a merged cell there may be a merged number."""
    first = next((i for i, s in enumerate(slots) if s.full), len(slots))
    return slots[first:]


def _below(stream: Stream, segment: Segment, slots: Sequence[Slot], full: Sequence[Slot], columns: int, manner: Manner) -> Placed:
    """One cell a line: as many lines as columns, empty cells counted where they are lines of their own."""
    if VAGUE in segment.marks:
        return _between_bars(stream, segment, slots, full, columns, manner)
    lines = [s for s in slots if s.full or s.text == EMPTY_LINE]
    if len(lines) == columns and not manner.spacing and len({s.below for s in full}) == 1:
        return Placed(tuple(lines))
    return Placed(None, "IMP-SHORT")


def _between_bars(
    stream: Stream, segment: Segment, slots: Sequence[Slot], full: Sequence[Slot], columns: int, manner: Manner
) -> Placed:
    """One cell a line, an empty one a bar, and perhaps bars behind the row: as many as full rows of that length have."""
    if not all(s.below for s in segment.every) or not (
        manner.keeps_gaps or has_gap_inside(slots, full) or _begins_empty(slots, manner)
    ):
        return Placed(None, "IMP-SHORT")
    alone = all(s.full or len(stream.line_of(s.cell)) == 1 for s in slots)
    counted = manner.packed is not None or (alone and len(slots) == columns)
    lead, _ = manner.shapes.get(shape_of(stream, segment), (0 if counted else None, 0))
    if (
        lead is None
        or len(slots) < lead + columns + manner.behind
        or any(s.full for s in (*slots[:lead], *slots[lead + columns :]))
    ):
        return Placed(None, "IMP-SHORT")
    return Placed(tuple(slots[lead : lead + columns]), gapped=True)


def _begins_empty(slots: Sequence[Slot], manner: Manner) -> bool:
    """Whether the first place is empty, though in full rows it is the first number's: the copy keeps its empty cells."""
    return (manner.begins or manner.packed is not None) and slots[0].text == VAGUE


def _by_place(stream: Stream, segment: Segment, slots: Sequence[Slot], columns: int, manner: Manner) -> Placed:
    """Some cells empty: the run of places that must be the columns, if there is exactly one."""
    vague = any(s.text == VAGUE for s in slots)
    kept = manner.keeps_gaps or (segment.full and (has_gap_inside(slots, segment.full) or _begins_empty(slots, manner)))
    packed = manner.packed is not None and len(stream.line_of(segment.cell)) == manner.packed
    if vague and (not kept or (slots[0].text == VAGUE and stream.columns[segment.cell] in manner.uneven)):
        return Placed(None, "IMP-SHORT")
    room = len(slots) - columns
    full = [i for i, s in enumerate(slots) if s.full]
    runs = [o for o in range(room + 1) if full and full[0] >= o and full[-1] < o + columns and room - o >= manner.behind]
    spans = bool(full) and full[-1] - full[0] + 1 == columns
    if len(runs) > 1 or (vague and room and not spans):
        offset = 0 if vague and packed else _offset(stream, segment, slots, room, manner, vague=vague)
        runs = [o for o in runs if o == offset]
    return Placed(tuple(slots[runs[0] : runs[0] + columns]), gapped=True) if len(runs) == 1 else Placed(None, "IMP-SHORT")


def _offset(stream: Stream, segment: Segment, slots: Sequence[Slot], room: int, manner: Manner, *, vague: bool) -> int | None:
    """How many places stand before the columns, as far as the other rows tell."""
    shape = None if vague else manner.shapes.get(shape_of(stream, segment))
    if shape:
        return shape[0]
    if vague and manner.wide and manner.frame is not None:
        return manner.frame - stream.columns[slots[0].cell]
    by_trail = room - manner.trail if manner.trail is not None else None
    if vague and None not in (manner.lead, by_trail) and manner.lead != by_trail:
        return None
    return manner.lead if manner.lead is not None else by_trail


def alike(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether rows that stand under one label say the same."""
    return len(Counter(rows)) <= 1
