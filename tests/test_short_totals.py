"""Of rows that lost their empty cells only the totals are read, and those only where rows and column add up."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import number_entry, township
from tests.published_copies import render
from xlplugin.numerals import BLANK, State
from xlplugin.published.importing import grids_of
from xlplugin.recognising import recognise

ROWS = ("new", "granted", "handled")
TOTALS = {f"applications.{row}.total" for row in ROWS}
ASKED = {"natural_person": 5, "company": 2, "total": 7}


def read_without_zeros(tmp_path, **changed: int | None):
    """A report without its zeros, a line a row: 5 people and 2 firms asked and were answered; `changed`: row__column → number."""
    zeros = township("2021", Random(0), nothing=True)
    numbers = {f"{row}.{c}": n for row in ROWS for c, n in ASKED.items()}
    numbers |= {cell.replace("__", "."): n for cell, n in changed.items()}
    shown = {c.id: BLANK for c in zeros.form.cells if c.table == "applications"}
    shown |= {f"applications.{c}": number_entry(n) for c, n in numbers.items() if n is not None}
    data, suffix = render("spaces", zeros.with_entries(shown), Random(0))
    return recognise(grids_of(tmp_path / f"copy{suffix}", data))


def read_of_applications(read):
    return {c: n for c, n in read.numbers().items() if c.startswith("applications.")}


def test_the_totals_are_read_and_nothing_else(tmp_path):
    read = read_without_zeros(tmp_path)
    assert read_of_applications(read) == dict.fromkeys(TOTALS, 7)
    assert {read.entry(c).state for c in TOTALS} == {State.DEDUCED}
    assert {c for f in read.intake if f.rule == "IMP-SHORT.totals.applications" for c in f.cells} == TOTALS


@pytest.mark.parametrize(
    "changed",
    [
        {"granted__total": 8},  # a row that does not add up
        {"granted__natural_person": 6, "granted__total": 8},  # a column that does not
        {"granted__company": 5, "granted__total": None},  # two parts that look like a part and its sum
        {"new__other_org": 1, "new__total": 8},  # not all that came in was dealt with
    ],
)
def test_where_one_sum_fails_none_is_read(tmp_path, changed):
    assert read_of_applications(read_without_zeros(tmp_path, **changed)) == {}


def test_a_row_of_one_number_is_left_but_does_not_hide_the_others(tmp_path):
    read = read_without_zeros(tmp_path, carried_in__total=3, carried_out__total=3)
    assert read_of_applications(read) == dict.fromkeys(TOTALS, 7)
