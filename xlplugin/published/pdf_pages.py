"""The parts of a PDF page from the top down; halves of a page; tables that run over pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.published.pdf_ruled import Frame, frames_of, grid_of
from xlplugin.published.pdf_unruled import Band, grids_of_lines
from xlplugin.published.pdf_words import Rule, Sheet, Word, moved
from xlplugin.recognising import CONTINUED, Grid
from xlplugin.recognising.labels.stream import is_page_number

_LONG = 8  # characters that make a text more than a label over a column
_SAME = 4.0


class Part(NamedTuple):
    """A grid, and where its columns are ruled if it is a ruled table."""

    grid: Grid
    xs: tuple[float, ...] = ()


def halves(sheet: Sheet) -> list[Sheet]:
    """The page, or its two halves where it shows two pages side by side."""
    middle = sheet.wide / 2
    if sheet.wide < sheet.high or not _parted(sheet, middle):
        return [sheet]
    return [_half(sheet, middle, first=first) for first in (True, False)]


def _half(sheet: Sheet, middle: float, *, first: bool) -> Sheet:
    """One half of a page, measured from its own left edge."""
    by = 0.0 if first else -middle
    return Sheet(
        [moved(w, by) for w in sheet.words if (w.left < middle) == first],
        [Rule(r.at, r.start + by, r.end + by) for r in sheet.level if (r.start < middle) == first],
        [r._replace(at=r.at + by) for r in sheet.upright if (r.at < middle) == first],
        middle,
        sheet.high,
    )


def _parted(sheet: Sheet, middle: float) -> bool:
    """Whether nothing crosses the middle and there is running text on both sides of it."""
    low, high = middle - sheet.wide * 0.01, middle + sheet.wide * 0.01
    if any(w.left < high and low < w.right for w in sheet.words) or any(r.start < low and high < r.end for r in sheet.level):
        return False
    long = [w for w in sheet.words if sum("\u3400" <= c <= "\u9fff" for c in w.text) >= _LONG]
    return any(w.left < middle for w in long) and any(w.left > middle for w in long)


def parts_of(sheet: Sheet, known: Sequence[Band] = ()) -> tuple[list[Part], Sequence[Band]]:
    """Ruled tables and what stands between them, from the top down; and the columns of the last table without rules.

    `known`: those of the page before.
    """
    frames = frames_of(sheet)
    owner = [_owner(w, frames) for w in sheet.words]
    free = [w for w, f in zip(sheet.words, owner, strict=True) if f is None]
    found: list[Part] = []
    for frame in frames:
        grids, known = grids_of_lines([w for w in free if w.height < frame.ys[0]], known)
        free = [w for w in free if w.height >= frame.ys[0]]
        found += map(Part, grids)
        found.append(Part(grid_of(frame, [w for w, f in zip(sheet.words, owner, strict=True) if f is frame]), frame.xs))
    grids, known = grids_of_lines(free, known)
    return found + list(map(Part, grids)), known


def _owner(word: Word, frames: Sequence[Frame]) -> Frame | None:
    """The smallest table in which a word stands."""
    holding = [f for f in frames if f.holds(word)]
    return min(holding, key=lambda f: (f.xs[-1] - f.xs[0]) * (f.ys[-1] - f.ys[0]), default=None)


def joined(pages: Sequence[list[Part]]) -> list[Part]:
    """The parts of all pages; a ruled table that goes on at the top of a page is one with its beginning."""
    found: list[Part] = []
    for page in pages:
        table = next((i for i, p in enumerate(page) if not _is_margin(p)), len(page))
        last = next((i for i in reversed(range(len(found))) if not _is_margin(found[i])), -1)
        if table < len(page) and last >= 0:
            page = list(page)
            page[table] = page[table]._replace(grid=_without_head(found[last].grid, page[table].grid))
            if _goes_on(found[last], page[table]):
                found[last] = Part(found[last].grid + page.pop(table).grid, found[last].xs)
        found += page
    return found


def _is_margin(part: Part) -> bool:
    """Whether there are only page numbers."""
    return not part.xs and all(len(row) == 1 and (is_page_number(row[0]) or row[0].strip().isdigit()) for row in part.grid)


def _goes_on(before: Part, after: Part) -> bool:
    return len(before.xs) == len(after.xs) > 2 and all(abs(a - b) < _SAME for a, b in zip(before.xs, after.xs, strict=True))


def _without_head(before: Grid, after: Grid) -> Grid:
    """The rows without those that say again how the table begins."""
    first, again = [_said(row) for row in before[:8]], [_said(row) for row in after[:6]]
    if not again or again[0] not in first:
        return after
    start = first.index(again[0])
    same = 0
    while same < len(again) and start + same < len(first) and again[same] == first[start + same] and _is_head(after[same]):
        same += 1
    return after[same:]


def _said(row: Sequence[str]) -> str:
    return "".join("".join(c for c in row if c != CONTINUED).split())


def _is_head(row: Sequence[str]) -> bool:
    return bool(_said(row)) and not any(map(_is_number, row))


def _is_number(text: str) -> bool:
    return text.strip().isdigit()
