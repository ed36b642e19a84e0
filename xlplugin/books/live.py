"""What the workbook works out by itself: native formulas, and beside each the value it must show.

A formula and its value are two renderings of the same balance.  The values are stored with the formulas, so that a
program that does not recalculate shows the right thing, and they are refreshed when a user's file is patched.

Formulas keep to what Excel 2010, WPS and LibreOffice 7 know.  A sheet counts as numbers what `Report.numbers` counts:
a text is none, however much it looks like one; a blank is 0 where its table is declared 全零申报.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from xlplugin.balancing import Verdict, Weighed, weigh_all
from xlplugin.books.layout import Layout, Spot, carried_from, layout
from xlplugin.books.live_words import AGREES, DIFFERS, NEXT, NIL_NOTICE, NOTHING_NEXT, Words
from xlplugin.books.ranges import rectangles
from xlplugin.deriving import expected, leaves
from xlplugin.form import Balance, Form
from xlplugin.form import form as form_of
from xlplugin.numerals import Number
from xlplugin.report import Report

Totals = Literal["typed", "formula"]
Value = int | float | str
_DIGITS = 6  # a gap is compared to so many decimals: a spreadsheet adds in binary
_MOST_SPACE = ('"　"', '"\u00a0"')


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


class Live(NamedTuple):
    """A formula of the workbook, and the value that it must show for a report."""

    spot: Spot
    formula: str
    value: Callable[[Facts], Value]
    asks_last_year: bool = False


@lru_cache(maxsize=8)
def live_cells(form_id: str, totals: Totals = "typed") -> tuple[Live, ...]:
    """Every formula of the form's workbook.  Raises UnknownForm."""
    writer = _Writer(form_of(form_id), layout(form_id), totals)
    return (*writer.totals_cells(), *writer.table_sheets(), *writer.check_sheet(), *writer.bookkeeping(), *writer.years())


def live_values(report: Report, last_year: Mapping[str, Number] | None = None) -> dict[Spot, Value]:
    """Spot → what its formula must show for this report, also for the totals of the variant with formulas.

    Without `last_year` (cell → number) the comparison with it on 上年数据 is left out.
    """
    facts = Facts(report, last_year or {})
    wanted = (live for live in live_cells(report.form_id, "formula") if last_year is not None or not live.asks_last_year)
    return {live.spot: live.value(facts) for live in wanted}


def lead(balance: Balance) -> str:
    """The cell to go to when a balance is broken: the total, or the first cell of a printed balance."""
    return balance.left[0]


def nil_name(table: str) -> str:
    """Defined name of a table's tick 全零申报."""
    return f"nil.{table}"


def _address(spot: Spot) -> str:
    return f"'{spot.sheet}'!{spot.a1}"


def _shown(number: Number | None) -> Value:
    """A number as a cell shows it; nothing as an empty text."""
    if number is None:
        return ""
    return float(number) if isinstance(number, Decimal) else number


