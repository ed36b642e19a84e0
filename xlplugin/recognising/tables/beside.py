"""Table four: one line of fifteen numbers without a label, read by position (its published headers lose half their words)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from xlplugin.form import Form, Table
from xlplugin.numerals import Number, State, squeeze
from xlplugin.recognising.doubts.doubting import UNKNOWN
from xlplugin.recognising.doubts.listed import doubt_listed
from xlplugin.recognising.glued import cutting
from xlplugin.recognising.glued.taking_apart import take_apart_line
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.lexicon import COLUMN, ROW, SECTION
from xlplugin.recognising.labels.segments import Segment, Slot, has_gap_inside
from xlplugin.recognising.labels.stream import CONTINUED, EMPTY_LINE, VAGUE, Stream
from xlplugin.recognising.rows.matching import has_running_numbers
from xlplugin.recognising.rows.readings import Readings, number_cell
from xlplugin.recognising.tables.heading_beside import begins_with_own, belongs, each_is_named, header_fault, under_labels

Line = tuple[int, int]
_DIGITS = re.compile(r"\d[\d ]*")


def read_beside(
    readings: Readings,
    table: Table,
    segments: Sequence[Segment],
    elsewhere: Sequence[Sequence[Segment]] = (),
    whole: Sequence[Segment] = (),
) -> None:
    """Read a table whose groups stand side by side over one line of numbers.

    `segments`: from its first label on; `elsewhere`: where its labels stand once more; `whole`: those of all tables.
    """
    block = table.blocks[0]
    cells = [f"{table.key}.{r.key}.{c.key}" for r in block.rows for c in block.columns]
    names = [i for i, s in enumerate(segments) if belongs(s.token, table)]
    if not names or _is_another_total(table, [segments[i] for i in names]):
        return readings.unread(cells, "IMP-MISSING", f"没有找到“{table.title}”。", about=table.key)
    slots = _after(readings.stream, segments[names[0] :]) or _before_heading(readings.form, table, segments[names[-1] + 1 :])
    seen = " | ".join(s.text for s in slots if s.full)
    others = [x for x in map(_figures, elsewhere) if x]
    if any(x != seen for x in others):
        what = f"“{table.title}”出现了{1 + len(others)}次，数字不同（{' ‖ '.join((seen, *others))}），没有读入。"
        return readings.unread(cells, "IMP-REPEAT", what, seen=seen, about=table.key)
    fault = header_fault(table, block, segments)
    if fault or any(s.full for i in names[:-1] for s in segments[i].slots):
        what = fault or "数字夹在表头中间"
        return readings.unread(
            cells,
            "IMP-SWAPPED" if fault else "IMP-LAYOUT",
            f"“{table.title}”{what}（见到 {seen}），没有读入。",
            seen=seen,
            about=table.key,
        )
    line = _the_line(readings, slots, len(cells))
    under = None
    if line is not None and begins_with_own(readings.stream, table, segments, line):
        line = None
    if line is not None and (under := under_labels(readings.stream, table, segments, line)) is not True:
        line = None if under is False or _may_be_numbered(readings, table, cells, line, whole) else line
    headed = line is not None and each_is_named(table, segments, line[0].cell)
    if line is not None and not _adds_up(readings, table, cells, line) and _uncertain(readings.stream, segments, slots, line):
        line = None
    if line is not None and not _in_doubt(readings, table, cells, line, segments, under=bool(under), headed=headed):
        readings.sure |= set(cells) if under else set()
        readings.take(cells, line)
        return doubt_listed(readings, {table.key: cells})
    chunks = [squeeze(part) for s in slots if s.full for part in s.text.split()]
    if cutting.may_be_glued(chunks, len(chunks), len(cells)):
        return take_apart_line(readings, table, cells, chunks)
    what = f"“{table.title}”应有{len(cells)}个数字，见到{len(chunks)}个：{seen or '没有'}，不能确定各属哪一列，没有读入。"
    return readings.unread(cells, "IMP-SHORT", what, seen=seen, about=table.key)


def _may_be_numbered(
    readings: Readings, table: Table, cells: Sequence[str], line: Sequence[Slot], whole: Sequence[Segment]
) -> bool:
    """Whether the first number may be the running number of the only row, and a cell lost: its sums would hold too, or the
    rows of other tables have such numbers."""
    if line[0].text.strip().rstrip(".、") != "1" or not all(s.full for s in line):
        return False
    if has_running_numbers(readings.stream, whole):
        return True
    if _adds_up(readings, table, cells, line):
        return False
    rest = [number_cell(s.text, "件").value for s in line[1:]]
    lost = (dict(zip(cells, [*rest[:i], None, *rest[i:]], strict=True)) for i in range(len(cells)))
    balances = [b for b in readings.form.balances if b.table == table.key]
    return any(all(_holds(b.left, b.right, numbers) for b in balances) for numbers in lost)


def _holds(left: Sequence[str], right: Sequence[str], numbers: Mapping[str, Number | None]) -> bool:
    """Whether a sum holds as far as its numbers are there."""
    if any(numbers[c] is None for c in min(left, right, key=len)):
        return True
    return sum(numbers[c] or 0 for c in left) == sum(numbers[c] or 0 for c in right)


def _uncertain(stream: Stream, segments: Sequence[Segment], slots: Sequence[Slot], line: Sequence[Slot]) -> bool:
    """Whether a cell came in between the numbers, or is lost: in a grid with true cells their line has not as many places as
    the lines of labels over it; one a line, there are more lines for cells than columns."""
    grid, own = stream.lines[line[0].cell][0], stream.line_of(line[0].cell)
    if len(own) == 1:
        return sum(s.full or s.text == EMPTY_LINE for s in slots) > len(line)
    over = {stream.line_of(s.cell) for s in segments if s.token is not None and s.line[0] == grid and s.cell < own.start}
    labelled = [stream.columns[c] for cells in over for c in cells if stream.texts[c] and stream.texts[c] != VAGUE]
    return grid not in stream.loose and bool(labelled) and len(own) != max(labelled) + 1


def _figures(segments: Sequence[Segment]) -> str:
    """The numbers there, as they are shown to a person."""
    return " | ".join(x.text for s in segments for x in s.every if x.full)


def _is_another_total(table: Table, named: Sequence[Segment]) -> bool:
    """Whether one column's label is all there is of the header: the “总计” of another table."""
    labels = [x for s in named if s.token is not None for x in s.token.labels.every if x.table == table.key or x.kind == SECTION]
    return all(x.kind == COLUMN for x in labels) and len({x.key for x in labels}) == 1


