"""Fonts, fills and widths: data, and the one place that turns a style's name into a format."""

from __future__ import annotations

import math
import unicodedata
from functools import cache
from typing import Any

SONG, HEI = "宋体", "黑体"
INK, GREY, LINE = "#1F2933", "#6B7280", "#8A94A6"
TITLE_TINT, HEAD_TINT, TOTAL_TINT = "#DCE6F2", "#F4F6F9", "#EAF1FA"
ENTRY_TINT, BLANK_TINT, TEXT_TINT = "#FFFDF3", "#FFF1C9", "#FCE0C4"
GOOD, BAD, OPEN = "#1B7F3B", "#B42318", "#8A6100"
GOOD_TINT, BAD_TINT, AUTO_TINT, BAR_TINT = "#E3F4E8", "#FBC9C2", "#DDF0E3", "#F7F9FC"
PART_TINT = "#FDECEA"  # a part of a broken total: paler than the total
SUSPECT_TINT, ATTENTION_TINT = "#F8B26A", "#E6DDF3"  # what 校验 marked: probably wrong; to be looked at
LINK = "#1F5FBF"

_GRID = {"border": 1, "border_color": LINE}
_MIDDLE = {"align": "center", "valign": "vcenter"}
_WRAP = {"text_wrap": True, "valign": "vcenter"}
_SMALL = {"font_size": 10, "font_color": GREY}
_BAR = {"bg_color": BAR_TINT, "valign": "vcenter", "bottom": 1, "bottom_color": LINE}

