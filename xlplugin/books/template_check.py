"""校验, 上年数据 and the hidden bookkeeping sheet."""

from __future__ import annotations

from collections.abc import Mapping

from xlplugin.balancing import Verdict
from xlplugin.books.desk import Desk
from xlplugin.books.layout import (
    CHECK,
    CHECK_COLUMNS,
    CHECK_TOP,
    COUNTED,
    FINDINGS_ROOM,
    LAST_YEAR,
    LAST_YEAR_COLUMNS,
    LAST_YEAR_TOP,
    META,
    META_FIELDS,
    Spot,
    column_letters,
)
from xlplugin.books.live import lead
from xlplugin.books.live_words import DIFFERS
from xlplugin.books.look import LINE_HEIGHT, lines_in
from xlplugin.books.ranges import Rectangle, rectangles
from xlplugin.finding import Severity, json_number
from xlplugin.numerals import Number, State

CHECK_WIDTHS = (6.0, 14.0, 58.0, 12.0, 12.0, 11.0, 9.0, 9.0, 22.0, 30.0, 40.0)
CHECK_HEADS = ("序号", "编号", "勾稽关系", "左边", "右边", "差额", "结果", "类别", "位置", "怎么改", "审核说明")
FINDING_HEADS = ("序号", "编号", "问题", "左边", "右边", "差额", "原值", "类别", "位置", "怎么改", "审核说明")
LAST_WIDTHS = (14.0, 18.0, 80.0, 13.0, 13.0, 13.0, 18.0, 11.0)
LAST_HEADS = ("编号", "所在表", "项目", "上年数", "本年数", "增减", "上年“结转下年度”", "是否一致")
_FINDING_STYLES = {"explanation": "finding_note", "rule": "finding_id"}
_FINDING_STYLES |= dict.fromkeys(("number", "state", "severity"), "finding_middle")
_FINDING_STYLES |= dict.fromkeys(("left", "right", "gap"), "finding_number")
PRINTED_FINDINGS = 24  # rows of the findings' room that are printed: more would print empty pages
HIDDEN_COLUMN = 1  # ids that only programs read, counted from 0


def draw_check(desk: Desk) -> None:
    desk.widths(CHECK, CHECK_WIDTHS)
    desk.page(CHECK).set_column(HIDDEN_COLUMN, HIDDEN_COLUMN, CHECK_WIDTHS[HIDDEN_COLUMN], None, {"hidden": True})
    _draw_top(desk)
    for i, word in enumerate(CHECK_HEADS):
        desk.put(Spot(CHECK, CHECK_TOP - 1, i + 1), word, "head")
    desk.height(CHECK, CHECK_TOP - 1, 24)
    for number, balance in enumerate(desk.form.balances, 1):
        _draw_balance(desk, number, balance.id)
    if desk.form.balances:
        _paint_states(desk)
    _draw_findings(desk)
    last = max(desk.plan.check.values(), default=CHECK_TOP)
    page = desk.page(CHECK)
    page.autofilter(CHECK_TOP - 2, 0, last - 1, len(CHECK_COLUMNS) - 1)
    page.freeze_panes(CHECK_TOP - 1, 0)
    desk.print_setup(CHECK, landscape=True, area=(1, 1, desk.plan.findings_top + PRINTED_FINDINGS - 1, len(CHECK_COLUMNS)))
    page.repeat_rows(CHECK_TOP - 2)


def _draw_top(desk: Desk) -> None:
    status, counts = desk.plan.status, desk.plan.counts
    desk.put(Spot(CHECK, 1, 1), "●", "light")
    desk.live(status, "verdict", last_column=desk.plan.next.column - 1)
    desk.live(desk.plan.next, "bar_link")
    desk.height(CHECK, 1, 34)
    desk.height(CHECK, 2, 6)
    label = Spot(CHECK, 3, status.column)
    desk.put(label, "勾稽关系条数，以及没有数的填报格数", "aside_label", last_row=4)
    for key, spot in counts.items():
        desk.put(spot._replace(row=3), key if key in set(Verdict) else "空格", "count_head")
        desk.live(spot, "count")
    desk.height(CHECK, 4, 24)
    words = "本页由公式自动计算。空格不算通过；改完数字后再看“结果”。准强制、核实类问题请在“审核说明”里写明原因。"
    desk.put(Spot(CHECK, 5, status.column), words, "notice", last_column=len(CHECK_COLUMNS))
    desk.height(CHECK, 5, 20)
    for verdict, style in ((Verdict.PASS, "if_good"), (Verdict.BROKEN, "if_bad")):
        for spot in (Spot(CHECK, 1, 1), status):
            desk.paint(rectangles([spot])[0], f'LEFT({status.absolute().rpartition("!")[2]},2)="{verdict}"', style)


