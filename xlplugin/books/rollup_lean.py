"""The quick way for a clean workbook of the template; the first doubt answers None, and the exact way decides.

Clean means: every official label in its place, every entry a plain number, blank or text, no formula, no
explanation, no last year's figures.  Then it can be said without the rule book whether a finding will block; the
findings themselves are looked for when somebody asks (`resolved`): for the list of problems, for a notice.
Knows positions only from the layout, kept as plain tuples so that form and rule book need not be loaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from xlplugin.books.package import Package, open_package
from xlplugin.books.raw import Grid, Raw
from xlplugin.books.scan import scan
from xlplugin.books.strings import shared_strings
from xlplugin.merging.dates import iso_date
from xlplugin.merging.filed import Filed, Number, pack
from xlplugin.merging.plan import Plan, plan, remembered
from xlplugin.numerals import entry, stored_number

_META = "_meta"
_YES, _NO = ("是",), ("否",)


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


def take_lean(data: bytes, file: str, *, size: int, mtime: int) -> Filed | None:
    """A clean workbook as a Filed whose prose is still to be checked; None for any other.  Raises UnreadableSource."""
    package = open_package(data)
    opened = _opened(package)
    if opened is None:
        return None
    where, grids = opened
    if not _undisturbed(grids, where) or not all(_nothing_in(package, *blank) for blank in where.blank):
        return None
    shape = plan(where.form_id)
    read = _numbers(grids, where, shape)
    if read is None:
        return None
    numbers, odd = read
    forced = _judged(numbers, odd, shape)
    states = _filled(grids[_META], where, numbers, shape)
    if forced is None or states is None:
        return None
    cover = _cover(grids, where)
    boxes = {key: [_text(grids, *box) for box in spots] for key, spots in where.boxes}
    if cover is None or not _whole_or_no_prose(boxes):
        return None
    return Filed(
        file=file,
        sha256=package.sha256,
        size=size,
        mtime=mtime,
        form=where.form_id,
        year=cover["year"],
        name=cover["name"] or "",
        unit_code=(cover["code"] or "").upper(),
        level=cover["level"] or "",
        parent=cover["parent"] or "",
        date=iso_date(cover["date"] or ""),
        packed=pack(numbers),
        states=states | {cell: state for cell, (state, _) in odd.items()},
        deferred={"cover": cover, "boxes": boxes, "odd": {c: t for c, (s, t) in odd.items() if s != "blank"}, "forced": forced},
    )


def resolved(filed: Filed) -> Filed:
    """The same with the findings that the quick way put off."""
    if not filed.deferred:
        return filed
    from dataclasses import replace

    from xlplugin.books.layout import layout
    from xlplugin.books.prose import unboxed
    from xlplugin.books.reader import _entry as entry_of
    from xlplugin.checking import check
    from xlplugin.form import form
    from xlplugin.merging.filed import unpack
    from xlplugin.numerals import Entry, State
    from xlplugin.report import Cover, Report

    said = {k: [h for h, _ in boxes] for k, boxes in layout(filed.form).text.items()}
    text = {k: t for k, heads in said.items() if (t := unboxed(heads, filed.deferred["boxes"][k]))}
    numbers = zip(plan(filed.form).cells, unpack(filed.packed), strict=True)
    entries = {c: Entry(n, State(filed.states.get(c, State.NUMBER)), str(n)) for c, n in numbers if n is not None}
    units = {c.id: c.unit for c in form(filed.form).cells}
    entries |= {c: entry_of(Raw("s", text, False, True), units[c]) for c, text in filed.deferred["odd"].items()}
    report = Report(filed.form, Cover(**filed.deferred["cover"]), entries, text, file=filed.file, sha256=filed.sha256)
    return replace(filed, findings=check(report, locate=False), deferred={})


# ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(package: Package) -> tuple[Positions, dict[str, Grid]] | None:
    """The positions of the form that the hidden sheet names, with all the cells there; the newest form is tried first."""
    known = [p for p in positions() if all(sheet in package.sheets for sheet in p.extents)]
    for where in reversed(known):
        grids = _grids(package, where)
        if grids is None:
            return None
        if _text(grids, _META, where.meta["form"], 2) == where.form_id:
            return None if any(sheet in package.hidden for sheet, _ in where.cells) else (where, grids)
    return None


def _grids(package: Package, where: Positions) -> dict[str, Grid] | None:
    """The cells of the wanted sheets by the byte scanner alone."""
    grids: dict[str, Grid] = {}
    waiting: list[tuple[Grid, tuple[int, int], int, bool]] = []
    for sheet, (last_row, last_column) in where.extents.items():
        xml = package.whole(package.sheets[sheet])
        found = None if xml is None else scan(_upper_part(xml, last_row) if sheet == _META else xml, last_row, last_column)
        if found is None:
            return None
        grids[sheet] = found.cells
        waiting += [(found.cells, place, index, formula) for place, index, formula in found.waiting]
    texts = shared_strings(package, {index for _, _, index, _ in waiting}, "auto") if waiting else {}
    for grid, place, index, formula in waiting:
        if index not in texts or formula:
            return None
        grid[place] = texts[index]
    return grids


def _upper_part(xml: bytes, last_row: int) -> bytes:
    """The hidden sheet up to the rows that are wanted; below stands only the workbook's own bookkeeping."""
    cut = xml.find(b'<row r="%d"' % (last_row + 1))
    return xml if cut < 0 else xml[:cut] + b"</sheetData></worksheet>"


