"""The text against the tables: advisory only (核实), with the sentence and the cell side by side.

A mention raises something only when no fair reading of it fits the table: 收到 may mean the new applications or the new
and the carried-in ones together; 答复 may leave out those closed without an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from xlplugin.checking.mentions import Mention, mentions
from xlplugin.checking.registry import finding
from xlplugin.checking.sentences import sentences
from xlplugin.checking.settings import Settings
from xlplugin.deriving import derive
from xlplugin.finding import Finding
from xlplugin.numerals import Number
from xlplugin.report import Report

Numbers = Mapping[str, Number]
Readings = dict[tuple[str, ...], Number]  # the cells a mention may speak of → what they add up to
SHOWN = 80  # characters of a sentence in a message


def check_prose(report: Report, settings: Settings) -> tuple[Finding, ...]:
    """NAR-…: one finding for every thing the text says that no reading of the tables bears out."""
    numbers = derive(report).numbers()
    found: dict[str, Finding] = {}
    for key in ("overview", "other_matters"):
        for sentence in sentences(report.text.get(key, "")):
            for mention in mentions(sentence, report.year):
                wrong = _compared(report, numbers, mention, settings)
                if wrong is not None:
                    found.setdefault(f"{wrong.rule}|{mention.value}", wrong)
    return (*found.values(), *_years(report, settings))


def _compared(report: Report, numbers: Numbers, mention: Mention, settings: Settings) -> Finding | None:
    readings = READINGS[mention.rule](report, numbers, mention)
    if not readings or mention.value in readings.values():
        return None
    cells, value = next(iter(readings.items()))
    suffix = f".{mention.kind}" if mention.rule == "NAR-DOC" else ""
    return finding(
        f"{mention.rule}{suffix}", settings=settings, cells=cells, sides=(mention.value, value), seen=mention.said,
        said=f"“{mention.said}”", cell="加".join(f"“{report.form.cell[c].label}”" for c in cells),
        value=value, sentence=shortened(mention.sentence.written),
    )  # fmt: skip


def shortened(sentence: str) -> str:
    """A sentence as it fits into a message."""
    return sentence if len(sentence) <= SHOWN else sentence[: SHOWN - 1] + "…"


def _sums(numbers: Numbers, *readings: tuple[str, ...]) -> Readings:
    """The readings whose cells all hold a number; {} when the first of them does not (then nothing can be said)."""
    if not all(c in numbers for c in readings[0]):
        return {}
    return {cells: sum((numbers[c] for c in cells), start=0) for cells in readings if all(c in numbers for c in cells)}


_NEW, _IN, _DONE, _OUT = (f"applications.{r}.total" for r in ("new", "carried_in", "handled", "carried_out"))


def _received(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    if mention.kind == "new":
        return _sums(numbers, (_NEW,))
    more = ((_DONE,),) if mention.kind == "handling" else ()
    return _sums(numbers, (_NEW,), (_NEW, _IN), *more)


def _closed(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    found = _sums(numbers, (_DONE,))
    if not found:
        return {}
    unanswered = [
        c.id for c in report.form.cells if c.table == "applications" and c.row.startswith("other") and c.column == "total"
    ]
    new_only = _sums(numbers, (_DONE,), (_IN,))
    less = found[(_DONE,)] - sum((numbers.get(c, 0) for c in unanswered), start=0)
    this_year = found[(_DONE,)] - new_only.get((_IN,), 0)
    return {**found, (_DONE, *unanswered): less, (_DONE, _IN): this_year}


def _carried_in(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    if mention.kind and report.year is not None and int(mention.kind) == report.year:
        return _sums(numbers, (_OUT,))
    return _sums(numbers, (_IN,))


def _carried_out(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    if mention.kind and report.year is not None and int(mention.kind) == report.year:
        return _sums(numbers, (_IN,))
    return _sums(numbers, (_OUT,))


def _none(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    """“未收到” may be said of the new ones while one of last year is still being handled."""
    found = _sums(numbers, (_NEW,), (_NEW, _IN))
    return {k: v for k, v in found.items() if k != (_NEW, _IN)} if found else {}


def _cases(report: Report, numbers: Numbers, mention: Mention, rows: tuple[str, ...]) -> Readings:
    every = tuple(f"disputes.{r}.total" for r in rows)
    return _sums(numbers, every, *((c,) for c in every if len(every) > 1 and mention.value))


def _document(report: Report, numbers: Numbers, mention: Mention) -> Readings:
    columns = {"issued": ("issued", "made", "published"), "repealed": ("repealed",), "in_force": ("in_force", "public_total")}
    cells = [f"disclosure.normative_documents.{c}" for c in columns[mention.kind]]
    known = [c for c in cells if c in report.form.cell]
    return _sums(numbers, *((c,) for c in known)) if known else {}


READINGS: dict[str, Callable[[Report, Numbers, Mention], Readings]] = {
    "NAR-NEW": _received,
    "NAR-DONE": _closed,
    "NAR-IN": _carried_in,
    "NAR-OUT": _carried_out,
    "NAR-NONE": _none,
    "NAR-REV": partial(_cases, rows=("review",)),
    "NAR-LIT": partial(_cases, rows=("litigation_direct", "litigation_after_review")),
    "NAR-DOC": _document,
}

_OTHER_YEAR = re.compile(
    r"(?P<year>20\d\d)年度?(?!\d)(?![^,;]{0,3}(?:\d{1,2}月|以来|起|前|底|末|结转|同期|相比|版|修订|计划))"
    r",?[^,;:]{0,12}?(?:共|全年|累计)?(?:收到|未收到|受理|办理|主动公开|公开政府信息|发布|制发|制定|政府信息公开工作年度报告)"
)
_COMPARED = re.compile(r"较|比|同期|上年|去年|结转|计划|将|下一步|拟|自|以来|修订|截至|印发|根据|按照|《|连续|至20|—20")


def _years(report: Report, settings: Settings) -> Iterable[Finding]:
    """NAR-YEAR: a year that is not the report year beside 收到, 公开, 办理 in section one."""
    if report.year is None:
        return
    for sentence in sentences(report.text.get("overview", "")):
        found = _OTHER_YEAR.search(sentence.folded)
        if found is None or int(found.group("year")) == report.year or str(report.year) in sentence.folded:
            continue
        if _COMPARED.search(sentence.folded.replace("现将", "")):
            continue
        year = found.group("year")
        yield finding(
            f"NAR-YEAR.{year}", settings=settings, seen=sentence.folded, year=report.year, said=f"{year}年",
            sentence=shortened(sentence.written),
        )  # fmt: skip
        return
