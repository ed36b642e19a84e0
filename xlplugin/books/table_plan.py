"""How one official table is laid out on its sheet: labels, number cells, and the places of what is worked out live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlplugin.books.raw import column_letters
from xlplugin.form import Balance, Table
from xlplugin.form.printed import Grid

TOP = 4  # first row of an official table; above it: verdict line, 全零申报 notice, section title
TITLE_ROW = 3


class Spot(NamedTuple):
    """A cell of the workbook."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.a1}"

    def absolute(self) -> str:
        """The spot as a formula writes it, from any sheet."""
        return f"'{self.sheet}'!${column_letters(self.column)}${self.row}"


class Bar(NamedTuple):
    """Row 1 of a table sheet: the verdict in a line, the link to the next cell that needs attention, the link to 校验.

    Each part reaches from its spot to a last column.
    """

    status: Spot
    status_last: int
    next: Spot
    next_last: int
    check: Spot
    check_last: int


class Label(NamedTuple):
    """An official label and the cells that it covers (a merge when more than one)."""

    spot: Spot
    last_row: int
    last_column: int
    text: str
    role: str  # title, corner, head, row, group: only for the look


@dataclass(frozen=True)
class TablePlan:
    """One official table on its sheet: `first`..`last` row and `width` columns are the print area."""

    table: Table
    labels: tuple[Label, ...]
    cells: Mapping[str, Spot]
    spans: Mapping[str, int]  # cell id → last column that the number covers
    first: int
    last: int
    width: int
    label_columns: int
    header_rows: int
    expected: Mapping[str, Spot]  # balance id → where the sum of its right side is shown
    marks: Mapping[str, Spot]  # balance id → where 通过／不平／未填 is shown
    left_sums: Mapping[str, Spot]  # printed balance id → where its left side is shown

    @property
    def bar(self) -> Bar:
        sheet, width = self.table.sheet, self.width
        middle = max(1, width // 2)
        third = middle + max(1, (width - middle) // 2)
        return Bar(Spot(sheet, 1, 1), middle, Spot(sheet, 1, middle + 1), third, Spot(sheet, 1, third + 1), max(third + 1, width))

    @property
    def nil_notice(self) -> Spot:
        """Where the sheet says that its blanks count as 0."""
        return Spot(self.table.sheet, 2, 1)


def plan_table(grid: Grid, balances: list[Balance]) -> TablePlan:
    """The printed grid of a table put on its sheet, with room for what is worked out beside and under it."""
    table, sheet = grid.table, grid.table.sheet
    cells = {cell: Spot(sheet, TOP - 1 + area.row, area.column) for cell, area in grid.cells.items()}
    last = TOP - 1 + grid.height
    labels = tuple(
        Label(Spot(sheet, TOP - 1 + a.row, a.column), TOP - 1 + a.last_row, a.last_column, text, role)
        for a, text, role in grid.labels
    )
    if table.arrangement == "side_by_side":
        expected, marks = _under(sheet, balances, cells, last)
    else:
        expected, marks = _beside(table, balances, cells, grid.width)
    left_sums = _below(balances, cells, table, last, expected, marks)
    spans = {cell: area.last_column for cell, area in grid.cells.items()}
    return TablePlan(
        table, labels, cells, spans, TOP, last, grid.width, grid.label_columns, grid.header_rows, expected, marks, left_sums
    )


def _under(sheet: str, balances: list[Balance], cells: Mapping[str, Spot], last: int) -> tuple[dict[str, Spot], dict[str, Spot]]:
    """Totals of table four: expected value and mark under the total itself."""
    columns = {b.id: cells[b.left[0]].column for b in balances if b.defines}
    return {b: Spot(sheet, last + 2, c) for b, c in columns.items()}, {b: Spot(sheet, last + 3, c) for b, c in columns.items()}


def _beside(
    table: Table, balances: list[Balance], cells: Mapping[str, Spot], width: int
) -> tuple[dict[str, Spot], dict[str, Spot]]:
    """Row totals: expected value and mark in the two columns after a gap column, on the total's own row."""
    expected, marks = {}, {}
    for balance in balances:
        if balance.defines and _is_row_total(table, balance):
            at = cells[balance.defines]
            expected[balance.id] = Spot(table.sheet, at.row, width + 2)
            marks[balance.id] = Spot(table.sheet, at.row, width + 3)
    return expected, marks


def _is_row_total(table: Table, balance: Balance) -> bool:
    row = balance.left[0].split(".")[1]
    return all(c.split(".")[1] == row for c in balance.right)


def _below(
    balances: list[Balance],
    cells: Mapping[str, Spot],
    table: Table,
    last: int,
    expected: dict[str, Spot],
    marks: dict[str, Spot],
) -> dict[str, Spot]:
    """Column balances stand under the table: first the column totals (expected, mark), then the printed one (left, right, mark)."""
    left_sums: dict[str, Spot] = {}
    totals = [b for b in balances if b.id not in expected and b.defines]
    printed = [b for b in balances if not b.defines]
    for b in totals:
        column = cells[b.left[0]].column
        expected[b.id], marks[b.id] = Spot(table.sheet, last + 2, column), Spot(table.sheet, last + 3, column)
    below = last + (5 if totals else 2)
    for i, rule in enumerate(dict.fromkeys(b.rule for b in printed)):
        for b in (b for b in printed if b.rule == rule):
            column, row = cells[b.left[0]].column, below + 3 * i
            left_sums[b.id] = Spot(table.sheet, row, column)
            expected[b.id], marks[b.id] = Spot(table.sheet, row + 1, column), Spot(table.sheet, row + 2, column)
    return left_sums
