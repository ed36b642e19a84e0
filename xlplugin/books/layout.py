"""Where everything stands in the workbook: the one place that turns meanings into rows and columns.

Drawer, reader, patcher and hosts all ask here.  Rows and columns count from 1.  Only positions and the official
labels at those positions; what a sheet looks like is in look.py and template.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from xlplugin.balancing import Verdict
from xlplugin.books.raw import column_letters
from xlplugin.books.table_plan import TITLE_ROW, TOP, Bar, Label, Spot, TablePlan, plan_table
from xlplugin.form import Form, fold
from xlplugin.form import form as form_of
from xlplugin.form.printed import printed

__all__ = [
    "BOX_ROWS",
    "CARRIED_IN",
    "CARRIED_OUT",
    "CHECK",
    "CHECK_COLUMNS",
    "CHECK_TOP",
    "COVER",
    "COVER_COLUMN",
    "COVER_FIELDS",
    "COVER_TOP",
    "FINDINGS_ROOM",
    "GUIDE",
    "LAST_YEAR",
    "LAST_YEAR_COLUMNS",
    "LAST_YEAR_TOP",
    "MARKS_ROOM",
    "META",
    "META_FIELDS",
    "META_FILLED_TOP",
    "META_LINKS",
    "META_MARKS",
    "NO",
    "PROSE",
    "PROSE_COLUMN",
    "PROSE_TOP",
    "TITLE_ROW",
    "TOP",
    "VERSION",
    "YES",
    "Bar",
    "Label",
    "Layout",
    "Spot",
    "TablePlan",
    "carried_from",
    "column_letters",
    "layout",
]

COVER, GUIDE, PROSE, CHECK, LAST_YEAR, META = "封面", "填报说明", "正文", "校验", "上年数据", "_meta"
COUNTED = "_numbers"  # hidden: every entry cell as the number that it counts as, so that no other formula asks again
VERSION = "1"
YES, NO = "是", "否"
FINDINGS_ROOM = 120  # rows kept for what the program finds, under the balances on 校验


COVER_FIELDS: tuple[tuple[str, str], ...] = (
    ("name", "单位名称"),
    ("code", "统一社会信用代码"),
    ("level", "单位层级"),
    ("parent", "主管部门（汇总单位）"),
    ("year", "报告年度"),
    ("rule_power", "是否有规章制定权"),
    ("filled_by", "填报人"),
    ("contact", "联系电话"),
    ("reviewed_by", "审核人"),
    ("responsible", "单位负责人"),
    ("date", "填报日期"),
)
COVER_TOP, COVER_COLUMN = 5, 3
META_FIELDS = ("form", "version", "fingerprint", "totals", "scope", "complete", "units")
META_FILLED_TOP = 21  # below: one row a derived cell, its id and the value that `fill` wrote there
META_TARGET_ROW, META_LACKING, META_LEADS = 10, 5, 9  # the sheet's own bookkeeping for 下一处
META_MARKS = {"suspect": 13, "attention": 14}  # columns of _meta with the addresses of the cells that 校验 paints
META_LINKS = 16  # two columns of _meta: whither a finding leads, and what its link says
MARKS_ROOM = 400  # rows of those columns, from the second on
CHECK_TOP = 7
CHECK_COLUMNS = ("number", "rule", "says", "left", "right", "gap", "state", "severity", "where", "fix", "explanation")
LAST_YEAR_TOP = 6
LAST_YEAR_COLUMNS = ("id", "section", "path", "last", "now", "change", "carried", "agrees")
CARRIED_IN, CARRIED_OUT = "carried_in", "carried_out"  # 二、上年结转 of a year is 四、结转下年度 of the year before
PROSE_TOP, PROSE_COLUMN = 4, 2
BOX_ROWS = 4  # rows merged into one box of prose: a single row may be no higher than 409 points


@dataclass(frozen=True)
class Layout:
    """Every position in the workbook of one form."""

    form_id: str
    tables: tuple[TablePlan, ...]
    cells: Mapping[str, Spot]
    cover: Mapping[str, Spot]
    nil: Mapping[str, Spot]  # table key → the tick 全零申报
    text: Mapping[str, tuple[tuple[str, Spot], ...]]  # section key → (head, box)
    check: Mapping[str, int]  # balance id → row on 校验
    findings_top: int  # first row of the program's findings on 校验
    last_year: Mapping[str, Spot]
    meta: Mapping[str, Spot]
    filled: Mapping[str, Spot]  # derived cell → where _meta keeps what `fill` wrote
    status: Spot  # the verdict on the whole workbook, in one line
    next: Spot  # 下一处 on 校验
    counts: Mapping[str, Spot]  # 通过, 不平, 未填: how many balances; missing: how many input cells have no number
    target: Spot  # on _meta: the address that 下一处 leads to, or nothing
    lacking: Mapping[str, Spot]  # on _meta: 1 where a cell has no number; the inputs first, then the totals
    leads: Mapping[str, Spot]  # on _meta: the address to which a broken balance leads
    carried: Mapping[str, tuple[Spot, Spot]]  # 上年结转 → what last year carried out, and whether they agree
    typed: Mapping[str, Spot]  # on _numbers: a cell's keystrokes where they are no number
    counted: Mapping[str, Spot]  # on _numbers: the number that a cell counts as, or nothing

    @property
    def sheets(self) -> tuple[str, ...]:
        return (COVER, GUIDE, PROSE, *(p.table.sheet for p in self.tables), CHECK, LAST_YEAR, META, COUNTED)

    @property
    def fingerprint(self) -> str:
        """Changes when a label or a position of the official tables changes."""
        said = [f"{label.spot}:{fold(label.text)}" for p in self.tables for label in p.labels]
        said += [f"{c}={s}" for c, s in self.cells.items()]
        return sha256("\n".join(said).encode()).hexdigest()[:16]

    def link(self, row: int) -> Spot:
        """On _meta: whither the finding in this row of 校验 leads; beside it stands what its link says."""
        return Spot(META, 2 + row - self.findings_top, META_LINKS)

    def explanation(self, row: int) -> Spot:
        return self.in_check("explanation", row)

    def in_check(self, column: str, row: int) -> Spot:
        """A cell of the list on 校验, by the name of its column."""
        return Spot(CHECK, row, CHECK_COLUMNS.index(column) + 1)


@lru_cache(maxsize=16)
def layout(form_id: str) -> Layout:
    """The layout of a form's workbook.  Raises UnknownForm."""
    form = form_of(form_id)
    plans = tuple(plan_table(printed(form_id, t.key), [b for b in form.balances if b.table == t.key]) for t in form.tables)
    check = {b.id: CHECK_TOP + i for i, b in enumerate(form.balances)}
    nil_top = COVER_TOP + len(COVER_FIELDS) + 2
    last = LAST_YEAR_COLUMNS.index("last") + 1
    inputs_first = (*form.inputs, *form.derived)
    return Layout(
        form_id=form_id,
        tables=plans,
        cells={c: s for p in plans for c, s in p.cells.items()},
        cover={key: Spot(COVER, COVER_TOP + i, COVER_COLUMN) for i, (key, _) in enumerate(COVER_FIELDS)},
        nil={t.key: Spot(COVER, nil_top + i, COVER_COLUMN) for i, t in enumerate(form.tables)},
        text=_text_boxes(form),
        check=check,
        findings_top=CHECK_TOP + len(check) + 4,
        last_year={c.id: Spot(LAST_YEAR, LAST_YEAR_TOP + i, last) for i, c in enumerate(form.cells)},
        meta={key: Spot(META, 1 + i, 2) for i, key in enumerate(META_FIELDS)},
        filled={c: Spot(META, META_FILLED_TOP + i, 2) for i, c in enumerate(form.derived)},
        status=Spot(CHECK, 1, CHECK_COLUMNS.index("says") + 1),
        next=Spot(CHECK, 1, CHECK_COLUMNS.index("where") + 1),
        counts={key: Spot(CHECK, 4, CHECK_COLUMNS.index("left") + 1 + i) for i, key in enumerate((*Verdict, "missing"))},
        target=Spot(META, META_TARGET_ROW, 2),
        lacking={c: Spot(META, 2 + i, META_LACKING) for i, c in enumerate(inputs_first)},
        leads={b.id: Spot(META, 2 + i, META_LEADS) for i, b in enumerate(form.balances)},
        carried=_carried(form),
        typed=_mirrored(plans, 0),
        counted=_mirrored(plans, 1),
    )


