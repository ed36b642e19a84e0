"""Random fillings of a form, valid and broken, for the laws."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from xlplugin.deriving import expected
from xlplugin.form import form as form_of
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Cover, Report

FORMS = ("2019", "2021")
ODD = ("", "/", "-", "无", "0件", "2000万", "１２", "1,204", "三", "-3", "2.5", " 7 ")
_YEAR = {"2019": 2020, "2021": 2024}
_SIZES = ((0, 0, 0, 0, 0, 0, 1, 2), (0, 0, 1, 3, 12, 85), (5, 40, 300, 1499, 14069), (0, 11398889, 7, 42))


def number_entry(value: int | Decimal) -> Entry:
    return Entry(value, State.NUMBER, str(value))


def filled(form_id: str, random: Random, *, totals: bool = True, name: str = "晨溪镇人民政府") -> Report:
    """A valid report: every input filled, every printed balance true, totals typed or left blank."""
    f = form_of(form_id)
    sizes = random.choice(_SIZES)
    numbers: dict[str, int | Decimal] = {c: random.choice(sizes) for c in f.inputs}
    for cell in f.cells:
        if cell.decimal and random.random() < 0.7:
            numbers[cell.id] = Decimal(random.randrange(1, 10**6)) / 1000
        if cell.signed:
            numbers[cell.id] = random.randrange(-4, 5) if not cell.decimal else 0
    return _settled(f, numbers, totals=totals, name=name)


def township(form_id: str, random: Random, *, nothing: bool = False) -> Report:
    """A valid report as townships have them: zeros (`nothing`: no other number) and a few small numbers, seldom one in hundreds."""
    f = form_of(form_id)
    numbers: dict[str, int | Decimal] = dict.fromkeys(f.inputs, 0)
    people, firms = (f.table["applications"].blocks[0].columns[i].key for i in (0, 1))
    likely = [c for c in f.inputs if not c.startswith("applications.") or c.endswith((f".{people}", f".{firms}"))]
    for cell in () if nothing else random.sample(likely, random.randrange(2, 13)):
        numbers[cell] = random.choice((1, 1, 1, 2, 2, 3, 5, random.randrange(4, 30), random.randrange(30, 900)))
    return _settled(f, numbers, totals=True, name="晨溪镇人民政府")


def _settled(f, numbers, *, totals, name):
    """The report with these inputs, the flows made true, and totals if wanted."""
    for table in f.tables:
        for flow in table.flows:
            _settle(f, table, flow, numbers)
    if totals:
        numbers |= expected(f, numbers)
    entries = {c: number_entry(n) for c, n in numbers.items()}
    cover = Cover(name=name, code=None, level="乡镇政府", year=_YEAR.get(f.id, f.years.first), rule_power=False)
    return Report(f.id, cover, entries)


def _settle(f, table, flow, numbers):
    """Make the printed balance true by what came in: new = handled + carried_out − carried_in."""
    first = flow.left[0]
    for column in table.blocks[0].columns:
        if column.derived:
            continue
        should = expected(f, numbers)
        value = {**numbers, **should}
        right = sum(value[f"{table.key}.{r}.{column.key}"] for r in flow.right)
        rest = sum(value[f"{table.key}.{r}.{column.key}"] for r in flow.left[1:])
        if right < rest:
            for r in flow.left[1:]:
                numbers[f"{table.key}.{r}.{column.key}"] = 0
            rest = 0
        numbers[f"{table.key}.{first}.{column.key}"] = right - rest


@st.composite
def reports(draw, form_id: str | None = None):
    """Any report: valid, with blanks, odd texts and broken balances."""
    chosen = form_id or draw(st.sampled_from(FORMS))
    random = draw(st.randoms(use_true_random=False))
    report = filled(chosen, random, totals=draw(st.booleans()))
    cells = [c.id for c in report.form.cells]
    changed = {}
    for cell in random.sample(cells, draw(st.integers(0, 12))):
        changed[cell] = BLANK if random.random() < 0.4 else entry(random.choice(ODD))
    nil = frozenset(t.key for t in report.form.tables if random.random() < 0.15)
    report = report.with_entries(changed)
    return Report(
        chosen, Cover(**{**report.cover.to_dict(), "nil": nil}), {c: e for c, e in report.entries.items() if e is not BLANK}
    )
