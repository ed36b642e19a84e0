"""One or several reports found in grids of strings, by the official labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from xlplugin.errors import UnreadableSource
from xlplugin.form import Form, Table, form, forms
from xlplugin.recognising.around.choosing import Chosen, form_of, told_apart_by_form
from xlplugin.recognising.around.sideways import rows_as_columns
from xlplugin.recognising.around.surroundings import lines, with_surroundings
from xlplugin.recognising.around.versions import reconciled
from xlplugin.recognising.doubts.cut_off import doubt_last
from xlplugin.recognising.doubts.notes import doubt_marks
from xlplugin.recognising.doubts.remarked import read_remarked
from xlplugin.recognising.glance.at_a_glance import report_at_a_glance, report_in_order
from xlplugin.recognising.glued.taking_apart import take_apart_unbound
from xlplugin.recognising.labels.column_order import runs_of_columns
from xlplugin.recognising.labels.folding import is_traditional, simplified
from xlplugin.recognising.labels.lexicon import COLUMN, FOREIGN, FOREIGN_COLUMN, HEAD, ROW, SECTION, TITLE, lexicon
from xlplugin.recognising.labels.pronounced import without_readings
from xlplugin.recognising.labels.segments import Segment, segments
from xlplugin.recognising.labels.stream import Grid, Stream, Token
from xlplugin.recognising.rows.readings import Readings
from xlplugin.recognising.tables.beside import read_beside
from xlplugin.recognising.tables.row_by_row import read_table
from xlplugin.report import Report

_IN_TABLES = frozenset({ROW, HEAD, COLUMN, TITLE, FOREIGN, FOREIGN_COLUMN})
_SEVERAL = 3
_OVER_ROWS = frozenset({TITLE, COLUMN})
_FEWEST_ROWS = 12  # of a report of which neither titles nor columns are left


def recognise(grids: Sequence[Grid], *, prose: str | Sequence[str] = "", source: str = "") -> Report:
    """The report that stands in some grids.

    `grids` are in the order of the document; a paragraph is a row of one cell.  `prose` is text that is not in the grids.
    A cell that cannot be read for certain is `unread`, with a finding in `intake`.  Raises UnreadableSource where no
    official table, or more than one report, is found.
    """
    found = recognise_all(grids, prose=prose, source=source)
    if len(found) > 1:
        names = "、".join(f"{r.cover.name or '？'}{r.cover.year or ''}" for r in found)
        raise UnreadableSource(
            f"{source or '这份材料'} 里有{len(found)}份年报（{names}），请逐份导入，或指明单位和年度。", code="E-SEVERAL"
        )
    return found[0]


def recognise_all(grids: Sequence[Grid], *, prose: str | Sequence[str] = "", source: str = "") -> tuple[Report, ...]:
    """Every report in some grids, in their order.  Raises UnreadableSource where there is none."""
    outside = [prose] if isinstance(prose, str) else list(prose)
    grids = [*([[[x]] for x in outside if x.strip()]), *grids]
    if (report := report_at_a_glance(grids, source)) is not None:
        return (report,)
    stream = Stream(grids)
    if (report := report_in_order(stream, source)) is not None:
        return (report,)
    plain = without_readings(grids)
    if plain.seen:
        stream = Stream(plain.grids, pronounced=plain.seen)
    chosen = form_of(stream)
    if chosen is None:
        raise _no_report(stream, source)
    tokens = stream.tokens(lexicon(chosen.form.id))
    if rows_as_columns(stream, tokens):
        raise _list_of_units(source)
    return reconciled([_one(stream, chosen, tokens, a, b, source) for a, b in _extents(stream, chosen.form, tokens)])


def _no_report(stream: Stream, source: str) -> UnreadableSource:
    """Why nothing can be read where no form is certain."""
    if any(rows_as_columns(stream, stream.tokens(lexicon(f))) for f in forms()):
        return _list_of_units(source)
    said = f"{source or '这份材料'} 里没有认出年报的三张表（按正式表格的行名、列名查找），请确认文件内容。"
    return UnreadableSource(said, code="E-NO-TABLES")


def _list_of_units(source: str) -> UnreadableSource:
    said = f"{source or '这份材料'} 是一行一个单位的汇总表（年报的各行排成了列），不是一份年报，没有读。请逐个导入各单位的年报。"
    return UnreadableSource(said, code="E-LIST")


def _extents(stream: Stream, chosen: Form, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The cells of each report, from its title to the next one's."""
    end = len(stream.texts)
    starts = _starts(stream, chosen, tokens)
    bounds = {0, end, *(_title_before(stream, a, b) for a, b in pairwise(starts)), *_titles(stream, tokens)}
    parts = list(pairwise(sorted(bounds)))
    rows = [t.first for t in tokens if ROW in t.labels.by_kind]
    return _with_tables([(a, b) for a, b in parts if any(a <= r < b for r in rows)] or parts, tokens, rows)


