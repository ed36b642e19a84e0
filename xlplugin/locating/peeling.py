"""The smallest sets of changed cells, found by peeling.

A smallest set always has a balance that only one of its cells touches: there the gap names the right value.  Peel that
cell off, and the rest is a smaller set of the same kind.  So the search tries every cell of every broken balance as
the one to peel, and prunes by the number of broken balances that share no cell.  `programme` is the reference that the
tests hold it to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from decimal import Decimal

from xlplugin.locating.system import System, divided
from xlplugin.numerals import Number

Change = frozenset[tuple[str, Number]]


class OutOfTime(Exception):
    """The search was stopped by its budget; nothing is known about sets of this size."""


def smallest(
    system: System, possible: Callable[[str, Number], bool], *, largest: int, deadline: float
) -> tuple[int, tuple[dict[str, Number], ...]] | None:
    """The size of the smallest sets and all of them; None where no set up to `largest` repairs the system.

    Raises OutOfTime after the deadline (time.thread_time: the work done counts, so that a busy machine gives the same answer).
    """
    gaps = system.gaps()
    for size in range(1, largest + 1):
        search = _Search(system, possible, deadline)
        search.run(gaps, {}, size)
        if search.found:
            return size, tuple(dict(s) for s in search.found)
    return None


class _Search:
    """One depth of the search; remembers which partial sets it has been in."""

    def __init__(self, system: System, possible: Callable[[str, Number], bool], deadline: float) -> None:
        self.system, self.possible, self.deadline = system, possible, deadline
        self.found: dict[Change, None] = {}
        self.been: set[Change] = set()

    def run(self, gaps: Mapping[int, Number], changed: dict[str, Number], left: int) -> None:
        if not gaps:
            if left == 0:
                self.found[frozenset(changed.items())] = None
            return
        if left == 0 or at_least(self.system, gaps) > left:
            return
        if time.thread_time() > self.deadline:
            raise OutOfTime
        rows = self._narrowest(gaps) if left == 1 else gaps
        for row in rows:
            for cell in self.system.rows[row]:
                if cell not in changed:
                    self._peel(row, cell, gaps, changed, left)

    def _peel(self, row: int, cell: str, gaps: Mapping[int, Number], changed: dict[str, Number], left: int) -> None:
        step = divided(-gaps[row], self.system.rows[row][cell])
        if step is None:
            return
        value = self.system.values[cell] + step
        if not self.possible(cell, value):
            return
        after = {**changed, cell: value}
        key = frozenset(after.items())
        if key in self.been:
            return
        self.been.add(key)
        self.run(self._moved(gaps, cell, step), after, left - 1)

    def _moved(self, gaps: Mapping[int, Number], cell: str, step: Number) -> dict[int, Number]:
        moved = dict(gaps)
        for row in self.system.touching[cell]:
            now = moved.get(row, 0) + self.system.rows[row][cell] * step
            if now:
                moved[row] = now
            else:
                moved.pop(row, None)
        return moved

    def _narrowest(self, gaps: Mapping[int, Number]) -> list[int]:
        return [min(gaps, key=lambda r: len(self.system.rows[r]))]


def at_least(system: System, gaps: Mapping[int, Number]) -> int:
    """How many cells it takes at least: broken rows of which no two share a cell, picked greedily."""
    taken: set[str] = set()
    count = 0
    for row in sorted(gaps, key=lambda r: len(system.rows[r])):
        cells = system.rows[row].keys()
        if taken.isdisjoint(cells):
            taken |= cells
            count += 1
    return count


def whole(number: Number) -> bool:
    """Whether the number is whole; 12.0 is."""
    return not isinstance(number, Decimal) or number == number.to_integral_value()
