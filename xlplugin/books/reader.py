"""A workbook of the template → what the unit filed.

Labels decide, position is the fast path: where every official label stands where the template put it, numbers are
taken by position; where not, rows and columns are found by their labels, and the report says that the structure was
changed.  Nothing is guessed, and a value that any program computed is recomputed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from xlplugin.books.cells import read_cells
from xlplugin.books.layout import (
    CHECK,
    CHECK_COLUMNS,
    COVER,
    FINDINGS_ROOM,
    LAST_YEAR,
    MARKS_ROOM,
    META,
    META_LINKS,
    YES,
    Layout,
    Spot,
    layout,
)
from xlplugin.books.live import live_extents
from xlplugin.books.package import Package, open_package
from xlplugin.books.prose import unboxed
from xlplugin.books.raw import Grid, Raw
from xlplugin.books.rollup_marks import INCOMPLETE
from xlplugin.books.table_plan import TablePlan
from xlplugin.deriving import expected
from xlplugin.errors import NotOurWorkbook
from xlplugin.finding import Finding, Severity
from xlplugin.form import fold, forms
from xlplugin.form import form as form_of
from xlplugin.numerals import BLANK, Entry, State, entry, squeeze, stored_number
from xlplugin.recognising import recognise
from xlplugin.report import Cover, Report

_EPOCH = dt.date(1899, 12, 30)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_YES, _NO = {"是", "√", "✓", "有", "Y", "y", "1"}, {"否", "无", "×", "N", "n", "0"}
_ROOM = (400, 60)  # rows and columns looked at where the structure was changed
Sheets = Mapping[str, Grid]


class OpenBook(Protocol):
    """A workbook that is open in a program: its cells are asked for instead of parsed."""

    @property
    def name(self) -> str: ...

    @property
    def sheets(self) -> Container[str]: ...

    @property
    def hidden(self) -> Container[str]: ...

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]: ...


Book = Package | OpenBook


def read_workbook(source: Path | str | bytes, *, name: str | None = None) -> Report:
    """The report that stands in a workbook; a blank stays blank, 全零申报 is read from the cover.

    Raises UnreadableSource where the file cannot be opened, NotOurWorkbook where it is no workbook of this template.
    """
    package = open_package(source)
    called = name or package.name or "工作簿"
    plan = _plan(package, called)
    report = _report(package, plan, _cells(package, _extents(plan)))
    return replace(report, file=str(source) if not isinstance(source, bytes) else called, sha256=package.sha256)


def read_open(book: OpenBook) -> tuple[Report, Report | None, Sheets]:
    """The report in an open workbook, last year's report (None where 上年数据 is empty), and the cells as they were read.

    One reading of every sheet, so that the three belong together; of the hidden sheet also the lists that 校验 keeps
    there.  Raises NotOurWorkbook.
    """
    plan = _plan(book, book.name)
    sheets = _cells(book, _extents(plan) | {META: (1 + MARKS_ROOM, META_LINKS + 1)})
    return replace(_report(book, plan, sheets), file=book.name), _last_year(book.name, plan, sheets), sheets


def _report(book: Book, plan: Layout, sheets: Sheets) -> Report:
    moved = _moved_labels(plan, sheets)
    report = _moved(book, plan, moved) if moved else Report(plan.form_id, entries=_entries(plan, sheets), places=_places(plan))
    report = replace(
        report,
        cover=_cover(plan, sheets),
        text=_text(plan, sheets) or report.text,
        explanations=_explanations(plan, sheets),
    )
    return _with_formulas(_with_filled(report, plan, sheets), plan, book, sheets)


def _cells(book: Book, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
    return read_cells(book, wanted) if isinstance(book, Package) else book.cells(wanted)


def read_last_year(source: Path | str | bytes) -> Report | None:
    """Last year's report as it stands on the sheet 上年数据, or None where nobody filled that sheet.

    Raises UnreadableSource, NotOurWorkbook.
    """
    package = open_package(source)
    plan = _plan(package, package.name)
    return _last_year(package.name, plan, _cells(package, _extents(plan)))


def _last_year(name: str, plan: Layout, sheets: Sheets) -> Report | None:
    grid = sheets.get(LAST_YEAR, {})
    entries = {c: _entry(grid.get((s.row, s.column)), None) for c, s in plan.last_year.items()}
    entries = {c: e for c, e in entries.items() if e.state is not State.BLANK}
    if not entries:
        return None
    cover = _cover(plan, sheets)
    year = cover.year - 1 if cover.year else None
    return Report(plan.form_id, replace(cover, year=year, nil=frozenset()), entries, file=name)


def workbook_form(source: Path | str | bytes) -> str:
    """The id of the form whose workbook this is.  Raises UnreadableSource, NotOurWorkbook."""
    package = open_package(source)
    return _plan(package, package.name).form_id


def raw_cells(source: Path | str | bytes, plan: Layout) -> dict[str, Grid]:
    """Every cell of the template's sheets as the file has it, those that it works out by itself included."""
    wanted = _extents(plan)
    for sheet, (row, column) in live_extents(plan.form_id).items():
        before = wanted.get(sheet, (0, 0))
        wanted[sheet] = (max(row, before[0]), max(column, before[1]))
    return read_cells(open_package(source), wanted)