def _draw_balance(desk: Desk, number: int, balance_id: str) -> None:
    balance, row = desk.form.balance[balance_id], desk.plan.check[balance_id]
    at = {c: desk.plan.in_check(c, row) for c in CHECK_COLUMNS}
    desk.put(at["number"], number, "cell_middle")
    desk.put(at["rule"], balance.id, "id")
    desk.put(at["says"], balance.says, "cell")
    for column in ("left", "right", "gap"):
        desk.live(at[column], "cell_number")
    desk.live(at["state"], "cell_middle")
    desk.put(at["severity"], str(Severity.FORCED), "cell_middle")
    to = desk.plan.cells[lead(balance)]
    desk.link(at["where"], to, f"{to.sheet} {to.a1}", "cell_link")
    desk.live(at["fix"], "cell")
    desk.put(at["explanation"], desk.facts.report.explanations.get(balance_id), "cell_note")
    lines = lines_in(balance.says, CHECK_WIDTHS[CHECK_COLUMNS.index("says")])
    desk.height(CHECK, row, 5 + LINE_HEIGHT * lines)


def _paint_states(desk: Desk) -> None:
    rows = desk.plan.check.values()
    state = column_letters(CHECK_COLUMNS.index("state") + 1)
    first, last = min(rows), max(rows)
    shown = Rectangle(CHECK, first, 1, last, CHECK_COLUMNS.index("fix") + 1)
    for verdict, style in ((Verdict.BROKEN, "if_bad_row"),):
        desk.paint(shown, f'${state}{first}="{verdict}"', style)
    marks = Rectangle(CHECK, first, CHECK_COLUMNS.index("state") + 1, last, CHECK_COLUMNS.index("state") + 1)
    for verdict, style in ((Verdict.PASS, "if_good_row"), (Verdict.OPEN, "if_open")):
        desk.paint(marks, f'{state}{first}="{verdict}"', style)


def _draw_findings(desk: Desk) -> None:
    """Room for what the program finds beyond the balances; explanations already written are kept there by rule."""
    top = desk.plan.findings_top
    title = f"程序校验发现的问题（按“校验”以后写在这里；打印前 {PRINTED_FINDINGS} 条）"
    desk.put(Spot(CHECK, top - 2, 1), title, "heading", last_column=len(CHECK_COLUMNS))
    desk.height(CHECK, top - 2, 28)
    desk.height(CHECK, top - 1, 24)
    for i, word in enumerate(FINDING_HEADS):
        desk.put(Spot(CHECK, top - 1, i + 1), word, "head")
    kept = [(r, t) for r, t in desk.facts.report.explanations.items() if r not in desk.plan.check]
    for offset in range(FINDINGS_ROOM):
        rule, text = kept[offset] if offset < len(kept) else (None, None)
        for column in CHECK_COLUMNS:
            spot = desk.plan.in_check(column, top + offset)
            value = rule if column == "rule" else text if column == "explanation" else None
            if column == "where":
                _draw_link(desk, spot)
            else:
                desk.put(spot, value, _FINDING_STYLES.get(column, "finding"))
    area = Rectangle(CHECK, top, 1, top + FINDINGS_ROOM - 1, len(CHECK_COLUMNS))
    desk.paint(area._replace(left=area.right), f"LEN($C{top})>0", "if_listed_note")
    desk.paint(area, f"LEN($C{top})>0", "if_listed")


def _draw_link(desk: Desk, spot: Spot) -> None:
    """The link of a finding; whither it leads and what it says stands on the hidden sheet."""
    to = desk.plan.link(spot.row)
    target, text = to.absolute(), to._replace(column=to.column + 1).absolute()
    formula = f'=IF({target}="","",HYPERLINK({target},{text}))'
    desk.page(CHECK).write_formula(spot.row - 1, spot.column - 1, formula, desk.look("finding_link"), "")


