"""A whole report at a glance: its tables stand as the form prints them, and nothing else in the document casts a doubt on them.

Whatever the reader with all its doubts would look into, a label outside the tables, a number between them, a note below, a
second title, is left to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from xlplugin.form import Form
from xlplugin.recognising.around.surroundings import lines, with_surroundings
from xlplugin.recognising.doubts.notes import begins_note
from xlplugin.recognising.glance.as_printed import Tables, tables_as_printed
from xlplugin.recognising.glance.in_order import tables_in_order
from xlplugin.recognising.labels.folding import is_traditional
from xlplugin.recognising.labels.lexicon import SECTION, lexicon
from xlplugin.recognising.labels.segments import is_text
from xlplugin.recognising.labels.stream import MARKS, Grid, Stream, Token, is_page_line
from xlplugin.recognising.rows.readings import Readings
from xlplugin.recognising.tables.row_by_row import CAPTION, other_money
from xlplugin.report import Report

_FEW = 3  # labels in the prose before the tables
_FAR = 120  # characters from there to the first table
_HEADING = 3  # cells between the heading of the first table and the table


def report_at_a_glance(grids: Sequence[Grid], source: str) -> Report | None:
    """The report in some grids; None where it is not certain at a glance that there is one and what it says."""
    tables = tables_as_printed(grids)
    return _with_the_rest(tables, source) if tables is not None else None


def report_in_order(stream: Stream, source: str) -> Report | None:
    """The report in a text; None where it is not certain at a glance."""
    tables = tables_in_order(stream)
    return _with_the_rest(tables, source) if tables is not None else None


def _with_the_rest(tables: Tables, source: str) -> Report | None:
    """The report, if what stands around its tables casts no doubt on them."""
    stream = Stream([grid for part in tables.around for grid in part])
    bounds = [0]
    for part in tables.around:
        bounds.append(bounds[-1] + sum(len(row) for grid in part for row in grid))
    tokens = stream.tokens(lexicon(tables.form.id))
    if _in_doubt(stream, tables.form, tokens, bounds):
        return None
    readings = Readings(tables.form, stream, tables.entries, tables.places)
    before = lines(stream, 0, _end_of_opening(tokens, bounds[1]))
    return with_surroundings(readings, before, lines(stream, bounds[-2], bounds[-1]), source)


def _in_doubt(stream: Stream, mine: Form, tokens: Sequence[Token], bounds: Sequence[int]) -> bool:
    """Whether something outside the tables might be of them.  `bounds`: the cells where the parts between them begin and end."""
    first, last = bounds[1], bounds[-2]
    headings = [t for t in tokens if t.labels.by_kind.keys() == {SECTION}]
    if any(is_traditional(stream.texts[t.first]) for t in tokens) or _mentions_rows(stream, tokens, first):
        return True
    stop = next((t.first for t in headings if t.first >= last), bounds[-1])  # prose begins
    if any(_is_value(stream, cell) for cell in range(first, stop)):
        return True
    if any(text.endswith("年度报告") for text in stream.skeletons[first:last]):
        return True
    if other_money(stream.texts[max(0, first - CAPTION - _HEADING) : first]):
        return True
    named = [[t.labels.by_kind[SECTION].key for t in headings if a <= t.first < b] for a, b in _parts(bounds)]
    follows = [t.key for t in mine.tables[1:]]
    if any(keys not in ([], [key]) for keys, key in zip(named[1:-1], follows, strict=True)):
        return True
    if not {t.key for t in mine.tables}.isdisjoint(named[-1]):
        return True
    places = {t.first for t in headings}
    return any(_has_note(stream, places, a, b) for a, b in _parts(bounds)[1:])


def _is_value(stream: Stream, cell: int) -> bool:
    text = stream.texts[cell]
    return bool(text) and text not in MARKS and not is_text(text) and not is_page_line(stream, cell)


def _mentions_rows(stream: Stream, tokens: Sequence[Token], first: int) -> bool:
    """Whether labels of tables stand elsewhere; a few words alone in the prose before the first table are none of it."""
    others = [t for t in tokens if t.labels.by_kind.keys() != {SECTION}]
    end = stream.starts[first]
    return len(others) > _FEW or any(t.labels.row is not None or t.start > end - _FAR for t in others)


def _parts(bounds: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(bounds))


def _has_note(stream: Stream, headings: set[int], start: int, end: int) -> bool:
    """Whether a note stands below a table, before the next heading."""
    for cell in range(start, end):
        if cell in headings:
            return False
        if begins_note(stream.texts[cell]) or begins_note("".join(stream.texts[c] for c in stream.line_of(cell))):
            return True
    return False


def _end_of_opening(tokens: Sequence[Token], end: int) -> int:
    """The cell before the first table, or its heading where that stands right over it."""
    heading = next((t for t in reversed(tokens) if t.first < end and t.of(SECTION)), None)
    label = heading.of(SECTION) if heading is not None else None
    over = heading is not None and label is not None and end - heading.first <= _HEADING and label.text[:1] == "二"
    return heading.first if heading is not None and over else end
