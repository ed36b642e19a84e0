"""The quick way for a clean workbook of the template; the first doubt answers None, and the exact way decides.

Clean means: every official label in its place, every entry a plain number, blank or text, no formula, no
explanation, no last year's figures.  Then it can be said without the rule book whether a finding will block; the
findings themselves are looked for when somebody asks (`resolved`): for the list of problems, for a notice.
Knows positions only from the layout, kept as plain tuples so that form and rule book need not be loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from xlplugin.books.package import Package, Stored, open_package
from xlplugin.books.raw import Grid, Raw
from xlplugin.books.rollup_positions import Positions, positions
from xlplugin.books.scan import scan
from xlplugin.books.strings import shared_strings
from xlplugin.merging.dates import iso_date
from xlplugin.merging.filed import Filed, Number, pack
from xlplugin.merging.plan import Plan, plan
from xlplugin.merging.quiet import quiet, relations_hold
from xlplugin.numerals import entry, stored_number

_META = "_meta"
_YES, _NO = ("是",), ("否",)


def take_lean(data: bytes, file: str, *, size: int, mtime: int) -> Filed | None:
    """A clean workbook as a Filed whose prose is still to be checked; None for any other.  Raises UnreadableSource."""
    package = open_package(data)
    opened = _opened(package)
    if opened is None:
        return None
    where, grids = opened
    if not _undisturbed(grids, where) or not all(_nothing_in(package, where.form_id, *blank) for blank in where.blank):
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
        states=states | {cell: state for cell, (state, _) in odd.items() if state != "number"},
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
    from xlplugin.checking.copying import SECTIONS
    from xlplugin.finding import causes
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
    prose = {k: text[k] for k in SECTIONS if text.get(k)}
    return replace(filed, findings=causes(check(report, locate=False)), prose=prose, deferred={})


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


_bare: set[tuple[str, str, Stored]] = set()
_MOST_BARE = 64


def _nothing_in(package: Package, form_id: str, sheet: str, column: str, rows: frozenset[bytes]) -> bool:
    """Whether these cells are all there, once each, and all empty; seen without taking the sheet apart.

    Units that report the same (most: nothing) often have the very same sheet; that is looked into once.
    """
    key = (form_id, sheet, package.stored(package.sheets[sheet]))
    if key in _bare:
        return True
    bare = _seen_bare(package, sheet, column, rows)
    if bare:
        if len(_bare) >= _MOST_BARE:
            _bare.clear()
        _bare.add(key)
    return bare


def _seen_bare(package: Package, sheet: str, column: str, rows: frozenset[bytes]) -> bool:
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
    """Every entry as a plain number, and the odd ones (blank, na, text, digits stored as text) by cell with what stands there;
    None for doubt."""
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
    """An amount of money or digits stored as text, or None with an entry in `odd`; None without one for what only the exact
    way may judge."""
    if raw is not None and (raw.formula or raw.kind in ("b", "e")):
        return None
    if raw is not None and raw.kind == "n":
        number = stored_number(raw.text)
        fits = number is not None and number >= 0 and (isinstance(number, int) or cell in shape.decimal)
        return number if fits else None
    if cell not in shape.derived:
        text = raw.text if raw is not None else ""
        read = entry(text)
        if read.value is None:
            odd[cell] = (str(read.state), text)
        elif isinstance(read.value, int) and read.value >= 0:  # digits stored as text
            odd[cell] = (str(read.state), text)
            return read.value
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
