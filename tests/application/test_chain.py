"""The whole chain once: a click on a button of the .xlsm, VBA in our vbaProject.bin, RunPython, the Excel host, cells.

Only RunPython is a stand-in: xlwings' module starts a Python beside Excel; here LibreOffice's own Python runs the same
command on the xlwings API over LibreOffice.
"""

from __future__ import annotations

import functools
import site
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import need
from extension import install
from window import BUTTON, Window, wait_until, why_no_window

from tests import planted
from xlplugin.books import addin
from xlplugin.books.buttons import load_buttons
from xlplugin.books.layout import CHECK, META, META_MARKS, layout

pytestmark = pytest.mark.window
PLAN = layout("2021")
LABEL = {b.id: b.label for b in load_buttons().all}
RUNPYTHON = """Attribute VB_Name = "XxgkBridge"
Option Explicit

Public Function XxgkReady() As Boolean
    XxgkReady = True
End Function

Public Function RunPython(ByVal PythonCommand As String) As Variant
    CreateUnoService("cn.xlplugin.test.RunPython").trigger(PythonCommand)
    RunPython = 0
End Function
"""
COMPONENT = """import sys, traceback, unohelper
from com.sun.star.task import XJobExecutor
sys.path += {paths!r}

class RunPython(unohelper.Base, XJobExecutor):
    def __init__(self, context):
        self.context = context

    def trigger(self, command):
        try:
            import xlwings as xw
            from xlwings_engine import attach_context
            app = attach_context(self.context)
            xw.books.active.set_mock_caller()
            exec(command, {{}})
            said = "\\n".join(prompt for prompt, *_ in app.impl.alerts)
        except BaseException:
            said = traceback.format_exc()
        with open({log!r}, "a", encoding="utf-8") as log:
            log.write(command + "\\n" + said + "\\n")

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(RunPython, "cn.xlplugin.test.RunPython", ("com.sun.star.task.Job",))
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
<manifest:file-entry manifest:full-path="runpython.py" manifest:media-type="application/vnd.sun.star.uno-component;type=Python"/>
</manifest:manifest>"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "said.txt"


@pytest.fixture
def desk(tmp_path: Path, log: Path) -> Iterator[Window]:
    need(why_no_window())
    here = Path(__file__).parent
    paths = [str(here), str(here.parents[1]), *site.getsitepackages(), *(p for p in sys.path if "site-packages" in p)]
    oxt = tmp_path / "runpython.oxt"
    with zipfile.ZipFile(oxt, "w") as package:
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("runpython.py", COMPONENT.format(paths=list(dict.fromkeys(paths)), log=str(log)))
    install(tmp_path / "profile", oxt)
    with Window(tmp_path / "profile") as running:
        yield running


def test_from_the_click_to_the_cells(
    desk: Window, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures_folder: Path
) -> None:
    monkeypatch.setattr(addin, "add_macros", functools.partial(addin.add_macros, bridge=RUNPYTHON))
    case = planted.planted("wrong input", "2021", 1)
    blank = planted.planted("blank totals", "2021", 1)
    total = blank.cells[0]
    report = case.report.with_entries({total: blank.report.entry(total)})
    book = desk.open(planted.write(case._replace(report=report), tmp_path / "年报.xlsm", macros=True))
    [cell] = case.cells

    def press(button: str, lines: int) -> str:
        desk.cell(CHECK, 7, 3)  # the buttons stand at the top of this sheet
        desk.click(desk.find(LABEL[button], BUTTON))
        wait_until(lambda: log.exists() and log.read_text("utf-8").count("excel.press") == lines, f"{button} 没有回答", 60)
        return log.read_text("utf-8")

    said = press("check", 1)
    desk.screenshot(pictures_folder / "hosts-chain.png")
    assert "from xlplugin.hosts import excel; excel.press('check')" in said and "校验不通过" in said, said
    assert book.read_cell(META, 2, META_MARKS["suspect"]) == str(PLAN.cells[cell])
    assert "应为 0" in str(book.read_cell(CHECK, PLAN.findings_top, PLAN.in_check("fix", PLAN.findings_top).column))
    spot = PLAN.cells[total]
    assert book.read_cell(spot.sheet, spot.row, spot.column) == ""
    assert "已填充 1 格" in press("fill", 2)
    assert book.read_cell(spot.sheet, spot.row, spot.column) != ""
    press("unfill", 3)
    assert book.read_cell(spot.sheet, spot.row, spot.column) == ""
