"""The extension's command: what a click in the toolbar or the menu calls.  It runs in LibreOffice's own Python.

The core is carried in pythonpath/.  The libraries it needs (python.json names where) are those of the Python that
installed the extension; LibreOffice's Python must be of the same version.  Until they are found, this file uses
nothing newer than Python 3.6, so that an old LibreOffice can say what is wrong.
"""

import json
import sys
from pathlib import Path
from typing import Any, Dict, Optional  # noqa: UP035 - the names an old Python knows

import unohelper
from com.sun.star.task import XJobExecutor

IMPLEMENTATION = "cn.xlplugin.Command"
TITLE = "信息公开年报"
NEEDED = (3, 11)
HERE = Path(__file__).resolve().parent
THIS = "{}.{}".format(*sys.version_info[:2])


class Command(unohelper.Base, XJobExecutor):  # type: ignore[misc]
    """One click.  `trigger` gets what stands behind the question mark of the command's address: the button."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def trigger(self, button: str) -> None:
        desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        wrong = why_not()
        if wrong:
            tell(self.context, desktop, wrong)
            return
        from xlplugin.hosts.libreoffice import pressing

        pressing.press(button, self.context, desktop, desktop.getCurrentComponent())


def why_not() -> Optional[str]:  # noqa: UP045
    """What keeps the core from running in this Python, in words for the user; None when nothing does."""
    if sys.version_info[:2] < NEEDED:
        return (
            "这个 LibreOffice 自带的 Python 是 {}，本扩展需要 {}.{} 或更新的版本，工作簿没有被改动。\n"
            "请升级 LibreOffice；也可以不用按钮：保存后把工作簿拖到桌面的“校验信息公开年报”上，或用命令行 xlplugin check。"
        ).format(THIS, *NEEDED)
    recorded = installed_python()
    if missing() and recorded.get("version") == THIS:
        sys.path += [p for p in recorded.get("paths", ()) if Path(p).is_dir() and p not in sys.path]
    lacking = missing()
    if not lacking:
        return None
    return (
        f"缺少程序库 {lacking}，扩展暂时不能工作，工作簿没有被改动。\n"
        f"请用 Python {THIS} 安装 xlplugin（与这个 LibreOffice 的 Python 版本相同），再运行：xlplugin install"
    )


def missing() -> str:
    """The first library that the core cannot do without and that is not here."""
    for name in ("pydantic", "yaml"):
        try:
            __import__(name)
        except ImportError:
            return name
    return ""


def installed_python() -> Dict[str, Any]:  # noqa: UP006
    """Which Python installed the extension and where its libraries are."""
    try:
        return dict(json.loads((HERE / "python.json").read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def tell(context: Any, desktop: Any, text: str) -> None:
    """A message, also when the core cannot be loaded."""
    from com.sun.star.awt.MessageBoxType import WARNINGBOX

    toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
    box = toolkit.createMessageBox(desktop.getCurrentFrame().ContainerWindow, WARNINGBOX, 1, TITLE, text)
    box.execute()
    box.dispose()


g_ImplementationHelper = unohelper.ImplementationHelper()  # type: ignore[no-untyped-call] # noqa: N816 - UNO's name
g_ImplementationHelper.addImplementation(Command, IMPLEMENTATION, ("com.sun.star.task.Job",))  # type: ignore[no-untyped-call]
