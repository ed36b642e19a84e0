"""The register in use: which unit a cover means, who is awaited, who stands above whom.

A cover is matched by code, then by exact name, then by former name.  A near name is offered, never taken.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from xlplugin.numerals import squeeze

if TYPE_CHECKING:
    from xlplugin.merging.roster import Unit


class Match(NamedTuple):
    """Which unit of the register a cover means: `how` is 代码, 名称 or 曾用名; without a unit `near` holds what to look at."""

    unit: Unit | None
    how: str = ""
    near: tuple[str, ...] = ()
    why: str = ""


class Roster(NamedTuple):
    """The register of one campaign.  Made by `roster_from_rows`, which checks it."""

    units: tuple[Unit, ...]
    source: str = ""

    @property
    def due(self) -> tuple[Unit, ...]:
        """The units whose report is awaited: in the sum, and not a 汇总 line whose members are listed themselves."""
        parents = {u.parent for u in self.units if u.summed}
        return tuple(u for u in self.units if u.summed and not (u.kind == "汇总" and u.name in parents))

    def covers(self, year: int | None = None) -> tuple[Any, ...]:
        """One prefilled cover per awaited unit, for `template --all`."""
        from xlplugin.report import Cover

        return tuple(
            Cover(name=u.name, code=u.code, level=u.level, parent=u.parent, year=year, rule_power=u.rule_power, contact=u.phone)
            for u in self.due
        )

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The units above, nearest first; a circle ends where it closes."""
        above = {u.name: u.parent for u in self.units}
        found: list[str] = []
        at = above.get(name)
        while at and at not in found and at != name:
            found.append(at)
            at = above.get(at)
        return tuple(found)

    def reorganised(self) -> tuple[Unit, ...]:
        """Units that came from others (原单位 → 现单位): their carry-over explains a break with last year."""
        return tuple(u for u in self.units if u.came_from)


class Finder:
    """Finds units by what a cover says; built once for a run."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._offers = 0

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {u.code: u for u in self.roster.units if u.code}

    @cached_property
    def _by_name(self) -> dict[str, list[Unit]]:
        return _index((squeeze(u.name), u) for u in self.roster.units)

    @cached_property
    def _by_former(self) -> dict[str, list[Unit]]:
        # A unit that was split into two is named twice here, and so is never taken for either.
        return _index((squeeze(n), u) for u in self.roster.units for n in (*u.former, *u.came_from))

    def find(self, name: str, code: str = "", parent: str = "") -> Match:
        """The unit meant by a cover.  Never guesses between two units of one name."""
        code = squeeze(code).upper()
        if code in self._by_code:
            return Match(self._by_code[code], "代码")
        folded = squeeze(name)
        if not folded:
            return Match(None, why="封面没有写单位名称，代码也不在名册里")
        for how, index in (("名称", self._by_name), ("曾用名", self._by_former)):
            found = index.get(folded, [])
            if len(found) > 1 and parent:
                found = [u for u in found if squeeze(u.parent or "") == squeeze(parent)] or found
            if len(found) > 1:
                return Match(
                    None, why=f"名册里有 {len(found)} 个单位{'叫' if how == '名称' else '曾叫'}这个名称，封面的代码又不在其中"
                )
            if found:
                return Match(found[0], how)
        near = self._near(folded)
        return Match(
            None, near=near, why=f"名册里没有；名称相近的有：{'、'.join(near)}" if near else "名册里没有，也没有名称相近的"
        )

    def _near(self, folded: str) -> tuple[str, ...]:
        """Up to three similar names; only for the first few hundred strangers, since each costs a walk through the register."""
        self._offers += 1
        if self._offers > 300:
            return ()
        pairs = {folded[i : i + 2] for i in range(len(folded) - 1)}
        names = [n for n in (*self._by_name, *self._by_former) if any(p in n for p in pairs)]
        close = difflib.get_close_matches(folded, names, n=3, cutoff=0.6)
        return tuple(dict.fromkeys((self._by_name.get(n) or self._by_former[n])[0].name for n in close))


def _index(pairs: Iterable[tuple[str, Unit]]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for key, unit in pairs:
        if key and unit not in found.setdefault(key, []):
            found[key].append(unit)
    return found
