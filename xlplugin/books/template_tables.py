"""The three table sheets: the official table as it is printed, and beside it what is worked out live."""

from __future__ import annotations

from collections.abc import Iterable

from xlplugin.balancing import Verdict
from xlplugin.books.desk import Desk
from xlplugin.books.layout import CHECK, TITLE_ROW, Label, Spot, TablePlan, column_letters
from xlplugin.books.look import LINE_HEIGHT, NARROW_NUMBER_WIDTH, NUMBER_WIDTH, lines_in, text_width
from xlplugin.books.ranges import rectangles
from xlplugin.books.template_entries import draw_entries
from xlplugin.books.template_paint import paint_table
from xlplugin.form import Block, Form

UPRIGHT_ROWS = 6  # a group over so many rows is written upright
STACKED_WIDTHS = (36.0, 21.0)  # label column, number columns
MOST_ROWS_ON_A_PAGE = 45  # a longer table runs on, its head repeated
ASIDE = ("应为", "校验")
ASIDE_TITLE = "自动校验（不打印）"


def draw_tables(desk: Desk) -> None:
    for plan in desk.plan.tables:
        _draw_bar(desk, plan)
        _draw_labels(desk, plan)
        draw_entries(desk, plan)
        _draw_aside(desk, plan)
        paint_table(desk, plan)
        _set_up(desk, plan)


def _draw_bar(desk: Desk, plan: TablePlan) -> None:
    bar, sheet = plan.bar, plan.table.sheet
    desk.live(bar.status, "bar_status", bar.status_last)
    desk.live(bar.next, "bar_link", bar.next_last)
    desk.link(bar.check, desk.plan.status, f"{CHECK} ▶", "bar_link", bar.check_last)
    desk.live(plan.nil_notice, "notice")
    desk.put(Spot(sheet, TITLE_ROW, 1), plan.table.title, "section", last_column=plan.width)
    desk.height(sheet, 1, 24)
    desk.height(sheet, 2, 16)
    desk.height(sheet, TITLE_ROW, 27)
    status = rectangles([bar.status])[0]
    for verdict, style in ((Verdict.PASS, "if_good_row"), (Verdict.BROKEN, "if_bad_row")):
        desk.paint(status, f'LEFT(${column_letters(bar.status.column)}$1,2)="{verdict}"', style)


def _draw_labels(desk: Desk, plan: TablePlan) -> None:
    widths = column_widths(plan)
    heights: dict[int, int] = {}
    for label in plan.labels:
        style = _label_style(label, plan)
        desk.put(label.spot, label.text, style, label.last_row, label.last_column)
        if label.last_row == label.spot.row and style != "group_upright":
            room = sum(widths[label.spot.column - 1 : label.last_column])
            heights[label.spot.row] = max(heights.get(label.spot.row, 1), lines_in(label.text, room))
    for row in range(plan.first, plan.last + 1):
        desk.height(plan.table.sheet, row, 6 + LINE_HEIGHT * heights.get(row, 1) * (0.92 if heights.get(row, 1) > 1 else 1))
    if plan.table.arrangement == "side_by_side":
        desk.height(plan.table.sheet, plan.last, 30)


def _label_style(label: Label, plan: TablePlan) -> str:
    if label.role == "group" and label.spot.column == 1 and label.last_row - label.spot.row >= UPRIGHT_ROWS:
        return "group_upright"
    if label.role == "row" and label.spot.column == 1 and plan.label_columns > 1:
        return "row_top"
    return label.role


def column_widths(plan: TablePlan) -> tuple[float, ...]:
    """Of the table's own columns: numbers take eight digits, label columns what their longest label needs in two lines."""
    if plan.table.arrangement == "stacked":
        first, other = STACKED_WIDTHS
        return (first, *[other] * (plan.width - 1))
    if plan.table.arrangement == "side_by_side":
        return tuple([NARROW_NUMBER_WIDTH] * plan.width)
    labels = tuple(_label_width(plan, c) for c in range(1, plan.label_columns + 1))
    return (*labels, *[NUMBER_WIDTH] * (plan.width - plan.label_columns))


