"""Which segment is which row of a table, by its label; and which rows are in doubt because of where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, takewhile

from xlplugin.form import Block, Table
from xlplugin.recognising.labels.folding import offset_in
from xlplugin.recognising.labels.lexicon import COLUMN, HEAD, ROW, SECTION, TITLE, Label
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.labels.stream import Stream, Token, row_label
from xlplugin.recognising.rows.found import Found
from xlplugin.recognising.rows.mending import mend_broken, mend_damaged

_WORDS = 4  # characters: a number in words where a number should stand
_RUNNING = 3  # running numbers met before they are taken for such


def rows_of(stream: Stream, table: Table, segments: Sequence[Segment]) -> dict[str, Found]:
    """Every data row of the table with the segments found for it (none where it is missing)."""
    found = _nothing_found(table)
    begin = _beginning(table, segments)
    before, segments = segments[:begin], segments[begin:]
    for segment in segments:
        if segment.token is None or segment.token.labels.row is None:
            continue
        label = _label(segment, table, ROW)
        if label is not None and label[0] in found:
            found[label[0]].segments.append(segment)
    if _only_mentioned(found, table, segments):
        return _nothing_found(table)
    _doubt_those_above(table, found, before)
    _doubt_strays(table, found, segments)
    _doubt_running_numbers(stream, found)
    _doubt_numbers_run_in(stream, found)
    again = [row for row in found.values() if len(row.segments) > 1]
    empty = {id(s) for a, b in pairwise(segments) for s in (a, b) if _holds_nothing(a, b)} if again else set()
    for row in again:
        if not (all(len(s.slots) < 2 for s in row.segments) and _titled_between(row, segments)):
            row.segments = [s for s in row.segments if s.slots or s.shared or id(s) in empty] or row.segments[:1]
    _doubt_between(found, segments)
    _doubt_remarked(stream, table, found, segments)
    mend_broken(found, segments)
    _doubt_lost_ordinals(found)
    mend_damaged(found, segments)
    if again:
        _doubt_once_only(found)
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


def _doubt_strays(table: Table, found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Rows that rows of another table part from most rows of their own are of a list of the office's own, or of a menu of
    the site where they name rows once more without the title over them: these are left out where the table has numbers."""
    named = [(s, x) for s in segments if (x := row_label(s.token)) is not None]
    runs = [list(run) for key, run in groupby(named, key=lambda x: x[1].table) if key == table.key]
    longest = max(runs, key=len, default=[])
    known = {x.key for _, x in longest}
    for run in runs if len(runs) > 1 else ():
        again = run[0][0].at > longest[-1][0].at and known.issuperset(x.key for _, x in run)
        menu = again and not _titled_over(run[0][0], table, segments)
        if menu and all(s.full for s, _ in longest):
            _leave_out(found, {s.at for s, _ in run})
        elif menu or 3 * len(run) < len(longest) or len(run) == 1:
            for segment, _ in run:
                segment.doubtful = True


def _doubt_those_above(table: Table, found: dict[str, Found], before: Sequence[Segment]) -> None:
    """A row that stands with all its numbers above the first title too, which may have been left out over it."""
    for segment in before:
        label = _label(segment, table, ROW)
        row = found.get(label[0]) if label is not None else None
        if row is not None and row.columns > 1 and len(segment.full) == row.columns:
            for again in row.segments:
                again.doubtful = True


def _leave_out(found: dict[str, Found], places: set[int]) -> None:
    for row in found.values():
        row.segments = [s for s in row.segments if s.at not in places]


def _titled_over(segment: Segment, table: Table, segments: Sequence[Segment]) -> bool:
    """Whether a title or a column of the table stands between a row and the row before it."""
    first = next(i for i, s in enumerate(segments) if s is segment)
    above = takewhile(lambda s: row_label(s.token) is None, reversed(segments[:first]))
    return any(_of_table(x, table) for s in above if s.token is not None for x in s.token.labels.every)


def _of_table(label: Label, table: Table) -> bool:
    return _titles(label, table) or (label.kind == COLUMN and label.table == table.key)


def _doubt_between(found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """A row between two rows of one other block stands under that block's columns: it is there by mistake, or once more."""
    blocks = {s.at: f.block.key for f in found.values() for s in f.segments}
    if len(set(blocks.values())) < 2:
        return
    rows = [(s, blocks[s.at]) for s in segments if s.at in blocks]
    for (_, before), (segment, own), (_, after) in zip(rows, rows[1:], rows[2:], strict=False):
        if before == after != own:
            segment.doubtful = True


def _doubt_remarked(stream: Stream, table: Table, found: dict[str, Found], segments: Sequence[Segment]) -> None:
    """A label with a remark, 行政处罚（罚款）, may name a part of its row: it is the row under the head of its block only."""
    for row in found.values():
        for segment in row.segments:
            token = segment.token
            if token is not None and stream.skeletons[token.last][-1:] != token.skeleton[-1:] and not segment.doubtful:
                segment.doubtful = _remarked(stream, token) and not _headed(table, row.block, segments, segment)


def _remarked(stream: Stream, token: Token) -> bool:
    """Whether a bracket with words follows the label in its cell."""
    behind = stream.texts[token.last].rpartition(token.labels.every[0].text)[2].strip()
    return behind[:1] in ("（", "(") and not behind[1:2].isdigit()


def _headed(table: Table, block: Block, segments: Sequence[Segment], segment: Segment) -> bool:
    """Whether the title of the block, or one of its columns, stands over a row, and no row of another block between."""
    rows = {r.key for r in block.rows}
    above = (s.token.labels.every for s in reversed(segments) if s.token is not None and s.at < segment.at)
    for labels in above:
        own = [x for x in labels if x.table == table.key]
        if any(x.key == block.key if x.kind == TITLE else x.kind == COLUMN and x.key in block.column_keys for x in own):
            return True
        if any(x.kind == ROW and x.key not in rows for x in labels):
            return False
    return False


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
    return not any(_of_table(x, table) for s in segments if s.token is not None for x in s.token.labels.every)


def _doubt_running_numbers(stream: Stream, found: dict[str, Found]) -> None:
    """One cell a line: rows that have their running number in front may end in that of the next label."""
    rows = [s for f in found.values() for s in f.segments]
    if not any(s.every and s.every[-1].below for s in rows):
        return
    numbered = [(s, int(n)) for s in rows if (n := _number_before(stream, s)).isdecimal()]
    running = sum(b == a + 1 for (_, a), (_, b) in pairwise(numbered))
    if running < _RUNNING or 2 * running <= len(rows):
        return
    for segment, number in numbered:
        if segment.every and segment.every[-1].below:
            segment.doubtful |= segment.every[-1].text.strip().rstrip(".、") == str(number + 1)


def _doubt_numbers_run_in(stream: Stream, found: dict[str, Found]) -> None:
    """Labels and numbers without a gap: rows that have their running number in front end in that of the next label."""
    rows = [
        (i, f.segments[0], t) for i, f in enumerate(found.values(), 1) if f.segments and (t := f.segments[0].token) is not None
    ]
    inside = [(i, s, t) for i, s, t in rows if s.every and s.every[-1].cell == t.first]
    numbered = sum(_text_before(stream, t).endswith(str(i)) for i, _, t in inside)
    if numbered >= _RUNNING and 2 * numbered > len(rows):
        for _, segment, _ in inside:
            segment.doubtful = True


def _text_before(stream: Stream, token: Token) -> str:
    """What stands before a label in its own cell."""
    text = stream.texts[token.first]
    return text[: offset_in(text, token.start - stream.starts[token.first])]


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
