import csv
from pathlib import Path

import pytest

from xlplugin.errors import BadForm, UnknownForm
from xlplugin.form import form, form_for, forms, load_form

OFFICIAL = Path(__file__).parent / "official"


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_every_cell_is_the_official_one(form_id):
    with (OFFICIAL / f"cells_{form_id}.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    cells = form(form_id).cells
    assert [c.id for c in cells] == [o["id"] for o in official]
    for cell, o in zip(cells, official, strict=True):
        assert cell.path == o["official_label_path"]
        assert cell.derived == (o["kind"] == "derived")
        assert cell.decimal == (o["type"] == "decimal")
        assert cell.section == o["section"]
        assert cell.signed == (o["range"] != ">=0")
        assert (cell.unit or "UNSTATED") == o["unit"].split(" ")[0]
        assert cell.help


@pytest.mark.parametrize(("form_id", "cells", "derived", "applications"), [("2021", 200, 34, 39), ("2019", 198, 32, 37)])
def test_counts(form_id, cells, derived, applications):
    f = form(form_id)
    assert (len(f.cells), len(f.derived)) == (cells, derived)
    by_table = [b.table for b in f.balances]
    assert (by_table.count("applications"), by_table.count("disputes"), by_table.count("disclosure")) == (applications, 3, 0)
    assert len({b.id for b in f.balances}) == len(f.balances)


def test_carried_out_is_never_derived():
    for f in forms().values():
        assert not [c for c in f.derived if ".carried_out." in c and not c.endswith(".total")]


def test_form_for_year():
    assert form_for(2020).id == "2019"
    assert form_for(2026).id == "2021"
    with pytest.raises(UnknownForm, match="2018"):
        form_for(2018)
    with pytest.raises(UnknownForm, match="没有"):
        form("1999")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("sums: [upheld, corrected, other, pending]", "sums: [upheld, corrected, other, pendingg]", "pendingg"),
        ("parent: refused", "parent: nowhere", "nowhere"),
        ("            rule: T4-SUM\n", "", "rule"),
        ("left: [new, carried_in]", "left: [new, carried_inn]", "carried_inn"),
        ("- {key: repealed,", "- {key: issued,", "disclosure.rules.issued"),
        ("kind: table, title: 四", "kind: tabel, title: 四", "sections"),
        ("years: {first: 2021", "years: {frist: 2021", "frist"),
    ],
)
def test_a_bad_form_file_is_refused_with_the_reason(tmp_path, old, new, says):
    text = (Path(load_form.__code__.co_filename).parent / "2021.yaml").read_text("utf-8")
    assert old in text
    bad = tmp_path / "bad.yaml"
    bad.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BadForm, match=says) as caught:
        load_form(bad)
    assert "bad.yaml" in str(caught.value)
