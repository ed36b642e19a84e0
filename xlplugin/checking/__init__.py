"""Report → findings.  Pure: nothing is written, nothing is raised for what a report says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from xlplugin.checking.balances import check_balances
from xlplugin.checking.consistency import check_consistency, check_fees
from xlplugin.checking.copying import check_copied, check_neighbours
from xlplugin.checking.cover import check_cover
from xlplugin.checking.document import check_document
from xlplugin.checking.explaining import acceptable, fingerprint, key_of, settle
from xlplugin.checking.plausibility import check_powers, check_shape
from xlplugin.checking.prose import check_prose
from xlplugin.checking.registry import RULES, Rule, rule
from xlplugin.checking.settings import DEFAULT, Settings
from xlplugin.checking.years import check_years
from xlplugin.finding import Finding, Severity
from xlplugin.report import Report

__all__ = [
    "DEFAULT",
    "RULES",
    "Rule",
    "Settings",
    "acceptable",
    "check",
    "check_neighbours",
    "fingerprint",
    "key_of",
    "record",
    "rule",
    "verdict",
]

VerdictWord = Literal["pass", "blocked", "undecided"]
_OPEN_FAMILIES = frozenset({"V-BLANK", "V-COVER"})


def check(
    report: Report, *, last_year: Report | None = None, settings: Settings = DEFAULT, locate: bool = True
) -> tuple[Finding, ...]:
    """Everything a reviewer would send back, the gravest first within each part of the form.

    What the reader noticed about the file (`report.intake`) comes first.  Without `last_year` nothing is compared
    across years.  `locate=False` leaves out the search for the wrong cell (a roll-up of thousands needs no suspects).
    """
    found = (
        *check_balances(report, settings, locate=locate),
        *check_cover(report, settings),
        *check_shape(report, settings),
        *check_powers(report, settings),
        *check_consistency(report, settings),
        *check_fees(report, last_year, settings),
        *_against_last_year(report, last_year, settings),
        *check_prose(report, settings),
        *check_document(report, settings),
    )
    kept = (f for f in found if _in_force(f, report, settings))
    return (*report.intake, *(settle(f, report, settings) for f in kept))


def _against_last_year(report: Report, last_year: Report | None, settings: Settings) -> tuple[Finding, ...]:
    if last_year is None:
        return ()
    whose = "last year’s report" if settings.lang == "en" else "上年年报"
    return (*check_years(report, last_year, settings), *check_copied(report, last_year, settings, whose=whose))


def _in_force(found: Finding, report: Report, settings: Settings) -> bool:
    about = rule(found.rule)
    if found.family in settings.off and about.severity is not Severity.FORCED:
        return False
    return about.in_force(report.form_id, report.year)


def verdict(report: Report, findings: Sequence[Finding]) -> VerdictWord:
    """`blocked`: something must change or be explained; `undecided`: only blanks leave the report open; else `pass`.

    A total left blank never makes a report fail.
    """
    blocking = [f for f in findings if f.blocks]
    if not blocking:
        return "pass"
    return "undecided" if all(f.family in _OPEN_FAMILIES for f in blocking) else "blocked"


def record(report: Report, findings: Sequence[Finding]) -> dict[str, Any]:
    """The JSON object of one report: its cells and states, the findings, the verdict."""
    return report.to_dict() | {"findings": [f.to_dict() for f in findings], "verdict": verdict(report, findings)}
