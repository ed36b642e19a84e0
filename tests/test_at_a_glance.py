"""What is read at a glance is what the reader with all its doubts reads, and a glance is not enough where there is a doubt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.fillings import filled, number_entry
from tests.published_copies import STYLES, figure, html_page, render, text_page
from tests.test_published_adversary import clerk_copy, first_copy, site_copy
from tests.test_published_copies import anyhow
from xlplugin.errors import UnreadableSource
from xlplugin.numerals import BLANK, State
from xlplugin.published.importing import grids_of
from xlplugin.recognising import Grid, recognise_all, recogniser
from xlplugin.recognising.glance import at_a_glance
from xlplugin.recognising.labels.stream import Stream
from xlplugin.report import Report

QUICK = ("spaces", "html", "html gb18030", "html in json", "html nested", "tabs", "one a line", "markdown", "pipes")
NOTE = "1.行政处罚数含简易程序"


def glance(grids: list[Grid]) -> Report | None:
    """The report as it is read at a glance."""
    return at_a_glance.report_at_a_glance(grids, "") or at_a_glance.report_in_order(Stream(grids), "")


def said(report: Report) -> tuple[object, ...]:
    return report.form_id, report.cover, report.entries, report.places, report.text, sorted(map(str, report.intake))


def assert_the_same(grids: list[Grid], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both readers say the same, if a glance is enough; whether it was.

    Where all sums hold, a glance may read what the other leaves unread.
    """
    under_labels = at_a_glance.report_at_a_glance(grids, "")
    found = glance(grids)
    if found is None:
        return False
    with monkeypatch.context() as slowly:
        slowly.setattr(recogniser, "report_at_a_glance", lambda *_: None)
        slowly.setattr(recogniser, "report_in_order", lambda *_: None)
        (doubted,) = recognise_all(grids)
    if under_labels is not None:
        assert said(found) == said(doubted)
    cells = [c.id for c in found.form.cells if doubted.entry(c.id).state is not State.UNREAD]
    assert [found.entry(c) for c in cells] == [doubted.entry(c) for c in cells]
    assert (found.form_id, found.cover, found.text) == (doubted.form_id, doubted.cover, doubted.text)
    return True


def township(random: Random) -> Report:
    """A report with few numbers, all sums true."""
    empty = filled("2021", Random(0))
    nothing = {c.id: number_entry(0) for c in empty.form.cells}
    few = random.randrange(1, 9)
    rows = ("new", "granted", "handled")
    cells = [f"applications.{row}.{column}" for row in rows for column in ("natural_person", "total")]
    return empty.with_entries(nothing | {c: number_entry(few) for c in cells})


def copied(style: str, report: Report, random: Random) -> list[Grid]:
    data, suffix = render(style, report, random)
    return grids_of(Path(f"copy{suffix}"), data)


@pytest.mark.parametrize("style", STYLES)
def test_a_glance_says_what_all_doubts_say(style, monkeypatch):
    for i in range(8):
        random = Random(f"{style} {i}")
        report = anyhow(random.choice(("2019", "2021")), random) if i % 2 else township(random)
        assert_the_same(copied(style, report, random), monkeypatch)


@pytest.mark.parametrize("made", [first_copy, site_copy, clerk_copy])
def test_also_of_copies_that_were_spoilt(made, monkeypatch):
    seen = 0
    for number in range(7000, 7150):
        copy = made(number)
        try:
            grids = grids_of(Path(f"copy{copy.suffix}"), copy.data)
        except UnreadableSource:
            continue
        seen += assert_the_same(grids, monkeypatch)
    assert 0 < seen < 75  # most have a fault


@pytest.mark.parametrize("style", QUICK)
def test_a_glance_is_enough_for_a_whole_report(style, monkeypatch):
    enough = [
        assert_the_same(copied(style, filled(f, Random(i)), Random(i)), monkeypatch) for i in range(4) for f in ("2019", "2021")
    ]
    assert sum(enough) >= 6  # some begin table four with 1, which may be a number of the row


def page(report: Report, *, swap: tuple[str, str] = ("", ""), below: str = "") -> list[Grid]:
    """A page of a report, something in it exchanged, a line below table two."""
    text = html_page(report).replace("<p><b>三、", f"<p>{below}</p><p><b>三、" if below else "<p><b>三、", 1)
    assert swap[0] in text
    return grids_of(Path("page.html"), text.replace(*swap, 1).encode())


