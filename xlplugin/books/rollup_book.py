"""The roll-up workbook: the official tables with the sums, and the officer's desk behind them.

It is itself a workbook of the template, so `check` and the roll-up one level up read it like any other.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

from xlplugin.books.desk import Desk
from xlplugin.books.layout import COVER, META
from xlplugin.books.look import BAD
from xlplugin.books.patch import write_atomically
from xlplugin.books.rollup_export import write_parts
from xlplugin.books.rollup_lists import draw_adjustments, draw_ledger, draw_problems, draw_reminders, draw_years
from xlplugin.books.rollup_marks import COMPLETE, INCOMPLETE, write_marks
from xlplugin.books.rollup_overview import draw_overview
from xlplugin.books.rollup_sheet import Formats, mark_of, printed
from xlplugin.books.rollup_units import draw_origin, draw_units
from xlplugin.books.template import write_template
from xlplugin.merging.rollup import RollUp
from xlplugin.report import Report

MOST_UNITS = 2000  # above, units × cells goes to CSV and Parquet beside the workbook


def write_rollup(path: Path, rolled: RollUp, *, now: dt.datetime | None = None) -> tuple[Path, ...]:
    """Writes the workbook and answers the files written: it alone, or with units × cells beside it.

    Equal roll-ups give equal bytes for the same `now`.  Raises CannotWrite.
    """
    when = now or dt.datetime.now()
    beside = write_parts(path, rolled) if len(rolled.accepted) > MOST_UNITS else ()
    report = rolled.to_report()
    report = replace(report, cover=replace(report.cover, date=when.date().isoformat()))
    buffer = io.BytesIO()
    write_template(
        buffer,
        rolled.form_id,
        report=report,
        last_year=rolled.last_year if rolled.last_year and rolled.last_year.form_id == rolled.form_id else None,
        scope=rolled.scope,
        complete=COMPLETE if rolled.complete else INCOMPLETE,
        units=str(len(rolled.inside)),
        more=lambda desk: _draw(desk, rolled, report, when, beside),
    )
    write_atomically(path, buffer.getvalue())
    return (path, *beside)


def _draw(desk: Desk, rolled: RollUp, report: Report, when: dt.datetime, beside: tuple[Path, ...]) -> None:
    named = replace(rolled, name=report.cover.name or rolled.name)
    formats = Formats(desk.workbook)
    _mark_official(desk, named)
    write_marks(desk.page(META), rolled.marks())
    overview = draw_overview(desk, formats, named, when)
    if not beside:
        where = draw_units(desk, formats, named)
        draw_origin(desk, formats, named, where)
    else:
        draw_units(desk, formats, named, beside)
    draw_ledger(desk, formats, named)
    draw_problems(desk, formats, named)
    draw_reminders(desk, formats, named)
    draw_adjustments(desk, formats, named)
    draw_years(desk, formats, named)
    desk.page(COVER).selected = 0
    overview.activate()


def _mark_official(desk: Desk, rolled: RollUp) -> None:
    """Scope and completeness on the official sheets too, on the screen and in print."""
    for sheet, page in desk.pages.items():
        if sheet == META:
            continue
        printed(page, rolled)
        if not rolled.complete:
            page.set_tab_color(BAD)
    for table in desk.plan.tables:
        page = desk.page(table.table.sheet)
        colour = "#1B7F3B" if rolled.complete else BAD
        page.insert_textbox(
            table.first - 3,
            max(0, table.width - 4),
            mark_of(rolled),
            {
                "width": 420,
                "height": 24,
                "x_offset": 4,
                "font": {"name": "黑体", "size": 10, "color": colour},
                "align": {"vertical": "middle", "horizontal": "center"},
                "line": {"color": colour, "width": 1},
                "fill": {"color": "#FFFFFF"},
                "object_position": 3,
            },
        )
