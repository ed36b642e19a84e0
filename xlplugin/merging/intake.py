"""One outcome for every file (接收): accepted, returned, superseded, duplicate, unreadable or out_of_scope.

A pure function of the set of files: their order, and the order of their arrival, cannot matter.
The latest valid report of a unit counts; a later broken one does not displace it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from xlplugin.merging.filed import LEAF, LOCAL, WHOLE, Slip
from xlplugin.merging.register import Finder, Match, Roster
from xlplugin.numerals import squeeze


class Outcome(StrEnum):
    """The state of a file; `label` is what the officer reads."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Outcome.ACCEPTED: "已汇总",
    Outcome.RETURNED: "退回",
    Outcome.SUPERSEDED: "已被重报取代",
    Outcome.DUPLICATE: "重复文件",
    Outcome.UNREADABLE: "读不出来",
    Outcome.OUT_OF_SCOPE: "不属于本次汇总",
}


class Entry(NamedTuple):
    """One line of the ledger (台账)."""

    slip: Slip
    state: Outcome
    unit: str  # as the roll-up calls it; "" where nobody could say
    reason: str = ""
    cause: str = ""  # rule id behind the reason


class Again(NamedTuple):
    """A unit that filed more than once: what counts and what it displaced."""

    unit: str
    kept: Slip
    before: Slip
    unclear: bool  # same 填报日期: the order is not known from the covers


class Choice(NamedTuple):
    """What an officer decided and signed: `keep` this very content, `include` it in spite of errors, `withdraw` it."""

    kind: str
    sha256: str
    by: str
    reason: str


class Terms(NamedTuple):
    """What is being rolled up, and by which rules a file gets in."""

    form: str
    year: int
    scope: str = WHOLE
    roster: Roster | None = None
    strict: bool = False
    choices: tuple[Choice, ...] = ()


class Settled(NamedTuple):
    entries: tuple[Entry, ...]  # sorted by unit and file
    accepted: tuple[Entry, ...]
    again: tuple[Again, ...]
    named: tuple[tuple[Slip, Match], ...]  # matched by code or former name under another name
    strangers: tuple[tuple[Slip, Match], ...]


def settle(slips: Iterable[Slip], terms: Terms, members: Mapping[str, Sequence[str]] | None = None) -> Settled:
    """Decides every file.  `members` gives, by content hash, the units that a received roll-up says it contains."""
    entries: list[Entry] = []
    named: list[tuple[Slip, Match]] = []
    strangers: list[tuple[Slip, Match]] = []
    candidates: list[Slip] = []
    for slip in sorted(slips, key=lambda s: (s.file, s.sha256)):
        early = _without_unit(slip, terms)
        if early:
            entries.append(early)
        else:
            candidates.append(slip)
    whose = (
        _by_roster(candidates, terms.roster, entries, named, strangers)
        if terms.roster
        else _by_cover(candidates, entries, strangers)
    )
    again: list[Again] = []
    for unit in list(whose):
        entries += _one_unit(unit, whose.pop(unit), terms, again)
    candidates.clear()
    entries = [_past(e) for e in _without_doubles(entries, terms, members or {})]
    entries.sort(key=lambda e: (e.unit, e.slip.file, e.slip.sha256))
    counted = {e.unit for e in entries if e.state is Outcome.ACCEPTED}
    again = [a for a in again if a.unit in counted]
    return Settled(
        tuple(entries), tuple(e for e in entries if e.state is Outcome.ACCEPTED), tuple(again), tuple(named), tuple(strangers)
    )


def _past(entry: Entry) -> Entry:
    """What a file held before it was overwritten still counts if it is valid, and is nobody's concern if it is not."""
    if not entry.slip.past or entry.state in (Outcome.ACCEPTED, Outcome.SUPERSEDED, Outcome.DUPLICATE):
        return entry
    return entry._replace(state=Outcome.SUPERSEDED, reason=f"文件已换成新的内容；原来：{entry.reason}", cause="")


def _without_unit(slip: Slip, terms: Terms) -> Entry | None:
    """What can be said without knowing the unit: unreadable, no workbook, another year, form or scope."""
    if slip.code == "OUT":
        return Entry(slip, Outcome.OUT_OF_SCOPE, "", slip.refusal)
    if slip.refusal:
        return Entry(slip, Outcome.UNREADABLE, "", slip.refusal, "RU-READ")
    if slip.year is None:
        return Entry(slip, Outcome.OUT_OF_SCOPE, slip.name, "封面没有填报告年度", "RU-YEAR")
    if slip.year != terms.year:
        return Entry(slip, Outcome.OUT_OF_SCOPE, slip.name, f"是 {slip.year} 年度的，本次汇总 {terms.year} 年度", "RU-YEAR")
    if slip.form != terms.form:
        return Entry(
            slip, Outcome.OUT_OF_SCOPE, slip.name, f"用的是 {slip.form} 年表式，本年度应用 {terms.form} 年表式", "RU-FMT"
        )
    if slip.scope and slip.scope != terms.scope:
        return Entry(
            slip, Outcome.OUT_OF_SCOPE, slip.name, f"是{slip.scope}口径的汇总表，本次汇总的口径是{terms.scope}", "RU-SCOPE"
        )
    if slip.scope == WHOLE and terms.scope == LOCAL:  # pragma: no cover - said by the line above; kept for a third scope
        return Entry(slip, Outcome.OUT_OF_SCOPE, slip.name, "本级口径不含下级汇总", "RU-SCOPE")
    return None


