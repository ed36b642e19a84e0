"""Whatever the style of a published copy, a cell is read right or not at all, and what is not read is said."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fillings import FORMS, filled
from tests.published_copies import SAID, STYLES, render
from xlplugin.numerals import BLANK, State, entry
from xlplugin.published import read_all_published, read_published
from xlplugin.report import Report

CLEAN = ("html", "html gb18030", "html nested", "html in json", "html fillers", "html twice")
ODD = ("/", "-", "无", "5", "13", "0", "77")


def anyhow(form_id: str, random: Random) -> Report:
    """A valid report, or one with blanks, marks and wrong numbers."""
    report = filled(form_id, random, totals=random.random() < 0.8)
    cells = [c.id for c in report.form.cells]
    chosen = random.sample(cells, random.choice((0, 0, 1, 3, 12, 60)))
    return report.with_entries({c: BLANK if random.random() < 0.6 else entry(random.choice(ODD)) for c in chosen})


def copy_of(style: str, report: Report, random: Random, folder: Path) -> Path:
    data, suffix = render(style, report, random)
    path = folder / f"copy{suffix}"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), form_id=st.sampled_from(FORMS))
def test_a_cell_is_right_or_unread_and_said(style, seed, form_id, tmp_path_factory):
    random = Random(seed)
    truth = anyhow(form_id, random)
    read = read_published(copy_of(style, truth, random, tmp_path_factory.mktemp("copy")))
    said = {c for f in read.intake for c in f.cells}
    assert read.form_id == form_id
    for cell in read.form.cells:
        was, now = truth.entry(cell.id), read.entry(cell.id)
        assert now.value is None or now.value == was.value, cell.id
        assert now.value is not None or was.value is None or cell.id in said, cell.id
        assert now.state is not State.UNREAD or cell.id in said, cell.id


@pytest.mark.parametrize("style", CLEAN)
@pytest.mark.parametrize("form_id", FORMS)
def test_a_copy_with_true_cells_is_read_whole(style, form_id, tmp_path):
    random = Random(f"{style}{form_id}")
    truth = anyhow(form_id, random)
    read = read_published(copy_of(style, truth, random, tmp_path))
    assert {c.id: read.entry(c.id).value for c in read.form.cells} == {c.id: truth.entry(c.id).value for c in truth.form.cells}
    assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)
    assert all(read.text[k].endswith(said) for k, said in SAID.items())
    assert all(len(read.text[k]) <= len(said) + 40 for k, said in SAID.items())


def test_two_reports_on_a_page_are_two(tmp_path):
    first, second = (filled("2021", Random(n), name=name) for n, name in ((1, "晨溪镇人民政府"), (2, "云岭街道办事处")))
    page = b"".join(render("html", r, Random(0))[0] for r in (first, second))
    path = tmp_path / "two.html"
    path.write_bytes(page)
    found = read_all_published(path)
    assert [r.cover.name for r in found] == ["晨溪镇人民政府", "云岭街道办事处"]
    for truth, read in zip((first, second), found, strict=True):
        assert read.numbers() == truth.numbers()
    assert read_published(path, unit="云岭街道办事处").numbers() == second.numbers()
