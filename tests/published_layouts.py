"""Layouts in which real sites give the text of a published report: one renderer each, and the changes offices and sites make.

    text = LAYOUTS["bars, rows filled up"].render(report, Random(7))

The tables are those of `published_copies.printed`.  A layout says how cells, rows, empty cells and the places that merged
cells covered are written; all of them were met in copies of real reports, whose figures are not used here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from tests.published_changes import (
    HALVES_LOST,
    Change,
    Rows,
    changes_said,
    each_line_once,
    empty_lost,
    figures_left_out,
    half_width,
    island_words,
    left_out,
    menu_before,
    menu_behind,
    old_head,
    parting,
    readings_behind,
    readings_twice,
    remarked,
    sentences_between,
    spelt,
    total_below,
    without_columns,
    worded,
    zeros_blank,
)
from tests.published_copies import OPENING, SAID, Td, printed, title
from xlplugin.report import Report

Writer = Callable[[Rows], list[str]]


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


UPRIGHT = [
    "未经复议直接起诉 复议后起诉",
    "结 结 其 尚",
    "结 结 其 尚 结 结 其 尚",
    "果 果 他 未",
    "总计 果 果 他 未 总 果 果 他 未 总",
    "维 纠 结 审",
    "维 纠 结 审 计 维 纠 结 审 计",
    "持 正 果 结",
    "持 正 果 结 持 正 果 结",
]  # the head of table four in narrow columns, a character a line


HALFWAY = [
    "未经复议直接起诉 复议后起诉",
    "结果 结果 其他 尚未 总",
    "维持 纠正 结果 审结 计 结果 结果 其他 尚未 总 结果 结果 其他 尚未 总",
    "维持 纠正 结果 审结 计 维持 纠正 结果 审结 计",
]  # two characters a line


def spaces(*, head: Sequence[str] = ()) -> Writer:
    """A row a line with a space between cells, as from a page of a PDF; perhaps with labels that stand upright."""

    def write(rows: Rows) -> list[str]:
        lines = [" ".join(td.text for td in row if td.text) for row in rows]
        return [lines[0], *head, *lines[3:]] if head and rows[0][0].text == "行政复议" else lines

    return write


def led_cells(rows: Rows) -> list[str]:
    """A cell a line, its bar before that line, and the bars for merges behind the last cell of the row."""
    lines: list[str] = []
    for row in rows:
        text = "".join(f"| \n {td.text}  " for td in row) + "| "
        lines += (text.rstrip() + " " + "|" * (_wide(rows) - len(row))).split("\n")
    return lines


def tabs(rows: Rows) -> list[str]:
    """A row a line with a tab for every place of the grid, as a table is pasted."""
    wide = _wide(rows)
    return ["\t".join(td.text for td in row) + "\t" * (wide - len(row)) for row in rows]


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


_SPACED, _BROKEN, _APART = parting(" "), parting("\n"), parting("\n\n")
LAYOUTS: dict[str, Layout] = {
    "bars, rows filled up": Layout(a_row_a_line(), (_SPACED, HALVES_LOST), headings=False),
    "bars, not filled up": Layout(a_row_a_line(fill=False), (_SPACED,)),
    "bars, a place more": Layout(a_row_a_line(more=1), (HALVES_LOST,), head=HEAD),
    "bars, zeros blank": Layout(a_row_a_line(), (_SPACED,), zeros_blank),
    "bars, not filled up, zeros blank": Layout(a_row_a_line(fill=False), (_SPACED,), zeros_blank),
    "bars, zeros lost": Layout(a_row_a_line(), (_SPACED, empty_lost), zeros_blank),
    "bars, line breaks in empty cells": Layout(a_row_a_line(empty="\n"), (_SPACED,), zeros_blank),
    "bars, figures left out": Layout(a_row_a_line(), (), figures_left_out),
    "bars, labels as typed": Layout(a_row_a_line(), (_SPACED, worded)),
    "lines between, labels as typed": Layout(bare_cells(), (_SPACED, worded)),
    "a cell a line, bars, labels as typed": Layout(a_cell_a_line(), (_SPACED, worded)),
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
    "spaces": Layout(spaces(), (parting(" "),)),
    "spaces, labels upright": Layout(spaces(head=UPRIGHT)),
    "spaces, labels halfway upright": Layout(spaces(head=HALFWAY)),
    "spaces, zeros lost": Layout(spaces(), (), zeros_blank),
    "tabs": Layout(tabs, (_SPACED,), page=()),
    "lines between, halves lost": Layout(bare_cells(), (HALVES_LOST,)),
    "a cell a line, bars, the total below": Layout(a_cell_a_line(), (_SPACED, total_below)),
    "bars, changes said": Layout(a_row_a_line(), (_SPACED,), changes_said, forms=("2019",)),
    "a cell a line, bars, changes said": Layout(a_cell_a_line(fill=False), (), changes_said, forms=("2019",)),
    "lines between, changes said": Layout(bare_cells(), (_BROKEN,), changes_said, forms=("2019",)),
    "bars, sentences between": Layout(a_row_a_line(), (_SPACED,), page=(half_width, sentences_between)),
    "lines between, sentences between": Layout(bare_cells(), (_BROKEN,), page=(half_width, sentences_between)),
    "a cell a line, bars before": Layout(led_cells, (_SPACED,)),
    "a cell a line, bars before, zeros blank": Layout(led_cells, (_SPACED,), zeros_blank),
    "bars, a menu behind": Layout(a_row_a_line(), (_SPACED,), page=(half_width, menu_behind)),
    "lines between, a menu behind": Layout(bare_cells(), (_BROKEN,), page=(half_width, menu_behind)),
    "bars, figures left out, a menu behind": Layout(a_row_a_line(), (), figures_left_out, page=(half_width, menu_behind)),
    "bars, readings behind": Layout(a_row_a_line(), (_SPACED,), page=(half_width, readings_behind)),
    "a cell a line, bars, readings behind": Layout(a_cell_a_line(), (_SPACED,), page=(half_width, readings_behind)),
    "lines between, readings twice": Layout(bare_cells(), (_BROKEN,), page=(half_width, readings_twice)),
    "bars, readings and remarks": Layout(a_row_a_line(), (_SPACED, remarked), page=(half_width, readings_behind), forms=("2019",)),
    "bars, words of the island": Layout(a_row_a_line(more=1), (_SPACED, remarked), page=(half_width, island_words), forms=("2019",)),
}  # fmt: skip


# --- any of them, broken anywhere ------------------------------------------------------------------------------------


def broken_anywhere(random: Random) -> Writer:
    """Cells and rows written in one of the ways above, with line breaks before or behind figures, and in empty cells."""
    before, behind, in_empty = (random.choice((0, 0, 0.05, 0.3, 1)) for _ in range(3))
    fill, more, lead = random.random() < 0.6, random.choice((0, 0, 1)), random.choice(("", "", "", "| "))
    how = random.choice((_in_a_row, _in_cells, _in_cells_barred_below, _in_cells_opened))

    def broken(td: Td) -> str:
        if not td.figure:
            return td.text
        if not td.text:
            return "\n" if random.random() < in_empty else ""
        chance = random.random()
        return f"{td.text}\n" if chance < behind else f"\n{td.text}" if chance < behind + before else td.text

    def write(rows: Rows) -> list[str]:
        wide = _wide(rows) + more
        bars = ["|" * (wide - len(row)) if fill else "" for row in rows[:-1]] + [""]
        return [x.strip() for row, b in zip(rows, bars, strict=True) for x in how(lead, [*map(broken, row)], b).split("\n")]

    return write


def _in_a_row(lead: str, cells: list[str], bars: str) -> str:
    return f"{lead}{' | '.join(cells)} | {bars}"


def _in_cells(lead: str, cells: list[str], bars: str) -> str:
    return "\n".join([*(f"{c} |" if c else "|" for c in cells), *([bars] if bars else [])])


def _in_cells_barred_below(lead: str, cells: list[str], bars: str) -> str:
    return "\n".join([*(f"{c}\n|" if c else "|" for c in cells), *([bars] if bars else [])])


def _in_cells_opened(lead: str, cells: list[str], bars: str) -> str:
    opened = "|\n" if lead else ""
    return f"{opened}{_in_cells('', cells, '')} {bars}"


def any_layout(random: Random) -> Layout:
    """Some layout, with any of the changes."""
    own = (parting(random.choice(" \n")), HALVES_LOST, remarked, worded, empty_lost)
    changes = tuple(c for c in own if random.random() < 0.4)
    return Layout(
        broken_anywhere(random), changes, random.choice((None, None, zeros_blank, spelt)), headings=random.random() < 0.7
    )
