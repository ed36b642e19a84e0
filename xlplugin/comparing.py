"""Two reports cell by cell: two versions, two years, or a published copy and a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlplugin.finding import json_number
from xlplugin.form.crosswalk import answers
from xlplugin.numerals import Entry, Number, State
from xlplugin.report import Report


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the two reports do not agree on; `change` is second − first where both are numbers."""

    cell: str
    label: str
    first: Entry
    second: Entry

    @property
    def change(self) -> Number | None:
        if self.first.value is None or self.second.value is None:
            return None
        return self.second.value - self.first.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same` counts the cells that agree; `only_first` and `only_second` are cells that the other form does not have."""

    first: Report
    second: Report
    differences: tuple[Difference, ...]
    same: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "first": _head(self.first),
            "second": _head(self.second),
            "same": self.same,
            "differences": [
                {
                    "cell": d.cell,
                    "label": d.label,
                    "first": json_number(d.first.value),
                    "first_state": str(d.first.state),
                    "second": json_number(d.second.value),
                    "second_state": str(d.second.state),
                    "change": json_number(d.change),
                }
                for d in self.differences
            ],
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
        }

    def in_words(self) -> str:
        """One line a difference, for a terminal."""
        head = f"相同 {self.same} 格，不同 {len(self.differences)} 格。"
        lines = [f"　{d.label}：{_shown(d.first)} → {_shown(d.second)}{_signed(d.change)}" for d in self.differences]
        other = len(self.only_first) + len(self.only_second)
        tail = [f"　两种表式不可比的 {other} 格没有比较。"] if other else []
        return "\n".join([head, *lines, *tail])


def compare(first: Report, second: Report) -> Comparison:
    """Cells with the same id in both forms; a blank differs from 0.

    Cells of two forms that share a name but not a meaning are left to the crosswalk, not compared.
    """
    pairs = comparable(first, second)
    differences, same = [], 0
    for one_cell, two_cell in pairs:
        one, two = first.entry(one_cell), second.entry(two_cell)
        if one.value == two.value and (one.value is not None or _kind(one) == _kind(two)):
            same += 1
        else:
            differences.append(Difference(one_cell, first.form.cell[one_cell].label, one, two))
    firsts, seconds = {c for c, _ in pairs}, {c for _, c in pairs}
    return Comparison(
        first,
        second,
        tuple(differences),
        same,
        tuple(c.id for c in first.form.cells if c.id not in firsts),
        tuple(c.id for c in second.form.cells if c.id not in seconds),
    )


def comparable(first: Report, second: Report) -> tuple[tuple[str, str], ...]:
    """The pairs of cells that mean the same in both reports' forms, in the order of the first."""
    one, two = first.form, second.form
    if one.years.first <= two.years.first:
        pairs = {(old, new) for new, old in answers(one.id, two.id).items()}
    else:
        pairs = set(answers(two.id, one.id).items())
    order = {c.id: i for i, c in enumerate(one.cells)}
    return tuple(sorted(pairs, key=lambda pair: order[pair[0]]))


def _kind(entry: Entry) -> State | str:
    return entry.seen if entry.state is State.TEXT else entry.state


def _head(report: Report) -> dict[str, Any]:
    return {"file": report.file, "unit": report.cover.name, "year": report.year, "form": report.form_id}


def _shown(entry: Entry) -> str:
    if entry.value is not None:
        return str(entry.value)
    return {State.BLANK: "空白", State.UNREAD: "未能读出"}.get(entry.state, f"“{entry.seen}”")


def _signed(change: Number | None) -> str:
    return "" if change is None else f"（{change:+}）"
