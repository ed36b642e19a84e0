"""The official form as data: tables, lines, cells and balances.

One YAML file per notice; everything else in this package takes a Form as an argument.  A cell is named by its
meaning, `table.row.column`, and never by its place on a sheet.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Help(_Frozen):
    """One line for the person who fills the cell; `tag` says how sure it is (L law, P practice, I our reading)."""

    tag: Literal["O", "L", "P", "I"]
    zh: str


class Line(_Frozen):
    """A row or a column of an official table.

    `sums` names the lines that it totals (then its cells are derived); `group` is the heading over it; `parent`
    is the row it is an item of; `kind: header` marks a row that holds no numbers.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    kind: Literal["input", "header"] = "input"
    level: int = 0
    parent: str | None = None
    group: str | None = None
    sums: tuple[str, ...] = ()
    rule: str | None = None
    aliases: tuple[str, ...] = ()
    needs_rule_power: bool = False
    unit: Literal["件", "项", "万元"] | None = None
    type: Literal["integer", "decimal"] = "integer"
    signed: bool = False
    note: str = ""
    help: Help | dict[str, Help] | None = None

    @property
    def derived(self) -> bool:
        return bool(self.sums)


class Flow(_Frozen):
    """An identity printed on the form: the left rows add up to the right rows, in every column."""

    rule: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    says: str


class Block(_Frozen):
    """A grid of rows and columns; 第二十条第（一）项 is a block of table two, table three is one block."""

    key: str
    title: str | None = None
    row_header: str | None = None
    columns: tuple[Line, ...]
    rows: tuple[Line, ...]

    @cached_property
    def data_rows(self) -> tuple[Line, ...]:
        """The rows that hold numbers (headings such as （三）不予公开 do not)."""
        return tuple(r for r in self.rows if r.kind != "header")

    @cached_property
    def column_keys(self) -> tuple[str, ...]:
        """The keys of its columns, in the order of the form."""
        return tuple(c.key for c in self.columns)

    def row(self, key: str) -> Line:
        return next(r for r in self.rows if r.key == key)

    def column(self, key: str) -> Line:
        return next(c for c in self.columns if c.key == key)


class Table(_Frozen):
    """One official table.

    `arrangement` says how it is printed: `stacked` blocks one under the other, a `matrix`, or its rows
    `side_by_side` as groups of columns over a single line of numbers (table four).
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    sheet: str
    arrangement: Literal["stacked", "matrix", "side_by_side"]
    corner_note: str | None = None
    columns_title: str | None = None
    flows: tuple[Flow, ...] = ()
    blocks: tuple[Block, ...]


class Section(_Frozen):
    """One of the six sections, in the order of the form."""

    number: str
    key: str
    kind: Literal["text", "table"]
    title: str
    heads: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Years(_Frozen):
    first: int
    last: int | None = None

    def __contains__(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


class Cell(NamedTuple):
    """One number the form asks for."""

    id: str
    table: str
    block: str
    row: str
    column: str
    section: str
    path: str  # official labels from the outermost heading inwards
    unit: str | None  # 件, 项, 万元; None where the form states no unit
    decimal: bool
    signed: bool
    derived: bool
    needs_rule_power: bool
    help: str

    @property
    def label(self) -> str:
        """Table and labels as a clerk would say them, for messages."""
        return f"第{self.section}部分·{self.path.replace('｜', '·')}"


class Balance(NamedTuple):
    """The left cells add up to the right cells: the only kind of arithmetic the form contains.

    For a total, `left` is the total alone and `right` its parts, and `defines` is the total's cell.
    """

    id: str
    rule: str
    table: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    says: str
    defines: str | None

    @property
    def cells(self) -> tuple[str, ...]:
        return (*self.left, *self.right)


class Form(_Frozen):
    """A notice's form.  `cells` and `balances` are derived from the lines, in the order of the form."""

    id: str
    notice: str
    title: str
    issued: str
    years: Years
    period: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Form:
        for table in self.tables:
            _check_table(table)
        _check_keys(self)
        return self

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every number of the form, in the order of the printed tables."""
        return tuple(c for t in self.tables for c in _cells_of(t, self._section_of(t)))

    @cached_property
    def cell(self) -> dict[str, Cell]:
        """Cell by id."""
        return {c.id: c for c in self.cells}

    @cached_property
    def balances(self) -> tuple[Balance, ...]:
        """Every balance written out cell by cell."""
        return tuple(b for t in self.tables for b in _balances_of(t))

    @cached_property
    def balance(self) -> dict[str, Balance]:
        """Balance by id."""
        return {b.id: b for b in self.balances}

    @cached_property
    def derived(self) -> tuple[str, ...]:
        """Ids of the cells that are totals."""
        return tuple(c.id for c in self.cells if c.derived)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Ids of the cells that are not totals."""
        return tuple(c.id for c in self.cells if not c.derived)

    @cached_property
    def table(self) -> dict[str, Table]:
        return {t.key: t for t in self.tables}

    def _section_of(self, table: Table) -> str:
        return next(s.number for s in self.sections if s.key == table.key)


