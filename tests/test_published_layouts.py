"""Real layouts of published text: a cell is read right or not at all, what is not read is said, and little is not read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fillings import filled
from tests.published_changes import any_report, little, nothing
from tests.published_layouts import LAYOUTS, any_layout
from xlplugin.numerals import State
from xlplugin.published import read_published
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import recognise
from xlplugin.report import Report

UNREAD: dict[str, dict[str, float]] = {
    "bars, rows filled up": {"2021": 0.5},
    "bars, a place more": {"2019": 0.4, "2021": 1.0},
    "bars, zeros blank": {"2019": 7.5, "2021": 6.5},
    "bars, not filled up, zeros blank": {"2019": 5.5, "2021": 12.0},
    "bars, zeros lost": {"2019": 40.2, "2021": 62.0},
    "bars, line breaks in empty cells": {"2019": 3.3, "2021": 7.5},
    "bars, labels as typed": {"2019": 0.8},
    "lines between, labels as typed": {"2019": 5.0, "2021": 11.9},
    "a cell a line, bars, labels as typed": {"2019": 1.3},
    "bars, line breaks behind figures": {"2019": 0.1, "2021": 0.4},
    "bars, line breaks behind some figures": {"2021": 0.5},
    "bars, line breaks behind figures, zeros blank": {"2019": 10.8, "2021": 4.3},
    "bars in front": {"2021": 0.9},
    "bars in front, zeros blank": {"2019": 4.8, "2021": 7.8},
    "bars, head with a remark": {"2021": 10.0},
    "bars, spelt out": {"2019": 1.4},
    "a cell a line, bars, zeros blank": {"2019": 9.4, "2021": 6.9},
    "a cell a line, bars, zeros lost": {"2019": 66.8, "2021": 75.7},
    "a cell a line, bars, a place more, zeros lost": {"2019": 49.4, "2021": 40.0},
    "a cell a line, bars below, zeros lost": {"2019": 76.8, "2021": 41.2},
    "rows opened by a bar, zeros lost": {"2019": 68.2, "2021": 45.0},
    "a cell a line, bars, not filled up, zeros blank": {"2019": 3.5, "2021": 1.6},
    "a cell a line, bars, spelt out": {"2019": 0.2, "2021": 0.4},
    "bars, columns left out": {"2019": 4.8, "2021": 2.1},
    "lines between, columns left out": {"2019": 8.0, "2021": 13.1},
    "a cell a line, bars, columns left out": {"2019": 4.8, "2021": 3.5},
    "a cell a line, bars below, filled up": {"2021": 0.1},
    "a cell a line, bars below, zeros blank": {"2019": 5.9, "2021": 0.4},
    "rows opened by a bar, zeros blank": {"2019": 15.5, "2021": 16.7},
    "lines between": {"2019": 5.5},
    "lines between, labels apart": {"2019": 0.4, "2021": 1.0},
    "lines between, remarks in labels": {"2019": 5.6},
    "lines between, zeros blank": {"2019": 80.7, "2021": 15.9},
    "lines between, empty lines kept": {"2019": 0.8, "2021": 1.3},
    "lines between, spelt out": {"2019": 0.7, "2021": 0.2},
    "lines between, the head of the older form": {"2021": 9.4},
    "lines, a menu before": {"2019": 4.7},
    "bars, a menu before": {"2019": 0.9},
    "a cell a line, bars, a menu before": {"2019": 0.9},
    "lines": {"2019": 2.4},
    "each line once": {"2019": 99.1, "2021": 99.4},
    "spaces": {"2019": 0.1},
    "spaces, labels upright": {"2019": 1.0, "2021": 0.1},
    "spaces, labels halfway upright": {"2021": 7.2},
    "spaces, zeros lost": {"2019": 31.0, "2021": 64.9},
    "lines between, halves lost": {"2019": 0.5, "2021": 2.1},
    "a cell a line, bars, the total below": {"2019": 10.2},
    "bars, changes said": {"2019": 0.5},
    "lines between, changes said": {"2019": 2.3},
    "bars, sentences between": {"2019": 0.4, "2021": 1.0},
    "lines between, sentences between": {"2019": 10.4, "2021": 11.7},
    "a cell a line, bars before": {"2021": 0.2},
    "a cell a line, bars before, zeros blank": {"2019": 12.1, "2021": 19.6},
    "bars, a menu behind": {"2019": 0.6},
    "lines between, a menu behind": {"2019": 0.1, "2021": 5.2},
    "lines between, readings twice": {"2021": 1.1},
}  # of a hundred numbers printed, as measured
REPORTS = (nothing, little, filled, little, any_report, any_report, any_report, any_report)
BOTH = [(name, form_id) for name, layout in LAYOUTS.items() for form_id in layout.forms]


def read_back(name: str, form_id: str, number: int) -> tuple[Report, Report]:
    """What is shown of a report in a layout, and what is read from that."""
    random = Random(f"{name} {form_id} {number}")
    truth = LAYOUTS[name].truth(REPORTS[number](form_id, random), random)
    return truth, recognise(grids_of_text(LAYOUTS[name].render(truth, random)))


def unread(truth: Report, read: Report) -> list[str]:
    return [c.id for c in truth.form.cells if truth.entry(c.id).value is not None and read.entry(c.id).value is None]


@pytest.mark.parametrize(("name", "form_id"), BOTH)
def test_a_cell_is_right_or_unread_and_said(name, form_id):
    missed = shown = 0
    for number in range(len(REPORTS)):
        truth, read = read_back(name, form_id, number)
        assert (read.form_id, read.cover.name, read.cover.year) == (form_id, truth.cover.name, truth.cover.year)
        said = {c for f in read.intake for c in f.cells}
        assert {c: n for c, n in read.numbers().items() if truth.entry(c).value != n} == {}
        assert [c for c in unread(truth, read) if c not in said] == []
        assert [c for c, e in read.entries.items() if e.state is State.UNREAD and c not in said] == []
        missed += len(unread(truth, read))
        shown += len(truth.numbers())
    assert missed <= UNREAD.get(name, {}).get(form_id, 0) * shown / 100, f"{name} {form_id}: {100 * missed / max(shown, 1):.1f}%"


@pytest.mark.parametrize("numbers", [range(b * 60, b * 60 + 60) for b in range(4)])
def test_wherever_lines_break_no_number_is_read_that_is_not_there(numbers):
    for number in numbers:
        random = Random(f"anywhere {number}")
        layout = any_layout(random)
        truth = layout.truth(any_report(random.choice(("2019", "2021")), random), random)
        read = recognise(grids_of_text(layout.render(truth, random)))
        said = {c for f in read.intake for c in f.cells}
        assert read.form_id == truth.form_id, number
        assert {c: n for c, n in read.numbers().items() if truth.entry(c).value != n} == {}, number
        assert [c for c in unread(truth, read) if c not in said] == [], number


def test_readings_behind_characters_are_said(tmp_path: Path):
    path = tmp_path / "mirror.txt"
    path.write_text(LAYOUTS["bars, readings behind"].render(little("2021", Random(1)), Random(1)), "utf-8")
    read = read_published(path)
    assert [f.seen for f in read.intake if f.rule == "IMP-SPELLING.pronounced"] == ["鎮(zhèn)"]
    assert "拼音" in next(f.message for f in read.intake if f.rule == "IMP-SPELLING.pronounced")
    assert all("(" not in text for text in read.text.values())


def test_a_word_in_brackets_is_left_alone():
    report = little("2021", Random(2))
    page = LAYOUTS["lines between"].render(report, Random(2)).replace("政务新媒体", "政务新媒体(app)")
    assert "新媒体(app)" in recognise(grids_of_text(page)).text["overview"]