def _plan(package: Book, called: str) -> Layout:
    """The layout by the hidden sheet's form id or, where that is gone, by the names of the table sheets."""
    known = forms()
    if META in package.sheets:
        where = Spot(META, 1, 2)
        raw = _cells(package, {META: (1, 2)}).get(META, {}).get((where.row, where.column))
        if raw is not None and raw.text in known:
            return layout(raw.text)
    named = [f for f in known.values() if all(t.sheet in package.sheets for t in f.tables)]
    if not named:
        raise NotOurWorkbook(
            f"“{called}”不是本工具的年报工作簿：缺少工作表“{'”“'.join(t.sheet for t in list(known.values())[-1].tables)}”。"
            "请使用模板填报；已公布的年报请用“导入”。"
        )
    plans = [layout(f.id) for f in named]
    return min(plans, key=lambda p: len(_moved_labels(p, _cells(package, _extents(p)))))


def _extents(plan: Layout) -> dict[str, tuple[int, int]]:
    spots = [*plan.cells.values(), *plan.cover.values(), *plan.nil.values(), *plan.meta.values(), *plan.filled.values()]
    spots += [s for boxes in plan.text.values() for _, s in boxes]
    spots += [Spot(s.sheet, s.row, 2) for s in plan.last_year.values()] + list(plan.last_year.values())
    spots.append(Spot(CHECK, plan.findings_top + FINDINGS_ROOM, len(CHECK_COLUMNS)))
    far: dict[str, tuple[int, int]] = {}
    for s in spots:
        row, column = far.get(s.sheet, (0, 0))
        far[s.sheet] = (max(row, s.row), max(column, s.column))
    return far


def _moved_labels(plan: Layout, sheets: Sheets) -> list[str]:
    """The official labels that do not stand where the template put them."""
    return [
        f"{label.spot.sheet}“{label.text}”"
        for p in plan.tables
        for label in p.labels
        if fold(_text_at(sheets, label.spot)) != fold(label.text)
    ]


def _text_at(sheets: Sheets, spot: Spot) -> str:
    raw = sheets.get(spot.sheet, {}).get((spot.row, spot.column))
    return raw.text.strip() if raw is not None else ""


def _places(plan: Layout) -> dict[str, str]:
    return {c: str(s) for c, s in plan.cells.items()}


def _entries(plan: Layout, sheets: Sheets) -> dict[str, Entry]:
    units = {c.id: c.unit for c in form_of(plan.form_id).cells}
    found = {}
    for cell, spot in plan.cells.items():
        raw = sheets.get(spot.sheet, {}).get((spot.row, spot.column))
        read = _entry(raw, units[cell])
        if read is not BLANK:
            found[cell] = read
    return found


