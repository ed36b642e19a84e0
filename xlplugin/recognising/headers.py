"""The labels over the columns: whether they stand in the official order, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from operator import eq, itemgetter
from typing import NamedTuple

from xlplugin.form import Block, Table
from xlplugin.recognising.folding import skeleton
from xlplugin.recognising.lexicon import FOREIGN_COLUMN, SECTION, TITLE, Label
from xlplugin.recognising.placing import Ruled
from xlplugin.recognising.segments import Segment
from xlplugin.recognising.stream import MARKS, Stream, Token

_LONGEST_LABEL = 20
_NEAR = 0.6
_FEWEST = 3  # characters; in fewer a misread one is most of the label
_BEFORE = 80  # characters before a row in which the labels of its columns stand
_LONGEST_HEAD = 200  # characters, the gaps of a text between them included
_OWN_COLUMN = re.compile(r"(?:备注|上年|去年|小计|合计|总数|代码|行次|序号|同比|增减|占比|更新日期)数?\s*$|(?:上年|去年)本年")
_ORDERS = re.compile(r"a?z?g?|a?g?z?|(?:azg)+|(?:agz)+")


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
    whole: bool = False  # each column has its label, or a damaged copy of it, in its place, and nothing else is among them

    @property
    def partial(self) -> bool:
        """Whether some columns seem not to be there at all."""
        return bool(self.missing) and not self.strange and bool(self.found)

    @property
    def extra(self) -> bool:
        """Whether there seem to be columns of the office's own; a label that another word follows in its cell is not missing."""
        return self.own or (self.more and all(any(_followed(label, x) for x in self.strange) for label in self.missing))


def header(stream: Stream, table: Table, block: Block, zone: Sequence[Segment]) -> Header:
    """The header of a block.  `zone`: the segments between the numbers before it and its first row."""
    own = _columns(zone, table, block)
    cells = [s.cell for s, k in zip(zone, own, strict=True) if k]
    apart = len(set(cells)) == len(cells)
    seen = [(s.line, key) for s, k in zip(zone, own, strict=True) if (key := k or _nearly(s, block))]
    foreign = tuple(f.text for s in zone if s.token is not None and (f := _foreign(s.token, table)))
    here = set(own)
    misplaced = _misplaced(block, seen, [s.line for s in zone], apart=apart)
    strange = [
        i for i, s in enumerate(zone) if s.token is None and _is_strange(s.text) and not (i and _remarks(stream, zone[i - 1], s))
    ]
    if strange and not any(c.group for c in block.columns) and _in_other_places(block, zone, own):
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
        not (misplaced or foreign)
        and {k for _, k in seen} >= set(block.column_keys)
        and all(_nearly(zone[i], block) for i in strange if i >= begins),
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


def _is_strange(text: str) -> bool:
    return 1 < len(skeleton(text)) <= _LONGEST_LABEL


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


def _columns(segments: Sequence[Segment], table: Table, block: Block) -> list[str | None]:
    """The column of the block that each segment names."""
    keys, mine = block.column_keys, table.key
    return [_column(t, mine, keys) if (t := s.token) is not None and t.labels.columns else None for s in segments]


def _column(token: Token, table: str, keys: Collection[str]) -> str | None:
    for label in token.labels.columns:
        if label.table == table and label.key in keys:
            return label.key
    return None


def _nearly(segment: Segment, block: Block) -> str | None:
    """The column whose label a text without a meaning is a damaged copy of; only for the order of the labels."""
    if segment.token is not None or not 2 < len(text := skeleton(segment.text)) <= _LONGEST_LABEL:
        return None
    near = [(SequenceMatcher(None, text, skeleton(c.label)).ratio(), c.key) for c in block.columns]
    ratio, key = max(near)
    return key if ratio >= _NEAR and sum(r >= ratio - 0.1 for r, _ in near) == 1 else None


def misread(text: str, labels: Collection[str]) -> str | None:
    """The label of the same length that most of a text's characters are of, one by one; None where two are as near."""
    if len(text) < _FEWEST:
        return None
    near = sorted(((sum(map(eq, text, x)), x) for x in labels if len(x) == len(text)), reverse=True)
    if not near or 2 * near[0][0] < len(text) or (len(near) > 1 and near[1][0] == near[0][0]):
        return None
    return near[0][1]


def _misplaced(
    block: Block, seen: Sequence[tuple[tuple[int, int], str]], lines: Sequence[tuple[int, int]], *, apart: bool
) -> set[str]:
    """The columns whose numbers cannot be trusted.  Labels run together without cells: only those of a group have an order."""
    if _astray(block, seen, lines):
        return set(block.column_keys)
    if tuple([k for _, k in seen]) == block.column_keys:
        return set()
    bad: set[str] = set()
    groups = [list(g) for _, g in groupby(block.columns, key=lambda c: c.group)]
    grouped = any(c.group for c in block.columns)
    for group in groups:
        if group[0].group or not (grouped and apart):
            bad |= _out_of_order([c.key for c in group], [k for _, k in seen if k in {c.key for c in group}])
    return bad


