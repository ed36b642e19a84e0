"""Reports become a roll-up (汇总): sums with every part kept, blanks left open, and a roll-up is a report one level up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, localcontext
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple

from xlplugin.finding import Finding, json_number
from xlplugin.merging.filed import LEAF, WHOLE, Filed, Marks, Number, Slip, is_zero, unpack
from xlplugin.merging.intake import Entry, Outcome, Settled, Terms, member, settle, unit_name
from xlplugin.merging.plan import Plan, plan

if TYPE_CHECKING:
    from xlplugin.merging.register import Roster
    from xlplugin.merging.roster import Unit
    from xlplugin.report import Report


class Adjustment(NamedTuple):
    """A signed difference that an officer entered beside the units' figures, never into them."""

    cell: str
    amount: Number
    reason: str
    by: str
    at: str = ""
    unit: str = ""


class Merged(NamedTuple):
    """One cell of the roll-up: `total` = Σ of what accepted units reported + `adjusted`; `open` names who left it blank."""

    total: Number
    adjusted: Number
    open: tuple[str, ...]
    top: tuple[str, Number] | None  # the unit with the largest share
    known: int = 0  # how many accepted units gave a number


class Part(NamedTuple):
    """What one accepted unit brings: its ledger line and its packed numbers."""

    entry: Entry
    packed: str


Parts = Callable[[], Iterator[Part]]
Fetch = Callable[[str], Filed]


