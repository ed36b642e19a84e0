"""总览: the state of the campaign on one printed page: who filed, what is lacking, the main figures, charts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlplugin.books.desk import Desk
from xlplugin.books.look import BAD, GOOD, OPEN
from xlplugin.books.rollup_sheet import LEDGER, OVERVIEW, PROBLEMS, REMINDERS, Formats, Sheet
from xlplugin.finding import Severity
from xlplugin.merging.filed import Number, unpack
from xlplugin.merging.guards import late_units
from xlplugin.merging.intake import Outcome
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import RollUp, states

_SHOWN = (
    "disclosure.normative_documents.in_force",
    "disclosure.licences.decisions",
    "disclosure.penalties.decisions",
    "disclosure.fees.amount",
    "applications.new.total",
    "applications.handled.total",
    "applications.carried_out.total",
    "disputes.review.total",
)
_DATA = 15  # first of the hidden columns with the charts' numbers, right of the printed page
_CARDS, _FIGURES, _CHARTS = 3, 8, 19  # rows where the parts begin
_LIGHT = {"good": "●", "open": "●", "bad": "●"}
_BLUE, _GREY = "#2F6DB5", "#B8C4D3"


def draw_overview(desk: Desk, formats: Formats, rolled: RollUp, when: dt.datetime) -> Any:
    """Draws the sheet and gives it back, so that the workbook opens on it."""
    sheet = Sheet(desk, formats, OVERVIEW, rolled, landscape=False)
    sheet.page.center_horizontally()
    page = sheet.page
    sheet.widths([11.3] * 12)
    title = f"{rolled.name or ''}{rolled.year}年度政府信息公开工作年度报告汇总"
    page.write_string(0, 0, title, formats("title"))
    sheet.marked(11)
    page.write_string(
        2, 0, f"统计口径：{rolled.scope}　　汇总时间：{when:%Y-%m-%d %H:%M}　　收到文件 {len(rolled.ledger)} 个", formats("note")
    )
    _cards(sheet, rolled)
    _figures(sheet, rolled)
    _to_do(sheet, rolled)
    _charts(desk, sheet, rolled)
    page.set_column(_DATA, _DATA + 8, None, None, {"hidden": True})
    page.fit_to_pages(1, 1)
    page.print_area(0, 0, _CHARTS + 32, 11)
    page.freeze_panes(2, 0)
    return page


def _cards(sheet: Sheet, rolled: RollUp) -> None:
    """Six numbers: how many should file, count, came back, are missing, were late, want an explanation."""
    counts = states(rolled)
    owing = sum(e.cause == "RU-NOTE" for e in rolled.ledger)
    unread = counts[Outcome.UNREADABLE] + counts[Outcome.OUT_OF_SCOPE]
    cards: tuple[tuple[str, int, str, str], ...] = (
        ("应报单位" if rolled.roster else "交表单位", rolled.awaited, "#1F3A5F", ""),
        ("已汇总", len(rolled.accepted), GOOD, LEDGER),
        ("退回待改", len(rolled.returned_units), BAD if rolled.returned_units else GOOD, LEDGER),
        ("缺报", len(rolled.silent), BAD if rolled.silent else GOOD, REMINDERS),
        ("迟报", len(late_units(rolled)), OPEN if late_units(rolled) else GOOD, PROBLEMS),
        ("待补说明", owing, OPEN if owing else GOOD, PROBLEMS),
    )
    page = sheet.page
    page.set_row(_CARDS, 21)
    page.set_row(_CARDS + 1, 42)
    for i, (words, number, colour, leads) in enumerate(cards):
        first, last = i * 2, i * 2 + 1
        page.merge_range(_CARDS, first, _CARDS, last, words, sheet.formats("big_head"))
        page.merge_range(_CARDS + 1, first, _CARDS + 1, last, number, sheet.formats("big", font_color=colour))
        if leads:
            page.write_url(_CARDS, first, f"internal:'{leads}'!A1", sheet.formats("big_head"), words, f"看“{leads}”")
    aside = f"另有读不出来、不属于本次汇总的文件 {unread} 个，重复或被取代的 {counts[Outcome.DUPLICATE] + counts[Outcome.SUPERSEDED]} 个，见“{LEDGER}”。"
    page.set_row(_CARDS + 2, 20)
    page.write_string(_CARDS + 2, 0, aside, sheet.formats("note"))


def _figures(sheet: Sheet, rolled: RollUp) -> None:
    """The main sums beside last year's, each with a light: complete, or who is open."""
    page, shape = sheet.page, plan(rolled.form_id)
    page.set_row(_FIGURES - 1, 24)
    page.merge_range(_FIGURES - 1, 0, _FIGURES - 1, 6, "主要数字", sheet.formats("heading"))
    for (first, last), words in zip(((0, 3), (4, 4), (5, 5), (6, 6)), ("项目", "本年", "上年", "状态"), strict=True):
        _cell(sheet, _FIGURES, first, last, words, "head")
    before = rolled.last_year.numbers() if rolled.last_year else {}
    for i, cell in enumerate(main_cells(rolled.form_id)):
        row, merged = _FIGURES + 1 + i, rolled.cells[cell]
        page.set_row(row, 31)
        _cell(sheet, row, 0, 3, _last_steps(shape.label(cell)), "text")
        sheet.put(row, 4, merged.total, "money", bold=True)
        sheet.put(row, 5, before.get(cell), "money") if before else sheet.put(row, 5, "—", "middle")
        state = "open" if merged.open else "good" if rolled.complete else "open"
        words = f"{len(merged.open)} 户未填" if merged.open else "完整" if rolled.complete else "未齐"
        sheet.put(row, 6, f"{_LIGHT[state]} {words}", state)


