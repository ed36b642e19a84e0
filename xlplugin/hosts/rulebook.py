"""The rule book, printed from the registries: reports (checking), roll-ups (merging), imports (recognising)."""

from __future__ import annotations

from typing import Any

from xlplugin.checking.registry import RULES, TAGS, Rule
from xlplugin.finding import Severity
from xlplugin.form import forms
from xlplugin.merging.rules import registered
from xlplugin.recognising.rules import RULES as IMPORT_RULES

_EFFECT = {
    Severity.FORCED: "必须改正，否则不能提交",
    Severity.EXPLAIN: "必须改正或写明审核说明",
    Severity.VERIFY: "请核对，并写简短说明",
    Severity.NOTICE: "供参考，可不处理",
}


def every_rule() -> tuple[Rule, ...]:
    """The rules of reports, then those of roll-ups."""
    return (*RULES, *registered())


def as_json() -> list[dict[str, Any]]:
    """One object a rule; rules of imports have only id, severity, title and what to do."""
    said = [rule.model_dump(mode="json") | {"may_block": rule.may_block} for rule in every_rule()]
    brief = (
        {"id": r.id, "severity": str(r.severity), "title": {"zh": r.title}, "fix": {"zh": r.fix}} for r in IMPORT_RULES.values()
    )
    return [*said, *brief]


def as_text(lang: Any) -> str:
    """One line a rule, for a terminal."""
    lines = [f"{r.id:<12}{r.severity}　{r.title.in_(lang)}" for r in every_rule()]
    lines += [f"{r.id:<12}{r.severity}　{r.title}" for r in IMPORT_RULES.values()]
    return "\n".join(lines)


def as_markdown(lang: Any) -> str:
    """The book that docs/rules.md holds."""
    parts = [
        "# 规则手册",
        "",
        "由程序的规则登记册生成（`xlplugin rules --markdown`），请勿手工修改。",
        "",
        "| 级别 | 处理 |",
        "| --- | --- |",
    ]
    parts += [f"| {severity} | {effect} |" for severity, effect in _EFFECT.items()]
    parts += ["", "依据的可靠程度：" + "；".join(f"{tag} {meaning}" for tag, meaning in TAGS.items()) + "。"]
    parts += ["", "## 单份报告", *(_entry(r, lang) for r in RULES)]
    parts += ["", "## 汇总", *(_entry(r, lang) for r in registered())]
    parts += ["", "## 导入已公布的年报", "", "| 编号 | 级别 | 情形 | 处理 |", "| --- | --- | --- | --- |"]
    parts += [f"| {r.id} | {r.severity} | {r.title} | {r.fix} |" for r in IMPORT_RULES.values()]
    return "\n".join(parts)


def _entry(rule: Rule, lang: Any) -> str:
    lines = [f"\n### {rule.id}　{rule.title.in_(lang)}", ""]
    lines.append(f"- 级别：{rule.severity}（{_EFFECT[rule.severity]}）")
    lines.append(f"- 依据：{rule.basis}（{'、'.join(rule.tags)}）")
    lines.append(f"- 适用：{_scope(rule)}")
    if rule.why_blocks:
        lines.append(f"- 为什么会拦截：{rule.why_blocks}")
    if rule.thresholds:
        lines.append(f"- 可调的界限：{'、'.join(rule.thresholds)}")
    lines.append(f"- 处理：{rule.fix.in_(lang)}")
    return "\n".join(lines)


def _scope(rule: Rule) -> str:
    which = "、".join(rule.forms) if rule.forms else "、".join(forms())
    first, last = rule.first, rule.last
    years = f"，{first or '最早'}—{last or '现在'} 年度" if first or last else ""
    return f"{which} 格式{years}"
