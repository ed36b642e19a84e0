"""The shape of the numbers: blanks, texts, signs, nil declarations, and what only some units may report."""

from __future__ import annotations

from collections.abc import Iterable

from xlplugin.checking.registry import finding
from xlplugin.checking.settings import Settings
from xlplugin.deriving import blank_derived
from xlplugin.finding import Finding, Suspect
from xlplugin.form import Cell
from xlplugin.locating import deduce
from xlplugin.locating.peeling import whole
from xlplugin.numerals import Number, State
from xlplugin.report import Report

NAMED = 3  # how many cells a grouped finding names
OPEN = frozenset({State.BLANK, State.NA, State.UNREAD})
EMPOWERED = frozenset({"国务院部门", "省级政府", "市级政府"})  # 立法法第九十一、九十三条


def check_shape(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """V-TEXT, V-INT and V-FEE cell by cell; V-NIL, V-BLANK and V-TOTAL once a table."""
    return (*_texts(report, settings), *_numbers(report, settings), *_nil(report, settings), *_blanks(report, settings))


def _texts(report: Report, settings: Settings) -> Iterable[Finding]:
    for cell in report.form.cells:
        entry = report.entry(cell.id)
        if entry.state is State.TEXT:
            offered = () if entry.proposal is None else (Suspect({cell.id: entry.proposal}, f"去掉文字后是 {entry.proposal}"),)
            yield finding(
                "V-TEXT", settings=settings, cells=(cell.id,), seen=entry.seen, suspects=offered,
                cell=cell.label, proposal=_proposal(entry.proposal, settings),
            )  # fmt: skip


def _proposal(proposal: Number | None, settings: Settings) -> str:
    if settings.lang == "en":
        return "no number can be made out" if proposal is None else f"did you mean {proposal}?"
    return "看不出要填的数" if proposal is None else f"是否应填 {proposal}"


def _numbers(report: Report, settings: Settings) -> Iterable[Finding]:
    for cell, value in ((report.form.cell[c], v) for c, v in report.numbers().items()):
        negative = value < 0 and not cell.signed
        if cell.decimal and negative:
            yield finding("V-FEE", settings=settings, cells=(cell.id,), seen=str(value), cell=cell.label, value=value)
        elif not cell.decimal and (negative or not whole(value)):
            problem, advice = _unfit(cell, negative, settings)
            yield finding(
                "V-INT", settings=settings, cells=(cell.id,), seen=str(value),
                cell=cell.label, value=value, problem=problem, advice=advice,
            )  # fmt: skip


def _unfit(cell: Cell, negative: bool, settings: Settings) -> tuple[str, str]:
    if settings.lang == "en":
        problem = "is below zero" if negative else "is not a whole number"
        return problem, "Enter a whole number not below zero."
    unit = cell.unit or "件"
    if negative:
        return f"{unit}数不能小于 0", "核对是否多打了负号，改成不小于 0 的整数。"
    return f"{unit}数必须是整数", "核对是否多打了小数点，改成整数。"


def _nil(report: Report, settings: Settings) -> Iterable[Finding]:
    numbers = report.numbers() if report.cover.nil else {}
    for table in report.form.tables:
        if table.key in report.cover.nil:
            loud = [c for c in report.form.cells if c.table == table.key and numbers.get(c.id, 0) != 0]
            if loud:
                yield finding(
                    f"V-NIL.{table.key}", settings=settings, cells=tuple(c.id for c in loud),
                    table=f"“{table.title}”", count=len(loud), names=_names(loud),
                )  # fmt: skip


def _names(cells: list[Cell]) -> str:
    named = "、".join(f"“{c.label}”" for c in cells[:NAMED])
    return named + (f"等 {len(cells)} 格" if len(cells) > NAMED else "")


def _blanks(report: Report, settings: Settings) -> Iterable[Finding]:
    determined = deduce(report)
    for table in report.form.tables:
        inputs = [c for c in report.form.cells if c.table == table.key and not c.derived]
        empty = [c for c in inputs if report.entry(c.id).state in OPEN]
        if empty:
            yield _blank(report, table.title, inputs, empty, determined, settings)
    blank_totals = [c for c in report.form.derived if report.entry(c).state is State.BLANK]
    fillable = blank_derived(report)
    if blank_totals and fillable:
        yield finding("V-TOTAL", settings=settings, cells=tuple(fillable), count=len(fillable))


def _blank(
    report: Report, title: str, inputs: list[Cell], empty: list[Cell], determined: dict[str, Number], settings: Settings
) -> Finding:
    whole_table = len(empty) == len(inputs)
    said = {c.id: determined[c.id] for c in empty if c.id in determined}
    dashes = sum(report.entry(c.id).state is State.NA for c in empty)
    what = "整张表未填" if whole_table else f"有 {len(empty)} 个填报格没填数"
    what += f"（其中 {dashes} 格填的是“/”或“无”）" if dashes else ""
    deduced = "".join(f"{report.form.cell[c].label}：此格可推出为 {v}。" for c, v in list(said.items())[:NAMED])
    nil = "整张表都没有业务的，可在封面勾“全零申报”。" if whole_table else "暂时没有数的写审核说明。"
    return finding(
        f"V-BLANK.{inputs[0].table}", settings=settings, cells=tuple(c.id for c in empty),
        suspects=tuple(Suspect({c: v}, f"此格可推出为 {v}") for c, v in said.items()),
        table=f"“{title}”", what=what, count=len(empty), names=_names(empty), deduced=deduced, nil=nil,
    )  # fmt: skip


def check_powers(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """T2-RULE: 规章 from a unit that may not make them.  The power is a tick on the cover, never guessed from a name."""
    if report.cover.rule_power or (report.cover.rule_power is None and report.cover.level in EMPOWERED):
        return ()
    numbers = report.numbers()
    cells = [c for c in report.form.cells if c.needs_rule_power]
    if not any(numbers.get(c.id, 0) for c in cells):
        return ()
    said = "、".join(f"{c.path.rsplit('／', 1)[-1]} {numbers[c.id]}" for c in cells if numbers.get(c.id, 0))
    found = finding("T2-RULE", settings=settings, cells=tuple(c.id for c in cells), values=said, who=_powerless(report, settings))
    return (found,)


def _powerless(report: Report, settings: Settings) -> str:
    level = report.cover.level
    if settings.lang == "en":
        return "this unit has no power to make them" if level else "the cover does not say that this unit may make them"
    if report.cover.rule_power is False or level:
        return f"{level or '本单位'}没有规章制定权"
    return "封面没有注明本单位有规章制定权"
