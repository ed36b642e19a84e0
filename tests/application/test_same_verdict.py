"""The same verdict twice: what LibreOffice recalculates on the sheets is what Python says, for every formula there is.

One document, many fillings: blanks, texts, ticks of 全零申报, negative numbers and fractions, and a break of each balance.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest
from office import to_uno

from tests.fillings import ODD, filled, number_entry
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.books.layout import layout
from xlplugin.books.live import live_cells, live_extents, live_values
from xlplugin.books.ranges import rectangles
from xlplugin.books.reader import read_workbook
from xlplugin.books.template import formula_totals, write_template
from xlplugin.books.template_entries import typed_value
from xlplugin.form import form as form_of
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Report

pytestmark = [pytest.mark.office, pytest.mark.timeout(280)]
CASES = {"typed": 300, "formula": 60}
FORMS = ("2019", "2021", "tiny")
TEXTS = (
    *(t for t in ODD if t),
    "  ",
    "　",
    "12 件",
    "'7",
    "7",
    "007",
    "+19",
    "－3",
    "−3",
    "5.",
    ".5",
    ".",
    "-",
    "1，204",
    "12,34",
    "1,204.5",
    "1.2,3",
    "11,398,889",
    "0,123",
    "零",
    "〇",
    "1e3",
    "50%",
    "1/2",
    "2024-01-31",
    "12:30",
    "5²",
    "1 204",
    "1.2.3",
    "--3",
    "+",
    "1234567890",
    "1234567890123456",
    "ＴＲＵＥ",
    "TRUE",
    "￥5",
    "(5)",
    "７．５",
)


def keystrokes(entry: Entry | None) -> float | int | str | None:
    """What a person leaves in the cell: a number that was typed oddly stays the text that it is."""
    if entry is not None and entry.state is State.NUMBER and entry.seen not in ("", str(entry.value)):
        return entry.seen
    return typed_value(entry)


def fillings(form_id: str, most: int) -> list[Report]:
    """First each balance broken alone in an otherwise right report, then anything."""
    random = Random(f"same verdict {form_id}")
    form = form_of(form_id)
    cases = [
        Report(form_id),
        filled(form_id, random),
        Report(form_id, replace(filled(form_id, random).cover, nil=all_nil(form_id))),
    ]
    for balance in form.balances:
        right = filled(form_id, random)
        cell = random.choice(balance.cells)
        value = right.entries[cell].value
        cases.append(right.with_entries({cell: number_entry(value + random.choice((-1, 1, 1000)))}))
    while len(cases) < most:
        cases.append(anything(filled(form_id, random, totals=random.random() < 0.7), random))
    return cases


def all_nil(form_id: str) -> frozenset[str]:
    return frozenset(t.key for t in form_of(form_id).tables)


def anything(report: Report, random: Random) -> Report:
    form = report.form
    cells = [c.id for c in form.cells]
    changed: dict[str, Entry] = {}
    for cell in random.sample(cells, min(len(cells), random.choice((0, 1, 3, 20, 150)))):
        changed[cell] = random.choice(
            (
                BLANK,
                BLANK,
                entry(random.choice(TEXTS)),
                number_entry(random.randrange(9)),
                number_entry(-random.randrange(1, 9)),
            )
        )
    for cell in random.sample(cells, random.choice((0, 0, 2))):
        changed[cell] = number_entry(Decimal(random.randrange(1, 40)) / 4)
    nil = frozenset(t.key for t in form.tables if random.random() < 0.25)
    entries = {c: e for c, e in {**report.entries, **changed}.items() if e.state is not State.BLANK or e.seen}
    return Report(report.form_id, replace(report.cover, nil=nil), entries)


def type_into(book, block, report: Report, totals: str) -> None:
    """Write the entries block by block, as a person would leave them."""
    plan = layout(report.form_id)
    derived = set(report.form.derived) if totals == "formula" else set()
    at = {spot: cell for cell, spot in plan.cells.items() if cell not in derived}
    for area in rectangles(at):
        rows = []
        for row in range(area.top, area.bottom + 1):
            cells = [at[area.first._replace(row=row, column=c)] for c in range(area.left, area.right + 1)]
            values = [keystrokes(report.entries.get(cell)) for cell in cells]
            rows.append(["" if v is None else v if isinstance(v, str) else float(v) for v in values])
        put(block, area.first, rows)
    for table, spot in plan.nil.items():
        put(block, spot, [["是" if table in report.cover.nil else ""]])
    book.recalc()


def put(block, first, rows: list[list[float | str]]) -> None:
    """Into a sheet that open_for_typing made writable: protecting it again for every block would take most of the time."""
    last = first.row + len(rows) - 1, first.column + len(rows[0]) - 1
    block(first.sheet, first.row, first.column, *last).setDataArray(to_uno(rows))


def open_for_typing(book):
    """Makes the sheets writable; gives their ranges, each asked for once: to ask takes longer than to read or write it."""
    book.doc.enableAutomaticCalculation(False)
    for sheet in book.sheet_names:
        book.sheet(sheet).unprotect("")
    return cache(book.block)


def values(block) -> list[list[float | str]]:
    """What a range shows; an error as its text."""
    return [
        [block.getCellByPosition(c, r).String if v is None else v for c, v in enumerate(row)]
        for r, row in enumerate(block.getDataArray())
    ]


def differences(block, report: Report, totals: str, last_year: dict) -> list[str]:
    """Every live cell whose recalculated value is not what Python says."""
    shown = {}
    for sheet, (rows, columns) in live_extents(report.form_id).items():
        shown[sheet] = values(block(sheet, 1, 1, rows, columns))
    wrong = []
    should = live_values(report, last_year)
    for live in (x for x in live_cells(report.form_id, totals) if not x.of_keystrokes):
        here, wanted = shown[live.spot.sheet][live.spot.row - 1][live.spot.column - 1], should[live.spot]
        same = here == wanted if isinstance(wanted, str) or isinstance(here, str) else abs(here - wanted) < 1e-6
        if not same:
            wrong.append(f"{live.spot}: {here!r}, not {wanted!r}: {live.formula[:200]}")
    return wrong


@pytest.mark.parametrize("totals", ["typed", "formula"])
@pytest.mark.parametrize("form_id", FORMS)
def test_every_formula_says_what_python_says(office, tmp_path, monkeypatch, form_id, totals):
    monkeypatch.setenv("XLPLUGIN_FORMS", str(Path(__file__).parents[1] / "forms"))
    path = tmp_path / "template.xlsx"
    before = filled(form_id, Random(3))
    write_template(path, form_id, totals=totals, last_year=before)
    cases = fillings(form_id, CASES[totals])
    assert len(cases) >= CASES[totals]
    seen: dict[str, set[Verdict]] = {}
    with office.open(path) as book:
        block = open_for_typing(book)
        for number, case in enumerate(cases):
            report = formula_totals(case) if totals == "formula" else case
            with office.soffice.deadline(f"第 {number} 份"):
                type_into(book, block, report, totals)
                wrong = differences(block, report, totals, before.numbers())
            assert not wrong, f"case {number}: {len(wrong)} cells differ\n" + "\n".join(wrong[:8])
            for weighed in weigh_all(report.form, report.numbers()):
                seen.setdefault(weighed.balance.id, set()).add(weighed.verdict)
    balances = form_of(form_id).balances
    wanted = set(Verdict) if totals == "typed" else {Verdict.PASS, Verdict.OPEN}
    assert all(wanted <= seen[b.id] for b in balances), "a balance was never passed, broken or open"


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_a_saved_filling_is_read_with_the_same_verdict(office, tmp_path, form_id):
    """LibreOffice's own file, through the reader."""
    path = tmp_path / "template.xlsx"
    write_template(path, form_id)
    with office.open(path) as book:
        block = open_for_typing(book)
        for number, case in enumerate(fillings(form_id, 60)[-8:]):
            type_into(book, block, case, "typed")
            read = read_workbook(book.save_as(tmp_path / f"{number}.xlsx"))
            assert weigh_all(read.form, read.numbers()) == weigh_all(case.form, case.numbers())
            assert not differences(block, read, "typed", {})


def test_the_comparison_can_say_no(office, tmp_path):
    """Typed behind Python's back, one number makes the comparison fail."""
    path = tmp_path / "template.xlsx"
    report = filled("2021", Random(1))
    write_template(path, "2021", report=report)
    with office.open(path) as book:
        book.recalc()
        assert not differences(book.block, report, "typed", {})
        spot = layout("2021").cells["applications.granted.company"]
        book.write_cell(spot.sheet, spot.row, spot.column, 4321.0)
        book.recalc()
        assert len(differences(book.block, report, "typed", {})) >= 4
