"""The file mode, for WPS and machines without macros: the checked copy and a report beside the original."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from xlplugin.books.patch import write_atomically
from xlplugin.errors import NotOurWorkbook, UnreadableSource
from xlplugin.hosts.checking_files import annotated_copy

COPY = "_已校验"
REPORT = "_校验结果"


def leave_beside(path: Path, words: str, last_year: Path | None = None) -> list[str]:
    """Writes `path`_校验结果.txt with these words and, of a workbook of ours, the marked copy `path`_已校验.xlsx.

    Nothing is overwritten: a second run counts on (_已校验2.xlsx). Returns what to tell the user. A file that is no
    workbook of ours gets the report only. Raises CannotWrite.
    """
    said = []
    report = free_name(path, REPORT, ".txt")
    # Notepad knows UTF-8 by its mark and lines by CRLF
    write_atomically(report, "\r\n".join([path.name, "", *words.splitlines(), ""]).encode("utf-8-sig"))
    said.append(f"校验结果：{report}")
    try:
        said.append(annotated_copy(path, last_year, free_name(path, COPY, path.suffix)))
    except (NotOurWorkbook, UnreadableSource) as refused:
        said.append(f"没有另存带标记的副本：{refused}")
    return said


def free_name(path: Path, addition: str, suffix: str) -> Path:
    """The first of 原名_已校验.xlsx, 原名_已校验2.xlsx ... that is not taken."""
    names = (path.with_name(f"{path.stem}{addition}{number if number > 1 else ''}{suffix}") for number in count(1))
    return next(name for name in names if not name.exists())
