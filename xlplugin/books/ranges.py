"""Cells as the fewest rectangles, so that formulas and conditional formats stay short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xlplugin.books.layout import Spot, column_letters


class Rectangle(NamedTuple):
    """Neighbouring cells of one sheet."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def first(self) -> Spot:
        return Spot(self.sheet, self.top, self.left)

    @property
    def absolute(self) -> str:
        """As a formula on any sheet writes it."""
        start = self.first.absolute()
        if (self.top, self.left) == (self.bottom, self.right):
            return start
        return f"{start}:${column_letters(self.right)}${self.bottom}"


def rectangles(spots: Iterable[Spot]) -> tuple[Rectangle, ...]:
    """The same cells as rectangles: runs down a column first, then equal runs side by side."""
    runs: list[Rectangle] = []
    for spot in sorted(set(spots), key=lambda s: (s.sheet, s.column, s.row)):
        last = runs[-1] if runs else None
        if last and (last.sheet, last.left, last.bottom + 1) == (spot.sheet, spot.column, spot.row):
            runs[-1] = last._replace(bottom=spot.row)
        else:
            runs.append(Rectangle(spot.sheet, spot.row, spot.column, spot.row, spot.column))
    joined: list[Rectangle] = []
    for run in sorted(runs, key=lambda r: (r.sheet, r.top, r.bottom, r.left)):
        last = joined[-1] if joined else None
        if last and (last.sheet, last.top, last.bottom, last.right + 1) == (run.sheet, run.top, run.bottom, run.left):
            joined[-1] = last._replace(right=run.right)
        else:
            joined.append(run)
    return tuple(joined)
