"""Ways to cut digits into numbers the last of which is the sum of the others, found without trying all cuts.

A row of seven numbers with thirty digits can be cut in half a million ways; few of them add up.  The length of the total
is tried first, its digits must leave the same remainder by nine as those of the parts, and the parts are met in the middle:
the first half of them from the front, the other backwards from the total, down to a place and a sum that the first has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, islice

from xlplugin.form import Balance

Row = tuple[int, ...]
Group = tuple[int, int]  # the place of its first part, the place of its total
_NINE = 9
_BITS = 8  # a place among the digits
_PLACE = (1 << _BITS) - 1

# A state of the search is one whole number, so that a step is one addition: a sum, and in its last bits a place.  So is a
# step: a number, and in its last bits how many digits it has.


class Digits:
    """Chunks of digits end to end, less than 256; a number never reaches over the edge of a chunk and has no leading zero."""

    def __init__(self, chunks: Sequence[str], longest: int, *, again: bool) -> None:
        """`longest`: the digits of the longest number that is looked at; `again`: many sums are looked for from one place on."""
        digits = [int(digit) for chunk in chunks for digit in chunk]
        self.size = len(digits)
        self._after: list[list[int]] = [[] for _ in digits]  # by place: the steps from there, the shortest first
        self._before: list[list[int]] = [[] for _ in range(self.size + 1)]  # by place: those that lead there, the shortest first
        self._limits = (longest, self.size) if again else None
        self._fronts: dict[tuple[int, int], set[int]] = {}
        self._sums = [0, *accumulate(digits)]  # by place: the sum of the digits before it
        end = self.size
        for chunk in reversed(chunks):
            start = end - len(chunk)
            for at in range(end - 1, start - 1, -1):
                self._from(at, digits[at : min(end, at + longest)] if digits[at] else [0])
            end = start

    def _from(self, start: int, digits: Sequence[int]) -> None:
        """Note the steps from a place."""
        after, before = self._after[start], self._before
        number = 0
        for size, digit in enumerate(digits, 1):
            number = number * 10 + digit
            step = (number << _BITS) + size
            after.append(step)
            before[start + size].append(step)

    def summing(self, start: int, stop: int, count: int) -> Iterator[Row]:
        """The ways to cut the digits between two places into that many numbers and their sum behind them."""
        both = self._sums[start] + self._sums[stop]
        for step in self._before[stop]:
            size, total = step & _PLACE, step >> _BITS
            if count + size - 2 <= stop - size - start <= count * size and (2 * self._sums[stop - size] - both) % _NINE == 0:
                yield from ((*parts, total) for parts in self.adding_up(start, stop - size, count, total, size))

    def adding_up(self, start: int, stop: int, count: int, total: int, longest: int) -> Iterator[Row]:
        """The ways to cut the digits into that many numbers with that sum, none with more digits than `longest`."""
        first = count // 2
        there = self._front(start, first, *(self._limits or (longest, stop - count + first)))
        back = [(total << _BITS) + stop]
        for end in range(start + count - 1, start + first, -1):
            steps = {at: self._before[at][: min(longest, at - end)] for at in {state & _PLACE for state in back}}
            back = [state - step for state in back for step in steps[state & _PLACE] if step <= state]
        steps = {at: self._before[at][:longest] for at in {state & _PLACE for state in back}}
        met = {at for state in back for step in steps[state & _PLACE] if (at := state - step) in there}
        for state in met:
            at, left = state & _PLACE, state >> _BITS
            ends = tuple(self._parts(at, stop, count - first, total - left))
            yield from ((*parts, *end) for parts in self._parts(start, at, first, left) for end in ends)

    def _front(self, start: int, count: int, longest: int, last: int) -> set[int]:
        """The states that so many numbers from a place on can lead to, none of them behind another place."""
        if (start, last) in self._fronts:
            return self._fronts[start, last]
        there = {start}
        for end in range(last - count + 1, last + 1):
            steps = {at: self._after[at][: min(longest, end - at)] for at in {state & _PLACE for state in there}}
            there = {state + step for state in there for step in steps[state & _PLACE]}
        self._fronts[start, last] = there
        return there

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


def possible_totals(chunks: Sequence[str], columns: int) -> tuple[int, ...]:
    """What the last of so many numbers can be if it is the sum of the others.

    It has at most one digit more than the longest of them, and leaves the same remainder by nine as their digits do.
    """
    sums = [0, *accumulate(int(digit) for chunk in chunks for digit in chunk)]
    most, last = (len(sums) - columns + 2) // 2, chunks[-1]
    sizes = [n for n in range(1, min(most, len(last)) + 1) if (2 * sums[-n - 1] - sums[-1]) % _NINE == 0]
    return tuple(int(last[-n:]) for n in sizes if (n == 1 or last[-n] != "0") and len(sums) - 1 - n <= (columns - 1) * n)


def cut_by_sums(
    chunks: Sequence[str], groups: Sequence[Group], most: int, totals: Collection[int] | None = None
) -> tuple[Row, ...] | None:
    """The ways to cut the chunks so that every group adds up; None where they are more than `most`.

    `totals`: of a single group, what its last number may be; anything that is possible if not given.
    """
    columns = groups[-1][1] + 1
    if len(groups) == 1:
        ways = _one_sum(chunks, columns - 1, possible_totals(chunks, columns) if totals is None else totals)
    else:
        ways = _cut(Digits(chunks, (sum(map(len, chunks)) - columns + 3) // 2, again=True), groups, 0)
    found = tuple(islice(ways, most + 1))
    return found if len(found) <= most else None


def _one_sum(chunks: Sequence[str], count: int, totals: Collection[int]) -> Iterator[Row]:
    """The ways to cut the chunks into that many numbers and one of the totals, which is their sum."""
    sizes = {total: len(str(total)) for total in totals}
    if not sizes:
        return
    size = sum(map(len, chunks))
    parts = [*chunks[:-1], chunks[-1][: -min(sizes.values())]]
    digits = Digits([chunk for chunk in parts if chunk], max(sizes.values()), again=False)
    for total, longest in sizes.items():
        for row in digits.adding_up(0, size - longest, count, total, longest):
            yield (*row, total)


def _cut(digits: Digits, groups: Sequence[Group], start: int) -> Iterator[Row]:
    (first, total), rest = groups[0], groups[1:]
    needed = sum(b - a + 1 for a, b in rest)
    for stop in range(start + total - first + 1, digits.size - needed + 1) if rest else (digits.size,):
        for row in digits.summing(start, stop, total - first):
            if rest:
                yield from ((*row, *others) for others in _cut(digits, rest, stop))
            else:
                yield row