def _with_tables(parts: Sequence[tuple[int, int]], tokens: Sequence[Token], rows: Sequence[int]) -> list[tuple[int, int]]:
    """The parts that have tables: behind these, one that only names a few rows is a menu of the site."""
    heads = [t.first for t in tokens if not _OVER_ROWS.isdisjoint(t.labels.by_kind)]
    whole = [p for p in parts if any(p[0] <= h < p[1] for h in heads) or sum(p[0] <= r < p[1] for r in rows) >= _FEWEST_ROWS]
    return [p for p in parts if p in whole or p <= whole[0]] if whole else list(parts)


def _titles(stream: Stream, tokens: Sequence[Token]) -> list[int]:
    """The cells where the title of another unit or year stands between rows of tables."""
    rows = [t.first for t in tokens if ROW in t.labels.by_kind]
    if not rows:
        return []
    if stream.whole.count("年度报告") < 2:
        return []
    found: list[int] = []
    before = ""
    for cell, text in enumerate(stream.skeletons[: rows[-1]]):
        if not text.endswith("年度报告") or not 8 < len(text) < 60 or "信息公开" not in text:
            continue
        last = found[-1] if found else 0
        if before and text != before and any(last <= r < cell for r in rows):
            found.append(_row_start(stream, cell))
        before = text
    return found


def _starts(stream: Stream, chosen: Form, tokens: Sequence[Token]) -> list[int]:
    """The cell where each report's tables begin: their labels begin anew after they had come to an end."""
    order = _order(chosen.id)
    starts: list[int] = []
    highest, first = -1, None
    met: set[int] = set()
    for token in tokens:
        label = token.labels.row
        if label is None:
            continue
        rank = order[label.table, label.key]
        first = token.first if first is None else first
        if (
            rank < highest
            and highest - rank > len(order) * 0.6
            and highest >= len(order) * 0.7
            and len(met) >= len(order) * 0.4
            and stream.line(token.first) != stream.line(starts[-1] if starts else first)
        ):
            starts.append(token.first)
            highest = rank
            met = set()
        met.add(rank)
        if rank > highest:
            highest = rank
    return [] if first is None else [first, *starts]


@lru_cache(maxsize=16)
def _order(form_id: str) -> dict[tuple[str, str], int]:
    """Table and row → its place in the form."""
    rows = ((t.key, r.key) for t in form(form_id).tables for b in t.blocks for r in b.data_rows)
    return {row: i for i, row in enumerate(rows)}


def _title_before(stream: Stream, low: int, high: int) -> int:
    """The first cell of the report whose tables begin at `high`: its title, else its first section, else its table."""
    candidates = range(high - 1, low, -1)
    for sign in ("年度报告", "总体情况", "二主动公开政府信息情况", "第二十条第一项"):
        for cell in candidates:
            if sign in stream.skeletons[cell] and len(stream.skeletons[cell]) < 60:
                return _row_start(stream, cell)
    return _row_start(stream, high)


def _row_start(stream: Stream, cell: int) -> int:
    while cell and stream.line(cell - 1) == stream.line(cell):
        cell -= 1
    return cell


def _one(stream: Stream, on: Chosen, tokens: Sequence[Token], start: int, end: int, source: str) -> Report:
    chosen = on.form
    mine = [t for t in tokens if start <= t.first < end]
    readings = Readings(chosen, stream)
    first, stop = _window(stream, mine, start, end)
    found = segments(stream, stream.pieces(mine, first, stop))
    runs = runs_of_columns(found)
    for table in chosen.tables:
        if table.arrangement == "side_by_side":
            read_beside(readings, table, _from_table(found, table.key), _elsewhere(found, table), found)
        else:
            read_table(readings, table, found, runs)
    take_apart_unbound(readings)
    doubt_marks(readings, found)
    read_remarked(readings)
    doubt_last(readings)
    if not on.certain:
        what = f"剩下的行名、列名分不清是哪一种表式，暂按年度作{chosen.notice}的表式；两种表式不同的格没有读入。"
        readings.unread(told_apart_by_form(chosen), "IMP-FORM", what, about="uncertain")
    before, after = lines(stream, start, first), lines(stream, _last(stream, found, first), end)
    if _say_folded(readings, found):
        before, after = [simplified(x) for x in before], [simplified(x) for x in after]
    return with_surroundings(readings, before, after, source)


