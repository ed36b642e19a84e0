"""What the formulas of a workbook must show for a report: one value for each kind of formula in live.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xlplugin.balancing import Verdict, Weighed, weigh_all
from xlplugin.books.layout import Layout, Spot, carried_from, layout
from xlplugin.books.live_words import AGREES, DIFFERS, NEXT, NIL_NOTICE, NOTHING_NEXT
from xlplugin.deriving import expected
from xlplugin.form import Balance, Form
from xlplugin.numerals import Number, State, squeeze
from xlplugin.report import Report

Value = int | float | str
_KEYSTROKES = {State.TEXT, State.NA}


@dataclass(frozen=True)
class Facts:
    """A report weighed once; what the formulas of its workbook must show is taken from here."""

    report: Report
    last_year: Mapping[str, Number]

    @cached_property
    def form(self) -> Form:
        return self.report.form

    @cached_property
    def layout(self) -> Layout:
        return layout(self.report.form_id)

    @cached_property
    def numbers(self) -> dict[str, Number]:
        return self.report.numbers()

    @cached_property
    def weighed(self) -> dict[str, Weighed]:
        return {w.balance.id: w for w in weigh_all(self.form, self.numbers)}

    @cached_property
    def should(self) -> dict[str, Number]:
        return expected(self.form, self.numbers)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many balances have each verdict, and how many input cells have no number."""
        verdicts = [w.verdict for w in self.weighed.values()]
        return {v: verdicts.count(v) for v in Verdict} | {"missing": sum(c not in self.numbers for c in self.form.inputs)}

    @cached_property
    def target(self) -> str:
        """Address of the first broken balance's cell or, where none is broken, of the first cell without a number."""
        for balance in self.form.balances:
            if self.weighed[balance.id].verdict is Verdict.BROKEN:
                return _address(self.layout.cells[lead(balance)])
        for cell in self.layout.lacking:
            if cell not in self.numbers:
                return _address(self.layout.cells[cell])
        return ""


def lead(balance: Balance) -> str:
    """The cell to go to when a balance is broken: the total, or the first cell of a printed balance."""
    return balance.left[0]


def _address(spot: Spot) -> str:
    return f"'{spot.sheet}'!{spot.a1}"


def _shown(number: Number | None) -> Value:
    """A number as a cell shows it; nothing as an empty text."""
    if number is None:
        return ""
    return float(number) if isinstance(number, Decimal) else number


def number_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.numbers.get(cell))


def typed(cell: str) -> Callable[[Facts], Value]:
    """The keystrokes of a cell that holds no number of its own, as the sheet _numbers shows them."""

    def value(facts: Facts) -> Value:
        entry = facts.report.entries.get(cell)
        return squeeze(entry.seen) if entry is not None and entry.state in _KEYSTROKES else ""

    return value


def expected_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.should.get(cell))


def verdict_of(balance: str) -> Callable[[Facts], Value]:
    return lambda facts: str(facts.weighed[balance].verdict)


def side_of(balance: str, side: Literal["left", "right"]) -> Callable[[Facts], Value]:
    def value(facts: Facts) -> Value:
        weighed = facts.weighed[balance]
        cells = weighed.balance.left if side == "left" else weighed.balance.right
        return _shown(getattr(weighed, side)) if any(c in facts.numbers for c in cells) else ""

    return value


def gap_of(balance: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.weighed[balance].gap)


def count_of(key: str) -> Callable[[Facts], Value]:
    return lambda facts: facts.counts[key]


def lacks(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: int(cell not in facts.numbers)


def next_text(facts: Facts) -> Value:
    return NEXT if facts.target else NOTHING_NEXT


def nil_notice(table: str) -> Callable[[Facts], Value]:
    return lambda facts: NIL_NOTICE if table in facts.report.cover.nil else ""


def change_of(cell: str) -> Callable[[Facts], Value]:
    def value(facts: Facts) -> Value:
        now, last = facts.numbers.get(cell), facts.last_year.get(cell)
        return "" if now is None or last is None else _shown(now - last)

    return value


def carried_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.last_year.get(carried_from(cell)))


def agrees(cell: str) -> Callable[[Facts], Value]:
    def value(facts: Facts) -> Value:
        now, before = facts.numbers.get(cell), facts.last_year.get(carried_from(cell))
        return "" if now is None or before is None else AGREES if now == before else DIFFERS

    return value
