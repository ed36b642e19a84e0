"""The arithmetic of the form: one finding for every cause, with the cells that are probably wrong.

A balance with a blank input is open and says nothing; a balance that is open only because a total was left blank is
weighed again with the total reckoned.  Balances that one and the same change would repair make one finding, that of the
cell to change; the others are named in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xlplugin.balancing import Verdict, Weighed, weigh_all
from xlplugin.checking.registry import difference, finding
from xlplugin.checking.settings import Settings
from xlplugin.deriving import derive
from xlplugin.finding import Finding, Suspect
from xlplugin.form import Form
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
    located = explain(report, most=settings.suspects) if locate else ()
    found: list[Finding] = []
    done: set[str] = set()
    for group in located:
        mine = [f for f in faults if f.weighed.balance.id in group.broken and f.weighed.balance.id not in done]
        done |= {f.weighed.balance.id for f in mine}
        found += _of_group(report.form, group, mine, settings)
    found += [_plain(f, (), settings) for f in faults if f.weighed.balance.id not in done]
    place = {b.id: i for i, b in enumerate(report.form.balances)}
    return tuple(sorted(found, key=lambda f: place.get(f.rule, -1)))


def _of_group(form: Form, group: Located, faults: list[Broken], settings: Settings) -> list[Finding]:
    if group.given_up:
        cells = tuple(dict.fromkeys(c for f in faults for c in f.weighed.balance.cells))
        many = finding("LOC-MANY", settings=settings, cells=cells, count=len(faults))
        return [many, *(_plain(f, (), settings) for f in faults)]
    if not group.suspects:
        return [_plain(f, (), settings) for f in faults]
    if group.ways > 1 and len(group.suspects[0].cells) > 1:
        return [_plain(f, group.suspects, settings, others=group.ways - 1) for f in faults]
    return _by_cause(form, group, faults, settings)


def _by_cause(form: Form, group: Located, faults: list[Broken], settings: Settings) -> list[Finding]:
    """One finding for every cell of the best explanation; what else it would mend is named there."""
    left = list(faults)
    found = []
    for cell in group.suspects[0].cells:
        mine = [f for f in left if cell in f.weighed.balance.cells]
        left = [f for f in left if f not in mine]
        if mine:
            lead = next((f for f in mine if f.weighed.balance.defines == cell), mine[0])
            rest = [f for f in mine if f is not lead]
            found.append(_plain(lead, group.suspects, settings, rest=rest, others=group.ways - 1))
    return found + [_plain(f, group.suspects, settings) for f in left]


def _plain(
    fault: Broken, suspects: tuple[Suspect, ...], settings: Settings, *, rest: Iterable[Broken] = (), others: int = 0
) -> Finding:
    balance, left, right = fault.weighed.balance, fault.weighed.left, fault.weighed.right
    words = _cause_en if settings.lang == "en" else _cause
    cause = words(suspects, [r.weighed for r in rest], others, fault.reckoned)
    sides = (left, right)
    return finding(
        balance.id, settings=settings, cells=balance.cells, sides=sides, suspects=suspects,
        says=balance.says, diff=difference(left - right, "件"), cause=cause,
    )  # fmt: skip


def _cause(suspects: tuple[Suspect, ...], rest: list[Weighed], others: int, reckoned: bool) -> str:
    said = ["合计格没填，这里按应填的数推算。"] if reckoned else []
    if suspects and others <= 0:
        said.append(f"最可能填错的是：{suspects[0].why}。")
    elif suspects:
        said.append(f"可能填错的是：{suspects[0].why}。还有 {others} 种改法同样说得通，请对照台账判断。")
    else:
        said.append("仅凭表内的数看不出是哪一格填错，请对照台账逐格核对。")
    if rest:
        names = "、".join(f"“{w.balance.says}”" for w in rest[:3])
        said.append(f"由此{names}{f'等 {len(rest)} 处' if len(rest) > 3 else ''}也不平，改好后一并消失。")
    return "".join(said)


def _cause_en(suspects: tuple[Suspect, ...], rest: list[Weighed], others: int, reckoned: bool) -> str:
    said = ["The total is blank and was worked out. "] if reckoned else []
    if suspects:
        changes = ", ".join(f"{c} = {v}" for c, v in suspects[0].cells.items())
        said.append(f"Probably: {changes}. " + (f"{others} other changes would do as well. " if others > 0 else ""))
    else:
        said.append("The numbers of the table alone do not tell which cell is wrong. ")
    if rest:
        said.append(f"This also breaks {', '.join(w.balance.id for w in rest)}.")
    return "".join(said)
