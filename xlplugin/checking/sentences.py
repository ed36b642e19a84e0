"""Prose cut into sentences and clauses, and the numbers in it: digits, full-width digits and Chinese numerals.

Everything is compared in folded form (NFKC, no white space); the sentence as written is kept for the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from xlplugin.numerals import squeeze

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_HEAD = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[)）.、．,]|第[一二三四五六]是)?(.{2,14}?)(?:情况|工作|方面)?[:：.。]?$")
_LEAD = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]{1,2}[)）.、．,]\s*([^。，,:：；;]{2,14}?)(?:情况|工作|方面)?(?:[。:：，,.]|$)"
)
TOPICS = ("依申请公开", "主动公开", "政府信息管理", "平台建设", "监督保障")

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE = "零〇一二两三四五六七八九十百千万"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?万?|[{CHINESE}]+)"


class Sentence(NamedTuple):
    """One sentence: folded, as written, and the topic (主动公开, 依申请公开 …) of the paragraph it stands in."""

    folded: str
    written: str
    topic: str


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a section; a heading such as （二）依申请公开 sets the topic of what follows."""
    topic = ""
    for line in text.split("\n"):
        topic = _topic(line) or topic
        for found in _SENTENCE.finditer(line):
            written = found.group().strip()
            folded = squeeze(written)
            if folded:
                topic = _topic(written) or topic
                yield Sentence(folded, written, topic)


def _topic(line: str) -> str:
    lead = _LEAD.match(line.strip())
    if lead is None:
        return ""
    head = squeeze(lead.group(1))
    return next((t for t in TOPICS if t in head or (t == "依申请公开" and head == "申请公开")), "")


def number(text: str) -> int | Decimal | None:
    """The value of a numeral as written in prose; None for a figure with 万 that is only rounded (1.2万)."""
    if text[0].isdigit():
        return _digits(text)
    return _chinese(text)


def _digits(text: str) -> int | Decimal | None:
    bare = text.replace(",", "").removesuffix("万")
    value = Decimal(bare) * (10000 if text.endswith("万") else 1)
    return int(value) if value == value.to_integral_value() else value


def _chinese(text: str) -> int | None:
    """三百二十 → 320, 两千零五 → 2005, 二〇二四 → 2024, 一万二千 → 12000."""
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    whole, _, rest = text.rpartition("万")
    if whole:
        head, tail = _chinese(whole), _chinese(rest) if rest else 0
        return None if head is None or tail is None else head * 10000 + tail
    return _below_ten_thousand(rest)


def _below_ten_thousand(text: str) -> int | None:
    total, digit = 0, None
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        else:
            return None
    return total + (digit or 0)
