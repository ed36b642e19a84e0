"""What a recogniser may have to say about a published report: rule ids, their titles and what to do about them.

Every cell that could not be read has a finding of one of these rules; nothing is guessed silently.
"""

from __future__ import annotations

from typing import NamedTuple

from xlplugin.finding import Finding, Severity


class ImportRule(NamedTuple):
    """One kind of mess in a published copy."""

    id: str
    severity: Severity
    title: str
    fix: str


LOOK = "请对照原文，把数字填进这些单元格。"

RULES = {
    r.id: r
    for r in (
        ImportRule("IMP-SHORT", Severity.VERIFY, "数字个数与列数不符", LOOK),
        ImportRule("IMP-GLUED", Severity.VERIFY, "数字粘在一起", "请对照原文核对拆分结果；没有拆开的请手工填写。"),
        ImportRule("IMP-MERGED", Severity.VERIFY, "数字写在合并的格子里", LOOK),
        ImportRule("IMP-EXTRA", Severity.VERIFY, "正式表格里没有的行或列，没有读入", "请确认这些数字不属于正式表格。"),
        ImportRule("IMP-LABEL", Severity.VERIFY, "行或列的名称与正式表格不同", "请对照原文核对这一行、这一列的数字。"),
        ImportRule("IMP-MISSING", Severity.VERIFY, "没有找到这一行或这张表", LOOK),
        ImportRule("IMP-REPEAT", Severity.VERIFY, "同一行出现了几次", "请对照原文，确定以哪一行为准。"),
        ImportRule("IMP-SWAPPED", Severity.VERIFY, "列的次序与正式表格不同", LOOK),
        ImportRule("IMP-LAYOUT", Severity.VERIFY, "表格的排法认不出来", LOOK),
        ImportRule(
            "IMP-FORM", Severity.VERIFY, "表式与年度不符，或混用了两种表式", "请核对年度；确属用错表式的，应按当年表式重新编制。"
        ),
        ImportRule("IMP-UNIT", Severity.VERIFY, "表头的计量单位与正式表格不同", "请换算成表式规定的单位后填写。"),
        ImportRule("IMP-NOTE", Severity.VERIFY, "格子里不只是数字", "请核对建议的数字，确认后填写。"),
        ImportRule("IMP-SPELLING", Severity.NOTICE, "数字或名称的写法不规范，已读入", "无须处理；以后请用半角数字和规范字。"),
        ImportRule("IMP-YEAR", Severity.VERIFY, "年度说法不一或不能确定", "请核对年度，或在导入时指明年度。"),
        ImportRule("IMP-UNITNAME", Severity.VERIFY, "单位名称不能确定", "请核对单位名称，或在导入时指明单位。"),
        ImportRule("IMP-SECTION", Severity.NOTICE, "缺少正式标题的部分，文字按位置归入", "请核对各部分文字。"),
    )
}


def said(rule: str, what: str, cells: tuple[str, ...] = (), *, seen: str = "", about: str = "") -> Finding:
    """A finding of this rule.  `what` says what was seen and where; `about` tells findings of one rule apart."""
    book = RULES[rule]
    return Finding(
        rule=f"{rule}.{about}" if about else rule,
        severity=book.severity,
        message=f"{book.title}：{what}",
        cells=cells,
        fix=book.fix,
        seen=seen,
    )
