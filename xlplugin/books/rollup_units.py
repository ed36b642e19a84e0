"""分单位 (units × cells) and 来源 (这个数是谁的): who stands behind every number, by native formulas, without macros."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from xlplugin.books.desk import Desk
from xlplugin.books.layout import column_letters
from xlplugin.books.rollup_sheet import HEAD_ROW, ORIGIN, UNITS, Formats, Sheet, link_of, short
from xlplugin.merging.filed import Number, unpack
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import RollUp

_FIXED = ("序号", "单位", "统一社会信用代码", "填报日期", "文件")
_LABEL_ROW, _ID_ROW, _SUM_ROW, _ADJUST_ROW, _TOTAL_ROW, _FIRST = 4, 5, 6, 7, 8, 9
_FAVOURITE = "applications.new.total"


class Where(NamedTuple):
    """Where 分单位 has its block of numbers, for the formulas of 来源; rows and columns count from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    rows: tuple[tuple[str, str, tuple[Number | None, ...]], ...]  # unit, file, numbers

    def block(self) -> str:
        return (
            f"'{UNITS}'!${column_letters(self.first_column)}${self.first_row}:${column_letters(self.last_column)}${self.last_row}"
        )

    def column(self, column: int) -> str:
        letters = column_letters(column)
        return f"'{UNITS}'!${letters}${self.first_row}:${letters}${self.last_row}"

    def row(self, row: int) -> str:
        return f"'{UNITS}'!${column_letters(self.first_column)}${row}:${column_letters(self.last_column)}${row}"


def draw_units(desk: Desk, formats: Formats, rolled: RollUp, beside: Sequence[Path] = ()) -> Where:
    """One line a unit, one column a cell, its sum on top; a blank is tinted and stays blank."""
    note = "每个单位一行，每格一列；可筛选、排序。黄色是没有填的空格，不按 0 计。合计＝各单位之和，汇总数＝合计＋调整。"
    sheet = Sheet(desk, formats, UNITS, rolled, note)
    if beside:
        sheet.marked(8)
        files = "、".join(p.name for p in beside)
        words = f"共 {len(rolled.accepted)} 个单位，超出本页的容量；分单位的全部数字在同一文件夹的 {files}，“来源”请用它们查。"
        sheet.page.merge_range(HEAD_ROW, 0, HEAD_ROW + 2, 8, words, formats("text"))
        return Where(0, 0, 0, 0, ())
    shape = plan(rolled.form_id)
    rows = tuple((p.entry.unit, p.entry.slip.file, unpack(p.packed)) for p in rolled.parts())
    codes = {p.entry.unit: (p.entry.slip.unit_code, p.entry.slip.date) for p in rolled.parts()}
    _unit_heads(sheet, rolled)
    fixed = len(_FIXED)
    for i, (unit, file, numbers) in enumerate(rows):
        row = _FIRST + i
        sheet.put(row, 0, i + 1, "middle")
        sheet.put(row, 1, unit)
        sheet.put(row, 2, codes[unit][0], "middle")
        sheet.put(row, 3, codes[unit][1], "middle")
        sheet.file_link(row, 4, file)
        for j, number in enumerate(numbers):
            style = "blank" if number is None else "money" if shape.cells[j] in shape.decimal else "number"
            sheet.put(row, fixed + j, number, style)
    where = Where(_FIRST + 1, _FIRST + max(1, len(rows)), fixed + 1, fixed + len(shape.cells), rows)
    _unit_sums(sheet, rolled, where)
    page = sheet.page
    page.freeze_panes(_FIRST, 2)
    page.autofilter(_FIRST - 1, 0, where.last_row - 1, where.last_column - 1)
    page.set_paper(8)
    page.fit_to_pages(0, 0)
    page.set_print_scale(70)
    page.repeat_rows(HEAD_ROW, _TOTAL_ROW)
    page.repeat_columns(0, 1)
    page.print_area(0, 0, where.last_row - 1, where.last_column - 1)
    return where


