"""How one official table is laid out on its sheet: labels, number cells, and the places of what is worked out live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlplugin.form import Balance, Block, Line, Table

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


def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class TablePlan:
    """One official table on its sheet: `first`..`last` row and `width` columns are the print area."""

    table: Table
    labels: tuple[Label, ...]
    cells: Mapping[str, Spot]
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


def _stacked(table: Table, balances: list[Balance]) -> TablePlan:
    """Blocks one under the other, as table two: title, header line, rows; narrow blocks are widened by merging."""
    width = 1 + max(len(b.columns) for b in table.blocks)
    labels: list[Label] = []
    cells: dict[str, Spot] = {}
    row = TOP
    for block in table.blocks:
        row = _stack_block(table, block, row, width, labels, cells)
    expected, marks = _beside(table, balances, cells, width)
    return TablePlan(table, tuple(labels), cells, TOP, row - 1, width, 1, 0, expected, marks, {})


def _stack_block(table: Table, block: Block, row: int, width: int, labels: list[Label], cells: dict[str, Spot]) -> int:
    if block.title:
        labels.append(Label(Spot(table.sheet, row, 1), row, width, block.title, "title"))
        row += 1
    labels.append(Label(Spot(table.sheet, row, 1), row, 1, block.row_header or "", "head"))
    for i, column in enumerate(block.columns):
        first, last = value_span(block, i, width)
        labels.append(Label(Spot(table.sheet, row, first), row, last, column.label, "head"))
    for line in block.data_rows:
        row += 1
        labels.append(Label(Spot(table.sheet, row, 1), row, 1, line.label, "row"))
        for i, column in enumerate(block.columns):
            cells[f"{table.key}.{line.key}.{column.key}"] = Spot(table.sheet, row, value_span(block, i, width)[0])
    return row + 1


def value_span(block: Block, index: int, width: int) -> tuple[int, int]:
    """First and last grid column of a block's value column; the last one takes what is left."""
    return (2 + index, width if index == len(block.columns) - 1 else 2 + index)


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


def _matrix(table: Table, balances: list[Balance]) -> TablePlan:
    """Rows by columns with up to three label columns and merged headings, as table three."""
    block = table.blocks[0]
    depth = 1 + max(r.level for r in block.rows)
    width = depth + len(block.columns)
    head = (1 if table.columns_title else 0) + (2 if any(c.group for c in block.columns) else 1)
    first_data = TOP + head
    labels = [Label(Spot(table.sheet, TOP, 1), first_data - 1, depth, table.corner_note or "", "corner")]
    labels += _matrix_heads(table, block, depth, first_data)
    rows = _row_numbers(block, first_data)
    labels += _matrix_rows(table, block, depth, rows)
    cells = {
        f"{table.key}.{r.key}.{c.key}": Spot(table.sheet, rows[r.key], depth + 1 + i)
        for r in block.data_rows
        for i, c in enumerate(block.columns)
    }
    last = max(rows.values())
    expected, marks = _beside(table, balances, cells, width)
    left_sums = _below(balances, cells, table, last, expected, marks)
    return TablePlan(table, tuple(labels), cells, TOP, last, width, depth, head, expected, marks, left_sums)


def _row_numbers(block: Block, first: int) -> dict[str, int]:
    """Heading rows share the line of their first item: （三）不予公开 stands beside 1.属于国家秘密."""
    numbers: dict[str, int] = {}
    row = first
    for line in block.rows:
        numbers[line.key] = row
        if line.kind != "header":
            row += 1
    return numbers


def _matrix_heads(table: Table, block: Block, depth: int, first_data: int) -> list[Label]:
    sheet, row, width = table.sheet, TOP, depth + len(block.columns)
    labels = []
    if table.columns_title:
        labels.append(Label(Spot(sheet, row, depth + 1), row, width, table.columns_title, "head"))
        row += 1
    for start, stop, group in _groups(block.columns):
        if group:
            labels.append(Label(Spot(sheet, row, depth + 1 + start), row, depth + stop, group, "head"))
        for i in range(start, stop):
            top = row + 1 if group else row
            labels.append(Label(Spot(sheet, top, depth + 1 + i), first_data - 1, depth + 1 + i, block.columns[i].label, "head"))
    return labels


def _groups(lines: tuple[Line, ...]) -> list[tuple[int, int, str | None]]:
    """Runs of neighbouring lines under the same heading: (start, stop, heading)."""
    runs: list[tuple[int, int, str | None]] = []
    for i, line in enumerate(lines):
        if runs and line.group and runs[-1][2] == line.group:
            runs[-1] = (runs[-1][0], i + 1, line.group)
        else:
            runs.append((i, i + 1, line.group))
    return runs


def _matrix_rows(table: Table, block: Block, depth: int, rows: Mapping[str, int]) -> list[Label]:
    labels = []
    for line in block.rows:
        first = rows[line.key]
        last = max([first, *(rows[r.key] for r in block.rows if _is_under(block, r, line.key))])
        last_column = line.level + 1 if line.kind == "header" else depth
        role = "group" if line.kind == "header" else "row"
        labels.append(Label(Spot(table.sheet, first, line.level + 1), last, last_column, line.label, role))
    return labels


def _is_under(block: Block, line: Line, ancestor: str) -> bool:
    return line.parent is not None and (line.parent == ancestor or _is_under(block, block.row(line.parent), ancestor))


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


def _side_by_side(table: Table, balances: list[Balance]) -> TablePlan:
    """The rows of the block as groups of columns over one line of numbers, as table four."""
    block = table.blocks[0]
    n, sheet = len(block.columns), table.sheet
    width, data_row = n * len(block.data_rows), TOP + 3
    labels: list[Label] = []
    cells: dict[str, Spot] = {}
    for start, stop, group in _groups(block.data_rows):
        if group:
            labels.append(Label(Spot(sheet, TOP, 1 + start * n), TOP, stop * n, group, "head"))
        for g in range(start, stop):
            _one_group(table, block.data_rows[g], g * n, bool(group), labels, cells)
    expected = {b.id: Spot(sheet, data_row + 2, cells[b.left[0]].column) for b in balances if b.defines}
    marks = {b: Spot(sheet, data_row + 3, s.column) for b, s in expected.items()}
    return TablePlan(table, tuple(labels), cells, TOP, data_row, width, 0, 3, expected, marks, {})


def _one_group(table: Table, line: Line, offset: int, grouped: bool, labels: list[Label], cells: dict[str, Spot]) -> None:
    columns = table.blocks[0].columns
    top = TOP + 1 if grouped else TOP
    labels.append(Label(Spot(table.sheet, top, offset + 1), top, offset + len(columns), line.label, "head"))
    for i, column in enumerate(columns):
        at = Spot(table.sheet, top + 1, offset + 1 + i)
        labels.append(Label(at, TOP + 2, offset + 1 + i, column.label, "head"))
        cells[f"{table.key}.{line.key}.{column.key}"] = Spot(table.sheet, TOP + 3, offset + 1 + i)


def plan_table(table: Table, balances: list[Balance]) -> TablePlan:
    """The plan of a table by the way it is printed."""
    return _PLANNERS[table.arrangement](table, balances)


_PLANNERS = {"stacked": _stacked, "matrix": _matrix, "side_by_side": _side_by_side}
