"""Numbers that reach over several rows: a merged cell with the sum of its rows, drawn in the first of them.

Where a copy does not show what is merged, one thing tells: the sum of the row with the number is out by just what the
rows below, which have an empty cell there, lack.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from xlplugin.form import Balance
from xlplugin.numerals import BLANK, Entry, Number, State
from xlplugin.recognising.doubts.doubting import UNKNOWN

_MOST = 2  # rows below that a number may be of too


def reaching_down(
    within: Mapping[str, Sequence[Balance]],
    rows: Mapping[str, Sequence[str]],
    entries: Mapping[str, Entry],
    sure: Container[str],
    failing: Container[str],
) -> list[str]:
    """The cells whose numbers are of the row below too, or of two.  `within`: the balances of each row; `rows`: its cells.

    `failing`: the rows whose sums fail.  `sure`: rows under the labels of their columns.  Of others, which lose cells, any number over an empty cell may be that is
    large enough.
    """
    found: list[str] = []
    keys = list(within)
    for at, key in enumerate(keys[:-1]):
        unclear = key not in sure and any(entries.get(c, BLANK).state in UNKNOWN for c in rows[key])
        if unclear or key in failing:
            below = [(within[k][0], rows[k]) for k in keys[at + 1 : at + 1 + _MOST]]
            if key not in sure:
                found += _over_empty_cells(None if unclear else within[key][0], rows[key], below[0][1], entries)
                continue
            found += [c for i, c in enumerate(rows[key]) if _fits(within[key][0], rows[key], below, i, entries)]
    return found


def _over_empty_cells(
    balance: Balance | None, cells: Sequence[str], below: Sequence[str], entries: Mapping[str, Entry]
) -> list[str]:
    """The cells over empty ones of a row that has other numbers, as far as they can hold the gap of their row's sum.

    No `balance`: the row holds something that is no number, so that its gap is not known.
    """
    under = [entries.get(c, BLANK) for c in below]
    if all(e.state in (State.BLANK, State.NA) for e in under):
        return []
    found = [(c, n) for c, e in zip(cells, under, strict=True) if e.value is None and (n := entries.get(c, BLANK).value)]
    if balance is None:
        return [c for c, _ in found]
    gap = _gap(balance, entries)
    return [c for c, n in found if 0 < (gap if c in balance.left else -gap) <= n]


def _fits(
    balance: Balance,
    cells: Sequence[str],
    below: Sequence[tuple[Balance, Sequence[str]]],
    column: int,
    entries: Mapping[str, Entry],
) -> bool:
    """Whether the number in this column is too large by what one row below, or two, lack in theirs."""
    if not (found := entries.get(cells[column])) or not found.value:
        return False
    sign = 1 if cells[column] in balance.left else -1
    excess = sign * _gap(balance, entries)
    for other, row in below:
        if (known := entries.get(row[column])) is not None:
            return known.state is State.UNREAD and excess > 0  # a row of too few cells: this one may be what it lacks
        excess += sign * _gap(other, entries)
        if excess == 0:
            return True
    return False


def _gap(balance: Balance, entries: Mapping[str, Entry]) -> Number:
    """Left minus right, what is no number counted as nothing."""
    left, right = (sum(e.value or 0 for c in side if (e := entries.get(c))) for side in (balance.left, balance.right))
    return left - right
