"""Prose copied from last year or from a neighbour: the share of it that stands there word for word, and the passage.

Numbers and years are left out of the comparison: an old text with a new number is still an old text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlplugin.checking.prose import shortened
from xlplugin.checking.registry import finding
from xlplugin.checking.settings import Settings
from xlplugin.finding import Finding
from xlplugin.numerals import squeeze
from xlplugin.report import Report

SECTIONS = ("overview", "problems")
SHORT = 8  # clauses shorter than this are phrases that every report shares


class Copied(NamedTuple):
    """How much of a text stands word for word in another, and the longest such passage."""

    share: float
    passage: str


def copied(text: str, other: str) -> Copied:
    """The share of `text` (by characters, clauses of eight or more) whose clauses stand in `other` too."""
    there = {_bare(c) for c in _clauses(other)}
    total = same = 0
    run: list[str] = []
    longest = ""
    for clause in _clauses(text):
        bare = _bare(clause)
        if len(bare) < SHORT:
            if run:
                run.append(clause)
            continue
        total += len(bare)
        if bare in there:
            same += len(bare)
            run.append(clause)
            longest = max(longest, "，".join(run), key=len)
        else:
            run = []
    return Copied(same / total if total else 0.0, longest)


def _clauses(text: str) -> list[str]:
    return [c.strip() for c in re.split(r"[，。；、,;:：！？!?\n]+", text) if c.strip()]


def _bare(clause: str) -> str:
    return re.sub(r"[\d零〇一二三四五六七八九十百千万\W_]+", "", squeeze(clause))


def check_copied(report: Report, other: Report, settings: Settings, *, whose: str) -> tuple[Finding, ...]:
    """NAR-COPY against another report; `whose` names it in the message (上年年报, or the neighbour’s name)."""
    found = []
    for section in report.form.sections:
        text, there = report.text.get(section.key, ""), other.text.get(section.key, "")
        if section.key not in SECTIONS or len(squeeze(text)) < settings.copy_floor or not there:
            continue
        much = copied(text, there)
        if much.share >= float(settings.copy_share):
            found.append(
                finding(
                    f"NAR-COPY.{section.key}",
                    settings=settings,
                    seen=squeeze(text)[:400],
                    section=f"“{section.title}”",
                    share=f"{much.share:.0%}",
                    other=whose,
                    sentence=shortened(much.passage),
                )
            )
    return tuple(found)


def check_neighbours(reports: Mapping[str, Report], settings: Settings) -> dict[str, tuple[Finding, ...]]:
    """NAR-COPY among the units of a roll-up: unit → findings, each unit against its most similar neighbour only.

    An index of clauses finds the neighbour, so a hundred units do not mean ten thousand comparisons of texts.
    """
    having: dict[str, list[str]] = {}
    own = {unit: set(_long_clauses(r)) for unit, r in reports.items()}
    for unit, clauses in own.items():
        for clause in clauses:
            having.setdefault(clause, []).append(unit)
    found = {}
    for unit, report in reports.items():
        near = Counter(u for c in own[unit] if len(having[c]) <= len(reports) // 2 + 1 for u in having[c] if u != unit)
        if near:
            neighbour = near.most_common(1)[0][0]
            said = check_copied(report, reports[neighbour], settings, whose=f"“{neighbour}”")
            if said:
                found[unit] = said
    return found


def _long_clauses(report: Report) -> Iterable[str]:
    for key in SECTIONS:
        for clause in _clauses(report.text.get(key, "")):
            bare = _bare(clause)
            if len(bare) >= SHORT:
                yield bare
