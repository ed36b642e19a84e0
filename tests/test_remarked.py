"""A number with a remark in its cell is read where the balances say the same, and nowhere else."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import number_entry, township
from tests.published_copies import full, printed
from xlplugin.numerals import State
from xlplugin.recognising import recognise

CELL = "applications.granted.company"


def read_back(text: str, *, meant: int = 12, total: int | None = None, cell: str = CELL):
    """A report in which one cell of a balanced row holds a text; `total`: what its row's total says instead."""
    zeros = township("2021", Random(0), nothing=True)
    numbers = {f"applications.{row}.{c}": meant for row in ("new", "granted", "handled") for c in ("company", "total")}
    if total is not None:
        numbers["applications.granted.total"] = total
    truth = zeros.with_entries({c: number_entry(n) for c, n in numbers.items()})
    shown = truth.with_entries({cell: number_entry(meant)._replace(seen=text)})
    return recognise([[[td.text for td in row] for row in full(rows)] for _, rows in printed(shown)])


@pytest.mark.parametrize("text", ["12①", "约12", "12*", "12（其中修订16件）", "12²", "12元", "共12次"])
def test_a_remark_the_sums_bear_out(text):
    read = read_back(text)
    assert (read.entry(CELL).value, read.entry(CELL).state) == (12, State.DEDUCED)
    said = next(f for f in read.intake if f.rule == "IMP-NOTE.deduced")
    assert said.cells == (CELL,) and text in said.message


@pytest.mark.parametrize("text", ["12.5①", "012①", "12-13", "12/年", "一二", "第12号", "12e2"])
def test_a_text_that_gives_no_one_number_is_left(text):
    assert read_back(text).entry(CELL).value is None


@pytest.mark.parametrize(("text", "total"), [("12①", 13), ("13①", None)])
def test_nor_one_that_a_sum_denies(text, total):
    assert read_back(text, total=total).entry(CELL).value is None


def test_nor_one_that_stands_in_no_sum():
    cell = "disclosure.licences.decisions"
    assert cell not in read_back("12①", cell=cell).numbers()


def test_two_of_them_in_a_row_are_told_by_their_columns():
    zeros = township("2021", Random(0), nothing=True)
    numbers = {f"applications.{row}.{c}": 3 for row in ("new", "granted", "handled") for c in ("company", "natural_person")}
    numbers |= {f"applications.{row}.total": 6 for row in ("new", "granted", "handled")}
    truth = zeros.with_entries({c: number_entry(n) for c, n in numbers.items()})
    marked = {c: number_entry(3)._replace(seen="3①") for c in (CELL, "applications.granted.natural_person")}
    shown = truth.with_entries(marked)
    read = recognise([[[td.text for td in row] for row in full(rows)] for _, rows in printed(shown)])
    assert read.numbers() == truth.numbers()
