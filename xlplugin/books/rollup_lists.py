"""台账, 问题, 缺报催报, 调整, 同比: the lists an officer works from, each on a sheet that prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from xlplugin.books.desk import Desk
from xlplugin.books.layout import Spot, layout
from xlplugin.books.look import BAD_TINT, GOOD_TINT, lines_in
from xlplugin.books.rollup_sheet import ADJUSTED, HEAD_ROW, LEDGER, OPEN_TINT, PROBLEMS, REMINDERS, YEARS, Formats, Sheet, short
from xlplugin.finding import Finding, Severity
from xlplugin.merging.filed import Number
from xlplugin.merging.intake import Entry, Outcome
from xlplugin.merging.neighbours import MOST_UNITS, copied_prose
from xlplugin.merging.owing import reminders
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import RollUp

FIRST = HEAD_ROW + 1
MOST_PROBLEMS = 5000
_TINTS = {
    Outcome.ACCEPTED: GOOD_TINT,
    Outcome.RETURNED: BAD_TINT,
    Outcome.UNREADABLE: BAD_TINT,
    Outcome.OUT_OF_SCOPE: OPEN_TINT,
}
_GRAVE = {Severity.FORCED: BAD_TINT, Severity.EXPLAIN: OPEN_TINT, Severity.VERIFY: "#EAF1FA", Severity.NOTICE: "#FFFFFF"}


def draw_ledger(desk: Desk, formats: Formats, rolled: RollUp) -> None:
    """Every file received, once, with its state and why."""
    heads = ("序号", "单位", "状态", "文件", "原因", "填报日期", "内容指纹")
    counts = "，".join(f"{s.label} {n}" for s in Outcome if (n := sum(e.state is s for e in rolled.ledger)))
    sheet = Sheet(desk, formats, LEDGER, rolled, f"收到的每个文件一行，只有一种状态。共 {len(rolled.ledger)} 个：{counts}。")
    widths = (6, 30, 15, 34, 56, 12, 18)
    sheet.table(heads, widths, len(rolled.ledger))
    for i, e in enumerate(rolled.ledger):
        row = FIRST + i
        sheet.put(row, 0, i + 1, "middle")
        sheet.put(row, 1, e.unit or "（认不出）", "text")
        sheet.put(row, 2, e.state.label, "middle", bg_color=_TINTS.get(e.state, "#FFFFFF"))
        sheet.file_link(row, 3, e.slip.file)
        sheet.put(row, 4, e.reason, "text")
        sheet.put(row, 5, e.slip.date, "middle")
        sheet.put(row, 6, "" if e.slip.sha256.startswith("none:") else e.slip.sha256[:16], "middle", font_size=9)
        sheet.page.set_row(row, _height((e.reason, widths[4]), (e.unit, widths[1])))


def _height(*texts: tuple[str, float]) -> float:
    return 16.5 * max(1, *(lines_in(text, width - 2) for text, width in texts)) + 3


def draw_problems(desk: Desk, formats: Formats, rolled: RollUp) -> None:
    """What was found: on the roll-up first, then unit by unit."""
    heads = ("单位", "级别", "规则", "位置", "说明", "左边", "右边", "差", "怎么办", "审核说明")
    widths = (22, 8, 13, 26, 46, 9, 9, 8, 34, 14)
    rows = [("（汇总）", "", f) for f in rolled.findings]
    rows += [(e.unit, e.slip.file, f) for e, f in islice(unit_findings(rolled), max(0, MOST_PROBLEMS - len(rows)))]
    sheet = Sheet(
        desk,
        formats,
        PROBLEMS,
        rolled,
        "强制：必须改；准强制：改或写审核说明；核实：写明情况；提示：看一眼。点“位置”到汇总表的那一格。",
    )
    sheet.table(heads, widths, len(rows))
    spots = layout(rolled.form_id).cells
    for i, (unit, _, found) in enumerate(rows):
        _problem(sheet, FIRST + i, unit, found, spots.get(found.cells[0]) if found.cells else None, rolled.form_id)
        sheet.page.set_row(FIRST + i, _height((found.message, widths[4]), (found.fix, widths[8]), (unit, widths[0])))
    if not rows:
        sheet.empty("没有发现问题。", len(heads))


def unit_findings(rolled: RollUp) -> Iterator[tuple[Entry, Finding]]:
    """The findings on accepted and returned reports, those that block first within each unit, copied prose among them."""
    order = list(Severity)
    judged = [e for e in rolled.ledger if e.state in (Outcome.ACCEPTED, Outcome.RETURNED) and not e.slip.past]
    if len(judged) > MOST_UNITS:  # too many to compare with each other: one at a time, as far as anybody asks
        for e in judged:
            yield from ((e, f) for f in sorted(rolled.fetch(e.slip.sha256).findings, key=lambda f: order.index(f.severity)))
        return
    found: list[tuple[Entry, tuple[Finding, ...]]] = []
    prose: dict[str, tuple[str, Mapping[str, str]]] = {}  # of one file a unit, the accepted one if there is one
    for e in judged:
        filed = rolled.fetch(e.slip.sha256)
        found.append((e, filed.findings))
        if not e.slip.scope and (e.unit not in prose or e.state is Outcome.ACCEPTED):
            prose[e.unit] = e.slip.sha256, filed.prose
    copied = copied_prose(rolled.form_id, {unit: text for unit, (_, text) in prose.items()})
    for e, said in found:
        more = copied.get(e.unit, ()) if prose.get(e.unit, ("",))[0] == e.slip.sha256 else ()
        yield from ((e, f) for f in sorted((*said, *more), key=lambda f: order.index(f.severity)))


def _place(form_id: str, found: Finding) -> str:
    shape = plan(form_id)
    known = [c for c in found.cells if c in shape.cells]
    if not known:
        return ""
    return shape.label(known[0]) + (f"等 {len(known)} 格" if len(known) > 1 else "")


def _cut(text: str, width: int) -> str:
    """The end of a place, which tells more than its beginning; a linked cell does not wrap everywhere."""
    return text if len(text) <= width // 2 else "…" + text[-(width // 2 - 1) :]


def _problem(sheet: Sheet, row: int, unit: str, found: Finding, spot: Spot | None, form_id: str) -> None:
    sheet.put(row, 0, unit, "text")
    sheet.put(row, 1, str(found.severity), "middle", bg_color=_GRAVE[found.severity])
    sheet.put(row, 2, found.rule.partition(".")[0], "middle", font_size=9)
    if spot is not None:
        where = f"internal:'{spot.sheet}'!{spot.a1}"
        sheet.page.write_url(row, 3, where, sheet.formats("link"), _cut(_place(form_id, found), 24), _place(form_id, found)[:250])
    else:
        sheet.put(row, 3, None)
    sheet.put(row, 4, found.message, "text")
    for column, number in enumerate((found.left, found.right, found.gap), start=5):
        sheet.put(row, column, number, "money")
    sheet.put(row, 8, found.fix, "text")
    sheet.put(row, 9, found.explanation, "text")


def draw_reminders(desk: Desk, formats: Formats, rolled: RollUp) -> None:
    """Who must be called: units without a file, then units whose file was returned."""
    heads = ("序号", "单位", "情况", "截止日期", "联系人", "电话", "上级单位", "催报记录（填）")
    sheet = Sheet(desk, formats, REMINDERS, rolled, "没有交的、交了但退回还没有重报的单位。右边的框可以记催报的日期和答复。")
    rows = reminders(rolled)
    sheet.table(heads, (6, 34, 34, 13, 12, 18, 24, 30), len(rows))
    for i, (unit, what, due, contact, phone, parent) in enumerate(rows):
        row = FIRST + i
        sheet.put(row, 0, i + 1, "middle")
        sheet.put(row, 1, unit, "text")
        sheet.put(row, 2, what, "text", bg_color=BAD_TINT if what == "没有交" else OPEN_TINT)
        for column, text in enumerate((due, contact, phone, parent), start=3):
            sheet.put(row, column, text, "middle")
        sheet.put(row, 7, None, "entry")
        sheet.page.set_row(row, _height((what, 34), (unit, 34)))
    if not rows:
        sheet.empty("全部单位都已收齐。" if rolled.roster else "没有名册，无法知道谁没有交；请用 --roster 指定名册。", len(heads))


def draw_adjustments(desk: Desk, formats: Formats, rolled: RollUp) -> None:
    """Signed differences with their reasons; the units' own figures are never touched."""
    heads = ("序号", "格", "调整数", "原因", "经办人", "时间", "涉及单位")
    sheet = Sheet(desk, formats, ADJUSTED, rolled, "汇总数＝各单位之和＋调整。各单位报的数不改；调整登记在台账里，这里只是列出。")
    sheet.table(heads, (6, 50, 13, 50, 12, 20, 28), len(rolled.adjustments))
    shape = plan(rolled.form_id)
    for i, a in enumerate(rolled.adjustments):
        row = FIRST + i
        sheet.put(row, 0, i + 1, "middle")
        sheet.put(row, 1, shape.label(a.cell), "text")
        sheet.put(row, 2, a.amount, "signed")
        sheet.put(row, 3, a.reason, "text")
        for column, text in enumerate((a.by, a.at.replace("T", " "), a.unit), start=4):
            sheet.put(row, column, text, "middle")
        sheet.page.set_row(row, _height((a.reason, 50), (shape.label(a.cell), 50)))
    if not rolled.adjustments:
        sheet.empty("没有调整。", len(heads))


