"""Reports as pandas tables, for whoever takes the numbers further.  The core itself never uses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from xlplugin.report import Report


def frame_of(reports: Iterable[Report], shape: str = "long") -> pd.DataFrame:
    """`long`: one row a unit and cell (unit, year, form, cell, path, value, state); `wide`: one row a unit, one column a cell.

    Counts are Python ints, 万元 are Decimals, and a cell without a number is None, so nothing is rounded.
    Raises ValueError for another shape.
    """
    import pandas as pd

    if shape == "long":
        return pd.DataFrame([row for r in reports for row in _long(r)])
    if shape == "wide":
        return pd.DataFrame([_wide(r) for r in reports])
    raise ValueError(f"shape 只能是 long 或 wide，不是 {shape!r}")


def _long(report: Report) -> list[dict[str, Any]]:
    head = {"unit": report.cover.name, "year": report.year, "form": report.form_id}
    every = ((c, report.entry(c.id)) for c in report.form.cells)
    return [head | {"cell": c.id, "path": c.path, "value": e.value, "state": str(e.state)} for c, e in every]


def _wide(report: Report) -> dict[str, Any]:
    head = {"unit": report.cover.name, "year": report.year, "form": report.form_id}
    return head | {c.id: report.entry(c.id).value for c in report.form.cells}
