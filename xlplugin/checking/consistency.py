"""Numbers of one report that do not go together, though every sum is right (DOMAIN 2.2).

Every check looks only at cells that hold a number; a blank raises nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from xlplugin.checking.registry import finding
from xlplugin.checking.settings import Settings
from xlplugin.deriving import derive
from xlplugin.finding import Finding
from xlplugin.form import Block, Line
from xlplugin.numerals import Number
from xlplugin.report import Report

TOWNSHIPS = frozenset({"乡镇政府", "街道办事处"})
COUNTY_DEPARTMENTS = frozenset({"县级部门"})
REVIEW_ORGANS = frozenset({"省级政府", "市级政府", "县级政府"})
Numbers = Mapping[str, Number]


def check_consistency(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """T2-…, T3-… and T4-… beyond the balances; totals left blank are worked out first."""
    numbers = derive(report).numbers()
    return (
        *_items(report, numbers, settings),
        *_documents(report, numbers, settings),
        *_applications(report, numbers, settings),
        *_disputes(report, numbers, settings),
    )


def _rows(report: Report, table: str) -> Iterable[tuple[Block, Line]]:
    if table in report.form.table:
        for block in report.form.table[table].blocks:
            yield from ((block, row) for row in block.data_rows)


def _values(numbers: Numbers, table: str, row: str, columns: tuple[str, ...]) -> tuple[Number, ...] | None:
    """The numbers of a row in these columns; None while one of them is missing."""
    cells = [f"{table}.{row}.{c}" for c in columns]
    return tuple(numbers[c] for c in cells) if all(c in numbers for c in cells) else None


def _items(report: Report, numbers: Numbers, settings: Settings) -> Iterable[Finding]:
    columns = ("items_last_year", "items_change")
    for _, row in _rows(report, "disclosure"):
        values = _values(numbers, "disclosure", row.key, columns)
        if values is not None and sum(values) < 0:
            cells = tuple(f"disclosure.{row.key}.{c}" for c in columns)
            last, change = values
            yield finding(
                f"T2-NEG.{row.key}", settings=settings, cells=cells,
                row=row.label, last=last, change=change, sum=last + change,
            )  # fmt: skip


def _documents(report: Report, numbers: Numbers, settings: Settings) -> Iterable[Finding]:
    for _, row in _rows(report, "disclosure"):
        public = _values(numbers, "disclosure", row.key, ("published", "public_total"))
        if public is not None and public[1] < public[0]:
            cells = tuple(f"disclosure.{row.key}.{c}" for c in ("published", "public_total"))
            yield finding(
                f"T2-PUB.{row.key}", settings=settings, cells=cells, sides=(public[1], public[0]),
                row=row.label, published=public[0], total=public[1],
            )  # fmt: skip
        force = _values(numbers, "disclosure", row.key, ("issued", "in_force"))
        if force is not None and force[0] > 0 and force[1] == 0:
            cells = tuple(f"disclosure.{row.key}.{c}" for c in ("issued", "in_force"))
            yield finding(f"T2-EFF.{row.key}", settings=settings, cells=cells, row=row.label, issued=force[0])


def _applications(report: Report, numbers: Numbers, settings: Settings) -> Iterable[Finding]:
    if "applications" not in report.form.table:
        return
    yield from _backlog(report, numbers, settings)
    out = _pair(numbers, "applications.carried_out.total", "applications.new.total")
    if out is not None and out[1] > 0 and out[0] > settings.out_share * out[1]:
        cells = ("applications.carried_out.total", "applications.new.total")
        share = f"{settings.out_share:.0%}"
        yield finding("T3-OUT", settings=settings, cells=cells, out=out[0], new=out[1], share=share)
    misc = _pair(numbers, "applications.other_rest.total", "applications.handled.total")
    if misc is not None and misc[0] >= settings.misc_floor and misc[0] > settings.misc_share * misc[1]:
        cells = ("applications.other_rest.total", "applications.handled.total")
        share = f"{settings.misc_share:.0%}"
        yield finding("T3-MISC", settings=settings, cells=cells, misc=misc[0], handled=misc[1], share=share)


def _backlog(report: Report, numbers: Numbers, settings: Settings) -> Iterable[Finding]:
    """T3-BACK column by column; the total column only when no applicant column says it already."""
    said = False
    for column in report.form.table["applications"].blocks[0].columns:
        cells = (f"applications.handled.{column.key}", f"applications.carried_in.{column.key}")
        pair = _pair(numbers, *cells)
        if pair is not None and pair[0] < pair[1] and not (column.derived and said):
            said = True
            yield finding(
                f"T3-BACK.{column.key}", settings=settings, cells=cells, sides=pair,
                column=column.label, carried=pair[1], handled=pair[0],
            )  # fmt: skip


def _pair(numbers: Numbers, first: str, second: str) -> tuple[Number, Number] | None:
    return (numbers[first], numbers[second]) if first in numbers and second in numbers else None


def _disputes(report: Report, numbers: Numbers, settings: Settings) -> Iterable[Finding]:
    disputes = {c.id: numbers[c.id] for c in report.form.cells if c.table == "disputes" and not c.derived and c.id in numbers}
    came = _pair(numbers, "applications.new.total", "applications.carried_in.total")
    if came == (0, 0) and any(disputes.values()):
        loud = tuple(c for c, v in disputes.items() if v)
        count = sum(disputes[c] for c in loud)
        cells = ("applications.new.total", "applications.carried_in.total", *loud)
        yield finding("T3-ZERO", settings=settings, cells=cells, count=count)
    direct = numbers.get("disputes.litigation_direct.total", 0)
    if direct > 0:
        yield finding("T4-2024", settings=settings, cells=("disputes.litigation_direct.total",), count=direct)
    after = numbers.get("disputes.litigation_after_review.total", 0)
    if after > 0 and report.cover.level in REVIEW_ORGANS:
        yield finding("T4-CODEF", settings=settings, cells=("disputes.litigation_after_review.total",), count=after)


def check_fees(report: Report, last_year: Report | None, settings: Settings) -> tuple[Finding, ...]:
    """FEE-YUAN: a fee that looks as if typed in yuan; last year's amount is the better witness than any threshold."""
    cell = "disclosure.fees.amount"
    value = report.numbers().get(cell)
    if not value or value <= 0:
        return ()
    before = last_year.numbers().get(cell) if last_year is not None and last_year.form_id == report.form_id else None
    reason = _against(value, before, settings) or _too_much(value, report.cover.level, settings)
    if not reason:
        return ()
    proposal = f"{value / 10000:f}".rstrip("0").rstrip(".") if not isinstance(value, int) else _ten_thousandth(value)
    return (finding("FEE-YUAN", settings=settings, cells=(cell,), value=value, reason=reason, proposal=proposal),)


def _ten_thousandth(yuan: int) -> str:
    return f"{yuan // 10000}.{yuan % 10000:04d}".rstrip("0").rstrip(".")


def _against(value: Number, before: Number | None, settings: Settings) -> str:
    in_yuan = Decimal(before or 0) * 10000
    if not in_yuan or abs(Decimal(value) - in_yuan) > settings.fee_tolerance * in_yuan:
        return ""
    if settings.lang == "en":
        return f"divided by 10000 it is close to last year’s {before}"
    return f"除以 10000 后与上年的 {before} 万元接近"


def _too_much(value: Number, level: str | None, settings: Settings) -> str:
    limits: dict[str, Decimal] = {
        **dict.fromkeys(TOWNSHIPS, settings.fee_township),
        **dict.fromkeys(COUNTY_DEPARTMENTS, settings.fee_department),
    }
    limit = limits.get(level or "")
    if limit is None or value < limit:
        return ""
    return f"that is a lot for this level ({limit} or more)" if settings.lang == "en" else f"{level}很少达到 {limit} 万元"
