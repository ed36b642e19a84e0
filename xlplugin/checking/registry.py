"""Every rule once: lasting id, severity, basis, the years and forms it holds for, its words.

The words are data (rules.yaml); a check supplies the facts.  `docs/rules.md`, `xlplugin rules` and the sheet 校验
are printed from here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from xlplugin.checking.settings import DEFAULT, Settings
from xlplugin.finding import Finding, Severity, Suspect
from xlplugin.form.registry import forms, read_yaml
from xlplugin.numerals import Number

Tag = Literal["O", "L", "P", "D", "M"]
TAGS: dict[Tag, str] = {
    "O": "官方文件",
    "L": "法律法规",
    "P": "实务（地方通知、已发布的年报、审核工具）",
    "D": "由算术或逻辑推出",
    "M": "一般了解，未见原文",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Frozen):
    zh: str
    en: str

    def in_(self, lang: Literal["zh", "en"]) -> str:
        return self.en if lang == "en" else self.zh


class Rule(_Frozen):
    """One rule.  Empty `forms` means every form; `first` is the first report year it holds for.

    `tags` say how sure the basis is; a rule that only practice supports may block only with `why_blocks` said.
    """

    id: str
    severity: Severity
    tables: tuple[str, ...]
    tags: tuple[Tag, ...]
    basis: str
    title: Words
    message: Words
    fix: Words
    forms: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    thresholds: tuple[str, ...] = ()
    why_blocks: str = ""

    @property
    def may_block(self) -> bool:
        """Whether a finding of this rule can stop 提交审核."""
        return self.severity in (Severity.FORCED, Severity.EXPLAIN)

    @property
    def only_practice(self) -> bool:
        """Whether no official text, law or arithmetic stands behind it."""
        return not {"O", "L", "D"} & set(self.tags)

    def in_force(self, form_id: str, year: int | None) -> bool:
        """Whether the rule holds for a report on this form and year; an unknown year keeps undated rules only."""
        if self.forms and form_id not in self.forms:
            return False
        if self.first is None and self.last is None:
            return True
        return year is not None and (self.first or year) <= year <= (self.last or year)


@lru_cache(maxsize=1)
def _load() -> tuple[Rule, ...]:
    return tuple(Rule.model_validate(said) for said in read_yaml(Path(__file__).parent / "rules.yaml"))


RULES: tuple[Rule, ...] = _load()
_BY_ID = {r.id: r for r in RULES}


def rule(rule_id: str) -> Rule:
    """The rule of this id; `T3-SUM.natural_person` is the rule T3-SUM.

    A balance that only a further form file declares is a rule all the same.  KeyError for an id nobody ever gave.
    """
    family = rule_id.partition(".")[0]
    return _BY_ID[family] if family in _BY_ID else _declared(family)


def _declared(family: str) -> Rule:
    """The rule of a balance in words that fit every balance."""
    said = [b for f in forms().values() for b in f.balances if b.rule == family]
    if not said:
        raise KeyError(family)
    message = Words(
        zh="“{says}”不成立：左边是 {left}，右边是 {right}，{diff}。{cause}",
        en="{id}: the left side is {left}, the right side {right} (difference {gap}). {cause}",
    )
    return Rule(
        id=family,
        severity=Severity.FORCED,
        tables=(said[0].table,),
        tags=("O",),
        basis="表式文件里写明的合计或勾稽关系",
        title=Words(zh=said[0].says.partition("：")[0], en=family),
        message=message,
        fix=Words(
            zh="对照台账核对这几个数，改正错的那个。", en="Check these numbers against the case ledger and correct the wrong one."
        ),
    )


def finding(
    rule_id: str,
    *,
    settings: Settings = DEFAULT,
    cells: tuple[str, ...] = (),
    sides: tuple[Number, Number] | None = None,
    seen: str = "",
    suspects: tuple[Suspect, ...] = (),
    severity: Severity | None = None,
    **facts: Any,
) -> Finding:
    """A finding of a rule in the words of the registry; `sides` are the two numbers compared."""
    said = rule(rule_id)
    left, right = sides if sides is not None else (None, None)
    gap = None if left is None or right is None else left - right
    facts = {"left": left, "right": right, "gap": gap, "id": rule_id, "seen": seen, **facts}
    if gap is not None:
        facts.setdefault("diff", difference(gap, str(facts.get("unit") or "")))
    return Finding(
        rule=rule_id,
        severity=severity or said.severity,
        message=said.message.in_(settings.lang).format_map(facts).strip(),
        cells=cells,
        left=left,
        right=right,
        gap=gap,
        fix=said.fix.in_(settings.lang).format_map(facts).strip(),
        seen=seen,
        suspects=suspects,
    )


def difference(gap: Number, unit: str) -> str:
    """How a clerk says a gap: the first number is 多 3 件 or 少 3 件."""
    return f"{'多' if gap > 0 else '少'} {abs(gap)}{' ' + unit if unit else ''}"