def _by_roster(
    slips: list[Slip],
    roster: Roster,
    entries: list[Entry],
    named: list[tuple[Slip, Match]],
    strangers: list[tuple[Slip, Match]],
) -> dict[str, list[Slip]]:
    finder = Finder(roster)
    shown = _shown_names(roster)
    whose: dict[str, list[Slip]] = defaultdict(list)
    for slip in slips:
        match = finder.find(slip.name, slip.unit_code, slip.parent)
        if match.unit is None:
            strangers += [] if slip.past else [(slip, match)]
            entries.append(Entry(slip, Outcome.OUT_OF_SCOPE, slip.name, match.why, "RU-WHO"))
        elif not match.unit.summed:
            why = "实行垂直管理，向本系统上级报送" if match.unit.vertical else "名册注明不纳入汇总"
            entries.append(Entry(slip, Outcome.OUT_OF_SCOPE, match.unit.name, why))
        else:
            if match.how != "名称" and squeeze(match.unit.name) != squeeze(slip.name):
                named.append((slip, match))
            whose[shown[match.unit.name, match.unit.parent]].append(slip)
    return whose


def _shown_names(roster: Roster) -> dict[tuple[str, str | None], str]:
    """How each unit is called: its name, with its parent where two have the same."""
    count: dict[str, int] = defaultdict(int)
    for unit in roster.units:
        count[unit.name] += 1
    return {(u.name, u.parent): u.name if count[u.name] == 1 else f"{u.name}（{u.parent or u.code}）" for u in roster.units}


def unit_name(roster: Roster, name: str, parent: str | None) -> str:
    """How the roll-up calls a unit of the register."""
    return _shown_names(roster)[name, parent]


def _by_cover(slips: list[Slip], entries: list[Entry], strangers: list[tuple[Slip, Match]]) -> dict[str, list[Slip]]:
    """Without a register a unit is its code, or its name under its parent where no cover gives one."""
    codes: dict[tuple[str, str], set[str]] = {_place(s): set() for s in slips if not s.unit_code}
    for s in slips if codes else ():
        if s.unit_code and _place(s) in codes:
            codes[_place(s)].add(s.unit_code)
    whose: dict[tuple[str, ...], list[Slip]] = defaultdict(list)
    for s in slips:
        known = (s.unit_code,) if s.unit_code else tuple(codes[_place(s)])
        if not squeeze(s.name):
            why = "封面没有写单位名称"
        elif len(known) > 1:
            why = f"有 {len(known)} 个不同代码的单位都叫这个名称，而这份封面没有写代码"
        else:
            whose[known or _place(s)].append(s)
            continue
        strangers += [] if s.past else [(s, Match(None, why=why))]
        entries.append(Entry(s, Outcome.OUT_OF_SCOPE, s.name, why, "RU-WHO"))
    return _called(whose)


def _place(slip: Slip) -> tuple[str, str]:
    """What tells units apart that have no code."""
    return squeeze(slip.name), squeeze(slip.parent)


def _called(whose: Mapping[tuple[str, ...], list[Slip]]) -> dict[str, list[Slip]]:
    names = sorted(_latest(filed).name for filed in whose.values())
    shared = {a for a, b in pairwise(names) if a == b}
    found = {}
    for filed in whose.values():
        s = _latest(filed)
        found[f"{s.name}（{s.parent or s.unit_code or '未写上级'}）" if s.name in shared else s.name] = filed
    if len(found) != len(whose):  # same name, same parent, other codes
        found = {f"{_latest(filed).name}（{'｜'.join(k)}）": filed for k, filed in whose.items()}
    return found


def _latest(filed: list[Slip]) -> Slip:
    return max(filed, key=lambda s: s.age)


def _one_unit(unit: str, filed: list[Slip], terms: Terms, again: list[Again]) -> list[Entry]:
    """All files of one unit: copies first, then the latest valid, then what it displaced, then what is sent back."""
    entries: list[Entry] = []
    single: dict[str, Slip] = {}
    for s in sorted(filed, key=lambda s: (s.file, -s.mtime)):
        first = single.setdefault(s.sha256, s)
        if first is not s:
            entries.append(Entry(s, Outcome.DUPLICATE, unit, f"与“{_short(first.file)}”是同一个文件"))
    choices = {c.sha256: c for c in terms.choices}
    faults = {s.sha256: _fault(s, terms, choices.get(s.sha256)) for s in single.values()}
    valid = sorted((s for s in single.values() if not faults[s.sha256]), key=lambda s: s.age)
    kept = next((s for s in valid if _chosen(s, choices)), valid[-1] if valid else None)
    if kept:
        entries.append(_accepted(unit, kept, choices.get(kept.sha256)))
    for s in valid:
        if s is not kept and kept:
            unclear = s.date == kept.date and not _chosen(kept, choices)
            again.append(Again(unit, kept, s, unclear))
            entries.append(Entry(s, Outcome.SUPERSEDED, unit, f"用的是“{_short(kept.file)}”", "RU-DUP" if unclear else ""))
    broken = sorted((s for s in single.values() if faults[s.sha256]), key=lambda s: s.age)
    last = kept or (broken[-1] if broken else None)
    for s in broken:
        old = last is not None and s is not last and s.age < last.age
        entries.append(_sent_back(unit, s, faults[s.sha256] or ("", ""), kept, old, last))
    return entries


