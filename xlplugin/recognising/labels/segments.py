"""A stream cut into labels and what stands behind each: on the same line, and below it before the next label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from xlplugin.recognising.labels.stream import (
    CONTINUED,
    EMPTY_LINE,
    MARKS,
    VAGUE,
    Piece,
    Stream,
    Token,
    is_page_number,
    like_value,
    row_label,
)

_IN_A_LINE = 3
_NUMBER_FIRST = re.compile(r"(?!20\d\d年)\d+(?![\d.．、,，])")
_EMPTY = frozenset({"", *MARKS})
_BRACKETS = "（(［[【〔"
_NO_MARKS: frozenset[str] = frozenset()


class Slot:
    """What stands in one place behind a label: a text, "", or a mark; `full` if it is a text.

    `below`: on a later line than the label.
    """

    __slots__ = ("below", "cell", "full", "text")

    def __init__(self, text: str, cell: int, below: bool = False) -> None:
        self.text, self.cell, self.below = text, cell, below
        self.full = text not in _EMPTY


class Segment:
    """A label, or a text that is none, and its slots.

    `at`: its place among the segments, counted from 0; -1 for one put together from others.  `every`: also the slots that are only spacing; `full`: those with a text; `marks`: what is in the others.  `broken`: the
    label was put together from pieces.  `doubtful`: its last number may be the ordinal of the label below.  `shared`:
    another row's label stands in the same cell, so the numbers may be of both.
    """

    __slots__ = ("at", "broken", "cell", "doubtful", "every", "full", "line", "marks", "shared", "slots", "text", "token")

    def __init__(self, token: Token | None, text: str, cell: int, line: tuple[int, int]) -> None:
        self.token, self.text, self.cell, self.line = token, text, cell, line
        self.at = -1
        self.every: list[Slot] = []
        self.slots: list[Slot] = []
        self.full: list[Slot] = []
        self.marks: Set[str] = _NO_MARKS
        self.broken = self.doubtful = self.shared = False

    def hold(self, slots: list[Slot]) -> None:
        """Take these slots for the segment's."""
        self.slots = slots
        self.full = full = [s for s in slots if s.full]
        self.marks = _NO_MARKS if len(full) == len(slots) else {s.text for s in slots if not s.full}


def segments(stream: Stream, pieces: Iterable[Piece]) -> list[Segment]:
    """The segments of some pieces, in order; numbers before the first label have an empty one."""
    found: list[Segment] = []
    current = Segment(None, "", 0, (-1, -1))
    of_row, label_cell = False, -1
    lines = stream.lines
    for cell, text, token in pieces:
        line = lines[cell]
        if token is not None:
            current = Segment(token, "", cell, line)
            of_row, label_cell = token.labels.row is not None, token.last
            found.append(current)
            continue
        below = line != current.line
        if cell == label_cell:
            if _of_label(text, of_row=of_row):
                continue
        elif below and len(text) > 2 and _is_page(lines, cell, text):
            continue
        if (of_row and not below) or not is_text(text):
            if not found:
                found.append(current)
            if text in _EMPTY or text.isdigit():
                current.every.append(Slot(text, cell, below))
            else:
                _add_slots(current.every, cell, text, below=below)
        else:
            current = Segment(None, text.strip(), cell, line)
            of_row, label_cell = False, -1
            found.append(current)
    _finish(stream, found)
    return found


def _finish(stream: Stream, found: list[Segment]) -> None:
    """What is to be known of a segment and its neighbours once all are there."""
    for at, segment in enumerate(found):
        segment.at = at
        if segment.every:
            segment.every = _whole_cells(segment.every)
            segment.hold(_near_enough(segment.every))
            segment.doubtful = _from_elsewhere(stream, segment) or _in_label(stream, segment)
    _doubt_labels_in_a_line(found)
    for segment, after, then in zip(found, found[1:], [*found[2:], None], strict=False):
        if segment.cell == after.cell and not segment.slots and row_label(segment.token) and row_label(after.token):
            segment.shared = after.shared = True
        if segment.every and not segment.doubtful:
            said = _goes_on(segment, after) if after.token is None else _numbered_twice(segment, after, then)
            segment.doubtful = said or _ends_in_ordinal(stream, segment, after)


def _doubt_labels_in_a_line(found: Sequence[Segment]) -> None:
    """Labels of three rows in cells of one line: rows and columns have changed places, or pages stand side by side."""
    named = [s for s in found if row_label(s.token) is not None]
    cells = Counter(line for line, _ in {(s.line, s.cell) for s in named})
    for segment in named:
        segment.doubtful = segment.doubtful or cells[segment.line] >= _IN_A_LINE


def _is_page(lines: Sequence[tuple[int, int]], cell: int, text: str) -> bool:
    """Whether a text is the number of a page and all there is of its line."""
    if text.isdigit() or not is_page_number(text):
        return False
    return lines[cell] not in (lines[cell - 1] if cell else None, lines[cell + 1] if cell + 1 < len(lines) else None)


