"""LibreOffice in a real window on a virtual screen, used as a person uses it: seen, clicked, typed into.

    with Window() as window:
        book = window.open(path)
        window.click(window.cell("封面", 3, 2))
        window.type("12")
        window.key("Return")
        window.screenshot(picture)

Controls are found by what assistive technology is told about them (UNO accessibility); mouse and keys are real X events.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from office import Book, properties
from soffice import START_SECONDS, OfficeError, Soffice, end_group, spawn, why_not

WIDTH, HEIGHT = 1400, 900
WAIT_SECONDS = 20.0
MANY = 300  # a container with more children than this is the sheet's cells or a long list: not searched
PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "openbox": "openbox", "import": "imagemagick"}
# com.sun.star.accessibility.AccessibleRole
ALERT, DIALOG, FILE_CHOOSER, MENU, MENU_BAR, MENU_ITEM, BUTTON, TABLE, TEXT, TOOL_BAR = 1, 12, 16, 34, 35, 36, 44, 58, 60, 63
DIALOGS = (ALERT, DIALOG, FILE_CHOOSER)


class Control(NamedTuple):
    """Something on the screen: its accessible role and name, where it is in pixels, and its accessible context."""

    role: int
    name: str
    x: int
    y: int
    width: int
    height: int
    context: Any

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


def why_no_window() -> str | None:
    """Why no real window can be opened here, in one line; None when it can."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        return f"没有 {'、'.join(missing)}：请运行 make test，或用 apt 安装"
    return why_not()


class Screen:
    """A virtual screen with a window manager (without one, dialogs get no keyboard focus)."""

    def __init__(self) -> None:
        size = f"{WIDTH}x{HEIGHT}x24"
        # -noreset: else Xvfb begins anew when its only guest leaves, and xdotool's visit ends what openbox has just begun
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        self.server = spawn(command, {}, stdout=subprocess.PIPE)
        assert self.server.stdout is not None
        number = self.server.stdout.readline().strip().decode()  # the server picks a free one, and ends its line when ready
        if not number:
            raise OfficeError("Xvfb 没有启动")
        self.env = {"DISPLAY": f":{number}", "LC_ALL": "C.UTF-8"}
        self.manager = spawn(["openbox"], self.env)
        atexit.register(self.stop)
        try:
            wait_until(self._managed, "openbox 没有启动", START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def _managed(self) -> bool:
        if self.manager.poll() is not None:
            raise OfficeError(f"openbox 启动即退出，退出码 {self.manager.returncode}")
        return self._run("xdotool", "get_desktop").returncode == 0

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, env={**os.environ, **self.env}, capture_output=True, timeout=30)

    def run(self, *command: str) -> None:
        """A program on this screen.  Raises OfficeError with what it said when it fails."""
        done = self._run(*command)
        if done.returncode:
            raise OfficeError(f"{command[0]}：{done.stderr.decode(errors='replace').strip()}")

    def stop(self) -> None:
        atexit.unregister(self.stop)
        for process in (self.manager, self.server):
            process.terminate()
            end_group(process, 5)


