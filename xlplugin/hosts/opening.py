"""Open whatever the user names: a workbook of the template, or a published report."""

from __future__ import annotations

from pathlib import Path

from xlplugin.errors import NotOurWorkbook, UnreadableSource
from xlplugin.report import Report

# Refusals of the workbook opener that only say “this is no .xlsx”; what they are may still be a published report.
_OTHER_MEDIA = {"E-HTML", "E-PDF", "E-XLS", "E-XLSB", "E-ODS", "E-WORD", "E-OLE", "E-NOTXLSX", "E-NOTOURS", "E-PARTS"}
_WORKBOOKS = {".xlsx", ".xlsm"}


def open_report(path: Path, *, unit: str | None = None, year: int | None = None) -> Report:
    """The report in a file, whichever kind of file it is; `unit` and `year` are for copies that do not say them.

    Raises UnreadableSource, NotOurWorkbook.
    """
    from xlplugin.books.reader import read_workbook

    try:
        return read_workbook(path)
    except (NotOurWorkbook, UnreadableSource) as refused:
        code = getattr(refused, "code", "E-NOTOURS")
        if code not in _OTHER_MEDIA:
            raise
        return _published(path, unit, year, refused)


def _published(path: Path, unit: str | None, year: int | None, refused: Exception) -> Report:
    from xlplugin.published import read_published

    try:
        return read_published(path, unit=unit, year=year)
    except UnreadableSource:
        if path.suffix.lower() in _WORKBOOKS:
            raise refused from None
        raise


def open_last_year(path: Path, given: Path | None) -> Report | None:
    """Last year's report: the file that was given, else the sheet 上年数据 of the workbook itself, else None.

    Raises UnreadableSource, NotOurWorkbook for the file that was given.
    """
    if given is not None:
        return open_report(given)
    from xlplugin.books.reader import read_last_year

    try:
        return read_last_year(path)
    except (NotOurWorkbook, UnreadableSource):
        return None