def _in_other_places(block: Block, zone: Sequence[Segment], named: Sequence[str | None]) -> bool:
    """Whether a line of as many labels as columns, some of them damaged, has one where another belongs."""
    likely = [
        (s.line, k or _nearly(s, block))
        for s, k in zip(zone, named, strict=True)
        if k or (s.token is None and _is_strange(s.text))
    ]
    lines = [[k for _, k in line] for _, line in groupby(likely, key=itemgetter(0))]
    official = [c.key for c in block.columns]
    return any(len(line) == len(official) and any(k and k != c for k, c in zip(line, official, strict=True)) for line in lines)


def falls_before(stream: Stream, block: Block, cell: int) -> bool:
    """Whether the columns' labels, broken so that they are none, stand in another order in the text before a row."""
    end = stream.starts[cell]
    before = stream.whole[max(0, end - _BEFORE) : end]
    found = [at for c in block.columns if (at := before.rfind(skeleton(c.label))) >= 0]
    return found != sorted(found)


def named_columns(segments: Sequence[Segment], table: Table, block: Block) -> int:
    """How many of the segments name a column of the block."""
    return sum(k is not None for k in _columns(segments, table, block))


def runs_of_columns(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments that name columns of whatever table, those that follow each other together."""
    return [list(run) for named, run in groupby(segments, key=_names_column) if named]


def runs_of_table(runs: Sequence[Sequence[Segment]], table: Table) -> list[Sequence[Segment]]:
    """Those of the runs in which a column of the table may be named."""
    mine = table.key
    return [run for run in runs if any(x.table == mine for s in run if s.token for x in s.token.labels.columns)]


def _names_column(segment: Segment) -> bool:
    return segment.token is not None and bool(segment.token.labels.columns)


def group_out_of_order(table: Table, block: Block, segments: Sequence[Segment], runs: Sequence[Sequence[Segment]]) -> set[str]:
    """Columns of a group, or beside it, that some line names in another order, wherever that line stands.

    `runs`: those of `segments` that name columns.
    """
    if _falls_beside(table, block, runs):
        return set(block.column_keys)
    group = [c.key for c in block.columns if c.group]
    likely = [s for s in segments if s.token is None or s.token.labels.columns] if group else []
    named = [(s.line, k) for s in likely if (k := _named(s, table, block, group))]
    bad: set[str] = set()
    for _, line in groupby(named, key=itemgetter(0)):
        keys = [k for _, k in line]
        if len(keys) > 2:
            bad |= _out_of_order(group, keys)
    return bad


def _falls_beside(table: Table, block: Block, runs: Sequence[Sequence[Segment]]) -> bool:
    """Whether a line names a column behind the group before one that stands before it."""
    beside = [c.key for c in block.columns if not c.group]
    if len(beside) == len(block.columns):
        return _some_run_falls(table, block, runs)
    mine = table.key
    named = [(s.line, k) for run in runs for s in run if s.token and (k := _column(s.token, mine, beside))]
    lines = [[k for _, k in line] for _, line in groupby(named, key=itemgetter(0))]
    return any(len(keys) > 1 and keys[0] != beside[0] and beside[0] in keys for keys in lines)


def _some_run_falls(table: Table, block: Block, runs: Sequence[Sequence[Segment]]) -> bool:
    """Whether labels of the columns that follow each other, wherever that is, stand in another order."""
    official = block.column_keys
    named = [keys for run in runs if any(keys := _columns(run, table, block)) and tuple(keys) != official]
    return any(_falls(official, list(own)) for keys in named for there, own in groupby(keys, key=bool) if there)


def _falls(official: Sequence[str], keys: Sequence[str | None]) -> bool:
    """Whether one of the keys stands before one that precedes it; the first of all may begin them anew."""
    begins = official[0]
    ranks = [official.index(k) for k in keys if k]
    return any(0 < b < a for a, b in pairwise(ranks)) or (len(keys) > 1 and keys[0] != begins and begins in keys)


def _named(segment: Segment, table: Table, block: Block, own: Collection[str]) -> str | None:
    """The column of a group that a segment names, or nearly names."""
    key = _column(segment.token, table.key, own) if segment.token is not None else _nearly(segment, block)
    return key if key in own else None


def _astray(block: Block, seen: Sequence[tuple[tuple[int, int], str]], lines: Sequence[tuple[int, int]]) -> bool:
    """Whether the columns beside a group do not stand where the form has them.

    Read row by row, the last columns come before the labels of the group (they stand one line higher), or after them;
    or before all others, at the end of a line that has none of them.
    """
    grouped = [i for i, c in enumerate(block.columns) if c.group]
    if not grouped:
        return False
    sign = {c.key: "g" if c.group else "a" if i < grouped[0] else "z" for i, c in enumerate(block.columns)}
    order = "".join(letter for letter, _ in groupby(sign[k] for _, k in seen))
    if order != "zag":
        return _ORDERS.fullmatch(order) is None
    first = seen[0][0]
    return lines.count(first) < 2 or any(line == first and sign[k] != "z" for line, k in seen)


def _out_of_order(official: list[str], seen: list[str]) -> set[str]:
    """The columns of a group that do not stand in their places; all of them where the places cannot be known."""
    runs = [seen[i : i + len(official)] for i in range(0, len(seen), len(official))]
    if len(seen) % len(official) == 0 and all(sorted(r) == sorted(official) for r in runs):
        return {k for run in runs for k, should in zip(run, official, strict=True) if k != should}
    ranks = [official.index(k) for k in seen]
    falls = sum(b <= a for a, b in pairwise(ranks))
    return set(official) if falls else set()
