"""The buttons of 填报与校验: 校验, 下一处, 填充, 撤销填充."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xlplugin.books.layout import META, Layout, Spot, layout
from xlplugin.books.reader import read_open
from xlplugin.checking import check, verdict
from xlplugin.deriving import blank_derived
from xlplugin.errors import NotOurWorkbook
from xlplugin.finding import Finding, Severity, causes
from xlplugin.hosts.findings_table import painted, table_changes
from xlplugin.hosts.host import Host, Value
from xlplugin.hosts.writing import Place, value_of, write_all
from xlplugin.numerals import State
from xlplugin.report import Report

_SHOWN = 12  # cells named in a message


def check_workbook(host: Host) -> None:
    """校验: findings beside the balances, marks at the cells, one line of verdict.  No figure is touched."""
    report, before, sheets = read_open(host)
    findings = causes(check(report, last_year=before))
    write_all(host, table_changes(report, findings, sheets), sheets)
    host.tell(verdict_line(report, findings))


def verdict_line(report: Report, findings: Sequence[Finding]) -> str:
    """The outcome in one line, as the message says it."""
    if not findings:
        return "校验通过：没有发现问题。"
    forced = sum(f.severity is Severity.FORCED for f in findings)
    explain = sum(f.severity is Severity.EXPLAIN and f.blocks for f in findings)
    rest = len(findings) - forced - explain
    counts = [f"必须改正 {forced} 条", f"需要写审核说明 {explain} 条", f"供核对 {rest} 条"]
    said = "，".join(c for c, n in zip(counts, (forced, explain, rest), strict=True) if n)
    words = {"pass": "校验通过", "blocked": "校验不通过", "undecided": "还没有填完"}[verdict(report, findings)]
    return f"{words}：{said}。已列在“校验”表里，涉及的单元格已标色；按“下一处”逐个查看。"


def go_to_next(host: Host) -> None:
    """下一处: from the cursor onwards, sheet by sheet and row by row, then from the start again."""
    report, before, _ = read_open(host)
    plan = layout(report.form_id)
    marked = painted(plan, causes(check(report, last_year=before)))
    spots = [plan.cells[c] for kind in marked for c in marked[kind] if c in plan.cells]
    spot = next_spot(plan.sheets, spots, host.active())
    if spot is None:
        host.tell("没有需要处理的单元格。")
    else:
        host.select(spot)


def next_spot(sheets: Sequence[str], spots: Iterable[Spot], now: Spot) -> Spot | None:
    """The first of these spots after `now` in reading order; after the last comes the first."""

    def reading(spot: Spot) -> tuple[int, int, int]:
        return (sheets.index(spot.sheet) if spot.sheet in sheets else len(sheets), spot.row, spot.column)

    ordered = sorted(spots, key=reading)
    return next((s for s in ordered if reading(s) > reading(now)), ordered[0] if ordered else None)


def fill_blanks(host: Host) -> None:
    """填充: blank totals whose parts are all there; what was written is kept on the hidden sheet."""
    report, _, sheets = read_open(host)
    _refuse_moved(host, report)
    plan = layout(report.form_id)
    written = blank_derived(report)
    still = [c for c in plan.filled if c not in written and report.entry(c).state is State.BLANK]
    if not written:
        host.tell("没有可以填充的单元格。" + _still(still))
        return
    write_all(host, _merged(_at(plan, written), _recorded(plan, written)), sheets)
    host.tell(f"已填充 {len(written)} 格：{_named(plan, written)}。可以按“撤销填充”恢复。" + _still(still))


def take_back_filled(host: Host) -> None:
    """撤销填充: clears what 填充 wrote and nobody changed since; a total that was changed stays and counts as typed."""
    report, _, sheets = read_open(host)
    _refuse_moved(host, report)
    plan = layout(report.form_id)
    ours = [c for c, s in plan.filled.items() if value_of(sheets.get(META, {}).get((s.row, s.column))) is not None]
    back = [c for c in ours if report.entry(c).state is State.FILLED]
    if not ours:
        host.tell("没有由“填充”写入的数字。")
        return
    write_all(host, _merged(_at(plan, dict.fromkeys(back)), _recorded(plan, dict.fromkeys(ours))), sheets)
    changed = [c for c in ours if c not in back]
    kept = f"另有 {len(changed)} 格在填充后改动过，保留原数：{_named(plan, changed)}。" if changed else ""
    host.tell(f"已恢复 {len(back)} 格为空白。{kept}")


def _refuse_moved(host: Host, report: Report) -> None:
    if any(f.rule == "RU-ALT" and "结构" in f.message for f in report.intake):
        raise NotOurWorkbook(f"“{host.name}”的模板结构被改动，不能自动填写；请把数字填回未改动的模板。没有改动任何单元格。")


def _at(plan: Layout, values: Mapping[str, Value]) -> dict[str, dict[Place, Value]]:
    changes: dict[str, dict[Place, Value]] = {}
    for cell, value in values.items():
        spot = plan.cells[cell]
        changes.setdefault(spot.sheet, {})[(spot.row, spot.column)] = value
    return changes


def _recorded(plan: Layout, values: Mapping[str, Value]) -> dict[str, dict[Place, Value]]:
    return {META: {(plan.filled[c].row, plan.filled[c].column): v for c, v in values.items()}}


def _merged(*changes: Mapping[str, Mapping[Place, Value]]) -> dict[str, dict[Place, Value]]:
    merged: dict[str, dict[Place, Value]] = {}
    for one in changes:
        for sheet, cells in one.items():
            merged.setdefault(sheet, {}).update(cells)
    return merged


def _named(plan: Layout, cells: Iterable[str]) -> str:
    spots = [str(plan.cells[c]) for c in cells]
    return "、".join(spots[:_SHOWN]) + (" 等" if len(spots) > _SHOWN else "")


def _still(cells: Sequence[str]) -> str:
    return f"还有 {len(cells)} 个合计格空着，因为它们的组成项没有填全。" if cells else ""


__all__ = ["check_workbook", "fill_blanks", "go_to_next", "next_spot", "take_back_filled", "verdict_line"]
