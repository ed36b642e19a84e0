"""填充 on a file: blank derived cells are written into the user's own workbook, everything else stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlplugin.books.layout import Spot, layout
from xlplugin.books.live import live_values
from xlplugin.books.package import open_package
from xlplugin.books.patch import Cached, patch_cells
from xlplugin.books.reader import raw_cells, read_workbook
from xlplugin.deriving import blank_derived, derive
from xlplugin.errors import NotOurWorkbook
from xlplugin.finding import json_number
from xlplugin.numerals import Number
from xlplugin.report import Report

Change = int | str | Number | None | Cached


@dataclass(frozen=True, slots=True)
class Filled:
    """What `fill` wrote: derived cell → value, the report after it, and the file's new bytes."""

    written: Mapping[str, Number]
    report: Report
    data: bytes


def fill_workbook(path: Path) -> Filled:
    """Blank derived cells filled from the inputs; the file itself is not touched, its new bytes are returned.

    A total whose inputs are not all there stays blank.  Raises UnreadableSource, NotOurWorkbook (also where the
    structure was changed: then nobody can say which cell is which).
    """
    data = open_package(path).data
    before = read_workbook(data, name=path.name)
    if any(f.rule == "RU-ALT" and "结构" in f.message for f in before.intake):
        raise NotOurWorkbook(f"“{path.name}”的模板结构被改动，不能自动填充；请把数字填回未改动的模板。")
    written = blank_derived(before)
    after = derive(before)
    return Filled(written, after, rewritten(data, after, written) if written else data)


def rewritten(data: bytes, after: Report, entries: Mapping[str, Number | None]) -> bytes:
    """The workbook with these entry cells written and every live result brought up to date.

    Cells that `fill` wrote are recorded in the workbook, so that a later reading knows they are no evidence.
    """
    plan = layout(after.form_id)
    changes: dict[str, dict[tuple[int, int], Change]] = {}
    for cell, value in entries.items():
        _put(changes, plan.cells[cell], value)
        if cell in plan.filled:
            _put(changes, plan.filled[cell], None if value is None else str(json_number(value)))
    _refresh(changes, data, after)
    return patch_cells(data, changes)


def _refresh(changes: dict[str, dict[tuple[int, int], Change]], data: bytes, after: Report) -> None:
    """Programs that do not recalculate on opening must show the right thing, so formulas get their new results."""
    grids = raw_cells(data, layout(after.form_id))
    for spot, value in live_values(after).items():
        raw = grids.get(spot.sheet, {}).get((spot.row, spot.column))
        if raw is not None and raw.formula:
            _put(changes, spot, Cached(value))


def _put(changes: dict[str, dict[tuple[int, int], Change]], spot: Spot, value: Change) -> None:
    changes.setdefault(spot.sheet, {})[(spot.row, spot.column)] = value
