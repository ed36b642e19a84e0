"""Where a clean workbook has what, as plain tuples: so that form and rule book need not be loaded to read one."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from xlplugin.merging.plan import remembered


class Positions(NamedTuple):
    """Where a clean workbook has what; rows and columns from 1."""

    form_id: str
    extents: dict[str, tuple[int, int]]
    labels: tuple[tuple[str, int, int, str], ...]
    cells: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]  # sheet by sheet, in the order of the form
    cover: dict[str, tuple[str, int, int]]
    nil: tuple[tuple[str, int, int], ...]
    boxes: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]
    meta: dict[str, int]  # field → row of the hidden sheet
    filled: tuple[tuple[int, int], ...]  # (position of a derived cell, row of the hidden sheet)
    blank: tuple[tuple[str, str, frozenset[bytes]], ...]  # (sheet, column, rows) that must hold nothing


def positions() -> tuple[Positions, ...]:
    return _positions(os.environ.get("XLPLUGIN_FORMS", ""))


@lru_cache(maxsize=4)
def _positions(extra: str) -> tuple[Positions, ...]:
    return tuple(_from_json(said) for said in remembered("positions", _all))


def _all() -> list[list[Any]]:
    from xlplugin.form import forms

    return [_made(form_id) for form_id in forms()]


def _made(form_id: str) -> list[Any]:
    from xlplugin.books.layout import (
        CHECK,
        CHECK_COLUMNS,
        CHECK_TOP,
        COVER,
        LAST_YEAR,
        LAST_YEAR_COLUMNS,
        META,
        PROSE,
        column_letters,
        layout,
    )
    from xlplugin.form import form

    p, f = layout(form_id), form(form_id)
    at = {c.id: i for i, c in enumerate(f.cells)}
    extents = {t.table.sheet: (t.last, t.width) for t in p.tables}
    extents[COVER] = (
        max(s.row for s in (*p.cover.values(), *p.nil.values())),
        max(s.column for s in (*p.cover.values(), *p.nil.values())),
    )
    boxes = [s for spots in p.text.values() for _, s in spots]
    extents[PROSE] = (max(s.row for s in boxes), max(s.column for s in boxes))
    extents[META] = (max(s.row for s in p.filled.values()), 2)
    explained = column_letters(CHECK_COLUMNS.index("explanation") + 1)
    last = column_letters(LAST_YEAR_COLUMNS.index("last") + 1)
    return [
        form_id,
        extents,
        tuple((x.spot.sheet, x.spot.row, x.spot.column, x.text) for t in p.tables for x in t.labels if x.text),
        tuple(
            (sheet, tuple((s.row, s.column) for s in spots))
            for sheet, spots in groupby((p.cells[c.id] for c in f.cells), lambda s: s.sheet)
        ),
        {key: _at(s) for key, s in p.cover.items()},
        tuple(_at(s) for s in p.nil.values()),
        tuple((key, tuple(_at(s) for _, s in spots)) for key, spots in p.text.items()),
        {key: s.row for key, s in p.meta.items()},
        tuple((at[c], s.row) for c, s in p.filled.items()),
        (
            (CHECK, explained, tuple(range(CHECK_TOP, p.findings_top - 4 + 1))[: len(f.balances)]),
            (LAST_YEAR, last, tuple(s.row for s in p.last_year.values())),
        ),
    ]


def _at(spot: Any) -> tuple[str, int, int]:
    return (spot.sheet, spot.row, spot.column)


def _from_json(said: list[Any]) -> Positions:
    form_id, extents, labels, cells, cover, nil, boxes, meta, filled, blank = said
    return Positions(
        form_id,
        {k: (v[0], v[1]) for k, v in extents.items()},
        tuple((a, b, c, d) for a, b, c, d in labels),
        tuple((sheet, tuple((r, c) for r, c in places)) for sheet, places in cells),
        {k: (v[0], v[1], v[2]) for k, v in cover.items()},
        tuple((a, b, c) for a, b, c in nil),
        tuple((k, tuple((a, b, c) for a, b, c in spots)) for k, spots in boxes),
        meta,
        tuple((a, b) for a, b in filled),
        tuple((a, b, frozenset(b"%d" % row for row in c)) for a, b, c in blank),
    )
