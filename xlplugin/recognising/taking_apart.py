"""Rows whose numbers are glued together, taken apart by the balances of their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlplugin.form import Balance, Table
from xlplugin.numerals import Entry, State
from xlplugin.recognising import glued
from xlplugin.recognising.layout import layout
from xlplugin.recognising.readings import Readings

_SHOWN = 6
_TOO_MANY = 10_000_000  # applications; a way with more of them is a freak, not a proof


def take_apart(readings: Readings, table: Table, rows: Mapping[str, Sequence[str]]) -> None:
    """Read glued rows: `rows` maps table.row → the chunks seen.  What more than one way is left for stays unread."""
    if not rows:
        return
    balances = [b for b in readings.form.balances if b.table == table.key]
    sure: dict[str, Sequence[int]] = {}
    open_rows: dict[str, tuple[glued.Row, ...] | None] = {}
    for key, chunks in rows.items():
        cells = _cells(readings, key)
        if glued.all_zeros(chunks, len(cells)):
            sure[key] = [0] * len(cells)
        else:
            bound = any(set(b.cells) <= set(cells) for b in balances)
            open_rows[key] = glued.ways(chunks, cells, balances) if bound else None
    sure |= _joint(readings, table, sure, open_rows, balances)
    for key, numbers in sure.items():
        for cell, number in zip(_cells(readings, key), numbers, strict=True):
            readings.entries[cell] = Entry(number, State.DEDUCED, " ".join(rows[key]))
    _say(readings, rows, sure)


def _cells(readings: Readings, key: str) -> tuple[str, ...]:
    return layout(readings.form.id, key.partition(".")[0]).cells[key]


def _joint(
    readings: Readings,
    table: Table,
    sure: Mapping[str, Sequence[int]],
    open_rows: Mapping[str, tuple[glued.Row, ...] | None],
    balances: Sequence[Balance],
) -> dict[str, Sequence[int]]:
    """The glued rows for which the whole table leaves one way."""
    if not open_rows or not balances:
        return {}
    ways: dict[tuple[str, ...], tuple[glued.Row, ...]] = {}
    for key in layout(readings.form.id, table.key).cells:
        cells = _cells(readings, key)
        known: Sequence[glued.Row] | None = (
            [tuple(sure[key])] if key in sure else open_rows[key] if key in open_rows else _read(readings, cells)
        )
        if not known:
            return {}
        ways[cells] = tuple(known)
    left = glued.together(ways, balances)
    if left is None or not all(left.values()):
        return {}
    only: dict[str, Sequence[int]] = {
        key: next(iter(left[_cells(readings, key)])) for key in open_rows if len(left[_cells(readings, key)]) == 1
    }
    return only if all(max(row) < _TOO_MANY for row in only.values()) else {}


def _read(readings: Readings, cells: Sequence[str]) -> list[glued.Row] | None:
    """The numbers of a row that was read, if all of them were, as its only way."""
    numbers = [readings.entries[c].value if c in readings.entries else None for c in cells]
    whole = tuple(n for n in numbers if isinstance(n, int))
    return [whole] if len(whole) == len(numbers) else None


def _say(readings: Readings, rows: Mapping[str, Sequence[str]], sure: Mapping[str, Sequence[int]]) -> None:
    if sure:
        shown = "；".join(f"{' '.join(rows[k])} → {'、'.join(map(str, n))}" for k, n in sure.items() if any(n))
        cells = [c for k in sure for c in _cells(readings, k)]
        what = f"{len(sure)}行数字没有间隔，按表内勾稽关系只有一种拆法，已拆开读入{'：' + shown if shown else '（全是0）'}。"
        readings.say("IMP-GLUED", what, cells, about=cells[0].partition(".")[0])
    for key, chunks in rows.items():
        if key in sure:
            continue
        row = _cells(readings, key)
        label = readings.form.cell[row[0]].label
        some = []
        for way in glued.splits(chunks, len(row)):
            some.append("、".join(map(str, way)))
            if len(some) == _SHOWN:
                break
        seen = " ".join(chunks)
        what = f"{label}起的一行见到“{seen}”，应有{len(row)}个数字，拆法不止一种或没有一种能满足勾稽关系，没有读入。可能是：{'；'.join(some)}……"
        readings.unread(row, "IMP-GLUED", what, seen=seen, about=key)


def take_apart_line(readings: Readings, table: Table, cells: Sequence[str], chunks: Sequence[str]) -> None:
    """Read the single glued line of a table whose groups stand side by side."""
    balances = [b for b in readings.form.balances if b.table == table.key]
    found = glued.ways(chunks, cells, balances)
    if glued.all_zeros(chunks, len(cells)):
        found = ((0,) * len(cells),)
    seen = " ".join(chunks)
    if found is None or len(found) != 1:
        some = "；".join("、".join(map(str, w)) for w in (found or ())[:_SHOWN])
        what = f"“{table.title}”见到“{seen}”，应有{len(cells)}个数字，不能确定怎样拆开，没有读入。{'可能是：' + some if some else ''}"
        return readings.unread(cells, "IMP-GLUED", what, seen=seen, about=table.key)
    for cell, number in zip(cells, found[0], strict=True):
        readings.entries[cell] = Entry(number, State.DEDUCED, seen)
    shown = "、".join(map(str, found[0]))
    return readings.say(
        "IMP-GLUED", f"“{table.title}”的数字没有间隔（{seen}），只有一种拆法，已拆开读入：{shown}。", cells, about=table.key
    )