def _mirrored(plans: tuple[TablePlan, ...], which: int) -> dict[str, Spot]:
    """The tables one under the other in their own shape, so that neighbours stay neighbours and formulas short."""
    found: dict[str, Spot] = {}
    top, width = 0, max(p.width for p in plans) + 1
    for p in plans:
        found |= {c: Spot(COUNTED, top + s.row, which * width + s.column) for c, s in p.cells.items()}
        top += p.last
    return found


def _carried(form: Form) -> dict[str, tuple[Spot, Spot]]:
    first, second = (LAST_YEAR_COLUMNS.index(c) + 1 for c in ("carried", "agrees"))
    return {
        c.id: (Spot(LAST_YEAR, LAST_YEAR_TOP + i, first), Spot(LAST_YEAR, LAST_YEAR_TOP + i, second))
        for i, c in enumerate(form.cells)
        if c.row == CARRIED_IN and carried_from(c.id) in form.cell
    }


def carried_from(cell: str) -> str:
    """The cell of last year's report that a cell of 上年结转 must equal."""
    return cell.replace(f".{CARRIED_IN}.", f".{CARRIED_OUT}.")


def _text_boxes(form: Form) -> dict[str, tuple[tuple[str, Spot], ...]]:
    boxes: dict[str, tuple[tuple[str, Spot], ...]] = {}
    row = PROSE_TOP
    for section in (s for s in form.sections if s.kind == "text"):
        row += 1  # the section's own heading
        heads = section.heads or ("",)
        boxes[section.key] = tuple((h, Spot(PROSE, row + BOX_ROWS * i, PROSE_COLUMN)) for i, h in enumerate(heads))
        row += BOX_ROWS * len(heads)
    return boxes
