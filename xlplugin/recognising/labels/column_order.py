"""Whether the labels over the columns stand in the official order, wherever a document names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from xlplugin.form import Block, Table
from xlplugin.recognising.labels.column_names import column_of, columns_of, is_strange, nearly
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.labels.stream import Stream

_BEFORE = 80  # characters before a row in which the labels of its columns stand
_ORDERS = re.compile(r"a?z?g?|a?g?z?|(?:azg)+|(?:agz)+")


def misplaced_of(
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


def in_other_places(block: Block, zone: Sequence[Segment], named: Sequence[str | None]) -> bool:
    """Whether a line of as many labels as columns, or as a group has, some of them damaged, has one where another belongs."""
    likely = [
        (s.line, k or nearly(s, block)) for s, k in zip(zone, named, strict=True) if k or (s.token is None and is_strange(s.text))
    ]
    lines = [[k for _, k in line] for _, line in groupby(likely, key=itemgetter(0))]
    official = {len(keys): keys for keys in (block.column_keys, tuple(c.key for c in block.columns if c.group))}
    return any(any(k and k != c for k, c in zip(line, official.get(len(line), line), strict=True)) for line in lines)


def falls_before(stream: Stream, block: Block, cell: int) -> bool:
    """Whether the columns' labels, broken so that they are none, stand in another order in the text before a row."""
    end = stream.starts[cell]
    before = stream.whole[max(0, end - _BEFORE) : end]
    found = [at for c in block.columns if (at := before.rfind(skeleton(c.label))) >= 0]
    return found != sorted(found)


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
    named = [(s.line, k) for run in runs for s in run if s.token and (k := column_of(s.token, mine, beside))]
    lines = [[k for _, k in line] for _, line in groupby(named, key=itemgetter(0))]
    return any(len(keys) > 1 and keys[0] != beside[0] and beside[0] in keys for keys in lines)


def _some_run_falls(table: Table, block: Block, runs: Sequence[Sequence[Segment]]) -> bool:
    """Whether labels of the columns that follow each other, wherever that is, stand in another order."""
    official = block.column_keys
    named = [keys for run in runs if any(keys := columns_of(run, table, block)) and tuple(keys) != official]
    return any(_falls(official, list(own)) for keys in named for there, own in groupby(keys, key=bool) if there)


def _falls(official: Sequence[str], keys: Sequence[str | None]) -> bool:
    """Whether one of the keys stands before one that precedes it; the first of all may begin them anew."""
    begins = official[0]
    ranks = [official.index(k) for k in keys if k]
    return any(0 < b < a for a, b in pairwise(ranks)) or (len(keys) > 1 and keys[0] != begins and begins in keys)


def _named(segment: Segment, table: Table, block: Block, own: Collection[str]) -> str | None:
    """The column of a group that a segment names, or nearly names."""
    key = column_of(segment.token, table.key, own) if segment.token is not None else nearly(segment, block)
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
