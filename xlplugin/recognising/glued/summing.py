"""Ways to cut digits into numbers the last of which is the sum of the others, found without trying all cuts.

A row of seven numbers with thirty digits can be cut in half a million ways; few of them add up.  The length of the total
is tried first, its digits must leave the same remainder by nine as those of the parts, and the parts are met in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlplugin.form import Balance

Row = tuple[int, ...]
Group = tuple[int, int]  # the place of its first part, the place of its total

MAX_HALVES = 30_000  # half rows looked at; more, and the search is given up
_NINE = 9


class TooMany(Exception):
    """The search outgrew its bound; never leaves this package."""


class Digits:
    """Chunks of digits end to end; a number never reaches over the edge of a chunk and has no leading zero."""

    def __init__(self, chunks: Sequence[str]) -> None:
        self.text = "".join(chunks)
        self.size = len(self.text)
        self._reach: list[int] = []
        for chunk in chunks:
            end = len(self._reach) + len(chunk)
            self._reach += [i + 1 if self.text[i] == "0" else end for i in range(len(self._reach), end)]
        self._left = MAX_HALVES

    def cuts(self, start: int, stop: int, count: int, most: int) -> Iterator[tuple[int, Row]]:
        """The ways to cut the digits between two places into that many numbers, none above `most`; each with its sum."""
        if count == 0:
            if start == stop:
                yield 0, ()
            return
        shortest = stop - start - (count - 1) * len(str(most))
        for end in range(start + max(1, shortest), min(self._reach[start], stop - count + 1) + 1):
            if (number := int(self.text[start:end])) > most:
                return
            for total, rest in self.cuts(end, stop, count - 1, most):
                self._spend()
                yield number + total, (number, *rest)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooMany

    def summing(self, start: int, stop: int, count: int) -> Iterator[Row]:
        """The ways to cut the digits between two places into that many numbers and their sum behind them."""
        digits = sum(map(int, self.text[start:stop]))
        for at in range(stop - 1, start + count - 1, -1):
            if self._reach[at] < stop:
                continue
            total = int(self.text[at:stop])
            if (digits - 2 * total) % _NINE == 0 and at - start <= count * (stop - at):
                yield from ((*parts, total) for parts in self._adding_up(start, at, count, total))

    def _adding_up(self, start: int, stop: int, count: int, total: int) -> Iterator[Row]:
        first = count // 2
        for middle in range(start + first, stop - (count - first) + 1):
            halves: dict[int, list[Row]] = {}
            for added, row in self.cuts(start, middle, first, total):
                halves.setdefault(total - added, []).append(row)
            if halves:
                for added, row in self.cuts(middle, stop, count - first, total):
                    yield from ((*half, *row) for half in halves.get(added, ()))


def groups_of(cells: Sequence[str], balances: Sequence[Balance]) -> list[Group] | None:
    """The runs of cells that end in their total, if the cells are such runs and nothing else."""
    place = {c: i for i, c in enumerate(cells)}
    runs: list[Group] = []
    for balance in balances:
        few, parts = sorted((balance.left, balance.right), key=len)
        at = sorted(place[c] for c in parts)
        if len(few) != 1 or at != list(range(at[0], place[few[0]])):
            return None
        runs.append((at[0], place[few[0]]))
    runs.sort()
    ends = [0, *(total + 1 for _, total in runs)]
    return runs if [first for first, _ in runs] == ends[:-1] and ends[-1] == len(cells) else None


def cut_by_sums(chunks: Sequence[str], groups: Sequence[Group], most: int) -> tuple[Row, ...] | None:
    """The ways to cut the chunks so that every group adds up; None where they, or the steps to them, are too many."""
    digits = Digits(chunks)
    found: list[Row] = []
    try:
        for row in _cut(digits, groups, 0):
            found.append(row)
            if len(found) > most:
                return None
    except TooMany:
        return None
    return tuple(found)


def _cut(digits: Digits, groups: Sequence[Group], start: int) -> Iterator[Row]:
    (first, total), rest = groups[0], groups[1:]
    needed = sum(b - a + 1 for a, b in rest)
    for stop in range(start + total - first + 1, digits.size - needed + 1) if rest else (digits.size,):
        for row in digits.summing(start, stop, total - first):
            if rest:
                yield from ((*row, *others) for others in _cut(digits, rest, stop))
            else:
                yield row
