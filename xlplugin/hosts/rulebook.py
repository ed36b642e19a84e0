"""The rule book, printed from the registries: reports (checking), roll-ups (merging), imports (recognising)."""

from __future__ import annotations

from typing import Any

from xlplugin.checking.registry import RULES, Rule
from xlplugin.checking.rulebook import markdown
from xlplugin.merging.rules import registered
from xlplugin.recognising.rules import RULES as IMPORT_RULES


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


def as_markdown() -> str:
    """The book that docs/rules.md holds: reports and roll-ups, then what an import may have to say."""
    lines = [
        markdown(every_rule()).rstrip(),
        "",
        "## 导入已公布的年报",
        "",
        "| 编号 | 类别 | 情形 | 怎么办 |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {r.id} | {r.severity} | {r.title} | {r.fix} |" for r in IMPORT_RULES.values()]
    return "\n".join(lines)
