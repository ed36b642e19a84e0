"""Other cuts of a sum's digits that come near to adding up: if the printed total were a slip, one of them would be the truth.

1 23 3 1 28 adds up, and so do no other cuts of 1233128; but 12 3 3 1 with a total of 28 for 19 is written like it.  Where columns
add up as well, they decide between the two; where none do, the cut is taken only if there is hardly another, or none near.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from xlplugin.recognising.glued.cutting import splits
from xlplugin.recognising.glued.summing import Group, Row

FEW = 3  # other cuts of a row
NEAR = 100  # by how much a total may be out by a slip; slips of any size would leave nothing certain


def has_rival(row: Row, groups: Sequence[Group], few: int = FEW) -> bool:
    """Whether some group of a row that adds up could be cut otherwise, into numbers that nearly have that sum.

    Not so where there are hardly any other cuts at all, as of a number among zeros: that the right one has a slip in its total,
    and such a slip that another cut adds up, is then beyond what offices do.  `few`: how many are hardly any.
    """
    digits = [("".join(map(str, row[first : total + 1])), total - first) for first, total in groups]
    others = sum(sum(1 for _ in islice(splits([text], count + 1), few + 2)) - 1 for text, count in digits)
    return others > few and any(_nearly(text, count) for text, count in digits)


def _nearly(text: str, count: int) -> bool:
    """Whether that many numbers and a last one fill the digits, the last being nearly their sum but not quite."""
    if len(text) == count + 1:
        return False
    first = count // 2
    front: dict[int, list[int]] = {}
    for at in range(count, len(text)):
        if text[at] == "0" and at < len(text) - 1:
            continue
        total, longest = int(text[at:]), len(text) - at + 1
        for middle in range(max(first, at - (count - first) * longest), min(at, first * longest + 1)):
            if middle not in front:
                front[middle] = sorted(_sums(text, 0, middle, first, len(text)))
            if any(_beside(front[middle], total - behind) for behind in _sums(text, middle, at, count - first, longest)):
                return True
    return False


def _beside(numbers: Sequence[int], wanted: int) -> bool:
    """Whether a number is near the wanted one but is not it; the numbers are in order."""
    near = bisect_right(numbers, wanted + NEAR) - bisect_left(numbers, wanted - NEAR)
    return near > bisect_right(numbers, wanted) - bisect_left(numbers, wanted)


def _sums(text: str, start: int, stop: int, count: int, longest: int) -> Iterator[int]:
    """What so many numbers that fill these digits add up to, for each way to cut them into numbers that are not too long."""
    if count == 1:
        if stop - start == 1 or (start < stop <= start + longest and text[start] != "0"):
            yield int(text[start:stop])
        return
    for end in range(start + 1, min(stop - count + 1, start + (1 if text[start] == "0" else longest)) + 1):
        number = int(text[start:end])
        for others in _sums(text, end, stop, count - 1, longest):
            yield number + others
