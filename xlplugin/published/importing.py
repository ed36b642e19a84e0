"""A published report in a file of any kind → a report.  The one way in."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from xlplugin.errors import UnknownForm, UnreadableSource
from xlplugin.finding import Finding
from xlplugin.form import form, form_for
from xlplugin.published.decoding import decode
from xlplugin.published.from_text import grids_of_text
from xlplugin.published.sniffing import Medium, sniff
from xlplugin.recognising import Grid, recognise_all
from xlplugin.recognising.rules import said
from xlplugin.report import Report

MAX_BYTES = 60_000_000
MAX_TEXT = 12_000_000


def read_published(path: Path, *, unit: str | None = None, year: int | None = None) -> Report:
    """The report in a published file: HTML, text, Markdown, Word, PDF or a foreign workbook, recognised by content.

    `unit` and `year` stand for what the copy does not say, and choose where it holds several reports.  Published numbers
    stay as published; what cannot be read for certain is `unread` with a finding in `intake`.  Raises UnreadableSource
    (no table found, scanned PDF, several reports, hostile or damaged file).
    """
    found = read_all_published(path)
    if len(found) > 1:
        found = _chosen(found, unit, year)
    if len(found) > 1:
        names = "、".join(f"{r.cover.name or '（单位不明）'}{r.cover.year or ''}年" for r in found)
        raise UnreadableSource(
            f"{path.name} 里有{len(found)}份年报（{names}）。请指明单位和年度，或分开后逐份导入。", code="E-SEVERAL"
        )
    return _told(found[0], unit, year)


def read_all_published(path: Path) -> tuple[Report, ...]:
    """Every report in a published file, in its order.  Raises UnreadableSource where there is none."""
    data = _bytes(path)
    grids = grids_of(path, data)
    digest = hashlib.sha256(data).hexdigest()
    try:
        found = recognise_all(grids, source=path.name)
    except RecursionError as error:
        raise UnreadableSource(f"{path.name} 的结构嵌套过深，读不出来。", code="E-DEEP") from error
    return tuple(replace(r, file=str(path), sha256=digest) for r in _without_copies(found))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableSource(f"{path.name} 超过 {MAX_BYTES // 1_000_000} MB，不是一份年报，没有读。", code="E-BIG")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableSource(
            f"打不开 {path.name}：{error.strerror or error}。请检查文件是否存在、能否读取。", code="E-OPEN"
        ) from error


def grids_of(path: Path, data: bytes) -> list[Grid]:
    """The grids of a file, by its medium.  Raises UnreadableSource for what is no published report."""
    medium = sniff(data)
    if medium in _REFUSED:
        raise UnreadableSource(f"{path.name} {_REFUSED[medium]}", code="E-MEDIUM")
    if medium in (Medium.TEXT, Medium.HTML):
        if len(data) > MAX_TEXT:
            raise UnreadableSource(f"{path.name} 超过 {MAX_TEXT // 1_000_000} MB，不是一份年报，没有读。", code="E-BIG")
        if medium is Medium.TEXT:
            return grids_of_text(decode(data))
        from xlplugin.published.from_html import grids_of_html

        return grids_of_html(decode(data), path.name)
    from xlplugin.published.children import grids_in_child

    return grids_in_child(medium, path)


_REFUSED = {
    Medium.EMPTY: "是空文件。",
    Medium.PICTURE: "是图片，里面没有文字。请先转成文字，或对照图片手工填写。",
    Medium.ARCHIVE: "是压缩包或损坏的文件，请解压后导入里面的年报。",
    Medium.OLD_WORD: "是旧版 Word（.doc）文件，请用 Word 或 WPS 另存为 .docx 后再导入。",
    Medium.LOCKED: "有打开密码，读不了。请去掉密码后另存，再导入。",
    Medium.OFD: "是 OFD 版式文件，这里不能读。请在版式软件里另存为 PDF 或 .docx 后再导入。",
    Medium.OPEN_TEXT: "是 ODT 文字文档，请另存为 .docx 后再导入。",
    Medium.RICH_TEXT: "是 RTF 文字文档，请另存为 .docx 后再导入。",
}


def _without_copies(found: tuple[Report, ...]) -> list[Report]:
    """A page that shows the same report twice holds one report."""
    kept: list[Report] = []
    for report in found:
        if not any(r.form_id == report.form_id and r.entries == report.entries and r.cover == report.cover for r in kept):
            kept.append(report)
    return kept


def _chosen(found: tuple[Report, ...], unit: str | None, year: int | None) -> tuple[Report, ...]:
    fitting = found
    if unit:
        fitting = tuple(r for r in fitting if r.cover.name and (unit in r.cover.name or r.cover.name in unit)) or fitting
    if year:
        fitting = tuple(r for r in fitting if r.cover.year == year) or fitting
    return fitting


def _told(report: Report, unit: str | None, year: int | None) -> Report:
    """The report with the unit and year that were given; what they settle needs no finding, what they contradict does."""
    intake = list(report.intake)
    cover = report.cover
    if unit:
        intake = [f for f in intake if f.family != "IMP-UNITNAME"]
        cover = replace(cover, name=unit)
    if year:
        intake = [f for f in intake if f.family != "IMP-YEAR" and f.rule != "IMP-FORM.year"]
        if cover.year is not None and cover.year != year:
            intake.append(said("IMP-YEAR", f"指明的是{year}年，文中写的是{cover.year}年。按指明的{year}年。", about="given"))
        intake += _form_finding(report, year)
        cover = replace(cover, year=year)
    return replace(report, cover=cover, intake=tuple(intake))


def _form_finding(report: Report, year: int) -> list[Finding]:
    try:
        should = form_for(year)
    except UnknownForm:
        return []
    if should.id == report.form_id:
        return []
    what = f"{year}年应使用{should.notice}的表式，这份用的是{form(report.form_id).notice}的表式。"
    return [said("IMP-FORM", what, about="year")]
