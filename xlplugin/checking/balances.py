"""The arithmetic of the form: a finding for every broken balance, with the cells that are probably wrong.

A balance with a blank input is open and says nothing; a balance that is open only because a total was left blank is
weighed again with the total reckoned.  Of the balances that one and the same change would repair, the one of the cell to
change is the cause; it names the others, and they say that they follow from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from xlplugin.balancing import Verdict, Weighed, weigh_all
from xlplugin.checking.registry import difference, finding
from xlplugin.checking.settings import Settings
from xlplugin.deriving import derive
from xlplugin.finding import Finding
from xlplugin.form import Balance, Form
from xlplugin.locating import Located, explain
from xlplugin.report import Report


class Broken(NamedTuple):
    """A balance that does not hold; `reckoned` when a blank total had to be worked out to see it."""

    weighed: Weighed
    reckoned: bool


def broken(report: Report) -> tuple[Broken, ...]:
    """Every balance that does not hold, in the order of the form."""
    stands = weigh_all(report.form, report.numbers())
    derived = {w.balance.id: w for w in weigh_all(report.form, derive(report).numbers())}
    found = []
    for w in stands:
        if w.verdict is Verdict.BROKEN:
            found.append(Broken(w, False))
        elif w.verdict is Verdict.OPEN and derived[w.balance.id].verdict is Verdict.BROKEN:
            found.append(Broken(derived[w.balance.id], True))
    return tuple(found)


def check_balances(report: Report, settings: Settings, *, locate: bool = True) -> tuple[Finding, ...]:
    """The findings of the balances; with `locate` they carry suspects."""
    faults = broken(report)
    if not faults:
        return ()
    causes, consequences = _causes(report.form, faults)
    located = explain(report, most=settings.suspects) if locate else ()
    writer = _Writer(report.form, settings, consequences, located=locate)
    found: list[Finding] = []
    done: set[str] = set()
    for group in located:
        mine = [f for f in causes if f.weighed.balance.id in group.broken and f.weighed.balance.id not in done]
        done |= {f.weighed.balance.id for f in mine}
        found += writer.group(group, mine)
    found += [x for f in causes if f.weighed.balance.id not in done for x in writer.one(f, None)]
    place = {b.id: i for i, b in enumerate(report.form.balances)}
    # The cause stands before what follows from it.
    return tuple(sorted(found, key=lambda f: (place.get(f.follows or f.rule, -1), bool(f.follows), place.get(f.rule, -1))))


def _causes(form: Form, faults: tuple[Broken, ...]) -> tuple[list[Broken], dict[str, list[Broken]]]:
    """The faults, and apart from them those of the total column that only add up faults of the applicant columns."""
    total = {c.column for c in form.cells if c.derived and c.table == "applications" and c.column == "total"}
    causes: list[Broken] = []
    consequences: dict[str, list[Broken]] = {}
    for fault in faults:
        rule, _, column = fault.weighed.balance.id.partition(".")
        parts = [f for f in faults if f.weighed.balance.rule == rule and f is not fault] if column in total else []
        if parts and fault.weighed.gap == sum((f.weighed.gap or 0 for f in parts), start=0):
            consequences.setdefault(parts[0].weighed.balance.id, []).append(fault)
        else:
            causes.append(fault)
    return causes, consequences


class _Writer(NamedTuple):
    """Writes the findings of one report."""

    form: Form
    settings: Settings
    consequences: dict[str, list[Broken]]
    located: bool

    def group(self, group: Located, faults: list[Broken]) -> list[Finding]:
        if group.given_up:
            cells = tuple(dict.fromkeys(c for f in faults for c in f.weighed.balance.cells))
            many = finding("LOC-MANY", settings=self.settings, cells=cells, count=len(group.broken))
            return [many, *(x for f in faults for x in self.one(f, None))]
        if not group.suspects or (group.alike > 1 and len(group.suspects[0].cells) > 1):
            return [x for f in faults for x in self.one(f, group)]
        return self._by_cause(group, faults)

    def _by_cause(self, group: Located, faults: list[Broken]) -> list[Finding]:
        """One finding for every cell of the best explanation; what else it would mend is named there."""
        left = list(faults)
        found = []
        for cell in group.suspects[0].cells:
            mine = [f for f in left if cell in f.weighed.balance.cells]
            left = [f for f in left if f not in mine]
            if mine:
                lead = next((f for f in mine if f.weighed.balance.defines == cell), mine[0])
                found += self.one(lead, group, [f for f in mine if f is not lead])
        return found + [x for f in left for x in self.one(f, group)]

    def one(self, fault: Broken, group: Located | None, rest: list[Broken] | None = None) -> list[Finding]:
        """The finding of one balance, and after it those of `rest`: the balances that the same change would mend."""
        balance = fault.weighed.balance
        others = [*(rest or ()), *self.consequences.get(balance.id, ())]
        lead = self._told(fault, group, self._cause(group, [r.weighed for r in others], fault.reckoned))
        together = _follows_en if self.settings.lang == "en" else _follows
        return [lead, *(replace(self._told(o, group, together(balance)), follows=balance.id) for o in others)]

    def _cause(self, group: Located | None, rest: list[Weighed], reckoned: bool) -> str:
        """Nobody may say that the numbers do not tell the wrong cell when nobody looked for it."""
        english = self.settings.lang == "en"
        said = (_RECKONED_EN if english else _RECKONED) if reckoned else ""
        return said + (_cause_en if english else _cause)(group, rest) if self.located else said

    def _told(self, fault: Broken, group: Located | None, cause: str) -> Finding:
        balance, left, right = fault.weighed.balance, fault.weighed.left, fault.weighed.right
        return finding(
            balance.id, settings=self.settings, cells=balance.cells, sides=(left, right), says=balance.says,
            suspects=group.suspects if group else (), diff=difference(left - right, "件"), cause=cause,
        )  # fmt: skip


_RECKONED = "合计格没填，这里按应填值推算。"
_RECKONED_EN = "The total is blank and was worked out. "
NAMED = 3  # how many explanations or balances a message names


def _follows(lead: Balance) -> str:
    return f"与“{lead.says}”同一处引起，改好后一并消失。"


def _follows_en(lead: Balance) -> str:
    return f"The same change as for {lead.id} mends it."


def _cause(group: Located | None, rest: list[Weighed]) -> str:
    said = [_likely(group)]
    if rest:
        names = "、".join(f"“{w.balance.says}”" for w in rest[:NAMED])
        said.append(f"由此{names}{f'等 {len(rest)} 处' if len(rest) > NAMED else ''}也不平，改好后一并消失。")
    return "".join(said)


def _likely(group: Located | None) -> str:
    if group is None or not group.suspects:
        return "仅凭表内的数看不出是哪一格填错，请对照台账逐格核对。"
    best = group.suspects[: group.alike]
    if group.ways == 1:
        return f"最可能填错的是：{best[0].why}。"
    if group.alike == 1:
        return f"最像的改法：{best[0].why}。另有 {group.ways - 1} 种改法也说得通，请对照台账判断。"
    if group.alike <= NAMED:
        return "有几种改法同样说得通：" + "；".join(f"（{i}）{s.why}" for i, s in enumerate(best, 1)) + "。请对照台账判断。"
    return f"有 {group.alike} 种改法同样说得通，表内的数分不出是哪一种，请对照台账逐格核对。"


def _cause_en(group: Located | None, rest: list[Weighed]) -> str:
    said = []
    if group is not None and group.suspects and group.alike <= NAMED:
        changes = " or ".join(", ".join(f"{c} = {v}" for c, v in s.cells.items()) for s in group.suspects[: group.alike])
        said.append(f"Probably {changes}. ")
    else:
        said.append("The numbers of the table alone do not tell which cell is wrong. ")
    if rest:
        said.append(f"This also breaks {', '.join(w.balance.id for w in rest)}.")
    return "".join(said)
