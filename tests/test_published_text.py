"""The five seed reports, cell for cell, where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xlplugin.numerals import State
from xlplugin.published import read_published

SHARED = Path(__file__).parents[2] / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
SHORT = {"new", "carried_in", "refused_state_secret"}


def expected(seed: Path) -> dict[str, object]:
    return json.loads((SHARED / "seeds/expected" / f"seed_{seed.name[:3]}.json").read_text("utf-8"))


@pytest.mark.skipif(not SEEDS, reason="the seed reports are not at hand")
@pytest.mark.parametrize("seed", SEEDS, ids=lambda p: p.name[:3])
def test_every_cell_of_a_seed_is_as_expected(seed):
    report, said = read_published(seed), expected(seed)
    assert report.form_id == said["form"]
    assert report.year == said["year"]
    cells = report.to_dict()["cells"]
    assert {c: None if v is None else str(v) for c, v in cells.items()} == {
        c: None if v is None else str(v) for c, v in said["cells"].items()
    }
    assert all(report.text.get(k) for k in ("overview", "problems", "other_matters"))


@pytest.mark.skipif(not SEEDS, reason="the seed reports are not at hand")
def test_rows_that_lost_cells_are_unread_and_say_what_was_seen():
    report = read_published(next(s for s in SEEDS if s.name.startswith("004")))
    unread = {c.split(".")[1] for c, e in report.entries.items() if e.state is State.UNREAD}
    assert unread == SHORT
    short = [f for f in report.intake if f.family == "IMP-SHORT"]
    assert {f.rule.split(".")[-1] for f in short} == SHORT
    assert all(len(f.cells) == 7 and f.seen and f.severity == "核实" for f in short)
    assert report.entry("disclosure.fees.items_change").state is State.BLANK
