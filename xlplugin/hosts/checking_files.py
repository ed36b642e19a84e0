"""校验 on files: nothing is changed, the annotated copy goes where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from xlplugin.checking import check, record, verdict
from xlplugin.errors import XlpluginError
from xlplugin.finding import Finding
from xlplugin.hosts.opening import open_last_year, open_report
from xlplugin.hosts.wording import in_words
from xlplugin.report import Report


@dataclass(frozen=True, slots=True)
class Checked:
    """One file's answer: exit status, JSON record, words."""

    status: int
    record: dict[str, Any]
    words: str


def check_file(path: Path, last_year: Path | None, lang: str = "zh") -> Checked:
    """Read and check one file.  Raises UnreadableSource, NotOurWorkbook."""
    report = open_report(path)
    before = _given(last_year) if last_year is not None else open_last_year(path, None)
    return answer(report, check(report, last_year=before, settings=settings_in(lang)))


def answer(report: Report, findings: Sequence[Finding]) -> Checked:
    """The findings of a report in the two shapes that the command line gives."""
    blocks = any(f.blocks for f in findings)
    return Checked(int(blocks), record(report, findings), in_words(report, findings, verdict(report, findings)))


@lru_cache(maxsize=4)
def _given(last_year: Path) -> Report:
    return open_report(last_year)


def settings_in(lang: str) -> Any:
    """The settings of a check that speaks this language."""
    from xlplugin.checking import DEFAULT

    return DEFAULT if lang == "zh" else DEFAULT.model_copy(update={"lang": lang})


def annotated_copy(path: Path, last_year: Path | None, out: Path) -> str:
    """A copy with the findings on the sheet 校验 and marks at the cells; returns what to tell the user.

    Raises CannotWrite, NotOurWorkbook; refuses to write over the file itself.
    """
    from xlplugin.hosts.file import annotate

    if out.exists() and out.resolve() == path.resolve():
        raise XlpluginError(f"“{path.name}”是原文件，校验不改动原文件；请给副本另取一个名字。")
    annotate(path, out, last_year=open_last_year(path, last_year))
    return f"已另存带标记的副本：{out}"
