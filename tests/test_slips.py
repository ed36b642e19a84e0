"""One slip in an otherwise clean copy: what it hides is unread, and everything else is read."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from tests.fillings import filled
from tests.published_copies import full, printed, render
from tests.test_recognising import families, grids
from xlplugin.numerals import BLANK, State
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import recognise
from xlplugin.report import Report

Lines = list[str]
FIRST = "一、本年新收政府信息公开申请数量"


@pytest.fixture
def truth() -> Report:
    return filled("2021", Random(11))


def unread(report: Report) -> set[str]:
    return {c.rpartition(".")[0] for c, e in report.entries.items() if e.state is State.UNREAD}


def wrong(truth: Report, report: Report) -> dict[str, object]:
    return {c: n for c, n in report.numbers().items() if n != truth.entry(c).value}


def barred(truth: Report, slip: Callable[[Lines], None]) -> Report:
    """The report one cell a line, bars for empty cells and behind every row, after a slip."""
    lines = render("one a line, bars", truth, Random(1))[0].decode().split("\n")
    slip(lines)
    return recognise(grids_of_text("\n".join(lines)))


def with_empty_cells(rows, lost: str | None = None):
    """Merged labels left empty cells; the row whose label begins so has lost one."""
    found = []
    for row in full(rows):
        wide = [x for td in row for x in (td.text, *[""] * (td.columns - 1))]
        at = next((i for i, td in enumerate(row) if lost and td.text.startswith(lost)), None)
        if at is not None:
            del wide[at + 1]
        found.append(wide)
    return found


def test_a_row_with_an_empty_cell_too_few_is_unread(truth):
    empty = "applications.carried_out.company"
    truth = truth.with_entries({empty: BLANK, "applications.carried_out.total": BLANK})
    read = recognise([with_empty_cells(rows, lost="四、结转") for _, rows in printed(truth)])
    assert unread(read) == {"applications.carried_out"}
    assert wrong(truth, read) == {}
    whole = recognise([with_empty_cells(rows) for _, rows in printed(truth)])
    assert whole.numbers() == truth.numbers()


def test_a_number_doubled_before_an_empty_total_is_not_the_last_of_its_row(truth):
    row = "applications.refused_by_law"
    truth = truth.with_entries({f"{row}.total": BLANK})

    def doubled(lines: Lines) -> None:
        at = next(i for i, line in enumerate(lines) if line.startswith("2.其他法律"))
        lines[at + 1 : at + 1] = [lines[at + 1]]

    read = barred(truth, doubled)
    assert unread(read) == {row}
    assert wrong(truth, read) == {}


def test_a_number_lost_in_a_row_with_bars_leaves_the_row_unread(truth):
    row = "applications.other_not_corrected"
    truth = truth.with_entries({f"{row}.total": BLANK})

    def lost(lines: Lines) -> None:
        del lines[next(i for i, line in enumerate(lines) if line.startswith("1.申请人无正当")) + 2]

    read = barred(truth, lost)
    assert unread(read) == {row}
    assert wrong(truth, read) == {}


@pytest.mark.parametrize("broken", ["40\n69", "924.\n828", "504\n.249"])
def test_a_number_broken_over_two_lines_is_unread(truth, broken):
    lines = ["\t".join(td.text for td in row) for _, rows in printed(truth) for row in rows]
    at = next(i for i, line in enumerate(lines) if line.startswith("行政事业性收费"))
    lines[at] = f"行政事业性收费\t{broken}"
    read = recognise(grids_of_text("\n".join(lines)))
    assert read.entry("disclosure.fees.amount").value is None
    assert "disclosure.fees" in unread(read)


def test_a_number_in_brackets_behind_the_label_may_be_the_labels(truth):
    def noted(title, rows):
        named = [next((td for td in row if td.text == "行政强制"), None) for row in rows]
        return [
            [label._replace(text="行政强制（28）"), *(td._replace(text="") for td in row if td.figure)] if label else row
            for row, label in zip(rows, named, strict=True)
        ]

    read = recognise(grids(truth, noted))
    assert read.entry("disclosure.coercive_measures.decisions").value is None


def test_columns_exchanged_among_misread_labels_are_unread(truth):
    def misread(title, rows):
        if title.startswith("三"):
            rows[2][3], rows[2][4] = rows[2][4]._replace(text="共他"), rows[2][3]
        return rows

    read = recognise(grids(truth, misread))
    assert "IMP-SWAPPED" in families(read)
    assert {"applications.new.legal_service_org", "applications.new.other_org"} <= {
        c for c, e in read.entries.items() if e.state is State.UNREAD
    }


def test_the_end_of_a_broken_label_may_be_that_of_two(truth):
    lines = ["\t".join(td.text for td in row) for _, rows in printed(truth) for row in rows]
    lines = [x.replace("4.无正当理由大量反复申请", "复申请") for x in lines if "2.重复申请" not in x]
    read = recognise(grids_of_text("\n".join(lines)))
    assert {"applications.not_processed_repeated", "applications.not_processed_excessive"} <= unread(read)
    assert wrong(truth, read) == {}
