"""The register as people keep it: a workbook or a CSV file with Chinese column heads → checked units."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package
from xlplugin.books.raw import Grid, Raw
from xlplugin.errors import UnreadableSource
from xlplugin.merging.roster import HEADS, Roster, roster_from_rows
from xlplugin.numerals import stored_number

_ROOM = (20_000, 40)


def read_roster(path: Path) -> Roster:
    """The register in the first sheet of an .xlsx or in a .csv (UTF-8 or GB 18030).

    Raises UnreadableSource with every fault of the register at once.
    """
    if path.suffix.lower() == ".csv":
        return roster_from_rows(_csv(path), path.name)
    package = open_package(path)
    sheet = next(iter(package.sheets))
    return roster_from_rows(_rows(read_cells(package, {sheet: _ROOM}).get(sheet, {})), path.name)


def _csv(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"名册“{path}”打不开：{error.strerror}。请核对路径。", code="E-MISSING") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding))))
        except UnicodeDecodeError:
            continue
    raise UnreadableSource(f"名册“{path.name}”的文字编码认不出来，请用 Excel 或 WPS 另存为 .xlsx。", code="E-ROSTER")


def _rows(grid: Grid) -> list[list[str]]:
    if not grid:
        return []
    width = max(c for _, c in grid)
    heads = next((r for r in sorted({r for r, _ in grid}) if any(_said(grid.get((r, c))) for c in range(1, width + 1))), 1)
    dates = {c for r in range(1, heads + 4) for c in range(1, width + 1) if "日期" in _said(grid.get((r, c)))}
    last = max(r for r, _ in grid)
    return [[_said(grid.get((r, c)), date=c in dates) for c in range(1, width + 1)] for r in range(1, last + 1)]


def _said(raw: Raw | None, *, date: bool = False) -> str:
    """A cell as text; a day number under a head with 日期 is a date."""
    if raw is None:
        return ""
    if raw.kind != "n":
        return raw.text.strip()
    number = stored_number(raw.text)
    if date and isinstance(number, int):
        from datetime import date as day
        from datetime import timedelta

        return (day(1899, 12, 30) + timedelta(days=number)).isoformat()
    return str(number)


def write_roster(path: Path, roster: Roster | None = None) -> None:
    """A register to fill in, or a given one, as .xlsx with lists and notes."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        page = book.add_worksheet("名册")
        head = book.add_format(
            {"bold": True, "bg_color": "#DCE6F2", "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
        )
        text = book.add_format({"num_format": "@", "border": 1, "valign": "vcenter"})
        for column, (label, key) in enumerate(HEADS.items()):
            page.write_string(0, column, label, head)
            page.set_column(column, column, 26 if key in ("name", "former", "parent", "came_from", "note") else 15)
            if key in ("for_government", "rule_power", "vertical", "summed"):
                page.data_validation(1, column, 5000, column, {"validate": "list", "source": ["是", "否"]})
            if key == "kind":
                page.data_validation(1, column, 5000, column, {"validate": "list", "source": ["基层", "汇总"]})
        for row, unit in enumerate(roster.units if roster else (), start=1):
            for column, key in enumerate(HEADS.values()):
                page.write_string(row, column, _shown(getattr(unit, key)), text)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(1, len(roster.units) if roster else 1), len(HEADS) - 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
