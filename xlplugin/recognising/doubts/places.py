"""Rows of a table that have more or fewer places than their like, empty ones counted: a cell is lost there, or one too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xlplugin.recognising.labels.segments import Segment, places_of
from xlplugin.recognising.labels.stream import VAGUE, Stream
from xlplugin.recognising.rows.found import Found

_MOST = 4  # all of them but one in as many

Kind = tuple[int, int, int]  # what rows that are laid out alike have in common; the last may be left out


class Compared(NamedTuple):
    """Rows by their places, beside those of their like.

    `cut`: fewer than most have; `usual`: as many, where empty cells leave their places; `longer`: one cell a line, a number
    for each column, and more bars behind them.
    """

    cut: set[str]
    usual: set[str]
    longer: set[str]


def narrow(stream: Stream, rows: Sequence[Found]) -> set[str]:
    """The rows whose line has fewer places than that of another row of the table in the same grid."""
    wide = {f.key: (f.segments[0].line[0], len(stream.line_of(f.segments[0].cell))) for f in rows if f.segments}
    most: dict[int, int] = {}
    for grid, width in wide.values():
        most[grid] = max(width, most.get(grid, 0))
    return {k for k, (grid, width) in wide.items() if width < most[grid]}


def narrower(stream: Stream, rows: Sequence[Found]) -> set[str]:
    """Of a table with columns of its own: the rows that have not as many places as most."""
    wide = {f.key: len(stream.line_of(f.segments[0].cell)) for f in rows if f.segments}
    usual = Counter(wide.values()).most_common(1)
    return {k for k, n in wide.items() if n != usual[0][0]}


def compared(stream: Stream, rows: Sequence[Found]) -> Compared:
    """The rows with fewer places, as many, or more than most of their like."""
    found = Compared(set(), set(), set())
    first = {f.key: f.segments[0] for f in rows if f.segments}
    full = {f.key for f in rows if f.key in first and len(first[f.key].full) == f.columns}
    groups = _alike(stream, rows)
    for kind, alike in groups.items():
        others = alike.values() if len(alike) > 1 else [n for k, x in groups.items() if k[:-1] == kind[:-1] for n in x.values()]
        for key, places, most in ((k, n, most) for most in _usual(others) for k, n in alike.items()):
            below = _below(first[key])
            if places < most and not (below and key == rows[-1].key):  # bars before a row are lost behind the last one
                found.cut.add(key)
            elif places > most and below and key in full:
                found.longer.add(key)
            elif places == most and not (below and VAGUE not in first[key].marks):
                found.usual.add(key)
    return found


def _alike(stream: Stream, rows: Sequence[Found]) -> Mapping[Kind, Mapping[str, int]]:
    """The places of each row, by those that are laid out alike.

    On a line: with the label in the same column of the grid.  One cell a line, and bars for empty cells and behind the row:
    of as many columns, both the first under a heading or neither, and, where there are such, of the same level.
    """
    places: dict[Kind, dict[str, int]] = {}
    for row in rows:
        if not row.segments:
            continue
        first = row.segments[0]
        if not _below(first):
            places.setdefault((first.line[0], stream.columns[first.cell], 0), {})[row.key] = places_of(first)
        else:
            places.setdefault((row.columns, -1 - _opens(row), row.row.level), {})[row.key] = sum(
                s.full or s.text == VAGUE for s in first.slots
            )
    return places


def _below(segment: Segment) -> bool:
    return bool(segment.slots) and segment.slots[0].below


def _opens(row: Found) -> bool:
    """Whether the row is the first under its heading."""
    return row.row.parent is not None and next(r for r in row.block.data_rows if r.parent == row.row.parent) is row.row


def _usual(places: Iterable[int]) -> Sequence[int]:
    """How many places most have, if that many do."""
    counted = Counter(places)
    if not counted:
        return ()
    most, times = counted.most_common(1)[0]
    return (most,) if times > 1 and _MOST * times >= (_MOST - 1) * (counted.total() - 1) else ()
