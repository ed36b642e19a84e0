"""Table four: one line of fifteen numbers without a label, read by position (its published headers lose half their words)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xlplugin.form import Block, Table
from xlplugin.numerals import squeeze
from xlplugin.recognising import glued
from xlplugin.recognising.lexicon import COLUMN, ROW, SECTION
from xlplugin.recognising.readings import Readings, number_cell
from xlplugin.recognising.segments import Segment, Slot
from xlplugin.recognising.stream import CONTINUED, EMPTY_LINE, VAGUE, Token
from xlplugin.recognising.taking_apart import take_apart_line

Line = tuple[int, int]


def read_beside(readings: Readings, table: Table, segments: Sequence[Segment]) -> None:
    """Read a table whose groups stand side by side over one line of numbers.  `segments`: from its first label on."""
    block = table.blocks[0]
    cells = [f"{table.key}.{r.key}.{c.key}" for r in block.rows for c in block.columns]
    names = [i for i, s in enumerate(segments) if _of(s.token, table)]
    if not names or _is_another_total(table, [segments[i] for i in names]):
        return readings.unread(cells, "IMP-MISSING", f"没有找到“{table.title}”。", about=table.key)
    slots = _after(segments[names[0] :], table)
    seen = " | ".join(s.text for s in slots if s.full)
    fault = _header_fault(readings, table, block, segments)
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
    if line is not None and not (_one_each(readings, line) and _unbalanced(readings, table, cells, line)):
        return readings.take(cells, line)
    chunks = [squeeze(s.text) for s in slots if s.full]
    if glued.may_be_glued(chunks, len(chunks), len(cells)):
        return take_apart_line(readings, table, cells, chunks)
    what = f"“{table.title}”应有{len(cells)}个数字，见到{len(chunks)}个：{seen or '没有'}，不能确定各属哪一列，没有读入。"
    return readings.unread(cells, "IMP-SHORT", what, seen=seen, about=table.key)


def _of(token: Token | None, table: Table) -> bool:
    if token is None:
        return False
    return any(x.table == table.key or (x.kind == SECTION and x.key == table.key) for x in token.labels)


def _is_another_total(table: Table, named: Sequence[Segment]) -> bool:
    """Whether one column's label is all there is of the header: the “总计” of another table."""
    labels = [x for s in named if s.token is not None for x in s.token.labels if x.table == table.key or x.kind == SECTION]
    return all(x.kind == COLUMN for x in labels) and len({x.key for x in labels}) == 1


def _after(segments: Sequence[Segment], table: Table) -> list[Slot]:
    """The slots behind the last label of the header, up to the next section or sentence."""
    found: list[Slot] = []
    for segment in segments:
        if segment.token is None:
            if any(s.full for s in found) or len(segment.text) > 60:
                return found + ([] if any(s.full for s in found) else segment.every)
            found += segment.every
        elif segment.token.of(ROW) or (segment.token.of(SECTION) and any(s.full for s in found)):
            return found
        else:
            found = [] if not any(s.full for s in found) else found
            found += segment.every
    return found


def _header_fault(readings: Readings, table: Table, block: Block, segments: Sequence[Segment]) -> str:
    """What is wrong with the order of the labels, as far as they are whole."""
    totals = {c.key for c in block.columns if c.sums}
    if _falls([[k for s in line if (k := _column(s, table, block))] for line in _lines_of(segments)], block, totals):
        return "的列名次序与正式表格不同"
    rank = {r.key: i for i, r in enumerate(block.rows)}
    names = [x for s in segments if s.token for x in s.token.labels if x.table == table.key]
    groups = [x.key for x in names if x.key in rank]
    if groups != sorted(groups, key=rank.__getitem__) and len(set(groups)) > 1:
        return "的分组次序与正式表格不同"
    first = next((x.key or x.text for x in names if x.key in rank or x.text in {r.group for r in block.rows if r.group}), "")
    whole = len(set(groups)) > 1 and first not in (block.rows[0].key, "") and block.rows[0].key in groups
    return "的分组次序与正式表格不同" if whole else ""


def _lines_of(segments: Sequence[Segment]) -> list[list[Segment]]:
    return [list(line) for _, line in groupby(segments, key=lambda s: s.line)]


def _falls(lines: Sequence[Sequence[str]], block: Block, totals: set[str]) -> bool:
    """Whether the columns of a group stand in another order: a group begins anew behind a total, or with its first column."""
    keys = [k for line in lines for k in line]
    official = [c.key for c in block.columns]
    ends = bool(totals & set(keys))
    before = -1
    for key in keys:
        now = official.index(key)
        if now <= before and official[before] not in totals and (ends or now != 0):
            return True
        before = now
    return False


def _column(segment: Segment, table: Table, block: Block) -> str | None:
    """The column that a label names, if it stands whole in one cell."""
    token = segment.token
    if token is None or token.first != token.last:
        return None
    own = {c.key for c in block.columns}
    return next((x.key for x in token.labels if x.kind == COLUMN and x.table == table.key and x.key in own), None)


def _the_line(readings: Readings, slots: Sequence[Slot], count: int) -> list[Slot] | None:
    """The fifteen slots, if there is one line of them (or several that say the same), or one number a line."""
    lines = [list(g) for _, g in groupby(slots, key=lambda s: readings.stream.line(s.cell))]
    holding = [line for line in lines if any(s.full for s in line)]
    if len(holding) > 1 and all(sum(s.full for s in line) == 1 for line in holding):
        return _one_a_line(slots, count)
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


def _one_each(readings: Readings, line: Sequence[Slot]) -> bool:
    return len({readings.stream.line(s.cell) for s in line}) == len(line)


def _unbalanced(readings: Readings, table: Table, cells: Sequence[str], line: Sequence[Slot]) -> bool:
    """Whether a sum fails: one number a line, a page number may have taken the place of a lost cell."""
    numbers = {c: number_cell(s.text, "件").value for c, s in zip(cells, line, strict=True)}
    whole = [b for b in readings.form.balances if b.table == table.key and all(numbers.get(c) is not None for c in b.cells)]
    return any(sum(numbers[c] or 0 for c in b.left) != sum(numbers[c] or 0 for c in b.right) for b in whole)


def _one_a_line(slots: Sequence[Slot], count: int) -> list[Slot] | None:
    kept = [s for s in slots if s.full or s.text == EMPTY_LINE]
    while kept and not kept[-1].full and len(kept) > count:
        kept.pop()
    return kept if len(kept) == count else None
