"""Tables with drawn rules → grids: the places between the rules, joined where no rule is drawn between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.published.pdf_words import SPILT, Rule, Sheet, Word, lines_of, parted
from xlplugin.recognising import CONTINUED, Grid

_NEAR = 3.0
MAX_PLACES = 40_000


class Frame(NamedTuple):
    """The rules of one table: where columns and rows begin and end."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]

    def holds(self, word: Word) -> bool:
        middle = (word.left + word.right) / 2
        return self.ys[0] <= word.height <= self.ys[-1] and self.xs[0] <= middle <= self.xs[-1]


def frames_of(sheet: Sheet) -> list[Frame]:
    """The ruled tables of a page, from the top down."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for upright in sheet.upright:
        touched = [g for g in groups if any(_cross(level, upright) for level in g[0])]
        levels = [x for g in touched for x in g[0]]
        levels += [x for x in sheet.level if x not in levels and _cross(x, upright)]
        groups = [g for g in groups if g not in touched]
        groups.append((levels, [x for g in touched for x in g[1]] + [upright]))
    frames = [_frame(level, upright) for level, upright in groups if len(level) > 1 and len(upright) > 1]
    return sorted((f for f in frames if len(f.xs) > 2 or len(f.ys) > 2), key=lambda f: f.ys[0])


def _cross(level: Rule, upright: Rule) -> bool:
    return level.start - _NEAR <= upright.at <= level.end + _NEAR and upright.start - _NEAR <= level.at <= upright.end + _NEAR


def _frame(level: list[Rule], upright: list[Rule]) -> Frame:
    xs = _clustered([r.at for r in upright] + [min(r.start for r in level), max(r.end for r in level)])
    ys = _clustered([r.at for r in level] + [min(r.start for r in upright), max(r.end for r in upright)])
    return Frame(xs, ys, tuple(level), tuple(upright))


def _clustered(places: list[float]) -> tuple[float, ...]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return tuple(found)


def grid_of(frame: Frame, words: Sequence[Word]) -> Grid:
    """The cells of a ruled table with what stands in them; a place that belongs to the cell before it is CONTINUED."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    if rows * columns > MAX_PLACES:
        return []
    cell_of = _cells(frame, rows, columns)
    held: dict[tuple[int, int], list[Word]] = {}
    spilt: set[tuple[int, int]] = set()
    for word in words:
        row = min(max(bisect_right(frame.ys, word.height) - 1, 0), rows - 1)
        pieces, over = parted(word, [frame.xs[c] for c in range(1, columns) if cell_of[row, c] != cell_of[row, c - 1]])
        for piece in pieces:
            column = min(max(bisect_right(frame.xs, (piece.left + piece.right) / 2) - 1, 0), columns - 1)
            held.setdefault(cell_of[row, column], []).append(piece)
            if over:
                spilt.add(cell_of[row, column])
    texts = {c: (SPILT if c in spilt else "") + _text(found) for c, found in held.items()}
    return [[texts.get((r, c), "") if cell_of[r, c] == (r, c) else CONTINUED for c in range(columns)] for r in range(rows)]


def _text(words: list[Word]) -> str:
    return "\n".join(" ".join(w.text for w in line) for line in lines_of(words))


def _cells(frame: Frame, rows: int, columns: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The place at the upper left of the cell that each place belongs to."""
    cell_of = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while cell_of[place] != place:
            place = cell_of[place]
        return place

    for r, c in list(cell_of):
        top, low, left, right = frame.ys[r], frame.ys[r + 1], frame.xs[c], frame.xs[c + 1]
        for beyond, open_ in (
            ((r, c + 1), c + 1 < columns and not _drawn(frame.upright, right, top, low)),
            ((r + 1, c), r + 1 < rows and not _drawn(frame.level, low, left, right)),
        ):
            if open_:
                a, b = sorted((root((r, c)), root(beyond)))
                cell_of[b] = a
    return {place: root(place) for place in cell_of}


def _drawn(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Whether a rule is drawn over most of this stretch."""
    middle = (start + end) / 2
    return any(abs(r.at - at) <= _NEAR and r.start <= middle <= r.end for r in rules)
