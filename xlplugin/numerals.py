"""What a clerk's keystrokes in a number cell mean (DOMAIN 1.7).

Blank, zero, not applicable and text are four things; nothing becomes 0 silently.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

Number = int | Decimal


class State(StrEnum):
    """How a cell came to its value, or why it has none."""

    NUMBER = "number"
    BLANK = "blank"  # nothing, or white space
    NA = "na"  # “/”, “-”, “无”, “不适用”
    TEXT = "text"  # anything else that is not a number
    UNREAD = "unread"  # an import could not place a value
    FILLED = "filled"  # written by `fill`, so no evidence
    NIL = "nil"  # 0 by 全零申报
    DEDUCED = "deduced"  # the only value that the balances allow
    FORMULA = "formula"  # a formula stands in an entry cell; its result is no evidence


class Entry(NamedTuple):
    """What stands in one cell: its number if it has one, how it came to it, and what was seen."""

    value: Number | None
    state: State
    seen: str = ""
    proposal: Number | None = None


BLANK = Entry(None, State.BLANK)
_NA = {"/", "-", "—", "–", "―", "−", "─", "一一", "--", "——", "//", "\\", "无", "不适用", "N/A", "n/a", "NA", "/件", "无。"}
_ZERO = {"零", "〇"}
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_INSIDE = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
# Full-width keystrokes only: NFKC would also make 52 of 5² and 1 of ①.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: "-", 0x3000: " "}
_MAX_DIGITS = 15  # a spreadsheet keeps no more
_CHANGED = re.compile(r"(?:新?增加?|(?P<fewer>[减減]少?))了?(?P<number>\d{1,6})[项項件]?")
_UNCHANGED = re.compile(r"(?:[未无無不没沒][增减減有]?){1,2}(?:[增减減变變]化?){1,2}|持平")


def squeeze(text: str) -> str:
    """Half width without white space: ０ and 0, 1，204 and 1,204 are the same keystrokes."""
    return _SPACE.sub("", text.translate(_HALF_WIDTH))


@lru_cache(maxsize=65536)
def entry(text: str, unit: str | None = "件") -> Entry:
    """Read the text of a number cell.  `unit` (件, 项, 万元, None) only steers the number proposed for a text.

    >>> entry("1,204").value, entry("").state.value, entry("/").state.value, entry("0件").proposal
    (1204, 'blank', 'na', 0)
    """
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        return Entry(int(text), State.NUMBER, text)
    s = squeeze(text)
    if not s:
        return BLANK
    if s in _NA:
        return Entry(None, State.NA, text)
    number = _number(s)
    if number is not None:
        return Entry(number, State.NUMBER, text)
    return Entry(None, State.TEXT, text, _proposal(s, unit))


def _number(s: str) -> Number | None:
    if s in _ZERO:
        return 0
    if not (_PLAIN.fullmatch(s) or _GROUPED.fullmatch(s)) or sum(map(str.isdigit, s)) > _MAX_DIGITS:
        return None
    return tidy(Decimal(s.replace(",", "")))


@lru_cache(maxsize=4096)
def said_change(text: str) -> int | None:
    """The change that a text says in words, as offices do under 本年增/减; None where it says none.

    >>> said_change("减4"), said_change("新增 3项"), said_change("未增未减"), said_change("增/减")
    (-4, 3, 0, None)
    """
    s = squeeze(text)
    if found := _CHANGED.fullmatch(s):
        return -int(found["number"]) if found["fewer"] else int(found["number"])
    return 0 if _UNCHANGED.fullmatch(s) else None


def tidy(number: Decimal) -> Number:
    """An int where the number is whole; the digits as typed where it is not."""
    return int(number) if number == number.to_integral_value() else number


def stored_number(text: str) -> Number | None:
    """A number as a spreadsheet file stores it: 9.1999999999999998E-2 is what Excel writes for 0.092.

    None for what is not finite or no number at all.
    """
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else Decimal(repr(number))


def _proposal(s: str, unit: str | None) -> Number | None:
    """The number that was probably meant, when the text holds exactly one; never taken without a click."""
    found = _INSIDE.findall(s)
    if len(found) != 1:
        return None
    try:
        number = Decimal(found[0].replace(",", ""))
    except InvalidOperation:
        return None
    if re.search(r"[减少降]", s):
        number = -abs(number)
    return tidy(_in_unit(number, s, unit))


def _in_unit(number: Decimal, s: str, unit: str | None) -> Decimal:
    if unit == "万元":
        scale = Decimal(10000) if "亿" in s else Decimal("0.0001") if "元" in s and "万" not in s else Decimal(1)
    else:
        scale = Decimal(100000000) if "亿" in s else Decimal(10000) if "万" in s else Decimal(1)
    return (number * scale).normalize()
