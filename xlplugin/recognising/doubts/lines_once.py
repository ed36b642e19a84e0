"""Copies that keep of equal lines only the first: a 0 that stood before is not there again, nor a label that a menu named.

Only a row with all its numbers, whose next label in the form follows, is whole there; of any other a number, or the label
of the row below, may be lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlplugin.form import Table
from xlplugin.numerals import Entry, State
from xlplugin.recognising.labels.lexicon import SECTION, TITLE
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.rows.found import Found
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.readings import Readings

_SEVERAL = re.compile(r"\d\s+\d+\s+\d")
_FEW = 3


def doubt_lines_once(readings: Readings, table: Table, rows: Mapping[str, Found], segments: Sequence[Segment]) -> None:
    """Take back the rows of a table of which lines may have been left out, where the copy has no two equal lines."""
    if not readings.stream.each_once or _rows_in_lines(readings.stream.texts):
        return
    cells = layout(readings.form.id, table.key).cells
    lost = [c for row in rows.values() if not _whole(table, row, segments) for c in cells[row.key]]
    if not lost:
        return
    for cell in lost:
        found = readings.entries.get(cell)
        readings.entries[cell] = Entry(None, State.UNREAD, found.seen if found is not None else "")
    what = f"这份材料里相同的行只留下了第一行，重复的数字、名称已经丢失，“{table.title}”里行数不全的各格没有读入。"
    readings.say("IMP-SHORT", what, lost, about=f"{table.key}.once")


def _rows_in_lines(texts: Sequence[str]) -> bool:
    """Whether cells hold several numbers, so that they differ without any having been left out."""
    return sum(_SEVERAL.search(text) is not None for text in texts) >= _FEW


def _whole(table: Table, row: Found, segments: Sequence[Segment]) -> bool:
    """Whether all numbers of a row are there, and what follows them is the label that follows in the form."""
    if len(row.segments) != 1 or len(row.segments[0].full) != row.columns:
        return False
    token = next((s.token for s in segments[row.segments[0].at + 1 :] if s.token is not None), None)
    if token is None:
        return False
    below = row.block.rows[row.block.rows.index(row.row) + 1 :]
    if not below:
        return not {TITLE, SECTION}.isdisjoint(token.labels.by_kind)
    return any(x.table == table.key and x.key == below[0].key for x in token.labels.every)