def _whole_cells(slots: list[Slot]) -> list[Slot]:
    """Numbers of one cell put together again where other cells hold numbers too, or none: 1 234 may be one number there."""
    cells = [s.cell for s in slots if s.full]
    if len(several := set(cells)) == len(cells) or (len(several) < 2 and len(cells) == len(slots)):
        return slots
    parts = Counter(cells)
    whole: list[Slot] = []
    for slot in slots:
        if whole and parts[slot.cell] > 1 and whole[-1].cell == slot.cell:
            whole[-1] = Slot(f"{whole[-1].text} {slot.text}", slot.cell, slot.below)
        else:
            whole.append(slot)
    return whole


def _ends_in_ordinal(stream: Stream, segment: Segment, after: Segment) -> bool:
    """Whether the last number may be the ordinal of the next label, which has none: “3” and “其他” in two cells."""
    if after.token is None:
        return False
    if segment.every[-1].cell == after.token.first and stream.behind_point(after.token):
        return True
    last = segment.every[-1].text.strip().rstrip(".")
    return len(last) == 1 and last.isdigit() and last + after.token.skeleton in stream.known


def _numbered_twice(segment: Segment, after: Segment, then: Segment | None) -> bool:
    """Whether a number stands behind the row's label and another one on its line behind a column's: 行政许可17：处理决定数量5."""
    if after.token is None or after.line != segment.line or not segment.full:
        return False
    behind = then is not None and then.token is None and then.line == after.line and then.text[:1].isdigit()
    if not after.full and not behind:
        return False
    return row_label(segment.token) is not None and row_label(after.token) is None


def _in_label(stream: Stream, segment: Segment) -> bool:
    """Whether a number in the cell of the row's label may be part of it: it stands in brackets, or others in cells of their own."""
    token = segment.token
    if token is None or segment.every[0].cell > token.last or token.labels.row is None:
        return False
    inside = [s for s in segment.every if s.full and not s.below and s.cell == token.last]
    if any(f"{bracket}{s.text}" in stream.texts[s.cell] for s in inside for bracket in _BRACKETS):
        return True
    return bool(inside) and any(s.full and not s.below and s.cell != inside[0].cell for s in segment.every)


def _goes_on(segment: Segment, after: Segment) -> bool:
    """Whether a text that begins with a digit follows the row's numbers: a line may have broken inside a number."""
    return (
        after.token is None
        and _NUMBER_FIRST.match(after.text) is not None
        and bool(segment.full)
        and row_label(segment.token) is not None
    )


def _from_elsewhere(stream: Stream, segment: Segment) -> bool:
    """Whether the label's own row of a table has empty cells and the numbers stand outside that table, as page numbers do."""
    full = segment.full
    if not full or not full[0].below or row_label(segment.token) is None:
        return False
    empty = any(s.text == "" and not s.below for s in segment.every)
    return empty and all(stream.lines[s.cell][0] != segment.line[0] for s in full)


def _of_label(text: str, *, of_row: bool) -> bool:
    """Whether a text belongs to the label in its cell, as the unit in 1.属于国家秘密（件）."""
    if text in MARKS or not is_text(text):
        return False
    return set(text) <= set("件项万元次") or (of_row and not any(map(str.isdigit, text)))


@lru_cache(maxsize=16384)
def is_text(text: str) -> bool:
    """Whether a cell holds words: neither a number, nor several, nor nothing."""
    return bool(text.strip()) and text not in MARKS and not like_value(text) and not _numbers_only(text)


def _numbers_only(text: str) -> bool:
    parts = text.split()
    return len(parts) > 1 and all(map(like_value, parts))


def _add_slots(slots: list[Slot], cell: int, text: str, *, below: bool) -> None:
    """One slot, or one for each number where white space stands between numbers."""
    if len(text) < 2:
        slots.append(Slot(text, cell, below))
    elif _numbers_only(text):
        slots += [Slot(part, cell, below) for part in text.split()]
    else:
        slots.append(Slot(text.strip(), cell, below))


def _near_enough(slots: list[Slot]) -> list[Slot]:
    """The slots on the label's own line, if anything stands there; else those below it."""
    if not slots[-1].below:  # what is below comes last
        return slots
    beside = [s for s in slots if not s.below]
    full_below = [s for s in slots if s.below and s.full]
    if any(s.full for s in beside):
        return beside + full_below
    return _without_paddings([s for s in slots if s.below]) if full_below else beside


def _without_paddings(below: list[Slot]) -> list[Slot]:
    """One cell a line: only numbers and lines that hold an empty cell, or a bar, count; trailing empty lines are spacing."""
    return [s for s in below if s.full or s.text in (EMPTY_LINE, VAGUE)]


def blank_marks(slots: Sequence[Slot]) -> list[Slot]:
    """Slots without what a merged label covers in front."""
    first = next((i for i, s in enumerate(slots) if s.text != CONTINUED), len(slots))
    return list(slots[first:])


def has_gap_inside(slots: Sequence[Slot], full: Sequence[Slot]) -> bool:
    """Whether a gap of a text stands between two numbers (`full`), so that the copy kept its empty cells."""
    if full[0].below != full[-1].below:
        return False  # what stands below may be a number of something else
    first, last = slots.index(full[0]), slots.index(full[-1])
    return last - first >= len(full) and any(s.text == VAGUE for s in slots[first:last])


def places_of(segment: Segment) -> int:
    """How many places stand behind a label, empty ones counted, but not what a merged cell covers."""
    return sum(s.text != CONTINUED for s in segment.slots)
