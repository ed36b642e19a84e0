"""封面 and 正文: who reports, the ticks 全零申报, and the sections that are text."""

from __future__ import annotations

from typing import Any

from xlplugin.books.desk import Desk
from xlplugin.books.layout import BOX_ROWS, COVER, COVER_COLUMN, COVER_FIELDS, NO, PROSE, PROSE_COLUMN, YES, Spot
from xlplugin.books.look import lines_in
from xlplugin.books.prose import boxed
from xlplugin.report import LEVELS

TITLE = "政府信息公开工作年度报告"
COVER_WIDTHS = (3.0, 24.0, 40.0, 46.0)
PROSE_WIDTHS = (27.0, 88.0)
SMALL_BOX, BIG_BOX, TALLEST = 96.0, 190.0, 405.0  # points; a row is at most 409
HINTS = {
    "name": "填单位全称，如“××县××镇人民政府”。",
    "code": "18 位，在统一社会信用代码证书上。",
    "level": "从下拉表中选。",
    "parent": "把本表报给谁，就填谁。",
    "year": "填报告的年度，不是报送的年度。",
    "rule_power": "只有国务院部门、省级政府、设区的市和自治州政府等可以制定规章；其他单位选“否”。",
    "date": "如 2025-01-20。",
}
NIL_HINT = "整张表都没有发生时选“是”：空格按 0 计。不选时，空格就是没有填。"


def draw_cover(desk: Desk) -> None:
    desk.widths(COVER, COVER_WIDTHS)
    desk.put(Spot(COVER, 2, 2), TITLE, "book_title", last_column=4)
    basis = f"{desk.form.notice}　数据统计期：{desk.form.period}"
    desk.put(Spot(COVER, 3, 2), basis, "book_notice", last_column=4)
    for row, points in ((1, 12), (2, 52), (3, 22), (4, 10)):
        desk.height(COVER, row, points)
    for key, label in COVER_FIELDS:
        _field(desk, key, label)
    _nil_ticks(desk)
    last = max(s.row for s in desk.plan.nil.values())
    desk.print_setup(COVER, landscape=False, area=(2, 2, last, 4))
    first = desk.plan.cover["name"]
    desk.page(COVER).set_selection(first.row - 1, first.column - 1, first.row - 1, first.column - 1)


def _field(desk: Desk, key: str, label: str) -> None:
    spot = desk.plan.cover[key]
    desk.put(spot._replace(column=COVER_COLUMN - 1), label, "field")
    desk.put(spot, _said(desk, key), "field_number" if key == "year" else "field_entry")
    desk.put(spot._replace(column=COVER_COLUMN + 1), HINTS.get(key), "hint")
    desk.height(COVER, spot.row, 30)
    if key == "level":
        desk.choose(spot, LEVELS, label, HINTS[key])
    elif key == "rule_power":
        desk.choose(spot, (YES, NO), label, HINTS[key])
    elif key == "year":
        desk.page(COVER).data_validation(spot.row - 1, spot.column - 1, spot.row - 1, spot.column - 1, _years(desk, label))


def _said(desk: Desk, key: str) -> Any:
    value = getattr(desk.facts.report.cover, key)
    if key == "rule_power" and value is not None:
        return YES if value else NO
    return value


def _years(desk: Desk, label: str) -> dict[str, Any]:
    years = desk.form.years
    last = years.last or 2099
    span = f"{years.first}" if years.first == last else f"{years.first}—{last}" if years.last else f"{years.first} 年及以后"
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": years.first,
        "maximum": last,
        "input_title": label,
        "input_message": f"{HINTS['year']}这个表式用于报告年度 {span}。",
        "error_title": "年度不对",
        "error_message": f"这个表式用于报告年度 {span}，请填四位数字。",
    }


def _nil_ticks(desk: Desk) -> None:
    first = min(desk.plan.nil.values())
    head = first._replace(row=first.row - 1, column=COVER_COLUMN - 1)
    desk.put(head, "全零申报", "heading", last_column=COVER_COLUMN + 1)
    desk.height(COVER, head.row, 30)
    for table in desk.form.tables:
        spot = desk.plan.nil[table.key]
        desk.put(spot._replace(column=COVER_COLUMN - 1), table.sheet, "field")
        desk.put(spot, YES if table.key in desk.facts.report.cover.nil else None, "field_entry")
        desk.put(spot._replace(column=COVER_COLUMN + 1), NIL_HINT if spot == first else None, "hint")
        desk.height(COVER, spot.row, 34 if spot == first else 28)
        desk.choose(spot, (YES,), "全零申报", f"“{table.title}”全部为 0 时选“是”，表中空格按 0 计。")


def draw_prose(desk: Desk) -> None:
    desk.widths(PROSE, PROSE_WIDTHS)
    desk.put(Spot(PROSE, 1, 1), f"{TITLE}·{PROSE}", "section", last_column=2)
    advice = "每格写一部分，换行按 Alt+Enter；格子不够高时可拖大行高，内容不会丢。"
    desk.put(Spot(PROSE, 2, 1), advice, "notice", last_column=2)
    desk.height(PROSE, 1, 30)
    desk.height(PROSE, 3, 6)
    for section in (s for s in desk.form.sections if s.kind == "text"):
        boxes = desk.plan.text[section.key]
        heads = tuple(h for h, _ in boxes)
        texts = boxed(heads, desk.facts.report.text.get(section.key, ""))
        top = boxes[0][1].row - 1
        desk.put(Spot(PROSE, top, 1), section.title, "heading", last_column=2)
        desk.height(PROSE, top, 30)
        for (head, spot), text in zip(boxes, texts, strict=True):
            last_row = spot.row + BOX_ROWS - 1
            desk.put(spot._replace(column=1), head or section.title.partition("、")[2], "box_head", last_row)
            desk.put(spot, text, "box", last_row)
            needed = 10 + 17.5 * lines_in(text, PROSE_WIDTHS[1] * 0.86)
            for row in range(spot.row, last_row + 1):
                desk.height(PROSE, row, min(TALLEST, max(needed, SMALL_BOX if head else BIG_BOX) / BOX_ROWS))
    last = max(s.row for boxes in desk.plan.text.values() for _, s in boxes) + BOX_ROWS - 1
    desk.print_setup(PROSE, landscape=False, area=(1, 1, last, PROSE_COLUMN))
    desk.page(PROSE).freeze_panes(3, 0)
