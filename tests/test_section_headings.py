"""The headings that offices give the six sections: what belongs to sections one, five and six is found under them all."""

from __future__ import annotations

from random import Random

import pytest

from tests.fillings import filled
from tests.published_copies import SAID
from tests.published_layouts import LAYOUTS
from xlplugin.form import form
from xlplugin.published.from_text import grids_of_text
from xlplugin.recognising import recognise

REPORT = filled("2021", Random(3))
SECTION_TWO = "2023年,我镇主动公开114条。"
HEADINGS = (
    ("一、 总体情况", "二、行政机关主动公开政府信息情况", "三、行政机关收到和处理政府信息公开申请情况",
     "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "五、政府信息公开工作存在的主要问题及改进情况", "六、其他需要报告的情况"),
    ("一、工作基本情况", "二、主动公开政府信息的情况", "三、收到和处理政府信息公开申请的情况",
     "四、政府信息公开行政复议和行政诉讼情况", "五、存在主要问题和改进情况", "六、其它需要报告事项"),
    ("1、 总体情况", "2、 主动公开政府信息情况", "3、 收到和处理政府信息公开申请情况",
     "4、 政府信息公开行政复议、行政诉讼情况", "5、 存在的主要问题及改进情况", "6、 其他需要报告的事项"),
    ("一、概述", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
     "四、政府信息公开行政复议、行政诉讼情况", "五、存在的问题及下一步工作打算", "六、需要说明的其他事项"),
    ("一、总体概述", "二、政府信息主动公开情况", "三、依申请公开政府信息情况",
     "四、政府信息公开行政复议、行政诉讼情况", "五、工作中存在的主要问题及改进措施", "六、其他应当报告的事项"),
    ("(一)总体情况", "(二)主动公开政府信息情况", "(三)收到和处理政府信息公开申请情况",
     "(四)政府信息公开行政复议、行政诉讼情况", "(五)存在的主要问题及改进情况", "(六)其他需要报告的事项"),
    ("一、工作概述", "二、主动公开情况", "三、收到和处理申请情况", "四、行政复议、行政诉讼情况", "五、存在的不足及改进措施", "六、其他事项"),
    ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
     "存在的主要问题及改进情况", "其他需要报告的事项"),
)  # fmt: skip


@pytest.mark.parametrize("headings", HEADINGS, ids=lambda h: h[0])
def test_sections_are_found_under_headings_of_all_kinds(headings):
    page = LAYOUTS["bars, not filled up"].render(REPORT, Random(3))
    for official, own in zip((s.title for s in form("2021").sections), headings, strict=True):
        page = "\n".join(own if line == official else line for line in page.split("\n"))
    page = page.replace(f"{headings[1]}\n", f"{headings[1]}\n{SECTION_TWO}\n", 1)
    read = recognise(grids_of_text(page))
    assert read.numbers() == REPORT.numbers()
    assert {k: text.replace("，", ",").replace("：", ":") for k, text in SAID.items()} == read.text


def test_items_of_a_list_are_no_headings():
    page = LAYOUTS["bars, not filled up"].render(REPORT, Random(3))
    items = "\n".join(f"{i}.一些方面存在不足情况" for i in range(1, 7))
    read = recognise(grids_of_text(page.replace("六、其他需要报告的事项", f"{items}\n六、其他需要报告的事项")))
    assert read.text["problems"].endswith("6.一些方面存在不足情况")
    assert read.text["other_matters"] == SAID["other_matters"].replace("，", ",")
