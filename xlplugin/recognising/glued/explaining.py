"""What a table leaves of its glued rows: the numbers that every explanation of it agrees on.

First the columns of totals are asked which total each row can have, then each row is cut in the ways that end in one of
these, then the ways are tried together.  Where nothing adds up, some printed total may be wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from xlplugin.form import Balance, form
from xlplugin.recognising.glued.cutting import Row, together
from xlplugin.recognising.glued.narrowing import narrowed
from xlplugin.recognising.glued.rivals import has_rival
from xlplugin.recognising.glued.summing import Group, cut_by_sums, groups_of, possible_totals
from xlplugin.recognising.glued.wrong_totals import despite_wrong_totals, flows
from xlplugin.recognising.rows.layout import layout

MAX_WAYS = 200
_MANY = 10_000_000  # applications; more of them are a freak of the cut, unless a column of several such rows adds up
_SEVERAL = 3  # numbers of a sum: of two, the one may be a copy of the other, wrongly cut like it

Partly = Sequence[int | None]  # the numbers of a row, as far as they are certain
Cells = tuple[str, ...]
Ways = dict[Cells, tuple[Row, ...]]  # the cells of a row → the ways to cut it


def explained(form_id: str, table: str, glued: Mapping[str, Sequence[str]], read: Mapping[str, Row]) -> dict[str, Partly]:
    """The numbers of the glued rows that are certain; {} where the balances cannot tell, as with a row missing.

    `glued`: table.row → the chunks seen; `read`: table.row → its numbers, of the rows that were read.
    """
    own = layout(form_id, table)
    if not glued or glued.keys() | read.keys() != own.cells.keys() or not all(_groups(form_id, key) for key in glued):
        return {}
    left = _adding_up(form_id, table, glued, read) or _almost(form_id, table, glued, read)
    if _is_freak(left, [*_balances(form_id, table), *flows(form_id, table)]) or _are_copies(form_id, glued, left):
        return {}
    agreed = {key: _agreed(left[own.cells[key]]) for key in glued if own.cells[key] in left}
    return {key: row for key, row in agreed.items() if any(n is not None for n in row)}


def _adding_up(
    form_id: str, table: str, glued: Mapping[str, Sequence[str]], read: Mapping[str, Row]
) -> Mapping[Cells, Collection[Partly]]:
    """The ways of each row through the table in which every sum holds; {} where there is none."""
    cells, balances = layout(form_id, table).cells, _balances(form_id, table)
    last = {cells[key][-1]: possible_totals(chunks, len(cells[key])) for key, chunks in glued.items()}
    last |= {cells[key][-1]: row[-1:] for key, row in read.items()}
    totals = narrowed(last, balances)
    ways = _ways(form_id, table, glued, read, totals) if totals else {}
    left = together(ways, balances) if ways and all(ways.values()) else None
    return left if left and all(left.values()) else {}


def _are_copies(form_id: str, glued: Iterable[str], left: Mapping[Cells, Collection[Partly]]) -> bool:
    """Whether all rows but those of zeros say the same, so that no column tells more than the one sum, and that may be wrong.

    As where all that came in was answered in one way: one slip in the total, copied, and another cut may add up.
    """
    kinds = {tuple(row) for ways in left.values() for row in ways if any(row)}
    one = tuple(n for row in kinds for n in row if n is not None)
    groups = {tuple(_groups(form_id, key)) for key in glued}
    return len(kinds) == len(groups) == 1 and len(one) == len(min(kinds)) and has_rival(one, groups.pop(), few=0)


def _almost(
    form_id: str, table: str, glued: Mapping[str, Sequence[str]], read: Mapping[str, Row]
) -> Mapping[Cells, Collection[Partly]]:
    """The ways of each row through the table with few wrong totals."""
    cells = layout(form_id, table).cells
    ways = _ways(form_id, table, glued, read, {})
    return despite_wrong_totals(form_id, table, ways, {cells[key]: chunks for key, chunks in glued.items()}) if ways else {}


def _ways(
    form_id: str, table: str, glued: Mapping[str, Sequence[str]], read: Mapping[str, Row], totals: Mapping[str, Sequence[int]]
) -> Ways:
    """The ways of each row in which it adds up; {} where those of a row are too many to look at.

    `totals`: what its last cell may be, if not anything.
    """
    found: Ways = {}
    for key, cells in layout(form_id, table).cells.items():
        groups = _groups(form_id, key)
        ways = cut_by_sums(glued[key], groups, MAX_WAYS, totals.get(cells[-1])) if key in glued else (read[key],)
        if ways is None:
            return {}
        found[cells] = ways
        if totals and not ways:
            break
    return found


@lru_cache(maxsize=32)
def _balances(form_id: str, table: str) -> tuple[Balance, ...]:
    return tuple(b for b in form(form_id).balances if b.table == table)


@lru_cache(maxsize=256)
def _groups(form_id: str, key: str) -> list[Group]:
    """The sums within a row."""
    own = layout(form_id, key.partition(".")[0])
    return groups_of(own.cells[key], own.within.get(key, ())) or []


def _is_freak(left: Mapping[Cells, Collection[Partly]], balances: Sequence[Balance]) -> bool:
    """Whether a number is larger than any office has applications, and no sum of several rows bears it out.

    One that is part of a sum with such a number, as what came in is with what was handled, or a total, is borne out too.
    """
    large = {c for cells, ways in left.items() for way in ways for c, n in zip(cells, way, strict=True) if n and n >= _MANY}
    if not large:
        return False
    there = {c for cells, ways in left.items() for c, column in zip(cells, zip(*ways, strict=True), strict=True) if all(column)}
    sums = [there.intersection(b.cells) for b in balances]
    borne = {c for cells in sums if len(cells) >= _SEVERAL and len(set(map(_row, cells))) > 1 for c in cells}
    borne |= {c for cells in sums if not borne.isdisjoint(cells) for c in cells}
    return not large <= borne


def _row(cell: str) -> str:
    return cell.rpartition(".")[0]


def _agreed(ways: Collection[Partly]) -> Partly:
    """What all ways of a row say of each cell; None where they differ."""
    return [column[0] if len(set(column)) == 1 else None for column in zip(*ways, strict=True)]
