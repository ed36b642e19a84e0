"""Rows of a table that are taken back once all are read: because of their sums, their lists, their merged cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from xlplugin.form import Table
from xlplugin.numerals import State
from xlplugin.recognising.doubts.doubting import doubtful, says
from xlplugin.recognising.doubts.listed import doubt_listed
from xlplugin.recognising.doubts.places import compared, narrow, narrower
from xlplugin.recognising.doubts.reaching import reaching_down
from xlplugin.recognising.labels.segments import places_of
from xlplugin.recognising.labels.stream import Stream
from xlplugin.recognising.rows.found import Found, apart, astray, coded
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.manner import shape_of
from xlplugin.recognising.rows.readings import Readings

_FEW = 4  # one row in as many
_LINES = 2  # on which the numbers of a row may stand where its line was too long
_SHORT = 8  # one row in as many

_GLUED = 2  # rows with digits that stand together: one may be a slip, more are not


def take_back(readings: Readings, table: Table, rows: Sequence[Found], *, headed: bool, glued: Collection[str]) -> None:
    """Take back the rows that the balances show to be shifted, and the numbers that are not of their cells.

    `headed`: every column has its label, in its place.  `glued`: the rows in which digits of several cells stand together.
    """
    cells, within, counted = layout(readings.form.id, table.key)
    known = {c for c, e in readings.entries.items() if e.state is not State.UNREAD}
    read = {k: v for k, v in cells.items() if not known.isdisjoint(v)}
    sure = {f.key for f in rows if f.sure}
    gapped = {f.key for f in rows if f.gapped}
    mixed = _mixed(rows)
    said = {k: says(inside, read[k], readings.entries) for k, inside in within.items() if k in read}
    places = compared(readings.stream, rows)
    back = doubtful(
        within,
        read,
        readings.entries,
        said,
        sure=sure,
        gapped=gapped,
        lossy=_lossy([f for f in rows if f.key not in glued]),
        mixed=mixed,
        narrow=narrow(readings.stream, rows),
        cut=places.cut,
        usual=places.usual,
        regular=headed and len(readings.glued & read.keys()) < _GLUED and _regular(readings.stream, rows),
    )
    back |= (readings.glued & set(read)) - sure  # their numbers were counted, and one of them is two
    back |= {k for k in places.longer & read.keys() if not said.get(k)}
    back |= {f.key for f in rows if said.get(f.key) is False and _scattered(readings.stream, f)}
    if mixed:
        back |= narrower(readings.stream, rows)
    if astray(rows):
        back |= {k for k in read if not said.get(k)}
    single = [f for f in rows if f.columns == 1]
    if sum(f.rule == "IMP-EXTRA" for f in single) > 1:  # two numbers under one label: where one is empty, which is not told
        back |= {k for f in rows if (k := f.key) in read and k not in within and (k not in sure or len(f.block.columns) == 1)}
    if glued:
        back |= {k for k in _before_missing(rows) & read.keys() if not said.get(k)}
    if apart(rows) or coded(rows):
        back = set(read) - sure
    for key in sorted(back, key=list(cells).index):
        seen = " | ".join(e.seen if (e := readings.entries.get(c)) else "" for c in cells[key])
        label = readings.form.cell[cells[key][0]].label
        what = f"{label}起的一行见到 {seen}，横向合计对不上，这份材料又缺格或错位，不能确定各数属于哪一列，没有读入。"
        readings.unread(cells[key], "IMP-SHORT", what, seen=seen, about=key)
    doubt_listed(readings, counted)
    failing = {k for k, holds in said.items() if holds is False and k not in back}
    for cell in reaching_down(within, cells, readings.entries, sure, failing):
        seen = readings.entries[cell].seen
        what = f"{readings.form.cell[cell].label}：“{seen}”使横向合计对不上，下面一行又空着，可能是几行合并的数，没有读入。"
        readings.unread([cell], "IMP-MERGED", what, seen=seen, about=cell)


def _before_missing(rows: Sequence[Found]) -> set[str]:
    """The rows followed by one whose label is lost: its numbers may stand together with theirs."""
    return {row.key for row, after in pairwise(rows) if not after.segments}


def _scattered(stream: Stream, row: Found) -> bool:
    """Whether the numbers of a row stand on more than two lines, but not each on one: something else may be among them."""
    full = row.segments[0].full if row.segments else []
    return _LINES < len({stream.lines[s.cell] for s in full}) < len(full)


def _regular(stream: Stream, rows: Sequence[Found]) -> bool:
    """Whether every row stands once and has a number for each of its columns, but for a few whose empty cells have as many
    places as full rows of their shape."""
    if any(len(row.segments) != 1 or row.rule for row in rows):
        return False
    full = [row.segments[0] for row in rows if not row.gapped and len(row.segments[0].full) == row.columns]
    shapes = {shape_of(stream, s) for s in full}
    gapped = [row.segments[0] for row in rows if row.gapped]
    return (
        len(full) + len(gapped) == len(rows)
        and _FEW * len(gapped) <= len(rows)
        and shapes.issuperset(shape_of(stream, s) for s in gapped)
    )


def _lossy(rows: Sequence[Found]) -> bool:
    """Whether numbers of something else stand among the rows, or several rows have lost some."""
    counted = [(s, f.columns) for f in rows for s in f.segments if f.columns > 1 and not f.sure]
    over = any(len(s.full) > columns for s, columns in counted[:-1])
    short = sum(len(s.full) > 0 and places_of(s) < columns for s, columns in counted)
    return over or (short > 1 and _SHORT * short > len(counted))


def _mixed(rows: Sequence[Found]) -> bool:
    """Whether numbers of something else stand among the rows: more of them than columns, or outside the columns."""
    return any(f.rule == "IMP-EXTRA" and f.columns > 1 for f in rows)
