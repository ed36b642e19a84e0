"""What a cell can be, narrowed by the balances that it is in: what the others can add up to leaves it a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlplugin.form import Balance

Range = tuple[int, int]  # the least and the most; nothing where the least is more

MOST_ROUNDS = 6  # enough for what one balance tells another; stopping early only leaves more


def narrowed(values: Mapping[str, Sequence[int]], balances: Sequence[Balance]) -> dict[str, list[int]]:
    """The values of each cell that the balances among these cells do not rule out; {} where nothing satisfies them."""
    left = {cell: list(some) for cell, some in values.items()}
    inside = [b for b in balances if left.keys() >= set(b.cells)]
    before: dict[str, Range] = {}
    for _ in range(MOST_ROUNDS):
        if not all(left.values()):
            return {}
        ranges = {cell: (min(some), max(some)) for cell, some in left.items()}
        if ranges == before:
            break
        before, tighter = ranges, tightened(ranges, inside)
        left = {cell: [n for n in some if tighter[cell][0] <= n <= tighter[cell][1]] for cell, some in left.items()}
    return left if all(left.values()) else {}


def tightened(ranges: Mapping[str, Range], balances: Sequence[Balance]) -> dict[str, Range]:
    """The ranges once more, each held to what the other cells of a balance can add up to."""
    found = dict(ranges)
    for balance in balances:
        signed = [(c, 1) for c in balance.left] + [(c, -1) for c in balance.right]
        low = sum([found[c][0] for c in balance.left]) - sum([found[c][1] for c in balance.right])
        high = sum([found[c][1] for c in balance.left]) - sum([found[c][0] for c in balance.right])
        for cell, sign in signed:
            least, most = found[cell]
            if sign > 0:
                found[cell] = max(least, most - high), min(most, least - low)
            else:
                found[cell] = max(least, most + low), min(most, least + high)
    return found
