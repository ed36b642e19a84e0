"""Real layouts of published text: a cell is read right or not at all, what is not read is said, and little is not read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.published_layouts import LAYOUTS, any_report, filled, little, nothing
from xlplugin.numerals import State
from xlplugin.published import read_published
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import recognise
from xlplugin.report import Report

UNREAD: dict[str, float] = {}
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
    assert missed <= UNREAD.get(f"{name} {form_id}", 0) * shown / 100, f"{name} {form_id}: {100 * missed / max(shown, 1):.1f}%"


def test_readings_behind_characters_are_said(tmp_path: Path):
    path = tmp_path / "mirror.txt"
    path.write_text(LAYOUTS["bars, readings behind"].render(little("2021", Random(1)), Random(1)), "utf-8")
    read = read_published(path)
    assert [f.seen for f in read.intake if f.rule == "IMP-SPELLING.pronounced"] == ["開(kāi)"]
    assert "拼音" in next(f.message for f in read.intake if f.rule == "IMP-SPELLING.pronounced")
    assert all("(" not in text for text in read.text.values())


def test_a_word_in_brackets_is_left_alone():
    report = little("2021", Random(2))
    page = LAYOUTS["lines between"].render(report, Random(2)).replace("政务新媒体", "政务新媒体(app)")
    assert "新媒体(app)" in recognise(grids_of_text(page)).text["overview"]
