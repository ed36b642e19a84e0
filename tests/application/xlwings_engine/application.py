"""Apps, App, Books: the program and what is open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlwings as xw
from office import properties
from xlwings import utils

from xlwings_engine.workbook import Book

DEFAULT_ANSWERS = {"ok": "ok", "ok_cancel": "ok", "yes_no": "yes", "yes_no_cancel": "yes"}


class Apps:
    """At most one LibreOffice."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.items = engine, list[App]()

    def keys(self) -> list[int]:
        return [app.pid for app in self.items]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        if not self.items:
            raise xw.XlwingsError("没有连接 LibreOffice：先用 xlwings_engine.attach")
        return self.items[0]

    @staticmethod
    def cleanup() -> None:
        """Nothing to clean: the bench ends its soffice itself."""

    def __iter__(self) -> Iterator[App]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self.items if app.pid == pid)


class AppApi:
    """What a host asks Excel's own object for: files to choose.  The test puts them into `App.chosen` beforehand."""

    def __init__(self, app: App) -> None:
        self.app = app

    def _next(self) -> Any:
        return self.app.chosen.pop(0) if self.app.chosen else False

    def GetOpenFilename(self, *filters: Any, **named: Any) -> Any:  # noqa: N802  Excel's name
        return self._next()

    def GetSaveAsFilename(self, *filters: Any, **named: Any) -> Any:  # noqa: N802  Excel's name
        return self._next()

    def FileDialog(self, kind: int) -> FileDialog:  # noqa: N802  Excel's name
        return FileDialog(self._next())


class FileDialog:
    """Excel's FileDialog: -1 and the chosen paths, or 0 when cancelled."""

    def __init__(self, chosen: Any) -> None:
        self.paths = [] if chosen is False else [chosen] if isinstance(chosen, str) else list(chosen)
        self.Title, self.AllowMultiSelect = "", False

    def Show(self) -> int:  # noqa: N802  Excel's name
        return -1 if self.paths else 0

    def SelectedItems(self, index: int) -> str:  # noqa: N802  Excel's name
        return str(self.paths[index - 1])


class App:
    """The program.  What it only shows to a person is kept: `alerts`, `status_bars`; answers come from `answers`."""

    def __init__(self, engine: Any, context: Any, pid: int, *, hidden: bool) -> None:
        self.engine, self.context, self.pid, self.hidden = engine, context, pid, hidden
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.current: Any = None
        self.screen_updating = self.display_alerts = self.enable_events = self.interactive = True
        self.calculation = "automatic"
        self.alerts: list[tuple[str, str | None, str, str | None]] = []
        self.answers: list[str] = []
        self.chosen: list[Any] = []
        self.status_bars: list[Any] = []
        self.protection: dict[tuple[str, str], dict[str, Any]] = {}  # LibreOffice cannot be asked for the options

    version = property(lambda self: utils.VersionNumber("16.0"))  # type: ignore[no-untyped-call]
    books = property(lambda self: Books(self))
    api = property(lambda self: AppApi(self))
    hwnd = property(lambda self: self.pid)
    path = startup_path = property(lambda self: "")

    @property
    def visible(self) -> bool:
        return not self.hidden

    @visible.setter
    def visible(self, value: bool) -> None:
        self.hidden = not value

    @property
    def status_bar(self) -> Any:
        return self.status_bars[-1] if self.status_bars else False

    @status_bar.setter
    def status_bar(self, value: Any) -> None:
        self.status_bars.append(value)

    @property
    def selection(self) -> Any:
        book = self.books.active
        return book.selection if book else None

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: Any) -> str:
        self.alerts.append((prompt, title, buttons, mode))
        return self.answers.pop(0) if self.answers else DEFAULT_ANSWERS[buttons]

    def calculate(self) -> None:
        for book in self.books:
            book.doc.calculateAll()

    def activate(self, steal_focus: bool = False) -> None:
        """There is only one."""

    def range(self, cell1: Any, cell2: Any = None) -> Any:
        return self.books.active.sheets.active.range(cell1, cell2)

    def quit(self) -> None:
        """Closes the books; the soffice belongs to the bench."""
        for book in list(self.books):
            book.close()

    kill = quit


class Books:
    """The open workbooks."""

    def __init__(self, app: App) -> None:
        self.app = app

    api = property(lambda self: self)

    def __iter__(self) -> Iterator[Book]:
        components = self.app.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            doc = components.nextElement()
            if doc.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                yield Book(self.app, doc)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, key: int | str) -> Book:
        for number, book in enumerate(self, 1):
            if key in (number, book.name):
                return book
        raise KeyError(key)

    @property
    def active(self) -> Book | None:
        """The book in front; hidden ones have no front, so the one opened or activated last."""
        books = list(self)
        shown = self.app.desktop.getCurrentComponent()
        wanted = shown if shown is not None else self.app.current
        return next((b for b in books if b.doc == wanted), books[-1] if books else None)

    def _load(self, url: str) -> Book:
        doc = self.app.desktop.loadComponentFromURL(url, "_blank", 0, properties(Hidden=self.app.hidden, MacroExecutionMode=0))
        if doc is None:
            raise xw.XlwingsError(f"LibreOffice 打不开 {url}")
        self.app.current = doc
        return Book(self.app, doc)

    def add(self) -> Book:
        return self._load("private:factory/scalc")

    def open(self, fullname: str, *args: Any, **named: Any) -> Book:
        path = Path(fullname).resolve()
        if not path.exists():
            raise FileNotFoundError(str(path))
        return self._load(path.as_uri())
