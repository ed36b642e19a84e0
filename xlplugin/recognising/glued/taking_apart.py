"""Rows whose numbers are glued together, taken apart by the balances of their table."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import islice

from xlplugin.form import Table
from xlplugin.numerals import Entry, State
from xlplugin.recognising.glued import cutting
from xlplugin.recognising.glued.explaining import MAX_WAYS, Partly, explained
from xlplugin.recognising.glued.rivals import has_rival
from xlplugin.recognising.glued.summing import cut_by_sums, groups_of
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.readings import Readings

_SHOWN = 6


def take_apart(readings: Readings, table: Table, rows: Mapping[str, Sequence[str]]) -> None:
    """Read glued rows: `rows` maps table.row → the chunks seen.  What more than one way is left for stays unread."""
    if not rows:
        return
    zeros: dict[str, cutting.Row] = {}
    for key, chunks in rows.items():
        alone = not _before_lost_row(readings, key)
        if alone and cutting.all_zeros(chunks, len(_cells(readings, key))):
            zeros[key] = (0,) * len(_cells(readings, key))
        if alone and not _bound(readings, key):
            readings.unbound[key] = tuple(chunks)
    glued = {key: chunks for key, chunks in rows.items() if key not in zeros}
    sure: dict[str, Partly] = zeros | explained(readings.form.id, table.key, glued, _read(readings, table, rows, zeros))
    for key, numbers in sure.items():
        for cell, number in zip(_cells(readings, key), numbers, strict=True):
            if number is not None:
                readings.entries[cell] = Entry(number, State.DEDUCED, " ".join(rows[key]))
    _say_taken(readings, rows, sure)
    for key, chunks in rows.items():
        _say_left(readings, key, chunks, sure.get(key))


def _bound(readings: Readings, key: str) -> bool:
    """Whether some sum stays within a row."""
    return key in layout(readings.form.id, key.partition(".")[0]).within


def _cells(readings: Readings, key: str) -> tuple[str, ...]:
    return layout(readings.form.id, key.partition(".")[0]).cells[key]


def _before_lost_row(readings: Readings, key: str) -> bool:
    """Whether the next row of the table was not found: its numbers may stand behind those of this one."""
    cells = layout(readings.form.id, key.partition(".")[0]).cells
    after = list(cells)[list(cells).index(key) + 1 :][:1]
    entries = (readings.entries.get(c) for row in after for c in cells[row])
    return any(e is not None and e.state is State.UNREAD and not e.seen for e in entries)


def _read(readings: Readings, table: Table, glued: Container[str], sure: Mapping[str, cutting.Row]) -> dict[str, cutting.Row]:
    """The numbers of the rows that are certain: nothing but zeros, or read one by one and all of them whole numbers."""
    found = dict(sure)
    for key, cells in layout(readings.form.id, table.key).cells.items():
        numbers = [readings.entries[c].value if c in readings.entries else None for c in cells]
        whole = tuple(n for n in numbers if isinstance(n, int))
        if key not in glued and len(whole) == len(numbers):
            found[key] = whole
    return found


def _say_taken(readings: Readings, rows: Mapping[str, Sequence[str]], sure: Mapping[str, Partly]) -> None:
    if sure:
        shown = "；".join(f"{' '.join(rows[k])} → {_shown(n)}" for k, n in sure.items() if any(n))
        cells = [c for k in sure for c, n in zip(_cells(readings, k), sure[k], strict=True) if n is not None]
        what = f"{len(sure)}行数字没有间隔，按表内勾稽关系只有一种拆法，已拆开读入{'：' + shown if shown else '（全是0）'}。"
        readings.say("IMP-GLUED", what, cells, about=cells[0].partition(".")[0])


def _shown(numbers: Partly) -> str:
    return "、".join("？" if n is None else str(n) for n in numbers)


def _say_left(readings: Readings, key: str, chunks: Sequence[str], taken: Partly | None) -> None:
    """Say what of a glued row was not taken, with some of the ways there are."""
    row = _cells(readings, key)
    cells = [c for c, n in zip(row, taken or [None] * len(row), strict=True) if n is None]
    if not cells:
        return
    seen = " ".join(chunks)
    some = "；".join("、".join(map(str, way)) for way in islice(cutting.splits(chunks, len(row)), _SHOWN))
    what = f"{readings.form.cell[row[0]].label}起的一行见到“{seen}”，应有{len(row)}个数字，"
    what += "拆法不止一种或没有一种能满足勾稽关系，没有读入" if taken is None else "有几格的拆法不止一种，这几格没有读入"
    readings.unread(cells, "IMP-GLUED", f"{what}。可能是：{some}……", seen=seen, about=key)


def take_apart_unbound(readings: Readings) -> None:
    """Read the glued rows that no sum binds, where they can be cut in one way only, even with cells left out: 005.

    They may have their running numbers with them, or the numbers of another year.  So the tables with sums must have been
    glued too, and read whole, and add up: those would have shown it.
    """
    sure: dict[str, Partly] = {}
    for key, chunks in readings.unbound.items():
        only = cutting.only_cut(chunks, len(_cells(readings, key)))
        if only and any(only):
            sure[key] = only
    tied = {c for b in readings.form.balances for c in b.cells}
    if not sure or not _add_up(readings) or not any(readings.entries[c].state is State.DEDUCED for c in tied):
        return
    for key, numbers in sure.items():
        seen = " ".join(readings.unbound[key])
        readings.entries |= {c: Entry(n, State.DEDUCED, seen) for c, n in zip(_cells(readings, key), numbers, strict=True)}
        readings.findings[:] = [f for f in readings.findings if f.rule != f"IMP-GLUED.{key}"]
    shown = "；".join(f"{' '.join(readings.unbound[k])} → {_shown(n)}" for k, n in sure.items())
    what = f"{len(sure)}行数字没有间隔，只有一种拆法，其余各表拆开后也都对得上，已拆开读入：{shown}。"
    readings.say("IMP-GLUED", what, (c for k in sure for c in _cells(readings, k)), about="unbound")


def _add_up(readings: Readings) -> bool:
    """Whether the tables with sums were read whole and do add up."""
    known = {c: e.value for c, e in readings.entries.items() if e.value is not None}
    return all(
        all(c in known for c in b.cells) and sum(known[c] for c in b.left) == sum(known[c] for c in b.right)
        for b in readings.form.balances
    )


def take_apart_line(readings: Readings, table: Table, cells: Sequence[str], chunks: Sequence[str]) -> None:
    """Read the single glued line of a table whose groups stand side by side.

    No column adds up there: one wrong total, or a cell left out, and another cut may add up by chance.  So the rest of the
    report must have no empty cell, and, unless the line cannot be cut otherwise, no wrong total; nor may a slip in a total of
    this line explain another cut of it.
    """
    balances = [b for b in readings.form.balances if b.table == table.key]
    groups = groups_of(cells, balances)
    found = (cut_by_sums(chunks, groups, MAX_WAYS) if groups else None) or ()
    if cutting.all_zeros(chunks, len(cells)):
        found = ((0,) * len(cells),)
    seen = " ".join(chunks)
    forced = cutting.is_forced(chunks, len(cells))
    sure = len(found) == 1 and (not any(found[0]) or _borne_out(readings, table, forced=forced))
    if not sure or (not forced and has_rival(found[0], groups or ())):
        some = "；".join("、".join(map(str, w)) for w in found[:_SHOWN])
        what = f"“{table.title}”见到“{seen}”，应有{len(cells)}个数字，不能确定怎样拆开，没有读入。{'可能是：' + some if some else ''}"
        return readings.unread(cells, "IMP-GLUED", what, seen=seen, about=table.key)
    for cell, number in zip(cells, found[0], strict=True):
        readings.entries[cell] = Entry(number, State.DEDUCED, seen)
    shown = "、".join(map(str, found[0]))
    return readings.say(
        "IMP-GLUED", f"“{table.title}”的数字没有间隔（{seen}），只有一种拆法，已拆开读入：{shown}。", cells, about=table.key
    )


def _borne_out(readings: Readings, table: Table, *, forced: bool) -> bool:
    """Whether the other tables that add up were read whole, and do add up; `forced`: or at least were read whole."""
    others = [b for b in readings.form.balances if b.table != table.key]
    numbers = {c: e.value for b in others for c in b.cells if (e := readings.entries.get(c)) and e.value is not None}
    if any(c not in numbers for b in others for c in b.cells):
        return False
    return forced or all(sum(numbers[c] for c in b.left) == sum(numbers[c] for c in b.right) for b in others)
