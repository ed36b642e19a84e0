"""Which segment is which row of a table: by its label, by the pieces of a broken one, by what is left of a damaged one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from xlplugin.form import Block, Line, Table
from xlplugin.recognising.folding import skeleton
from xlplugin.recognising.lexicon import COLUMN, FOREIGN, HEAD, ROW, SECTION, TITLE, Label
from xlplugin.recognising.placing import Placed
from xlplugin.recognising.segments import Segment
from xlplugin.recognising.stream import Stream, row_label

_NEAR = 0.6
_WORDS = 4  # characters: a number in words where a number should stand
_RUNNING = 3  # running numbers met before they are taken for such


@dataclass(slots=True)
class Found:
    """The segments that stand for one row of the form, and how sure that is."""

    block: Block
    row: Line
    key: str  # of table and row, as in the ids of its cells
    columns: int
    segments: list[Segment] = field(default_factory=list)
    damaged: str = ""  # the label as it stood, where it is not the official one
    sure: bool = False  # read under the labels of its columns
    gapped: bool = False  # placed by the empty cells around its numbers
    rule: str = ""  # why its numbers could not be placed
    once: bool = False  # of a table that is there twice, this row is not

    def keep(self, placed: Sequence[Placed]) -> None:
        """How the numbers of its segments were placed: sure only if all are, else the first reason why not."""
        first = placed[0]
        self.sure, self.gapped, self.rule = first.sure, first.gapped, first.rule
        for other in placed[1:]:
            self.sure, self.gapped, self.rule = self.sure and other.sure, self.gapped or other.gapped, self.rule or other.rule


def rows_of(stream: Stream, table: Table, segments: Sequence[Segment]) -> dict[str, Found]:
    """Every data row of the table with the segments found for it (none where it is missing)."""
    found = _nothing_found(table)
    segments = segments[_beginning(table, segments) :]
    for segment in segments:
        if segment.token is None or segment.token.labels.row is None:
            continue
        label = _label(segment, table, ROW)
        if label is not None and label[0] in found:
            found[label[0]].segments.append(segment)
    if _only_mentioned(found, table, segments):
        return _nothing_found(table)
    _doubt_running_numbers(stream, found)
    again = [row for row in found.values() if len(row.segments) > 1]
    empty = {id(s) for a, b in pairwise(segments) for s in (a, b) if _holds_nothing(a, b)} if again else set()
    for row in again:
        if not (all(len(s.slots) < 2 for s in row.segments) and _titled_between(row, segments)):
            row.segments = [s for s in row.segments if s.slots or s.shared or id(s) in empty] or row.segments[:1]
    if again:
        _doubt_once_only(found)
    _doubt_strays(table, segments)
    _doubt_between(found, segments)
    _doubt_lost_ordinals(found)
    _mend_broken(found, segments)
    _mend_damaged(found, segments)
    _meet_again(found, segments)
    return found


def _nothing_found(table: Table) -> dict[str, Found]:
    mine = table.key
    return {(key := r.key): Found(b, r, f"{mine}.{key}", len(b.columns)) for b in table.blocks for r in b.data_rows}


def _doubt_once_only(found: dict[str, Found]) -> None:
    """A row that stands once where most of its table does twice: which of the two it is of is not told."""
    rows = [f for f in found.values() if f.segments]
    twice = sum(len(f.segments) > 1 for f in rows)
    for row in rows if twice > 1 and 2 * twice >= len(rows) else ():
        row.once = len(row.segments) == 1


def _titled_between(row: Found, segments: Sequence[Segment]) -> bool:
    """Whether the title over the row stands once more before the row does: its table is there twice."""
    places = [i for i, s in enumerate(segments) if any(s is x for x in row.segments)]
    return any(
        s.token is not None and any(x.kind == TITLE and x.key == row.block.key for x in s.token.labels.every)
        for s in segments[places[0] + 1 : places[-1]]
    )


def _doubt_strays(table: Table, segments: Sequence[Segment]) -> None:
    """Rows that rows of another table part from most rows of their own are of a list of the office's own."""
    named = [(s, x.table) for s in segments if (x := row_label(s.token)) is not None]
    runs = [[s for s, _ in run] for key, run in groupby(named, key=lambda x: x[1]) if key == table.key]
    longest = max(runs, key=len, default=[])
    for segment in (s for run in runs if 3 * len(run) < len(longest) or len(run) == 1 < len(runs) for s in run):
        segment.doubtful = segment.doubtful or len(runs) > 1


