"""A county in memory: filed workbooks without files, and the fifteen kinds of trouble that a roll-up meets."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from decimal import Decimal

from benchmarks.rollup_files import numbers_for, unit_code
from xlplugin.finding import Finding, Severity
from xlplugin.form import form as form_of
from xlplugin.merging.filed import Filed, Marks, pack
from xlplugin.merging.roster import HEADS, Roster, roster_from_rows

YEARS = {"2019": 2020, "2021": 2024}
BROKEN = (Finding("T3-ROW.new", Severity.FORCED, "不平"),)


def filed(number: int, form_id: str = "2021", *, seed: int = 1, busy: bool = True, **changes) -> Filed:
    """A valid report of unit `number`; `changes` replace fields of Filed, `cells` replaces numbers (None: blank)."""
    numbers = dict(numbers_for(form_id, random.Random(f"{seed}-{number}"), busy=busy))
    numbers |= changes.pop("cells", {})
    made = Filed(
        file=f"/县/{number:04d}.xlsx",
        size=1000 + number,
        mtime=1_700_000_000_000_000_000 + number,
        form=form_id,
        year=YEARS[form_id],
        name=f"第{number:03d}镇人民政府",
        unit_code=unit_code(number),
        level="乡镇政府",
        parent="晨溪县",
        date=f"{YEARS[form_id] + 1}-01-10",
        packed=pack(numbers[c.id] for c in form_of(form_id).cells),
    )
    made = replace(made, **changes)
    return (
        made
        if made.sha256
        else replace(
            made,
            sha256=hashlib.sha256(
                repr((made.packed, made.name, made.date, made.findings, made.refusal, made.year, seed)).encode()
            ).hexdigest(),
        )
    )


def roster(count: int, *more: dict[str, str], **columns: str) -> Roster:
    """A register of units 0…count−1, with further lines."""
    lines = [
        {"单位名称": f"第{n:03d}镇人民政府", "统一社会信用代码": unit_code(n), "上级单位": "晨溪县", **columns}
        for n in range(count)
    ]
    heads = tuple(HEADS)
    return roster_from_rows([heads, *([line.get(h, "") for h in heads] for line in [*lines, *more])], "名册.xlsx")


def troubled(count: int, form_id: str = "2021", seed: int = 1) -> list[Filed]:
    """`count` good reports of which every tenth has trouble, fifteen kinds in turn."""
    rng = random.Random(seed)
    found: list[Filed] = []
    for n in range(count):
        good = filed(n, form_id, seed=seed, busy=rng.random() < 0.5)
        found += TROUBLES[(n // 10) % len(TROUBLES)](n, good, form_id) if n % 10 == 3 else [good]
    rng.shuffle(found)
    return found


def _again(good: Filed, **changes) -> Filed:
    return replace(
        good,
        file=good.file.replace(".xlsx", "-新.xlsx"),
        sha256=hashlib.sha256((good.sha256 + repr(changes)).encode()).hexdigest(),
        **changes,
    )


def _other(form_id: str) -> str:
    return "2019" if form_id == "2021" else "2021"


def _changed(good: Filed, at: int, value) -> str:
    parts = good.packed.split(",")
    parts[at] = "" if value is None else str(value)
    return ",".join(parts)


TROUBLES = (
    lambda n, g, f: [replace(g, findings=BROKEN)],  # 1 broken
    lambda n, g, f: [replace(g, packed=_changed(g, 3, None))],  # 2 blank
    lambda n, g, f: [],  # 3 never filed
    lambda n, g, f: [g, replace(g, file=g.file + "-副本.xlsx")],  # 4 the same file twice
    lambda n, g, f: [g, _again(g, packed=_changed(g, 4, 5), date="2025-01-20")],  # 5 filed again, changed
    lambda n, g, f: [g, _again(g, date="2025-01-20")],  # 6 filed again, unchanged
    lambda n, g, f: [g, _again(g, findings=BROKEN, date="2025-01-20")],  # 7 a later broken file
    lambda n, g, f: [replace(g, year=2023)],  # 8 another year
    lambda n, g, f: [filed(n, _other(f), year=YEARS[f])],  # 9 another form
    lambda n, g, f: [replace(g, name="外县某镇人民政府", unit_code="")],  # 10 a stranger
    lambda n, g, f: [Filed(g.file, "none:" + g.sha256[:16], refusal="文件已损坏", code="E-DAMAGED")],  # 11 unreadable
    lambda n, g, f: [g, _again(g, packed=_changed(g, 4, 6))],  # 12 two of one date
    lambda n, g, f: [replace(g, name=" 第" + g.name[1:] + " ", unit_code="")],  # 13 by name only, with spaces
    lambda n, g, f: [replace(g, findings=(Finding("RU-ALT", Severity.FORCED, "模板被改动"),))],  # 14 altered template
    lambda n, g, f: [g, Filed(g.file + "~", "none:" + g.sha256[:16], refusal="不是工作簿文件", code="OUT")],  # 15 rubbish beside
)


def rolled_into_file(rolled, number: int, *, name: str, parent: str, date: str = "2025-02-01") -> Filed:
    """A roll-up as the level above receives it."""
    report = rolled.to_report()
    cells = {c.id: report.entry(c.id).value for c in report.form.cells}
    marks: Marks = rolled.marks()
    packed = pack(cells.values())
    sha = hashlib.sha256((packed + name).encode()).hexdigest()
    return Filed(
        f"/市/{number}.xlsx",
        sha,
        form=rolled.form_id,
        year=rolled.year,
        name=name,
        parent=parent,
        date=date,
        packed=packed,
        marks=marks,
    )


def money(text: str) -> Decimal:
    return Decimal(text)
