"""The form → an empty or prefilled workbook, with live checks in native formulas and no macros needed."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from xlplugin.books.desk import PROTECTION, Desk, Page
from xlplugin.books.layout import CHECK, COVER, MARKS_ROOM, META, META_MARKS, VERSION, Spot, layout
from xlplugin.books.live import Facts, Totals, live_cells, nil_name
from xlplugin.books.look import BASE, Look
from xlplugin.books.patch import write_atomically
from xlplugin.books.template_check import draw_check, draw_counted, draw_last_year, draw_meta
from xlplugin.books.template_cover import TITLE, draw_cover, draw_prose
from xlplugin.books.template_guide import draw_guide
from xlplugin.books.template_paint import filled_name, mark_name
from xlplugin.books.template_tables import draw_tables
from xlplugin.deriving import expected
from xlplugin.form import Form
from xlplugin.form import form as form_of
from xlplugin.numerals import Entry, Number, State
from xlplugin.report import Report

STATUS_NAME = "xxgk.status"
BUTTONS_ROW, BUTTONS_HEIGHT = 2, 57.0  # on 校验, in points; without macros the row is a thin gap
BUTTONS_ABREAST = 4  # so all stand within one wide column: across an edge LibreOffice would stretch one of them
TAB_COLOURS = {COVER: "#1F5FBF", CHECK: "#1B7F3B"}


def write_template(
    target: Path | str | IO[bytes],
    form_id: str,
    *,
    totals: Totals = "typed",
    report: Report | None = None,
    last_year: Report | None = None,
    macros: bool = False,
    scope: str | None = None,
    complete: str | None = None,
    units: str | None = None,
    more: Callable[[Desk], None] | None = None,
) -> None:
    """Write a workbook of the form, blank or prefilled from a report; equal arguments give equal bytes.

    Numbers become numbers, texts and “/” stay as they were seen, blank and unread cells stay blank; totals that
    `fill` wrote are remembered as such.  With `totals="formula"` the totals are locked formulas.  `last_year` fills
    上年数据.  `scope`, `complete` and `units` are kept on the hidden sheet by a roll-up, and `more` may add its sheets.
    Raises UnknownForm, CannotWrite.
    """
    form = form_of(form_id)
    meta = {"scope": scope, "complete": complete, "units": units}
    data = _built(form, totals, report or Report(form_id), last_year, {k: v for k, v in meta.items() if v}, macros, more)
    if isinstance(target, (str, Path)):
        write_atomically(Path(target), data)
    else:
        target.write(data)


def _built(
    form: Form,
    totals: Totals,
    report: Report,
    last_year: Report | None,
    meta: Mapping[str, str],
    macros: bool,
    more: Callable[[Desk], None] | None,
) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "default_format_properties": dict(BASE)}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": TITLE, "subject": form.notice, "created": issue_date(form)})
    book.set_size(24000, 14000)
    before = last_year.numbers() if last_year else {}
    desk = _desk(book, form, totals, formula_totals(report) if totals == "formula" else report, before)
    _draw(desk, before, {"form": form.id, "version": VERSION, "fingerprint": desk.plan.fingerprint, "totals": totals, **meta})
    desk.page(COVER).activate()
    if more:
        more(desk)
    _define_names(book, desk)
    for page in desk.pages.values():
        page.protect("", PROTECTION)
        page.hide_gridlines(2)
    if macros:
        return _with_macros(book, desk, buffer)
    book.close()
    return buffer.getvalue()


def issue_date(form: Form) -> dt.datetime:
    """The date of the notice, so that the same form gives the same file on every day."""
    parts = [int(p) for p in re.findall(r"\d+", form.issued)]
    year, month, day = (*parts, 1, 1)[:3]
    return dt.datetime(year, month, day)


def formula_totals(report: Report) -> Report:
    """The report as a workbook whose totals are formulas holds it: what was typed there gives way to the sum."""
    form = report.form
    inputs = Report(report.form_id, report.cover, {c: e for c, e in report.entries.items() if not form.cell[c].derived})
    should = expected(form, inputs.numbers())
    return report.with_entries({c: Entry(should.get(c), State.FORMULA) for c in form.derived})


def _desk(book: Any, form: Form, totals: Totals, report: Report, last_year: Mapping[str, Number]) -> Desk:
    plan = layout(form.id)
    lives = {live.spot: live for live in live_cells(form.id, totals)}
    desk = Desk(book, Look(book), form, plan, Facts(report, last_year), totals, lives)
    for sheet in plan.sheets:
        desk.pages[sheet] = book.add_worksheet(sheet, Page)
        if sheet in TAB_COLOURS:
            desk.pages[sheet].set_tab_color(TAB_COLOURS[sheet])
    return desk


def _draw(desk: Desk, last_year: Mapping[str, Number], meta: Mapping[str, str]) -> None:
    draw_cover(desk)
    draw_guide(desk)
    draw_prose(desk)
    draw_tables(desk)
    draw_check(desk)
    draw_last_year(desk, last_year)
    draw_meta(desk, meta)
    draw_counted(desk)


def _define_names(book: Any, desk: Desk) -> None:
    """Cell ids are the names of their cells; the formulas use the names of the ticks."""
    plan = desk.plan
    for cell, spot in plan.cells.items():
        book.define_name(cell, f"={spot.absolute()}")
    for table in plan.tables:
        for balance, spot in table.expected.items():
            defines = desk.form.balance[balance].defines
            if defines and balance == _first_definition(desk.form, defines):
                book.define_name(f"expected.{defines}", f"={spot.absolute()}")
    for cell, spot in plan.filled.items():
        book.define_name(filled_name(cell), f"={spot.absolute()}")
    for key, spot in plan.nil.items():
        book.define_name(nil_name(key), f"={spot.absolute()}")
    for kind, column in META_MARKS.items():
        first, last = Spot(META, 2, column), Spot(META, 1 + MARKS_ROOM, column)
        book.define_name(mark_name(kind), f"={first.absolute()}:{last.absolute().rpartition('!')[2]}")
    book.define_name(STATUS_NAME, f"={plan.status.absolute()}")


def _first_definition(form: Form, cell: str) -> str:
    return next(b.id for b in form.balances if b.defines == cell)


def _with_macros(book: Any, desk: Desk, buffer: io.BytesIO) -> bytes:
    """The same workbook with buttons at the top of 校验, where they stay in view, as an .xlsm."""
    from xlplugin.books.addin import add_macros, finish

    desk.height(CHECK, BUTTONS_ROW, BUTTONS_HEIGHT)
    add_macros(book, desk.page(CHECK), BUTTONS_ROW - 1, desk.plan.status.column - 1, per_row=BUTTONS_ABREAST)
    book.close()
    return finish(buffer.getvalue())


__all__ = ["STATUS_NAME", "formula_totals", "issue_date", "write_template"]