def _check_keys(form: Form) -> None:
    named = {s.key for s in form.sections if s.kind == "table"}
    if named != {t.key for t in form.tables}:
        raise ValueError(f"sections 与 tables 不一致：{sorted(named ^ {t.key for t in form.tables})}")
    ids = [c.id for c in form.cells]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ValueError(f"单元格编号重复：{twice}")


def _check_table(table: Table) -> None:
    for block in table.blocks:
        for lines in (block.rows, block.columns):
            keys = {x.key for x in lines}
            data = {x.key for x in lines if x.kind != "header"}
            for line in lines:
                _check_line(table, line, keys, data)
    rows = {r.key for b in table.blocks for r in b.data_rows}
    for flow in table.flows:
        unknown = sorted({*flow.left, *flow.right} - rows)
        if unknown:
            raise ValueError(f"{table.key} 的勾稽关系 {flow.rule} 提到不存在的行：{unknown}")


def _check_line(table: Table, line: Line, keys: set[str], data: set[str]) -> None:
    where = f"{table.key}.{line.key}"
    if line.parent is not None and line.parent not in keys:
        raise ValueError(f"{where} 的上级 {line.parent} 不存在")
    unknown = sorted(set(line.sums) - data)
    if unknown:
        raise ValueError(f"{where} 的合计项不存在或不是数据行：{unknown}")
    if line.key in line.sums:
        raise ValueError(f"{where} 把自己算进了合计")
    if line.sums and not line.rule:
        raise ValueError(f"{where} 是合计，但没有写规则编号 rule")


def _cells_of(table: Table, section: str) -> list[Cell]:
    return [
        _cell(table, block, row, column, section) for block in table.blocks for row in block.data_rows for column in block.columns
    ]


def _cell(table: Table, block: Block, row: Line, column: Line, section: str) -> Cell:
    return Cell(
        id=f"{table.key}.{row.key}.{column.key}",
        table=table.key,
        block=block.key,
        row=row.key,
        column=column.key,
        section=section,
        path=_path(table, block, row, column),
        unit=column.unit,
        decimal=column.type == "decimal",
        signed=column.signed,
        derived=row.derived or column.derived,
        needs_rule_power=row.needs_rule_power,
        help=_help(table, row, column),
    )


def _path(table: Table, block: Block, row: Line, column: Line) -> str:
    if table.arrangement == "matrix":
        return f"{'／'.join(row_labels(block, row))}｜{_grouped(column)}"
    if table.arrangement == "side_by_side":
        return f"{_grouped(row)}／{column.label}"
    return "／".join(x for x in (block.title, row.label, column.label) if x)


def row_labels(block: Block, row: Line) -> tuple[str, ...]:
    """The labels of a row from the outermost heading inwards."""
    above = row_labels(block, block.row(row.parent)) if row.parent else ()
    return (*above, row.label)


def _grouped(line: Line) -> str:
    return f"{line.group}／{line.label}" if line.group else line.label


def _help(table: Table, row: Line, column: Line) -> str:
    """What the row says and, where the column adds something of its own, that too."""
    if isinstance(row.help, dict):
        return row.help[column.key].zh if column.key in row.help else ""
    said = [h.zh for h in (row.help, column.help) if isinstance(h, Help)]
    if table.arrangement == "matrix" and column.derived:
        said.reverse()
    return "".join(said)


def _balances_of(table: Table) -> list[Balance]:
    found: list[Balance] = []
    for block in table.blocks:
        for flow in table.flows:
            found += [_flow(table, flow, c) for c in block.columns]
        for row in block.data_rows:
            if row.sums:
                found += [_down(table, row, c) for c in block.columns]
        for column in block.columns:
            if column.sums:
                found += [_along(table, r, column) for r in block.data_rows]
    return found


def _flow(table: Table, flow: Flow, column: Line) -> Balance:
    left, right = (tuple(f"{table.key}.{r}.{column.key}" for r in side) for side in (flow.left, flow.right))
    return Balance(f"{flow.rule}.{column.key}", flow.rule, table.key, left, right, f"{flow.says}：{column.label}", None)


def _down(table: Table, row: Line, column: Line) -> Balance:
    total = f"{table.key}.{row.key}.{column.key}"
    parts = tuple(f"{table.key}.{r}.{column.key}" for r in row.sums)
    return Balance(
        f"{row.rule}.{column.key}", str(row.rule), table.key, (total,), parts, f"{row.label}等于各项之和：{column.label}", total
    )


def _along(table: Table, row: Line, column: Line) -> Balance:
    total = f"{table.key}.{row.key}.{column.key}"
    parts = tuple(f"{table.key}.{row.key}.{c}" for c in column.sums)
    return Balance(
        f"{column.rule}.{row.key}",
        str(column.rule),
        table.key,
        (total,),
        parts,
        f"{column.label}等于各列之和：{row.label}",
        total,
    )
