"""导入 of published reports: one outcome a file, and a workbook each where one was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlplugin.checking import check
from xlplugin.errors import CannotWrite, UnreadableSource, XlpluginError
from xlplugin.hosts.checking_files import answer, settings_in
from xlplugin.hosts.folders import ready
from xlplugin.report import Report

Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]


@dataclass
class Imported:
    """What came of every source: JSON records and words in order, refusals, and whether anything blocks."""

    records: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    blocked: bool = False


def import_all(
    sources: Sequence[Path], unit: str | None, year: int | None, out: Path | None, lang: str, progress: Progress
) -> Imported:
    """Read every source (a folder stands for the files in it); one bad source does not stop the others.

    Raises CannotWrite where two sources would get the same workbook or the target is unusable.
    """
    files = _files(sources)
    single = len(files) == 1 and (out is None or out.suffix.lower() in (".xlsx", ".xlsm"))
    if out is not None and not single and out.suffix.lower() in (".xlsx", ".xlsm"):
        raise CannotWrite(f"有 {len(files)} 份来源，不能都写进“{out.name}”；请给 -o 一个文件夹。")
    done = Imported()
    taken: set[Path] = set()
    for file in progress(files, len(files), "导入"):
        try:
            _import_one(file, unit, year, _target(file, out, single=single, taken=taken), lang, done)
        except XlpluginError as error:
            done.refused.append(str(error))
    return done


def _files(sources: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            found += sorted(p for p in source.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
        else:
            found.append(source)
    return found


def _target(file: Path, out: Path | None, *, single: bool, taken: set[Path]) -> Path | None:
    """Named like the source; two sources of one stem keep their endings in the name."""
    if out is None or single:
        return out
    target = out / f"{file.stem}.xlsx"
    if target in taken:
        target = out / f"{file.stem}_{file.suffix.lstrip('.')}.xlsx"
    taken.add(target)
    return target


def _import_one(file: Path, unit: str | None, year: int | None, target: Path | None, lang: str, done: Imported) -> None:
    reports = _reports(file, unit, year)
    for report, into in zip(reports, _apart(reports, target), strict=True):
        checked = answer(report, check(report, settings=settings_in(lang)))
        if into is not None:
            write_imported(report, into)
        done.records.append(checked.record)
        done.words.append(checked.words + (f"\n　已写入：{into}" if into is not None else ""))
        done.blocked = done.blocked or bool(checked.status)


def _reports(file: Path, unit: str | None, year: int | None) -> tuple[Report, ...]:
    """The report in a file, or every one of them where it holds several and none was named."""
    from xlplugin.published import read_all_published, read_published

    try:
        return (read_published(file, unit=unit, year=year),)
    except UnreadableSource as refused:
        if refused.code != "E-SEVERAL" or unit is not None or year is not None:
            raise
        return read_all_published(file)


def _apart(reports: Sequence[Report], target: Path | None) -> list[Path | None]:
    """A workbook for each report: named like the source and, where it held several, by number and unit as well."""
    if target is None or len(reports) == 1:
        return [target] * len(reports)
    names = [re.sub(r'[\\/:*?"<>|\s]+', "_", f"{r.cover.name or ''}{r.year or ''}") for r in reports]
    return [target.with_name(f"{target.stem}_{i}{name and '_' + name}.xlsx") for i, name in enumerate(names, 1)]


def write_imported(report: Report, target: Path) -> None:
    """A workbook of the report's own form with its numbers as published; unread cells stay blank."""
    from xlplugin.books.template import write_template

    ready(target.parent)
    write_template(target, report.form_id, report=report)
