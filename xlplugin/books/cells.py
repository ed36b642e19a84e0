"""The wanted corner of the wanted sheets, every cell with its kind, text, had-a-formula and had-a-value.

Two readers stand behind it and must always agree: a guarded byte scanner and an expat parser.
"""

from collections.abc import Mapping
from typing import Literal

from xlplugin.books import exact
from xlplugin.books.package import Package
from xlplugin.books.raw import Found, Grid, Raw
from xlplugin.books.refusals import Refused, unreadable
from xlplugin.books.scan import scan
from xlplugin.books.strings import shared_strings

How = Literal["auto", "fast", "exact"]


def read_cells(package: Package, wanted: Mapping[str, tuple[int, int]], *, how: How = "auto") -> dict[str, Grid]:
    """The cells of each wanted sheet up to (last row, last column); a sheet that the workbook lacks is absent from the answer.

    A cell that the file does not have is absent from its grid; a blank with a style is Raw("", "", …).  `how`: "auto"
    scans where that is provably the same and parses elsewhere, "exact" always parses, "fast" only scans (ValueError
    where it cannot; for tests and measurements).  Sheets over 4 MiB are streamed and left after the last wanted row.
    Raises UnreadableSource.
    """
    found: dict[str, Found] = {}
    sheet = ""
    try:
        for sheet, (last_row, last_column) in wanted.items():
            part = package.sheets.get(sheet)
            if part is not None:
                found[sheet] = _sheet(package, part, last_row, last_column, how)
        numbers = {cell.shared for one in found.values() for cell in one.waiting}
        sheet = ""
        texts = shared_strings(package, numbers, how) if numbers else {}
        for sheet, one in found.items():  # noqa: B007 - the refusal below names it
            _fill_in(one, texts)
    except Refused as refused:
        raise unreadable(refused.code, file=package.name, sheet=sheet, detail=refused.detail) from refused
    return {sheet: one.cells for sheet, one in found.items()}


def _sheet(package: Package, part: str, last_row: int, last_column: int, how: How) -> Found:
    xml = package.whole(part)
    if xml is None:
        if how == "fast":
            raise ValueError(part)
        return exact.read_sheet(lambda feed: package.pour(part, feed), last_row, last_column, early=True)
    found = None if how == "exact" else scan(xml, last_row, last_column)
    if found is None:
        if how == "fast":
            raise ValueError(part)
        return exact.read_sheet(exact.pour_whole(xml), last_row, last_column, early=False)
    return found


def _fill_in(found: Found, texts: dict[int, Raw]) -> None:
    cells = found.cells
    for place, shared, formula in found.waiting:
        raw = texts.get(shared)
        if raw is None:
            raise Refused("E-STRINGS", f"第 {place[0]} 行第 {place[1]} 列")
        cells[place] = raw._replace(formula=True) if formula else raw


__all__ = ["Grid", "Raw", "read_cells"]