def _chosen(slip: Slip, choices: Mapping[str, Choice]) -> bool:
    return slip.sha256 in choices and choices[slip.sha256].kind == "keep"


def _accepted(unit: str, kept: Slip, choice: Choice | None) -> Entry:
    if choice:
        what = "有错误，经决定计入" if choice.kind == "include" else "经决定用这一份"
        return Entry(kept, Outcome.ACCEPTED, unit, f"{what}（{choice.by}：{choice.reason}）", "RU-BAD" if kept.forced else "")
    return Entry(kept, Outcome.ACCEPTED, unit, "", "RU-NOTE" if kept.unexplained else "")


def _sent_back(unit: str, slip: Slip, fault: tuple[str, str], kept: Slip | None, old: bool, last: Slip | None) -> Entry:
    why, cause = fault
    if old and last is not None:
        return Entry(slip, Outcome.SUPERSEDED, unit, f"已有更新的“{_short(last.file)}”；原有问题：{why}")
    still = f"；仍用先收到的“{_short(kept.file)}”" if kept else ""
    return Entry(slip, Outcome.RETURNED, unit, why + still, cause)


def _fault(slip: Slip, terms: Terms, choice: Choice | None) -> tuple[str, str] | None:
    """Why a readable report of the right year does not count, with the rule; None where it does."""
    if choice and choice.kind == "withdraw":
        return (f"经决定撤回（{choice.by}：{choice.reason}）", "")
    if choice and choice.kind == "include":
        return None
    if slip.altered:
        return ("模板结构被改动", "RU-ALT")
    if slip.forced:
        return ("有强制错误", "RU-BAD")
    if terms.strict and slip.unexplained:
        return (f"有 {slip.unexplained} 处准强制问题没有审核说明", "RU-NOTE")
    return None


def _without_doubles(entries: list[Entry], terms: Terms, members: Mapping[str, Sequence[str]]) -> list[Entry]:
    """A roll-up and the units inside it are never both counted (DOMAIN 5.3).

    Where every unit of the roll-up came in by itself, the units count and the roll-up does not; otherwise the
    roll-up counts and the units do not.
    """
    accepted = {e.unit: e for e in entries if e.state is Outcome.ACCEPTED}
    rolls = sorted(u for u, e in accepted.items() if e.slip.scope != LEAF)
    if not rolls:
        return entries
    known = _Members(accepted)
    out: dict[str, str] = {}
    for unit in rolls:
        if unit in out:
            continue
        said = members.get(accepted[unit].slip.sha256, ())
        inside = {u for u in map(known.unit, said) if u}
        here = sorted(u for u in inside | _under(unit, accepted, terms.roster) if u != unit and u not in out)
        if here and said and len(inside - set(out)) == len(said):
            out[unit] = f"它所含的 {len(here)} 个单位都已单独收到，按单位汇总"
        else:
            out.update(dict.fromkeys(here, f"汇总表“{unit}”已经包含这个单位"))
    return [_put_out(e, out) for e in entries]


def _put_out(entry: Entry, out: Mapping[str, str]) -> Entry:
    if entry.state is not Outcome.ACCEPTED or entry.unit not in out:
        return entry
    return entry._replace(state=Outcome.OUT_OF_SCOPE, reason=out[entry.unit], cause="RU-TWICE")


def member(name: str, code: str, parent: str) -> str:
    """How a roll-up names one of its units for the level above."""
    return f"{squeeze(name)}｜{code}｜{squeeze(parent)}"


class _Members:
    """Finds the accepted unit that a roll-up's member means: by code, or by name under the same parent."""

    def __init__(self, accepted: Mapping[str, Entry]) -> None:
        self._codes = {e.slip.unit_code: u for u, e in accepted.items() if e.slip.unit_code}
        self._names = {(squeeze(e.slip.name), squeeze(e.slip.parent)): (u, e.slip.unit_code) for u, e in accepted.items()}

    def unit(self, said: str) -> str | None:
        name, code, parent = [*said.split("｜"), "", ""][:3]
        if code and code in self._codes:
            return self._codes[code]
        found, its_code = self._names.get((name, parent), (None, ""))
        return None if code and its_code else found


def _under(unit: str, accepted: Mapping[str, Entry], roster: Roster | None) -> set[str]:
    return {u for u in accepted if unit in roster.ancestors(u)} if roster else set()


def _short(file: str) -> str:
    return file.replace("\\", "/").rsplit("/", 1)[-1]
