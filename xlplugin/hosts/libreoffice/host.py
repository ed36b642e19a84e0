"""Host over UNO: the workbook that is open in LibreOffice.

Blocks go and come in one call each.  All that a button writes is one step in the list of 编辑—撤销, so that the
user's own steps before it stay; LibreOffice 7.4 itself brings nothing back for a block on 撤销, hence 撤销填充.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from xlplugin.books.layout import Spot
from xlplugin.books.raw import Grid, Raw
from xlplugin.errors import CannotWrite, HostUnavailable
from xlplugin.hosts.host import Block, Progress, Value

SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_FORMULA_CELLS = 16  # com.sun.star.sheet.CellFlags.FORMULA
_TRUTH = {"=TRUE()", "=FALSE()"}  # so LibreOffice loads a truth value of a file


class Person(Protocol):
    """How to talk to the person at the screen; see dialogs.py."""

    def tell(self, text: str) -> None: ...
    def ask(self, text: str) -> bool: ...
    def choose_file(self, title: str, endings: tuple[str, ...], start: Path | None) -> Path | None: ...
    def choose_folder(self, title: str, start: Path | None) -> Path | None: ...
    def progress(self, title: str) -> AbstractContextManager[Progress]: ...


class UnoHost:
    """The spreadsheet document `doc`.  Raises HostUnavailable for anything else."""

    def __init__(self, desktop: Any, doc: Any, person: Person) -> None:
        if doc is None or not doc.supportsService(SPREADSHEET):
            raise HostUnavailable("请先打开一份年报工作簿，再按按钮。")
        self.desktop, self.doc, self.person = desktop, doc, person

    @property
    def name(self) -> str:
        return self.path.name if self.path else str(self.doc.Title)

    @property
    def path(self) -> Path | None:
        url = str(self.doc.URL)
        return Path(url2pathname(unquote(urlparse(url).path))) if url.startswith("file:") else None

    @property
    def sheets(self) -> Collection[str]:
        return tuple(self.doc.Sheets.ElementNames)

    @property
    def hidden(self) -> Collection[str]:
        return tuple(s for s in self.sheets if not self.doc.Sheets.getByName(s).IsVisible)

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
        here = set(self.sheets)
        return {name: self._grid(name, *size) for name, size in wanted.items() if name in here}

    def _grid(self, sheet: str, rows: int, columns: int) -> Grid:
        block = self.doc.Sheets.getByName(sheet).getCellRangeByPosition(0, 0, columns - 1, rows - 1)
        formulas = _places(block.queryContentCells(_FORMULA_CELLS))
        typed = block.getFormulaArray()
        grid: Grid = {}
        for r, row in enumerate(block.getDataArray(), 1):
            for c, value in enumerate(row, 1):
                if value == "" and (r, c) not in formulas:
                    continue
                if value is None:
                    grid[(r, c)] = Raw("e", str(block.getCellByPosition(c - 1, r - 1).String), True, True)
                else:
                    grid[(r, c)] = _raw(value, typed[r - 1][c - 1], (r, c) in formulas)
        return grid

    @contextmanager
    def unlocked(self, sheets: Collection[str]) -> Iterator[None]:
        if self.doc.isReadonly():
            raise CannotWrite(f"“{self.name}”是只读打开的，没有改动任何单元格。请另存一份，或用可写的方式打开后再试。")
        undo = self.doc.UndoManager
        undo.enterUndoContext("信息公开年报")
        self.doc.lockControllers()
        opened: list[Any] = []
        try:
            for name in sheets:
                sheet = self.doc.Sheets.getByName(name)
                if sheet.isProtected():
                    _unprotect(sheet, name)
                    opened.append(sheet)
            yield
        finally:
            for sheet in opened:
                sheet.protect("")
            self.doc.unlockControllers()
            undo.leaveUndoContext()

    def put(self, block: Block) -> None:
        sheet = self.doc.Sheets.getByName(block.sheet)
        target = sheet.getCellRangeByPosition(block.column - 1, block.row - 1, block.last_column - 1, block.last_row - 1)
        target.setDataArray(tuple(tuple(_sent(v) for v in row) for row in block.rows))

    def active(self) -> Spot:
        view = self.doc.CurrentController
        selection = self.doc.CurrentSelection
        sheet = str(view.ActiveSheet.Name)
        at = getattr(selection, "RangeAddress", None)
        return Spot(sheet, at.StartRow + 1, at.StartColumn + 1) if at is not None else Spot(sheet, 1, 1)

    def select(self, spot: Spot) -> None:
        view = self.doc.CurrentController
        sheet = self.doc.Sheets.getByName(spot.sheet)
        view.setActiveSheet(sheet)
        view.select(sheet.getCellByPosition(spot.column - 1, spot.row - 1))

    def tell(self, text: str) -> None:
        self.person.tell(text)

    def ask(self, text: str) -> bool:
        return self.person.ask(text)

    def choose_file(self, title: str, endings: tuple[str, ...]) -> Path | None:
        return self.person.choose_file(title, endings, self._folder())

    def choose_folder(self, title: str) -> Path | None:
        return self.person.choose_folder(title, self._folder())

    def _folder(self) -> Path | None:
        return self.path.parent if self.path else None

    def progress(self, title: str) -> AbstractContextManager[Progress]:
        return self.person.progress(title)

    def open(self, path: Path) -> None:
        if self.desktop.loadComponentFromURL(path.resolve().as_uri(), "_default", 0, ()) is None:
            raise HostUnavailable(f"LibreOffice 打不开“{path.name}”，请在文件管理器里打开它：{path}")


def _places(found: Any) -> set[tuple[int, int]]:
    return {
        (r + 1, c + 1)
        for a in found.RangeAddresses
        for r in range(a.StartRow, a.EndRow + 1)
        for c in range(a.StartColumn, a.EndColumn + 1)
    }


def _raw(value: float | str, typed: str, formula: bool) -> Raw:
    if isinstance(value, str):
        return Raw("s", value, formula, True)
    if typed in _TRUTH:
        return Raw("b", "1" if value else "0", False, True)
    return Raw("n", str(int(value)) if value.is_integer() else repr(value), formula, True)


def _sent(value: Value) -> float | str:
    """LibreOffice 7.4 ends at once when None comes here; "" empties a cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else float(value)


def _unprotect(sheet: Any, name: str) -> None:
    with contextlib.suppress(Exception):  # a wrong password is refused with a UNO exception, or silently
        sheet.unprotect("")
    if sheet.isProtected():
        raise CannotWrite(
            f"工作表“{name}”设有保护密码，本程序不能写入，没有改动任何单元格。请先撤销保护（工具—保护工作表），再按一次按钮。"
        )