def _label_width(plan: TablePlan, column: int) -> float:
    own = [x for x in plan.labels if x.spot.column == column == x.last_column and x.role in ("row", "group")]
    own = [x for x in own if _label_style(x, plan) != "group_upright"]
    longest = max((text_width(x.text) for x in own), default=0)
    if column < plan.label_columns:
        return min(18.0, max(5.5, longest + 2))
    return min(42.0, max(22.0, longest + 2))


def _draw_aside(desk: Desk, plan: TablePlan) -> None:
    """Beside row totals: what they should be, and the verdict.  Under the table: the same for the columns."""
    _aside_heads(desk, plan)
    for b, spot in plan.expected.items():
        desk.live(spot, "aside")
        desk.live(plan.marks[b], "aside_mark")
        if b in plan.left_sums:
            desk.live(plan.left_sums[b], "aside")
    for row, text in _labels_below(desk.form, plan).items():
        if plan.label_columns:
            desk.put(Spot(plan.table.sheet, row, 1), text, "aside_label", last_column=plan.label_columns)
            room = sum(column_widths(plan)[: plan.label_columns])
            desk.height(plan.table.sheet, row, 2 + LINE_HEIGHT * lines_in(text, room))


def _aside_heads(desk: Desk, plan: TablePlan) -> None:
    sheet, beside = plan.table.sheet, plan.width + 2
    if any(s.column == beside for s in plan.expected.values()):
        top = plan.first + plan.header_rows - 1
        desk.put(Spot(sheet, plan.first, beside), ASIDE_TITLE, "aside_head", max(plan.first, top - 1), beside + 1)
        for i, word in enumerate(ASIDE):
            desk.put(Spot(sheet, top, beside + i), word, "aside_head")
        desk.widths(sheet, (*column_widths(plan), 2.5, NUMBER_WIDTH, 8.5))
        return
    desk.widths(sheet, column_widths(plan))
    if plan.expected and not plan.label_columns:
        _label_groups(desk, plan)


def _label_groups(desk: Desk, plan: TablePlan) -> None:
    """Where there is no label column, the words stand left of each expected value."""
    for b, spot in plan.expected.items():
        for at, word in ((spot, ASIDE[0]), (plan.marks[b], ASIDE[1])):
            if at.column > 1:
                desk.put(at._replace(column=at.column - 1), word, "aside_label")


def _labels_below(form: Form, plan: TablePlan) -> dict[int, str]:
    """Row under the table → what stands in it, in the words of the form's own rows."""
    said: dict[int, str] = {}
    for b in (form.balance[i] for i in plan.marks):
        expected = plan.expected[b.id]
        if expected.row <= plan.last:
            continue
        if b.defines:
            said[expected.row] = f"{_rows(form, b.left)} {ASIDE[0]}"
        else:
            said[plan.left_sums[b.id].row] = _rows(form, b.left)
            said[expected.row] = _rows(form, b.right)
        said[plan.marks[b.id].row] = ASIDE[1]
    return said


def _rows(form: Form, cells: Iterable[str]) -> str:
    """The labels of the rows of these cells, joined by ＋."""
    return "＋".join(_block_of(form, c).row(form.cell[c].row).label for c in cells)


def _block_of(form: Form, cell: str) -> Block:
    said = form.cell[cell]
    return next(b for b in form.table[said.table].blocks if b.key == said.block)


def _set_up(desk: Desk, plan: TablePlan) -> None:
    sheet, table = plan.table.sheet, plan.table
    page = desk.page(sheet)
    landscape = table.arrangement != "stacked"
    pages = 1 if plan.last <= MOST_ROWS_ON_A_PAGE else 0
    desk.print_setup(sheet, landscape=landscape, area=(TITLE_ROW, 1, plan.last, plan.width), pages=pages)
    head = plan.first + plan.header_rows - 1
    if plan.header_rows:
        page.repeat_rows(plan.first - 1, head - 1)
    page.freeze_panes(head, plan.label_columns)
    first = min(plan.cells.values(), key=lambda s: (s.row, s.column))
    page.set_selection(first.row - 1, first.column - 1, first.row - 1, first.column - 1)