def draw_years(desk: Desk, formats: Formats, rolled: RollUp) -> None:
    """This year beside last year's roll-up, cell by cell; the carry-over says whether it joins."""
    heads = ("部分", "项目", "本年", "上年", "增减", "增减率", "结转衔接")
    sheet = Sheet(
        desk, formats, YEARS, rolled, "上年＝上年的汇总表。“二、上年结转”应等于上年的“四、结转下年度”。", landscape=False
    )
    if rolled.last_year is None or rolled.last_year.form_id != rolled.form_id:
        words = "没有提供上年的汇总表。" if rolled.last_year is None else "上年用的是另一种表式，不逐格比较。"
        sheet.table(heads, (8, 58, 13, 13, 12, 11, 22), 0)
        sheet.empty(words, len(heads))
        return
    before, shape = rolled.last_year.numbers(), plan(rolled.form_id)
    sheet.table(heads, (8, 58, 13, 13, 12, 11, 22), len(shape.cells))
    for i, cell in enumerate(shape.cells):
        _year_row(sheet, FIRST + i, cell, shape.labels[i], rolled.cells[cell].total, before)


def _year_row(sheet: Sheet, row: int, cell: str, label: str, now: Number, before: dict[str, Number]) -> None:
    section, _, path = label.partition("·")
    sheet.put(row, 0, section.removeprefix("第").removesuffix("部分"), "middle")
    sheet.put(row, 1, path, "text")
    sheet.page.set_row(row, _height((path, 58)))
    sheet.put(row, 2, now, "money")
    old = before.get(cell)
    sheet.put(row, 3, old, "money" if old is not None else "blank")
    gap, rate = (None, None) if old is None else (now - old, float(now - old) / float(old) if old else None)
    letters = row + 1
    if gap is None:
        sheet.put(row, 4, None)
    else:
        sheet.page.write_formula(row, 4, f"=C{letters}-D{letters}", sheet.formats("signed"), gap)
    if rate is None:
        sheet.put(row, 5, None)
    else:
        sheet.page.write_formula(
            row, 5, f'=IF(D{letters}=0,"",(C{letters}-D{letters})/D{letters})', sheet.formats("percent"), rate
        )
    carried = before.get(cell.replace(".carried_in.", ".carried_out.")) if ".carried_in." in cell else None
    if carried is None:
        sheet.put(row, 6, None)
    else:
        joins = carried == now
        sheet.put(row, 6, "衔接" if joins else f"上年结转下年度 {carried}，差 {now - carried:+}", "good" if joins else "bad")


__all__ = [
    "draw_adjustments",
    "draw_ledger",
    "draw_problems",
    "draw_reminders",
    "draw_years",
    "short",
    "unit_findings",
]