DOUBTS: dict[str, Callable[[Report], list[Grid]]] = {
    "a note below a table": lambda r: page(r, below=NOTE),
    "a number below a table": lambda r: page(r, below="36"),
    "a label outside": lambda r: page(r, below="行政处罚"),
    "another title": lambda r: page(r, below="石桥街道2020年政府信息公开工作年度报告"),
    "another unit of money": lambda r: page(
        r, swap=("<table ><tr><td colspan", "<p>（金额单位：亿元）</p><table ><tr><td colspan")
    ),
    "the title of table four behind": lambda r: page(
        r, swap=("<p><b>五、", "<p>四、政府信息公开行政复议、行政诉讼情况</p><p><b>五、")
    ),
    "another character": lambda r: page(r, swap=("<td>行政许可</td>", "<td>行政許可</td>")),
    "another label": lambda r: page(r, swap=("<td>行政许可</td>", "<td>行政许可数</td>")),
    "a row too many": lambda r: page(r, swap=("<tr><td>行政许可</td>", "<tr><td>其中</td><td>3</td></tr><tr><td>行政许可</td>")),
    "a number with a remark": lambda r: page(r, swap=(f">{figure(r, LICENCES)}</td>", f">{figure(r, LICENCES)}（含变更）</td>")),
    "thousands parted": lambda r: page(r, swap=(f">{figure(r, LICENCES)}</td>", ">1,204</td>")),
    "an empty line of table four": lambda r: page(r.with_entries({c.id: BLANK for c in r.form.cells if c.table == "disputes"})),
}
LICENCES = "disclosure.licences.decisions"


@pytest.mark.parametrize("why", DOUBTS)
def test_a_doubt_is_not_passed_over(why):
    report = filled("2021", Random(5)).with_entries({LICENCES: number_entry(90210)})
    assert glance(page(report)) is not None
    assert glance(DOUBTS[why](report)) is None


def lines_of(report: Report) -> str:
    """A text of the report, a cell a line."""
    return text_page(report, lambda rows: "\n".join(td.text for row in rows for td in row if td.text))


def test_a_text_must_add_up():
    report = filled("2021", Random(5))
    assert glance(grids_of(Path("x.txt"), lines_of(report).encode())) is not None
    total = "applications.handled.total"
    wrong = report.with_entries({total: number_entry((report.entry(total).value or 0) + 1)})
    assert glance(grids_of(Path("x.txt"), lines_of(wrong).encode())) is None


@pytest.mark.parametrize("lost", ["applications.new.company", "disclosure.rules.repealed", "disputes.review.total"])
def test_a_text_must_be_whole(lost):
    short = filled("2021", Random(5)).with_entries({lost: BLANK})
    assert glance(grids_of(Path("x.txt"), lines_of(short).encode())) is None


def test_a_blank_under_its_label_is_one():
    report = filled("2021", Random(5)).with_entries({"disclosure.rules.repealed": BLANK, "applications.new.company": BLANK})
    sums_fail = glance(page(report))
    assert sums_fail is None  # the number above or below might be of the blank cell too
    blank = filled("2021", Random(5)).with_entries({"disclosure.rules.repealed": BLANK})
    found = glance(page(blank))
    assert found is not None and found.entry("disclosure.rules.repealed").state is State.BLANK


def test_numbers_that_are_the_columns_own_are_none():
    report = filled("2021", Random(5))
    line = [c.id for c in report.form.cells if c.table == "disputes"]
    numbered = report.with_entries({c: number_entry(n) for n, c in enumerate(line, 1)})
    assert glance(page(numbered)) is None


@pytest.mark.parametrize("parted", ["商业\n企业", "社会公益\n组织"])
def test_a_label_over_the_columns_may_be_parted(parted):
    report = filled("2021", Random(5))
    whole = parted.replace("\n", "")
    found = glance(grids_of(Path("x.txt"), lines_of(report).replace(whole, parted, 1).encode()))
    assert found is not None and {c.id: found.entry(c.id).value for c in found.form.cells} == {
        c.id: report.entry(c.id).value for c in report.form.cells
    }


def test_the_last_column_may_be_named_first():
    report = filled("2021", Random(5))
    text = lines_of(report).replace("自然人\n法人或其他组织\n总计", "总计\n自然人\n法人或其他组织", 1)
    assert glance(grids_of(Path("x.txt"), text.encode())) is not None
    swapped = lines_of(report).replace("商业企业\n科研机构", "科研机构\n商业企业", 1)
    assert glance(grids_of(Path("x.txt"), swapped.encode())) is None
