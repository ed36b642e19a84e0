"""What is read of unit, year and date in the openings that sites put over a published report."""

from __future__ import annotations

import pytest

from xlplugin.recognising.wording import wording

T = "政府信息公开工作年度报告"
PERIOD = "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"

OPENINGS = (
    ("当前位置:乡镇 > 云溪镇 > 年报\n云溪镇2023年{T}\n日期:2024-01-29\n字体:【 默认 超大\n云溪镇{T}", "云溪镇", "2024-01-29"),
    ("政府信息公开 > 政府信息公开年度报告 > 乡镇 > 云溪镇\n临江县云溪镇人民政府2023年度{T}\n日期:2024-01-29 21:39    来源:云溪镇      字体:[ ]", "临江县云溪镇人民政府", "2024-01-29"),
    ("标题: 云溪镇人民政府2023年{T}\n索引号: /2024-None 文号: 无文号\n发文日期: 2024-01-28 发布机构: 云溪镇\n云溪镇人民政府2023年{T}\n发布日期:2024-01-30", "云溪镇人民政府", "2024-01-30"),
    ("- 发文机关: 临江市公安局\n- 成文日期:2024-01-13\n- 标 题: 临江市公安局2023年{T}\n- 发布日期:2024-01-14", "临江市公安局", "2024-01-14"),
    ("临江市公安局政府信息公开\n临江市公安局2023年{T}\n来源:公安局 时间:2024-01-11 15:51", "临江市公安局", "2024-01-11"),
    ("号: cxs037/2024-00009 信息分类: 政务公开\n发文日期: 2024-01-15\n称: 云岭街道2023年{T}\n号:\n发表时间:", "云岭街道", "2024-01-15"),
    ("索引号 620702081/2024-00007 发文字号\n生成日期 2024-01-23 16:24:38 是否有效\n云岭街道2023年{T}", "云岭街道", "2024-01-23"),
    ("2023年{T}\n桃源县云溪镇人民政府\n2023年{T}\n一、总体情况", "桃源县云溪镇人民政府", None),
    ("{T}\n临江经开区管委会(滨江商务区管委会)\n2024年1月8日\n一、总体情况\n" + PERIOD, "临江经开区管委会(滨江商务区管委会)", "2024-01-08"),
    ("365体育官网\n临江市水利局2023年{T}\n发布时间:2024-01-21 20:04??????来源:临江市水利局\n(2024年1月22日)", "临江市水利局", "2024-01-21"),
    ("2023年度云溪镇人民政府信息公开工作年度报告", "云溪镇人民政府", None),
    ("临江县财政局政府信息公开工作2023年度报告", "临江县财政局", None),
    ("临江市公安局2023年度政府信息公开工作报告", "临江市公安局", None),
)  # fmt: skip
SENTENCES = (
    ("特向社会公布2023年度临江市云岭区水务局政府信息公开年度报告。" + PERIOD, "临江市云岭区水务局"),
    ("现公开云岭区钢花村街道政府信息公开2023年度工作报告。" + PERIOD, "云岭区钢花村街道"),
    ("《2023年度临江县水务局信息公开工作年度报告》已经研究同意。" + PERIOD, "临江县水务局"),
    ("依据条例,由云溪镇人民政府党政办公室编制。" + PERIOD, "云溪镇人民政府"),
    ("如有疑问,请与临江市公安局(地址:红旗路36号)联系。" + PERIOD, "临江市公安局"),
    ("一、总体情况\n2023年以来,云溪乡在县委县政府领导下开展工作。", "云溪乡"),
    ("特向社会公布2023年度我局政府信息公开年度报告。" + PERIOD, None),
)


@pytest.mark.parametrize(("opening", "unit", "date"), OPENINGS)
def test_a_title_names_unit_year_and_date(opening, unit, date):
    said = wording(opening.replace("{T}", T).split("\n"))
    assert (said.unit, list(said.years), said.date) == (unit, [2023], date)


@pytest.mark.parametrize(("opening", "unit"), SENTENCES)
def test_without_a_title_a_sentence_names_the_unit(opening, unit):
    said = wording(opening.split("\n"))
    assert (said.unit, said.guessed, list(said.years)) == (None, unit, [2023])


def test_a_period_that_lost_its_characters_is_a_period():
    assert list(wording(["数据的统计期限自20231月1日起至202312月31日止"]).years) == [2023]
