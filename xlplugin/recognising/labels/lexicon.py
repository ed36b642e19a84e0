"""Every label of a form as it may be met in a text: what it is, and the one pattern that finds them all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from xlplugin.form import Block, Form, Line, Table, form, forms
from xlplugin.recognising.labels.folding import skeleton

ROW, HEAD, COLUMN, TITLE, SECTION = "row", "head", "column", "title", "section"
FOREIGN, FOREIGN_COLUMN = "foreign", "foreign column"  # what only another form has
_REMARK = re.compile(r"(?<=\w)（[^）]*）$")  # （二）部分公开（区分处理的……）
_FILE, _FILE_ELSEWHERE = "文件", "档案"  # 規範性檔案, as copies say that are made for readers of traditional characters
_ORDINAL = re.compile(r"^(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])")


@dataclass(frozen=True, slots=True)
class Label:
    """One way in which a label of the form may be written.

    `kind`: a row that holds numbers, a heading row, a column, a block's title, a section's title, or a label that only
    another form has.  `exact` is False for an alias or a label that lost its ordinal.
    """

    text: str
    kind: str
    table: str
    key: str
    printed: str
    exact: bool = True


class Labels:
    """What one skeleton may mean.

    `by_kind`: the first label of each kind; `row`: that of a row; `columns`: all of columns.
    """

    __slots__ = ("by_kind", "columns", "every", "row")

    def __init__(self, labels: Iterable[Label]) -> None:
        self.every: tuple[Label, ...] = tuple(labels)
        self.by_kind: dict[str, Label] = {x.kind: x for x in reversed(self.every)}
        self.row: Label | None = self.by_kind.get(ROW)
        self.columns: tuple[Label, ...] = tuple(x for x in self.every if x.kind == COLUMN)


class Lexicon(NamedTuple):
    """The labels of a form by skeleton, and the pattern of the longest one."""

    labels: dict[str, Labels]
    pattern: re.Pattern[str]
    rows: dict[str, tuple[str, ...]]  # table key → its data rows, in order
    telling: frozenset[str]  # skeletons by which forms are told apart


def without_ordinal(label: str) -> str:
    """The label without （一）, 一、 or 1. in front."""
    return _ORDINAL.sub("", label)


@lru_cache(maxsize=16)
def lexicon(form_id: str) -> Lexicon:
    """The lexicon of a form, with the labels of the other forms as foreign ones."""
    mine = form(form_id)
    found: dict[str, list[Label]] = {}
    for label in (*_labels(mine), *_looser(mine)):
        _add(found, label)
    for other in forms().values():
        if other.id != form_id:
            for label in _labels(other):
                if skeleton(label.text) not in found:
                    _add(found, replace(label, kind=FOREIGN_COLUMN if label.kind == COLUMN else FOREIGN))
    rows = {t.key: tuple(r.key for b in t.blocks for r in b.data_rows) for t in mine.tables}
    telling = frozenset(skeleton(x.text) for x in _labels(mine) if x.kind in (ROW, COLUMN) and x.table != _beside(mine))
    pattern = re.compile(one_of(found))
    return Lexicon({s: Labels(v) for s, v in found.items()}, pattern, rows, telling)


def one_of(words: Collection[str]) -> str:
    """A pattern of the longest of these words, in which words with the same beginning share it: each is looked at once."""
    behind: dict[str, list[str]] = {}
    for word in words:
        if word:
            behind.setdefault(word[0], []).append(word[1:])
    ways = "|".join(re.escape(first) + (one_of(rest) if any(rest) else "") for first, rest in behind.items())
    return f"(?:{ways})?" if "" in words else f"(?:{ways})" if len(behind) > 1 else ways


def _beside(mine: Form) -> str:
    return next((t.key for t in mine.tables if t.arrangement == "side_by_side"), "")


def _add(found: dict[str, list[Label]], label: Label) -> None:
    key = skeleton(label.text)
    if len(key) > 1:
        found.setdefault(key, []).append(label)


def _labels(mine: Form) -> Iterator[Label]:
    for section in mine.sections:
        for title in (section.title, *section.aliases):
            yield Label(title, SECTION, "", section.key, section.title)
    for table in mine.tables:
        for text in (table.corner_note, table.columns_title):
            if text:
                yield Label(text, TITLE, table.key, "", text)
        for block in table.blocks:
            yield from _block_labels(table, block)


def _block_labels(table: Table, block: Block) -> Iterator[Label]:
    for text in (block.title, block.row_header):
        if text:
            yield Label(text, TITLE, table.key, block.key, text)
    beside = table.arrangement == "side_by_side"
    for row in block.rows:
        kind = COLUMN if beside else HEAD if row.kind == "header" else ROW
        yield Label(row.label, kind, table.key, row.key, row.label)
        yield from (Label(a, kind, table.key, row.key, row.label, False) for a in row.aliases)
    for line in (*block.columns, *(block.rows if beside else ())):
        if line.group:
            yield Label(line.group, TITLE, table.key, "", line.group)
    for column in block.columns:
        yield Label(column.label, COLUMN, table.key, column.key, column.label)
        yield from (Label(a, COLUMN, table.key, column.key, column.label, False) for a in column.aliases)


def _looser(mine: Form) -> Iterator[Label]:
    """Row labels that lost their ordinal (automatic numbering), where what is left names one row only; or their
    remark; or in other words."""
    rows = [(t, r) for t in mine.tables if t.arrangement != "side_by_side" for b in t.blocks for r in b.rows]
    bare = [without_ordinal(r.label) for _, r in rows]
    for (table, row), text in zip(rows, bare, strict=True):
        if text != row.label and len(text) >= 4 and bare.count(text) == 1:
            yield Label(text, _kind(row), table.key, row.key, row.label, False)
        if (bare_of_remark := _REMARK.sub("", row.label)) != row.label:
            yield Label(bare_of_remark, _kind(row), table.key, row.key, row.label, False)
        if _FILE in row.label:
            yield Label(row.label.replace(_FILE, _FILE_ELSEWHERE), _kind(row), table.key, row.key, row.label, False)


def _kind(row: Line) -> str:
    return HEAD if row.kind == "header" else ROW