def _before_heading(form: Form, table: Table, segments: Sequence[Segment]) -> list[Slot]:
    """The digits behind the header where line breaks were lost and the heading of the next section follows them."""
    keys = [s.key for s in form.sections]
    after = form.sections[keys.index(table.key) + 1 :][:1]
    digits = _DIGITS.match(segments[0].text) if segments and segments[0].token is None else None
    if digits is None or not after or not skeleton(segments[0].text[digits.end() :]).startswith(skeleton(after[0].title)):
        return []
    return [Slot(digits[0].strip(), segments[0].cell)]


def _after(stream: Stream, segments: Sequence[Segment]) -> list[Slot]:
    """The slots behind the last label of the header, up to the next section or sentence."""
    found: list[Slot] = []
    for segment in segments:
        if segment.token is None:
            if segment.text and any(s.full and stream.line(s.cell) == segment.line for s in [*found, *segment.every]):
                found += [Slot(segment.text, segment.cell), *segment.every]
                continue
            if any(s.full for s in found) or len(segment.text) > 60:
                return found + ([] if any(s.full for s in found) else segment.every)
            found += segment.every
        elif segment.token.of(ROW) or (segment.token.of(SECTION) and any(s.full for s in found)):
            return found
        else:
            found = [] if not any(s.full for s in found) else found
            found += segment.every
    return found


def _the_line(readings: Readings, slots: Sequence[Slot], count: int) -> list[Slot] | None:
    """The fifteen slots, if there is one line of them (or several that say the same), or one number a line."""
    lines = [list(g) for _, g in groupby(slots, key=lambda s: readings.stream.line(s.cell))]
    holding = [line for line in lines if any(s.full for s in line)]
    if len(holding) > 1 and all(sum(s.full for s in line) == 1 for line in holding):
        return _one_a_line(readings.stream, slots, count)
    if not holding:
        empty = [line for line in lines if len(line) == count and not any(s.text in (VAGUE, CONTINUED) for s in line)]
        return empty[0] if len(empty) == 1 else None
    whole = [_whole(line, count) for line in holding]
    if any(w is None for w in whole) or len({tuple(s.text for s in w or ()) for w in whole}) > 1:
        return None
    return whole[0]


def _whole(line: Sequence[Slot], count: int) -> list[Slot] | None:
    full = [s for s in line if s.full]
    if len(full) == count:
        inside = [i for i, s in enumerate(line) if s.full]
        return None if any(s.text in ("", VAGUE) for s in line[inside[0] : inside[-1]]) else full
    if len(line) == count and not any(s.text in (VAGUE, CONTINUED) for s in line):
        return list(line)
    inside = [i for i, s in enumerate(line) if s.full]
    gaps = any(s.text == VAGUE for s in line[inside[0] : inside[-1]])
    return list(line) if len(line) == count and gaps and not any(s.text == CONTINUED for s in line) else None


