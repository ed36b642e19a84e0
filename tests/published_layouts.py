"""Layouts in which real sites give the text of a published report: one renderer each, and the changes offices and sites make.

    text = LAYOUTS["bars, rows filled up"].render(report, Random(7))

The tables are those of `published_copies.printed`.  A layout says how cells, rows, empty cells and the places that merged
cells covered are written; all of them were met in copies of real reports, whose figures are not used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.fillings import filled, number_entry
from tests.published_copies import OPENING, SAID, Td, Tr, printed, title
from xlplugin.deriving import expected
from xlplugin.form import form
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Report

Rows = list[Tr]
Writer = Callable[[Rows], list[str]]
Change = Callable[[Rows, Random], Rows]


# --- how a table is written ------------------------------------------------------------------------------------------


def _wide(rows: Rows) -> int:
    return max(sum(td.columns for td in row) for row in rows)


def a_row_a_line(*, lead: str = "", fill: bool = True, more: int = 0, empty: str = "") -> Writer:
    """规章 | 0 | 0 | 0 |, then a bar for each place that merges covered, `more` than the form has; the last row has none."""

    def write(rows: Rows) -> list[str]:
        wide = _wide(rows) + more
        lines: list[str] = []
        for i, row in enumerate(rows):
            behind = "|" * (wide - len(row)) if fill and i < len(rows) - 1 else ""
            line = f"{lead}{' | '.join(td.text or empty for td in row)} | {behind}"
            lines += [part.strip() if lead != "| " else part.rstrip() + " " for part in line.split("\n")]
        return lines

    return write


def breaking(part: Callable[[Td], bool]) -> Writer:
    """规章 | 0 |, with a line break behind the text of some cells, so that the bar stands on the next line."""

    def write(rows: Rows) -> list[str]:
        lines: list[str] = []
        for i, row in enumerate(rows):
            behind = "|" * (_wide(rows) - len(row)) if i < len(rows) - 1 else ""
            text = "".join(f"{td.text}{chr(10) if part(td) else ' '}| " for td in row)
            lines += [line.strip() for line in f"{text}{behind}".split("\n")]
        return lines

    return write


def a_cell_a_line(*, bar: str = " |", fill: bool = True, more: int = 0) -> Writer:
    """规章 | with the bar behind each cell, or on the line below it (`bar` a line break); bars for merges are a line."""

    def write(rows: Rows) -> list[str]:
        wide = _wide(rows) + more
        lines: list[str] = []
        for i, row in enumerate(rows):
            lines += [part for td in row for part in (f"{td.text}{bar}" if td.text else "|").split("\n")]
            behind = "|" * (wide - len(row)) if fill and i < len(rows) - 1 else ""
            lines += [behind] if behind else []
        return lines

    return write


def last_cells_filled_up(rows: Rows) -> list[str]:
    """A cell a line; the bars for merges stand behind the last cell of the row."""
    return [line for line in rows_opened_by_a_bar(rows) if line != "|"]


def rows_opened_by_a_bar(rows: Rows) -> list[str]:
    """A bar alone opens each row; the bars for merges stand behind its last cell."""
    lines: list[str] = []
    for row in rows:
        cells = [f"{td.text} |" if td.text else "|" for td in row]
        lines += ["|", *cells[:-1], f"{cells[-1]} {'|' * (_wide(rows) - len(row))}".rstrip()]
    return lines


def bare_cells(*, between: str = "\n\n", odd_spaces: bool = False, kept: str | None = None) -> Writer:
    """A cell a line and nothing else; an empty cell is lost, or a line of its own (`kept`)."""

    def write(rows: Rows) -> list[str]:
        cells = [td.text if td.text else kept for row in rows for td in row]
        spaced = [f" {c}" if odd_spaces and c and c.isdigit() and i % 3 else c for i, c in enumerate(cells)]
        return between.join(c for c in spaced if c is not None).split("\n")

    return write


def tabs(rows: Rows) -> list[str]:
    """A row a line with a tab for every place of the grid, as a table is pasted."""
    wide = _wide(rows)
    return ["\t".join(td.text for td in row) + "\t" * (wide - len(row)) for row in rows]


# --- what offices and sites change in a table ------------------------------------------------------------------------


def _relabelled(change: Callable[[str], str]) -> Change:
    return lambda rows, random: [[td if td.figure else td._replace(text=change(td.text)) for td in row] for row in rows]


def _parting(sign: str) -> Change:
    """Labels that a narrow column breaks: 商业 企业, 本年新 制作数量, （三） 不予公开."""
    halves = re.compile(r"^(商业|科研|本年新|结果|其他(?=结果)|尚未|（[一二三四五六七]）(?=不予|无法))")
    return _relabelled(lambda text: halves.sub(rf"\1{sign}", text))


HALVES_LOST = _relabelled(lambda text: {"本年新制作数量": "本年新", "本年新公开数量": "本年新", "结果纠正": "结果",
                                        "其他结果": "其他", "尚未审结": "尚未", "现行有效件数": "现行有效件"}.get(text, text))  # fmt: skip
_REMARKS = {
    "规章": "规章（设区的市、自治州人民政府应提供相关数据）",
    "规范性文件": "规范性文件（行政机关制定发布的决定、公告、通知，以及标题采用“规定”“办法”“细则”字样的公文，一般情况下属于规范性文件）",
    "现行有效件数": "现行有效件数（历史累计）",
    "上一年项目数量": "上一年项目数量（指2019年事项数）",
    "本年增/减": "本年增/减（指2020年增加或减少的事项数，减用负值表示，如-8）",
    "处理决定数量": "处理决定数量（指2020年办件量）",
    "其他对外管理服务事项": "其他对外管理服务事项（指行政许可以外的政务服务事项，含行政确认、行政奖励、行政裁决、行政给付和其他类）",
}
_OWN_ROW = "其他主动公开文件（含以本单位或本单位办公室名义正式签发的、除规范性文件以外的主动公开文件）"


def remarked(rows: Rows, random: Random) -> Rows:
    """A province's remarks in the labels, and its own row in table two."""
    rows = _relabelled(lambda text: _REMARKS.get(text, text))(rows, random)
    at = next((i + 1 for i, row in enumerate(rows) if "规范性文件" in row[0].text and row[-1].figure), None)
    own: Tr = [Td(_OWN_ROW), *(Td(str(random.randrange(300))) for _ in range(3))]
    return rows if at is None else [*rows[:at], own, *rows[at:]]


