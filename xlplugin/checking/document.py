"""The document around the tables: six sections, what section five and six must say, the notice cited, the dates.

A workbook whose sheet 正文 is empty is a normal way to send tables to the county office, so there DOC-SIX is only a 提示;
it is 准强制 once some prose was typed, and for a published report.  The other rules of this module need prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import PurePath

from xlplugin.checking.prose import shortened
from xlplugin.checking.registry import finding
from xlplugin.checking.sentences import NUMBER, number, sentences
from xlplugin.checking.settings import Settings
from xlplugin.finding import Finding, Severity
from xlplugin.form.labels import fold
from xlplugin.numerals import Number, squeeze
from xlplugin.report import Report

PUBLISHED = frozenset({".html", ".htm", ".mhtml", ".txt", ".md", ".docx", ".doc", ".pdf"})
GOVERNMENTS = frozenset({"省级政府", "市级政府", "县级政府"})
_NOTHING = re.compile(r"(?:本年度?|我[^,，。]{1,4})?(?:暂|均)?(?:无|没有|不存在)(?:问题|存在的?主要问题)?")
_FEE = re.compile(r"信息处理费|处理费|收取费用|收费|收取.{0,6}费")


def check_document(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """DOC-… and DUE-…."""
    return (
        *_sections(report, settings),
        *_section_five(report, settings),
        *_section_six(report, settings),
        *_basis(report, settings),
        *_period(report, settings),
        *_length(report, settings),
        *_due(report, settings),
    )


def _prose(report: Report) -> str:
    return "\n".join(v for v in report.text.values() if v)


def _sections(report: Report, settings: Settings) -> Iterable[Finding]:
    missing = [s for s in report.form.sections if s.kind == "text" and not squeeze(report.text.get(s.key, ""))]
    if not missing:
        return
    published = report.file is not None and PurePath(report.file).suffix.lower() in PUBLISHED
    weighty = published or bool(squeeze(_prose(report)))
    names = "、".join(f"“{s.title}”" for s in missing)
    note = "网页版常丢失小标题，请对照原文。" if published else "" if weighty else "正文还没有写；公布前要补全。"
    yield finding(
        "DOC-SIX", settings=settings, severity=None if weighty else Severity.NOTICE, seen="|".join(s.key for s in missing),
        names=names, note=note if settings.lang == "zh" else "",
    )  # fmt: skip


def _section_five(report: Report, settings: Settings) -> Iterable[Finding]:
    text = squeeze(report.text.get("problems", ""))
    bare = re.sub(r"[\W_]+", "", text)
    if not bare:
        return
    if _NOTHING.fullmatch(bare):
        problem = f"只写了“{shortened(text)}”" if settings.lang == "zh" else "only says there is nothing"
    elif len(bare) < settings.problems_chars:
        problem = f"只有 {len(bare)} 个字" if settings.lang == "zh" else f"has only {len(bare)} characters"
    else:
        return
    yield finding("DOC-SEC5", settings=settings, seen=text, problem=problem)


def _section_six(report: Report, settings: Settings) -> Iterable[Finding]:
    text = report.text.get("other_matters", "")
    if squeeze(text) and not _FEE.search(squeeze(_prose(report))):
        yield finding("DOC-FEE", settings=settings, seen=squeeze(text)[:200])
    for sentence in sentences(text):
        yield from _fee_sum(report, sentence.folded, sentence.written, settings)
        yield from _no_notice(report, sentence.folded, sentence.written, settings)


_CHARGED = re.compile(
    rf"(?:收取|收到|实收|收缴)(?!.{{0,4}}通知)[^,;:]{{0,24}}?(?P<n>{NUMBER})(?P<wan>万)?元|处理费(?:共计|共|合计|总金额为?|为)?(?P<m>{NUMBER})(?P<w>万)?元"
)


def _fee_sum(report: Report, folded: str, written: str, settings: Settings) -> Iterable[Finding]:
    cell = "disclosure.fees.amount"
    amount = report.numbers().get(cell)
    found = _CHARGED.search(folded)
    if "处理费" not in folded or found is None or amount is None or re.search(r"通知", found.group()):
        return
    said = found.group("n") or found.group("m")
    fee = number(said)
    if fee is None:
        return
    yuan = fee * 10000 if (found.group("wan") or found.group("w")) and not said.endswith("万") else fee
    wan = Decimal(yuan) / 10000
    if wan > amount:
        yield finding(
            "FEE-INFO", settings=settings, cells=(cell,), sides=(wan, amount), seen=found.group(),
            fee=yuan, wan=wan.normalize(), amount=amount, sentence=shortened(written),
        )  # fmt: skip


def _no_notice(report: Report, folded: str, written: str, settings: Settings) -> Iterable[Finding]:
    cell = "applications.other_fee_unpaid.total"
    count: Number = report.numbers().get(cell, 0)
    none = re.search(
        r"(?:未|没有|无)[^,;]{0,12}(?:收费通知|信息处理费)|(?:收费通知|处理费通知)[^,;]{0,6}(?<!\d)0(?:件|份|次)", folded
    )
    if count and none and "通知" in none.group():
        yield finding("FEE-R62", settings=settings, cells=(cell,), seen=none.group(), count=count, sentence=shortened(written))


_CITED = re.compile(r"国办公开办函[\[〔(](20\d\d)[\]〕)]第?(\d+)号")


def _basis(report: Report, settings: Settings) -> Iterable[Finding]:
    from xlplugin.form import forms

    ours = fold(report.form.notice)
    others = {fold(f.notice) for f in forms().values()} - {ours}
    for found in _CITED.finditer(squeeze(_prose(report))):
        said = f"国办公开办函〔{found.group(1)}〕{found.group(2)}号"
        if fold(said) in others and ours not in squeeze(_prose(report)):
            yield finding("DOC-BASIS", settings=settings, seen=said, said=said, notice=report.form.notice)
            return


_PERIOD = re.compile(r"(?P<a>20\d\d)年1月1日?(?:起|开始)?(?:至|到|-|—|~|–)(?:(?P<b>20\d\d)年|当年|同年)?12月31日")


def _period(report: Report, settings: Settings) -> Iterable[Finding]:
    if report.year is None:
        return
    for found in _PERIOD.finditer(squeeze(_prose(report))):
        years = {int(y) for y in (found.group("a"), found.group("b")) if y}
        if years != {report.year}:
            yield finding("DOC-YEAR", settings=settings, seen=found.group(), year=report.year, said=found.group())
            return


def _length(report: Report, settings: Settings) -> Iterable[Finding]:
    count = len(squeeze(report.text.get("overview", "")))
    if settings.overview_chars is not None and count > settings.overview_chars:
        yield finding("DOC-LEN", settings=settings, seen=str(count), count=count, limit=settings.overview_chars)


def _due(report: Report, settings: Settings) -> Iterable[Finding]:
    filed = day_of(report.cover.date)
    if filed is None or report.year is None:
        return
    government = report.cover.level in GOVERNMENTS
    rule, day = ("DUE-0331", settings.due_governments) if government else ("DUE-0131", settings.due_departments)
    due = date(report.year + 1, *day)
    if filed > due:
        yield finding(rule, settings=settings, seen=str(filed), date=filed.isoformat(), due=due.isoformat())


def day_of(text: str | None) -> date | None:
    """A date as a cover shows it: 2025-01-20, 2025/1/20, 2025.1.20, 2025年1月20日; None for anything else."""
    found = re.match(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})", squeeze(text or ""))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
