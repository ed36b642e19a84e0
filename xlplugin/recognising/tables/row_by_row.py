"""The tables of one report, read row by row into entries."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from xlplugin.form import Block, Table, row_labels
from xlplugin.numerals import Entry, State, squeeze
from xlplugin.recognising.doubts.doubting import says
from xlplugin.recognising.doubts.lines_once import doubt_lines_once
from xlplugin.recognising.doubts.short_totals import read_short_totals
from xlplugin.recognising.doubts.taking_back import take_back
from xlplugin.recognising.glued import cutting
from xlplugin.recognising.glued.taking_apart import take_apart
from xlplugin.recognising.labels.column_names import named_columns
from xlplugin.recognising.labels.column_order import falls_before, group_out_of_order, runs_of_table
from xlplugin.recognising.labels.lexicon import ROW
from xlplugin.recognising.labels.segments import Segment, Slot, places_of
from xlplugin.recognising.labels.stream import CONTINUED
from xlplugin.recognising.rows.found import Found
from xlplugin.recognising.rows.headers import Header, header
from xlplugin.recognising.rows.layout import layout
from xlplugin.recognising.rows.manner import Manner, manner_of, packed_head
from xlplugin.recognising.rows.matching import rows_of
from xlplugin.recognising.rows.mending import damaged_label
from xlplugin.recognising.rows.placing import Placed, alike, place
from xlplugin.recognising.rows.readings import Readings, number_cell
from xlplugin.recognising.tables.outside_rows import extra_rows, merged_heads

_COVERED = frozenset({CONTINUED})
CAPTION = 16  # cells over a table in which its unit may stand
_MONEY = re.compile(r"(?:单位|單位|金额|金額|数额|[(（])[^\d\n元]{0,8}?([十百千万萬亿億]*元)")


def read_table(readings: Readings, table: Table, segments: Sequence[Segment], runs: Sequence[Sequence[Segment]]) -> bool:
    """Read a table whose rows have labels.  False where no row of it was found at all (its cells are then unread).

    `runs`: the segments that name columns, those that follow each other together.
    """
    rows = rows_of(readings.stream, table, segments)
    if not any(f.segments for f in rows.values()):
        mine = [c.id for c in readings.form.cells if c.table == table.key]
        readings.unread(mine, "IMP-MISSING", f"没有找到“{table.title}”。", about=table.key)
        return False
    numbered_rows = [(s, f.columns) for f in rows.values() for s in f.segments if s.slots]
    manner = manner_of(readings.stream, numbered_rows, packed_head(readings.stream, table, segments))
    glued_rows: dict[str, list[str]] = {}
    starved = _starved(list(rows.values()))
    numbered = sorted(s.at for f in rows.values() for s in f.segments if s.at >= 0)
    other_money = _other_money(readings, table, rows, segments)
    unlike: set[str] = set()
    runs = runs_of_table(runs, table)
    cells = layout(readings.form.id, table.key).cells
    zones = (_zone(rows, table, block, segments, numbered) for block in table.blocks)
    heads = [header(readings.stream, table, block, zone) for block, zone in zip(table.blocks, zones, strict=True)]
    own = any(h.own for h in heads)  # named once, over the first block, it goes down the whole table
    for block, head in zip(table.blocks, heads, strict=True):
        head = head._replace(own=own)
        if astray := group_out_of_order(table, block, segments, runs):
            head = head._replace(misplaced=head.misplaced | astray)
        if not head.found and _broken_and_swapped(readings, block, rows):
            head = head._replace(misplaced=frozenset(block.column_keys))
        bad = _header_faults(readings, table, block, head, other_money=other_money)
        unlike |= {block.key} if bad or head.more else set()
        for row in block.data_rows:
            found = rows[row.key]
            _read_row(_Row(readings, cells[found.key], found, manner, bad, head, rows), glued_rows, row.key in starved)
    headed = all(h.whole and not h.misplaced for h in heads)
    take_back(readings, table, list(rows.values()), headed=headed, glued=glued_rows.keys())
    take_apart(readings, table, glued_rows)
    if headed:
        read_short_totals(readings, table, list(rows.values()))
    merged_heads(readings, table, rows, segments, unlike)
    extra_rows(readings, rows, segments)
    doubt_lines_once(readings, table, rows, segments)
    return True


class _Row:
    """One row of a table about to be read."""

    def __init__(
        self,
        readings: Readings,
        cells: Sequence[str],
        found: Found,
        manner: Manner,
        bad: dict[str, str],
        head: Header,
        rows: Mapping[str, Found],
    ) -> None:
        self.readings, self.cells, self.found, self.manner, self.bad = readings, cells, found, manner, bad
        self.ruled, self.partial, self.extra, self.more = head.ruled, head.partial, head.extra, head.more
        self.named = 0 if found.block.columns[-1].derived else head.found  # a sum tells more than the head
        self.key = found.key
        self.rows = rows

    @property
    def seen(self) -> str:
        return " ‖ ".join(" | ".join(x.text for x in s.full) for s in self.found.segments)

    @property
    def label(self) -> str:
        return "／".join(row_labels(self.found.block, self.found.row))

    def unread(self, rule: str, what: str) -> None:
        self.readings.unread(self.cells, rule, what, seen=self.seen, about=self.key)


def _zone(
    rows: dict[str, Found],
    table: Table,
    block: Block,
    segments: Sequence[Segment],
    numbered: Sequence[int],
) -> list[Segment]:
    """The segments over the first row of a block that has labels of columns over it, back to the row of numbers before."""
    zones: list[list[Segment]] = []
    for first in sorted(s.at for r in block.data_rows for s in rows[r.key].segments if s.at >= 0):
        above = bisect_left(numbered, first)
        start = numbered[above - 1] if above else -1
        zones.append([s for s in segments[max(start + 1, first - 40) : first] if not s.broken])
        if named_columns(zones[-1], table, block) >= min(2, len(block.columns)):
            return zones[-1]
    grouped = any(c.group for c in block.columns)
    label = block.data_rows[0].key
    first = next((i for i, s in enumerate(segments) if s.token is not None and (x := s.token.of(ROW)) and x.key == label), 0)
    return [s for s in segments[max(0, first - 60) : first] if not s.broken] if grouped else zones[0] if zones else []


def _header_faults(readings: Readings, table: Table, block: Block, head: Header, *, other_money: bool) -> dict[str, str]:
    """Columns that must not be read → the rule that says why; other faults are only said."""
    about = f"{table.key}.{block.key}"
    title = block.title or table.title
    bad = dict.fromkeys(head.misplaced, "IMP-SWAPPED")
    if head.foreign:
        bad = {c.key: "IMP-FORM" for c in block.columns}
    bad |= {c.key: "IMP-UNIT" for c in block.columns if c.unit == "万元" and other_money}
    if not bad and not (head.missing and head.strange):
        return bad
    cells = [f"{table.key}.{r.key}.{c.key}" for r in block.data_rows for c in block.columns]
    for rule in sorted(set(bad.values())):
        columns = [c for c in block.columns if bad.get(c.key) == rule]
        names = "、".join(c.label for c in columns)
        seen = " | ".join(t.strip() for t in head.texts if t.strip())
        hit = [x for x in cells if x.rpartition(".")[2] in {c.key for c in columns}]
        readings.say(rule, f"“{title}”的表头与正式表格不一致（见到：{seen}），{names}没有读入。", hit, seen=seen, about=about)
    if not bad:
        strange = "、".join(f"“{t}”" for t in head.strange[:6])
        readings.say(
            "IMP-LABEL", f"“{title}”的表头缺“{'、'.join(head.missing)}”，见到{strange}，按正式次序读入。", cells, about=about
        )
    return bad


def _other_money(readings: Readings, table: Table, rows: dict[str, Found], segments: Sequence[Segment]) -> bool:
    """Whether the table, or what stands over it, says 元 or 亿元 where the form says 万元."""
    if not any(c.unit == "万元" for b in table.blocks for c in b.columns):
        return False
    last = max(s.cell for f in rows.values() for s in f.segments)
    first = min((s.cell for s in segments), default=0)
    return other_money(readings.stream.texts[max(0, first - CAPTION) : last + 1])


def other_money(texts: Sequence[str]) -> bool:
    """Whether one of the texts says that amounts are in 元 or 亿元, not in 万元."""
    return any(m[1] not in ("万元", "萬元") for t in texts if "元" in t for m in _MONEY.finditer(t))


def _starved(rows: Sequence[Found]) -> set[str]:
    """Rows whose numbers stand on a line of their own, unlike those of others: a number of the row above or below, which
    has none, or, where one number is all there is, of the page."""
    full = [[x for s in f.segments for x in s.full] for f in rows]
    if sum(bool(x) and not x[0].below for x in full) < 2:
        return set()
    found = set()
    for i, slots in enumerate(full):
        around = [full[k] for k in (i - 1, i + 1) if 0 <= k < len(full)]
        if slots and slots[0].below and (rows[i].columns == 1 or not all(around)):
            found.add(rows[i].row.key)
    return found


def _broken_and_swapped(readings: Readings, block: Block, rows: Mapping[str, Found]) -> bool:
    first = next((s.cell for r in block.data_rows for s in rows[r.key].segments[:1]), None)
    return first is not None and len(block.columns) > 1 and falls_before(readings.stream, block, first)


def _missing(row: _Row) -> None:
    """Say that a row is not there, or not as often as the rest of its table."""
    if not row.found.segments:
        return row.unread("IMP-MISSING", f"没有找到“{row.label}”这一行。")
    what = f"这张表出现了两次，“{row.label}”只见到一次（{row.seen}），不能确定以哪一次为准，没有读入。"
    return row.unread("IMP-REPEAT", what)


def _read_row(row: _Row, glued_rows: dict[str, list[str]], starved: bool) -> None:
    found = row.found
    if not found.segments or found.once:
        return _missing(row)
    placed = _placed(row)
    if len(placed) > 1 and (
        any(p.slots is None for p in placed) or not alike([tuple(x.text for x in p.slots or ()) for p in placed])
    ):
        return row.unread("IMP-REPEAT", f"“{row.label}”出现了{len(placed)}次，数字不同（{row.seen}），没有读入。")
    found.keep(placed)
    row.readings.sure.update(row.cells if found.sure else ())
    slots = placed[0].slots
    chunks = [squeeze(part) for s in found.segments[0].full for part in s.text.split()] if slots is None else []
    apart = not (row.more or row.extra or row.bad)  # no balance tells apart columns that changed places, or are the office's own
    if slots is None and apart and cutting.may_be_glued(chunks, places_of(found.segments[0]), len(row.cells)):
        glued_rows[row.key] = chunks
        return None
    if slots is None or starved:
        return row.unread(placed[0].rule or "IMP-SHORT", _short(row, len(found.segments[0].full)))
    if len(placed) > 1:
        row.readings.say("IMP-REPEAT", f"“{row.label}”出现了{len(placed)}次，数字相同，已读入。", row.cells, about=row.key)
    if (seen := damaged_label(found)) and not row.bad:
        row.readings.say("IMP-LABEL", f"“{row.label}”写成“{seen}”，已按位置读入。", row.cells, seen=seen, about=row.key)
    return _take_good(row, slots) if row.bad else row.readings.take(row.cells, slots)


def _take_good(row: _Row, slots: Sequence[Slot]) -> None:
    """Read the numbers of a row but those of columns that must not be read."""
    if _sums_fail(row, slots):
        return row.unread("IMP-SWAPPED", f"“{row.label}”的列次序与正式表格不同（见到：{row.seen}），合计也对不上，没有读入。")
    good = [(c, s) for c, s in zip(row.cells, slots, strict=True) if c.rpartition(".")[2] not in row.bad]
    for cell, slot in zip(row.cells, slots, strict=True):
        if cell.rpartition(".")[2] in row.bad:
            row.readings.entries[cell] = Entry(None, State.UNREAD, slot.text)
    return row.readings.take([c for c, _ in good], [s for _, s in good])


def _sums_fail(row: _Row, slots: Sequence[Slot]) -> bool:
    """Whether the numbers of a row do not add up, in whatever order its parts stand: another column is not in its place."""
    within = layout(row.readings.form.id, row.key.partition(".")[0]).within.get(row.key, ())
    numbers = {c: number_cell(s.text, row.readings.form.cell[c].unit) for c, s in zip(row.cells, slots, strict=True)}
    return says(within, row.cells, numbers) is False


def _placed(row: _Row) -> list[Placed]:
    """The numbers of each segment of a row, one a column, as far as they have a place."""
    stream, n = row.readings.stream, len(row.cells)
    placed = [
        place(stream, s, n, row.manner, row.ruled, partial=row.partial, named=row.named, extra=row.extra)
        for s in row.found.segments
    ]
    if any(s.marks - _COVERED for s in row.found.segments) and any(map(_with_blanks, placed)):
        early = any(p.sure and p.slots is not None and not p.slots[-1].full for p in placed)
        if _out_of_step(row, early=early):
            return [Placed(None, "IMP-SHORT")]
    return [Placed(None, "IMP-SHORT") if p.gapped and not p.sure and _may_end_in_total(row, p) else p for p in placed]


def _may_end_in_total(row: _Row, placed: Placed) -> bool:
    """Whether a row with empty cells has one in the place of its total too, though its last number may be the total, moved
    there because empty cells were lost: one cell a line any number may be, on one line the sum of the others or a lone one.
    One cell a line, a lone number in the place of the total may be that of a page."""
    slots = placed.slots or ()
    if len(slots) < 2 or not row.found.block.columns[-1].derived:
        return False
    full = [s for s in slots if s.full]
    if slots[-1].full:
        return len(full) == 1 and full[0].below and squeeze(full[0].text) != "0"  # or the number of a page
    numbers = [number_cell(s.text, "件").value or 0 for s in full]
    return len(full) == 1 or (any(numbers) and (full[0].below or numbers[-1] == sum(numbers[:-1])))


def _with_blanks(placed: Placed) -> bool:
    return placed.gapped or (placed.sure and placed.slots is not None and not all(s.full for s in placed.slots))


def _out_of_step(row: _Row, *, early: bool) -> bool:
    """Whether labels stand each level in a column of its own, and this row's in that of another level: its cells have moved.

    `early`: its numbers stand under labels but end before the last column, as they do where they have moved.
    """
    found, columns = row.found, row.readings.stream.columns
    deepest = max(r.level for r in found.block.rows)
    column = columns[found.segments[0].cell]
    alike = {
        columns[f.segments[0].cell] for f in row.rows.values() if f.segments and f.row.level == found.row.level and f is not found
    }
    framed = row.manner.frame == deepest + 1 and column != found.row.level
    unlike = bool(alike) and column not in alike if found.row.level == 0 else early and _unusual(row, column)
    return deepest > 0 and (framed or unlike)


def _unusual(row: _Row, column: int) -> bool:
    """Whether most labels of the row's level stand in another column of the grid."""
    columns, level, grid = row.readings.stream.columns, row.found.row.level, row.found.segments[0].line[0]
    rows = (f.segments[0] for f in row.rows.values() if f.segments and f.row.level == level)
    usual = Counter(columns[s.cell] for s in rows if s.line[0] == grid)
    return usual.most_common(1)[0][0] != column and 2 * max(usual.values()) > usual.total()


def _short(row: _Row, count: int) -> str:
    place = row.readings.where(row.found.segments[0].cell)
    seen = f"见到{count}个：{row.seen}" if count else "后面没有见到数字"
    return f"“{row.label}”应有{len(row.cells)}个数字，{place}{seen}，不能确定各属哪一列，没有读入。"
