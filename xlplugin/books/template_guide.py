"""填报说明: how to fill, what the colours mean, the rules in words, the deadlines, and a word on every row."""

from __future__ import annotations

from typing import Any

from xlplugin.books.desk import Desk
from xlplugin.books.layout import CHECK, COVER, GUIDE, LAST_YEAR, PROSE, Spot
from xlplugin.books.live import Totals
from xlplugin.books.look import LINE_HEIGHT, STYLES, lines_in
from xlplugin.form import Block, Line, Table, row_labels
from xlplugin.form.model import Help

WIDTHS = (3.0, 44.0, 72.0, 12.0)
SOURCES = {"O": "格式", "L": "法规", "P": "通行做法", "I": "本表理解"}
TYPED_TOTAL = "合计格：也要填写，右边（或下边）有应为多少；可用“填充”自动填。"
COMPUTED_TOTAL = "合计格：由公式计算，不用填写；组成它的格还没有填全时是空的。"
COLOURS = (
    ("entry", None, "填报格：可以填写。", ""),
    ("total", None, TYPED_TOTAL, "12"),
    ("entry", "if_blank", "还没有填的格。没有发生的请填 0。", ""),
    ("total", "if_auto", "由“填充”自动填入的合计。", "12"),
    ("entry", "if_text", "填了文字的格：只能填数字，不带单位。", "12件"),
    ("entry", "if_broken", "不平的合计，或表上勾稽关系不平的格：到“校验”看差多少。", "12"),
    ("entry", "if_part", "参与不平的合计的各项：差错可能在其中。", "12"),
    ("entry", "if_suspect", "点“校验”后标出的、最可能有错的格。", "12"),
    ("entry", "if_attention", "点“校验”后标出的、需要核实的格。", "12"),
)
DEADLINES = (
    ("县级以上人民政府部门", "每年 1 月 31 日前，向本级政府信息公开工作主管部门提交并向社会公布（《条例》第四十九条）。"),
    ("县级以上地方人民政府", "每年 3 月 31 日前，向社会公布（《条例》第四十九条）。"),
    ("乡镇人民政府、街道办事处", "《条例》没有写明日期，按县（市、区）主管部门的通知报送。"),
)


def draw_guide(desk: Desk) -> None:
    desk.widths(GUIDE, WIDTHS)
    desk.put(Spot(GUIDE, 1, 2), GUIDE, "section", last_column=4)
    desk.height(GUIDE, 1, 30)
    row = _steps(desk, 2)
    row = _colours(desk, row + 1)
    row = _rules(desk, row + 1)
    row = _deadlines(desk, row + 1)
    row = _helps(desk, row + 1)
    desk.print_setup(GUIDE, landscape=False, area=(1, 1, row, len(WIDTHS)))
    desk.page(GUIDE).freeze_panes(1, 0)


def _heading(desk: Desk, row: int, text: str) -> int:
    desk.put(Spot(GUIDE, row, 2), text, "heading", last_column=4)
    desk.height(GUIDE, row, 28)
    return row + 1


def _line(desk: Desk, row: int, text: str) -> int:
    desk.put(Spot(GUIDE, row, 2), text, "text", last_column=4)
    desk.height(GUIDE, row, 4 + LINE_HEIGHT * lines_in(text, sum(WIDTHS[1:])))
    return row + 1


def _steps(desk: Desk, row: int) -> int:
    tables = "、".join(f"“{t.sheet}”" for t in desk.form.tables)
    row = _heading(desk, row, "一、怎么填")
    for text in (
        f"1. 先填“{COVER}”，再填{tables}，最后写“{PROSE}”。点填报格会出现这一格的说明。",
        "2. 每一格都要填：没有发生的填 0，不要留空，不要填“/”“无”，不要带单位。",
        f"3. 整张表都没有发生时，可在“{COVER}”的“全零申报”选“是”，表中空格按 0 计；不选时空格就是没有填，不算通过。",
        f"4. 每张表第一行有校验结果，点“下一处 ▶”跳到要处理的格；“{CHECK}”列出每条勾稽关系的两边、差额和结果。",
        "5. “四、结转下年度继续办理”按台账填写，不能用减法倒推，否则表上的勾稽关系就检查不出错误。"
        if any(r.key == "carried_out" for t in desk.form.tables for b in t.blocks for r in b.rows)
        else "5. 各项数字按台账填写，不要用合计倒推。",
        f"6. “{LAST_YEAR}”可填上年年报的数，用来对照增减和上年结转。",
        "7. 表头和公式已锁定（没有密码），请不要插入、删除行列；打印时只打印官方表格本身。",
    ):
        row = _line(desk, row, text)
    return row


