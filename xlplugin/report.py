"""What a unit filed: its cover, an entry for every cell of the form, and its prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from xlplugin.finding import Finding, json_number, number_from_json
from xlplugin.form import Form, form
from xlplugin.numerals import BLANK, Entry, Number, State

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("国务院部门", "省级政府", "省级部门", "市级政府", "市级部门", "县级政府", "县级部门", "乡镇政府", "街道办事处", "其他")


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover sheet (封面): who reports, with what powers, and who answers for the numbers.

    `year` is the year reported on.  `rule_power` is None while nobody said whether the unit may make 规章.
    `nil` holds the tables declared 全零申报: all their blanks are 0.
    """

    name: str | None = None
    code: str | None = None
    level: str | None = None
    parent: str | None = None
    year: int | None = None
    rule_power: bool | None = None
    filled_by: str | None = None
    reviewed_by: str | None = None
    responsible: str | None = None
    contact: str | None = None
    date: str | None = None
    nil: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return said | {"nil": sorted(self.nil)}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Cover:
        return cls(**{**said, "nil": frozenset(said.get("nil", ()))})


@dataclass(frozen=True, slots=True)
class Report:
    """One report, kept as it was typed.

    `entries` maps cell id → Entry; a cell that is missing there is blank.  `text` holds the prose by section key
    (overview, problems, other_matters).  `explanations` maps rule id → 审核说明.  `intake` is what the reader
    noticed about the file itself.  `places` maps cell id → “sheet!cell” or the line of a text.
    """

    form_id: str
    cover: Cover = Cover()
    entries: Mapping[str, Entry] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    intake: tuple[Finding, ...] = ()
    file: str | None = None
    sha256: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return form(self.form_id)

    @property
    def year(self) -> int | None:
        return self.cover.year

    def entry(self, cell: str) -> Entry:
        """What stands in a cell; a blank of a table declared 全零申报 is 0 with state `nil`."""
        found = self.entries.get(cell, BLANK)
        if found.state is State.BLANK and self.cover.nil and cell.partition(".")[0] in self.cover.nil:
            return Entry(0, State.NIL)
        return found

    def numbers(self) -> dict[str, Number]:
        """Cell id → number, for the cells that have one (全零申报 counted as 0)."""
        found = {}
        for cell in self.form.cells:
            value = self.entry(cell.id).value
            if value is not None:
                found[cell.id] = value
        return found

    def evidence(self) -> dict[str, Number]:
        """The numbers that somebody typed or published: not those that `fill` wrote or a formula computed."""
        weak = {State.FILLED, State.FORMULA, State.DEDUCED}
        return {c: n for c, n in self.numbers().items() if self.entry(c).state not in weak}

    def with_entries(self, changed: Mapping[str, Entry]) -> Report:
        """A copy with some entries replaced."""
        return replace(self, entries={**self.entries, **changed})

    def to_dict(self) -> dict[str, Any]:
        """The report as CLI.md fixes it (without findings): every cell of the form, states only where no plain number."""
        every = {c.id: self.entry(c.id) for c in self.form.cells}
        return {
            "file": self.file,
            "sha256": self.sha256,
            "form": self.form_id,
            "year": self.cover.year,
            "unit": {"name": self.cover.name, "code": self.cover.code, "level": self.cover.level},
            "cover": self.cover.to_dict(),
            "cells": {c.id: _json_value(every[c.id].value, decimal=c.decimal) for c in self.form.cells},
            "states": {c: _json_state(e) for c, e in every.items() if e.state is not State.NUMBER},
            "text": dict(self.text),
            "explanations": dict(self.explanations),
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Report:
        """The report back from its JSON; what a plain number looked like when typed is not kept there."""
        cover = Cover.from_dict(said.get("cover") or {"year": said.get("year"), **said.get("unit", {})})
        states = said.get("states", {})
        entries = {c: _entry_from_json(v, states.get(c, State.NUMBER)) for c, v in said["cells"].items()}
        return cls(
            form_id=said["form"],
            cover=cover,
            entries={c: e for c, e in entries.items() if e.state not in (State.BLANK, State.NIL)},
            text=dict(said.get("text", {})),
            explanations=dict(said.get("explanations", {})),
            file=said.get("file"),
            sha256=said.get("sha256"),
        )

    def to_frame(self, shape: str = "long") -> pd.DataFrame:
        """As pandas: `long` one row a cell (unit, year, cell, value, state), `wide` one row with a column a cell."""
        from xlplugin.frames import frame_of

        return frame_of([self], shape)


def _json_value(value: Number | None, *, decimal: bool) -> int | str | None:
    return str(value) if decimal and value is not None else json_number(value)


def _json_state(found: Entry) -> str:
    return f"{found.state}: {found.seen}" if found.state is State.TEXT else str(found.state)


def _entry_from_json(value: int | str | None, state: str) -> Entry:
    kind, _, seen = state.partition(": ")
    number = number_from_json(value)
    if isinstance(number, int) or number is None:
        return Entry(number, State(kind), seen)
    whole = int(number) if number == number.to_integral_value() else number
    return Entry(whole, State(kind), seen)