def _unit_heads(sheet: Sheet, rolled: RollUp) -> None:
    shape, page, fixed = plan(rolled.form_id), sheet.page, len(_FIXED)
    sheet.widths((6, 30, 22, 12, 26, *([11.5] * len(shape.cells))))
    sheet.marked(8)
    page.set_row(_LABEL_ROW, 108)
    page.set_row(_ID_ROW, None, None, {"hidden": True})
    for column, head in enumerate(_FIXED):
        page.merge_range(HEAD_ROW, column, _ID_ROW, column, head, sheet.formats("head"))
    titles = [rolled_title(rolled.form_id, c) for c in shape.cells]
    start = 0
    for j in range(1, len(titles) + 1):
        if j == len(titles) or titles[j] != titles[start]:
            _over(sheet, fixed + start, fixed + j - 1, titles[start])
            start = j
    for j, cell in enumerate(shape.cells):
        page.write_string(
            _LABEL_ROW, fixed + j, shape.labels[j].partition("·")[2], sheet.formats("head", font_size=9, bold=False)
        )
        page.write_string(_ID_ROW, fixed + j, cell, sheet.formats("note"))


def _over(sheet: Sheet, first: int, last: int, title: str) -> None:
    if first == last:
        sheet.put(HEAD_ROW, first, title, "group")
    else:
        sheet.page.merge_range(HEAD_ROW, first, HEAD_ROW, last, title, sheet.formats("group", align="left"))


def rolled_title(form_id: str, cell: str) -> str:
    """The official title of the table a cell belongs to."""
    from xlplugin.form import form

    return form(form_id).table[cell.partition(".")[0]].title


def _unit_sums(sheet: Sheet, rolled: RollUp, where: Where) -> None:
    """合计 by formula, 调整 from the list, 汇总数 by formula; the same numbers stand in the official tables."""
    shape, page, fixed = plan(rolled.form_id), sheet.page, len(_FIXED)
    for row, words in ((_SUM_ROW, "合计"), (_ADJUST_ROW, "调整"), (_TOTAL_ROW, "汇总数")):
        for column in range(fixed):
            sheet.put(row, column, words if column == 1 else None, "sum_text")
    for j, cell in enumerate(shape.cells):
        merged, letters = rolled.cells[cell], column_letters(fixed + j + 1)
        span = f"{letters}{where.first_row}:{letters}{where.last_row}"
        made = sheet.formats("sum")
        page.write_formula(_SUM_ROW, fixed + j, f"=SUM({span})", made, merged.total - merged.adjusted)
        page.write_number(
            _ADJUST_ROW, fixed + j, merged.adjusted, sheet.formats("sum", bold=False, num_format="+#,##0.######;-#,##0.######;")
        )
        total = f"={letters}{_SUM_ROW + 1}+{letters}{_ADJUST_ROW + 1}"
        page.write_formula(_TOTAL_ROW, fixed + j, total, made, merged.total)


# ── 来源 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_PICK, _SHOWN, _KEY, _LABELS = (4, 1), 9, 11, 13  # the chosen label; first listed row; column of the sort keys; of the labels
_HEADS = ("名次", "单位", "数", "占比", "文件")


def draw_origin(desk: Desk, formats: Formats, rolled: RollUp, where: Where) -> None:
    """Pick a cell from the list: every unit with its share, the largest first, by formulas that any program computes."""
    note = "在下面的框里选一格（点右边的箭头），就看到这个数由哪些单位组成，从大到小；不用宏。点“打开”看原表。"
    sheet = Sheet(desk, formats, ORIGIN, rolled, note, landscape=False)
    sheet.widths((14, 36, 15, 12, 11, 3, 3, 3, 3, 3, 3, 12, 3, 60))
    sheet.marked(4)
    shape, page = plan(rolled.form_id), sheet.page
    chosen = _FAVOURITE if _FAVOURITE in shape.cells else shape.cells[0]
    at = shape.cells.index(chosen)
    page.set_row(_PICK[0], 27)
    sheet.put(_PICK[0], 0, "选一格", "head")
    page.merge_range(_PICK[0], 1, _PICK[0], 4, shape.labels[at], formats("choice"))
    for i, label in enumerate(shape.labels):
        page.write_string(i, _LABELS, label, formats("note"))
    labels = f"${column_letters(_LABELS + 1)}$1:${column_letters(_LABELS + 1)}${len(shape.labels)}"
    page.data_validation(
        *_PICK,
        *_PICK,
        {"validate": "list", "source": f"={labels}", "input_title": "选一格", "input_message": "点右边的箭头，选要查的那一格。"},
    )
    _origin_sums(sheet, rolled, where, chosen, f"MATCH($B${_PICK[0] + 1},{labels},0)")
    _origin_rows(sheet, where, at)
    last = _SHOWN + len(where.rows) - 1
    if where.rows:
        bar = {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True}
        page.conditional_format(_SHOWN, 3, last, 3, bar)
    page.set_column(5, _LABELS, None, None, {"hidden": True})
    page.print_area(0, 0, max(last, _SHOWN), 4)
    page.repeat_rows(_SHOWN - 1)
    page.freeze_panes(_SHOWN, 0)


