"""The smallest sets of changed cells as an integer programme (HiGHS): the reference, and the way out for many errors.

For every cell: change = plus − minus, both at most M × (0 or 1), the new value ≥ 0; every row adds up to 0; the number
of changed cells is least.  A further solution forbids the sets found before.
"""

from __future__ import annotations

import time

import highspy
import numpy as np

from xlplugin.locating.system import System
from xlplugin.numerals import Number

LARGEST = 10**7  # beyond it the tolerances of a floating-point solver say nothing about one case more or less

_PATIENCE = 4  # HiGHS goes by the clock, and a busy machine may give it a quarter of the time


def solve(system: System, *, most: int, deadline: float) -> tuple[tuple[dict[str, Number], ...], bool]:
    """Up to `most` smallest sets with their values, and whether the solver came to an end within its time."""
    gaps = system.gaps()
    if not all(isinstance(v, int) for v in system.values.values()) or sum(abs(int(g)) for g in gaps.values()) > LARGEST:
        return (), False
    model, cells = _model(system, sum(abs(int(g)) for g in gaps.values()))
    found: list[dict[str, Number]] = []
    size: int | None = None
    while len(found) < most:
        changed = _run(model, cells, system, deadline)
        if changed is None or (size is not None and len(changed) > size):
            break
        if system.gaps(changed):
            return (), False
        size = len(changed)
        found.append(changed)
        _forbid(model, cells, changed)
    return tuple(found), bool(found)


def _model(system: System, bound: int) -> tuple[highspy.Highs, list[str]]:
    cells = [c for c in system.values if c in system.touching]
    n = len(cells)
    h = highspy.Highs()  # type: ignore[no-untyped-call]
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_feasibility_tolerance", 1e-9)
    h.setOptionValue("threads", 1)
    for _ in cells:  # columns n·0: plus, then minus, then whether the cell is changed
        h.addVar(0, bound)
    for c in cells:
        h.addVar(0, max(0, min(bound, int(system.values[c]))))
    for _ in cells:
        h.addVar(0, 1)
    for i in range(n):
        h.changeColCost(2 * n + i, 1.0)
    for i in range(3 * n):
        h.changeColIntegrality(i, highspy.HighsVarType.kInteger)
    at = {c: i for i, c in enumerate(cells)}
    for row in system.rows:
        gap = sum(k * int(system.values[c]) for c, k in row.items())
        index = [j for c in row for j in (at[c], n + at[c])]
        value = [k for c in row for k in (row[c], -row[c])]
        h.addRow(-gap, -gap, len(index), np.array(index, dtype=np.int32), np.array(value, dtype=np.double))
    for i in range(n):
        h.addRow(-highspy.kHighsInf, 0, 3, np.array([i, n + i, 2 * n + i], dtype=np.int32), np.array([1.0, 1.0, -float(bound)]))
    return h, cells


def _run(model: highspy.Highs, cells: list[str], system: System, deadline: float) -> dict[str, Number] | None:
    rest = deadline - time.thread_time()
    if rest <= 0.02:
        return None
    model.setOptionValue("time_limit", float(model.getRunTime()) + _PATIENCE * rest)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    x = model.getSolution().col_value
    n = len(cells)
    steps = {c: round(x[i] - x[n + i]) for i, c in enumerate(cells)}
    return {c: system.values[c] + s for c, s in steps.items() if s}


def _forbid(model: highspy.Highs, cells: list[str], changed: dict[str, Number]) -> None:
    n = len(cells)
    index = [2 * n + i for i, c in enumerate(cells) if c in changed]
    model.addRow(-highspy.kHighsInf, len(index) - 1, len(index), np.array(index, dtype=np.int32), np.ones(len(index)))