def left_out(rows: Rows, random: Random) -> Rows:
    """Columns that the office has no figures for are not there, neither their labels nor their cells."""
    gone = [td.text for row in rows for td in row if td.text in _GONE]
    out: Rows = []
    at: set[int] = set()
    for row in rows if gone else ():
        at = {i for i, td in enumerate(row) if td.text in _GONE} if not row[-1].figure else at
        out.append([td for i, td in enumerate(row) if i not in at])
    return out or rows


_GONE = ("本年新公开数量", "上一年项目数量", "本年废止件数")


def empty_lost(rows: Rows, random: Random) -> Rows:
    """Cells with nothing in them are not there."""
    kept = [[td for td in row if td.text or not td.figure] for row in rows]
    return [row for row in kept if row]


def old_head(rows: Rows, random: Random) -> Rows:
    """The columns of the older form over the first block of the newer one."""
    old = {new.label: c.label for new, c in zip(_first_block("2021"), _first_block("2019"), strict=True)}
    return _relabelled(lambda text: old.get(text, text))(rows, random)


def _first_block(form_id: str):
    return form(form_id).tables[0].blocks[0].columns


# --- what offices write for a figure ---------------------------------------------------------------------------------


def zeros_blank(report: Report, random: Random) -> Report:
    """Zeros are left out, but for the totals now and then."""
    totals = [c.id for c in report.form.cells if c.id not in report.form.inputs] if random.random() < 0.5 else []
    return report.with_entries({c: BLANK for c, e in report.entries.items() if e.value == 0 and c not in totals})


def figures_left_out(report: Report, random: Random) -> Report:
    """The form as it came: nothing filled in."""
    return report.with_entries(dict.fromkeys(report.entries, BLANK))


def without_columns(report: Report, random: Random) -> Report:
    """As `left_out` prints it."""
    gone = [c.id for c in report.form.cells if c.label.endswith(_GONE)]
    return report.with_entries(dict.fromkeys(gone, BLANK))


