"""A text whose line breaks were lost: each row of the tables begins a line again, and so do the numbers of table four."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from xlplugin.form import forms

_LONGEST = 1_000_000  # characters; no report is as long
_BLOCKS = 3  # titles on one line, so that it is no line of a table
_LIKE = {
    "（": "[（(]",
    "）": "[）)]",
    "、": "[、,，]",
    "，": "[,，、]",
    ".": "[.．、]",
    "“": "[“\"'‘]",
    "”": "[”\"'’]",
    "/": "[/／]",
    "：": "[：:]",
}
_TITLE_ENDS = re.compile(r"(?<=年度报告)\s+")
_NUMBERS = re.compile(r"(总\s?计[\s|]*)((?:\d+[\s|]+){14}\d+)")


def in_lines(text: str) -> str:
    """The text with its lines parted; as it is where it has them."""
    if len(text) > _LONGEST or text.count(_sign()) < _BLOCKS or not any(map(_holds_tables, text.split("\n"))):
        return text
    return "\n".join(_parted(line) if _holds_tables(line) else line for line in text.split("\n"))


def _holds_tables(line: str) -> bool:
    """Whether more than one table stands on a line, as where all line breaks were lost, and its rows have no numbers of
    their own, which would end the row before."""
    if line.count(_sign()) < _BLOCKS or not any(
        t.columns_title in line for f in forms().values() for t in f.tables if t.columns_title
    ):
        return False
    before = [int(m[1]) for m in _numbered().finditer(line)]
    return sum(b == a + 1 for a, b in pairwise(before)) < _BLOCKS


@lru_cache(maxsize=1)
def _sign() -> str:
    """With what the titles of the blocks of table two begin, in every form, before a bracket that copies write in two ways."""
    return next(b.title for form in forms().values() for b in form.tables[0].blocks if b.title).partition("（")[0]


@lru_cache(maxsize=1)
def _numbered() -> re.Pattern[str]:
    """A number right before the label of a row."""
    return re.compile(rf"(?<!\d)(\d{{1,3}})[\s|.、]*{_rows().pattern}")


def _parted(line: str) -> str:
    start = line.index(_sign())
    before = _TITLE_ENDS.sub("\n", _sections().sub(r"\n\g<0>\n", line[:start]))
    rows = _sections().sub(r"\n\g<0>\n", _rows().sub(r"\n\g<0>", line[start:]))
    return f"{before}\n{_NUMBERS.sub(lambda m: f'{m[1]}{chr(10)}{m[2]}{chr(10)}', rows)}"


@lru_cache(maxsize=1)
def _sections() -> re.Pattern[str]:
    return _any_of(dict.fromkeys(s.title for form in forms().values() for s in form.sections))


@lru_cache(maxsize=1)
def _rows() -> re.Pattern[str]:
    """What begins a line of the tables."""
    begins: dict[str, None] = {}
    for form in forms().values():
        for block in (b for t in form.tables for b in t.blocks):
            begins |= dict.fromkeys(x for x in (block.title, block.row_header, *(r.label for r in block.rows)) if x)
    return _any_of(begins)


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(texts, key=len, reverse=True)
    return re.compile(rf"(?<![^\s|])(?:{'|'.join(map(_loosely, longest_first))})(?=[\s|])")


def _loosely(text: str) -> str:
    """A pattern for a label as copies write it: with a space where a line broke, in half width."""
    return r"\s?".join(_LIKE.get(c, re.escape(c)) for c in text)
