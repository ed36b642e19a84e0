"""审核说明: what a clerk writes beside a finding that is truly so.

`report.explanations` maps the finding's rule (`XY-T3.total`, or the rule with a short print of its numbers,
`XY-T3.total@1f3a9c`) to the text.  A writer that stores an explanation takes the key from `key_of`.  With the print
the explanation lapses as soon as a cell of that finding changes; without it (typed by hand) it stands until removed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from xlplugin.checking.settings import Settings
from xlplugin.finding import Finding, Severity
from xlplugin.report import Report

SETTLED = (Severity.EXPLAIN, Severity.VERIFY)
_EMPTY_WORDS = re.compile(r"(核实|属实|无误|情况|已|经|确认|核对|正确|数据|说明|没有问题|没问题|同上|无|是|的)+")
_MARKS = re.compile(r"[\s\W_]+")


def fingerprint(finding: Finding, report: Report) -> str:
    """A short print of what stands in the finding's cells (and of what was seen, for a finding about the prose)."""
    said = [f"{c}={report.entry(c).value}/{report.entry(c).state}" for c in finding.cells if c in report.form.cell]
    text = "|".join([finding.rule, *said, str(finding.left), str(finding.right), finding.seen])
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def key_of(finding: Finding, report: Report) -> str:
    """Under which key an explanation of this finding is stored."""
    return f"{finding.rule}@{fingerprint(finding, report)}"


def settle(finding: Finding, report: Report, settings: Settings) -> Finding:
    """The finding with its explanation, or with a note why what was written does not do."""
    if finding.severity not in SETTLED or not report.explanations:
        return finding
    said, lapsed = _said(finding, report)
    if not said:
        note = _note(settings, "原审核说明因数字已改动而失效，请重新说明", "The earlier explanation lapsed: a number changed.")
        return replace(finding, message=finding.message + note) if lapsed else finding
    if not acceptable(said, settings):
        note = _note(
            settings,
            f"审核说明“{said.strip()}”不够具体：至少 {settings.explanation_chars} 个字，并写明原因",
            "The explanation is too thin: give the reason.",
        )
        return replace(finding, message=finding.message + note)
    return replace(finding, explanation=said.strip())


def _said(finding: Finding, report: Report) -> tuple[str, bool]:
    """What was written for this finding as it stands now, and whether something was written for other numbers."""
    given = report.explanations
    for key in (key_of(finding, report), finding.rule):
        if given.get(key, "").strip():
            return given[key], False
    return "", any(k.partition("@")[0] == finding.rule and "@" in k and v.strip() for k, v in given.items())


def acceptable(text: str, settings: Settings) -> bool:
    """At least six characters that say something; “核实无误” with any trimmings says nothing."""
    bare = _MARKS.sub("", text)
    return len(bare) >= settings.explanation_chars and not _EMPTY_WORDS.fullmatch(bare)


def _note(settings: Settings, zh: str, en: str) -> str:
    return f" {en}" if settings.lang == "en" else f"（{zh}。）"
