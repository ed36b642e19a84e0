"""The published document as a list of paragraphs and tables, before any medium draws it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlplugin.form.printed import Area, Grid, Role, printed
from xlplugin.numerals import State
from xlplugin.report import Report

ONE_PIECE = 40  # a table of so many rows or fewer is not broken between pages where it fits on one


class Paragraph(NamedTuple):
    text: str
    style: str  # title, heading, body


class Square(NamedTuple):
    """A merged cell of a printed table: a label with its role, or a number (role None)."""

    area: Area
    text: str
    role: Role | None


class Sheet(NamedTuple):
    """One official table with its numbers."""

    grid: Grid
    squares: tuple[Square, ...]


def document(report: Report) -> Iterator[Paragraph | Sheet]:
    """The six sections in the order of the form; a blank cell is printed blank, never as 0."""
    yield Paragraph(title(report), "title")
    yield Paragraph(_preamble(report), "body")
    for section in report.form.sections:
        yield Paragraph(section.title, "heading")
        if section.kind == "table":
            yield _sheet(report, section.key)
            continue
        for line in report.text.get(section.key, "").splitlines():
            if line.strip():
                yield Paragraph(line.strip(), "body")


def title(report: Report) -> str:
    """单位＋年度＋政府信息公开工作年度报告."""
    year = f"{report.year}年" if report.year else ""
    return f"{report.cover.name or ''}{year}政府信息公开工作年度报告"


def _preamble(report: Report) -> str:
    period = f"{report.year}年1月1日至12月31日" if report.year else report.form.period
    return (
        f"本年度报告按照《中华人民共和国政府信息公开条例》和《{report.form.title}》"
        f"（{report.form.notice}）编制，数据统计期限为{period}。"
    )


def _sheet(report: Report, table: str) -> Sheet:
    grid = printed(report.form_id, table)
    squares = [Square(label.area, label.text, label.role) for label in grid.labels]
    squares += [Square(area, number_text(report, cell), None) for cell, area in grid.cells.items()]
    return Sheet(grid, tuple(sorted(squares, key=lambda s: s.area)))


def number_text(report: Report, cell: str) -> str:
    """The number as it is printed; what was typed instead of a number stays as typed."""
    entry = report.entry(cell)
    if entry.value is not None:
        return str(entry.value)
    return entry.seen if entry.state in (State.TEXT, State.NA) else ""
