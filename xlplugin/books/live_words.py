"""The sentences that the workbook makes by itself, each once as a formula and once in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xlplugin.balancing import Verdict
from xlplugin.books.layout import Layout
from xlplugin.form import Balance
from xlplugin.form import form as form_of
from xlplugin.numerals import Number, tidy

if TYPE_CHECKING:
    from xlplugin.books.live_facts import Facts

NEXT, NOTHING_NEXT = "下一处 ▶", "没有待处理的格"
NIL_NOTICE = "本表已在封面勾选“全零申报”：空格按0计。"
AGREES, DIFFERS = "一致", "不一致"
BROKEN_SAYS, MISSING_SAYS, ALSO_MISSING = " 条勾稽关系不平", " 格没有填数", "，另有 "
TOTALS_OPEN = " 条勾稽关系因合计没有填而不能判断"
ALL_PASS = "全部勾稽关系成立，没有空格"


class Words:
    """The verdict line and the advice beside a broken balance."""

    def __init__(self, plan: Layout) -> None:
        self.form, self.plan = form_of(plan.form_id), plan

    def status_formula(self) -> str:
        broken, still_open = (self.plan.counts[v].a1 for v in (Verdict.BROKEN, Verdict.OPEN))
        missing = self.plan.counts["missing"].a1
        also = f'IF({missing}>0,"{ALSO_MISSING}"&{missing}&"{MISSING_SAYS}","")'
        left = f'IF({still_open}>0,"{Verdict.OPEN}：还有 "&{still_open}&"{TOTALS_OPEN}","{Verdict.PASS}：{ALL_PASS}")'
        wanting = f'IF({missing}>0,"{Verdict.OPEN}：还有 "&{missing}&"{MISSING_SAYS}",{left})'
        return f'=IF({broken}>0,"{Verdict.BROKEN}：有 "&{broken}&"{BROKEN_SAYS}"&{also},{wanting})'

    def status(self, facts: Facts) -> str:
        counts = facts.counts
        broken, still_open, missing = counts[Verdict.BROKEN], counts[Verdict.OPEN], counts["missing"]
        if broken:
            also = f"{ALSO_MISSING}{missing}{MISSING_SAYS}" if missing else ""
            return f"{Verdict.BROKEN}：有 {broken}{BROKEN_SAYS}{also}"
        if missing:
            return f"{Verdict.OPEN}：还有 {missing}{MISSING_SAYS}"
        if still_open:
            return f"{Verdict.OPEN}：还有 {still_open}{TOTALS_OPEN}"
        return f"{Verdict.PASS}：{ALL_PASS}"

    def fix_formula(self, balance: Balance, state: str, gap: str) -> str:
        more, less, unit = self._compared(balance)
        said = f'IF({gap}>0,"{more}","{less}")&ABS({gap})&"{unit}"'
        return f'=IF({state}="{Verdict.BROKEN}",{said},"")'

    def fix(self, balance: Balance) -> Callable[[Facts], str]:
        more, less, unit = self._compared(balance)

        def said(facts: Facts) -> str:
            gap: Number | None = facts.weighed[balance.id].gap
            if not gap:
                return ""
            return f"{more if gap > 0 else less}{_digits(gap if gap > 0 else -gap)}{unit}"

        return said

    def _compared(self, balance: Balance) -> tuple[str, str, str]:
        left, right = ("合计", "各项之和") if balance.defines else ("左边", "右边")
        unit = self.form.cell[balance.left[0]].unit or ""
        return f"{left}比{right}多 ", f"{left}比{right}少 ", f" {unit}"


def _digits(number: Number) -> str:
    """As a spreadsheet turns a number into text."""
    whole = number if isinstance(number, int) else tidy(number)
    return str(whole) if isinstance(whole, int) else f"{whole.normalize():f}"
