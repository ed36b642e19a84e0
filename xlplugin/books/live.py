"""What the workbook works out by itself: native formulas, and beside each the value it must show.

A formula and its value are two renderings of the same balance.  The values are stored with the formulas, so that a
program that does not recalculate shows the right thing, and they are refreshed when a user's file is patched.

Formulas keep to what Excel 2010, WPS and LibreOffice 7 know.  A sheet counts as numbers what `Report.numbers` counts:
digits are a number even where a program stored them as a text; a blank is 0 where its table is declared 全零申报.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from xlplugin.balancing import Verdict
from xlplugin.books import live_facts as facts
from xlplugin.books.layout import YES, Layout, Spot, carried_from, layout
from xlplugin.books.live_facts import Facts, Value, lead
from xlplugin.books.live_texts import keystrokes, number_in
from xlplugin.books.live_words import AGREES, DIFFERS, NEXT, NIL_NOTICE, NOTHING_NEXT, Words
from xlplugin.books.ranges import rectangles
from xlplugin.deriving import leaves
from xlplugin.form import Balance, Form
from xlplugin.form import form as form_of
from xlplugin.numerals import Number
from xlplugin.report import Report

__all__ = ["Facts", "Live", "Totals", "Value", "lead", "live_cells", "live_extents", "live_values", "nil_name"]

Totals = Literal["typed", "formula"]
_DIGITS = 6  # a gap is compared to so many decimals: a spreadsheet adds in binary


class Live(NamedTuple):
    """A formula of the workbook, and the value that it must show for a report."""

    spot: Spot
    formula: str
    value: Callable[[Facts], Value]
    asks_last_year: bool = False
    of_keystrokes: bool = False  # its value hangs on how a number was stored, which a report does not know


@lru_cache(maxsize=8)
def live_cells(form_id: str, totals: Totals = "typed") -> tuple[Live, ...]:
    """Every formula of the form's workbook.  Raises UnknownForm."""
    writer = _Writer(form_of(form_id), layout(form_id), totals)
    return (
        *writer.totals_cells(),
        *writer.table_sheets(),
        *writer.check_sheet(),
        *writer.bookkeeping(),
        *writer.years(),
        *writer.numbers(),
    )


def live_values(report: Report, last_year: Mapping[str, Number] | None = None) -> dict[Spot, Value]:
    """Spot → what its formula must show for this report, also for the totals of the variant with formulas.

    Without `last_year` (cell → number) the comparison with it on 上年数据 is left out.
    """
    said = Facts(report, last_year or {})
    every = (live for live in live_cells(report.form_id, "formula") if not live.of_keystrokes)
    return {live.spot: live.value(said) for live in every if last_year is not None or not live.asks_last_year}


def live_extents(form_id: str) -> dict[str, tuple[int, int]]:
    """Sheet → the last row and column that hold a formula of ours."""
    far: dict[str, tuple[int, int]] = {}
    for live in live_cells(form_id, "formula"):
        row, column = far.get(live.spot.sheet, (0, 0))
        far[live.spot.sheet] = (max(row, live.spot.row), max(column, live.spot.column))
    return far


def nil_name(table: str) -> str:
    """Defined name of a table's tick 全零申报."""
    return f"nil.{table}"