def _last_steps(label: str) -> str:
    """The end of a label's path, enough to tell the main figures apart."""
    return "／".join(label.partition("·")[2].split("／")[-2:])


def main_cells(form_id: str) -> tuple[str, ...]:
    """The figures an officer is asked for first; of a form that lacks them, the first eight."""
    cells = plan(form_id).cells
    shown = tuple(c for c in _SHOWN if c in cells)
    return shown if len(shown) >= 4 else cells[:8]


def _cell(sheet: Sheet, row: int, first: int, last: int, words: str, style: str, **more: Any) -> None:
    if first == last:
        sheet.put(row, first, words, style, **more)
    else:
        sheet.page.merge_range(row, first, row, last, words, sheet.formats(style, **more))


def _to_do(sheet: Sheet, rolled: RollUp) -> None:
    """Traffic lights: what still stops the roll-up, in the order to work through."""
    page = sheet.page
    page.merge_range(_FIGURES - 1, 7, _FIGURES - 1, 11, "待办（按轻重）", sheet.formats("heading"))
    sheet.put(_FIGURES, 7, "级别", "head")
    _cell(sheet, _FIGURES, 8, 11, "事项", "head")
    grave = {Severity.FORCED: "bad", Severity.EXPLAIN: "open", Severity.VERIFY: "open", Severity.NOTICE: "good"}
    by_rule: dict[str, list[Any]] = {}
    for found in rolled.findings:
        by_rule.setdefault(found.family, []).append(found)
    lines = [
        (fs[0].severity, fs[0].message if len(fs) == 1 else f"{_title(rule)}：{len(fs)} 处，见“{PROBLEMS}”")
        for rule, fs in by_rule.items()
    ]
    for i in range(len(main_cells(rolled.form_id))):
        row = _FIGURES + 1 + i
        if i < len(lines):
            severity, words = lines[i]
            sheet.put(row, 7, f"● {severity}", grave[severity])
            _cell(sheet, row, 8, 11, words if len(words) < 58 else words[:56] + "…", "text", font_size=9)
        else:
            sheet.put(row, 7, "● 无" if i == 0 else None, "good")
            _cell(sheet, row, 8, 11, "没有待办" if i == 0 else "", "text")


def _title(rule_id: str) -> str:
    from xlplugin.merging.rules import RU_RULES

    return next((r.title[0] for r in RU_RULES if r.id == rule_id), rule_id)


def _charts(desk: Desk, sheet: Sheet, rolled: RollUp) -> None:
    """Filing state as a ring, the units with most applications as bars, main figures against last year as columns."""
    counts = states(rolled)
    ring: list[tuple[str, Number, str]] = [
        ("已汇总", len(rolled.accepted), GOOD),
        ("退回待改", len(rolled.returned_units), BAD),
        ("缺报", len(rolled.silent), "#D9A400"),
        ("读不出来", counts[Outcome.UNREADABLE], "#7A869A"),
    ]
    _ring(desk, sheet, [r for r in ring if r[1]])
    _bars(desk, sheet, rolled)
    _columns(desk, sheet, rolled)


def _series(sheet: Sheet, column: int, rows: list[tuple[Any, ...]]) -> None:
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.put(i, column + j, value, "note")


