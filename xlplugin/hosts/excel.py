"""Host over xlwings: the workbook that is active in Excel.  RunPython calls `press`.

Only the open-source part of xlwings is used.  Blocks go and come in one call each.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwings as xw

from xlplugin.books.layout import Spot
from xlplugin.books.raw import Grid, Raw
from xlplugin.errors import Cancelled, CannotWrite, HostUnavailable
from xlplugin.hosts import commands
from xlplugin.hosts.host import Block, Progress, Value

TITLE = "信息公开年报"
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = dt.timedelta(days=1)
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_FOLDER_PICKER = 4  # msoFileDialogFolderPicker
_ESCAPE = 0x1B
# What Worksheet.Protection remembers, in the order of Worksheet.Protect's arguments after UserInterfaceOnly.
_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


def press(button: str) -> None:
    """What the macro behind a button runs."""
    commands.press(button, ExcelHost(xw.Book.caller()))


class ExcelHost:
    """The workbook `book`."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book

    @property
    def name(self) -> str:
        return str(self.book.name)

    @property
    def path(self) -> Path | None:
        full = Path(self.book.fullname)
        return full if full.is_absolute() else None

    @property
    def sheets(self) -> Collection[str]:
        return tuple(s.name for s in self.book.sheets)

    @property
    def hidden(self) -> Collection[str]:
        return tuple(s.name for s in self.book.sheets if not s.visible)

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
        here = set(self.sheets)
        return {name: self._grid(name, *size) for name, size in wanted.items() if name in here}

    def _grid(self, sheet: str, rows: int, columns: int) -> Grid:
        block = self.book.sheets[sheet].range((1, 1), (rows, columns))
        values = block.options(ndim=2, err_to_str=True).value
        formulas = block.formula
        if rows == 1 or columns == 1:
            formulas = _square(formulas, rows, columns)
        grid: Grid = {}
        for r, row in enumerate(values, 1):
            for c, value in enumerate(row, 1):
                formula = str(formulas[r - 1][c - 1]).startswith("=") and value != formulas[r - 1][c - 1]
                if value is not None or formula:
                    grid[(r, c)] = _raw(value, formula)
        return grid

    @contextmanager
    def unlocked(self, sheets: Collection[str]) -> Iterator[None]:
        if getattr(self.book.api, "ReadOnly", False) is True:
            raise CannotWrite(f"“{self.name}”是只读打开的，没有改动任何单元格。请另存一份，或用可写的方式打开后再试。")
        if sys.platform == "darwin":
            raise HostUnavailable(
                "macOS 版 Excel 里，本程序还不能写入受保护的工作表，没有改动任何单元格。"
                "请保存后用命令行，例如：xlplugin check 文件 --annotate 校验后.xlsx；或改用 LibreOffice 扩展。"
            )
        updating = self.book.app.screen_updating
        self.book.app.screen_updating = False
        opened: list[tuple[Any, dict[str, Any]]] = []
        try:
            for name in sheets:
                api = self.book.sheets[name].api
                if api.ProtectContents:
                    as_it_was = _protection(api)
                    _unprotect(api, name)
                    opened.append((api, as_it_was))
            yield
        finally:
            for api, as_it_was in opened:
                api.Protect(**as_it_was)
            self.book.app.screen_updating = updating

    def put(self, block: Block) -> None:
        first = self.book.sheets[block.sheet].range((block.row, block.column))
        first.options(expand=None).value = [[_sent(v) for v in row] for row in block.rows]

    def active(self) -> Spot:
        cell = self.book.selection
        if cell is None:
            return Spot(self.book.sheets.active.name, 1, 1)
        return Spot(self.book.sheets.active.name, cell.row, cell.column)

    def select(self, spot: Spot) -> None:
        sheet = self.book.sheets[spot.sheet]
        sheet.activate()
        sheet.range((spot.row, spot.column)).select()

    def tell(self, text: str) -> None:
        self.book.app.alert(text, title=TITLE, mode="info")

    def ask(self, text: str) -> bool:
        return bool(self.book.app.alert(text, title=TITLE, buttons="yes_no") == "yes")

    def choose_file(self, title: str, endings: tuple[str, ...]) -> Path | None:
        patterns = ";".join(f"*{e}" for e in endings)
        chosen = _needs_windows(self.book.app.api, "GetOpenFilename")(f"可以读取的文件 ({patterns}),{patterns}", 1, title)
        return Path(chosen) if isinstance(chosen, str) else None

    def choose_folder(self, title: str) -> Path | None:
        dialog = _needs_windows(self.book.app.api, "FileDialog")(_FOLDER_PICKER)
        dialog.Title = title
        return Path(dialog.SelectedItems(1)) if dialog.Show() == -1 else None

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        try:
            yield _StatusBar(self.book.app, title)
        finally:
            self.book.app.status_bar = False

    def open(self, path: Path) -> None:
        self.book.app.books.open(str(path))