BASE = {"font_name": SONG, "font_size": 11, "font_color": INK}
STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    # the official tables
    "section": {"font_name": HEI, "font_size": 15, "valign": "vcenter"},
    "title": {**_GRID, **_MIDDLE, "bg_color": TITLE_TINT, "font_size": 11},
    "head": {**_GRID, **_MIDDLE, **_WRAP, "bg_color": HEAD_TINT, "bold": True, "font_size": 10.5},
    "corner": {**_GRID, **_WRAP, "bg_color": HEAD_TINT, "font_size": 9.5, "font_color": GREY},
    "row": {**_GRID, **_WRAP, "font_size": 10.5, "indent": 1},
    "row_top": {**_GRID, **_WRAP, "font_size": 10.5, "bold": True, "indent": 1},
    "group": {**_GRID, **_MIDDLE, **_WRAP, "font_size": 10.5},
    "group_upright": {**_GRID, **_MIDDLE, "rotation": 270, "bold": True, "font_size": 11},
    "entry": {**_GRID, **_MIDDLE, "bg_color": ENTRY_TINT, "locked": False, "font_size": 11},
    "total": {**_GRID, **_MIDDLE, "bg_color": TOTAL_TINT, "locked": False, "font_size": 11, "bold": True},
    "computed": {**_GRID, **_MIDDLE, "bg_color": TOTAL_TINT, "font_size": 11, "bold": True},
    # beside and under the tables, on the screen only
    "bar_status": {**_BAR, "font_name": HEI, "font_size": 11, "shrink": True, "indent": 1},
    "bar_link": {**_BAR, "align": "center", "font_color": LINK, "underline": 1, "font_size": 11},
    "notice": {**_SMALL, "valign": "vcenter", "font_color": OPEN},
    "aside_head": {**_MIDDLE, **_SMALL, "text_wrap": True, "bottom": 1, "bottom_color": LINE},
    "aside_label": {**_SMALL, "align": "right", "indent": 1, "valign": "vcenter", "text_wrap": True},
    "aside": {**_MIDDLE, **_SMALL},
    "aside_mark": {**_MIDDLE, "font_size": 10, "font_color": OPEN},
    # cover, prose, guide
    "book_title": {**_MIDDLE, "font_name": HEI, "font_size": 22, "text_wrap": True},
    "book_notice": {**_MIDDLE, "font_size": 11, "font_color": GREY},
    "field": {**_GRID, "bg_color": HEAD_TINT, "valign": "vcenter", "align": "center", "font_size": 12, "text_wrap": True},
    "field_entry": {
        **_GRID,
        **_WRAP,
        "align": "left",
        "indent": 1,
        "bg_color": ENTRY_TINT,
        "locked": False,
        "num_format": "@",
        "font_size": 12,
    },
    "field_number": {
        **_GRID,
        **_WRAP,
        "align": "left",
        "indent": 1,
        "bg_color": ENTRY_TINT,
        "locked": False,
        "num_format": "0",
        "font_size": 12,
    },
    "hint": {**_SMALL, **_WRAP, "indent": 1},
    "heading": {"font_name": HEI, "font_size": 13, "valign": "vcenter"},
    "text": {**_WRAP, "valign": "top", "font_size": 11},
    "box": {
        **_GRID,
        "text_wrap": True,
        "valign": "top",
        "align": "left",
        "indent": 1,
        "bg_color": ENTRY_TINT,
        "locked": False,
        "num_format": "@",
        "font_size": 12,
    },
    "box_head": {**_GRID, **_MIDDLE, "text_wrap": True, "bg_color": HEAD_TINT, "font_size": 12},
    "swatch": {**_GRID, **_MIDDLE, "font_size": 11},
    "cell": {**_GRID, **_WRAP, "font_size": 10.5, "indent": 1},
    "id": {**_GRID, **_SMALL, "valign": "vcenter"},  # in a hidden column, so never wrapped
    "cell_middle": {**_GRID, **_MIDDLE, "font_size": 10.5, "text_wrap": True},
    "cell_number": {**_GRID, "align": "right", "indent": 1, "valign": "vcenter", "font_size": 10.5},
    "cell_link": {**_GRID, "indent": 1, "valign": "vcenter", "font_size": 10.5, "font_color": LINK, "underline": 1},
    "cell_entry": {**_GRID, **_MIDDLE, "bg_color": ENTRY_TINT, "locked": False, "font_size": 10.5},
    "cell_note": {**_GRID, **_WRAP, "indent": 1, "bg_color": ENTRY_TINT, "locked": False, "font_size": 10.5, "num_format": "@"},
    "light": {**_MIDDLE, "font_size": 20, "font_color": OPEN},
    "verdict": {"font_name": HEI, "font_size": 15, "valign": "vcenter", "shrink": True},
    "count_head": {**_GRID, **_MIDDLE, "bg_color": HEAD_TINT, "font_size": 10.5},
    "count": {**_GRID, **_MIDDLE, "font_size": 14, "bold": True},
    "finding": {**_WRAP, "font_size": 10.5, "indent": 1},
    "finding_middle": {**_MIDDLE, "text_wrap": True, "font_size": 10.5},
    "finding_number": {"align": "right", "indent": 1, "valign": "vcenter", "font_size": 10.5},
    "finding_link": {**_WRAP, "font_size": 10.5, "indent": 1, "font_color": LINK, "underline": 1},
    "finding_id": _SMALL,
    "finding_note": {**_WRAP, "font_size": 10.5, "indent": 1, "locked": False, "num_format": "@"},
    # conditional
    "if_suspect": {"bg_color": SUSPECT_TINT, "font_color": BAD, "bold": True},
    "if_attention": {"bg_color": ATTENTION_TINT},
    "if_broken": {"bg_color": BAD_TINT, "font_color": BAD, "bold": True},
    "if_part": {"bg_color": PART_TINT},
    "if_text": {"bg_color": TEXT_TINT, "font_color": BAD},
    "if_blank": {"bg_color": BLANK_TINT},
    "if_auto": {"bg_color": AUTO_TINT, "italic": True},
    "if_good": {"font_color": GOOD},
    "if_bad": {"font_color": BAD, "bold": True},
    "if_open": {"font_color": OPEN},
    "if_good_row": {"font_color": GOOD, "bg_color": GOOD_TINT},
    "if_bad_row": {"font_color": BAD, "bg_color": BAD_TINT},
    "if_listed": {"bottom": 1, "bottom_color": LINE},
    "if_listed_note": {"bottom": 1, "bottom_color": LINE, "bg_color": ENTRY_TINT},
}
_CONDITIONAL = "if_"

NUMBER_WIDTH = 11.5  # eight digits in 宋体 11 with room to spare
NARROW_NUMBER_WIDTH = 9.5
LINE_HEIGHT = 16.5  # points a line of text at 10.5 takes with air


class Look:
    """Formats of one XlsxWriter workbook by the names of styles, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made = cache(self._make)

    def __call__(self, style: str, **more: Any) -> Any:
        return self._made(style, tuple(sorted(more.items())))

    def _make(self, style: str, more: tuple[tuple[str, Any], ...]) -> Any:
        base = {} if style.startswith(_CONDITIONAL) else BASE
        return self._workbook.add_format({**base, **STYLES[style], **dict(more)})


_ACROSS = 0.89  # a character at 10.5 points against a column unit, which is a digit at 11 points


def text_width(text: str) -> float:
    """Width of a text in a spreadsheet's column units: a Chinese character takes two digits."""
    return max((sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n")), default=0)


def lines_in(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of that width (with the cell's own margins)."""
    room = max(2.0, width - 2.5)
    return sum(max(1, math.ceil(text_width(line) * _ACROSS / room)) for line in text.split("\n"))