def spelt(report: Report, random: Random) -> Report:
    """减3 for -3, 0.37万元, 本单位未制作规章 or 无 for nothing."""
    changed: dict[str, Entry] = {}
    for cell, found in report.entries.items():
        if found.value is None:
            continue
        if found.value < 0:
            changed[cell] = Entry(found.value, State.NUMBER, f"减{-found.value}")
        elif found.value == 0 and random.random() < 0.04:
            said = ("本单位未制作规章", "无", "0件", "/") if cell.startswith("disclosure") else ("无", "0件", "/")
            chosen = random.choice(said)
            changed[cell] = Entry(0, State.NUMBER, chosen) if chosen.endswith("件") else entry(chosen)
        elif "." in found.seen:
            changed[cell] = Entry(found.value, State.NUMBER, f"{found.seen}万元")
    return report.with_entries(changed)


# --- what sites do to the whole page ---------------------------------------------------------------------------------

_READINGS = re.findall(
    r"(\S)(\S)(\S+)",
    "据據jù 务務wù 机機jī 关關guān 发發fā 数數shù 规規guī 处處chǔ 业業yè 费費fèi 内內nèi 项項xiàng 强強qiáng 复復fù 总總zǒng 计計jì 结結jié "
    "维維wéi 纠糾jiū 审審shěn 请請qǐng 认認rèn 举舉jǔ 报報bào 险險xiǎn 稳穩wěn 补補bǔ 现現xiàn 办辦bàn 单單dān 续續xù 诉訴sù 讼訟sòng "
    "经經jīng 纳納nà 缴繳jiǎo 转轉zhuǎn 开開kāi 护護hù 执執zhí 无無wú 获獲huò 类類lèi 属屬shǔ 国國guó 废廢fèi 条條tiáo 许許xǔ 罚罰fá 额額é "
    "购購gòu 减減jiǎn 对對duì 会會huì 织織zhī 产產chǎn 区區qū 乡鄉xiāng 镇鎮zhèn 县縣xiàn 专專zhuān 询詢xún 访訪fǎng 订訂dìng 级級jí",
)  # simplified, traditional, how it is read
_TRADITIONAL = {simple: full for simple, full, _ in _READINGS}
_READ = {full: read for _, full, read in _READINGS}
_PLAIN = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuuuuu")


def readings_behind(page: str) -> str:
    """Traditional characters, behind most of them how they are read: 數(shù)量."""
    return "".join(f"{t}({_READ[t]})" if t in _READ and i % 4 else t for i, t in _traditional(page))


def readings_twice(page: str) -> str:
    """政(zheng)(zheng)府: without tones, once or more often."""
    read = ((i, t, _READ.get(t, "").translate(_PLAIN)) for i, t in _traditional(page))
    return "".join(t + f"({r})" * (i % 3) if r else t for i, t, r in read)


def island_words(page: str) -> str:
    """Traditional characters with the words of another place: 檔案 for 文件."""
    return "".join(t for _, t in _traditional(page)).replace("文件", "檔案")


def _traditional(page: str):
    return enumerate(_TRADITIONAL.get(c, c) for c in page)


def each_line_once(page: str) -> str:
    """What a crawler leaves that takes lines it has met already for repeats, after the menu of the site."""
    menus = (("首页", "政策文件", "规章", "行政规范性文件", "其他文件"), ("行政许可", "行政处罚", "行政强制", "行政事业性收费"),
             ("法律法规", "规章", "行政强制", "政府集中采购"), ())  # fmt: skip
    menu = menus[len(page) % len(menus)]
    return "\n".join(dict.fromkeys(x for line in (*menu, *page.split("\n")) if (x := line.strip())))


def menu_before(page: str) -> str:
    """The site's menu over the page, in which some rows of the form are named."""
    items = (
        "首页",
        "信息公开指南",
        "法定主动公开内容",
        "行政许可",
        "行政处罚",
        "行政强制",
        "行政事业性收费",
        "规章",
        "行政规范性文件",
        "政府信息公开年报",
    )
    return "\n".join((*items, page))


def half_width(page: str) -> str:
    return page.translate(str.maketrans("（），：；", "(),:;"))


# --- the layouts -----------------------------------------------------------------------------------------------------

HEAD = "索引号 | 620702081/2026-00007 | 发文字号 | |\n发布机构 | 晨溪镇 | 发布日期 | {date} |"
TOLD = "该部分以表格形式报告。表格如下："


