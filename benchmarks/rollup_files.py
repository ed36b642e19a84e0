"""Makes N filled workbooks quickly: one written by XlsxWriter, the others by patching its cells; and LibreOffice copies.

The numbers look like those of real offices: most units report zeros, a few a handful of applications, one in fifty a
wrong total, one in fifty a blank, one in fifty a text.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from xlplugin.books.layout import layout
from xlplugin.books.patch import patch_cells
from xlplugin.books.template import write_template
from xlplugin.deriving import expected
from xlplugin.form import Cell
from xlplugin.form import form as form_of
from xlplugin.merging.roster import credit_code_check
from xlplugin.report import Report

Number = int | Decimal
YEARS = {"2019": 2020, "2021": 2024}
PROSE = "本机关认真落实政府信息公开条例，全年通过门户网站主动公开政府信息，及时更新公开指南和目录，没有发生失泄密事件。"


def unit_code(number: int) -> str:
    """A 统一社会信用代码 with its right check digit."""
    body = f"11{430000 + number % 900:06d}{number:09d}"
    return body + credit_code_check(body)


def numbers_for(form_id: str, rng: random.Random, *, busy: bool) -> dict[str, Number]:
    """A valid set of numbers: zeros, or a small office with some applications; every balance holds."""
    form = form_of(form_id)
    numbers: dict[str, Number] = dict.fromkeys(form.inputs, 0)
    if busy:
        numbers |= {c.id: _usual(c, rng) for c in form.cells if c.table == "disclosure"}
        first = form.table["applications"].blocks[0].row("handled").sums[0]
        for column in form.table["applications"].blocks[0].columns:
            if not column.derived:
                n, back = rng.choice((0, 0, 1, 2, 9)), rng.choice((0, 0, 1))
                said = {"new": n, "carried_in": back, first: n + back}
                numbers |= {f"applications.{row}.{column.key}": value for row, value in said.items()}
    return numbers | expected(form, numbers)


_USUAL = {"issued": (2, 3), "repealed": (1, 2), "in_force": (9, 40), "published": (2, 3), "public_total": (9, 10)}


def _usual(cell: Cell, rng: random.Random) -> Number:
    """A number of table two as a small office reports it."""
    if cell.needs_rule_power or cell.signed:
        return 0
    if cell.decimal:
        return Decimal(rng.randrange(1, 9999)) / 1000
    if cell.column in _USUAL:
        return rng.randrange(*_USUAL[cell.column])
    return rng.choice((0, 0, 1, 3, 12, 85))


@lru_cache(maxsize=4)
def master(form_id: str) -> bytes:
    """The workbook that all others are patched from."""
    buffer = io.BytesIO()
    prose = {s.key: PROSE for s in form_of(form_id).sections if s.kind == "text"}
    write_template(buffer, form_id, report=Report(form_id, text=prose))
    return buffer.getvalue()


def workbook(
    form_id: str, cover: Mapping[str, str | int | None], cells: Mapping[str, Number | str | None], base: bytes | None = None
) -> bytes:
    """A filled workbook: cover fields by their keys, cells by their ids; None leaves a blank."""
    plan = layout(form_id)
    changes: dict[str, dict[tuple[int, int], int | str | Number | None]] = {}
    for spots, said in ((plan.cover, cover), (plan.cells, cells)):
        for key, value in said.items():
            changes.setdefault(spots[key].sheet, {})[spots[key].row, spots[key].column] = value
    return patch_cells(base or master(form_id), changes)


def cover_of(
    number: int, form_id: str, *, name: str = "", parent: str = "晨溪县", year: int | None = None
) -> dict[str, str | int | None]:
    return {
        "name": name or f"第{number:05d}镇人民政府",
        "code": unit_code(number),
        "level": "乡镇政府",
        "parent": parent,
        "year": str(year or YEARS[form_id]),
        "rule_power": "否",
        "filled_by": "张三",
        "reviewed_by": "李四",
        "date": f"{(year or YEARS[form_id]) + 1}-01-{10 + number % 12:02d}",
    }


def one(number: int, form_id: str = "2021", seed: int = 7) -> bytes:
    """File number `number` of the benchmark: 55 in 100 all zero, 5 in 100 with a wrong total, 2 with a text, 2 with a blank."""
    rng = random.Random(f"{seed}-{number}")
    numbers: dict[str, Number | str | None] = dict(numbers_for(form_id, rng, busy=rng.random() > 0.55))
    fate = rng.random()
    if fate < 0.05:
        numbers["applications.new.total"] = 7777
    elif fate < 0.07:
        numbers["applications.new.company"] = rng.choice(("３", "1,204", "无", "2件"))
    elif fate < 0.09:
        numbers["applications.carried_in.company"] = None
    return workbook(form_id, cover_of(number, form_id), numbers)


DISTINCT = 10_000  # files above this number repeat the numbers of one of these under another unit, to be made sooner


def write_one(folder: str, number: int, form_id: str) -> None:
    path = Path(folder, f"{number:06d}.xlsx")
    if number < DISTINCT:
        path.write_bytes(one(number, form_id))
    else:
        same = path.with_name(f"{number % DISTINCT:06d}.xlsx").read_bytes()
        path.write_bytes(workbook(form_id, cover_of(number, form_id), {}, same))


def generate(folder: Path, count: int, *, form_id: str = "2021", workers: int = 2) -> None:
    """`count` files, no two alike; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        for numbers in (range(min(count, DISTINCT)), range(DISTINCT, count)):
            wanted = [n for n in numbers if not (folder / f"{n:06d}.xlsx").exists()]
            list(pool.map(write_one, [str(folder)] * len(wanted), wanted, [form_id] * len(wanted), chunksize=20))


def by_libreoffice(source: Path, target: Path, *, timeout: int = 600) -> None:
    """The same workbooks as LibreOffice saves them, all in one start of the program."""
    target.mkdir(parents=True, exist_ok=True)
    todo = [str(f) for f in sorted(source.glob("*.xlsx")) if not (target / f.name).exists()]
    profile = tempfile.mkdtemp(prefix="lo-profile-")
    office = shutil.which("soffice") or "soffice"
    try:
        for start in range(0, len(todo), 50):
            subprocess.run(
                [
                    office,
                    f"-env:UserInstallation=file://{profile}",
                    "--headless",
                    "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML",
                    "--outdir",
                    str(target),
                    *todo[start : start + 50],
                ],
                check=True,
                timeout=timeout,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
    finally:
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--form", default="2021")
    parser.add_argument("--libreoffice", type=Path, help="also save copies by LibreOffice into this folder")
    args = parser.parse_args()
    generate(args.folder, args.count, form_id=args.form)
    if args.libreoffice:
        by_libreoffice(args.folder, args.libreoffice)
