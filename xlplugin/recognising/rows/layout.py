"""What the form fixes of a table once and for all: the cells of its rows, and the balances that stay within a row."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from xlplugin.form import Balance, form


class Layout(NamedTuple):
    """By row (`table.row`), in the order of the form: its cells, its own balances where it has some, its cells but amounts."""

    cells: dict[str, tuple[str, ...]]
    within: dict[str, tuple[Balance, ...]]
    counted: dict[str, tuple[str, ...]]


@lru_cache(maxsize=64)
def layout(form_id: str, table_key: str) -> Layout:
    """The layout of a table of this form."""
    mine = form(form_id)
    cells: dict[str, list[str]] = {}
    for cell in mine.cells:
        if cell.table == table_key:
            cells.setdefault(f"{table_key}.{cell.row}", []).append(cell.id)
    row_of = {c: key for key, row in cells.items() for c in row}
    within: dict[str, list[Balance]] = {key: [] for key in cells}
    for balance in mine.balances:
        rows = {row_of.get(c) for c in balance.cells}
        if len(rows) == 1 and (row := rows.pop()) is not None:
            within[row].append(balance)
    counted = {k: own for k, row in cells.items() if (own := tuple(c for c in row if not mine.cell[c].decimal))}
    return Layout({k: tuple(v) for k, v in cells.items()}, {k: tuple(v) for k, v in within.items() if v}, counted)
