"""The report and its JSON (CLI.md)."""

import json
from decimal import Decimal

from hypothesis import given

from tests.fillings import filled, number_entry, reports
from xlplugin.finding import Finding, Severity, Suspect
from xlplugin.form import form
from xlplugin.numerals import Entry, State, entry
from xlplugin.report import Cover, Report


@given(reports())
def test_json_round_trip(report):
    said = json.loads(json.dumps(report.to_dict(), ensure_ascii=False))
    again = Report.from_dict(said)
    assert again.to_dict() == said
    assert again.numbers() == report.numbers()


def test_every_cell_is_there_and_money_keeps_its_digits():
    report = Report(
        "2021", Cover(year=2024), {"disclosure.fees.amount": entry("0.50", "万元"), "applications.new.natural_person": entry("7")}
    )
    said = report.to_dict()
    assert list(said["cells"]) == [c.id for c in form("2021").cells]
    assert said["cells"]["disclosure.fees.amount"] == "0.50"
    assert said["cells"]["applications.new.natural_person"] == 7
    assert said["cells"]["applications.new.company"] is None
    assert said["states"]["applications.new.company"] == "blank"
    assert "applications.new.natural_person" not in said["states"]


def test_text_and_na_are_told_apart():
    report = Report("2021", Cover(), {"applications.new.company": entry("0件"), "applications.new.other_org": entry("/")})
    states = report.to_dict()["states"]
    assert states["applications.new.company"] == "text: 0件"
    assert states["applications.new.other_org"] == "na"


def test_nil_declares_only_blanks_of_its_own_table():
    typed = {"applications.new.company": number_entry(4), "applications.new.other_org": entry("/")}
    report = Report("2021", Cover(nil=frozenset({"applications"})), typed)
    assert report.entry("applications.new.natural_person") == Entry(0, State.NIL)
    assert report.entry("applications.new.company").value == 4
    assert report.entry("applications.new.other_org").state is State.NA
    assert report.entry("disclosure.rules.issued").state is State.BLANK


def test_frames_keep_kinds_and_blanks(request):
    from random import Random

    report = filled("2021", Random(3)).with_entries(
        {"disclosure.fees.amount": number_entry(Decimal("0.092")), "disclosure.rules.issued": entry("")}
    )
    long = report.to_frame()
    assert len(long) == 200
    fee = long.loc[long["cell"] == "disclosure.fees.amount", "value"].item()
    assert fee == Decimal("0.092")
    assert long.loc[long["cell"] == "disclosure.rules.issued", "value"].item() is None
    wide = report.to_frame("wide")
    assert wide.shape == (1, 203)


def test_findings_round_trip_and_block():
    found = Finding(
        "T3-SUM.natural_person",
        Severity.FORCED,
        "总计不符",
        ("applications.handled.natural_person",),
        7,
        8,
        -1,
        suspects=(Suspect({"applications.handled.natural_person": 8}, "合计填错"),),
    )
    assert Finding.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert found.family == "T3-SUM"
    assert found.blocks
    explained = Finding("XY-T3.total", Severity.EXPLAIN, "与上年不一致", explanation="机构改革，原单位转入")
    assert not explained.blocks
    assert Finding("XY-T3.total", Severity.EXPLAIN, "与上年不一致").blocks
    assert not Finding("T3-OUT.total", Severity.NOTICE, "偏多").blocks
