"""The rule book, printed from the registry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from xlplugin.checking.registry import RULES, TAGS, Rule
from xlplugin.checking.settings import DEFAULT, Settings
from xlplugin.finding import Severity

_BRACES = re.compile(r"{\w+}")
EFFECT = {
    Severity.FORCED: "必须改数，否则不能提交",
    Severity.EXPLAIN: "改数，或写明审核说明，否则不能提交",
    Severity.VERIFY: "请核对；属实的写审核说明",
    Severity.NOTICE: "提醒，可以不理会",
}


def markdown(rules: Sequence[Rule] = RULES, settings: Settings = DEFAULT) -> str:
    """The rule book in Chinese; `rules` may be the registry's with those of the roll-up appended."""
    head = [
        "# 校验规则",
        "",
        "本文由程序中登记的规则打印，不要手改：`xlplugin rules --markdown > docs/rules.md`。",
        "",
        "| 类别 | 效果 | 规则数 |",
        "| --- | --- | --- |",
        *(f"| {s} | {EFFECT[s]} | {sum(r.severity is s for r in rules)} |" for s in Severity),
        "",
        f"审核说明至少 {settings.explanation_chars} 个字，要写明原因；只写“核实无误”之类不算。"
        "说明随文件走；它所说的数一改，说明即失效。",
        "",
    ]
    return "\n".join([*head, *(line for s in Severity for line in _chapter(s, rules, settings))]).rstrip() + "\n"


def _chapter(severity: Severity, rules: Sequence[Rule], settings: Settings) -> list[str]:
    mine = [r for r in rules if r.severity is severity]
    return [f"## {severity}", "", *(line for r in mine for line in _entry(r, settings))] if mine else []


def _entry(rule: Rule, settings: Settings) -> list[str]:
    lines = [
        f"### {rule.id} {plain(rule.title.zh)}",
        "",
        f"- 提示语：{plain(rule.message.zh)}",
        f"- 怎么办：{plain(rule.fix.zh)}",
    ]
    lines.append(f"- 依据：{rule.basis}（{'；'.join(TAGS[t] for t in rule.tags)}）")
    if rule.only_practice:
        lines.append(
            "- 只有实务支持，没有见到官方文件的明文。" + (f"仍要求说明，因为{rule.why_blocks}。" if rule.why_blocks else "")
        )
    if rule.forms or rule.first:
        lines.append(f"- 适用：{_scope(rule)}")
    for name in rule.thresholds:
        lines.append(f"- 可设：{Settings.model_fields[name].description}（`{name}`，默认 {_value(getattr(settings, name))}）")
    return [*lines, ""]


def _scope(rule: Rule) -> str:
    said = [f"{'、'.join(rule.forms)} 年格式"] if rule.forms else []
    return "，".join([*said, f"{rule.first} 年度起"] if rule.first else said)


def _value(value: Any) -> str:
    if value is None:
        return "不查"
    return f"{value[0]}月{value[1]}日" if isinstance(value, tuple) else str(value)


def plain(words: str) -> str:
    """A template as it reads without its facts: {cell} becomes ……."""
    return _BRACES.sub("……", words)