class _Writer:
    """Writes the formulas of one form.  Only positions come from the layout, only arithmetic from the balances."""

    def __init__(self, form: Form, plan: Layout, totals: Totals) -> None:
        self.form, self.plan, self.totals = form, plan, totals
        self.leaves = leaves(form.id)
        self.words = Words(plan)

    # -- pieces of formulas

    def spots(self, cells: Iterable[str]) -> list[Spot]:
        return [self.plan.cells[c] for c in cells]

    def blanks(self, spots: Iterable[Spot]) -> str:
        """How many of the cells hold nothing but white space."""
        return "+".join(f'SUMPRODUCT(--({_trimmed(r.absolute)}=""))' for r in rectangles(spots))

    def there(self, cells: Iterable[str]) -> str:
        """How many of the cells count as numbers: a blank does in a table declared 全零申报."""
        by_table: dict[str, list[Spot]] = {}
        for cell in cells:
            by_table.setdefault(cell.partition(".")[0], []).append(self.plan.cells[cell])
        counted = ",".join(r.absolute for spots in by_table.values() for r in rectangles(spots))
        nil = [f'IF({nil_name(t)}="是",{self.blanks(spots)},0)' for t, spots in by_table.items()]
        return "+".join([f"COUNT({counted})", *nil])

    def total(self, cells: Iterable[str]) -> str:
        return f"SUM({','.join(r.absolute for r in rectangles(self.spots(cells)))})"

    def inputs_of(self, cells: Iterable[str]) -> tuple[str, ...]:
        """The cells that must be filled before these have numbers: themselves or, where totals are formulas, their parts."""
        if self.totals == "typed":
            return tuple(dict.fromkeys(cells))
        return tuple(dict.fromkeys(leaf for c in cells for leaf in self.leaves.get(c, (c,))))

    def sum_when_there(self, cell: str) -> str:
        parts = self.leaves[cell]
        return f'=IFERROR(IF({self.there(parts)}<{len(parts)},"",{self.total(parts)}),"")'

    # -- the sheets

    def totals_cells(self) -> list[Live]:
        if self.totals == "typed":
            return []
        return [Live(self.plan.cells[c], self.sum_when_there(c), _number_of(c)) for c in self.form.derived]

    def table_sheets(self) -> list[Live]:
        found = []
        for table in self.plan.tables:
            for b in (self.form.balance[i] for i in table.marks):
                found += self._beside_the_table(b, table.expected[b.id], table.marks[b.id], table.left_sums.get(b.id))
            bar = table.bar
            found.append(Live(bar.status, f"={self.plan.status.absolute()}", self.words.status))
            found.append(Live(bar.next, self._next(), _next_text))
            key = table.table.key
            found.append(Live(table.nil_notice, f'=IF({nil_name(key)}="是","{NIL_NOTICE}","")', _nil_notice(key)))
        return found

    def _beside_the_table(self, b: Balance, expected_at: Spot, mark_at: Spot, left_at: Spot | None) -> list[Live]:
        row = self.plan.check[b.id]
        mark = Live(mark_at, f"={self.plan.in_check('state', row).absolute()}", _verdict_of(b.id))
        if b.defines:
            return [Live(expected_at, self.sum_when_there(b.defines), _expected_of(b.defines)), mark]
        right = Live(expected_at, f"={self.plan.in_check('right', row).absolute()}", _side_of(b.id, "right"))
        if left_at is None:
            return [right, mark]
        return [Live(left_at, f"={self.plan.in_check('left', row).absolute()}", _side_of(b.id, "left")), right, mark]

    def check_sheet(self) -> list[Live]:
        found = [live for b in self.form.balances for live in self._check_row(b)]
        states = self._column("state")
        for verdict in Verdict:
            spot = self.plan.counts[verdict]
            found.append(Live(spot, f'=COUNTIF({states},"{verdict}")', _count_of(verdict)))
        inputs = [self.plan.lacking[c] for c in self.form.inputs]
        missing = f"SUM({inputs[0].absolute()}:{inputs[-1].absolute().rpartition('!')[2]})"
        found.append(Live(self.plan.counts["missing"], f"={missing}", _count_of("missing")))
        found.append(Live(self.plan.status, self.words.status_formula(), self.words.status))
        found.append(Live(self.plan.next, self._next(), _next_text))
        return found

    def _check_row(self, b: Balance) -> list[Live]:
        at = {c: self.plan.in_check(c, self.plan.check[b.id]) for c in ("left", "right", "gap", "state", "fix")}
        needed = self.inputs_of(b.cells)
        left, right, gap, state = (at[c].a1 for c in ("left", "right", "gap", "state"))
        judged = f'IF(ROUND({left}-{right},{_DIGITS})=0,"{Verdict.PASS}","{Verdict.BROKEN}")'
        return [
            Live(at["left"], f'=IFERROR({self.total(b.left)},"")', _side_of(b.id, "left")),
            Live(at["right"], f'=IFERROR({self.total(b.right)},"")', _side_of(b.id, "right")),
            Live(at["gap"], f'=IF({state}="{Verdict.OPEN}","",ROUND({left}-{right},{_DIGITS}))', _side_of(b.id, "gap")),
            Live(
                at["state"],
                f'=IFERROR(IF({self.there(needed)}<{len(needed)},"{Verdict.OPEN}",{judged}),"{Verdict.OPEN}")',
                _verdict_of(b.id),
            ),
            Live(at["fix"], self.words.fix_formula(b, state, gap), self.words.fix(b)),
        ]

    def _column(self, column: str) -> str:
        rows = list(self.plan.check.values())
        first, last = (self.plan.in_check(column, r) for r in (rows[0], rows[-1]))
        return f"{first.absolute()}:{last.absolute().rpartition('!')[2]}"

    def _next(self) -> str:
        target = self.plan.target.absolute()
        return f'=IF({target}="","{NOTHING_NEXT}",HYPERLINK("#"&{target},"{NEXT}"))'

    def bookkeeping(self) -> list[Live]:
        """On the hidden sheet: which cells have no number, and where 下一处 leads."""
        found = [Live(spot, self._lacks(c), _lacks(c)) for c, spot in self.plan.lacking.items()]
        cells, leads = list(self.plan.lacking.values()), list(self.plan.leads.values())
        lacking, addresses = (_down(s) for s in (cells, [s._replace(column=s.column + 1) for s in cells]))
        first_blank = f'IFERROR(INDEX({addresses},MATCH(1,{lacking},0)),"")'
        broken = f'INDEX({_down(leads)},MATCH("{Verdict.BROKEN}",{self._column("state")},0))'
        found.append(Live(self.plan.target, f"=IFERROR({broken},{first_blank})", lambda facts: facts.target))
        return found

    def _lacks(self, cell: str) -> str:
        spot = self.plan.cells[cell]
        computed = self.totals == "formula" and self.form.cell[cell].derived
        nil = "1" if computed else f'IF(AND({nil_name(cell.partition(".")[0])}="是",{self.blanks([spot])}=1),0,1)'
        return f"=IF(ISNUMBER({spot.absolute()}),0,{nil})"

    def years(self) -> list[Live]:
        """上年数据: this year's number, the change, and for 上年结转 what last year carried out."""
        found = []
        for cell, last in self.plan.last_year.items():
            here, table = self.plan.cells[cell], cell.partition(".")[0]
            now, change = last._replace(column=last.column + 1), last._replace(column=last.column + 2)
            nil = f'IF(AND({nil_name(table)}="是",{self.blanks([here])}=1),0,"")'
            shown = f"IF(ISNUMBER({here.absolute()}),{here.absolute()},{nil})"
            found.append(Live(now, f"={shown}", _number_of(cell)))
            both = f"AND(ISNUMBER({last.a1}),ISNUMBER({now.a1}))"
            rounded = f"ROUND({now.a1}-{last.a1},{_DIGITS})"
            found.append(Live(change, f'=IF({both},{rounded},"")', _change_of(cell), True))
        for cell, (carried, agrees) in self.plan.carried.items():
            out, now = self.plan.last_year[carried_from(cell)], self.plan.last_year[cell]
            now = now._replace(column=now.column + 1)
            found.append(Live(carried, f'=IF(ISNUMBER({out.a1}),{out.a1},"")', _carried_of(cell), True))
            both = f"AND(ISNUMBER({carried.a1}),ISNUMBER({now.a1}))"
            judged = f'IF({carried.a1}={now.a1},"{AGREES}","{DIFFERS}")'
            found.append(Live(agrees, f'=IF({both},{judged},"")', _agrees(cell), True))
        return found


