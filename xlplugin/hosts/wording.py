"""A report and its findings as a person reads them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlplugin.finding import Finding, Severity, causes
from xlplugin.report import Report

VERDICTS = {
    "pass": "通过",
    "blocked": "不通过：有必须处理的问题",
    "undecided": "未填完：还不能下结论",
}
_ORDER = list(Severity)


def heading(report: Report) -> str:
    """File, unit, report year and form, as far as they are known."""
    name = report.cover.name or "（未写单位名称）"
    year = f"{report.year} 年度" if report.year else "（未写年度）"
    file = Path(report.file).name if report.file else ""
    return f"{file}　{name}　{year}　{report.form_id} 格式"


def in_words(report: Report, findings: Sequence[Finding], verdict: str) -> str:
    """One block of lines: the verdict first, then every finding, the gravest first."""
    told = causes(findings)
    ordered = sorted(told, key=lambda f: _ORDER.index(f.severity))
    lines = [heading(report), f"　结论：{VERDICTS[verdict]}{_counts(told)}"]
    for finding in ordered:
        lines += _finding(report, finding)
    return "\n".join(lines)


def _counts(findings: Sequence[Finding]) -> str:
    said = [f"{s} {n} 条" for s in _ORDER if (n := sum(f.severity is s for f in findings))]
    return f"（{'，'.join(said)}）" if said else ""


def _finding(report: Report, finding: Finding) -> list[str]:
    lines = [f"　[{finding.severity}] {finding.rule}　{finding.message}"]
    where = [report.places.get(c, "") for c in finding.cells[:1]]
    if where and where[0]:
        more = f" 等 {len(finding.cells)} 格" if len(finding.cells) > 1 else ""
        lines.append(f"　　　位置：{where[0]}{more}")
    for suspect in finding.suspects[:3]:
        changes = "，".join(f"{_label(report, c)}应为 {v}" for c, v in suspect.cells.items())
        lines.append(f"　　　可能：{changes}{'（' + suspect.why + '）' if suspect.why else ''}")
    if finding.fix:
        lines.append(f"　　　处理：{finding.fix}")
    if finding.explanation:
        lines.append(f"　　　说明：{finding.explanation}")
    return lines


def _label(report: Report, cell: str) -> str:
    known = report.form.cell.get(cell)
    return f"“{known.path}”" if known else cell
