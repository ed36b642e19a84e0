"""This year against last year of the same unit (DOMAIN 2.3).

Last year may be a workbook, an imported published report or the sheet 上年数据; only the comparable cells of another
form are looked at (form/crosswalk.yaml).  A blank on either side raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlplugin.checking.registry import finding
from xlplugin.checking.settings import Settings
from xlplugin.deriving import derive
from xlplugin.finding import Finding
from xlplugin.form import Form
from xlplugin.form.crosswalk import answers
from xlplugin.numerals import Number
from xlplugin.report import Report


class Pair(NamedTuple):
    """Two years of one unit: this year's form and numbers, and last year's numbers under this year's cell ids."""

    form: Form
    this: Mapping[str, Number]
    last: Mapping[str, Number]
    same_form: bool


def check_years(report: Report, last_year: Report, settings: Settings) -> tuple[Finding, ...]:
    """XY-…; nothing but XY-YEAR when the other report is not of the year before."""
    if report.year is not None and last_year.year is not None and last_year.year != report.year - 1:
        return (finding("XY-YEAR", settings=settings, seen=str(last_year.year), given=last_year.year, wanted=report.year - 1),)
    walk = answers(last_year.form_id, report.form_id)
    before = derive(last_year).numbers()
    pair = Pair(
        report.form,
        derive(report).numbers(),
        {c: before[old] for c, old in walk.items() if old in before},
        last_year.form_id == report.form_id,
    )
    found = [*_carried(pair, settings), *_pending(pair, settings)]
    if not pair.same_form:
        return (*found, finding("XY-FMT", settings=settings))
    return (
        *found,
        *_stock(pair, settings),
        *_items(pair, settings),
        *_swing(pair, settings),
        *_copy(pair, last_year, settings),
    )


def _carried(pair: Pair, settings: Settings) -> Iterable[Finding]:
    """XY-T3 column by column; the total column speaks only where the applicant columns cannot."""
    if "applications" not in pair.form.table:
        return
    compared, said = 0, False
    columns = pair.form.table["applications"].blocks[0].columns
    for column in sorted(columns, key=lambda c: c.derived):
        this, last = f"applications.carried_in.{column.key}", f"applications.carried_out.{column.key}"
        if this not in pair.this or last not in pair.last:
            continue
        if column.derived and (said or compared == len(columns) - 1):
            continue
        compared += 1
        sides = (pair.this[this], pair.last[last])
        if sides[0] != sides[1]:
            said = True
            yield finding(
                f"XY-T3.{column.key}", settings=settings, cells=(this,), sides=sides, unit="件",
                column=column.label, this=sides[0], last=sides[1],
            )  # fmt: skip


def _pending(pair: Pair, settings: Settings) -> Iterable[Finding]:
    if "disputes" not in pair.form.table:
        return
    for row in pair.form.table["disputes"].blocks[0].data_rows:
        total, pending = f"disputes.{row.key}.total", f"disputes.{row.key}.pending"
        if total in pair.this and pending in pair.last and pair.this[total] < pair.last[pending]:
            sides = (pair.this[total], pair.last[pending])
            yield finding(
                f"XY-T4.{row.key}", settings=settings, cells=(total,), sides=sides, row=row.label, this=sides[0], last=sides[1]
            )


def _stock(pair: Pair, settings: Settings) -> Iterable[Finding]:
    for row in _rows_with(pair.form, "in_force"):
        cells = tuple(f"disclosure.{row}.{c}" for c in ("issued", "repealed", "in_force"))
        if not all(c in pair.this for c in cells) or cells[2] not in pair.last:
            continue
        issued, repealed, this = (pair.this[c] for c in cells)
        should = pair.last[cells[2]] + issued - repealed
        if this != should:
            yield finding(
                f"XY-T2.{row}", settings=settings, cells=cells, sides=(this, should), unit="件", row=_label(pair.form, row),
                last=pair.last[cells[2]], issued=issued, repealed=repealed, should=should, this=this,
            )  # fmt: skip


def _items(pair: Pair, settings: Settings) -> Iterable[Finding]:
    for row in _rows_with(pair.form, "items_last_year"):
        cell, change = f"disclosure.{row}.items_last_year", f"disclosure.{row}.items_change"
        if cell not in pair.this or cell not in pair.last or change not in pair.last:
            continue
        should = pair.last[cell] + pair.last[change]
        if pair.this[cell] != should:
            yield finding(
                f"XY-ITEMS.{row}", settings=settings, cells=(cell,), sides=(pair.this[cell], should), row=_label(pair.form, row),
                last=pair.last[cell], change=pair.last[change], should=should, this=pair.this[cell],
            )  # fmt: skip


def _rows_with(form: Form, column: str) -> list[str]:
    return [c.row for c in form.cells if c.table == "disclosure" and c.column == column]


def _label(form: Form, row: str) -> str:
    return next(b.row(row).label for b in form.table["disclosure"].blocks if any(r.key == row for r in b.rows))


def _swing(pair: Pair, settings: Settings) -> Iterable[Finding]:
    """XY-SWING on counts: every count of table two, the totals of tables three and four."""
    for cell in pair.form.cells:
        if cell.decimal or cell.signed or (cell.table != "disclosure" and cell.column != "total"):
            continue
        this, last = pair.this.get(cell.id), pair.last.get(cell.id)
        if this is None or last is None or min(this, last) < settings.swing_floor:
            continue
        if this > settings.swing_ratio * last or this * settings.swing_ratio < last:
            yield finding(
                f"XY-SWING.{cell.row}.{cell.column}", settings=settings, cells=(cell.id,), sides=(this, last),
                cell=cell.label, this=this, last=last, times=_times(this, last),
            )  # fmt: skip


def _times(this: Number, last: Number) -> str:
    more = this > last
    return f"{'增至' if more else '减至'}上年的 {float(this) / float(last):.2g} 倍"


def _copy(pair: Pair, last_year: Report, settings: Settings) -> Iterable[Finding]:
    cells = [c.id for c in pair.form.cells if c.table in ("disclosure", "applications")]
    if not all(c in pair.this and c in pair.last for c in cells):
        return
    if all(pair.this[c] == pair.last[c] for c in cells) and any(pair.this[c] for c in cells):
        yield finding("XY-COPY", settings=settings, cells=tuple(cells), last_year=last_year.year or "上")