class Layout(NamedTuple):
    """How a whole report is written.  `headings`: whether the sections have theirs; `told`: a line over each table."""

    write: Writer
    changes: tuple[Change, ...] = ()
    filling: Callable[[Report, Random], Report] | None = None
    page: tuple[Callable[[str], str], ...] = (half_width,)
    headings: bool = True
    told: bool = False
    head: str = ""
    forms: tuple[str, ...] = ("2019", "2021")

    def truth(self, report: Report, random: Random) -> Report:
        """What this layout shows of a report."""
        return report if self.filling is None else self.filling(report, random)

    def render(self, report: Report, random: Random) -> str:
        """The text of a report in this layout."""
        tables = dict(printed(report))
        lines = [title(report), *([self.head.format(date=f"{(report.cover.year or 0) + 1}-01-23")] if self.head else ()), OPENING]
        for section in report.form.sections:
            lines += [section.title] if self.headings or section.kind == "text" else []
            lines += self._table(tables[section.title], random) if section.kind == "table" else [SAID[section.key]]
        page = "\n".join(lines)
        for change in self.page:
            page = change(page)
        return page

    def _table(self, rows: Rows, random: Random) -> list[str]:
        for change in self.changes:
            rows = change(rows, random)
        return [*([TOLD] if self.told else ()), *self.write(rows)]


_SPACED, _BROKEN, _APART = _parting(" "), _parting("\n"), _parting("\n\n")
LAYOUTS: dict[str, Layout] = {
    "bars, rows filled up": Layout(a_row_a_line(), (_SPACED, HALVES_LOST), headings=False),
    "bars, not filled up": Layout(a_row_a_line(fill=False), (_SPACED,)),
    "bars, a place more": Layout(a_row_a_line(more=1), (HALVES_LOST,), head=HEAD),
    "bars, zeros blank": Layout(a_row_a_line(), (_SPACED,), zeros_blank),
    "bars, not filled up, zeros blank": Layout(a_row_a_line(fill=False), (_SPACED,), zeros_blank),
    "bars, zeros lost": Layout(a_row_a_line(), (_SPACED, empty_lost), zeros_blank),
    "bars, line breaks in empty cells": Layout(a_row_a_line(empty="\n"), (_SPACED,), zeros_blank),
    "bars, figures left out": Layout(a_row_a_line(), (), figures_left_out),
    "bars, line breaks behind labels": Layout(breaking(lambda td: not td.figure), (_SPACED,)),
    "bars, line breaks behind figures": Layout(breaking(lambda td: td.figure), (_SPACED,)),
    "bars, line breaks behind some figures": Layout(breaking(lambda td: td.figure and len(td.text) > 1), (_SPACED,)),
    "bars, line breaks behind figures, zeros blank": Layout(breaking(lambda td: td.figure), (_SPACED,), zeros_blank),
    "bars in front": Layout(a_row_a_line(lead="| "), (_SPACED,)),
    "bars in front, zeros blank": Layout(a_row_a_line(lead="| "), (_SPACED,), zeros_blank),
    "bars, remarks in labels": Layout(a_row_a_line(more=1), (_SPACED, remarked), forms=("2019",)),
    "bars, head with a remark": Layout(a_row_a_line(), (remarked,), forms=("2021",)),
    "bars, spelt out": Layout(a_row_a_line(), (_SPACED,), spelt),
    "a cell a line, bars": Layout(a_cell_a_line(), (_SPACED,)),
    "a cell a line, bars, a place more": Layout(a_cell_a_line(more=1), (HALVES_LOST,)),
    "a cell a line, bars, zeros blank": Layout(a_cell_a_line(), (_SPACED,), zeros_blank),
    "a cell a line, bars, zeros lost": Layout(a_cell_a_line(), (_SPACED, empty_lost), zeros_blank),
    "a cell a line, bars, a place more, zeros lost": Layout(a_cell_a_line(more=1), (_SPACED, empty_lost), zeros_blank),
    "a cell a line, bars below, zeros lost": Layout(a_cell_a_line(bar="\n|"), (_BROKEN, empty_lost), zeros_blank),
    "rows opened by a bar, zeros lost": Layout(rows_opened_by_a_bar, (_SPACED, empty_lost), zeros_blank),
    "a cell a line, bars, not filled up": Layout(a_cell_a_line(fill=False), (_SPACED,)),
    "a cell a line, bars, not filled up, zeros blank": Layout(a_cell_a_line(fill=False), (_SPACED,), zeros_blank),
    "a cell a line, bars, spelt out": Layout(a_cell_a_line(more=1), (HALVES_LOST,), spelt),
    "a cell a line, last cells filled up": Layout(last_cells_filled_up, (_SPACED,)),
    "bars, columns left out": Layout(a_row_a_line(), (_SPACED, left_out), without_columns),
    "lines between, columns left out": Layout(bare_cells(), (_SPACED, left_out), without_columns),
    "a cell a line, bars, columns left out": Layout(a_cell_a_line(), (_SPACED, left_out), without_columns),
    "a cell a line, bars below": Layout(a_cell_a_line(bar="\n|", fill=False), (_BROKEN,), told=True),
    "a cell a line, bars below, filled up": Layout(a_cell_a_line(bar="\n|"), (_BROKEN,)),
    "a cell a line, bars below, zeros blank": Layout(a_cell_a_line(bar="\n|", fill=False), (_BROKEN,), zeros_blank),
    "rows opened by a bar": Layout(rows_opened_by_a_bar, (_SPACED, remarked), forms=("2021",)),
    "rows opened by a bar, zeros blank": Layout(rows_opened_by_a_bar, (_SPACED,), zeros_blank),
    "lines between": Layout(bare_cells(), (_BROKEN,)),
    "lines between, labels apart": Layout(bare_cells(odd_spaces=True), (_APART,)),
    "lines between, remarks in labels": Layout(bare_cells(), (_APART, remarked), forms=("2019",)),
    "lines between, zeros blank": Layout(bare_cells(), (_BROKEN,), zeros_blank),
    "lines between, empty lines kept": Layout(bare_cells(kept="\xa0"), (_BROKEN,), zeros_blank),
    "lines between, spelt out": Layout(bare_cells(), (_BROKEN,), spelt),
    "lines between, the head of the older form": Layout(bare_cells(), (old_head, _BROKEN), forms=("2021",)),
    "lines, a menu before": Layout(bare_cells(between="\n"), (_BROKEN,), page=(half_width, menu_before)),
    "bars, a menu before": Layout(a_row_a_line(), (_SPACED,), page=(half_width, menu_before)),
    "a cell a line, bars, a menu before": Layout(a_cell_a_line(), (_SPACED,), page=(half_width, menu_before)),
    "lines": Layout(bare_cells(between="\n"), (_BROKEN,)),
    "lines, figures left out": Layout(bare_cells(between="\n"), (), figures_left_out),
    "each line once": Layout(bare_cells(between="\n"), (), spelt, page=(half_width, each_line_once)),
    "tabs": Layout(tabs, (_SPACED,), page=()),
    "bars, readings behind": Layout(a_row_a_line(), (_SPACED,), page=(half_width, readings_behind)),
    "a cell a line, bars, readings behind": Layout(a_cell_a_line(), (_SPACED,), page=(half_width, readings_behind)),
    "lines between, readings twice": Layout(bare_cells(), (_BROKEN,), page=(half_width, readings_twice)),
    "bars, readings and remarks": Layout(a_row_a_line(), (_SPACED, remarked), page=(half_width, readings_behind), forms=("2019",)),
    "bars, words of the island": Layout(a_row_a_line(more=1), (_SPACED, remarked), page=(half_width, island_words), forms=("2019",)),
}  # fmt: skip


