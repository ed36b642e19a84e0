"""The labels over the columns: whether they stand in the official order, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from xlplugin.form import Block, Line, Table
from xlplugin.recognising.folding import skeleton
from xlplugin.recognising.lexicon import COLUMN, FOREIGN_COLUMN
from xlplugin.recognising.placing import Ruled
from xlplugin.recognising.segments import Segment
from xlplugin.recognising.stream import MARKS, Stream

_LONGEST_LABEL = 20


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
    ruled: Ruled | None = None


def header(stream: Stream, table: Table, block: Block, zone: Sequence[Segment]) -> Header:
    """The header of a block.  `zone`: the segments between the numbers before it and its first row."""
    cells = [s.cell for s in zone if _column(s, table, block)]
    apart = len(set(cells)) == len(cells)
    seen = [(s.line, key) for s in zone if (key := _column(s, table, block))]
    foreign = tuple(f.text for s in zone if s.token is not None and (f := s.token.of(FOREIGN_COLUMN)))
    here = {k for _, k in seen}
    strange = tuple(s.text for s in zone if s.token is None and 1 < len(skeleton(s.text)) <= _LONGEST_LABEL)
    return Header(
        frozenset(_misplaced(table, block, seen, zone) if apart else _in_one_cell(block, [k for _, k in seen])),
        foreign,
        tuple(c.label for c in block.columns if c.key not in here),
        strange,
        tuple(stream.texts[s.cell] for s in zone),
        _ruled(stream, table, block, zone),
    )


def _ruled(stream: Stream, table: Table, block: Block, zone: Sequence[Segment]) -> Ruled | None:
    """Where the columns stand, if each label stands once, alone in its cell, and all in one grid in the official order."""
    own = [(s.cell, k) for s in zone if (k := _column(s, table, block)) and s.token is not None and s.token.first == s.token.last]
    places = [stream.places[c] for c, _ in own]
    if [k for _, k in sorted(own, key=lambda x: stream.places[x[0]].column)] != [c.key for c in block.columns]:
        return None
    columns = tuple(sorted(p.column for p in places))
    if len({p.grid for p in places}) != 1 or len(set(columns)) != len(columns):
        return None
    cells = range(zone[0].cell, max(c for c, _ in own) + 1)
    lines = {stream.line(c) for c, _ in own}
    titled = {
        stream.places[c].column for c in cells if stream.line(c) in lines and stream.texts[c] and stream.texts[c] not in MARKS
    }
    return Ruled(places[0].grid, columns, frozenset(titled))


def _column(segment: Segment, table: Table, block: Block) -> str | None:
    if segment.token is None:
        return None
    keys = {c.key for c in block.columns}
    return next((x.key for x in segment.token.labels if x.kind == COLUMN and x.table == table.key and x.key in keys), None)


def _misplaced(table: Table, block: Block, seen: Sequence[tuple[tuple[int, int], str]], zone: Sequence[Segment]) -> set[str]:
    bad: set[str] = set()
    groups = [list(g) for _, g in groupby(block.columns, key=lambda c: c.group)]
    grouped = any(c.group for c in block.columns)
    for group in groups:
        if group[0].group or not grouped:
            bad |= _out_of_order([c.key for c in group], [k for _, k in seen if k in {c.key for c in group}])
    if grouped:
        bad |= _out_of_line(block, seen) | _after_its_group(table, block, seen, zone)
    return bad


def _in_one_cell(block: Block, seen: list[str]) -> set[str]:
    """Labels run together without cells: only those of a group have a known order."""
    bad: set[str] = set()
    for _, group in groupby(block.columns, key=lambda c: c.group):
        keys = [c.key for c in group]
        bad |= _out_of_order(keys, [k for k in seen if k in keys])
    return bad


def _out_of_order(official: list[str], seen: list[str]) -> set[str]:
    """The columns of a group that do not stand in their places; all of them where the places cannot be known."""
    runs = [seen[i : i + len(official)] for i in range(0, len(seen), len(official))]
    if len(seen) % len(official) == 0 and all(sorted(r) == sorted(official) for r in runs):
        return {k for run in runs for k, should in zip(run, official, strict=True) if k != should}
    ranks = [official.index(k) for k in seen]
    falls = sum(b <= a for a, b in pairwise(ranks))
    return set(official) if falls else set()


def _out_of_line(block: Block, seen: Sequence[tuple[tuple[int, int], str]]) -> set[str]:
    """Columns of different groups that stand on one line in another order."""
    groups = [c.group or c.key for c in block.columns]
    rank = {c.key: groups.index(c.group or c.key) for c in block.columns}
    bad: set[str] = set()
    for _, keys in groupby(seen, key=lambda s: s[0]):
        ranks = [rank[k] for _, k in keys]
        if ranks != sorted(ranks):
            bad |= {c.key for c in block.columns if not c.group}
    return bad


def _after_its_group(
    table: Table, block: Block, seen: Sequence[tuple[tuple[int, int], str]], zone: Sequence[Segment]
) -> set[str]:
    """Columns before the first group whose label stands behind the group's (one label a line)."""
    first = next(i for i, c in enumerate(block.columns) if c.group)
    leading: Sequence[Line] = block.columns[:first]
    title = skeleton(block.columns[first].group or "")
    at = next((i for i, s in enumerate(zone) if s.token is not None and s.token.skeleton == title), None)
    if at is None:
        return set()
    alone = {line for line, _ in seen} - {line for i, (line, _) in enumerate(seen) if line in [x for x, _ in seen[:i]]}
    place = {id(s): i for i, s in enumerate(zone)}
    late = {_column(s, table, block) for s in zone if place[id(s)] > at and s.line in alone}
    early = {_column(s, table, block) for s in zone if place[id(s)] < at}
    if any(c.key in late and c.key not in early for c in leading):
        return {c.key for c in block.columns if not c.group}
    return set()