def _undisturbed(grids: dict[str, Grid], where: Positions) -> bool:
    """Labels in place, no tick 全零申报, a leaf of this form."""
    for sheet, row, column, text in where.labels:
        raw = grids[sheet].get((row, column))
        if raw is None or raw.text != text:
            return False
    return (
        _text(grids, _META, where.meta["form"], 2) == where.form_id
        and not _text(grids, _META, where.meta["scope"], 2)
        and not any(_text(grids, *spot) for spot in where.nil)
    )


def _text(grids: dict[str, Grid], sheet: str, row: int, column: int) -> str:
    raw = grids[sheet].get((row, column))
    return raw.text.strip() if raw is not None else ""


def _nothing_in(package: Package, sheet: str, column: str, rows: frozenset[bytes]) -> bool:
    """Whether these cells are all there, once each, and all empty; seen without taking the sheet apart."""
    xml = package.whole(package.sheets[sheet])
    if xml is None or b"<!" in xml or xml.find(b"<?", 2) >= 0:
        return False
    found = _cells(column).findall(xml)
    here = [row for row, _ in found if row in rows]
    empty = {row for row, closed in found if closed}
    return len(here) == len(rows) and rows <= empty and len(found) == xml.count(b'r="%s' % column.encode())


@lru_cache(maxsize=16)
def _cells(column: str) -> re.Pattern[bytes]:
    return re.compile(rb'<c r="%s([0-9]+)"((?: s="[0-9]+")? ?/>)?' % column.encode())


def _numbers(
    grids: dict[str, Grid], where: Positions, shape: Plan
) -> tuple[list[Number | None], dict[str, tuple[str, str]]] | None:
    """Every entry as a plain number, and the odd ones (blank, na, text) by cell with what stands there; None for doubt."""
    found: list[Number | None] = []
    odd: dict[str, tuple[str, str]] = {}
    for sheet, places in where.cells:
        grid = grids[sheet]
        for place in places:
            raw = grid.get(place)
            if raw is not None and raw.kind == "n" and not raw.formula and raw.text.isdigit():
                found.append(int(raw.text))
                continue
            cell = shape.cells[len(found)]
            number = _odd(raw, cell, shape, odd)
            if number is None and cell not in odd:
                return None
            found.append(number)
    return found, odd


def _odd(raw: Raw | None, cell: str, shape: Plan, odd: dict[str, tuple[str, str]]) -> Number | None:
    """An amount of money, or None with an entry in `odd`; None without one for what only the exact way may judge."""
    if raw is not None and (raw.formula or raw.kind in ("b", "e")):
        return None
    if raw is not None and raw.kind == "n":
        number = stored_number(raw.text)
        fits = number is not None and number >= 0 and (isinstance(number, int) or cell in shape.decimal)
        return number if fits else None
    if cell not in shape.derived:
        text = raw.text if raw is not None else ""
        read = entry(text)
        odd[cell] = ("text" if read.value is not None else str(read.state), text)
    return None


def _judged(numbers: list[Number | None], odd: dict[str, tuple[str, str]], shape: Plan) -> bool | None:
    """False: no rule on numbers can block; True: one does for certain; None: only the rules themselves can tell."""
    known = [n or 0 for n in numbers]
    if not odd and quiet(shape)(known):
        return False
    if any(state == "text" for state, _ in odd.values()):
        return True
    for b in shape.balances:
        cells = (*b.left, *b.right)
        if all(numbers[i] is not None for i in cells) and sum(known[i] for i in b.left) != sum(known[i] for i in b.right):
            return True
    return False if odd and relations_hold(shape)(known) else None