# --- the reports -----------------------------------------------------------------------------------------------------


def nothing(form_id: str, random: Random) -> Report:
    """A report of zeros, as many townships have."""
    report = filled(form_id, random)
    return report.with_entries({c.id: number_entry(0) for c in report.form.cells})


def little(form_id: str, random: Random) -> Report:
    """A few numbers, with true sums."""
    report = nothing(form_id, random)
    told = {c: random.randrange(1, 30) for c in random.sample(list(report.form.inputs), random.randrange(1, 8))}
    numbers = {c.id: 0 for c in report.form.cells} | told
    numbers |= expected(report.form, numbers)
    return report.with_entries({c: number_entry(n) for c, n in numbers.items()})


def any_report(form_id: str, random: Random) -> Report:
    """A report with many numbers, few or none, now and then with wrong sums or blanks."""
    report = random.choice((filled, little, little, nothing))(form_id, random)
    cells = [c.id for c in report.form.cells]
    if random.random() < 0.3:
        report = report.with_entries(
            {c: number_entry(random.randrange(60)) for c in random.sample(cells, random.choice((1, 2, 9)))}
        )
    if random.random() < 0.2:
        report = report.with_entries(dict.fromkeys(random.sample(cells, random.choice((1, 4, 20))), BLANK))
    return report
