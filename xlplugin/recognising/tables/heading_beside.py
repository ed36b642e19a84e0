"""The head of table four: whether its labels stand in the official order, over their numbers, and nothing else among them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from xlplugin.form import Block, Table
from xlplugin.recognising.labels.column_names import misread
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.lexicon import COLUMN, SECTION
from xlplugin.recognising.labels.segments import Segment, Slot
from xlplugin.recognising.labels.stream import Stream, Token
from xlplugin.recognising.rows.headers import is_own_column

_HALF = 2  # characters; 结果 is what is left of 结果维持
_WORDS = 40  # characters; a longer text is prose


def belongs(token: Token | None, table: Table) -> bool:
    """Whether a label is one of this table, or the title of its section."""
    if token is None:
        return False
    mine = table.key
    return any(x.table == mine or (x.key == mine and x.kind == SECTION) for x in token.labels.every)


def begins_with_own(stream: Stream, table: Table, segments: Sequence[Segment], line: Sequence[Slot]) -> bool:
    """Whether the first number stands where the head names a column of the office's own, 行次, or before it."""
    first = line[0].cell
    named = next((i for i, s in enumerate(segments) if belongs(s.token, table)), 0)
    rows = [i for i, s in enumerate(segments[:named]) if len(s.full) > 1]  # of the table before
    head = segments[rows[-1] + 1 :] if rows else segments
    own = (s.cell for s in head if s.cell < first and is_own_column(s) and s.line[0] == stream.lines[first][0])
    return any(stream.columns[first] <= stream.columns[cell] for cell in own)


def under_labels(stream: Stream, table: Table, segments: Sequence[Segment], line: Sequence[Slot]) -> bool | None:
    """Whether the numbers stand under the labels of their columns; None where not each column has its label in their grid."""
    own = [s for s in segments if s.token is not None and s.token.of(COLUMN) and _fills(stream, s.token)]
    totals = {c.key for c in table.blocks[0].columns}
    named = {s.cell for s in own if s.token and any(x.key in totals and x.table == table.key for x in s.token.labels.every)}
    cells = [s.cell for s in line]
    columns = sorted(stream.columns[c] for c in named)
    if len(set(columns)) != len(line) or len(columns) != len(line) or len({stream.lines[c][0] for c in (*named, *cells)}) != 1:
        return None
    if stream.columns[stream.line_of(cells[0])[-1]] > columns[-1]:
        return None  # a place more than labels: the first number may be of none of them, and the last one lost
    return [stream.columns[c] for c in cells] == columns


def _fills(stream: Stream, token: Token) -> bool:
    return token.first == token.last and len(token.skeleton) == len(stream.skeletons[token.first])


def each_is_named(table: Table, segments: Sequence[Segment], stop: int) -> bool:
    """Whether as many labels of columns as there are cells stand before a cell, the second half of some lost, and no other text."""
    columns = [skeleton(c.label) for c in table.blocks[0].columns]
    named = 0
    for segment in segments:
        if segment.cell >= stop:
            break
        own = segment.token is not None and any(x.table == table.key for x in segment.token.labels.columns)
        if segment.token is not None and not own and not belongs(segment.token, table):
            return False
        if segment.token is None and segment.text:
            text = skeleton(segment.text)
            if len(text) < _HALF or not any(label.startswith(text) for label in columns):
                return False
            own = True
        if own:
            named += any(x.key in table.blocks[0].column_keys for x in segment.token.labels.columns) if segment.token else 1
    return named == len(table.blocks[0].rows) * len(columns)


def header_fault(table: Table, block: Block, segments: Sequence[Segment]) -> str:
    """What is wrong with the order of the labels, as far as they are whole."""
    totals = {c.key for c in block.columns if c.sums}
    if _falls([[k for s in line for k in _columns(s, table, block)] for line in _lines_of(segments)], block, totals):
        return "的列名次序与正式表格不同"
    if other := _another_column(table, segments):
        return f"的表头里有正式表格没有的“{other}”"
    rank = {r.key: i for i, r in enumerate(block.rows)}
    names = [x for s in segments if s.token for x in s.token.labels.every if x.table == table.key]
    groups = [x.key for x in names if x.key in rank]
    if groups != sorted(groups, key=rank.__getitem__) and len(set(groups)) > 1:
        return "的分组次序与正式表格不同"
    first = next((x.key or x.text for x in names if x.key in rank or x.text in {r.group for r in block.rows if r.group}), "")
    whole = len(set(groups)) > 1 and first not in (block.rows[0].key, "") and block.rows[0].key in groups
    return "的分组次序与正式表格不同" if whole else ""


def _another_column(table: Table, segments: Sequence[Segment]) -> str:
    """A short text among the labels that is none of them, not even a damaged one: a column of the office's own."""
    own = [skeleton(x.label) for b in table.blocks for x in (*b.rows, *b.columns)]
    named = [i for i, s in enumerate(segments) if belongs(s.token, table)]
    first = next((i for i in named if segments[i].token and not segments[i].token.of(SECTION)), named[0])  # type: ignore[union-attr]
    for s in segments[first : named[-1] + 2]:
        text = skeleton(s.text)
        if (
            s.token is None
            and not s.full
            and 1 < len(text) < 5
            and not _upright(s.text, own)
            and max(SequenceMatcher(None, text, x).ratio() for x in own) < 0.4
        ):
            return s.text
    return ""


def _upright(text: str, labels: Sequence[str]) -> bool:
    """Whether a line holds one character of each of several labels, as where these stand upright in narrow columns."""
    parts = text.split()
    return len(parts) > 1 and all(len(part) == 1 for part in parts) and set(parts) <= set("".join(labels))


def _lines_of(segments: Sequence[Segment]) -> list[list[Segment]]:
    return [list(line) for _, line in groupby(segments, key=lambda s: s.line)]


def _falls(lines: Sequence[Sequence[str]], block: Block, totals: set[str]) -> bool:
    """Whether the columns of a group stand in another order: a group begins anew behind a total, or with its first column."""
    keys = [k for line in lines for k in line]
    official = block.column_keys
    ends = bool(totals & set(keys))
    before = -1
    for key in keys:
        now = official.index(key)
        if now <= before and official[before] not in totals and (ends or now != 0):
            return True
        before = now
    return False


def _columns(segment: Segment, table: Table, block: Block) -> list[str]:
    """The column that a label names, if it stands whole in one cell; those that the words of a text name but for a character."""
    token = segment.token
    if token is None:
        labels = {skeleton(c.label): c.key for c in block.columns}
        words = map(skeleton, segment.text.split()) if len(segment.text) <= _WORDS else ()
        return [labels[x] for word in words if (x := misread(word, labels))]
    if token.first != token.last:
        return []
    own, mine = block.column_keys, table.key
    return [x.key for x in token.labels.columns if x.table == mine and x.key in own][:1]
