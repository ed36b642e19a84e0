"""Glued rows of a table whose printed totals are not all right, as in reports that were published with slips.

What came in and what was done with it must still agree in every column: a wrong cut moves numbers into other columns and
breaks that.  The printed totals are then compared with those that the cut numbers have; few may differ, as the totals of a
report do that was added up wrongly, and no other cut may explain the table nearly as well.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod

from xlplugin.form import Balance, form
from xlplugin.recognising.glued.cutting import Row, few_cuts, fewest_unlike, together
from xlplugin.recognising.glued.fitting import fitted

MOST_WRONG = 3  # totals
MARGIN = 2  # an explanation with so many more wrong totals is not yet ruled out
MAX_CHOICES = 500

Rows = Mapping[tuple[str, ...], Sequence[Row]]
Chunks = Mapping[tuple[str, ...], Sequence[str]]
Borne = tuple[int | None, ...]  # a way; None where nothing bears out its number


def despite_wrong_totals(form_id: str, table: str, rows: Rows, chunks: Chunks) -> dict[tuple[str, ...], set[Borne]]:
    """What each row says in the likely explanations of the table; {} where there is none.

    `rows`: the cells of each row of the table → its ways that add up; `chunks`: the digits of those that were glued.
    """
    sums = {cells for cells in rows if cells in chunks and _totals(form_id, table).keys() >= set(cells)}
    few = {cells: ways or few_cuts(chunks[cells], len(cells)) for cells, ways in rows.items()}
    apart = {cells: chunks[cells] for cells in sums if rows[cells] or not few[cells]}
    whole = fitted({cells: ways for cells, ways in few.items() if cells not in apart}, chunks, flows(form_id, table))
    left = together(whole, flows(form_id, table)) if whole else None
    if not left or not all(left.values()) or prod(map(len, left.values())) > MAX_CHOICES:
        return {}
    judged = list(_judged(form_id, table, left, apart))
    least = min(len(wrong) for wrong, _, _ in judged)
    if least > MOST_WRONG:
        return {}
    forced = {cells for cells, ways in few.items() if len(ways) == 1}
    likely = [[*_borne(forced, left, choice, wrong), *own] for wrong, choice, own in judged if len(wrong) <= least + MARGIN]
    return {cells: set(ways) for cells, ways in zip([*left, *apart], zip(*likely, strict=True), strict=True)}


def _borne(
    forced: Container[tuple[str, ...]], order: Iterable[tuple[str, ...]], choice: Sequence[Row], wrong: Container[str]
) -> list[Borne]:
    """A choice without its wrong totals: what stands there nothing bears out, it may be a part of another number.

    So may the parts of such a row, unless it cannot be cut otherwise: a number published wrongly lends its digits to the total.
    """
    found: list[Borne] = []
    for cells, way in zip(order, choice, strict=True):
        astray = cells[-1] in wrong and cells not in forced
        found.append(tuple([None if astray or c in wrong else n for c, n in zip(cells, way, strict=True)]))
    return found


@lru_cache(maxsize=32)
def flows(form_id: str, table: str) -> tuple[Balance, ...]:
    """The balances that define no total, in terms of the cells that are none."""
    own = [b for b in form(form_id).balances if b.table == table and not b.defines]
    return tuple(b._replace(left=_inputs(form_id, b.left), right=_inputs(form_id, b.right)) for b in own)


def _inputs(form_id: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The cells with each total replaced by what it adds up, down to cells that are none."""
    parts = {b.defines: b.right for b in reversed(form(form_id).balances) if b.defines}
    return tuple(leaf for c in cells for leaf in (_inputs(form_id, parts[c]) if c in parts else (c,)))


@lru_cache(maxsize=32)
def _totals(form_id: str, table: str) -> dict[str, tuple[str, ...]]:
    """Each total of the table → the cells that it adds up."""
    totals = [b.defines for b in form(form_id).balances if b.table == table and b.defines]
    return {c: _inputs(form_id, (c,)) for c in totals}


def _judged(
    form_id: str, table: str, rows: Mapping[tuple[str, ...], set[Row]], apart: Chunks
) -> Iterator[tuple[set[str], tuple[Row, ...], list[Borne]]]:
    """For every choice of ways: the printed totals that are wrong, the ways, and the rows that hold nothing but totals.

    `apart`: the digits of those; they are the right sums to the last, or cut so that as few as can be are wrong, and then
    nothing is certain in them: that such a row adds up in itself proves nothing.
    """
    place = {c: i for i, c in enumerate(c for cells in rows for c in cells)}
    parts = {c: [place[x] for x in cells] for c, cells in _totals(form_id, table).items()}
    totals = [(c, place[c], parts[c]) for c in parts if c in place]
    for choice in product(*rows.values()):
        numbers = [n for row in choice for n in row]
        wrong = {c for c, at, cells in totals if numbers[at] != sum([numbers[i] for i in cells])}
        sums: list[Borne] = []
        for cells, digits in apart.items():
            right = tuple([sum([numbers[i] for i in parts[c]]) for c in cells])
            unlike = fewest_unlike(digits, right)
            wrong |= set(cells[:unlike])
            sums.append((None,) * len(cells) if unlike else right)
        yield wrong, choice, sums