def _entry(raw: Raw | None, unit: str | None) -> Entry:
    """One number cell: a formula's result is kept apart from what somebody typed."""
    if raw is None or (raw.kind == "" and not raw.formula):
        return BLANK
    if raw.kind == "n":
        value = stored_number(raw.text)
        if value is None:
            return Entry(None, State.TEXT, raw.text)
        return Entry(value, State.FORMULA if raw.formula else State.NUMBER, raw.text)
    if raw.formula:
        return Entry(None, State.FORMULA, raw.text)
    if raw.kind in ("b", "e"):
        return Entry(None, State.TEXT, {"1": "TRUE", "0": "FALSE"}.get(raw.text, raw.text) if raw.kind == "b" else raw.text)
    return entry(raw.text, unit)  # digits typed as text are a number, here as on the sheet


def _cover(plan: Layout, sheets: Sheets) -> Cover:
    said = {key: _text_at(sheets, spot) or None for key, spot in plan.cover.items()}
    year = _YEAR.search(squeeze(said.pop("year") or ""))
    power = said.pop("rule_power")
    date = sheets.get(COVER, {}).get((plan.cover["date"].row, plan.cover["date"].column))
    return Cover(
        **{k: v for k, v in said.items() if k != "date"},
        date=_date(date),
        year=int(year.group()) if year else None,
        rule_power=True if power in _YES else False if power in _NO else None,
        nil=frozenset(t for t, spot in plan.nil.items() if _text_at(sheets, spot) == YES),  # the word that the formulas ask for
    )


def _date(raw: Raw | None) -> str | None:
    """A spreadsheet's day number as a date; a text stays as it was typed."""
    if raw is None or not raw.text.strip():
        return None
    number = stored_number(raw.text) if raw.kind == "n" else None
    if isinstance(number, int) and 0 < number < 2958466:
        return (_EPOCH + dt.timedelta(days=number)).isoformat()
    return raw.text.strip()


def _text(plan: Layout, sheets: Sheets) -> dict[str, str]:
    """The prose by section; the heads of section one are kept as （一）…（五） lines."""
    said = {}
    for key, boxes in plan.text.items():
        text = unboxed([head for head, _ in boxes], [_text_at(sheets, spot) for _, spot in boxes])
        if text:
            said[key] = text
    return said


def _explanations(plan: Layout, sheets: Sheets) -> dict[str, str]:
    grid = sheets.get(CHECK, {})
    column, rule_column = CHECK_COLUMNS.index("explanation") + 1, CHECK_COLUMNS.index("rule") + 1
    said = {b: _text_at(sheets, Spot(CHECK, row, column)) for b, row in plan.check.items()}
    for row in range(plan.findings_top, plan.findings_top + FINDINGS_ROOM):
        rule, text = grid.get((row, rule_column)), grid.get((row, column))
        if rule is not None and text is not None and rule.text.strip():
            said[rule.text.strip()] = text.text.strip()
    return {rule: text for rule, text in said.items() if text}


def _with_filled(report: Report, plan: Layout, sheets: Sheets) -> Report:
    """A total that `fill` wrote and nobody changed since is no evidence."""
    changed = {}
    for cell, spot in plan.filled.items():
        wrote = entry(_text_at(sheets, spot)).value
        now = report.entry(cell)
        if wrote is not None and now.state is State.NUMBER and now.value == wrote:
            changed[cell] = now._replace(state=State.FILLED)
    return report.with_entries(changed) if changed else report


def _with_formulas(report: Report, plan: Layout, package: Book, sheets: Sheets) -> Report:
    """Totals that are formulas are recomputed, whatever the file says they came to."""
    formulas = [c for c in plan.filled if report.entry(c).state is State.FORMULA]
    findings = [*report.intake, *_typed_formulas(report, plan), *_hidden(plan, package), *_incomplete(plan, sheets)]
    if formulas:
        should = expected(report.form, report.numbers())
        report = report.with_entries({c: Entry(should.get(c), State.FORMULA, report.entry(c).seen) for c in formulas})
    return replace(report, intake=tuple(findings))


