"""Who must file (名册): the lines of the register as they are checked, and every fault of it told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from xlplugin.errors import UnreadableSource
from xlplugin.merging.dates import iso_date
from xlplugin.merging.register import Finder, Match, Roster
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


__all__ = ["HEADS", "Finder", "Match", "Roster", "Unit", "credit_code_check", "credit_code_fault", "roster_from_rows"]
