"""审核说明: what settles a finding, what does not, and when it lapses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.test_scenarios import report_of
from xlplugin.checking import DEFAULT, Settings, acceptable, check, fingerprint, key_of, verdict
from xlplugin.checking.copying import check_neighbours, copied
from xlplugin.form import form
from xlplugin.form.crosswalk import answers, crosswalk
from xlplugin.numerals import entry

TOWN = {"unit": {"level": "乡镇政府"}, "given": {"disclosure.rules.in_force": 2}}
REASON = "原镇政府制定的两件经县司法局认定保留"


def explained(key: str, text: str = REASON):
    return replace(report_of(TOWN), explanations={key: text})


def the_finding(report):
    [found] = [f for f in check(report) if f.family == "T2-RULE"]
    return found


def test_an_explanation_settles_a_finding_that_wants_one():
    report = explained("T2-RULE")
    assert the_finding(report).explanation == REASON
    assert verdict(report, check(report)) == "pass"
    assert verdict(report_of(TOWN), check(report_of(TOWN))) == "blocked"


@pytest.mark.parametrize(
    "text", ["核实无误", "经核实，数据无误", "已核对，情况属实。", "核实无误核实无误", "无", "属实", "。。。。。。。", "12345"]
)
def test_empty_words_do_not(text):
    report = explained("T2-RULE", text)
    assert the_finding(report).explanation == "" and "不够具体" in the_finding(report).message
    assert verdict(report, check(report)) == "blocked"
    assert not acceptable(text, DEFAULT)


def test_it_survives_changes_elsewhere_and_lapses_with_its_own_cells():
    bare = report_of(TOWN)
    key = key_of(the_finding(bare), bare)
    assert key.startswith("T2-RULE@") and key.endswith(fingerprint(the_finding(bare), bare))
    report = replace(bare, explanations={key: REASON})
    elsewhere = report.with_entries({"disclosure.licences.decisions": entry("99")})
    assert the_finding(elsewhere).explanation == REASON
    changed = report.with_entries({"disclosure.rules.in_force": entry("3")})
    assert the_finding(changed).explanation == "" and "失效" in the_finding(changed).message
    assert verdict(changed, check(changed)) == "blocked"


def test_a_forced_finding_cannot_be_explained_away():
    report = replace(report_of({"given": {"disclosure.penalties.decisions": -1}}), explanations={"V-INT": REASON})
    assert verdict(report, check(report)) == "blocked"
    assert all(not f.explanation for f in check(report))


def test_a_blank_can_be_explained_table_by_table():
    bare = report_of({"blank": ["disputes"]})
    assert verdict(bare, check(bare)) == "undecided"
    report = replace(bare, explanations={"V-BLANK.disputes": "复议机关年底才移交案卷，二月补报"})
    assert verdict(report, check(report)) == "pass"


def test_a_rule_may_be_switched_off_but_not_a_forced_one():
    report = report_of({"given": {"disclosure.penalties.decisions": -1, "disclosure.normative_documents.issued": 3}})
    families = {f.family for f in check(report, settings=Settings(off=frozenset({"V-INT", "T2-EFF"})))}
    assert families == {"V-INT"}


def test_the_print_is_the_same_in_every_process():
    bare = report_of(TOWN)
    assert fingerprint(the_finding(bare), bare) == fingerprint(the_finding(report_of(TOWN)), report_of(TOWN))
    assert len(fingerprint(the_finding(bare), bare)) == 6


def test_the_crosswalk_leaves_no_cell_of_the_older_form_without_an_answer():
    walk = crosswalk()
    old, new = form("2019"), form("2021")
    assert {*walk.answers.values(), *walk.sums, *walk.none} == set(old.cell)
    assert set(walk.answers) <= set(new.cell)
    assert len(walk.answers) == 22 * 7 + 15 + 3 and len(walk.sums) == 7
    assert walk.sums["applications.other.company"] == tuple(
        f"applications.{r}.company" for r in ("other_not_corrected", "other_fee_unpaid", "other_rest")
    )
    assert answers("2021", "2019") == {} and answers("2021", "2021")["disclosure.fees.amount"] == "disclosure.fees.amount"


def test_copied_text_is_measured_in_words_not_in_numbers():
    old = "我镇共召开专题会议3次，研究部署政府信息公开工作。明确专人负责栏目更新和信息审核。"
    new = old.replace("3次", "8次") + "新建查阅点一处并配备工作人员。"
    much = copied(new, old)
    assert 0.6 < much.share < 0.9 and "明确专人负责栏目更新和信息审核" in much.passage
    assert copied("全新的内容写在这里一句也不一样", old).share == 0


def test_neighbours_that_share_a_text_are_named():
    text = "".join(f"第{n}项工作由专人负责并按时完成，做到有记录有检查有反馈。" for n in "甲乙丙丁戊己庚辛壬癸子丑")
    a, b = (report_of({"text": {"overview": text}}) for _ in range(2))
    others = {
        f"单位{n}": report_of({"text": {"overview": f"我单位在{n}字街设立查阅点并更新了全部栏目内容。" * 9}}) for n in "东西南北"
    }
    found = check_neighbours({"甲镇": a, "乙镇": b, **others}, DEFAULT)
    assert set(found) == {"甲镇", "乙镇"}
    assert "乙镇" in found["甲镇"][0].message