def _typed_formulas(report: Report, plan: Layout) -> list[Finding]:
    typed = tuple(c for c, e in report.entries.items() if e.state is State.FORMULA and c not in plan.filled)
    if not typed:
        return []
    where = "、".join(report.places.get(c, c) for c in typed[:5])
    return [
        Finding(
            rule="V-FORMULA",
            severity=Severity.VERIFY,
            message=f"有 {len(typed)} 个填报格里是公式（{where}{'等' if len(typed) > 5 else ''}），公式的结果不作为依据。",
            cells=typed,
            fix="请改为直接填写数字（复制后“选择性粘贴—数值”）。",
        )
    ]


def _hidden(plan: Layout, package: Book) -> list[Finding]:
    out_of_sight = package.hidden
    hidden = [p.table.sheet for p in plan.tables if p.table.sheet in out_of_sight]
    if not hidden:
        return []
    return [
        Finding(
            rule="RU-ALT",
            severity=Severity.FORCED,
            message=f"工作表“{'”“'.join(hidden)}”被隐藏，里面的数字仍会计入。",
            fix="请取消隐藏（右键任一工作表标签—取消隐藏）后核对再交。",
        )
    ]


def _incomplete(plan: Layout, sheets: Sheets) -> list[Finding]:
    """A roll-up that says of itself that somebody is missing from it must not look whole to who checks it."""
    if _text_at(sheets, plan.meta["complete"]) != INCOMPLETE:
        return []
    return [
        Finding(
            rule="RU-PART",
            severity=Severity.EXPLAIN,
            message="这份汇总表标明“不完整”：有单位缺报、被退回，或有格因单位没有填而空着；各数只是已收到部分的合计。",
            fix="请看“总览”“缺报催报”“问题”各表，补齐后重新汇总。",
        )
    ]


def _moved(package: Book, plan: Layout, moved: list[str]) -> Report:
    """Numbers found by their labels, because the labels do not stand where the template put them."""
    wanted = {p.table.sheet: p for p in plan.tables if p.table.sheet in package.sheets}
    read = _cells(package, dict.fromkeys(wanted, _ROOM))
    found = recognise([_official_part(_strings(grid), wanted[sheet]) for sheet, grid in read.items()])
    message = f"模板结构被改动：{len(moved)} 处标签不在原来的位置（{'、'.join(moved[:3])}{'等' if len(moved) > 3 else ''}）。"
    altered = Finding(
        rule="RU-ALT",
        severity=Severity.FORCED,
        message=message + "数字已按行列名称读取，请逐格核对。",
        fix="请把数字填回未改动的模板后再交；不要插入、删除行列或改动表头。",
    )
    return Report(found.form_id, entries=dict(found.entries), places=dict(found.places), intake=(altered, *found.intake))


def _official_part(grid: list[list[str]], plan: TablePlan) -> list[list[str]]:
    """The rows and columns that the official labels span; the template's own checks stand outside of them."""
    official = {fold(label.text) for label in plan.labels}
    found = [(r, c) for r, row in enumerate(grid) for c, text in enumerate(row) if text and fold(text) in official]
    if not found:
        return grid
    last_row, last_column = max(r for r, _ in found), max(c for _, c in found)
    if not plan.label_columns:
        # Table four has no row labels: its numbers are the first line under the headings.
        last_row = next((r for r in range(last_row + 1, len(grid)) if any(grid[r])), last_row)
    first_row = min(r for r, _ in found)
    return [[plan.table.title], *(row[: last_column + 1] for row in grid[first_row : last_row + 1])]


def _strings(grid: Grid) -> list[list[str]]:
    if not grid:
        return []
    rows, columns = max(r for r, _ in grid), max(c for _, c in grid)
    return [[_as_text(grid.get((r, c))) for c in range(1, columns + 1)] for r in range(1, rows + 1)]


def _as_text(raw: Raw | None) -> str:
    if raw is None:
        return ""
    if raw.kind == "n":
        number = stored_number(raw.text)
        return raw.text if number is None else str(number)
    return raw.text
