"""A file → what it is worth to a roll-up: read, hashed, checked by itself.  Every file is answered; none ends the run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from xlplugin.books.package import Package
from xlplugin.books.raw import Grid
from xlplugin.books.rollup_lean import take_lean
from xlplugin.errors import XlpluginError
from xlplugin.finding import Finding, causes
from xlplugin.merging.filed import Filed, Marks

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".et", ".ett", ".ods"})
OUT = "OUT"  # not a refusal: the file is none of ours


def take(data: bytes, file: str, *, size: int, mtime: int, exact: bool = False) -> Filed:
    """One workbook's bytes as a Filed; a file that cannot be read carries its `refusal`.

    `exact` leaves the quick way out; both ways give the same answer.
    """
    if not exact:
        try:
            quick = take_lean(data, file, size=size, mtime=mtime)
        except XlpluginError as error:
            return refused(file, error, data, size=size, mtime=mtime)
        if quick is not None:
            return quick
    return _take_exactly(data, file, size, mtime)


def not_a_workbook(file: str) -> str:
    """Why a file is none of ours, "" for one that should be opened."""
    name = PurePosixPath(file.replace("\\", "/")).name
    if name.startswith(("~$", ".~")):
        return "办公软件打开工作簿时的临时文件，不是填报表；同名的工作簿可能正开着"
    if PurePosixPath(name).suffix.lower() not in WORKBOOKS:
        return "不是工作簿文件"
    return ""


def out(file: str, why: str, *, size: int = 0, mtime: int = 0) -> Filed:
    """A file that is accounted for and left aside without opening it."""
    return Filed(file, _stand_in(file, why), size, mtime, refusal=why, code=OUT)


def refused(file: str, error: XlpluginError, data: bytes | None, *, size: int = 0, mtime: int = 0) -> Filed:
    """A file that could not be read; without bytes there is no hash, and the next run tries again."""
    code = getattr(error, "code", "") or "E-NOTOURS"
    sha = _stand_in(file, code) if data is None else hashlib.sha256(data).hexdigest()
    return Filed(file, sha, size, mtime, refusal=_with_name(str(error), file), code=code)


def _with_name(words: str, file: str) -> str:
    name = PurePosixPath(file.replace("\\", "/")).name
    return words if name in words else f"{name}：{words}"


def _stand_in(file: str, why: str) -> str:
    return "none:" + hashlib.sha256(f"{file}\n{why}".encode()).hexdigest()[:16]


def _of_a_rollup(found: tuple[Finding, ...], marks: Marks) -> tuple[Finding, ...]:
    """A roll-up has no prose of its own, and a balance over a cell that some unit left blank is open, not broken."""
    opened = {cell for cell, _ in marks.open}
    return tuple(f for f in found if not f.rule.startswith(("DOC-", "NAR-", "DUE-")) and not opened.intersection(f.cells))


def _take_exactly(data: bytes, file: str, size: int, mtime: int) -> Filed:
    from xlplugin.books.package import open_package
    from xlplugin.books.reader import read_open
    from xlplugin.books.rollup_marks import marks_of
    from xlplugin.checking import check
    from xlplugin.merging.filed import filed_of

    name = PurePosixPath(file.replace("\\", "/")).name
    try:
        package = open_package(data)
        report, last_year, sheets = read_open(Opened(package, name))
        marks = marks_of(package, sheets.get("_meta", {}))
    except XlpluginError as error:
        return refused(file, error, data, size=size, mtime=mtime)
    report = replace(report, sha256=package.sha256)
    found = causes(check(report, last_year=None if marks.scope else last_year, locate=False))
    found = _of_a_rollup(found, marks) if marks.scope else found
    return filed_of(report, found, size=size, mtime=mtime, marks=marks, file=file)


class Opened:
    """A package under the name of its file, read once for everything that is wanted of it."""

    def __init__(self, package: Package, name: str) -> None:
        self._package, self.name = package, name
        self.sheets, self.hidden = package.sheets, package.hidden

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
        from xlplugin.books.cells import read_cells

        return read_cells(self._package, wanted)