def _down(spots: list[Spot]) -> str:
    return f"{spots[0].absolute()}:{spots[-1].absolute().rpartition('!')[2]}"


def _trimmed(reference: str) -> str:
    """A cell's text without the white space that a reader passes over."""
    for space in _MOST_SPACE:
        reference = f'SUBSTITUTE({reference},{space},"")'
    return f"TRIM(CLEAN({reference}))"


# -- the values, each beside the formula that it must equal


def _number_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.numbers.get(cell))


def _expected_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.should.get(cell))


def _verdict_of(balance: str) -> Callable[[Facts], Value]:
    return lambda facts: str(facts.weighed[balance].verdict)


def _side_of(balance: str, side: Literal["left", "right", "gap"]) -> Callable[[Facts], Value]:
    return lambda facts: _shown(getattr(facts.weighed[balance], side))


def _count_of(key: str) -> Callable[[Facts], Value]:
    return lambda facts: facts.counts[key]


def _lacks(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: int(cell not in facts.numbers)


def _next_text(facts: Facts) -> Value:
    return NEXT if facts.target else NOTHING_NEXT


def _nil_notice(table: str) -> Callable[[Facts], Value]:
    return lambda facts: NIL_NOTICE if table in facts.report.cover.nil else ""


def _change_of(cell: str) -> Callable[[Facts], Value]:
    def value(facts: Facts) -> Value:
        now, last = facts.numbers.get(cell), facts.last_year.get(cell)
        return "" if now is None or last is None else _shown(now - last)

    return value


def _carried_of(cell: str) -> Callable[[Facts], Value]:
    return lambda facts: _shown(facts.last_year.get(carried_from(cell)))


def _agrees(cell: str) -> Callable[[Facts], Value]:
    def value(facts: Facts) -> Value:
        now, before = facts.numbers.get(cell), facts.last_year.get(carried_from(cell))
        return "" if now is None or before is None else AGREES if now == before else DIFFERS

    return value
