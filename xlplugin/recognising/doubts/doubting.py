"""Rows that hold as many numbers as columns and yet may be shifted: what the balances say of the copy.

A published total may be wrong, and is then read as it stands.  But where a copy is known to lose cells, or where most
rows do not balance, a sum that fails speaks against the reading, not against the office; and where numbers of something
else stand among the rows, only a sum that holds speaks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from xlplugin.form import Balance
from xlplugin.numerals import BLANK, Entry, Number, State

_FEWEST = 2
UNKNOWN = (State.TEXT, State.UNREAD)


def doubtful(
    balances: Mapping[str, Sequence[Balance]],
    rows: Mapping[str, Sequence[str]],
    entries: Mapping[str, Entry],
    said: Mapping[str, bool | None],
    *,
    sure: set[str],
    gapped: set[str],
    lossy: bool,
    mixed: bool,
    narrow: set[str],
    cut: set[str],
    usual: set[str],
    regular: bool,
) -> set[str]:
    """The rows that must not be taken as read.

    `balances`: row → those within it; `rows`: row → its cells; `said`: what the balances of a row `says`; `sure`: rows under the labels of their columns; `gapped`:
    rows placed by their empty cells; `lossy`: the copy is known to lose cells; `mixed`: it has other numbers among the rows;
    `narrow`: rows with fewer places than others, where one may be lost; elsewhere a number is read where it was printed;
    `cut`: rows with fewer places than most of their like, where one is lost; `usual`: rows with as many as those;
    `regular`: every column has its label and every row a number for each, so that sums that fail are the office's.
    """
    within = {k: inside for k, inside in balances.items() if k in rows}
    failing = {k for k, holds in said.items() if holds is False and k not in sure and _whole(rows[k], entries)}
    back = {k for k in gapped - sure if k in cut or (said.get(k) is False and k not in usual)}
    if lossy:
        back |= failing - usual | {k for k, holds in said.items() if not holds and k not in sure and _some_text(rows[k], entries)}
    if not regular and len(failing) >= _FEWEST and len(failing) > sum(holds is True for holds in said.values()):
        back = {k for k in rows if k not in sure}
    if mixed and list(said.values()).count(False) > max(1, list(said.values()).count(True)):
        return set(rows)  # even the labels of the columns do not stand over their numbers
    if mixed:
        back = back | {k for k in rows if k not in sure and not said.get(k)}
    ended = [k for k in within if (e := entries.get(rows[k][-1])) is not None and e.value is not None]
    if 2 * len(ended) < len(within):
        back |= failing  # where the office left the totals out, a number in a total's place has moved there
    if 2 * len(ended) > len(within):
        back |= {k for k in within if k not in sure and _looks_shifted(rows[k], entries)}
    if doubted := gapped & narrow - sure:
        back |= _ending_early({k: v for k, v in rows.items() if len(v) > 1}, within, entries) & doubted
    return back


def says(balances: Iterable[Balance], cells: Sequence[str], entries: Mapping[str, Entry]) -> bool | None:
    """Whether the balances of a row hold; None where they say nothing (only zeros, a total missing, a text for a number)."""
    numbers: dict[str, Number | None] = {}
    for cell in cells:
        found = entries.get(cell, BLANK)
        if found.value is None and found.state in UNKNOWN:
            return None
        numbers[cell] = found.value
    if not any(numbers.values()):
        return None
    held = None
    for balance in balances:
        left = [numbers[c] for c in balance.left]
        right = [numbers[c] for c in balance.right]
        if None not in (left if len(left) <= len(right) else right) and (any(left) or any(right)):
            held = sum([n for n in left if n]) == sum([n for n in right if n])
            if not held:
                return False
    return held


def _whole(cells: Sequence[str], entries: Mapping[str, Entry]) -> bool:
    """Whether each cell has a number, or a sign that there is none."""
    return all((e := entries.get(c, BLANK)).value is not None or e.state is State.NA for c in cells)


def _some_text(cells: Sequence[str], entries: Mapping[str, Entry]) -> bool:
    """Whether something that is no number stands in a row, so that no sum can speak for it."""
    return any(entries.get(c, BLANK).state in (State.TEXT, State.UNREAD) for c in cells)


def _looks_shifted(cells: Sequence[str], entries: Mapping[str, Entry]) -> bool:
    """Whether the total's place is empty and the number before it is the sum of the others, or more where some are missing."""
    if (total := entries.get(cells[-1])) is not None and total.value is not None:
        return False
    seen = [e.value if (e := entries.get(c)) is not None else None for c in cells]
    last = max((i for i, n in enumerate(seen) if n is not None), default=0)
    if not seen[last]:
        return False
    before = [n for n in seen[:last] if n is not None]
    if (seen[last] or 0) >= sum(before):
        return True
    several = [n for n in seen if n]
    return len(several) > _FEWEST and 2 * max(several) == sum(several)  # the total stands elsewhere


def _ending_early(rows: Mapping[str, Sequence[str]], within: Collection[str], entries: Mapping[str, Entry]) -> set[str]:
    """The rows that end in more empty cells than some others do: an empty cell may be lost before, and the rest have moved up.

    `within`: rows with a total, which the office may have left out of all of them; other rows should have no empty end.
    """
    ends = {k: n for k, cells in rows.items() if (n := _empty_end(cells, entries)) is not None}
    usual = sorted(n for k, n in ends.items() if k in within)[:_FEWEST]
    return {k for k, n in ends.items() if n > (usual[-1] if k in within else 0)}


def _empty_end(cells: Sequence[str], entries: Mapping[str, Entry]) -> int | None:
    """How many cells at the end of a row hold nothing, or only a sign that says so; None where all do."""
    filled = [i for i, c in enumerate(cells) if c in entries and entries[c].state is not State.NA]
    return len(cells) - 1 - filled[-1] if filled else None
