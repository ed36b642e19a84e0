"""The register: check digits, former names, parents, faults told all at once; who is meant by a cover."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rolling_county import roster, unit_code
from xlplugin.books.rollup_roster import read_roster, write_roster
from xlplugin.errors import UnreadableSource
from xlplugin.merging.roster import Finder, credit_code_check, credit_code_fault, roster_from_rows


def test_check_digit_of_published_codes():
    for code in ("91350100M000100Y43", "91110000100000585T", "11100000000014349U"):
        assert credit_code_check(code[:17]) in "0123456789ABCDEFGHJKLMNPQRTUWXY"
    assert credit_code_fault("91350100M000100Y43") == ""  # the example printed in GB 32100-2015


@given(st.integers(0, 10**9 - 1), st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_is_always_found(number, place, wrong):
    code = unit_code(number)
    assert credit_code_fault(code) == ""
    if code[place] != wrong:
        assert "校验位" in credit_code_fault(code[:place] + wrong + code[place + 1 :])


def test_letters_that_no_code_has_and_short_codes():
    assert "17 位" in credit_code_fault(unit_code(1)[:17])
    assert "I" in credit_code_fault("I" + unit_code(1)[1:])


def test_a_cover_is_matched_by_code_then_name_then_former_name_never_by_a_near_name():
    lines = (
        {"单位名称": "晨溪县数据局", "曾用名": "晨溪县大数据中心、县信息办", "上级单位": "晨溪县"},
        {"单位名称": "晨溪县农业农村局", "上级单位": "晨溪县"},
    )
    finder = Finder(roster(3, *lines))
    assert finder.find("完全不同的名字", unit_code(2)).unit.name == "第002镇人民政府"
    assert finder.find(" 晨溪县数据局").how == "名称"
    former = finder.find("县信息办")
    assert (former.unit.name, former.how) == ("晨溪县数据局", "曾用名")
    near = finder.find("晨溪县农业局")
    assert near.unit is None and "晨溪县农业农村局" in near.near and "晨溪县农业农村局" in near.why
    assert finder.find("").unit is None and finder.find("毫不相干单位").near == ()


def test_a_split_unit_is_not_taken_for_either_heir():
    finder = Finder(
        roster(
            0,
            {"单位名称": "文化局", "原单位": "文体局"},
            {"单位名称": "体育局", "原单位": "文体局"},
            {"单位名称": "新办", "原单位": "老办"},
        )
    )
    assert finder.find("文体局").unit is None and "2 个单位" in finder.find("文体局").why
    assert finder.find("老办").unit.name == "新办"


def test_one_name_under_two_parents_needs_the_parent():
    finder = Finder(roster(0, {"单位名称": "城关镇", "上级单位": "甲县"}, {"单位名称": "城关镇", "上级单位": "乙县"}))
    assert finder.find("城关镇", parent="乙县").unit.parent == "乙县"
    assert finder.find("城关镇").unit is None


def test_every_fault_is_told_at_once():
    rows = [
        ["单位名称", "统一社会信用代码", "类别", "截止日期", "行政区划代码", "纳入汇总"],
        ["甲", unit_code(1)[:17] + ("0" if unit_code(1)[17] != "0" else "1"), "", "", "", ""],
        ["乙", "", "别的", "不是日期", "43", "也许"],
        ["丙", unit_code(3), "", "2025年1月31日", "430121", "是"],
        ["丁", unit_code(3), "", "", "", ""],
    ]
    with pytest.raises(UnreadableSource) as told:
        roster_from_rows(rows, "名册.xlsx")
    words = str(told.value)
    for piece in (
        "名册.xlsx",
        "第 2 行“统一社会信用代码”",
        "第 3 行“类别”",
        "截止日期",
        "6、9 或 12 位",
        "是 或 否",
        "用了 2 次",
    ):
        assert piece in words, piece


def test_a_parent_that_circles_back_and_a_table_without_names():
    with pytest.raises(UnreadableSource, match="绕了一圈"):
        roster(0, {"单位名称": "甲", "上级单位": "乙"}, {"单位名称": "乙", "上级单位": "甲"})
    with pytest.raises(UnreadableSource, match="没有“单位名称”"):
        roster_from_rows([["名字"], ["甲"]], "x.csv")
    with pytest.raises(UnreadableSource, match="不认识的列：电邮"):
        roster_from_rows([["单位名称", "电邮"], ["甲", "a"]], "x.csv")


def test_workbook_and_csv_give_the_same_register(tmp_path):
    before = roster(
        4,
        {"单位名称": "晨溪县", "类别": "汇总", "规章制定权": "否", "截止日期": "2025-03-31", "曾用名": "老县、古县"},
        截止日期="2025-01-31",
    )
    write_roster(tmp_path / "名册.xlsx", before)
    assert read_roster(tmp_path / "名册.xlsx").units == before.units
    write_roster(tmp_path / "空.xlsx")
    with pytest.raises(UnreadableSource, match="没有一个单位"):
        read_roster(tmp_path / "空.xlsx")
    for encoding in ("utf-8-sig", "gb18030"):
        with (tmp_path / "名册.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([["单位名称（全称）*", "纳入汇总"], ["晨溪镇", "否"], ["", ""], ["东溪镇", ""]])
        units = read_roster(tmp_path / "名册.csv").units
        assert [(u.name, u.summed) for u in units] == [("晨溪镇", False), ("东溪镇", True)]


def test_covers_prefill_one_workbook_per_awaited_unit():
    lines = (
        {"单位名称": "晨溪县", "类别": "汇总"},
        {"单位名称": "税务局", "纳入汇总": "否", "垂直管理": "是", "上级单位": "晨溪县"},
    )
    covers = roster(3, *lines, 单位层级="乡镇政府").covers(2024)
    assert [c.name for c in covers] == ["第000镇人民政府", "第001镇人民政府", "第002镇人民政府"]
    assert {(c.year, c.level, c.parent, c.rule_power) for c in covers} == {(2024, "乡镇政府", "晨溪县", False)}
    assert covers[1].code == unit_code(1)
