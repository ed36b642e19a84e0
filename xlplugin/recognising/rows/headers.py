"""The labels over the columns: whether they stand in the official order, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.form import Block, Table
from xlplugin.recognising.labels.column_names import columns_of, is_strange, nearly, nearly_all
from xlplugin.recognising.labels.column_order import in_other_places, misplaced_of
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.lexicon import FOREIGN_COLUMN, SECTION, TITLE, Label
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.labels.stream import MARKS, Stream, Token
from xlplugin.recognising.rows.placing import Ruled

_LONGEST_HEAD = 200  # characters, the gaps of a text between them included
_OWN_COLUMN = re.compile(r"(?:备注|上年|去年|小计|合计|总数|代码|行次|序号|同比|增减|占比|更新日期)数?(?:\s|$)|(?:上年|去年)本年")


class Header(NamedTuple):
    """What stands over the columns of a block.

    `misplaced`: columns whose label stands where another belongs; their numbers cannot be trusted.  `foreign`: labels of
    another form.  `missing`: columns whose label was not found.  `strange`: texts there that are no labels.
    """

    misplaced: frozenset[str]
    foreign: tuple[str, ...]
    missing: tuple[str, ...]
    strange: tuple[str, ...]
    texts: tuple[str, ...]
    found: int
    more: bool
    ruled: Ruled | None = None
    own: bool = False  # a column of the office's own is named
    early: bool = False  # nothing is named like the last column
    whole: bool = False  # each column has its label, or a damaged copy of it, in its place, and nothing else is among them

    @property
    def partial(self) -> bool:
        """Whether some columns seem not to be there at all, or nothing says which there are."""
        return bool(self.missing) and (not self.strange or self.early)

    @property
    def extra(self) -> bool:
        """Whether there seem to be columns of the office's own; a label that another word follows in its cell is not missing."""
        return self.own or (self.more and all(any(_followed(label, x) for x in self.strange) for label in self.missing))


def header(stream: Stream, table: Table, block: Block, zone: Sequence[Segment]) -> Header:
    """The header of a block.  `zone`: the segments between the numbers before it and its first row."""
    own = columns_of(zone, table, block)
    cells = [s.cell for s, k in zip(zone, own, strict=True) if k]
    apart = len(set(cells)) == len(cells)
    seen = [(s.line, key) for s, k in zip(zone, own, strict=True) for key in ([k] if k else nearly_all(s, block))]
    foreign = tuple(f.text for s in zone if s.token is not None and (f := _foreign(s.token, table)))
    here = set(own)
    misplaced = misplaced_of(block, seen, [s.line for s in zone], apart=apart)
    strange = [
        i for i, s in enumerate(zone) if s.token is None and is_strange(s.text) and not (i and _remarks(stream, zone[i - 1], s))
    ]
    if strange and in_other_places(block, zone, own):
        misplaced = {c.key for c in block.columns}
    begins = next((i for i, s in enumerate(zone) if own[i] or _heads(s, table)), len(zone))
    return Header(
        frozenset(misplaced),
        foreign,
        tuple(c.label for c in block.columns if c.key not in here),
        tuple(zone[i].text for i in strange),
        tuple(stream.texts[s.cell] for s in zone),
        len(here - {None}),
        bool(strange) and strange[-1] >= begins,
        _ruled(stream, block, zone, own),
        any(map(is_own_column, zone)) and any(map(is_own_column, zone[_title(zone, table) :])),
        block.columns[-1].key not in {k for _, k in seen},
        not (misplaced or foreign)
        and {k for _, k in seen} >= set(block.column_keys)
        and all(nearly(zone[i], block) for i in strange if i >= begins),
    )


def is_own_column(segment: Segment) -> bool:
    """Whether this names a column that is none of the form: 备注, 序号, 同比."""
    text = segment.text
    return segment.token is None and len(text) <= _LONGEST_HEAD and _OWN_COLUMN.search(text) is not None


def _title(zone: Sequence[Segment], table: Table) -> int:
    """Where the last title of the table stands over its columns, 第二十条第（一）项 or that of its section."""
    places = [i for i, s in enumerate(zone) if s.token is not None and any(_titles(x, table) for x in s.token.labels.every)]
    return places[-1] if places else 0


def _foreign(token: Token, table: Table) -> Label | None:
    """The column of this table in another form that a token names; that of another table says nothing of this one."""
    if FOREIGN_COLUMN not in token.labels.by_kind:
        return None
    return next((x for x in token.labels.every if x.kind == FOREIGN_COLUMN and x.table == table.key), None)


def _titles(label: Label, table: Table) -> bool:
    if label.kind == SECTION:
        return label.key == table.key
    return label.table == table.key and label.text in {b.title for b in table.blocks}


def _followed(label: str, text: str) -> bool:
    """Whether a text begins with a label and goes on with the name of something else: 其他小计."""
    own, found = skeleton(label), skeleton(text)
    return found.startswith(own) and len(found) > len(own) + 1


def _remarks(stream: Stream, label: Segment, segment: Segment) -> bool:
    """Whether a text is a remark in brackets behind the label in its own cell, as in 现行有效件数（历史累计）."""
    if label.token is None or label.token.last != segment.cell:
        return False
    before, _, behind = stream.texts[segment.cell].partition(segment.text)
    return before.rstrip()[-1:] in ("(", "（") and behind.strip() in (")", "）")


def _heads(segment: Segment, table: Table) -> bool:
    """Whether this is the title over the columns."""
    if segment.token is None or TITLE not in segment.token.labels.by_kind:
        return False
    return any(x.table == table.key and x.text == table.columns_title for x in segment.token.labels.every)


def _ruled(stream: Stream, block: Block, zone: Sequence[Segment], named: Sequence[str | None]) -> Ruled | None:
    """Where the columns stand, if each label stands once, alone in its cell, and all in one grid in the official order."""
    own = {s.cell: k for s, k in zip(zone, named, strict=True) if k and _fills_its_cell(stream, s)}
    place_of = stream.columns
    if tuple([own[c] for c in sorted(own, key=place_of.__getitem__)]) != block.column_keys:
        return None
    columns = tuple(sorted(place_of[c] for c in own))
    if len({stream.lines[c][0] for c in own}) != 1 or len(set(columns)) != len(columns):
        return None
    first, last = zone[0].cell, max(own)
    cells = [c for line in {stream.line_of(c) for c in own} for c in line if first <= c]
    titled = frozenset(place_of[c] for c in cells if c <= last and stream.texts[c] and stream.texts[c] not in MARKS)
    every = frozenset(columns)
    between = tuple(c for c in range(columns[0], columns[-1]) if c not in every)
    return Ruled(stream.lines[last][0], columns, titled, max(place_of[c] for c in cells), every, between)


def _fills_its_cell(stream: Stream, segment: Segment) -> bool:
    token = segment.token
    return token is not None and token.first == token.last and len(token.skeleton) == len(stream.skeletons[token.first])