@dataclass(frozen=True)
class RollUp:
    """A roll-up and its whole defence.

    `cells` maps cell id → Merged; a cell with `open` units shows the known sum and is no final figure.  `missing`
    are the awaited units of the register without an accepted report.  `parts` can be walked again and again, unit by
    unit, without all of them being in memory; `fetch` gives a received file back by its hash.
    """

    form_id: str
    year: int
    scope: str
    cells: Mapping[str, Merged]
    ledger: tuple[Entry, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    adjustments: tuple[Adjustment, ...]
    parts: Parts
    fetch: Fetch
    settled: Settled
    awaited: int = 0
    received: Mapping[str, Marks] = field(default_factory=dict)  # what roll-ups among the files say of themselves, by hash
    name: str = ""
    roster: Roster | None = None
    last_year: Report | None = None
    incomplete_parts: tuple[str, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()  # (unit, file) that counted last time and is not among the files now

    @property
    def complete(self) -> bool:
        """Nobody missing, no blank, no incomplete part, nothing returned without a valid report of the unit."""
        return not (self.missing or self.open or self.incomplete_parts or self.returned_units)

    @property
    def open(self) -> dict[str, tuple[str, ...]]:
        """Cell id → the units whose cell is blank."""
        return {c: m.open for c, m in self.cells.items() if m.open}

    @property
    def returned_units(self) -> tuple[str, ...]:
        """Units that filed, but nothing that counts."""
        accepted = {e.unit for e in self.settled.accepted}
        return tuple(sorted({e.unit for e in self.ledger if e.state is Outcome.RETURNED} - accepted))

    @property
    def silent(self) -> tuple[str, ...]:
        """Awaited units from which nothing came but what is no report of theirs."""
        back = set(self.returned_units)
        return tuple(u for u in self.missing if u not in back)

    @property
    def accepted(self) -> tuple[Entry, ...]:
        return self.settled.accepted

    def share(self, cell: str) -> dict[str, Number | None]:
        """这个数是谁的: unit → what it reported in this cell, None where it left it blank."""
        at = plan(self.form_id).cells.index(cell)
        return {p.entry.unit: unpack(p.packed)[at] for p in self.parts()}

    def filed(self) -> Iterator[tuple[Entry, Filed]]:
        """Every ledger line with the file behind it."""
        return ((e, self.fetch(e.slip.sha256)) for e in self.ledger if e.slip.sha256)

    def marks(self) -> Marks:
        """What the workbook of this roll-up says about itself to the level above."""
        return Marks(self.scope, self.complete, self.inside, tuple((c, u) for c, u in self.open.items()))

    @property
    def inside(self) -> tuple[str, ...]:
        """Every unit at the bottom, named for the level above: of a leaf itself, of a roll-up what it says."""
        found: list[str] = []
        for e in self.accepted:
            own = self.received.get(e.slip.sha256, Marks())
            found += own.units or (member(e.slip.name, e.slip.unit_code, e.slip.parent),)
        return tuple(found)

    def to_report(self) -> Report:
        """The roll-up as a report one level up; a cell that nobody filled is blank."""
        from xlplugin.form import form
        from xlplugin.numerals import Entry as Typed
        from xlplugin.numerals import State
        from xlplugin.report import Cover, Report

        nobody = {c for c, m in self.cells.items() if not m.known and not m.adjusted}
        entries = {c: Typed(m.total, State.NUMBER, str(m.total)) for c, m in self.cells.items() if c not in nobody}
        power = True if any(m.total for c, m in self.cells.items() if c in plan(self.form_id).rule_power) else None
        unit = self._own_unit()
        level, parent, code = (unit.level, unit.parent, unit.code) if unit else (None, None, None)
        cover = Cover(name=self.own_name or None, code=code, level=level, parent=parent, year=self.year, rule_power=power)
        said = "本表为汇总表，由各单位的报表逐格相加而成；文字部分请另行撰写。"
        text = {s.key: said for s in form(self.form_id).sections if s.kind == "text"}
        return Report(self.form_id, cover, entries, text)

    @property
    def own_name(self) -> str:
        """Whose roll-up this is: as given, or the one unit that all its units name as theirs above."""
        above = {e.slip.parent for e in self.accepted}
        if self.roster and not self.name:
            listed = {u.name: u.parent or "" for u in self.roster.units}
            above = {listed.get(e.unit, e.slip.parent) for e in self.accepted}
        return self.name or (above.pop() if len(above) == 1 else "")

    def _own_unit(self) -> Unit | None:
        return next((u for u in self.roster.units if u.name == self.own_name), None) if self.roster else None

    def to_dict(self) -> dict[str, Any]:
        """The roll-up as CLI.md fixes it."""
        decimal = plan(self.form_id).decimal
        return {
            "year": self.year,
            "form": self.form_id,
            "scope": self.scope,
            "complete": self.complete,
            "cells": {c: str(m.total) if c in decimal else json_number(m.total) for c, m in self.cells.items()},
            "open": {c: list(units) for c, units in self.open.items()},
            "adjustments": [a._asdict() | {"amount": json_number(a.amount)} for a in self.adjustments],
            "ledger": [
                {"file": e.slip.file, "sha256": e.slip.sha256 or None, "unit": e.unit, "state": str(e.state), "reason": e.reason}
                for e in self.ledger
            ],
            "missing": list(self.missing),
            "findings": [f.to_dict() for f in self.findings],
        }

    def to_frame(self, shape: str = "long") -> Any:
        """As pandas: `long` one row a unit and cell, `wide` one row a unit; blanks are None."""
        import pandas as pd

        cells = plan(self.form_id).cells
        rows = ((p.entry.unit, unpack(p.packed)) for p in self.parts())
        if shape == "wide":
            return pd.DataFrame([{"unit": u, "year": self.year, **dict(zip(cells, n, strict=True))} for u, n in rows])
        if shape != "long":
            raise ValueError(f"shape 只能是 long 或 wide，不是 {shape!r}")
        return pd.DataFrame(
            [{"unit": u, "year": self.year, "cell": c, "value": v} for u, n in rows for c, v in zip(cells, n, strict=True)]
        )


def merge(
    reports: Iterable[Filed],
    *,
    year: int | None = None,
    scope: str = WHOLE,
    form_id: str | None = None,
    roster: Roster | None = None,
    adjustments: Iterable[Adjustment] = (),
    last_year: Report | None = None,
    strict: bool = False,
    choices: Iterable[Any] = (),
    name: str = "",
) -> RollUp:
    """The roll-up of these files; their order does not matter.

    `year` and `form_id` may be left out where every readable file has the same.  Raises ValueError where they cannot
    be told.
    """
    filed = tuple(reports)
    year = year if year is not None else _only("报告年度", {f.year for f in filed if f.year})
    form_id = form_id or _only("表式", {f.form for f in filed if f.form and f.year == year})
    by_hash = {f.sha256: f for f in filed}
    terms = Terms(form_id, year, scope, roster, strict, tuple(choices))
    return roll_up(
        (f.slip() for f in filed),
        by_hash.__getitem__,
        lambda hashes: ((h, by_hash[h].packed) for h in hashes),
        {f.sha256: f.marks for f in filed if f.marks.scope},
        terms,
        adjustments=tuple(adjustments),
        last_year=last_year,
        name=name,
    )


def _only(what: str, found: set[Any]) -> Any:
    if len(found) != 1:
        raise ValueError(f"要汇总的文件里有 {len(found)} 种{what}，请指定一种")
    return found.pop()


def roll_up(
    slips: Iterable[Slip],
    fetch: Fetch,
    packed_of: Callable[[Sequence[str]], Iterable[tuple[str, str]]],
    marks: Mapping[str, Marks],
    terms: Terms,
    *,
    adjustments: tuple[Adjustment, ...] = (),
    last_year: Report | None = None,
    name: str = "",
    gone: Sequence[tuple[str, str]] = (),
) -> RollUp:
    """Settle, add, examine.  `packed_of` gives the packed numbers of many hashes, in their order, without holding them all."""
    from xlplugin.merging.guards import examine

    strange = sorted({a.cell for a in adjustments} - set(plan(terms.form).cells))
    if strange:
        raise ValueError(f"调整里有 {terms.form} 年表式没有的格：{'、'.join(strange)}")
    settled = settle(slips, terms, {h: m.units for h, m in marks.items()})

    def parts() -> Iterator[Part]:
        hashes = [e.slip.sha256 for e in settled.accepted]  # in the order of the units
        return (Part(e, packed) for e, (_, packed) in zip(settled.accepted, packed_of(hashes), strict=True))

    shape = plan(terms.form)
    opened = {e.unit: dict(m.open) for e in settled.accepted if (m := marks.get(e.slip.sha256)) and m.open}
    cells = add_up(shape, parts, opened, adjustments)
    missing, awaited = _missing(settled, terms)
    rolled = RollUp(
        form_id=terms.form,
        year=terms.year,
        scope=terms.scope,
        cells=cells,
        ledger=settled.entries,
        missing=missing,
        findings=(),
        adjustments=adjustments,
        parts=parts,
        fetch=fetch,
        settled=settled,
        awaited=awaited,
        received=marks,
        name=name,
        roster=terms.roster,
        last_year=last_year,
        gone=_lost(gone, settled),
        incomplete_parts=tuple(e.unit for e in settled.accepted if not marks.get(e.slip.sha256, Marks()).complete),
    )
    return replace(rolled, findings=examine(rolled))


def _lost(gone: Sequence[tuple[str, str]], settled: Settled) -> tuple[tuple[str, str], ...]:
    """Of the files that counted last time and are gone, those whose unit has no other that counts."""
    units = {unit for unit, _ in gone}
    units -= {e.unit for e in settled.accepted if e.unit in units}
    return tuple((unit, file) for unit, file in gone if unit in units)


def _missing(settled: Settled, terms: Terms) -> tuple[tuple[str, ...], int]:
    """Awaited units without an accepted report of their own or of a roll-up above them."""
    if not terms.roster:
        return (), len({e.unit for e in settled.entries if e.unit and e.state in (Outcome.ACCEPTED, Outcome.RETURNED)})
    accepted = {e.unit for e in settled.accepted}
    rolls = {e.unit for e in settled.accepted if e.slip.scope != LEAF}
    due = [(unit_name(terms.roster, u.name, u.parent), u.name) for u in terms.roster.due]
    gone = [shown for shown, name in due if shown not in accepted and not rolls.intersection(terms.roster.ancestors(name))]
    return tuple(gone), len(due)


_EXACT = Context(prec=60)


def add_up(
    shape: Plan, parts: Parts, opened: Mapping[str, Mapping[str, Sequence[str]]], adjustments: Sequence[Adjustment]
) -> dict[str, Merged]:
    """Adds unit by unit, exactly: ints as ints, 万元 as Decimals that are never rounded.

    Equal reports (most are all zeros) are added once with their number.  `opened` gives the blanks inside a unit
    that is itself a roll-up.
    """
    sums: list[Number] = [0] * len(shape.cells)
    blanks: dict[str, list[str]] = defaultdict(list)
    lacking: Counter[str] = Counter()
    top: list[tuple[Number, str]] = [(0, "")] * len(shape.cells)
    units = 0
    with localcontext(_EXACT):
        for part in parts():
            units += 1
            unit = part.entry.unit
            for cell, whose in opened.get(unit, {}).items():
                blanks[cell] += [f"{unit}／{u}" for u in whose]
            if is_zero(part.packed):
                continue
            numbers = unpack(part.packed)
            if None in numbers:
                empty = [c for c, n in zip(shape.cells, numbers, strict=True) if n is None]
                lacking.update(empty)
                for cell in empty:
                    blanks[cell] += [] if cell in opened.get(unit, {}) else [unit]
                numbers = tuple(n or 0 for n in numbers)
            sums = list(map(add, sums, numbers))
            top = _topped(top, numbers, unit)
        adjusted: dict[str, Number] = defaultdict(int)
        for a in adjustments:
            adjusted[a.cell] += a.amount
        return {
            c: Merged(
                _tidy(sums[i] + adjusted.get(c, 0)),
                adjusted.get(c, 0),
                tuple(sorted(set(blanks.get(c, ())))),
                (top[i][1], top[i][0]) if top[i][1] else None,
                units - lacking[c],
            )
            for i, c in enumerate(shape.cells)
        }


def _topped(top: list[tuple[Number, str]], numbers: Sequence[Any], unit: str) -> list[tuple[Number, str]]:
    return [(n, unit) if n and abs(n) > abs(t[0]) else t for t, n in zip(top, numbers, strict=True)]


def _tidy(number: Number) -> Number:
    return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else number


def states(rolled: RollUp) -> Counter[Outcome]:
    """How many files came to which state; adds up to the number of files."""
    return Counter(e.state for e in rolled.ledger)