def _window(stream: Stream, tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The cells from the first label that belongs to a table: among labels with a title; a site's menu may name rows alone."""
    names = [t for t in tokens if not _IN_TABLES.isdisjoint(t.labels.by_kind)]
    dense = [i for i in range(len(names)) if _dense(names[i : i + 4])]
    titled = (i for i in dense if any(TITLE in t.labels.by_kind for t in names[i : i + 2]))
    at = next(titled, dense[0] if dense else 0)
    first = names[at].first if names else start
    section = next((t.first for t in reversed(tokens) if t.first < first and t.of(SECTION)), None)
    return (section if section is not None and first - section < 4 and _is_table_title(tokens, section) else first), end


def _is_table_title(tokens: Sequence[Token], cell: int) -> bool:
    return any(t.first == cell and (s := t.of(SECTION)) is not None and s.text[:1] == "二" for t in tokens)


def _dense(names: Sequence[Token]) -> bool:
    """Whether labels follow each other as in a table, not as words in prose."""
    return len(names) < 4 or names[-1].start - names[0].start < 80


def _from_table(found: Sequence[Segment], key: str) -> list[Segment]:
    """The segments after the last row that another table has, up to the next section."""
    rows = [i for i, s in enumerate(found) if s.token is not None and ROW in s.token.labels.by_kind]
    rest = list(found[rows[-1] + 1 :]) if rows else list(found)
    stop = next(
        (i for i, s in enumerate(rest) if i and s.token is not None and (t := s.token.of(SECTION)) and t.key != key), len(rest)
    )
    return rest[:stop]


def _elsewhere(found: Sequence[Segment], table: Table) -> list[list[Segment]]:
    """Between rows of other tables: the segments from the first label of this one, where several of its columns are named."""
    rows = [i for i, s in enumerate(found) if s.token is not None and s.token.labels.row]
    again: list[list[Segment]] = []
    for before, row in pairwise([-1, *rows]):
        if row - before <= _SEVERAL:
            continue
        part = list(found[before + 1 : row])
        named = [i for i, s in enumerate(part) if s.token is not None and _names_column(s.token, table)]
        again += [part[named[0] :]] if len(named) >= _SEVERAL else []
    return again


def _names_column(token: Token, table: Table) -> bool:
    """Whether this can only be a column of the table; 总计 and 其他 are columns of others too."""
    columns = token.labels.columns
    return len(columns) == len(token.labels.every) and all(x.table == table.key for x in columns)


def _last(stream: Stream, found: Sequence[Segment], first: int) -> int:
    """The first cell after the tables: behind the last line of numbers that follows a label."""
    last = first
    for segment in reversed(found):  # from the end of the document
        if segment.token is not None and _belongs_to_table(segment.token):
            last = segment.full[-1].cell if segment.full else max(last, segment.cell)
            if segment.full:
                break
    line = stream.line(last)
    while last < len(stream.texts) and stream.line(last) == line and len(stream.texts[last]) < 200:
        last += 1
    return last


def _belongs_to_table(token: Token) -> bool:
    return not _IN_TABLES.isdisjoint(token.labels.by_kind) or any(x.key == "disputes" for x in token.labels.every)


def _say_folded(readings: Readings, found: Sequence[Segment]) -> bool:
    """Whether labels are in traditional characters; these, and readings behind characters, are said."""
    texts, pronounced = readings.stream.texts, readings.stream.pronounced
    if pronounced:
        what = f"文字后面注了拼音（如“{pronounced}”），已去掉拼音读入。"
        readings.say("IMP-SPELLING", what, seen=pronounced, about="pronounced")
    labelled = dict.fromkeys(s.cell for s in found if s.token is not None)
    seen = next((texts[c].strip() for c in labelled if is_traditional(texts[c])), None)
    if seen is not None:
        readings.say("IMP-SPELLING", f"表格用了繁体字（如“{seen}”），已按简体读入。", seen=seen, about="traditional")
    return seen is not None
