"""Nothing is lost and nothing counted twice: three hundred files with fifteen kinds of trouble; three levels."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rolling_county import TROUBLES, filed, rolled_into_file, roster, troubled
from xlplugin.form import form as form_of
from xlplugin.merging.filed import unpack
from xlplugin.merging.intake import Outcome
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import Adjustment, merge

MONEY = {"2019": "disclosure.procurement.amount", "2021": "disclosure.fees.amount"}


def adjustments(form_id):
    return (
        Adjustment("applications.new.natural_person", 3, "转办件补登", "王五"),
        Adjustment(MONEY[form_id], Decimal("-0.123"), "多报退回", "王五"),
    )


def county(form_id, seed=1):
    return merge(
        troubled(300, form_id, seed),
        form_id=form_id,
        year={"2019": 2020, "2021": 2024}[form_id],
        roster=roster(300),
        adjustments=adjustments(form_id),
    )


@pytest.fixture(scope="module", params=["2019", "2021"])
def rolled(request):
    return county(request.param)


def test_every_cell_is_the_sum_of_the_accepted_plus_the_adjustments(rolled):
    accepted = {e.slip.sha256 for e in rolled.accepted}
    files = {f.sha256: f for f in troubled(300, rolled.form_id)}
    rows = [unpack(files[h].packed) for h in accepted]
    assert len(rows) > 200
    for i, cell in enumerate(plan(rolled.form_id).cells):
        adjusted = sum(a.amount for a in adjustments(rolled.form_id) if a.cell == cell)
        assert rolled.cells[cell].total == sum(r[i] or 0 for r in rows) + adjusted, cell
        assert rolled.cells[cell].total - rolled.cells[cell].adjusted == sum(v or 0 for v in rolled.share(cell).values())
        assert len(rolled.cells[cell].open) == sum(r[i] is None for r in rows)


def test_every_file_has_one_state_and_every_unit_is_accounted_for(rolled):
    given = Counter((f.file, f.sha256) for f in troubled(300, rolled.form_id))
    assert Counter((e.slip.file, e.slip.sha256) for e in rolled.ledger) == given
    assert max(given.values()) == 1
    units = [e.unit for e in rolled.accepted]
    assert len(units) == len(set(units))
    assert set(rolled.missing) == {u.name for u in roster(300).units} - set(units)


def test_every_kind_of_trouble_came_to_the_state_it_should(rolled):
    assert {e.state for e in rolled.ledger} == set(Outcome)
    by_unit = {}
    for e in rolled.ledger:
        by_unit.setdefault(e.slip.file[3:7], []).append(e.state)
    kinds = {k: Counter(by_unit.get(f"{10 * k + 3:04d}", ())) for k in range(len(TROUBLES))}
    o = Outcome
    assert kinds[0] == {o.RETURNED: 1}
    assert kinds[1] == {o.ACCEPTED: 1}
    assert kinds[2] == {}
    assert kinds[3] == {o.ACCEPTED: 1, o.DUPLICATE: 1}
    assert kinds[4] == kinds[5] == kinds[11] == {o.ACCEPTED: 1, o.SUPERSEDED: 1}
    assert kinds[6] == {o.ACCEPTED: 1, o.RETURNED: 1}
    assert kinds[7] == kinds[8] == kinds[9] == {o.OUT_OF_SCOPE: 1}
    assert kinds[10] == {o.UNREADABLE: 1}
    assert kinds[12] == {o.ACCEPTED: 1}
    assert kinds[13] == {o.RETURNED: 1}
    assert kinds[14] == {o.ACCEPTED: 1, o.OUT_OF_SCOPE: 1}


def test_any_order_of_files_gives_the_same_roll_up(rolled):
    files = troubled(300, rolled.form_id)
    said = json.dumps(rolled.to_dict(), ensure_ascii=False)
    for seed in range(5):
        random.Random(seed).shuffle(files)
        again = merge(
            files, form_id=rolled.form_id, year=rolled.year, roster=roster(300), adjustments=adjustments(rolled.form_id)
        )
        assert json.dumps(again.to_dict(), ensure_ascii=False) == said


def test_a_planted_fault_in_the_sum_is_seen(rolled):
    """The conservation test above can fail: one unit left out breaks it."""
    cell = "applications.new.total"
    fewer = [f for f in troubled(300, rolled.form_id) if f.file != rolled.accepted[-1].slip.file]
    other = merge(fewer, form_id=rolled.form_id, year=rolled.year, roster=roster(300))
    assert set(rolled.share(cell)) - set(other.share(cell)) == {rolled.accepted[-1].unit}


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_a_roll_up_of_roll_ups_is_the_roll_up_of_the_leaves(form_id):
    year = {"2019": 2020, "2021": 2024}[form_id]
    counties, leaves = [], []
    for k in range(12):
        own = [
            replace(filed(100 * k + n, form_id, seed=k, busy=n % 3 == 0), name=f"第{n:02d}镇人民政府", parent=f"{k}号县")
            for n in range(40)
        ]
        own[5] = replace(own[5], packed="," + own[5].packed.partition(",")[2])  # a blank in the first cell
        leaves += own
        counties.append(rolled_into_file(merge(own, year=year), k, name=f"{k}号县", parent="晨溪市"))
    cities = [merge(counties[:6], year=year), merge(counties[6:], year=year)]
    above = [rolled_into_file(c, 50 + i, name=f"第{i}市", parent="晨溪省") for i, c in enumerate(cities)]
    province, whole = merge(above, year=year), merge(leaves, year=year)
    assert len(whole.accepted) == 480 and len(province.accepted) == 2
    first = form_of(form_id).cells[0].id
    assert {c: m.total for c, m in province.cells.items()} == {c: m.total for c, m in whole.cells.items()}
    assert len(province.cells[first].open) == len(whole.cells[first].open) == 12
    assert not province.complete and province.cells[first].open[0].count("／") == 2
    assert sorted(province.inside) == sorted(whole.inside)


def test_both_forms_are_never_added():
    year = 2024
    mixed = [filed(1), filed(2, "2019", year=year)]
    rolled = merge(mixed, year=year, form_id="2021")
    assert [e.state for e in rolled.ledger] == [Outcome.OUT_OF_SCOPE, Outcome.ACCEPTED] or {
        e.unit: e.state for e in rolled.ledger
    } == {
        "第001镇人民政府": Outcome.ACCEPTED,
        "第002镇人民政府": Outcome.OUT_OF_SCOPE,
    }
    assert "RU-FMT" in {f.rule for f in rolled.findings}
    with pytest.raises(ValueError, match="2 种表式"):
        merge(mixed)
