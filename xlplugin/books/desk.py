"""What every sheet of the template is drawn with: the workbook, its look, its layout and the live values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.worksheet import Worksheet

from xlplugin.books.layout import Layout, Spot
from xlplugin.books.live import Facts, Live, Totals
from xlplugin.books.look import Look
from xlplugin.books.ranges import Rectangle
from xlplugin.form import Form

PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
}


class Page(Worksheet):
    """A sheet whose formulas are written as they stand.

    XlsxWriter searches each for thirty functions of newer programs, to mark them as such, which took two fifths of the
    time of writing a workbook.  The template keeps to functions that every program knows.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


@dataclass(frozen=True)
class Desk:
    """Draws by spots that count from 1; XlsxWriter counts from 0."""

    workbook: Any
    look: Look
    form: Form
    plan: Layout
    facts: Facts
    totals: Totals
    lives: Mapping[Spot, Live]
    pages: dict[str, Any] = field(default_factory=dict)

    def page(self, sheet: str) -> Any:
        return self.pages[sheet]

    def put(self, spot: Spot, value: object, style: str, last_row: int = 0, last_column: int = 0, **more: Any) -> None:
        """A value in a cell, or over a merged rectangle; None and "" leave it blank."""
        page, made = self.page(spot.sheet), self.look(style, **more)
        row, column = spot.row - 1, spot.column - 1
        last_row, last_column = max(spot.row, last_row) - 1, max(spot.column, last_column) - 1
        if (row, column) != (last_row, last_column):
            page.merge_range(row, column, last_row, last_column, "", made)
        if value is None or value == "":
            page.write_blank(row, column, None, made)
        elif isinstance(value, str):
            page.write_string(row, column, value, made)
        else:
            page.write_number(row, column, value, made)

    def live(self, spot: Spot, style: str, last_column: int = 0, last_row: int = 0, **more: Any) -> None:
        """The formula that belongs at a spot, with the value that it must show."""
        live, made = self.lives[spot], self.look(style, **more)
        row, column = spot.row - 1, spot.column - 1
        if last_column > spot.column or last_row > spot.row:
            area = row, column, max(spot.row, last_row) - 1, max(spot.column, last_column) - 1
            self.page(spot.sheet).merge_range(*area, "", made)
        value = live.value(self.facts)
        self.page(spot.sheet).write_formula(row, column, live.formula, made, value)

    def link(self, spot: Spot, to: Spot, text: str, style: str, last_column: int = 0) -> None:
        """A link to another place of the workbook."""
        page, made = self.page(spot.sheet), self.look(style)
        if last_column > spot.column:
            page.merge_range(spot.row - 1, spot.column - 1, spot.row - 1, last_column - 1, "", made)
        page.write_url(spot.row - 1, spot.column - 1, f"internal:'{to.sheet}'!{to.a1}", made, text, f"转到 {to.sheet} {to.a1}")

    def paint(self, area: Rectangle, criteria: str, style: str) -> None:
        """A conditional format; `criteria` is a formula as it stands for the first cell of the area."""
        rule = {"type": "formula", "criteria": f"={criteria}", "format": self.look(style)}
        self.page(area.sheet).conditional_format(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, rule)

    def choose(self, spot: Spot, choices: tuple[str, ...], title: str, prompt: str) -> None:
        """A cell that takes one of these words, or nothing."""
        rule = {
            "validate": "list",
            "source": list(choices),
            "input_title": title[:32],
            "input_message": prompt[:255],
            "error_title": "请从下拉表中选择",
            "error_message": f"这里只能选：{'、'.join(choices)}。"[:255],
        }
        self.page(spot.sheet).data_validation(spot.row - 1, spot.column - 1, spot.row - 1, spot.column - 1, rule)

    def widths(self, sheet: str, widths: tuple[float, ...]) -> None:
        for i, width in enumerate(widths):
            self.page(sheet).set_column(i, i, width)

    def height(self, sheet: str, row: int, points: float) -> None:
        self.page(sheet).set_row(row - 1, points)

    def print_setup(self, sheet: str, *, landscape: bool, area: tuple[int, int, int, int], pages: int = 0) -> None:
        """A4, one page wide and `pages` high (0: as many as it takes), page number as on official papers, the unit's
        name at the top when it is known.  `area` is top, left, bottom, right."""
        page = self.page(sheet)
        page.set_paper(9)
        page.set_landscape() if landscape else page.set_portrait()
        page.set_margins(left=0.6, right=0.6, top=0.85, bottom=0.75)
        page.fit_to_pages(1, pages)
        page.center_horizontally()
        name = (self.facts.report.cover.name or "").replace("&", "&&")
        if name:
            page.set_header(f'&L&"{_FONT}"&9{_apart(name)}')
        page.set_footer(f'&C&"{_FONT}"&10- &P -')
        top, left, bottom, right = area
        page.print_area(top - 1, left - 1, bottom - 1, right - 1)


_FONT = "宋体,Regular"


def _apart(name: str) -> str:
    """A name that begins with a digit must not run into the font size before it."""
    return f" {name}" if name[:1].isdigit() else name