def _filled(meta: Grid, where: Positions, numbers: Sequence[Number | None], shape: Plan) -> dict[str, str] | None:
    """Totals that `fill` wrote and nobody changed since; None where the record is not as expected."""
    states = {}
    for at, row in where.filled:
        raw = meta.get((row, 2))
        if raw is not None and raw.text.strip():
            if not raw.text.strip().isdigit():
                return None
            if int(raw.text) == numbers[at]:
                states[shape.cells[at]] = "filled"
    return states


def _cover(grids: dict[str, Grid], where: Positions) -> dict[str, Any] | None:
    """The cover, where it is written as the sheet asks: the year as four digits, 是 or 否."""
    said: dict[str, Any] = {key: _text(grids, *spot) or None for key, spot in where.cover.items()}
    year, power, date = said["year"] or "", said["rule_power"], grids[where.cover["date"][0]].get(where.cover["date"][1:])
    if (
        not re.fullmatch("20[0-9]{2}", year)
        or power not in (None, *_YES, *_NO)
        or (date is not None and date.kind not in ("s", ""))
    ):
        return None
    return said | {"year": int(year), "rule_power": None if power is None else power in _YES}


def _whole_or_no_prose(boxes: dict[str, list[str]]) -> bool:
    """Every section has words, or none has (then the prose comes later); in between a rule blocks."""
    written = [any(texts) for texts in boxes.values()]
    return all(written) or not any(written)


# ── the rules on numbers, as one question: could any of them say something? ────────────────────────────────────────


@lru_cache(maxsize=8)
def quiet(shape: Plan) -> Callable[[Sequence[Number]], bool]:
    """A function that answers True only for numbers (each ≥ 0) that no rule on numbers objects to.

    Wider than the rules on purpose: a False costs time, a wrong True would hide a finding (a test holds it to that).
    """
    return _compiled([f"{_sum(b.left)} == {_sum(b.right)}" for b in shape.balances] + _terms(shape))


@lru_cache(maxsize=8)
def relations_hold(shape: Plan) -> Callable[[Sequence[Number]], bool]:
    """The same without the balances, for a report with blanks, where some balances are open."""
    return _compiled(_terms(shape))


def _compiled(terms: list[str]) -> Callable[[Sequence[Number]], bool]:
    source = "lambda n: not any(n) or (" + " and ".join(terms) + ")"
    made: Callable[[Sequence[Number]], bool] = eval(compile(source, "<rules of the form>", "eval"))
    return made


def _terms(shape: Plan) -> list[str]:
    at = {c: i for i, c in enumerate(shape.cells)}
    needed = ["applications.new.total", "applications.handled.total", "disputes.litigation_direct.total"]
    if not all(c in at for c in needed):
        return ["False"]
    terms = [f"n[{at[c]}] == 0" for c in shape.rule_power]
    terms += [f"n[{i}] < 1000" for c, i in at.items() if c in shape.decimal]
    return terms + _relations(at)


def _sum(side: Sequence[int]) -> str:
    return " + ".join(f"n[{i}]" for i in side)


def _relations(at: dict[str, int]) -> list[str]:
    """T2-NEG, T2-PUB, T2-EFF, T3-BACK, T3-OUT, T3-MISC, T3-ZERO, T4-2024, T4-CODEF, each a little wider than the rule."""
    terms = []
    for c, i in at.items():
        table, row, column = c.split(".")
        if column == "in_force" and f"{table}.{row}.issued" in at:
            terms.append(f"(n[{at[f'{table}.{row}.issued']}] == 0 or n[{i}] > 0)")
        if column == "public_total":
            terms.append(f"n[{i}] >= n[{at[f'{table}.{row}.published']}]")
        if row == "carried_in":
            terms.append(f"n[{at[f'{table}.handled.{column}']}] >= n[{i}]")
        if row == "other_rest" and column == "total":
            terms.append(f"n[{i}] < 5")
    new, old, out = (at[f"applications.{r}.total"] for r in ("new", "carried_in", "carried_out"))
    terms.append(f"2 * n[{out}] <= n[{new}]")
    disputes = [i for c, i in at.items() if c.startswith("disputes.")]
    terms.append(f"(n[{new}] + n[{old}] > 0 or not ({_sum(disputes)}))")
    return [*terms, *(f"n[{at[f'disputes.{r}.total']}] == 0" for r in ("litigation_direct", "litigation_after_review"))]


# ── positions ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
