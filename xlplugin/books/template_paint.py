"""Colours that follow the numbers: conditional formats of the three table sheets.

A rule asks only cells of its own sheet and defined names, which every version of Excel allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from xlplugin.balancing import Verdict
from xlplugin.books.desk import Desk
from xlplugin.books.layout import META_MARKS, Spot, TablePlan, column_letters
from xlplugin.books.ranges import rectangles
from xlplugin.form import Balance


def paint_table(desk: Desk, plan: TablePlan) -> None:
    """The first that applies wins: what 校验 marked, a broken total, a text where a number belongs, the parts of a
    broken total, a total that `fill` wrote, a blank."""
    _paint_marked(desk, plan)
    _paint_broken(desk, plan, principals, "if_broken")
    typed = [s for c, s in plan.cells.items() if not (desk.totals == "formula" and desk.form.cell[c].derived)]
    _paint_each(
        desk, typed, lambda at: f'ISTEXT({at})*(LEN(TRIM({at}))>0)*ISERROR(VALUE(SUBSTITUTE(ASC({at}),",","")))', "if_text"
    )
    _paint_broken(desk, plan, lambda b: [c for c in b.cells if c not in principals(b)], "if_part")
    _paint_filled(desk, plan)
    notice = f"${column_letters(plan.nil_notice.column)}${plan.nil_notice.row}"
    _paint_each(desk, typed, lambda at: f'AND(LEN(TRIM({at}))=0,{notice}="")', "if_blank")
    for area in rectangles(plan.marks.values()):
        for verdict, style in ((Verdict.PASS, "if_good"), (Verdict.BROKEN, "if_bad")):
            desk.paint(area, f'{area.first.a1}="{verdict}"', style)


def principals(balance: Balance) -> tuple[str, ...]:
    """The total of a balance; all its cells where the form itself prints it as an equation."""
    return (balance.defines,) if balance.defines else balance.cells


def mark_name(kind: str) -> str:
    """Defined name of the list of cells that 校验 marked: `suspect`, or `attention`."""
    return f"xxgk.marked.{kind}"


def filled_name(cell: str) -> str:
    """Defined name of the place where the workbook remembers what `fill` wrote into a total."""
    return f"filled.{cell}"


def _paint_each(desk: Desk, spots: Iterable[Spot], test: Callable[[str], str], style: str) -> None:
    for area in rectangles(spots):
        desk.paint(area, test(area.first.a1), style)


def _paint_marked(desk: Desk, plan: TablePlan) -> None:
    here = f'"{plan.table.sheet}!"&ADDRESS(ROW(),COLUMN(),4)'
    for kind in META_MARKS:
        test = f"COUNTIF({mark_name(kind)},{here})>0"
        for area in rectangles(plan.cells.values()):
            desk.paint(area, test, f"if_{kind}")


def _paint_filled(desk: Desk, plan: TablePlan) -> None:
    if desk.totals == "formula":
        return
    for cell in (c for c in plan.cells if c in desk.plan.filled):
        [area] = rectangles([plan.cells[cell]])
        at = area.first.a1
        desk.paint(area, f'AND(ISNUMBER({at}),{at}&""={filled_name(cell)}&"")', "if_auto")


def _paint_broken(desk: Desk, plan: TablePlan, chosen: Callable[[Balance], Iterable[str]], style: str) -> None:
    """Cells that see their balances' marks alike (in their own row, their own column, or anywhere) share one format."""
    seen: dict[str, set[str]] = {}
    for balance in (desk.form.balance[b] for b in plan.marks):
        for cell in chosen(balance):
            seen.setdefault(cell, set()).add(_seen_from(plan.cells[cell], plan.marks[balance.id]))
    alike: dict[tuple[str, ...], list[Spot]] = {}
    for cell, marks in seen.items():
        alike.setdefault(tuple(sorted(marks)), []).append(plan.cells[cell])
    for key, spots in alike.items():
        for area in rectangles(spots):
            tests = ",".join(f'{_resolved(m, area.first)}="{Verdict.BROKEN}"' for m in key)
            desk.paint(area, f"OR({tests})", style)


def _seen_from(cell: Spot, mark: Spot) -> str:
    """A mark's address with * for the cell's own row or column."""
    if mark.row == cell.row:
        return f"${column_letters(mark.column)}:*"
    column = "*" if mark.column == cell.column else f"${column_letters(mark.column)}"
    return f"{column}:${mark.row}"


def _resolved(seen: str, first: Spot) -> str:
    column, _, row = seen.partition(":")
    return f"{column_letters(first.column) if column == '*' else column}{first.row if row == '*' else row}"
