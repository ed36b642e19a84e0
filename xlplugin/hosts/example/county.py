"""The example county as reports: what each unit typed, with the trouble that the description plants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from xlplugin.deriving import expected
from xlplugin.form import form_for
from xlplugin.form.registry import read_yaml
from xlplugin.merging.roster import credit_code_check
from xlplugin.numerals import Entry, Number, State
from xlplugin.report import Cover, Report


class Filing(NamedTuple):
    """One workbook that reached the county: its file name and what stands in it."""

    name: str
    report: Report


def description() -> dict[str, Any]:
    """The county as it is described in county.yaml."""
    said: dict[str, Any] = read_yaml(Path(__file__).parent / "county.yaml")
    return said


def roster_rows(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """The register of units, one dict a line, by the column heads of a roster file."""
    return [
        {
            "单位名称": unit["name"],
            "统一社会信用代码": credit_code(said["area"], i),
            "行政区划代码": said["area"],
            "单位层级": unit["level"],
            "上级单位": f"{said['county']}人民政府",
            "代表县政府": "是" if unit.get("for_government") else "否",
            "规章制定权": "否",
            "纳入汇总": "是",
            "截止日期": said["deadline"],
        }
        for i, unit in enumerate(said["units"])
    ]


def credit_code(area: str, index: int) -> str:
    """An invented 统一社会信用代码 with a true check digit."""
    body = f"11{area}{7310000 + 37 * index:08d}X"[:17]
    return body + credit_code_check(body)


def filings(said: Mapping[str, Any]) -> Iterator[Filing]:
    """Every workbook that was handed in, in order of arrival."""
    for i, unit in enumerate(said["units"]):
        if unit.get("absent"):
            continue
        cover = _cover(said, unit, i)
        short = unit["name"].removeprefix(said["county"])
        if unit.get("filed_again"):
            earlier = Cover(**{**cover.to_dict(), "date": "2026-01-12", "nil": cover.nil})
            yield Filing(f"{i + 1:02d}{short}.xlsx", _report(earlier, unit["figures"] | unit["first_version"], {}))
            yield Filing(f"{i + 1:02d}{short}（更正）.xlsx", _report(cover, unit["figures"], {}))
        else:
            yield Filing(f"{i + 1:02d}{short}.xlsx", _report(cover, unit["figures"], unit))


def published(said: Mapping[str, Any]) -> Report:
    """Last year's published report of one unit."""
    one = said["published"]
    return _report(Cover(name=one["unit"], level="县级部门", year=one["year"], rule_power=False), one["figures"], {})


def _cover(said: Mapping[str, Any], unit: Mapping[str, Any], index: int) -> Cover:
    return Cover(
        name=unit["name"],
        code=credit_code(said["area"], index),
        level=unit["level"],
        parent=f"{said['county']}人民政府",
        year=said["year"],
        rule_power=False,
        filled_by="张敏",
        reviewed_by="李强",
        responsible="王芳",
        contact="0870-5550000",
        date="2026-01-20",
        nil=frozenset(unit.get("nil", ())),
    )


def _report(cover: Cover, figures: Mapping[str, Any], trouble: Mapping[str, Any]) -> Report:
    form = form_for(cover.year or 2021)
    numbers: dict[str, Number] = dict.fromkeys(form.inputs, 0)
    numbers |= {c: Decimal(v) if isinstance(v, str) else v for c, v in figures.items()}
    if not trouble.get("blank_totals"):
        numbers |= expected(form, numbers)
    numbers |= trouble.get("wrong", {})
    left_out = set(trouble.get("blanks", ())) | {c for c in numbers if c.partition(".")[0] in cover.nil}
    entries = {c: Entry(n, State.NUMBER, str(n)) for c, n in numbers.items() if c not in left_out}
    return Report(form.id, cover, entries, text=_prose(cover, numbers))


def _prose(cover: Cover, numbers: Mapping[str, Number]) -> dict[str, str]:
    """Sentences of our own that agree with the tables."""
    new = sum(v for c, v in numbers.items() if c.startswith("applications.new.") and not c.endswith(".total"))
    asked = f"全年新收到政府信息公开申请{new}件，均依法办理" if new else "全年未收到政府信息公开申请"
    heads = (
        f"（一）主动公开。{cover.year}年，{cover.name}围绕群众关心的事项及时公开信息，做到内容准确、更新及时。",
        f"（二）依申请公开。{asked}。",
        "（三）政府信息管理。落实发布前审查，定期清理失效文件。",
        "（四）政府信息公开平台建设。维护网站专栏，方便群众查阅。",
        "（五）监督保障。明确专人负责，接受社会监督，未发生责任追究情形。",
    )
    return {
        "overview": "\n".join(heads),
        "problems": "一是解读形式还比较单一，二是基层人员业务还不够熟练。下一步将加强培训，丰富解读方式。",
        "other_matters": "本年度未发出收费通知，未收取政府信息公开信息处理费。",
    }