def draw_last_year(desk: Desk, last_year: Mapping[str, Number]) -> None:
    desk.widths(LAST_YEAR, LAST_WIDTHS)
    desk.page(LAST_YEAR).set_column(0, 0, LAST_WIDTHS[0], None, {"hidden": True})
    words = "把上年年报的数填在“上年数”一列，就能看到增减；“上年结转”各列应等于上年的“结转下年度继续办理”。"
    desk.put(Spot(LAST_YEAR, 2, 2), "上年数据对照", "section", last_column=3)
    desk.put(Spot(LAST_YEAR, 3, 2), words, "notice")
    desk.height(LAST_YEAR, 2, 28)
    desk.height(LAST_YEAR, LAST_YEAR_TOP - 1, 34)
    for i, word in enumerate(LAST_HEADS):
        desk.put(Spot(LAST_YEAR, LAST_YEAR_TOP - 1, i + 1), word, "head")
    for cell, spot in desk.plan.last_year.items():
        _draw_last_year_row(desk, cell, spot, last_year)
    rows = [s.row for s in desk.plan.last_year.values()]
    page = desk.page(LAST_YEAR)
    page.autofilter(LAST_YEAR_TOP - 2, 0, max(rows) - 1, len(LAST_YEAR_COLUMNS) - 1)
    page.freeze_panes(LAST_YEAR_TOP - 1, 3)
    desk.print_setup(LAST_YEAR, landscape=False, area=(2, 2, max(rows), len(LAST_YEAR_COLUMNS)))
    page.repeat_rows(LAST_YEAR_TOP - 2)
    agrees = column_letters(len(LAST_YEAR_COLUMNS))
    area = Rectangle(LAST_YEAR, LAST_YEAR_TOP, 2, max(rows), len(LAST_YEAR_COLUMNS))
    desk.paint(area, f'${agrees}{LAST_YEAR_TOP}="{DIFFERS}"', "if_bad_row")


def _short_path(path: str) -> str:
    """The labels of a cell in one line; the outermost heading of a long row label is left out."""
    row, bar, column = path.partition("｜")
    labels = row.split("／")
    row = " / ".join(labels[1:] if bar and len(labels) > 1 else labels)
    return f"{row} · {column.replace('／', ' / ')}" if bar else row


def _draw_last_year_row(desk: Desk, cell: str, spot: Spot, last_year: Mapping[str, Number]) -> None:
    said = desk.form.cell[cell]
    desk.put(spot._replace(column=1), cell, "id")
    desk.put(spot._replace(column=2), desk.form.table[said.table].sheet, "cell")
    path = _short_path(said.path)
    desk.put(spot._replace(column=3), path, "cell")
    desk.height(LAST_YEAR, spot.row, 4 + LINE_HEIGHT * lines_in(path, LAST_WIDTHS[2]))
    number = last_year.get(cell)
    desk.put(spot, number if isinstance(number, int) or number is None else float(number), "cell_entry")
    for offset in (1, 2):
        desk.live(spot._replace(column=spot.column + offset), "cell_middle")
    for at in desk.plan.carried.get(cell, ()):
        desk.live(at, "cell_middle")
    if cell not in desk.plan.carried:
        for offset in (3, 4):
            desk.put(spot._replace(column=spot.column + offset), None, "cell_middle")


def draw_meta(desk: Desk, said: Mapping[str, str]) -> None:
    """The hidden sheet: which form, which version, what `fill` wrote, and the addresses for 下一处."""
    for key in META_FIELDS:
        spot = desk.plan.meta[key]
        desk.put(spot._replace(column=1), key, "plain")
        desk.put(spot, said.get(key), "plain")
    for cell, spot in desk.plan.filled.items():
        desk.put(spot._replace(column=1), cell, "plain")
        entry = desk.facts.report.entries.get(cell)
        wrote = json_number(entry.value) if entry and entry.state is State.FILLED and desk.totals == "typed" else None
        desk.put(spot, None if wrote is None else str(wrote), "plain")
    desk.live(desk.plan.target, "plain")
    for cell, spot in desk.plan.lacking.items():
        desk.put(spot._replace(column=spot.column - 1), cell, "plain")
        desk.live(spot, "plain")
        to = desk.plan.cells[cell]
        desk.put(spot._replace(column=spot.column + 1), f"'{to.sheet}'!{to.a1}", "plain")
    for b, spot in desk.plan.leads.items():
        to = desk.plan.cells[lead(desk.form.balance[b])]
        desk.put(spot._replace(column=spot.column - 1), b, "plain")
        desk.put(spot, f"'{to.sheet}'!{to.a1}", "plain")
    desk.page(META).hide()


def draw_counted(desk: Desk) -> None:
    """The hidden sheet _numbers: every entry cell as the number that it counts as, in the shape of the tables."""
    for spot in desk.lives:
        if spot.sheet == COUNTED:
            desk.live(spot, "plain")
    desk.page(COUNTED).hide()