_AT = "$L$1"  # which column of the block is chosen, kept above the sort keys


def _origin_sums(sheet: Sheet, rolled: RollUp, where: Where, chosen: str, match: str) -> None:
    page, shape = sheet.page, plan(rolled.form_id)
    at = shape.cells.index(chosen)
    merged = rolled.cells[chosen]
    page.write_formula(0, _KEY, f"={match}", sheet.formats("note"), at + 1)
    known = [n[at] for _, _, n in where.rows if n[at] is not None]
    column = f"INDEX({where.block()},0,{_AT})"
    lines: tuple[tuple[str, str, Number], ...] = (
        ("汇总数", f"=INDEX({where.row(_TOTAL_ROW + 1)},{_AT})", merged.total),
        ("其中调整", f"=INDEX({where.row(_ADJUST_ROW + 1)},{_AT})", merged.adjusted),
        ("不是零的单位", f'=COUNTIF({column},"<>0")-COUNTBLANK({column})', sum(1 for n in known if n)),
    )
    blanks = f"=COUNTBLANK({column})"
    for i, (words, formula, value) in enumerate(lines):
        sheet.put(_PICK[0] + 1 + i, 0, words, "head", font_size=9)
        page.write_formula(_PICK[0] + 1 + i, 1, formula, sheet.formats("sum", align="left"), value)
    sheet.put(_PICK[0] + 3, 2, "没有填的单位", "head", font_size=9)
    page.write_formula(_PICK[0] + 3, 3, blanks, sheet.formats("sum", align="left"), len(where.rows) - len(known))
    sheet.heads(_SHOWN - 1, _HEADS)


def _origin_rows(sheet: Sheet, where: Where, at: int) -> None:
    """Sort keys in a hidden column (the value, less a trifle a row, so that no two are equal), then the k-th largest."""
    page, n = sheet.page, len(where.rows)
    keys_range = f"${column_letters(_KEY + 1)}${_SHOWN + 1}:${column_letters(_KEY + 1)}${_SHOWN + n}"
    keys = [float(r[2][at]) - i / 1e7 if r[2][at] is not None else -1e15 - i for i, r in enumerate(where.rows)]  # type: ignore[arg-type]
    order = sorted(range(n), key=lambda i: -keys[i])
    total = sum((r[2][at] or 0 for r in where.rows), start=0)
    for k, i in enumerate(order):
        row = _SHOWN + k
        one = f"INDEX({where.block()},{k + 1},{_AT})"
        page.write_formula(row, _KEY, f'=IF({one}="",-1E15-{k},{one}-{k}/1E7)', sheet.formats("note"), keys[k])
        place = f"MATCH(LARGE({keys_range},{k + 1}),{keys_range},0)"
        unit, file, numbers = where.rows[i]
        value = numbers[at]
        page.write_number(row, 0, k + 1, sheet.formats("middle"))
        page.write_formula(row, 1, f"=INDEX({where.column(2)},{place})", sheet.formats("line"), unit)
        seen = f"INDEX({where.block()},{place},{_AT})"
        page.write_formula(
            row, 2, f'=IF({seen}="","未填",{seen})', sheet.formats("money", align="right"), "未填" if value is None else value
        )
        share = f"=IF(AND(ISNUMBER(C{row + 1}),SUM({keys_range})<>0,INDEX({where.row(_SUM_ROW + 1)},{_AT})<>0),C{row + 1}/INDEX({where.row(_SUM_ROW + 1)},{_AT}),0)"
        page.write_formula(row, 3, share, sheet.formats("percent"), float(value or 0) / float(total) if total else 0)
        path = file if link_of(file) else short(file)
        address = (
            f'=HYPERLINK(INDEX(${column_letters(_KEY + 2)}${_SHOWN + 1}:${column_letters(_KEY + 2)}${_SHOWN + n},{place}),"打开")'
        )
        page.write_formula(row, 4, address, sheet.formats("link", align="center"), "打开")
        page.write_string(row, _KEY + 1, where.rows[k][1] if link_of(where.rows[k][1]) else short(path), sheet.formats("note"))
