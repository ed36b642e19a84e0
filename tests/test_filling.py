"""填充 on a file: blank totals only, everything else of the user's workbook stays byte for byte."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fillings import FORMS, filled, reports
from tests.test_reader import edited, put, written
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.books.filling import fill_workbook
from xlplugin.books.layout import layout
from xlplugin.books.live import live_values
from xlplugin.books.reader import raw_cells, read_workbook
from xlplugin.errors import CannotWrite, NotOurWorkbook
from xlplugin.hosts.filling_files import fill_file
from xlplugin.numerals import State


def saved(tmp_path: Path, data: bytes, name: str = "报表.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(reports())
def test_fill_writes_blank_totals_and_nothing_else(tmp_path, report):
    data = written(report)
    before = read_workbook(data)
    done = fill_workbook(saved(tmp_path, data))
    after = read_workbook(done.data)
    for cell in before.form.cells:
        if cell.id in done.written:
            assert before.entry(cell.id).state is State.BLANK
            assert cell.derived
            assert (after.entry(cell.id).value, after.entry(cell.id).state) == (done.written[cell.id], State.FILLED)
        else:
            assert after.entry(cell.id) == before.entry(cell.id)
    assert after.cover == before.cover
    again = fill_workbook(saved(tmp_path, done.data))
    assert not again.written
    assert again.data == done.data


@pytest.mark.parametrize("form_id", FORMS)
def test_untouched_parts_stay_byte_for_byte_and_live_results_are_fresh(tmp_path, form_id):
    data = written(filled(form_id, Random(5), totals=False))
    done = fill_workbook(saved(tmp_path, data))
    old, new = (zipfile.ZipFile(BytesIO(d)) for d in (data, done.data))
    assert old.namelist() == new.namelist()
    changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
    assert all(n.startswith("xl/worksheets/") for n in changed)
    assert len(changed) < len([n for n in old.namelist() if n.startswith("xl/worksheets/sheet")])
    after = read_workbook(done.data)
    grids = raw_cells(done.data, layout(form_id))
    shown = {s: grids[s.sheet][(s.row, s.column)].text for s in live_values(after) if (s.row, s.column) in grids.get(s.sheet, {})}
    states = [shown[s] for s in live_values(after) if s in shown and shown[s] in set(Verdict)]
    assert len(states) >= len(after.form.balances)
    assert {w.verdict for w in weigh_all(after.form, after.numbers())} == {Verdict.PASS} == set(states)


def test_an_altered_structure_is_not_filled(tmp_path):
    data = edited(
        written(filled("2021", Random(5), totals=False)), lambda b: put(b, layout("2021").tables[1].labels[-1].spot, "结转")
    )
    with pytest.raises(NotOurWorkbook, match="结构被改动"):
        fill_workbook(saved(tmp_path, data))


def test_the_original_is_only_changed_when_asked(tmp_path):
    data = written(filled("2021", Random(5), totals=False))
    path = saved(tmp_path, data)
    said = fill_file(path, None, in_place=False)
    assert path.read_bytes() == data
    assert "填了 34 个合计格" in said
    assert (tmp_path / "报表_已填充.xlsx").exists()
    with pytest.raises(CannotWrite, match="--in-place"):
        fill_file(path, path, in_place=False)
    assert path.read_bytes() == data
    fill_file(path, None, in_place=True)
    assert read_workbook(path).entry("applications.handled.total").state is State.FILLED


def test_totals_with_missing_parts_stay_blank_and_are_named(tmp_path):
    report = filled("2021", Random(5), totals=False)
    report = report.with_entries({"applications.granted.company": report.entry("x")})
    said = fill_file(saved(tmp_path, written(report)), None, in_place=False)
    assert "填了 31 个合计格" in said
    assert "还有 3 个合计格" in said
    assert "（一）予以公开" in said
