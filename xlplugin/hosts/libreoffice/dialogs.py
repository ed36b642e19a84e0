"""What the person at LibreOffice's screen sees: messages, questions, choosers, a progress window that can be cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from xlplugin.errors import Cancelled
from xlplugin.hosts.host import Progress

TITLE = "信息公开年报"
_PLAIN, _INFO, _QUESTION = "MESSAGEBOX", "INFOBOX", "QUERYBOX"
_OK, _YES_NO = 1, 3  # com.sun.star.awt.MessageBoxButtons
_YES = 2  # com.sun.star.awt.MessageBoxResults


class Dialogs:
    """A Person over UNO.  `context` is the component context, `frame` the document's window."""

    def __init__(self, context: Any, frame: Any) -> None:
        self._context, self._frame = context, frame

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _box(self, kind: str, buttons: int, text: str) -> int:
        uno = import_module("uno")
        toolkit = self._service("com.sun.star.awt.Toolkit")
        parent = self._frame.ContainerWindow
        box = toolkit.createMessageBox(parent, uno.Enum("com.sun.star.awt.MessageBoxType", kind), buttons, TITLE, text)
        try:
            return int(box.execute())
        finally:
            box.dispose()

    def tell(self, text: str) -> None:
        self._box(_INFO, _OK, text)

    def ask(self, text: str) -> bool:
        return self._box(_QUESTION, _YES_NO, text) == _YES

    def choose_file(self, title: str, endings: tuple[str, ...], start: Path | None) -> Path | None:
        picker = self._service("com.sun.star.ui.dialogs.FilePicker")
        picker.setTitle(title)
        patterns = ";".join(f"*{e}" for e in endings)
        picker.appendFilter(f"可以读取的文件（{patterns}）", patterns)
        if start is not None:
            picker.setDisplayDirectory(start.as_uri())
        return _path(picker.getSelectedFiles()[0]) if picker.execute() else None

    def choose_folder(self, title: str, start: Path | None) -> Path | None:
        picker = self._service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        if start is not None:
            picker.setDisplayDirectory(start.as_uri())
        return _path(picker.getDirectory()) if picker.execute() else None

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        window = _ProgressWindow(self._service, title)
        try:
            yield window
        finally:
            window.close()


def _path(url: str) -> Path:
    return Path(url2pathname(unquote(urlparse(url).path)))


class _ProgressWindow:
    """A small window of its own: a line of text, a bar, 取消.  The office goes on painting while work is done."""

    def __init__(self, service: Any, title: str) -> None:
        self._toolkit = service("com.sun.star.awt.Toolkit")
        model = service("com.sun.star.awt.UnoControlDialogModel")
        for key, value in {"PositionX": 120, "PositionY": 90, "Width": 220, "Height": 58, "Title": title}.items():
            setattr(model, key, value)
        _add(model, "FixedText", "text", 8, 6, 204, 12, Label="正在准备……")
        _add(model, "ProgressBar", "bar", 8, 21, 204, 10, ProgressValueMin=0, ProgressValueMax=100)
        _add(model, "Button", "cancel", 86, 38, 48, 14, Label="取消")
        self._dialog = service("com.sun.star.awt.UnoControlDialog")
        self._dialog.setModel(model)
        self._dialog.setVisible(False)
        self._dialog.createPeer(self._toolkit, None)
        self.cancelled = False
        self._dialog.getControl("cancel").addActionListener(_listener(self._cancel))
        self._dialog.setVisible(True)
        self._toolkit.processEventsToIdle()

    def _cancel(self) -> None:
        self.cancelled = True

    def step(self, done: int, total: int, what: str) -> None:
        self._dialog.getControl("text").setText(f"{done}／{total}　{what}")
        self._dialog.getControl("bar").setValue(100 * done // max(total, 1))
        self._toolkit.processEventsToIdle()
        if self.cancelled:
            raise Cancelled("已取消。")

    def close(self) -> None:
        self._dialog.setVisible(False)
        self._dialog.dispose()


def _add(model: Any, kind: str, name: str, x: int, y: int, width: int, height: int, **more: Any) -> None:
    control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    place = {"PositionX": x, "PositionY": y, "Width": width, "Height": height}
    for key, value in {**place, **more}.items():
        setattr(control, key, value)
    model.insertByName(name, control)


def _listener(action: Any) -> Any:
    import unohelper
    from com.sun.star.awt import XActionListener

    class Listener(unohelper.Base, XActionListener):  # type: ignore[misc]
        def actionPerformed(self, _event: Any) -> None:  # noqa: N802 - UNO's name
            action()

        def disposing(self, _event: Any) -> None:
            return

    return Listener()
