"""Who must file (名册): units with codes, former names, parents, deadlines; and which unit a cover means.

A cover is matched by code, then by exact name, then by former name.  A near name is offered, never taken.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from xlplugin.errors import UnreadableSource
from xlplugin.merging.dates import iso_date
from xlplugin.numerals import squeeze

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_YES, _NO = {"是", "有", "√", "✓", "Y", "y", "1", "纳入", "TRUE"}, {"否", "无", "×", "N", "n", "0", "", "不纳入", "FALSE"}
_SPLIT = re.compile(r"[、,;；\n]+")


def credit_code_fault(code: str) -> str:
    """What is wrong with a 统一社会信用代码 (18 characters, GB 32100-2015), "" where nothing is."""
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，这里是 {len(code)} 位"
    strange = sorted(set(code) - set(_ALPHABET))
    if strange:
        return f"统一社会信用代码里不能有 {'、'.join(strange)}"
    should = credit_code_check(code[:17])
    return "" if should == code[17] else f"统一社会信用代码的校验位不对：按前 17 位应是 {should}，这里是 {code[17]}"


def credit_code_check(body: str) -> str:
    """The 18th character of a 统一社会信用代码 from its first 17."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


class Unit(BaseModel):
    """One line of the register.  `summed` is 纳入汇总; `came_from` names the units it was formed from (原单位)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(alias="单位名称", min_length=1)
    former: tuple[str, ...] = Field((), alias="曾用名")
    code: str | None = Field(None, alias="统一社会信用代码")
    area: str | None = Field(None, alias="行政区划代码", pattern=r"^(\d{6}|\d{9}|\d{12})$")
    level: str | None = Field(None, alias="单位层级")
    parent: str | None = Field(None, alias="上级单位")
    kind: Literal["基层", "汇总"] = Field("基层", alias="类别")
    for_government: bool = Field(False, alias="代表县政府")
    rule_power: bool = Field(False, alias="规章制定权")
    vertical: bool = Field(False, alias="垂直管理")
    summed: bool = Field(True, alias="纳入汇总")
    deadline: str | None = Field(None, alias="截止日期")
    contact: str | None = Field(None, alias="联系人")
    phone: str | None = Field(None, alias="联系电话")
    came_from: tuple[str, ...] = Field((), alias="原单位")
    note: str = Field("", alias="备注")

    @field_validator("former", "came_from", mode="before")
    @classmethod
    def _names(cls, said: Any) -> Any:
        return tuple(n.strip() for n in _SPLIT.split(said) if n.strip()) if isinstance(said, str) else said

    @field_validator("for_government", "rule_power", "vertical", "summed", mode="before")
    @classmethod
    def _yes_or_no(cls, said: Any) -> Any:
        if not isinstance(said, str) or said in _YES:
            return said if not isinstance(said, str) else True
        if said in _NO:
            return False
        raise ValueError("只能填 是 或 否")

    @field_validator("code")
    @classmethod
    def _checked(cls, code: str | None) -> str | None:
        if code is not None and (fault := credit_code_fault(code)):
            raise ValueError(fault)
        return code

    @field_validator("deadline", mode="before")
    @classmethod
    def _dated(cls, said: Any) -> Any:
        if said is None:
            return None
        found = iso_date(str(said))
        if not found:
            raise ValueError("应写成 2025-01-31")
        return found


HEADS: dict[str, str] = {str(f.alias): key for key, f in Unit.model_fields.items()}


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


def roster_from_rows(rows: Sequence[Sequence[str]], source: str = "名册") -> Roster:
    """A checked register from a table whose first row with 单位名称 holds the heads; every fault is listed at once.

    Raises UnreadableSource.
    """
    top = next((i for i, row in enumerate(rows) if any(_head(c) == "单位名称" for c in row)), None)
    if top is None:
        raise UnreadableSource(f"“{source}”里没有“单位名称”这一列，不是名册。第一行应是：{'、'.join(HEADS)}。", code="E-ROSTER")
    heads = [_head(c) for c in rows[top]]
    strange = [h for h in heads if h and h not in HEADS]
    if strange:
        raise UnreadableSource(
            f"名册“{source}”有不认识的列：{'、'.join(strange)}。可用的列：{'、'.join(HEADS)}。", code="E-ROSTER"
        )
    units: list[Unit] = []
    faults: list[str] = []
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        said = {h: c.strip() for h, c in zip(heads, row, strict=False) if h and c.strip()}
        if said:
            unit = _unit(said, number, faults)
            units += [unit] if unit else []
    faults += _clashes(units)
    if faults or not units:
        more = f"……共 {len(faults)} 处" if len(faults) > 12 else ""
        raise UnreadableSource(f"名册“{source}”有误：{'；'.join(faults[:12]) or '没有一个单位'}{more}。", code="E-ROSTER")
    return Roster(tuple(units), source)


def _head(text: str) -> str:
    return re.sub(r"[（(].*[)）]|[*＊]", "", squeeze(text))


def _unit(said: Mapping[str, str], number: int, faults: list[str]) -> Unit | None:
    try:
        return Unit.model_validate(dict(said))
    except ValidationError as error:
        for e in error.errors():
            words = {
                "literal_error": "只能填 基层 或 汇总",
                "string_pattern_mismatch": "应为 6、9 或 12 位数字",
                "missing": "不能空",
            }
            what = words.get(e["type"], str(e["msg"]).removeprefix("Value error, "))
            faults.append(f"第 {number} 行“{e['loc'][0]}”{what}")
        return None


def _clashes(units: list[Unit]) -> list[str]:
    """A code twice, a unit twice under one parent, a parent that circles back."""
    faults = []
    codes, names = [u.code for u in units if u.code], [(u.name, u.parent) for u in units]
    faults += (
        [f"统一社会信用代码 {c} 用了 {codes.count(c)} 次" for c in dict.fromkeys(codes) if codes.count(c) > 1]
        if _twice(codes)
        else []
    )
    faults += [f"“{n[0]}”出现了 {names.count(n)} 次" for n in dict.fromkeys(names) if names.count(n) > 1] if _twice(names) else []
    above = {u.name: u.parent for u in units}
    for unit in units:
        seen, at = {unit.name}, unit.parent
        while at in above and at not in seen:
            seen.add(at)
            at = above[at]
        if at in seen:
            faults.append(f"“{unit.name}”的上级绕了一圈又回到“{at}”")
            break
    return faults


def _twice(values: list[Any]) -> bool:
    return len(values) != len(set(values))
