"""A further form is a further file: an invented one goes through template, check, fill and roll-up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.fillings import filled, number_entry
from xlplugin.books.reader import read_workbook
from xlplugin.books.template import write_template
from xlplugin.form import form
from xlplugin.form.registry import _forms
from xlplugin.hosts.cli import run


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setenv("XLPLUGIN_FORMS", str(Path(__file__).parent / "forms"))
    yield form("tiny")
    _forms.cache_clear()


def unit(seed: int, name: str):
    report = filled("tiny", Random(seed), totals=False, name=name)
    return replace(report, cover=replace(report.cover, year=2099))


def test_balances_come_from_the_file(tiny):
    rules = [b.rule for b in tiny.balances]
    assert {r: rules.count(r) for r in dict.fromkeys(rules)} == {"L-FLOW": 4, "L-SUM": 4, "L-ROW": 5, "O-SUM": 2}
    assert (len(tiny.cells), len(tiny.derived)) == (4 + 20 + 6, 5 + 3 + 2)


def test_template_check_fill_rollup(tmp_path, capsys):
    folder = tmp_path / "收到"
    folder.mkdir()
    for seed, name in ((1, "甲镇"), (2, "乙镇")):
        path = tmp_path / f"{name}.xlsx"
        write_template(path, "tiny", report=unit(seed, name))
        assert run(["fill", str(path), "-o", str(folder / path.name)]) == 0
        capsys.readouterr()
        run(["check", str(folder / path.name), "--json"])
        [said] = json.loads(capsys.readouterr().out)
        assert said["form"] == "tiny"
        assert not [f for f in said["findings"] if f["severity"] == "强制"]
    out = tmp_path / "汇总.xlsx"
    assert run(["rollup", str(folder), "--year", "2099", "-o", str(out), "--json"]) in (0, 1)
    said = json.loads(capsys.readouterr().out)
    one, two = (read_workbook(folder / f"{n}.xlsx").numbers() for n in ("甲镇", "乙镇"))
    assert said["cells"]["letters.answered.all"] == one["letters.answered.all"] + two["letters.answered.all"]
    assert read_workbook(out).form_id == "tiny"


def test_a_wrong_total_is_found_and_located(tmp_path, capsys):
    from xlplugin.deriving import derive
    from xlplugin.numerals import State

    full = derive(unit(3, "丙镇"))
    typed = {c: number_entry(e.value) for c, e in full.entries.items() if e.state is State.FILLED}
    right = full.with_entries(typed)
    wrong = right.with_entries({"letters.agreed.firm": number_entry(right.entries["letters.agreed.firm"].value + 7)})
    path = tmp_path / "丙镇.xlsx"
    write_template(path, "tiny", report=wrong)
    assert run(["check", str(path), "--json"]) == 1
    [said] = json.loads(capsys.readouterr().out)
    broken = {f["rule"]: f for f in said["findings"] if f["severity"] == "强制"}
    suspects = [s["cells"] for f in broken.values() for s in f["suspects"]]
    assert {"letters.agreed.firm": right.entries["letters.agreed.firm"].value} in suspects
