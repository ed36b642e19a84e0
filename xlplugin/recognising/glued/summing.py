"""Ways to cut digits into numbers the last of which is the sum of the others, found without trying all cuts.

A row of seven numbers with thirty digits can be cut in half a million ways; few of them add up.  The length of the total
is tried first, its digits must leave the same remainder by nine as those of the parts, and the parts are met in the middle:
the first half of them is cut once for all totals, the other half backwards from each total, down to a sum that the first has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from xlplugin.form import Balance

Row = tuple[int, ...]
Group = tuple[int, int]  # the place of its first part, the place of its total
_NINE = 9
_BITS = 6  # a place among the digits
_PLACE = (1 << _BITS) - 1

# A state of the search is one whole number, so that a step is one addition: a sum, and in its last bits a place.  So is a
# step: a number, and in its last bits how many digits it has.


class Digits:
    """Chunks of digits end to end, less than 64; a number never reaches over the edge of a chunk and has no leading zero."""

    def __init__(self, chunks: Sequence[str], longest: int) -> None:
        """`longest`: the digits of the longest number that is looked at."""
        text = "".join(chunks)
        self.size = len(text)
        self._after: list[list[int]] = []  # by place: the steps from there, the shortest first
        self._before: list[list[int]] = [[] for _ in range(self.size + 1)]  # by place: those that lead there, the shortest first
        self._sums = [0, *accumulate(map(int, text))]  # by place: the sum of the digits before it
        end = 0
        for chunk in chunks:
            start, end = end, end + len(chunk)
            for at in range(start, end):
                ends = range(at + 1, min(end, at + (1 if text[at] == "0" else longest)) + 1)
                self._after.append([(int(text[at:to]) << _BITS) + to - at for to in ends])
        for at in range(self.size - 1, -1, -1):
            for to, step in enumerate(self._after[at], at + 1):
                self._before[to].append(step)

    def summing(self, start: int, stop: int, count: int) -> Iterator[Row]:
        """The ways to cut the digits between two places into that many numbers and their sum behind them."""
        for step in self._before[stop]:
            at, total = stop - (step & _PLACE), step >> _BITS
            digits = self._sums[at] - self._sums[start]
            if count <= at - start <= count * (stop - at) and (digits - total) % _NINE == 0:
                yield from ((*parts, total) for parts in self._adding_up(start, at, count, total, stop - at))

    def _adding_up(self, start: int, stop: int, count: int, total: int, longest: int) -> Iterator[Row]:
        """The ways to cut the digits into that many numbers with that sum, none with more digits than `longest`."""
        first = count // 2
        least, last = start + first, stop - count + first  # where the first half may end
        there = [start]
        for end in range(last - first + 1, last + 1):
            steps = {at: self._after[at][: min(longest, end - at)] for at in {state & _PLACE for state in there}}
            there = [state + step for state in there for step in steps[state & _PLACE]]
        back = [(total << _BITS) + stop]
        for end in range(least + count - first - 1, least - 1, -1):
            steps = {at: self._before[at][: min(longest, at - end)] for at in {state & _PLACE for state in back}}
            back = [state - step for state in back for step in steps[state & _PLACE] if step <= state]
        for state in set(there).intersection(back):
            at, left = state & _PLACE, state >> _BITS
            ends = tuple(self._parts(at, stop, count - first, total - left))
            yield from ((*parts, *end) for parts in self._parts(start, at, first, left) for end in ends)

    def _parts(self, start: int, stop: int, count: int, total: int) -> Iterator[Row]:
        """The same for few numbers: the first is tried first."""
        if count == 1:
            if (whole := self._after[start][stop - start - 1 : stop - start]) and whole[0] >> _BITS == total:
                yield (total,)
            return
        for step in self._after[start][: stop - start - count + 1]:
            if (number := step >> _BITS) > total:
                return
            for parts in self._parts(start + (step & _PLACE), stop, count - 1, total - number):
                yield (number, *parts)


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
    """The ways to cut the chunks so that every group adds up; None where they are more than `most`."""
    if not (longest := _longest(chunks, groups)):
        return ()
    digits = Digits(chunks, longest)
    found: list[Row] = []
    for row in _cut(digits, groups, 0):
        found.append(row)
        if len(found) > most:
            return None
    return tuple(found)


def _longest(chunks: Sequence[str], groups: Sequence[Group]) -> int:
    """The most digits that a number can have: a sum has at most one more than the longest of its parts.

    Where all is one group, a sum is as long as leaves its digits the remainder by nine of those of the parts.
    """
    sums = [0, *accumulate(int(digit) for chunk in chunks for digit in chunk)]
    most = (len(sums) - groups[-1][1] + 1) // 2
    if len(groups) > 1:
        return most
    return next((n for n in range(most, 0, -1) if (2 * sums[-n - 1] - sums[-1]) % _NINE == 0), 0)


def _cut(digits: Digits, groups: Sequence[Group], start: int) -> Iterator[Row]:
    (first, total), rest = groups[0], groups[1:]
    needed = sum(b - a + 1 for a, b in rest)
    for stop in range(start + total - first + 1, digits.size - needed + 1) if rest else (digits.size,):
        for row in digits.summing(start, stop, total - first):
            if rest:
                yield from ((*row, *others) for others in _cut(digits, rest, stop))
            else:
                yield row
