"""A sheet of the roll-up workbook: the same head, completeness mark and print set-up on each, tables in one look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlplugin.books.desk import Desk
from xlplugin.books.look import BAD, BAD_TINT, BASE, GOOD, GOOD_TINT, HEAD_TINT, HEI, LINE, OPEN, TITLE_TINT
from xlplugin.merging.rollup import RollUp

OVERVIEW, UNITS, ORIGIN, LEDGER, PROBLEMS, REMINDERS, ADJUSTED, YEARS = (
    "总览",
    "分单位",
    "来源",
    "台账",
    "问题",
    "缺报催报",
    "调整",
    "同比",
)
SHEETS = (OVERVIEW, UNITS, ORIGIN, LEDGER, PROBLEMS, REMINDERS, ADJUSTED, YEARS)
OPEN_TINT, NAVY, STRIPE = "#FFF1C9", "#1F3A5F", "#F7F9FC"
HEAD_ROW = 3  # 0-based row of a table's heads; above: title, mark, a line of explanation
_BOX = {"border": 1, "border_color": LINE, "valign": "vcenter", "font_size": 10.5}
_NUMBER = {**_BOX, "align": "right", "indent": 1}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": HEI, "font_size": 18, "font_color": NAVY, "valign": "vcenter"},
    "mark_good": {"font_name": HEI, "font_size": 11, "font_color": GOOD, "bg_color": GOOD_TINT, "valign": "vcenter", "indent": 1},
    "mark_bad": {"font_name": HEI, "font_size": 11, "font_color": BAD, "bg_color": BAD_TINT, "valign": "vcenter", "indent": 1},
    "note": {"font_size": 10, "font_color": "#6B7280", "valign": "vcenter"},
    "note_wrap": {"font_size": 10, "font_color": "#6B7280", "valign": "top", "text_wrap": True},
    "head": {**_BOX, "bg_color": HEAD_TINT, "bold": True, "align": "center", "text_wrap": True},
    "group": {**_BOX, "bg_color": TITLE_TINT, "bold": True, "align": "center", "text_wrap": True},
    "text": {**_BOX, "text_wrap": True, "indent": 1},
    "line": {**_BOX, "indent": 1},
    "middle": {**_BOX, "align": "center"},
    "number": {**_NUMBER, "num_format": "#,##0;-#,##0;0"},
    "money": {**_NUMBER, "num_format": "#,##0.######"},
    "signed": {**_NUMBER, "num_format": "+#,##0.######;-#,##0.######;0"},
    "percent": {**_NUMBER, "num_format": "0.0%"},
    "blank": {**_BOX, "bg_color": OPEN_TINT},
    "sum": {**_NUMBER, "bg_color": TITLE_TINT, "bold": True, "num_format": "#,##0.######"},
    "sum_text": {**_BOX, "bg_color": TITLE_TINT, "bold": True, "indent": 1},
    "link": {**_BOX, "indent": 1, "font_color": "#1F5FBF", "underline": 1},
    "entry": {**_BOX, "bg_color": "#FFFDF3", "locked": False, "text_wrap": True},
    "choice": {
        **_BOX,
        "bg_color": "#FFFDF3",
        "locked": False,
        "font_name": HEI,
        "font_size": 12,
        "border": 2,
        "border_color": NAVY,
    },
    "big": {
        "font_name": HEI,
        "font_size": 24,
        "align": "center",
        "valign": "vcenter",
        "border_color": LINE,
        "left": 1,
        "right": 1,
        "bottom": 1,
    },
    "big_head": {
        "font_size": 11,
        "align": "center",
        "valign": "vcenter",
        "bg_color": HEAD_TINT,
        "border": 1,
        "border_color": LINE,
    },
    "light": {**_BOX, "align": "center", "font_size": 16},
    "good": {**_BOX, "font_color": GOOD, "align": "center"},
    "bad": {**_BOX, "font_color": BAD, "align": "center"},
    "open": {**_BOX, "font_color": OPEN, "align": "center"},
    "heading": {
        "font_name": HEI,
        "font_size": 13,
        "font_color": NAVY,
        "bottom": 2,
        "bottom_color": TITLE_TINT,
        "valign": "vcenter",
    },
}


def mark_of(rolled: RollUp) -> str:
    """The line that stands on every sheet: year, scope, and what the figures lack."""
    if rolled.complete:
        return f"{rolled.year} 年度　口径：{rolled.scope}　完整（{len(rolled.accepted)} 个单位全部计入）"
    lacks = [
        f"缺报 {len(rolled.silent)} 个" if rolled.silent else "",
        f"退回 {len(rolled.returned_units)} 个" if rolled.returned_units else "",
        f"{len(rolled.open)} 格有单位未填" if rolled.open else "",
        f"{len(rolled.incomplete_parts)} 个下级汇总不完整" if rolled.incomplete_parts else "",
    ]
    return f"{rolled.year} 年度　口径：{rolled.scope}　不完整：{'，'.join(x for x in lacks if x)}"


@dataclass
class Formats:
    """Formats by name, each made once in the workbook."""

    book: Any

    def __post_init__(self) -> None:
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Any] = {}

    def __call__(self, style: str, **more: Any) -> Any:
        key = (style, tuple(sorted(more.items())))
        if key not in self._made:
            self._made[key] = self.book.add_format({**BASE, **_STYLES[style], **more})
        return self._made[key]


class Sheet:
    """Draws by rows and columns counted from 0, as XlsxWriter does."""

    def __init__(
        self, desk: Desk, formats: Formats, name: str, rolled: RollUp, note: str = "", *, landscape: bool = True
    ) -> None:
        self.page = desk.workbook.add_worksheet(name)
        self.formats, self.rolled, self.name = formats, rolled, name
        page = self.page
        page.hide_gridlines(2)
        page.set_tab_color(NAVY if rolled.complete else BAD)
        page.set_paper(9)
        page.set_landscape() if landscape else page.set_portrait()
        page.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        page.fit_to_pages(1, 0)
        printed(page, rolled)
        page.set_row(0, 30)
        page.set_row(1, 21)
        page.write_string(0, 0, name, formats("title"))
        if note:
            page.write_string(2, 0, note, formats("note"))

    def marked(self, last_column: int) -> None:
        """The completeness mark across the table's width."""
        style = self.formats("mark_good" if self.rolled.complete else "mark_bad")
        if last_column:
            self.page.merge_range(1, 0, 1, last_column, mark_of(self.rolled), style)
        else:
            self.page.write_string(1, 0, mark_of(self.rolled), style)

    def widths(self, widths: Sequence[float]) -> None:
        for i, width in enumerate(widths):
            self.page.set_column(i, i, width)

    def heads(self, row: int, heads: Sequence[str]) -> None:
        self.page.set_row(row, 24)
        for column, head in enumerate(heads):
            self.page.write_string(row, column, head, self.formats("head"))

    def table(self, heads: Sequence[str], widths: Sequence[float], rows: int) -> None:
        """Heads, freeze, filter and print titles for a list of so many rows."""
        self.widths(widths)
        self.marked(len(heads) - 1)
        self.heads(HEAD_ROW, heads)
        self.page.freeze_panes(HEAD_ROW + 1, 0)
        self.page.repeat_rows(HEAD_ROW)
        if rows:
            self.page.autofilter(HEAD_ROW, 0, HEAD_ROW + rows, len(heads) - 1)
        self.page.print_area(0, 0, HEAD_ROW + max(1, rows), len(heads) - 1)

    def put(self, row: int, column: int, value: object, style: str = "line", **more: Any) -> None:
        """Numbers as numbers, text as text, nothing as a blank."""
        made = self.formats(style, **more)
        if value is None or value == "":
            self.page.write_blank(row, column, None, made)
        elif isinstance(value, int | float | Decimal):
            self.page.write_number(row, column, value, made)
        else:
            self.page.write_string(row, column, str(value)[:32_000], made)

    def file_link(self, row: int, column: int, file: str) -> None:
        """A link to the received file; what cannot be a link stays a text."""
        name = short(file)
        url = link_of(file)
        if url and self.page.write_url(row, column, url, self.formats("link"), name, file[:250]) == 0:
            return
        self.put(row, column, name)

    def empty(self, words: str, columns: int) -> None:
        """Says that a list is empty, so that nobody takes a blank sheet for a fault."""
        self.page.merge_range(HEAD_ROW + 1, 0, HEAD_ROW + 1, columns - 1, words, self.formats("middle"))


def printed(page: Any, rolled: RollUp) -> None:
    """Head and foot of every printed page: name, scope, 不完整, page number."""
    state = "完整" if rolled.complete else "不完整"
    name = (rolled.name or "汇总表").replace("&", "&&")
    page.set_header(f'&L&"宋体,Regular"&9 {name} {rolled.year} 年度&R&"宋体,Bold"&9口径：{rolled.scope}　{state}')
    page.set_footer('&C&"宋体,Regular"&9第 &P 页，共 &N 页')


def short(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def link_of(file: str) -> str:
    """Where a click leads: web addresses as they are, files as external links; "" where neither works."""
    if file.startswith(("http://", "https://")):
        return file
    if "://" in file or not file:
        return ""
    return "external:" + str(Path(file)) if len(file) < 240 else ""
