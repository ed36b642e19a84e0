"""Whatever an adversary does to a copy, no number is read that does not stand in its cell; and samples of his, cell for cell."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests import published_clerks, published_sites
from tests.fillings import filled
from tests.published_adversary import DEFECTS, NAMES, WRITERS, Copy, spoil
from tests.published_slips import SLIPS, TAGGED, slipped
from xlplugin.errors import UnreadableSource
from xlplugin.numerals import BLANK, State, entry
from xlplugin.published import read_all_published, read_published
from xlplugin.published.importing import grids_of
from xlplugin.recognising import recognise_all
from xlplugin.report import Report

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(p for p in GOLDEN.glob("*") if p.suffix != ".json")
SHARED = Path(__file__).parents[2] / "shared" / "samples"
OTHER = "别处镇人民政府"
ODD = ("/", "-", "无", "5", "13", "0", "77", "128")


def any_report(random: Random) -> Report:
    """Valid or not, with blanks and marks, small numbers and large."""
    report = filled(random.choice(("2021", "2021", "2019")), random, totals=random.random() < 0.85, name=random.choice(NAMES))
    chosen = random.sample([c.id for c in report.form.cells], random.choice((0, 0, 1, 3, 12, 50)))
    return report.with_entries({c: BLANK if random.random() < 0.6 else entry(random.choice(ODD)) for c in chosen})


def wrong_and_unsaid(truth: Report, read: Report) -> tuple[dict[str, object], list[str]]:
    said = {c for f in read.intake for c in f.cells}
    wrong: dict[str, object] = {}
    unsaid: list[str] = []
    for cell in truth.form.cells:
        was, now = truth.entry(cell.id).value, read.entry(cell.id)
        deduced_nothing = was is None and now.value == 0 and now.state is State.DEDUCED
        if now.value is not None and now.value != was and not deduced_nothing:
            wrong[cell.id] = (now.value, was)
        if now.value is None and now.state is State.UNREAD and cell.id not in said:
            unsaid.append(cell.id)
    return wrong, unsaid


# a running number under an empty cell; a list in the prose for a lost table; a row that sticks out; a page number between;
# a number in words above another; glued rows under columns that changed places; the total of another table for table four
# a row again under a damaged label; commas that skip cells; a form that no label tells; a mark on a number that no sum bears out;
# a remark under a column's label; a blank first cell; the ordinal of the next row; a number that a line breaks
# the figure of another column in a row of blanks that spans push aside; a row among those of another block; labels misread
FORMERLY_WRONG = (
    5004, 5262, 5570, 6029, 6303, 7609, 7783, 8580, 8696, 8740, 8899, 20336, 20627, 20745, 20918, 21523, 23265, 25525, 29048,
    91197, 100331, 101897, 104177, 400860, 940166, 940660, 950912, 3200865, 3300325, 4500284, 4701217, 5300146, 7210344, 7211189,
)  # fmt: skip
# what style sheets hide, money in another unit, versions of a table, rows in one cell, labels with numbers, marks of notes, a number parted over two lines
SITES_FORMERLY_WRONG = (
    715, 717, 725, 728, 730, 735, 747, 749, 754, 761, 764, 774, 785, 786, 788, 831, 837, 841, 846, 848, 861, 865, 922, 948, 998, 1004,
    1027, 1036, 1049, 1078, 1083, 1086, 1102, 20595, 20757, 21302, 21666, 21934, 22063, 22407, 22677, 22720, 22756, 22881, 23119, 24129,
    25061, 25302, 25306, 25887, 26397, 26552, 26604, 27058, 27075, 27598, 28671, 28904, 29030, 29349, 29746, 30321, 31560, 32421, 35704, 38680,
    39117, 41091, 41117, 41220, 41525, 41739, 42412, 42479, 50613,
    101158, 101254, 103590, 106448, 109774, 200910, 500494, 501398, 4001675, 4301796, 4501467,
    3010456, 3200055, 3202048, 3400724, 3500895, 3502242, 4600361, 4500763,
)  # fmt: skip
# sums merged downwards, rows pushed aside by them, numbers of a list before the figures, two years in each column
CLERKS_FORMERLY_WRONG = (
    8000174, 7, 87, 161, 258, 275, 358, 367, 437, 469, 480, 687, 882, 899, 912, 1070, 1102, 1218, 1325, 1389, 1463,
    500542, 500712, 500911, 501626, 502204, 502298, 930419, 940709, 950532, 4101384, 4400681, 4601422, 3010542, 3011128,
    3301055, 3501945, 3502026, 4200231, 7210431, 7500185,
)  # fmt: skip

# rows with a place fewer or more than their like, numbers broken over two lines, the end of two labels, labels joined
SLIPS_FORMERLY_WRONG = (
    634, 1228, 2146, 2762, 2765, 3497, 4059, 4103, 4201, 4238, 4294, 5117, 5124, 5553, 5840, 6406, 6549, 6580, 6733, 7022, 7735, 8009, 8053,
    8202, 8444, 8787, 12782, 15094, 30249, 33225, 41158, 60873, 80097, 80231, 82404,
)  # fmt: skip


def site_copy(number: int) -> Copy:
    random = Random(f"site {number}")
    return spoil(any_report(random), random, published_sites.DEFECTS, published_sites.WRITERS, published_sites.BEYOND)


def clerk_copy(number: int) -> Copy:
    random = Random(f"clerk {number}")
    return spoil(any_report(random), random, published_clerks.DEFECTS, published_clerks.WRITERS, published_clerks.BEYOND)


def first_copy(number: int) -> Copy:
    random = Random(f"adversary {number}")
    return spoil(any_report(random), random)


def slip(number: int) -> Copy:
    random = Random(f"slip {number}")
    return slipped(any_report(random), random)


def assert_nothing_invented(number: int, copy: Copy) -> None:
    """No number that is not in its cell, nor a form that the copy is not on; nothing unread without a word."""
    try:
        found = recognise_all(grids_of(Path(f"copy{copy.suffix}"), copy.data))
    except UnreadableSource:
        return
    for read in [r for r in found if r.cover.name != OTHER or len(found) == 1]:
        assert read.form_id in copy.truths, (number, copy.how)
        wrong, unsaid = wrong_and_unsaid(copy.truths[read.form_id], read)
        assert not wrong, (number, copy.how, wrong)
        assert not unsaid, (number, copy.how, unsaid)


@pytest.mark.parametrize("numbers", [*(range(b * 100, b * 100 + 100) for b in range(8)), FORMERLY_WRONG])
def test_no_number_is_read_that_is_not_there(numbers):
    for i in numbers:
        assert_nothing_invented(i, first_copy(i))


@pytest.mark.parametrize("numbers", [*(range(b * 100, b * 100 + 100) for b in range(5)), SITES_FORMERLY_WRONG])
def test_nor_from_what_sites_make_of_it(numbers):
    for i in numbers:
        assert_nothing_invented(i, site_copy(i))


@pytest.mark.parametrize("numbers", [*(range(b * 100, b * 100 + 100) for b in range(4)), CLERKS_FORMERLY_WRONG])
def test_nor_from_what_clerks_make_of_it(numbers):
    for i in numbers:
        assert_nothing_invented(i, clerk_copy(i))


@pytest.mark.parametrize("numbers", [*(range(b * 150, b * 150 + 150) for b in range(4)), SLIPS_FORMERLY_WRONG])
def test_nor_from_a_clean_copy_with_a_slip(numbers):
    for i in numbers:
        assert_nothing_invented(i, slip(i))


def test_every_defect_and_writer_has_a_part():
    how = " ".join(first_copy(i).how for i in range(800))
    assert [d.__name__ for d in DEFECTS if d.__name__ not in how] == []
    assert [w.__name__ for w in WRITERS if w.__name__ not in how] == []
    how = " ".join(site_copy(i).how for i in range(500))
    assert [d.__name__ for d in published_sites.DEFECTS if d.__name__ not in how] == []
    assert [w.__name__ for w in published_sites.WRITERS if w.__name__ not in how] == []
    how = " ".join(clerk_copy(i).how for i in range(400))
    assert [d.__name__ for d in published_clerks.MORE if d.__name__ not in how] == []
    assert [w.__name__ for w in published_clerks.MORE_WRITERS if w.__name__ not in how] == []
    how = " ".join(slip(i).how for i in range(600))
    assert [name for name, _ in (*SLIPS, *TAGGED) if name not in how] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_a_sample_is_read_as_kept(sample):
    kept = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    read = next(r for r in read_all_published(sample) if r.cover.name == kept["unit"])
    assert read.form_id == kept["form"]
    assert read.cover.year == kept["year"]
    numbers = {c: str(n) for c, n in read.numbers().items()}
    assert {c: n for c, n in numbers.items() if kept["printed"].get(c) != n} == {}
    assert sorted(set(kept["printed"]) - set(numbers)) == kept["unread"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the further samples are not at hand")
@pytest.mark.parametrize(("number", "unread"), [("013", 3), ("003", 7)])
def test_a_further_report_as_published(number, unread):
    kept = json.loads((SHARED / f"expected_{number}.json").read_text("utf-8"))["cells"]
    source = next(p for p in SHARED.glob(f"{number}_*") if p.suffix in (".txt", ".pdf"))
    cells = read_published(source).to_dict()["cells"]
    read = {c: str(v) for c, v in cells.items() if v is not None}
    assert {c: v for c, v in read.items() if c in kept and str(kept[c]) != v} == {}
    assert sum(v is not None and c not in read for c, v in kept.items()) <= unread
