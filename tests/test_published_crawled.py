"""Pages as programs gather them, in all layouts: no number is read that is not there, and where nothing is lost few are not."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import filled
from tests.published_changes import little, menu_behind
from tests.published_crawled import GATHERED, WHOLE
from tests.published_layouts import LAYOUTS
from xlplugin.errors import UnreadableSource
from xlplugin.published.crawled import without_traces
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import recognise
from xlplugin.report import Report

EVERY_PAGE = [(name, form_id) for name, layout in LAYOUTS.items() for form_id in layout.forms]
UNCERTAIN = ("zeros blank", "zeros lost", "left out", "each line once")  # layouts that lose numbers of themselves
LOST = 0.5  # of a hundred numbers


def gathered(how: str, name: str, form_id: str) -> tuple[Report, Report | None]:
    """What is printed of a report in a layout, and what is read of the page after a program gathered it."""
    random = Random(f"{how} {name} {form_id}")
    truth = LAYOUTS[name].truth((filled if len(name) % 2 else little)(form_id, random), random)
    page = GATHERED[how](LAYOUTS[name].render(truth, random), random)
    try:
        return truth, recognise(grids_of_text(page))
    except UnreadableSource:
        return truth, None


@pytest.mark.parametrize("how", GATHERED)
def test_no_number_is_read_that_is_not_there(how):
    missed = shown = 0
    for name, form_id in EVERY_PAGE:
        truth, read = gathered(how, name, form_id)
        assert how not in WHOLE or read is not None, name
        if read is None or read.form_id != form_id or (how == "lines dropped" and "zeros lost" in name):
            continue  # nothing tells that a line is gone where others are
        assert {c: (n, truth.entry(c).value) for c, n in read.numbers().items() if truth.entry(c).value != n} == {}, name
        if not any(x in name for x in UNCERTAIN):
            shown += len(truth.numbers())
            missed += len(truth.numbers().keys() - read.numbers().keys())
    assert how not in WHOLE or missed <= LOST * shown / 100, f"{100 * missed / shown:.2f}"


@pytest.mark.parametrize("name", ["bars, not filled up", "lines between", "a cell a line, bars", "spaces", "bars, changes said"])
def test_a_page_on_one_line_is_read_as_if_it_were_not(name):
    truth = LAYOUTS[name].truth(filled(LAYOUTS[name].forms[0], Random(7)), Random(7))
    page = LAYOUTS[name].render(truth, Random(7))
    read, whole = recognise(grids_of_text(page.replace("\n", " "))), recognise(grids_of_text(page))
    assert read.numbers() == whole.numbers() == truth.numbers()
    assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)
    assert {k: x.strip() for k, x in read.text.items()} == whole.text


def test_a_list_in_a_page_is_left_alone():
    few = "\n".join(f"- 第{i}项工作" for i in range(30))
    assert without_traces(few) == few
    assert without_traces("规章|0||0|\n行政许可|3|") == "规章|0||0|\n行政许可|3|"


def test_a_menu_behind_a_report_is_no_other_report():
    report = little("2021", Random(4))
    page = LAYOUTS["bars, not filled up"].render(report, Random(4))
    read = recognise(grids_of_text(menu_behind(page)))
    assert read.numbers() == report.numbers()
    assert read.cover.year == report.cover.year


@pytest.mark.parametrize(
    ("end", "number"), [("\n行政处罚 | 14", None), ("\n行政处罚 | 0", 0), ("\n行政处罚 | 14 |\n行政强制 | 0 |", 14)]
)
def test_the_number_at_which_a_text_ends_may_not_be_whole(end, number):
    page = LAYOUTS["bars, not filled up"].render(little("2021", Random(5)), Random(5))
    read = recognise(grids_of_text(page[: page.index("\n行政处罚 |")] + end))
    assert read.numbers().get("disclosure.penalties.decisions") == number
    assert (number is None) == any(f.rule.startswith("IMP-SHORT.cut") for f in read.intake)
