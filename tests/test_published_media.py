"""Whatever file a published copy comes in, a cell is read right or not at all, and what is not read is said."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fillings import FORMS, filled
from tests.published_media import MEDIA, WHOLE, make
from tests.published_pdf import Look, side_by_side
from tests.test_published_copies import anyhow
from xlplugin.numerals import State
from xlplugin.published import read_all_published, read_published
from xlplugin.published.child import grids_of_medium
from xlplugin.published.sniffing import sniff
from xlplugin.recognising import recognise
from xlplugin.report import Report


def read_here(path: Path) -> Report:
    """The report in a file, read in this process: the bounds of the child are tested elsewhere."""
    return recognise(grids_of_medium(sniff(path.read_bytes()), path))


def lost(truth: Report, read: Report) -> list[str]:
    """The cells that were not read though the copy shows them; every one must have a finding, and none may be wrong."""
    said = {c for f in read.intake for c in f.cells}
    unread = []
    assert read.form_id == truth.form_id
    for cell in truth.form.cells:
        was, now = truth.entry(cell.id), read.entry(cell.id)
        assert now.value is None or now.value == was.value, cell.id
        assert now.state is not State.UNREAD or cell.id in said, cell.id
        if now.value is None and was.value is not None:
            assert cell.id in said, cell.id
            unread.append(cell.id)
    return unread


@pytest.mark.parametrize("style", MEDIA)
def test_a_cell_is_right_or_unread_and_said(style, tmp_path):
    for seed in range(4):
        random = Random(f"{style}-{seed}")
        truth = anyhow(random.choice(FORMS), random)
        lost(truth, read_here(make(style, truth, random, tmp_path)))


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("form_id", FORMS)
def test_a_clean_copy_is_read_whole(style, form_id, tmp_path):
    random = Random(f"{style} {form_id}")
    truth = filled(form_id, random)
    read = read_here(make(style, truth, random, tmp_path))
    assert lost(truth, read) == []
    assert (read.cover.name, read.cover.year) == (truth.cover.name, truth.cover.year)


@pytest.mark.parametrize("rules", ["all", "none"])
def test_two_reports_side_by_side_in_a_pdf(rules, tmp_path):
    first, second = (filled("2021", Random(n), name=name) for n, name in ((1, "晨溪镇人民政府"), (2, "云岭街道办事处")))
    path = side_by_side(tmp_path / "two.pdf", first, second, Look(rules=rules, prose=5))
    found = read_all_published(path)
    assert [r.cover.name for r in found] == ["晨溪镇人民政府", "云岭街道办事处"]
    assert [lost(truth, read) for truth, read in zip((first, second), found, strict=True)] == [[], []]
    assert lost(second, read_published(path, unit="云岭街道办事处")) == []
