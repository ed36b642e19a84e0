"""Fill blank derived cells (运算): the 总计 column, the （七）总计 row and the totals of table four.

Only blanks are written, never a total that somebody typed; what was written is marked `filled` and is no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from xlplugin.form import Form
from xlplugin.form import form as form_of
from xlplugin.numerals import Entry, Number, State
from xlplugin.report import Report


def expected(form: Form, numbers: Mapping[str, Number]) -> dict[str, Number]:
    """What every derived cell should be, from the input cells alone; cells with a blank part are left out.

    Typed totals are not used: a wrong row total must not spread into the grand total.
    """
    found = {}
    for cell, parts in leaves(form.id).items():
        if all(p in numbers for p in parts):
            found[cell] = sum((numbers[p] for p in parts), start=0)
    return found


@lru_cache(maxsize=16)
def leaves(form_id: str) -> dict[str, tuple[str, ...]]:
    """Derived cell → the input cells it adds up, each counted once."""
    form = form_of(form_id)
    parts = {b.defines: b.right for b in reversed(form.balances) if b.defines}
    return {cell: _down_to_inputs(cell, parts) for cell in form.derived}


def _down_to_inputs(cell: str, parts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if cell not in parts:
        return (cell,)
    return tuple(leaf for p in parts[cell] for leaf in _down_to_inputs(p, parts))


def blank_derived(report: Report) -> dict[str, Number]:
    """The blank derived cells whose value the inputs determine, with that value."""
    should = expected(report.form, report.numbers())
    return {c: n for c, n in should.items() if report.entry(c).state is State.BLANK}


def derive(report: Report) -> Report:
    """The report with its blank derived cells filled and marked; deriving twice changes nothing."""
    return report.with_entries({c: Entry(n, State.FILLED) for c, n in blank_derived(report).items()})
