"""The roll-up workbook in the real LibreOffice: 来源 answers for any cell, sums agree, and it survives being saved there."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.rolling_county import filed
from xlplugin.books.reader import read_workbook
from xlplugin.books.rollup_book import write_rollup
from xlplugin.books.rollup_take import take
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import merge

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def rolled():
    files = [filed(n, busy=n % 2 == 0) for n in range(12)]
    files[4] = filed(4, cells={"applications.other_rest.company": None})
    return merge(files)


def test_any_cell_can_be_asked_for(office, rolled, tmp_path):
    path = tmp_path / "汇总.xlsx"
    write_rollup(path, rolled, now=dt.datetime(2025, 2, 1))
    shape, n = plan("2021"), len(rolled.accepted)
    with office.open(path) as book:
        for cell in (
            "disclosure.penalties.decisions",
            "disclosure.fees.amount",
            "applications.other_rest.company",
            "applications.new.total",
        ):
            book.write_cell("来源", 5, 2, shape.label(cell))
            book.recalc()
            rows = book.read_block("来源", 10, 1, 9 + n, 4)
            shown = {name: value for _, name, value, _ in rows}
            share = rolled.share(cell)
            assert set(shown) == set(share)
            assert all(("未填" if v is None else pytest.approx(float(v))) == shown[u] for u, v in share.items()), cell
            values = [value for _, _, value, _ in rows if value != "未填"]
            assert values == sorted(values, reverse=True)
            assert book.read_cell("来源", 6, 2) == pytest.approx(float(rolled.cells[cell].total))
            total = sum(float(v) for v in share.values() if v)
            assert sum(r[3] for r in rows) == pytest.approx(1.0 if total else 0.0)
        saved = book.save_as(tmp_path / "重存.xlsx")
    assert read_workbook(saved).numbers() == {c: m.total for c, m in rolled.cells.items()}
    assert take(saved.read_bytes(), str(saved), size=1, mtime=1).marks == rolled.marks()


def test_sums_recalculated_there_are_the_sums(office, rolled, tmp_path):
    path = tmp_path / "汇总.xlsx"
    write_rollup(path, rolled, now=dt.datetime(2025, 2, 1))
    with office.open(path) as book:
        book.recalc()
        width = 5 + len(plan("2021").cells)
        (totals,) = book.read_block("分单位", 9, 6, 9, width)
    assert [pytest.approx(float(m.total)) for m in rolled.cells.values()] == totals
