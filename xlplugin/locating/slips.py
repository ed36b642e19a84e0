"""The slips of a hand that types numbers, and how a clerk calls them.

`slip` judges one number; `rewritings` lists what several cells would say had they been exchanged or shifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from xlplugin.form import Block, Form, Table
from xlplugin.numerals import Number

SMALL_SHIFT = 2  # a shifted line must hold at least this many different numbers to be told from others


class Rewriting(NamedTuple):
    """One act of a hand that changes several cells: the values that should stand there, and the words for it."""

    cells: dict[str, Number]
    why: str


def slip(typed: Number, right: Number) -> str:
    """Why somebody who meant `right` would have typed `typed`; empty where no slip explains it."""
    if typed == -right:
        return "多打了一个负号" if typed < 0 else "少打了负号"
    if isinstance(typed, Decimal) or isinstance(right, Decimal) or typed < 0 or right < 0:
        return "小数点打错" if isinstance(typed, Decimal) and _digits(typed) == str(right) else ""
    was, should = str(typed), str(right)
    if len(was) == len(should):
        return _same_length(was, should)
    if len(was) == len(should) + 1 and _one_dropped(was, should):
        return "多打了一位数字" if not _doubled(was, should) else "一位数字打了两遍"
    if len(should) > len(was) and (typed or right < 100) and _one_dropped(should, was.zfill(len(should) - 1)):
        return "少打了一位数字"
    if typed == right * 10000 and right:
        return "把元当作万元"
    return ""


def _same_length(was: str, should: str) -> str:
    different = [i for i, (a, b) in enumerate(zip(was, should, strict=True)) if a != b]
    if len(different) == 2:
        i, j = different
        if was[i] == should[j] and was[j] == should[i]:
            return "两位数字打反了" if j == i + 1 else "两位数字换了位置"
    return ""


def _one_dropped(longer: str, shorter: str) -> bool:
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _doubled(longer: str, shorter: str) -> bool:
    return any(longer == shorter[: i + 1] + shorter[i] + shorter[i + 1 :] for i in range(len(shorter)))


def _digits(number: Decimal) -> str:
    return str(number).replace(".", "").lstrip("0") or "0"


def rewritings(form: Form, tables: frozenset[str], values: Mapping[str, Number]) -> Iterator[Rewriting]:
    """Every exchange of two neighbours, exchange of two lines and shift by one that these tables allow."""
    for table in form.tables:
        if table.key in tables:
            for block in table.blocks:
                yield from _of_block(table, block, values)


def _of_block(table: Table, block: Block, values: Mapping[str, Number]) -> Iterator[Rewriting]:
    across = [[f"{table.key}.{r.key}.{c.key}" for c in block.columns] for r in block.data_rows]
    down = [list(line) for line in zip(*across, strict=True)]
    rows = [r.label for r in block.data_rows]
    columns = [c.label for c in block.columns]
    yield from _neighbours(across, rows, "左右", values)
    yield from _neighbours(down, columns, "上下", values)
    yield from _shifts(across, rows, "整行", values)
    yield from _shifts(down, columns, "整列", values)
    yield from _exchanged_lines(across, rows, "行", values)
    yield from _exchanged_lines(down, columns, "列", values)


def _neighbours(lines: list[list[str]], labels: list[str], where: str, values: Mapping[str, Number]) -> Iterator[Rewriting]:
    for line in lines:
        for a, b in pairwise(line):
            if a in values and b in values and values[a] != values[b]:
                yield Rewriting({a: values[b], b: values[a]}, f"{where}相邻两格的数填反了")


def _shifts(lines: list[list[str]], labels: list[str], what: str, values: Mapping[str, Number]) -> Iterator[Rewriting]:
    """A run of a line written one cell too far, the last value lost or pushed over a 0."""
    for line, label in zip(lines, labels, strict=True):
        for run in _runs(line):
            if not all(c in values for c in run):
                continue
            said = [values[c] for c in run]
            for moved in ([*said[1:], said[0]], [said[-1], *said[:-1]]):
                changed = {c: v for c, v, old in zip(run, moved, said, strict=True) if v != old}
                if len(changed) > SMALL_SHIFT:
                    yield Rewriting(changed, f"“{label}”{what}错了一格")


def _runs(line: list[str]) -> Iterator[list[str]]:
    """The line, and the line without its last cell (the total is often typed in its right place)."""
    yield line
    yield line[:-1]


def _exchanged_lines(lines: list[list[str]], labels: list[str], what: str, values: Mapping[str, Number]) -> Iterator[Rewriting]:
    for i in range(len(lines) - 1):
        pairs = [(a, b) for a, b in zip(lines[i], lines[i + 1], strict=True) if a in values and b in values]
        changed = {c: values[o] for a, b in pairs for c, o in ((a, b), (b, a)) if values[a] != values[b]}
        if len(changed) > SMALL_SHIFT:
            yield Rewriting(changed, f"“{labels[i]}”和“{labels[i + 1]}”两{what}填反了")
