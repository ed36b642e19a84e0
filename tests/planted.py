"""Workbooks with planted faults, small and quick to make: what a reviewer would find in them is known beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.fillings import filled, number_entry
from xlplugin.books.template import write_template
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Report

TOTALS = ("T3-SUM", "T3-ROW", "T4-SUM")


class Planted(NamedTuple):
    """A report with faults; `kind` names what was done to it, `cells` where."""

    kind: str
    report: Report
    cells: tuple[str, ...]
    last_year: Report | None = None


KINDS = (
    "sound",
    "wrong input",
    "wrong total",
    "blank totals",
    "blank inputs",
    "texts",
    "filled before",
    "two years",
    "many",
)


def planted(kind: str, form_id: str, seed: int) -> Planted:
    """One fault of that kind; equal arguments give equal reports."""
    random = Random(f"{kind}/{form_id}/{seed}")
    report = filled(form_id, random, name=f"第{seed}镇人民政府")
    report = replace(
        report, text={"overview": "本年度共收到政府信息公开申请 3 件。", "problems": "公开的主动性还不够，明年加强培训。"}
    )
    form = report.form
    inputs = [c for c in form.inputs if not c.startswith("disclosure")]
    if kind in ("sound", "two years"):
        cells: tuple[str, ...] = ()
    elif kind == "wrong input":
        cells = tuple(random.sample(inputs, 1))
    elif kind == "wrong total":
        cells = tuple(random.sample(form.derived, 1))
    elif kind in ("blank totals", "filled before"):
        cells = tuple(random.sample(form.derived, 6))
    elif kind == "many":
        cells = tuple(random.sample([c.id for c in form.cells], 4))
    else:
        cells = tuple(random.sample([c.id for c in form.cells], 3))
    changed = {c: _wrong(kind, report, c, random) for c in cells}
    before = filled(form_id, Random(seed), name=report.cover.name or "") if kind == "two years" else None
    return Planted(kind, report.with_entries(changed), cells, before)


def _wrong(kind: str, report: Report, cell: str, random: Random) -> Entry:
    if kind in ("blank totals", "blank inputs"):
        return BLANK
    if kind == "texts":
        return entry(random.choice(("/", "无", "12件", "约３０", "待查")))
    value = report.entry(cell).value or 0
    if kind == "filled before":
        return Entry(value, State.FILLED)
    return number_entry(int(value) + random.choice((1, 9, 90)))


def write(case: Planted, path: Path, *, macros: bool = False) -> Path:
    """The case as a workbook of the template."""
    write_template(path, case.report.form_id, report=case.report, last_year=case.last_year, macros=macros)
    return path