def _ring(desk: Desk, sheet: Sheet, rows: list[tuple[str, Number, str]]) -> None:
    _series(sheet, _DATA, [(w, n) for w, n, _ in rows])
    chart = desk.workbook.add_chart({"type": "doughnut"})
    last = max(0, len(rows) - 1)
    chart.add_series(
        {
            "name": "报送情况",
            "categories": [sheet.name, 0, _DATA, last, _DATA],
            "values": [sheet.name, 0, _DATA + 1, last, _DATA + 1],
            "points": [{"fill": {"color": colour}, "border": {"color": "#FFFFFF", "width": 1.5}} for _, _, colour in rows],
            "data_labels": {"value": True, "font": {"size": 11, "color": "#FFFFFF", "bold": True}},
        }
    )
    chart.set_hole_size(55)
    _finish(sheet, chart, "报送情况", _CHARTS, 0, 4, 15)
    chart.set_legend({"position": "bottom", "font": {"size": 10}})


def _bars(desk: Desk, sheet: Sheet, rolled: RollUp) -> None:
    shape = plan(rolled.form_id)
    cell = next(c for c in ("applications.new.total", *main_cells(rolled.form_id)) if c in shape.cells)
    at = shape.cells.index(cell)
    shares = sorted(((unpack(p.packed)[at] or 0, p.entry.unit) for p in rolled.parts()), key=lambda s: (-s[0], s[1]))[:10]
    rows = [(unit if len(unit) <= 14 else unit[:13] + "…", n) for n, unit in shares if n]
    title = f"{_brief(shape.label(cell))}（前十位单位）"
    _series(sheet, _DATA + 3, rows or [("无", 0)])
    chart = desk.workbook.add_chart({"type": "bar"})
    last = max(0, len(rows) - 1)
    chart.add_series(
        {
            "name": title,
            "categories": [sheet.name, 0, _DATA + 3, last, _DATA + 3],
            "values": [sheet.name, 0, _DATA + 4, last, _DATA + 4],
            "fill": {"color": _BLUE},
            "gap": 45,
            "data_labels": {"value": True, "font": {"size": 9}},
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    _finish(sheet, chart, title, _CHARTS, 4, 8, 15)


def _columns(desk: Desk, sheet: Sheet, rolled: RollUp) -> None:
    """How applications came and were dealt with, column by applicant; last year's beside it where it is known."""
    shape = plan(rolled.form_id)
    before = rolled.last_year.numbers() if rolled.last_year else {}
    wanted = ("applications.new.", "applications.carried_in.", "applications.handled.", "applications.carried_out.", "disputes.")
    cells = [c for c in shape.cells if c.endswith(".total") and c.startswith(wanted)] or list(main_cells(rolled.form_id))
    rows = [(_brief(shape.label(c)), rolled.cells[c].total, before.get(c)) for c in cells]
    _series(sheet, _DATA + 6, rows)
    chart = desk.workbook.add_chart({"type": "column"})
    for name, column, colour in (("本年", 1, _BLUE), ("上年", 2, _GREY)):
        if column == 1 or before:
            chart.add_series(
                {
                    "name": name,
                    "categories": [sheet.name, 0, _DATA + 6, len(rows) - 1, _DATA + 6],
                    "values": [sheet.name, 0, _DATA + 6 + column, len(rows) - 1, _DATA + 6 + column],
                    "fill": {"color": colour},
                    "gap": 60,
                    "data_labels": {"value": True, "font": {"size": 9}},
                }
            )
    chart.set_x_axis({"num_font": {"size": 9}, "major_tick_mark": "none"})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "top", "font": {"size": 9}} if before else {"none": True})
    _finish(sheet, chart, "申请的收与办、复议与诉讼（总计，件）", _CHARTS + 16, 0, 12, 16)


def _brief(label: str) -> str:
    words = label.partition("·")[2]
    for long in ("·总计", "｜总计", "／总计", "政府信息公开申请", "数量"):
        words = words.replace(long, "")
    return words.rpartition("／")[2] if len(words) > 12 else words


_COLUMN_PIXELS, _ROW_PIXELS = 84, 20


def _finish(sheet: Sheet, chart: Any, title: str, row: int, column: int, columns: int, rows: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True, "color": "#1F3A5F"}, "overlay": False})
    chart.set_size({"width": columns * _COLUMN_PIXELS - 6, "height": rows * _ROW_PIXELS})
    chart.show_hidden_data()
    chart.set_chartarea({"border": {"color": "#D5DCE6"}})
    sheet.page.insert_chart(row, column, chart, {"x_offset": 3, "y_offset": 4, "object_position": 2})
