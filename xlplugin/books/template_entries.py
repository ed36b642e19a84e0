"""The entry cells: what stands in them, what may be typed, and the words that help."""

from __future__ import annotations

from typing import Any

from xlplugin.books.desk import Desk
from xlplugin.books.layout import TablePlan
from xlplugin.form import Cell
from xlplugin.numerals import Entry, State

SIGNED_LIMIT = 999_999_999
_SEEN = (State.TEXT, State.NA)


def draw_entries(desk: Desk, plan: TablePlan) -> None:
    """Every number cell of a table: locked and computed where totals are formulas, else open to typing."""
    for cell, spot in plan.cells.items():
        said = desk.form.cell[cell]
        last_column = plan.spans[cell]
        if said.derived and desk.totals == "formula":
            desk.live(spot, "computed", last_column)
            continue
        value = typed_value(desk.facts.report.entries.get(cell))
        desk.put(spot, value, "total" if said.derived else "entry", last_column=last_column)
        desk.page(spot.sheet).data_validation(spot.row - 1, spot.column - 1, spot.row - 1, spot.column - 1, _rule(said))


def typed_value(entry: Entry | None) -> float | int | str | None:
    """What to put into an entry cell: a number as a number, any other keystrokes as they were seen."""
    if entry is None:
        return None
    if entry.state in _SEEN:
        return entry.seen
    if entry.value is None or entry.state is State.NIL:
        return None
    return entry.value if isinstance(entry.value, int) else float(entry.value)


def _rule(cell: Cell) -> dict[str, Any]:
    """Whole number ≥ 0; a decimal for 万元; below 0 where the form speaks of 增/减."""
    unit = f"（单位：{cell.unit}）" if cell.unit else ""
    wanted = f"{'数字，可带小数' if cell.decimal else '整数'}{'，减少填负数' if cell.signed else '，不能小于0'}"
    limits = (
        {"criteria": "between", "minimum": -SIGNED_LIMIT, "maximum": SIGNED_LIMIT}
        if cell.signed
        else {"criteria": ">=", "value": 0}
    )
    return {
        "validate": "decimal" if cell.decimal else "integer",
        **limits,
        "ignore_blank": True,
        "input_title": _title(cell),
        "input_message": f"{cell.help}{unit}"[:255] if cell.help else f"请填{wanted}{unit}。",
        "error_title": "填写有误",
        "error_message": f"这里只能填{wanted}{unit}。没有发生的填 0；不要填“/”“无”，也不要带单位和文字。",
    }


def _title(cell: Cell) -> str:
    """The cell's own row and column, in the 32 characters that a prompt's title may have."""
    parts = [p for p in cell.path.replace("｜", "／").split("／") if p]
    column = parts[-1]
    row = parts[-2] if len(parts) > 1 else ""
    row = row.partition("（区分")[0]
    if "｜" in cell.path:
        row = cell.path.partition("｜")[0].rpartition("／")[2].partition("（区分")[0]
    said = f"{row}·{column}" if row else column
    return said if len(said) <= 32 else f"{row[: 30 - len(column)]}…·{column}"[:32]