def _in_doubt(
    readings: Readings,
    table: Table,
    cells: Sequence[str],
    line: Sequence[Slot],
    segments: Sequence[Segment],
    *,
    under: bool,
    headed: bool,
) -> bool:
    """Whether numbers may have moved or run together.

    `segments`: the labels over them; `under`: they stand under their labels, which in a text proves nothing once cells are empty.  `headed`: there are as many
    labels over them, and nothing else; then one sum that fails is the office's.
    """
    if [s.text for s in line] == [str(n) for n in range(1, len(line) + 1)]:
        return True  # the columns' own numbers
    if under:
        stream = readings.stream
        loose = stream.lines[line[0].cell][0] in stream.loose
        return (
            loose and any(not s.full for s in line) and any(s.full for s in line) and not _adds_up(readings, table, cells, line)
        )
    return (
        _glued(line)
        or _unbalanced(readings, table, cells, line, but_one=headed)
        or ((_ends_empty(line) or _behind_label(readings.stream, segments, line)) and not _adds_up(readings, table, cells, line))
        or (_empty_lines(readings.stream, line) and not _nearly_adds_up(readings, table, cells, line))
    )


def _behind_label(stream: Stream, segments: Sequence[Segment], line: Sequence[Slot]) -> bool:
    """Whether some of the numbers are missing, and the others stand on the line of the last label: its own row may be joined."""
    labelled = {s.line for s in segments if s.token is not None}
    return any(not s.full for s in line) and stream.lines[line[0].cell] in labelled


def _empty_lines(stream: Stream, line: Sequence[Slot]) -> bool:
    """Whether numbers stand one a line, and bars alone on a line for empty cells, so that a line lost moves those behind."""
    return any(s.text == VAGUE for s in line) and all(len(stream.line_of(s.cell)) == 1 for s in line)


def _nearly_adds_up(readings: Readings, table: Table, cells: Sequence[str], line: Sequence[Slot]) -> bool:
    """Whether every sum holds, empty cells counted as 0."""
    numbers = {c: number_cell(s.text, "件").value or 0 for c, s in zip(cells, line, strict=True)}
    mine = [b for b in readings.form.balances if b.table == table.key]
    return all(sum(numbers[c] for c in b.left) == sum(numbers[c] for c in b.right) for b in mine)


def _ends_empty(line: Sequence[Slot]) -> bool:
    return not line[-1].full and line[-1].text != EMPTY_LINE and any(s.full for s in line)


def _adds_up(readings: Readings, table: Table, cells: Sequence[str], line: Sequence[Slot]) -> bool:
    """Whether every sum is there and holds, empty cells counted as nothing; or the totals, and they alone, are left out."""
    numbers = {c: number_cell(s.text, "件").value for c, s in zip(cells, line, strict=True)}
    balances = [b for b in readings.form.balances if b.table == table.key]
    totals = [c for b in balances for c in min(b.left, b.right, key=len)]
    if {c for c, s in zip(cells, line, strict=True) if not s.full} == set(totals):
        return True
    return all(numbers[c] is not None for c in totals) and all(_holds(b.left, b.right, numbers) for b in balances)


def _glued(line: Sequence[Slot]) -> bool:
    """Whether digits of several cells stand together, so that the numbers are not as many as they seem: 02."""
    return any(number_cell(s.text, "件").state is State.UNREAD for s in line)


def _unbalanced(readings: Readings, table: Table, cells: Sequence[str], line: Sequence[Slot], *, but_one: bool) -> bool:
    """Whether a sum fails: where no labels stand over the numbers, one of them may be of something else, or two be one.

    `but_one`: one may, if everything else is a number or nothing.
    """
    read = {c: number_cell(s.text, "件") for c, s in zip(cells, line, strict=True)}
    numbers = {c: e.value for c, e in read.items()}
    mine = (b for b in readings.form.balances if b.table == table.key)
    whole = [b for b in mine if all(numbers.get(c) is not None for c in b.cells)]
    failing = sum(sum(numbers[c] or 0 for c in b.left) != sum(numbers[c] or 0 for c in b.right) for b in whole)
    return failing > (1 if but_one and all(e.state not in UNKNOWN for e in read.values()) else 0)


def _one_a_line(stream: Stream, slots: Sequence[Slot], count: int) -> list[Slot] | None:
    """One number a line, an empty cell a line of its own or a bar on it; bars are cells only if one stands between numbers."""
    kept = [s for s in slots if s.full or s.text == EMPTY_LINE]
    while kept and not kept[-1].full and len(kept) > count:
        kept.pop()
    if len(kept) == count:
        return kept
    barred = [s for s in slots if s.full or (s.text == VAGUE and len(stream.line_of(s.cell)) == 1)]
    full = [s for s in barred if s.full]
    together = all(b.cell == a.cell + 1 for a, b in pairwise(barred))  # no line of something else among them
    return barred if len(barred) == count and together and has_gap_inside(barred, full) else None
