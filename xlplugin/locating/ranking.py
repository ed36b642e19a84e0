"""Which of several explanations is the likeliest, and the words for it.

Weights (`COST`): a change that a slip of the hand explains costs least; a typed total is likelier wrong than its typed
parts; an act that changed several cells at once (two cells exchanged, a line shifted) counts as one.
"""

from __future__ import annotations

from typing import NamedTuple

from xlplugin.finding import Suspect
from xlplugin.form import Form
from xlplugin.locating.peeling import whole
from xlplugin.locating.slips import rewritings, slip
from xlplugin.locating.system import System
from xlplugin.numerals import Number

COST = {"plain": 1.0, "total": 0.9, "slip": 0.4, "impossible": 0.3, "act": 0.7}


class Explanation(NamedTuple):
    cost: float
    suspect: Suspect


def rewritten(form: Form, system: System) -> tuple[Explanation, ...]:
    """The acts on several cells that alone repair the whole system."""
    tables = frozenset(c.partition(".")[0] for c in system.values)
    broken = set(system.gaps())
    found: dict[tuple[tuple[str, Number], ...], Explanation] = {}
    for act in rewritings(form, tables, system.values):
        touched = {r for c in act.cells for r in system.touching.get(c, ())}
        if broken <= touched and not system.gaps(act.cells):
            key = tuple(sorted(act.cells.items()))
            found.setdefault(key, Explanation(COST["act"], Suspect(act.cells, f"{act.why}：{_values(form, system, act.cells)}")))
    return tuple(found.values())


def ranked(form: Form, system: System, sets: tuple[dict[str, Number], ...], acts: tuple[Explanation, ...]) -> list[Explanation]:
    """All explanations, likeliest first; equally likely ones stand in the order of the form."""
    order = {c.id: i for i, c in enumerate(form.cells)}
    own = [_weighed(form, system, {c: s[c] for c in sorted(s, key=order.__getitem__)}) for s in sets]
    said = [{*e.suspect.cells.items()} for e in acts]
    own = [e for e in own if {*e.suspect.cells.items()} not in said]
    return sorted([*acts, *own], key=lambda e: (round(e.cost, 6), [order[c] for c in e.suspect.cells]))


def _weighed(form: Form, system: System, changed: dict[str, Number]) -> Explanation:
    cost, why = 0.0, []
    for cell, right in changed.items():
        price, words = _judged(form, cell, system.values[cell], right)
        cost += price
        why.append(f"{form.cell[cell].label} {system.values[cell]}→{right}" + (f"（{words}）" if words else ""))
    return Explanation(cost, Suspect(changed, "；".join(why)))


def _judged(form: Form, cell: str, typed: Number, right: Number) -> tuple[float, str]:
    words = slip(typed, right)
    if typed < 0 or not whole(typed):
        return COST["impossible"], words or "件数不会是这样的数"
    if words:
        return COST["slip"], words
    return (COST["total"], "合计与各项不符") if form.cell[cell].derived else (COST["plain"], "")


def _values(form: Form, system: System, changed: dict[str, Number]) -> str:
    return "；".join(f"{form.cell[c].label} {system.values[c]}→{v}" for c, v in changed.items())