def wait_until(true: Callable[[], Any], otherwise: str, seconds: float = WAIT_SECONDS) -> Any:
    """Asks until the answer is true, and returns it.  Raises OfficeError(otherwise) after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := true()):
        if time.monotonic() > end:
            raise OfficeError(f"{otherwise}（等了 {seconds:.0f} 秒）")
        time.sleep(0.05)
    return answer


def nodes(accessible: Any, skip: tuple[int, ...] = ()) -> Iterator[tuple[int, Any]]:
    """Role and accessible context of everything below an accessible object, itself first; nothing below the roles to skip."""
    try:
        context = accessible.getAccessibleContext()
        role, count = context.getAccessibleRole(), context.getAccessibleChildCount()
    except Exception:  # it may vanish while we look: menus and dialogs do
        return
    yield role, context
    for i in range(count if count < MANY and role not in skip else 0):
        with contextlib.suppress(Exception):
            yield from nodes(context.getAccessibleChild(i), skip)


def control(role: int, context: Any) -> Control | None:
    """What the screen shows of it; None when it vanished meanwhile."""
    try:
        place, size, name = context.getLocationOnScreen(), context.getSize(), context.getAccessibleName()
    except Exception:
        return None
    return Control(role, name, place.X, place.Y, size.Width, size.Height, context)


def walk(accessible: Any, skip: tuple[int, ...] = ()) -> Iterator[Control]:
    """Everything shown below an accessible object, itself first; nothing below the roles to skip."""
    for role, context in nodes(accessible, skip):
        if seen := control(role, context):
            yield seen


def named(context: Any, name: str | None) -> bool:
    """Whether it has that name; anything has the name None."""
    with contextlib.suppress(Exception):
        return name is None or context.getAccessibleName() == name
    return False


class Window:
    """A LibreOffice window on its own screen.  `profile` keeps an installed extension; by default a fresh one."""

    def __init__(self, profile: Path | None = None, env: dict[str, str] | None = None) -> None:
        self.screen = Screen()
        self.books: list[Book] = []
        try:
            look = {**self.screen.env, "SAL_USE_VCLPLUGIN": "gen", **(env or {})}
            self.soffice = Soffice(headless=False, profile=profile, env=look)
            self.toolkit = self.soffice.service("com.sun.star.awt.Toolkit")
        except BaseException:
            self.screen.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends everything; an open dialog cannot hold it up."""
        if self.dialogs():
            self.soffice.kill()
        for book in self.books if self.soffice.alive else ():
            book.close()
        self.soffice.stop()
        self.screen.stop()

    def open(self, path: str | Path) -> Book:
        """Opens a workbook, macros allowed, and makes its window fill the screen."""
        source = Path(path).resolve()
        with self.soffice.deadline(f"打开 {source.name}"):
            doc = self.soffice.desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, properties(MacroExecutionMode=4))
            if doc is None:
                raise OfficeError(f"LibreOffice 打不开 {source.name}")
            doc.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, WIDTH, HEIGHT, 15)
        self.books.append(Book(self.soffice, doc))
        self.settle()
        return self.books[-1]

    def settle(self) -> None:
        """Waits until LibreOffice has nothing left to do or to paint.  Not while a dialog is open: it would never end."""
        with self.soffice.deadline("等待窗口"):
            for _ in range(3):
                time.sleep(0.1)
                self.toolkit.processEventsToIdle()

    def _search(self, name: str | None, role: int | None, in_dialogs: bool = False) -> Iterator[Control]:
        """Dialogs first.  Each question to LibreOffice takes its time: the cheap ones come first, and the hundreds of
        items of closed menus are only looked at when any role will do, or one that menus have."""
        skip = () if role in (None, MENU, MENU_ITEM) else (MENU_BAR, MENU)
        dialogs, others = self._tops()
        for top in dialogs if in_dialogs else dialogs + others:
            for kind, context in nodes(top, skip):
                if role in (None, kind) and named(context, name):
                    shown = control(kind, context)
                    if shown and shown.width > 0 and shown.height > 0:
                        yield shown

    def _tops(self) -> tuple[list[Any], list[Any]]:
        """The open dialogs, and the other windows."""
        dialogs, others = [], []
        for i in range(self.toolkit.getTopWindowCount()):
            with contextlib.suppress(Exception):  # closed meanwhile
                top = self.toolkit.getTopWindow(i)
                (dialogs if top.getAccessibleContext().getAccessibleRole() in DIALOGS else others).append(top)
        return dialogs, others

    def controls(self, name: str | None = None, role: int | None = None, *, in_dialogs: bool = False) -> list[Control]:
        """What is on the screen in all windows, menus and dialogs, by exact name and role; only what has a size.

        `in_dialogs`: only in the open dialogs.
        """
        with self.soffice.deadline("查找控件"):
            return list(self._search(name, role, in_dialogs))

    def find(self, name: str, role: int | None = None, seconds: float = WAIT_SECONDS, *, in_dialogs: bool = False) -> Control:
        """The first control of that name, waited for.  Raises OfficeError when it does not appear."""
        with self.soffice.deadline(f"查找“{name}”", seconds + 40):
            search = lambda: next(self._search(name, role, in_dialogs), None)  # noqa: E731
            found: Control = wait_until(search, f"屏幕上没有“{name}”", seconds)
            return found

    def dialogs(self) -> list[str]:
        """Titles of the open dialogs."""
        with contextlib.suppress(OfficeError), self.soffice.deadline("查找对话框", 10):
            return [top.getAccessibleContext().getAccessibleName() for top in self._tops()[0]]
        return []

    def texts(self) -> list[str]:
        """What stands in the text fields of the open dialogs."""
        with self.soffice.deadline("查找文字"):
            fields = [context for top in self._tops()[0] for role, context in nodes(top) if role == TEXT]
            return [context.getText() for context in fields if hasattr(context, "getText")]

    def cell(self, sheet: str, row: int, column: int) -> Control:
        """A cell (from 1) of the book opened last, scrolled into view; its sheet becomes the active one."""
        book = self.books[-1]
        with self.soffice.deadline(f"查找单元格 {sheet}"):
            view = book.doc.CurrentController
            view.setActiveSheet(book.sheet(sheet))
            self.settle()
            if (shown := self._shown_cell(row, column)) is None:
                view.setFirstVisibleRow(max(row - 4, 0))
                view.setFirstVisibleColumn(max(column - 3, 0))
                self.settle()
                shown = self._shown_cell(row, column)
        if shown is None:
            raise OfficeError(f"单元格 {sheet} 第 {row} 行第 {column} 列不在屏幕上")
        return shown

    def _shown_cell(self, row: int, column: int) -> Control | None:
        """A cell of the active sheet if its middle is on the screen; a frozen sheet is shown in up to four panes."""
        frame = self.books[-1].doc.CurrentController.Frame.ContainerWindow
        for pane in walk(frame, (MENU_BAR, TOOL_BAR)):
            if pane.role == TABLE and pane.width > 0:
                cell = next(walk(pane.context.getAccessibleCellAt(row - 1, column - 1)))
                x, y = cell.centre
                inside = pane.x <= x < pane.x + pane.width and pane.y <= y < pane.y + pane.height
                if inside and cell.width > 0 and cell.height > 0:
                    return cell
        return None

    def selected(self) -> tuple[str, int, int]:
        """Sheet, row and column (from 1) of the first selected cell of the book opened last."""
        with self.soffice.deadline("查询选中的单元格"):
            at = self.books[-1].doc.CurrentSelection.RangeAddress
            return self.books[-1].sheet_names[at.Sheet], at.StartRow + 1, at.StartColumn + 1

    def click(self, where: Control | tuple[int, int], times: int = 1, button: int = 1) -> None:
        """Presses the mouse in the middle of a control, or at a point.  `button` 3 is the right one."""
        x, y = where.centre if isinstance(where, Control) else where
        self.screen.run("xdotool", "mousemove", str(x), str(y), "sleep", "0.15", "click", "--repeat", str(times), str(button))
        self._after_input()

    def type(self, text: str) -> None:
        """Types text where the keyboard focus is."""
        self.screen.run("xdotool", "type", "--delay", "15", "--", text)
        self._after_input()

    def key(self, *keys: str) -> None:
        """Presses keys by their X names: Return, Escape, Tab, Down, ctrl+s, alt+Down ..."""
        self.screen.run("xdotool", "key", "--delay", "40", "--", *keys)
        self._after_input()

    def _after_input(self) -> None:
        time.sleep(0.25)
        if not self.dialogs():
            self.settle()

    def screenshot(self, out: str | Path) -> Path:
        """The whole screen as PNG."""
        target = Path(out)
        target.parent.mkdir(parents=True, exist_ok=True)
        time.sleep(0.2)
        self.screen.run("import", "-window", "root", str(target))
        return target