def _doubt_between(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """A row between two rows of one other block stands under that block's columns: it is there by mistake, or once more."""
    blocks = {s.at: f.block.key for f in found.values() for s in f.segments}
    if len(set(blocks.values())) < 2:
        return
    rows = [(s, blocks[s.at]) for s in segments if s.at in blocks]
    for (_, before), (segment, own), (_, after) in zip(rows, rows[1:], rows[2:], strict=False):
        if before == after != own:
            segment.doubtful = True


def _doubt_lost_ordinals(found: dict[str, Found]) -> None:
    """A row before one that is not there: its last number may be the ordinal that is left of that one."""
    for row, after in pairwise(found.values()):
        ordinal = after.row.label.partition(".")[0]
        if after.segments or not ordinal.isdigit():
            continue
        for segment in row.segments:
            segment.doubtful |= bool(segment.full) and segment.full[-1].text.strip(" .、") == ordinal


def _holds_nothing(segment: Segment, after: Segment) -> bool:
    """Whether a label stands where a row should, though no number does: a number in words follows, or its own label again."""
    if after.token is None:
        return 0 < len(after.text) <= _WORDS
    return segment.token is not None and segment.token.skeleton == after.token.skeleton


def _beginning(table: Table, segments: Sequence[Segment]) -> int:
    """Where the table begins: what a list in the prose before its first title says is not the table's."""
    tokens = ((i, t.labels) for i, s in enumerate(segments) if (t := s.token) is not None)
    titled = (i for i, x in tokens if (SECTION in x.by_kind or TITLE in x.by_kind) and any(_titles(y, table) for y in x.every))
    return next(titled, 0)


def _titles(label: Label, table: Table) -> bool:
    return (label.kind == SECTION and label.key == table.key) or (label.kind == TITLE and label.table == table.key)


def _only_mentioned(found: dict[str, Found], table: Table, segments: Sequence[Segment]) -> bool:
    """Whether some rows are named but neither the table's titles nor its columns: a list in the prose of a lost table."""
    if 2 * sum(bool(f.segments) for f in found.values()) >= len(found):
        return False
    return not any(
        _titles(x, table) or (x.kind == COLUMN and x.table == table.key)
        for s in segments
        if s.token is not None
        for x in s.token.labels.every
    )


def _doubt_running_numbers(stream: Stream, found: dict[str, Found]) -> None:
    """One cell a line: rows that have their running number in front may end in that of the next label."""
    rows = [s for f in found.values() for s in f.segments]
    numbered = [(s, int(n)) for s in rows if s.every and s.every[-1].below and (n := _number_before(stream, s)).isdecimal()]
    running = sum(b == a + 1 for (_, a), (_, b) in pairwise(numbered))
    if running < _RUNNING or 2 * running <= len(rows):
        return
    for segment, number in numbered:
        segment.doubtful |= segment.every[-1].text.strip().rstrip(".、") == str(number + 1)


def _number_before(stream: Stream, segment: Segment) -> str:
    """What stands in the cell before a label, without the point that an ordinal may have."""
    first = segment.token.first if segment.token is not None else 0
    return stream.texts[first - 1].strip().rstrip(".、") if first else ""


def has_running_numbers(stream: Stream, segments: Sequence[Segment]) -> bool:
    """Whether most rows of the form have their running numbers in front, 1, 2, 3."""
    before = [_number_before(stream, s) for s in segments if s.token is not None and s.token.labels.row is not None]
    running = sum(b.isdecimal() and a.isdecimal() and int(b) == int(a) + 1 for a, b in pairwise(before))
    return running >= _RUNNING and 2 * running >= len(before)


def heads_of(table: Table, segments: Sequence[Segment]) -> Iterator[tuple[str, Segment]]:
    """The heading rows of the table that have numbers behind them: row key and segment."""
    for segment in segments:
        label = _label(segment, table, HEAD) if segment.full else None
        if label is not None:
            yield label[0], segment


def _label(segment: Segment, table: Table, kind: str) -> tuple[str, bool] | None:
    if segment.token is not None and kind in segment.token.labels.by_kind:
        for label in segment.token.labels.every:
            if label.kind == kind and label.table == table.key:
                return label.key, label.exact
    return None


def _mend_broken(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Labels whose number stands between their two halves."""
    for row in found.values():
        if row.segments:
            continue
        whole = skeleton(row.row.label)
        for i, segment in enumerate(segments):
            pieces = _pieces(whole, segments[i : i + 4]) if segment.token is None else None
            if pieces:
                row.segments.append(_joined(pieces))
                break


def _pieces(whole: str, segments: Sequence[Segment]) -> list[Segment] | None:
    """The first segments, if their texts one after the other are the label."""
    rest = whole
    used: list[Segment] = []
    for segment in segments:
        text = skeleton(segment.text)
        if used and segment.token is None and len(text) < 3 and not segment.full and not rest.startswith(text):
            continue  # the end of a neighbouring heading that was broken too, as at the foot of a page
        if segment.token is not None or not text or not rest.startswith(text):
            return None
        used.append(segment)
        rest = rest[len(text) :]
        if not rest:
            return used if len(used) > 1 else None
    return None


def _joined(pieces: Sequence[Segment]) -> Segment:
    """One segment with the slots of the only piece that has numbers; of none, if two have."""
    holding = [p for p in pieces if p.full]
    for piece in pieces:
        piece.broken = True
    slots = holding[0].slots if len(holding) == 1 else []
    texts = "".join(p.text for p in pieces)
    base = holding[0] if holding else pieces[0]
    joined = Segment(None, texts, base.cell, base.line)
    joined.hold(list(slots))
    joined.broken = True
    return joined


def _mend_damaged(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Labels that lost or changed a few characters: taken where only one missing row can be meant."""
    if all(f.segments for f in found.values()):
        return
    keys = list(found)
    order = {id(f.segments[0]): i for i, f in enumerate(found.values()) if f.segments}
    for index, segment in enumerate(segments):
        if not _nameless(segment):
            continue
        low = max((order[id(s)] for s in segments[:index] if id(s) in order), default=-1)
        high = min((order[id(s)] for s in segments[index + 1 :] if id(s) in order), default=len(keys))
        missing = [k for k in keys[low + 1 : high] if not found[k].segments]
        chosen = _nearest(_text(segment), {k: skeleton(found[k].row.label) for k in missing})
        if chosen:
            found[chosen].segments.append(segment)
            found[chosen].damaged = _text_seen(segment)
            order[id(segment)] = keys.index(chosen)


def _meet_again(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Rows whose damaged label resembles that of a row already found may be that row once more, with other numbers."""
    used = {s.at for f in found.values() for s in f.segments if s.at >= 0}
    begin = segments[0].at if segments else 0
    for segment in segments[min(used, default=begin) - begin : max(used, default=begin - 1) - begin + 2]:
        if not _nameless(segment) or segment.at in used or len(_text(segment)) < 2:
            continue
        for row in found.values():
            if row.segments and _resembles(_text(segment), skeleton(row.row.label)):
                row.segments.append(segment)


def _resembles(text: str, label: str) -> bool:
    return _same_ordinal(text, label) and SequenceMatcher(None, text, label).ratio() >= _NEAR


def _nameless(segment: Segment) -> bool:
    if segment.broken or not segment.full:
        return False
    return segment.token is None or segment.token.of(FOREIGN) is not None


def _text(segment: Segment) -> str:
    return segment.token.skeleton if segment.token is not None else skeleton(segment.text)


def _text_seen(segment: Segment) -> str:
    return segment.token.labels.every[0].text if segment.token is not None else segment.text


def _nearest(text: str, labels: dict[str, str]) -> str | None:
    """The one label that the text is surely a damaged copy of."""
    if len(text) < 2:
        return None
    near = sorted(((SequenceMatcher(None, text, label).ratio(), key) for key, label in labels.items()), reverse=True)
    if not near or near[0][0] < _NEAR or (len(near) > 1 and near[0][0] - near[1][0] < 0.15):
        return None
    return near[0][1] if _same_ordinal(text, labels[near[0][1]]) else None


def _same_ordinal(text: str, label: str) -> bool:
    """A label that starts with another number is another label."""
    ordinals = "一二三四五六七八九十"
    if label[0].isdigit() or label[0] in ordinals:
        return text[0] == label[0] or not (text[0].isdigit() or text[0] in ordinals)
    return True


def damaged_label(found: Found) -> str:
    """The label as it stood, where it differs from the form's; "" where it is the official one."""
    if found.damaged:
        return found.damaged
    token = found.segments[0].token if found.segments else None
    label = token.of(ROW) if token is not None else None
    return label.text if label is not None and not label.exact else ""


def astray(rows: Sequence[Found]) -> bool:
    """Whether most rows have numbers outside the columns: those within may be there by chance."""
    several = [f for f in rows if f.columns > 1 and f.segments]
    return 2 * sum(f.rule == "IMP-EXTRA" for f in several) > len(several) > 2


def apart(rows: Sequence[Found]) -> bool:
    """Whether labels stand together and numbers elsewhere, as where a text was taken column by column."""
    found = [f for f in rows if f.segments and not f.sure]
    empty = sum(not s.every for f in found for s in f.segments[:1])
    return empty > 1 and 2 * empty >= len(found)