class _Writer:
    """Writes the formulas of one form.  Only positions come from the layout, only arithmetic from the balances."""

    def __init__(self, form: Form, plan: Layout, totals: Totals) -> None:
        self.form, self.plan, self.totals = form, plan, totals
        self.leaves = leaves(form.id)
        self.words = Words(plan)

    # -- pieces of formulas

    def counted(self, cells: Iterable[str]) -> str:
        """The cells as the numbers that they count as, in as few ranges as there are."""
        return ",".join(r.absolute for r in rectangles(self.plan.counted[c] for c in cells))

    def there(self, cells: Iterable[str]) -> str:
        """How many of the cells have a number: a blank entry cell of a table declared 全零申报 has."""
        return f"COUNT({self.counted(cells)})"

    def computed(self, cell: str) -> bool:
        """Whether the cell is a formula of ours; one that shows nothing is not a blank."""
        return self.totals == "formula" and self.form.cell[cell].derived

    def total(self, cells: Iterable[str]) -> str:
        return f"SUM({self.counted(cells)})"

    def sum_when_there(self, cell: str) -> str:
        parts = self.leaves[cell]
        return f'=IFERROR(IF({self.there(parts)}<{len(parts)},"",{self.total(parts)}),"")'

    def side(self, cells: tuple[str, ...]) -> str:
        """The sum of what is there; nothing where nothing is."""
        return f'=IFERROR(IF({self.there(cells)}=0,"",{self.total(cells)}),"")'

    # -- the sheets

    def totals_cells(self) -> list[Live]:
        if self.totals == "typed":
            return []
        return [Live(self.plan.cells[c], self.sum_when_there(c), facts.number_of(c)) for c in self.form.derived]

    def table_sheets(self) -> list[Live]:
        found = []
        for table in self.plan.tables:
            for b in (self.form.balance[i] for i in table.marks):
                found += self._beside_the_table(b, table.expected[b.id], table.marks[b.id], table.left_sums.get(b.id))
            bar = table.bar
            found.append(Live(bar.status, f"={self.plan.status.absolute()}", self.words.status))
            found.append(Live(bar.next, self._next(), facts.next_text))
            key = table.table.key
            found.append(Live(table.nil_notice, f'=IF({nil_name(key)}="{YES}","{NIL_NOTICE}","")', facts.nil_notice(key)))
        return found

    def _beside_the_table(self, b: Balance, expected_at: Spot, mark_at: Spot, left_at: Spot | None) -> list[Live]:
        row = self.plan.check[b.id]
        mark = Live(mark_at, f"={self.plan.in_check('state', row).absolute()}", facts.verdict_of(b.id))
        if b.defines:
            return [Live(expected_at, self.sum_when_there(b.defines), facts.expected_of(b.defines)), mark]
        right = Live(expected_at, f"={self.plan.in_check('right', row).absolute()}", facts.side_of(b.id, "right"))
        if left_at is None:
            return [right, mark]
        return [Live(left_at, f"={self.plan.in_check('left', row).absolute()}", facts.side_of(b.id, "left")), right, mark]

    def check_sheet(self) -> list[Live]:
        found = [live for b in self.form.balances for live in self._check_row(b)]
        states = self._column("state")
        for verdict in Verdict:
            spot = self.plan.counts[verdict]
            found.append(Live(spot, f'=COUNTIF({states},"{verdict}")', facts.count_of(verdict)))
        inputs = [self.plan.lacking[c] for c in self.form.inputs]
        missing = f"SUM({inputs[0].absolute()}:{inputs[-1].absolute().rpartition('!')[2]})"
        found.append(Live(self.plan.counts["missing"], f"={missing}", facts.count_of("missing")))
        found.append(Live(self.plan.status, self.words.status_formula(), self.words.status))
        found.append(Live(self.plan.next, self._next(), facts.next_text))
        return found

    def _check_row(self, b: Balance) -> list[Live]:
        at = {c: self.plan.in_check(c, self.plan.check[b.id]) for c in ("left", "right", "gap", "state", "fix")}
        left, right, gap, state = (at[c].a1 for c in ("left", "right", "gap", "state"))
        judged = f'IF(ROUND({left}-{right},{_DIGITS})=0,"{Verdict.PASS}","{Verdict.BROKEN}")'
        return [
            Live(at["left"], self.side(b.left), facts.side_of(b.id, "left")),
            Live(at["right"], self.side(b.right), facts.side_of(b.id, "right")),
            Live(at["gap"], f'=IF({state}="{Verdict.OPEN}","",ROUND({left}-{right},{_DIGITS}))', facts.gap_of(b.id)),
            Live(
                at["state"],
                f'=IFERROR(IF({self.there(b.cells)}<{len(b.cells)},"{Verdict.OPEN}",{judged}),"{Verdict.OPEN}")',
                facts.verdict_of(b.id),
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
        found = [Live(spot, self.lacks(c), facts.lacks(c)) for c, spot in self.plan.lacking.items()]
        cells, leads = list(self.plan.lacking.values()), list(self.plan.leads.values())
        lacking, addresses = (_down(s) for s in (cells, [s._replace(column=s.column + 1) for s in cells]))
        first_blank = f'IFERROR(INDEX({addresses},MATCH(1,{lacking},0)),"")'
        broken = f'INDEX({_down(leads)},MATCH("{Verdict.BROKEN}",{self._column("state")},0))'
        found.append(Live(self.plan.target, f"=IFERROR({broken},{first_blank})", lambda said: said.target))
        return found

    def lacks(self, cell: str) -> str:
        return f"=IF(ISNUMBER({self.plan.counted[cell].absolute()}),0,1)"

    def numbers(self) -> list[Live]:
        """On the hidden sheet _numbers: what each entry cell counts as."""
        typed = [
            Live(spot, self._typed(c), facts.typed(c), of_keystrokes=True)
            for c, spot in self.plan.typed.items()
            if not self.computed(c)
        ]
        return typed + [Live(spot, self._counted(c), facts.number_of(c)) for c, spot in self.plan.counted.items()]

    def _typed(self, cell: str) -> str:
        at = self.plan.cells[cell].absolute()
        return f'=IF(ISNUMBER({at}),"",{keystrokes(at)})'

    def _counted(self, cell: str) -> str:
        at, nil = self.plan.cells[cell].absolute(), nil_name(cell.partition(".")[0])
        if self.computed(cell):
            return f'=IF(ISNUMBER({at}),{at},"")'
        return f"=IF(ISNUMBER({at}),{at},{number_in(self.plan.typed[cell].a1, nil)})"

    def years(self) -> list[Live]:
        """上年数据: this year's number, the change, and for 上年结转 what last year carried out."""
        found = []
        for cell, last in self.plan.last_year.items():
            now, change = last._replace(column=last.column + 1), last._replace(column=last.column + 2)
            found.append(Live(now, f"={self.plan.counted[cell].absolute()}", facts.number_of(cell)))
            both = f"AND(ISNUMBER({last.a1}),ISNUMBER({now.a1}))"
            rounded = f"ROUND({now.a1}-{last.a1},{_DIGITS})"
            found.append(Live(change, f'=IF({both},{rounded},"")', facts.change_of(cell), True))
        for cell, (carried, agrees) in self.plan.carried.items():
            out, now = self.plan.last_year[carried_from(cell)], self.plan.last_year[cell]
            now = now._replace(column=now.column + 1)
            found.append(Live(carried, f'=IF(ISNUMBER({out.a1}),{out.a1},"")', facts.carried_of(cell), True))
            both = f"AND(ISNUMBER({carried.a1}),ISNUMBER({now.a1}))"
            judged = f'IF({carried.a1}={now.a1},"{AGREES}","{DIFFERS}")'
            found.append(Live(agrees, f'=IF({both},{judged},"")', facts.agrees(cell), True))
        return found


def _down(spots: list[Spot]) -> str:
    return f"{spots[0].absolute()}:{spots[-1].absolute().rpartition('!')[2]}"
