"""Which cells are probably wrong, and what should stand there (after errorlocate: Fellegi and Holt on the balances).

A table with typed totals is a two-dimensional parity code: one wrong cell is not only detected but named, with its
right value.  Cells that `fill` or a formula wrote are no evidence.  Nothing here changes a report.

Against errorlocate, whose idea this is: ours lists every smallest explanation and ranks them by what a hand does wrong
(errorlocate draws one of the equally weighted at random), knows acts on several cells, never uses totals that a program
wrote, and gives up aloud.  errorlocate takes any linear, categorical or conditional rule and weights by the user; ours
takes only sums equal to sums, which is all that the form contains.
"""

from __future__ import annotations

import time
from itertools import islice, product
from typing import NamedTuple

from xlplugin.finding import Suspect
from xlplugin.form import Form
from xlplugin.locating.peeling import OutOfTime, at_least, smallest, whole
from xlplugin.locating.ranking import ranked, rewritten
from xlplugin.locating.system import System, systems
from xlplugin.numerals import Number, State
from xlplugin.report import Report

BUDGET = 0.9  # seconds of work for a whole report: not of the clock, so that a busy machine gives the same answer
HOPELESS = 12  # where more cells than this must be wrong, no explanation is worth waiting for
PEEL = 7  # larger sets are left to the integer programme
WITH_ACT = 2  # where one act of a hand explains everything, only sets as small as this are of interest

__all__ = ["BUDGET", "Located", "deduce", "explain", "locate"]


class Located(NamedTuple):
    """What can be said about one group of balances that share cells.

    `broken` are the balances of the group that do not hold; `suspects` the most plausible smallest explanations, best
    first; `ways` how many equally small ones there are, `alike` how many of them are as plausible as the first;
    `given_up` when it was too much for the time allowed.
    """

    broken: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    ways: int
    alike: int
    given_up: bool = False


def locate(report: Report, *, most: int = 5) -> tuple[Suspect, ...]:
    """The smallest sets of changes that make every balance hold, most plausible first; () when nothing can be said.

    Several groups of balances may be broken at once (two groups of table four, say); then a suspect holds one
    explanation of each.
    """
    found = explain(report, most=most)
    if not found or not all(f.suspects for f in found):
        return ()
    return tuple(_together(c) for c in islice(product(*(f.suspects for f in found)), most))


def _together(parts: tuple[Suspect, ...]) -> Suspect:
    cells = {c: v for p in parts for c, v in p.cells.items()}
    return Suspect(cells, "；".join(p.why for p in parts if p.why))


def explain(report: Report, *, most: int = 5, budget: float = BUDGET) -> tuple[Located, ...]:
    """One Located for every group of balances that contradicts itself."""
    form, evidence = report.form, report.evidence()
    deadline = time.thread_time() + budget
    found = []
    for system in systems(form, evidence):
        gaps = system.gaps()
        if gaps:
            found.append(_explained(form, system, most, deadline))
    return tuple(found)


def _explained(form: Form, system: System, most: int, deadline: float) -> Located:
    broken = tuple(dict.fromkeys(b for i in system.gaps() for b in system.names[i]))
    acts = rewritten(form, system)
    sets, complete = _sets(form, system, most, deadline, WITH_ACT if acts else PEEL)
    best = ranked(form, system, sets, acts)
    alike = sum(1 for e in best if abs(e.cost - best[0].cost) < 1e-9)
    given_up = not best and not complete
    return Located(broken, tuple(e.suspect for e in best[:most]), max(len(sets), alike), alike, given_up)


def _sets(form: Form, system: System, most: int, deadline: float, largest: int) -> tuple[tuple[dict[str, Number], ...], bool]:
    """Every smallest set (or the first few that the programme finds), and whether the search came to an end."""

    def possible(cell: str, value: Number) -> bool:
        about = form.cell[cell]
        return (about.signed or value >= 0) and (about.decimal or whole(value))

    if at_least(system, system.gaps()) > HOPELESS:
        return (), False
    try:
        found = smallest(system, possible, largest=largest, deadline=deadline)
    except OutOfTime:
        return (), False
    if found is not None:
        return tuple(s for s in found[1] if _bearable(form, system, s)), True
    if largest < PEEL:
        return (), True
    from xlplugin.locating.programme import solve  # HiGHS takes longer to import than most reports take to check

    return solve(system, most=most, deadline=deadline)


def _bearable(form: Form, system: System, changed: dict[str, Number]) -> bool:
    """Whether the cells that the set leaves open get values that can be."""
    return all(form.cell[c].signed or (v >= 0 and whole(v)) for c, v in system.unknowns(changed).items())


def deduce(report: Report) -> dict[str, Number]:
    """The blank input cells whose value the typed numbers determine; {} for a group that contradicts itself.

    Offered to the clerk, never written: a blank is not a zero, and a number that follows is still not a number typed.
    """
    open_ = {State.BLANK, State.NA, State.TEXT, State.UNREAD}
    form, evidence = report.form, report.evidence()
    summed = {c for b in form.balances for c in b.cells}
    if not any(c in summed and report.entry(c).state in open_ for c in form.inputs):
        return {}
    found: dict[str, Number] = {}
    for system in systems(form, evidence):
        if system.gaps():
            continue
        values = system.unknowns()
        if all(v >= 0 and whole(v) for v in values.values()):
            found |= values
    return {c: v for c, v in found.items() if not form.cell[c].derived and report.entry(c).state in open_}
