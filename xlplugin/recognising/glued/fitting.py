"""Rows that do not add up, cut so that they fit the columns: as the rows that do add up leave room.

One such row is what the others leave.  Of several, one can be more where another is less; so they are cut side by side,
column by column, and in every column what came in and what was done with it must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product
from math import prod
from typing import NamedTuple

from xlplugin.form import Balance
from xlplugin.recognising.glued.cutting import Row
from xlplugin.recognising.glued.narrowing import MOST_ROUNDS, Range, tightened

_FEW = 200
_MOST_STEPS = 20_000

Cells = tuple[str, ...]


class _Open(NamedTuple):
    """A row to be cut: its cells, its digits, how far a number from each place may reach, what each number may be."""

    cells: Cells
    text: str
    reach: list[int]
    ranges: list[Range]

    def numbers(self, at: int, column: int) -> list[tuple[int, int]]:
        """Where a number from this place on may end, and the number, if it may stand in the column."""
        least, most = self.ranges[column]
        ends = range(at + 1, (at + 1 if self.text[at] == "0" else self.reach[at]) + 1) if at < len(self.text) else ()
        return [(end, number) for end in ends if least <= (number := int(self.text[at:end])) <= most]

    def rest(self, at: int) -> int | None:
        """The number that all digits from this place on are."""
        last = len(self.text)
        whole = at == last - 1 or (at < last and self.text[at] != "0" and self.reach[at] == last)
        return int(self.text[at:]) if whole else None


_State = tuple[tuple[int, ...], tuple[Row, ...]]  # of each open row: the place that is reached, the numbers before it


def fitted(
    rows: Mapping[Cells, Sequence[Row]], chunks: Mapping[Cells, Sequence[str]], flows: Sequence[Balance]
) -> dict[Cells, tuple[Row, ...]]:
    """The rows with their ways; those that had none, with the cuts that fit; {} where these are not few, or there is none.

    `flows`: balances among all cells of the rows but the last of each, which may be wrong.
    """
    missing = [cells for cells, ways in rows.items() if not ways]
    if not missing:
        return {cells: tuple(ways) for cells, ways in rows.items()}
    if len({len(cells) for cells in missing}) > 1:
        return {}
    closed = {
        c: (min(some), max(some))
        for cells, ways in rows.items()
        if ways
        for c, some in zip(cells, zip(*ways, strict=True), strict=True)
    }
    ranges = closed | {c: (0, 10 ** sum(map(len, chunks[cells]))) for cells in missing for c in cells}
    for _ in range(MOST_ROUNDS):
        ranges = tightened(ranges, flows)
    several = [_open(cells, chunks[cells], ranges) for cells in missing]
    found = _side_by_side(several, [_Flow.of(b, missing, closed) for b in flows])
    cut = {row.cells: tuple({rows_cut[i] for rows_cut in found}) for i, row in enumerate(several)}
    return {cells: tuple(ways) or cut[cells] for cells, ways in rows.items()} if found else {}


def _open(cells: Cells, chunks: Sequence[str], ranges: Mapping[str, Range]) -> _Open:
    reach = [end for end, chunk in zip(accumulate(map(len, chunks)), chunks, strict=True) for _ in chunk]
    return _Open(cells, "".join(chunks), reach, [ranges[c] for c in cells])


class _Flow(NamedTuple):
    """A balance: the places of its cells in the open rows, each with its sign; and what the other cells leave for their sum."""

    places: list[tuple[int, int, int]]  # row, column, sign
    least: int
    most: int
    last: int  # the last of its columns, -1 if it has none

    @classmethod
    def of(cls, balance: Balance, rows: Sequence[Cells], closed: Mapping[str, Range]) -> _Flow:
        place = {c: (r, i) for r, cells in enumerate(rows) for i, c in enumerate(cells)}
        signed = [(c, 1) for c in balance.left] + [(c, -1) for c in balance.right]
        places = [(*place[c], sign) for c, sign in signed if c in place]
        others = [closed[c] if sign > 0 else (-closed[c][1], -closed[c][0]) for c, sign in signed if c not in place]
        least, most = -sum(high for _, high in others), -sum(low for low, _ in others)
        return cls(places, least, most, max((column for _, column, _ in places), default=-1))

    def holding(self, options: Sequence[Sequence[tuple[int, int]]]) -> Iterator[tuple[tuple[int, int], ...]]:
        """Of the next numbers of each row, those with which it holds; it has no cells in other columns."""
        signs = {row: sign for row, _, sign in self.places}
        signed = [[signs.get(i, 0) * number for _, number in some] for i, some in enumerate(options)]
        for taken, numbers in zip(product(*options), product(*signed), strict=True):
            if self.least <= sum(numbers) <= self.most:
                yield taken

    def holds(self, rows: Sequence[Row]) -> bool:
        return self.least <= sum([sign * rows[row][column] for row, column, sign in self.places]) <= self.most


def _side_by_side(several: Sequence[_Open], flows: Sequence[_Flow]) -> list[tuple[Row, ...]]:
    """The ways to cut the open rows together; [] where they are not few, or the steps to them too many."""
    states: list[_State] = [((0,) * len(several), ((),) * len(several))]
    steps = 0
    for column in range(len(several[0].cells) - 1):
        told = [flow for flow in flows if flow.last == column]
        plain = next((flow for flow in told if {x[1] for x in flow.places} == {column}), None)
        after: list[_State] = []
        for places, rows in states:
            options = [row.numbers(at, column) for row, at in zip(several, places, strict=True)]
            steps += prod(map(len, options))
            if steps > _MOST_STEPS:
                return []
            for taken in plain.holding(options) if plain else product(*options):
                now = tuple([(*row, number) for row, (_, number) in zip(rows, taken, strict=True)])
                if all(flow.holds(now) for flow in told if flow is not plain):
                    after.append((tuple([end for end, _ in taken]), now))
        states = after
    rests = ([row.rest(at) for row, at in zip(several, places, strict=True)] for places, _ in states)
    found = [
        tuple((*row, last) for row, last in zip(rows, lasts, strict=True) if last is not None)
        for (_, rows), lasts in zip(states, rests, strict=True)
        if None not in lasts
    ]
    return found if len(found) <= _FEW else []
