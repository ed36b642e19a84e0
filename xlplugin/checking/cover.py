"""What the cover must say before any number means something: whose it is, of which year, on which form."""

from __future__ import annotations

from xlplugin.checking.registry import finding
from xlplugin.checking.settings import Settings
from xlplugin.errors import UnknownForm
from xlplugin.finding import Finding
from xlplugin.form import form_for
from xlplugin.report import Report

_ASKED = (("name", "单位名称", "unit name"), ("year", "报告年度", "report year"))


def check_cover(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """V-COVER where unit or year is missing, V-FORM where another form is in force for the year."""
    return (*_missing(report, settings), *_form(report, settings))


def _missing(report: Report, settings: Settings) -> tuple[Finding, ...]:
    lang = 2 if settings.lang == "en" else 1
    missing = [asked[lang] for asked in _ASKED if getattr(report.cover, asked[0]) is None]
    if not missing:
        return ()
    return (finding("V-COVER", settings=settings, missing=(", " if lang == 2 else "、").join(missing)),)


def _form(report: Report, settings: Settings) -> tuple[Finding, ...]:
    year = report.year
    if year is None or year in report.form.years:
        return ()
    try:
        right = form_for(year).id
        should = f"the form of {right} is in force." if settings.lang == "en" else f"{year} 年度应当用 {right} 格式。"
    except UnknownForm:
        should = "no form was in force." if settings.lang == "en" else "那一年还没有统一的年报表式。"
    return (finding("V-FORM", settings=settings, year=year, used=report.form_id, should=should),)