class _StatusBar:
    """Progress in Excel's status bar; Esc cancels (Excel itself waits for Python, so it has no button to offer)."""

    def __init__(self, app: xw.App, title: str) -> None:
        self._app, self._title = app, title

    def step(self, done: int, total: int, what: str) -> None:
        self._app.status_bar = f"{self._title}：{done}／{total}　{what}　（按住 Esc 取消）"
        if _escape_is_down():
            raise Cancelled("已取消。")


def _escape_is_down() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    return bool(ctypes.windll.user32.GetAsyncKeyState(_ESCAPE) & 0x8000)


def _needs_windows(api: Any, method: str) -> Any:
    """A dialog of Excel for Windows; on macOS the command line does the same work.  Raises HostUnavailable."""
    found = getattr(api, method, None)
    if sys.platform == "darwin" or found is None:
        raise HostUnavailable(
            "这个版本的 Excel 不能由本程序打开选择窗口。请改用命令行，例如：xlplugin rollup 文件夹 --year 年度 -o 汇总.xlsx"
        )
    return found


def _square(formulas: Any, rows: int, columns: int) -> Any:
    """xlwings gives one cell as a text and some single lines flat."""
    if rows == 1 and columns == 1:
        return ((formulas,),) if not isinstance(formulas, tuple | list) else formulas
    if isinstance(formulas[0], tuple | list):
        return formulas
    return (formulas,) if rows == 1 else tuple((f,) for f in formulas)


def _raw(value: Any, formula: bool) -> Raw:
    if value is None:
        return Raw("s", "", formula, True)
    if isinstance(value, bool):
        return Raw("b", "1" if value else "0", formula, True)
    if isinstance(value, dt.datetime):
        value = (value.replace(tzinfo=None) - _EPOCH) / _DAY
    if isinstance(value, int | float | Decimal):
        number = float(value)
        return Raw("n", str(int(number)) if number.is_integer() else repr(number), formula, True)
    text = str(value)
    return Raw("e" if text in _ERRORS else "s", text, formula, True)


def _sent(value: Value) -> float | str | None:
    return float(value) if isinstance(value, int | Decimal) else value


def _protection(api: Any) -> dict[str, Any]:
    """How a sheet is protected, as arguments for protecting it again."""
    allowed = {name: bool(getattr(api.Protection, name, False)) for name in _ALLOWED}
    return {
        "DrawingObjects": bool(api.ProtectDrawingObjects),
        "Contents": True,
        "Scenarios": bool(api.ProtectScenarios),
        **allowed,
    }


def _unprotect(api: Any, name: str) -> None:
    with contextlib.suppress(Exception):  # Excel refuses a wrong password with a COM error
        api.Unprotect("")
    if api.ProtectContents:
        raise CannotWrite(
            f"工作表“{name}”设有保护密码，本程序不能写入，没有改动任何单元格。请先撤销保护（审阅—撤消工作表保护），再按一次按钮。"
        )
