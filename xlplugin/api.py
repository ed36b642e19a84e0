"""The verbs of the project for Python callers: the same that stand behind the buttons and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xlplugin.finding import Finding
from xlplugin.report import Report

if TYPE_CHECKING:
    from xlplugin.merging.rollup import RollUp

Source = str | Path


def read(source: Source, *, unit: str | None = None, year: int | None = None) -> Report:
    """The report in a workbook of the template or in a published copy (html, txt, md, docx, pdf).

    Blank stays blank; counts are ints, 万元 are Decimals with the digits as typed.  `unit` and `year` are for copies
    that do not say them.  Raises UnreadableSource, NotOurWorkbook.
    """
    from xlplugin.hosts.opening import open_report

    return open_report(Path(source), unit=unit, year=year)


def check(report: Report | Source, *, last_year: Report | Source | None = None) -> tuple[Finding, ...]:
    """Everything a reviewer would send back (DOMAIN 2.2–2.6); an empty tuple where nothing is wrong.

    A blank is never a pass.  `last_year` adds the rules across years.  Raises only where a file cannot be read.
    """
    from xlplugin.checking import check as check_report

    before = last_year if isinstance(last_year, Report) or last_year is None else read(last_year)
    return check_report(report if isinstance(report, Report) else read(report), last_year=before)


def fill(source: Report | Source, out: Source | None = None) -> Report:
    """Blank derived cells filled (31 in table three and 3 in table four of the 2021 form), nothing else.

    For a file, `out` receives the patched copy and the file itself stays as it is.  Raises UnreadableSource,
    NotOurWorkbook, CannotWrite.
    """
    if isinstance(source, Report):
        from xlplugin.deriving import derive

        return derive(source)
    from xlplugin.books.filling import fill_workbook
    from xlplugin.books.patch import write_atomically

    filled = fill_workbook(Path(source))
    if out is not None:
        write_atomically(Path(out), filled.data)
    return filled.report


def rollup(paths: Iterable[Source], *, year: int, out: Source | None = None, **options: Any) -> RollUp:
    """The sum of the accepted workbooks with every part kept, and one outcome for every file.

    `options`: roster, scope (本级 or 全域), last_year, ledger, workers, dask.  A blank in any unit leaves the cell
    open and names the unit.  Raises XlpluginError where nothing can be read at all.
    """
    from xlplugin.hosts.rolling import run_rollup

    return run_rollup([str(p) for p in paths], year=year, out=Path(out) if out else None, **options)


def template(
    out: Source, *, form: str = "2021", totals: Literal["typed", "formula"] = "typed", report: Report | None = None
) -> None:
    """A blank workbook of the form, or one prefilled from a report.  Raises UnknownForm, CannotWrite."""
    from xlplugin.books.template import write_template

    write_template(Path(out), form, totals=totals, report=report)


def publish(report: Report | Source, out: Source) -> None:
    """The report in official form (.docx, .html, .pdf) or its data (.csv, .json, .parquet), by the ending of `out`.

    Raises CannotWrite, HostUnavailable (a .pdf needs LibreOffice).
    """
    from xlplugin.outputs.publishing import publish as write

    write(report if isinstance(report, Report) else read(report), Path(out))
