"""Tables of Markdown are tables: what is empty in them is an empty cell, as long as every line has all its cells."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import FORMS, township
from tests.published_copies import render
from xlplugin.numerals import BLANK
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import VAGUE, recognise


def copy_without_zeros(form_id: str, seed: int):
    truth = township(form_id, Random(seed))
    truth = truth.with_entries({c: BLANK for c, e in truth.entries.items() if e.value == 0})
    return truth, render("markdown", truth, Random(seed))[0].decode()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form_id", FORMS)
def test_a_report_without_its_zeros_is_read_whole(form_id, seed):
    truth, text = copy_without_zeros(form_id, seed)
    assert recognise(grids_of_text(text)).numbers() == truth.numbers()


def test_a_table_is_a_grid_of_its_own():
    before, table, after = grids_of_text("前\n\n| 甲 | 乙 |\n| --- | :-: |\n| 1 |  |\n| **2** | 3 |\n\n后")
    assert (before, table, after) == ([["前"]], [["甲", "乙"], ["1", ""], ["2", "3"]], [["后"]])


@pytest.mark.parametrize("line", ["| 1 |", "| 1 |  |  |", "| 1 |  ", "|--|--|"])
def test_a_line_with_more_cells_or_fewer_makes_all_gaps_vague(line):
    grids = grids_of_text(f"| 甲 | 乙 |\n| --- | --- |\n|  | 3 |\n{line}")
    assert len(grids) == 1 or line == "|--|--|"
    assert (VAGUE in {cell for row in grids[0] for cell in row}) == (line != "|--|--|")


def test_a_lost_cell_leaves_its_row_unread():
    truth, text = copy_without_zeros("2021", 0)
    label = truth.form.table["applications"].blocks[0].rows[0].label
    line = next(x for x in text.split("\n") if label in x)
    number = next(n for c in truth.form.cells if c.row == "new" and (n := truth.entry(c.id).value) is not None)
    moved = line.replace(f" {number} |", f"  | {number} |", 1)
    read = recognise(grids_of_text(text.replace(line, moved)))
    assert all(read.numbers().get(c) in (None, n) for c, n in truth.numbers().items())
