"""One report given several times: before and after a correction, the form with sample figures, last year's tables behind.

Which version is in force a copy seldom says for certain; so only what all versions agree on is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xlplugin.numerals import Entry, State
from xlplugin.recognising.rules import said
from xlplugin.report import Report


def reconciled(found: Sequence[Report]) -> tuple[Report, ...]:
    """The reports of some tables one behind the other; those that do not name another unit or year are versions of one.

    What names neither may be a version of any of them.
    """
    if len(found) == 1:
        return tuple(found)
    apart: list[list[Report]] = []
    for report in sorted(found, key=_says_neither):
        fitting = [v for v in apart if not any(_differ(report, x) for x in v)]
        for versions in fitting if _says_neither(report) else fitting[:1]:
            versions.append(report)
        if not fitting:
            apart.append([report])
    return tuple(_agreed(v) for v in apart)


def _says_neither(report: Report) -> bool:
    return not _says(report, "IMP-UNITNAME")


def _differ(one: Report, other: Report) -> bool:
    """Whether both say whose they are, or of which year, and say different things."""
    if _says(one, "IMP-UNITNAME") and _says(other, "IMP-UNITNAME") and one.cover.name != other.cover.name:
        return True
    return _says(one, "IMP-YEAR") and _says(other, "IMP-YEAR") and one.cover.year != other.cover.year


def _says(report: Report, doubt: str) -> bool:
    return not any(f.family == doubt and not f.rule.endswith(".conflict") for f in report.intake)


def _agreed(versions: Sequence[Report]) -> Report:
    """What all versions say; the cells in which they differ are unread.  A form that nobody filled in says nothing."""
    filled = [v for v in versions if any(e.seen for e in v.entries.values())] or versions[:1]
    chosen = next((v for v in filled if _says(v, "IMP-UNITNAME")), filled[0])
    cells = [c.id for c in chosen.form.cells if len({v.entry(c.id).value for v in filled}) > 1]
    if not cells:
        return chosen
    seen = {c: " ‖ ".join(v.entry(c).seen or str(v.entry(c).value) for v in filled) for c in cells}
    entries = {**chosen.entries, **{c: Entry(None, State.UNREAD, seen[c]) for c in cells}}
    shown = "；".join(f"{chosen.form.cell[c].label}：{seen[c]}" for c in cells[:3])
    what = f"同一份年报的表出现了{len(filled)}次，有{len(cells)}格数字不同（{shown}……），不能确定以哪一次为准，没有读入。"
    finding = said("IMP-REPEAT", what, tuple(cells), seen=seen[cells[0]], about="versions")
    return replace(chosen, entries=entries, intake=(*chosen.intake, finding))
