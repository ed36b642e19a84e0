"""The findings as rows on the sheet 校验, and the cells that they paint.

Only values are written.  The look (which cells are painted, what a link does) is in the template's conditional
formats and formulas, which read the lists on the hidden sheet; so a mark can always be taken away without a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlplugin.books.layout import CHECK, CHECK_COLUMNS, FINDINGS_ROOM, MARKS_ROOM, META, META_MARKS, Layout, Spot, layout
from xlplugin.books.look import LINE_HEIGHT, lines_in
from xlplugin.books.raw import Grid
from xlplugin.books.template_check import CHECK_WIDTHS
from xlplugin.checking.explaining import SETTLED, key_of
from xlplugin.finding import Finding, Severity
from xlplugin.form import form as form_of
from xlplugin.hosts.host import Value
from xlplugin.hosts.writing import Place, value_of
from xlplugin.report import Report

_COLUMN = {key: i + 1 for i, key in enumerate(CHECK_COLUMNS)}
_NOTHING = dict.fromkeys(CHECK_COLUMNS)
_PAINTED = (Severity.FORCED, Severity.EXPLAIN, Severity.VERIFY)
_LABELS_SHOWN = 3
_WRAPPED = ("says", "state", "fix", "explanation")
_TALLEST = 409.0  # points; no row may be higher


def table_changes(report: Report, findings: Sequence[Finding], sheets: Mapping[str, Grid]) -> dict[str, dict[Place, Value]]:
    """Every cell of the findings' room on 校验, and of the lists of links and marks on the hidden sheet.

    `sheets` is what stands there now: an explanation that was typed beside a finding stays with it until a number of
    that finding changes (then the finding quotes it), and cells that hold the template's formulas are left out.
    """
    plan = layout(report.form_id)
    typed = _typed_explanations(plan, sheets.get(CHECK, {}))
    rows = [_row(report, n, f, typed) for n, f in enumerate(findings[:FINDINGS_ROOM], 1)]
    if len(findings) > FINDINGS_ROOM:
        rows[-1] = {**_NOTHING, "says": f"另有 {len(findings) - FINDINGS_ROOM + 1} 条没有列出，改正以上各条后再按“校验”。"}
    changes: dict[str, dict[Place, Value]] = {CHECK: {}, META: {}}
    for i in range(FINDINGS_ROOM):
        row = plan.findings_top + i
        said: Mapping[str, Value] = rows[i] if i < len(rows) else _NOTHING
        changes[CHECK] |= {(row, _COLUMN[key]): value for key, value in said.items()}
        target, text = _link(plan, findings[i]) if i < len(rows) and said["rule"] else (None, None)
        link = plan.link(row)
        changes[META] |= {(link.row, link.column): target, (link.row, link.column + 1): text}
    changes[META] |= _mark_cells(plan, findings)
    return {sheet: _without_formulas(cells, sheets.get(sheet, {})) for sheet, cells in changes.items()}


def painted(plan: Layout, findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """Cell ids to paint: `suspect` are the likely wrong ones, `attention` the others that a reviewer would ask about.

    A broken balance paints its likely cells or, where nothing can be said, what it compares; a notice (提示) paints nothing.
    """
    suspect: dict[str, None] = {}
    attention: dict[str, None] = {}
    balance = form_of(plan.form_id).balance
    for f in findings:
        if f.severity not in _PAINTED:
            continue
        if f.suspects:
            suspect |= dict.fromkeys(f.suspects[0].cells)
        else:
            attention |= dict.fromkeys(balance[f.rule].left if f.rule in balance else f.cells)
    return {"suspect": tuple(suspect), "attention": tuple(c for c in attention if c not in suspect)}


def _mark_cells(plan: Layout, findings: Sequence[Finding]) -> dict[Place, Value]:
    cells: dict[Place, Value] = {}
    for kind, ids in painted(plan, findings).items():
        spots = [str(plan.cells[c]) for c in ids if c in plan.cells][:MARKS_ROOM]
        column = META_MARKS[kind]
        cells |= {(2 + i, column): spots[i] if i < len(spots) else None for i in range(MARKS_ROOM)}
    return cells


def _row(report: Report, number: int, f: Finding, typed: Mapping[str, str]) -> dict[str, Value]:
    plan = layout(report.form_id)
    key = key_of(f, report) if f.severity in SETTLED else f.rule
    lapsed = next((text for k, text in typed.items() if k != key and k.startswith(f"{f.rule}@")), "")
    where = where_of(plan, f)
    return {
        "number": number,
        "rule": key,
        "says": f.message + (f"（原说明：{lapsed}）" if lapsed and key not in typed else ""),
        "left": f.left,
        "right": f.right,
        "gap": f.gap,
        "state": None if f.seen in plan.text else f.seen or None,
        "severity": str(f.severity),
        "where": where or None,
        "fix": _fix(plan, f) or None,
        "explanation": typed.get(key) or f.explanation or None,
    }


def where_of(plan: Layout, f: Finding) -> str:
    """The cells of a finding as a clerk finds them; the likely wrong ones first."""
    spots = _spots(plan, f)
    shown = spots[:_LABELS_SHOWN]
    return "、".join(_in_turn(shown, [s.a1 for s in shown])) + (f" 等 {len(spots)} 格" if len(spots) > _LABELS_SHOWN else "")


def _in_turn(spots: Sequence[Spot], words: Sequence[str]) -> list[str]:
    """The words about these cells; a sheet is named where it differs from that of the cell before."""
    before = ("", *(s.sheet for s in spots))
    return [word if s.sheet == b else f"{s.sheet} {word}" for s, b, word in zip(spots, before, words, strict=False)]


def _spots(plan: Layout, f: Finding) -> list[Spot]:
    """Its cells, the likely wrong ones alone where there are such; or the box of the section that it is about."""
    if f.seen in plan.text:
        return [plan.text[f.seen][0][1]]
    return [plan.cells[c] for c in (f.suspects[0].cells if f.suspects else f.cells) if c in plan.cells]


def _fix(plan: Layout, f: Finding) -> str:
    likely = []
    for suspect in f.suspects[:_LABELS_SHOWN]:
        spots = [plan.cells[c] for c in suspect.cells if c in plan.cells]
        right = [f"{plan.cells[c].a1} 应为 {v}" for c, v in suspect.cells.items() if c in plan.cells]
        likely.append("，".join(_in_turn(spots, right)))
    return " ".join(x for x in (f"可能：{'；或 '.join(likely)}。" if likely else "", f.fix) if x)


def _link(plan: Layout, f: Finding) -> tuple[str | None, str | None]:
    spots = _spots(plan, f)
    return (f"#'{spots[0].sheet}'!{spots[0].a1}", where_of(plan, f)) if spots else (None, None)


def row_heights(plan: Layout, check: Grid, links: Mapping[int, str]) -> dict[int, float | None]:
    """How high each row of the findings' room must be for its text; None for a row that says nothing.

    `links` is what the link of a row says.  Excel and LibreOffice measure by themselves what a button writes; this is
    for a file that no program has open.
    """
    heights: dict[int, float | None] = {}
    for row in range(plan.findings_top, plan.findings_top + FINDINGS_ROOM):
        said = {key: str(value_of(check.get((row, column))) or "") for key, column in _COLUMN.items() if key in _WRAPPED}
        said["where"] = links.get(row, "")
        lines = max(lines_in(text, CHECK_WIDTHS[_COLUMN[key] - 1]) for key, text in said.items())
        heights[row] = min(_TALLEST, 5 + LINE_HEIGHT * lines) if any(said.values()) else None
    return heights


def _typed_explanations(plan: Layout, grid: Grid) -> dict[str, str]:
    found = {}
    for row in range(plan.findings_top, plan.findings_top + FINDINGS_ROOM):
        rule, text = (str(value_of(grid.get((row, _COLUMN[k]))) or "") for k in ("rule", "explanation"))
        if rule and text.strip():
            found[rule] = text.strip()
    return found


def _without_formulas(cells: Mapping[Place, Value], grid: Grid) -> dict[Place, Value]:
    return {place: value for place, value in cells.items() if not (place in grid and grid[place].formula)}
