"""The situations of tests/scenarios: each rule with a case that it catches and a near miss that it must not flag."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from xlplugin.checking import RULES, Settings, check, record, verdict
from xlplugin.finding import Finding, causes
from xlplugin.form import form
from xlplugin.numerals import entry
from xlplugin.report import Cover, Report

CASES = [c for f in sorted((Path(__file__).parent / "scenarios").glob("*.yaml")) for c in yaml.safe_load(f.read_text("utf-8"))]
PROSE = {
    "overview": "各项公开工作有序开展。",
    "problems": "公开内容还不够丰富，下一步加强业务培训。",
    "other_matters": "本年度未收取信息处理费，没有其他需要报告的事项。",
}


def report_of(said: dict, *, year: int = 2024, form_id: str = "2021") -> Report:
    """All cells 0 but those given or left blank."""
    known = form(said.get("form", form_id))
    wrong = [c for c in said.get("given", {}) if c not in known.cell]
    assert not wrong, wrong
    blank = tuple(said.get("blank", ()))
    entries = {
        c.id: entry(str(said.get("given", {}).get(c.id, 0)), c.unit)
        for c in known.cells
        if not any(c.id == b or c.id.startswith(f"{b}.") for b in blank)
    }
    cover = {"name": "晨溪县测试单位", "year": said.get("year", year), **said.get("unit", {})}
    text = {**PROSE, **said.get("text", {})}
    return Report(known.id, Cover.from_dict(cover), entries, text, said.get("explanations", {}), file=said.get("file"))


def found_in(case: dict) -> tuple[Report, tuple[Finding, ...]]:
    report = report_of(case)
    last = case.get("last_year")
    before = (
        None
        if last is None
        else report_of({"text": dict.fromkeys(PROSE, ""), **last}, year=report.year - 1, form_id=report.form_id)
    )
    return report, check(report, last_year=before, settings=Settings(**case.get("settings", {})))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_a_situation_is_judged_as_its_owner_says(case):
    report, found = found_in(case)
    assert sorted(f.family for f in causes(found)) == sorted(case["expect"]), [f.message for f in found]
    if "verdict" in case:
        assert verdict(report, found) == case["verdict"]
    if "suspects" in case:
        [about] = [f for f in causes(found) if f.family == case["about"]]
        assert about.suspects[0].cells == case["suspects"]


@pytest.mark.parametrize("about", [r.id for r in RULES if r.id != "LOC-MANY"])
def test_every_rule_has_a_case_it_catches_and_a_near_miss(about):
    mine = [c["expect"] for c in CASES if c["about"] == about]
    assert any(about in e for e in mine), "no case that it catches"
    assert any(about not in e for e in mine), "no near miss"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_messages_are_fit_for_a_clerk_in_both_languages(case):
    _, found = found_in(case)
    for f in found:
        assert len(f.message) > 8 and f.message.endswith(("。", "）", "”")), f.message
        assert not any(
            w in f.message + f.fix for w in ("None", "Decimal", "{", "}", "applications.", "disclosure.", "disputes.", "nan")
        )
    _, english = found_in({**case, "settings": {**case.get("settings", {}), "lang": "en"}})
    assert [f.rule for f in english] == [f.rule for f in found]
    assert all(not any(w in f.message for w in ("None", "{", "Decimal")) for f in english)


def test_the_record_is_the_json_of_the_command_line():
    report, found = found_in(next(c for c in CASES if c["name"] == "（七）总计加错一列"))
    said = record(report, found)
    assert said["verdict"] == "blocked" and len(said["cells"]) == len(report.form.cells)
    first, *rest = said["findings"]
    assert {f["follows"] for f in rest} == {"T3-SUM.natural_person"}
    assert (first["rule"], first["left"], first["right"], first["gap"]) == ("T3-SUM.natural_person", 6, 5, 1)
    assert first["suspects"][0]["cells"] == {"applications.handled.natural_person": 5}
    assert "应" in first["message"] or "→5" in first["message"]
