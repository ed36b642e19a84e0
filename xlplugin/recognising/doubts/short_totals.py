"""Totals of rows that lost their empty cells: where each of the other numbers belongs is not told, but the last is their sum.

One row alone proves nothing: 3 and 3 may be two parts without a total.  So the last numbers of all rows must add up down
the column of totals too, as what came in and what was done with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from xlplugin.form import Balance, Table
from xlplugin.numerals import Entry, State
from xlplugin.recognising.rows.found import Found
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.readings import Readings, number_cell

_MOST_ALONE = 6  # rows of one number, which may be a total or a part without one
_FEWEST = 3  # rows with a total that is not 0


def read_short_totals(readings: Readings, table: Table, rows: Sequence[Found]) -> None:
    """Read the totals of rows with fewer numbers than columns, where all rows and the column of totals bear them out."""
    cells, within, _ = layout(readings.form.id, table.key)
    short = {f.key: f for f in rows if f.rule == "IMP-SHORT" and f.key in within}
    if not short or any(len(f.segments) != 1 or f.segments[0].shared or f.segments[0].doubtful for f in rows):
        return
    totals: dict[str, tuple[int, ...]] = {}
    for found in rows:
        numbers = _numbers(readings, cells[found.key], found)
        ways = _ways(numbers) if numbers is not None else ()
        if not ways:
            return
        totals[cells[found.key][-1]] = ways
    down = [b for b in readings.form.balances if b.table == table.key and totals.keys() >= set(b.cells)]
    told = [found for key, found in short.items() if totals[cells[key][-1]][0] and len(totals[cells[key][-1]]) == 1]
    if sum(ways[0] > 0 for ways in totals.values() if len(ways) == 1) >= _FEWEST and _add_up(totals, down):
        _take(readings, {cells[f.key][-1]: f for f in told}, totals)


def _numbers(readings: Readings, cells: Sequence[str], found: Found) -> list[int] | None:
    """The numbers printed in a row, in their order; None where one is no plain number."""
    texts = [s.text for s in found.segments[0].full]
    made = [number_cell(text, readings.form.cell[cells[0]].unit).value for text in texts]
    whole = [n for n in made if isinstance(n, int)]
    return whole if len(whole) == len(texts) <= len(cells) else None


def _ways(numbers: Sequence[int]) -> tuple[int, ...]:
    """What the total of a row may be, a blank counted as 0; () where its last number is not the sum of the others."""
    if not any(numbers):
        return (0,)
    if len(numbers) == 1:
        return (numbers[0], 0)
    return (numbers[-1],) if numbers[-1] == sum(numbers[:-1]) else ()


def _add_up(totals: Mapping[str, Sequence[int]], balances: Sequence[Balance]) -> bool:
    """Whether the column of totals adds up with some choice for the rows of one number."""
    open_rows = [c for c, ways in totals.items() if len(ways) > 1]
    if not balances or len(open_rows) > _MOST_ALONE:
        return False
    for chosen in product(*(totals[c] for c in open_rows)):
        now = {c: ways[0] for c, ways in totals.items()} | dict(zip(open_rows, chosen, strict=True))
        if all(sum(now[c] for c in b.left) == sum(now[c] for c in b.right) for b in balances):
            return True
    return False


def _take(readings: Readings, rows: Mapping[str, Found], totals: Mapping[str, Sequence[int]]) -> None:
    taken = [c for c in rows if (e := readings.entries.get(c)) is not None and e.state is State.UNREAD]
    for cell in taken:
        readings.entries[cell] = Entry(totals[cell][0], State.DEDUCED, readings.entries[cell].seen)
    if taken:
        shown = "；".join(f"{readings.form.cell[c].label} {totals[c][0]}" for c in taken)
        about = taken[0].partition(".")[0]
        readings.say(
            "IMP-SHORT", f"各行最后一个数都是前面各数之和，纵向也对得上，只读入了总计：{shown}。", taken, about=f"totals.{about}"
        )
