"""Blank and prefilled workbooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from xlplugin.form import form as form_of
from xlplugin.hosts.folders import ready
from xlplugin.hosts.opening import open_report
from xlplugin.report import Cover, Report


def make_templates(
    *,
    form_id: str,
    totals: Any,
    unit_code: str | None,
    everyone: bool,
    roster: Path | None,
    year: int | None,
    last_year: Path | None,
    out: Path,
) -> Iterator[Path]:
    """Write one workbook, or one per unit of the roster; yields each path.  Raises XlpluginError."""
    from xlplugin.books.template import write_template

    form_of(form_id)
    before = open_report(last_year) if last_year is not None else None
    if before is not None and year is None and before.year is not None:
        year = before.year + 1
    for cover, target in _wanted(unit_code, everyone, roster, year, out):
        ready(target.parent)
        report = Report(form_id, cover) if cover is not None else None
        write_template(target, form_id, totals=totals, report=report, last_year=before, macros=target.suffix.lower() == ".xlsm")
        yield target


def _wanted(
    unit_code: str | None, everyone: bool, roster: Path | None, year: int | None, out: Path
) -> Iterator[tuple[Cover | None, Path]]:
    if roster is None:
        if unit_code or everyone:
            raise click.UsageError("--unit 和 --all 要和 --roster 一起用。")
        yield (Cover(year=year) if year else None), out
        return
    covers = _covers(roster, year)
    if everyone:
        for cover in covers:
            yield cover, out / f"{_file_name(cover)}.xlsx"
        return
    if not unit_code:
        raise click.UsageError("有 --roster 时，请用 --unit 指定单位，或用 --all 全部生成。")
    chosen = [c for c in covers if unit_code in (c.code, c.name)]
    if not chosen:
        raise click.UsageError(f"名册里没有“{unit_code}”。")
    yield chosen[0], out


def _covers(roster: Path, year: int | None) -> list[Cover]:
    from xlplugin.books.rollup_roster import read_roster

    return list(read_roster(roster).covers(year))


def _file_name(cover: Cover) -> str:
    """Unit and year, without what a file name may not hold."""
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", cover.name or cover.code or "单位")
    return f"{name}_{cover.year}" if cover.year else name