def _colours(desk: Desk, row: int) -> int:
    row = _heading(desk, row, "二、颜色")
    for style, condition, text, sample in _colours_of(desk.totals):
        more = {} if condition is None else _properties(condition)
        desk.put(Spot(GUIDE, row, 2), sample, "swatch", **(_properties(style) | more))
        desk.put(Spot(GUIDE, row, 3), text, "text", last_column=4, indent=1, valign="vcenter")
        desk.height(GUIDE, row, 22)
        row += 1
    return row


def _colours_of(totals: Totals) -> list[tuple[str, str | None, str, str]]:
    """The colours that this variant can show: where totals are formulas nobody fills them in."""
    if totals == "typed":
        return list(COLOURS)
    shown = [row for row in COLOURS if row[1] != "if_auto"]
    return [
        (style, condition, COMPUTED_TOTAL if text == TYPED_TOTAL else text, sample) for style, condition, text, sample in shown
    ]


def _properties(style: str) -> dict[str, Any]:
    return {k: v for k, v in STYLES[style].items() if k in ("bg_color", "font_color", "bold", "italic")}


def _rules(desk: Desk, row: int) -> int:
    row = _heading(desk, row, "三、勾稽关系（全部为强制）")
    said = [text for t in desk.form.tables for text in _rules_of(t)]
    for number, text in enumerate(said or ["本表式没有勾稽关系。"], 1):
        row = _line(desk, row, f"{number}. {text}")
    return row


def _rules_of(table: Table) -> list[str]:
    said = [f"{table.sheet}：{flow.says}，每一列都要成立。" for flow in table.flows]
    for block in table.blocks:
        said += [f"{table.sheet}：“{r.label}”等于各项之和，每一列都要成立。" for r in block.data_rows if r.sums]
        for column in (c for c in block.columns if c.sums):
            parts = "＋".join(block.column(k).label for k in column.sums)
            said.append(f"{table.sheet}：“{column.label}”＝{parts}。")
    return said


def _deadlines(desk: Desk, row: int) -> int:
    row = _heading(desk, row, "四、时限")
    for who, when in DEADLINES:
        desk.put(Spot(GUIDE, row, 2), who, "cell")
        desk.put(Spot(GUIDE, row, 3), when, "cell", last_column=4)
        desk.height(GUIDE, row, 6 + LINE_HEIGHT * lines_in(when, sum(WIDTHS[2:])))
        row += 1
    return _line(desk, row, "上级另有更早的报送日期时，以通知为准。")


def _helps(desk: Desk, row: int) -> int:
    row = _heading(desk, row, "五、逐项说明")
    for i, word in enumerate(("项目", "说明", "依据")):
        desk.put(Spot(GUIDE, row, 2 + i), word, "head")
    desk.height(GUIDE, row, 22)
    row += 1
    for table in desk.form.tables:
        desk.put(Spot(GUIDE, row, 2), table.title, "title", last_column=4)
        desk.height(GUIDE, row, 22)
        row += 1
        for label, text in _helps_of(table):
            desk.put(Spot(GUIDE, row, 2), label, "cell")
            desk.put(Spot(GUIDE, row, 3), text.zh, "cell")
            desk.put(Spot(GUIDE, row, 4), SOURCES[text.tag], "cell_middle")
            lines = max(lines_in(label, WIDTHS[1]), lines_in(text.zh, WIDTHS[2]))
            desk.height(GUIDE, row, 5 + LINE_HEIGHT * lines)
            row += 1
    return row - 1


def _helps_of(table: Table) -> list[tuple[str, Help]]:
    said: list[tuple[str, Help]] = []
    for block in table.blocks:
        for row in block.data_rows:
            said += _helps_of_row(block, row)
        said += [(f"（列）{_under_group(c)}", c.help) for c in block.columns if isinstance(c.help, Help)]
    return said


def _helps_of_row(block: Block, row: Line) -> list[tuple[str, Help]]:
    label = row_labels(block, row)[-1]
    if isinstance(row.help, Help):
        return [(f"{row.group}·{label}" if row.group else label, row.help)]
    helps = row.help or {}
    return [(f"{label}·{c.label}", helps[c.key]) for c in block.columns if c.key in helps]


def _under_group(line: Line) -> str:
    return f"{line.group}·{line.label}" if line.group else line.label
