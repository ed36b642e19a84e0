"""The macros in the real LibreOffice: it loads our vbaProject.bin and runs them, and the effect is seen in a cell.

LibreOffice drops every macro of a project without a word when one module cannot be parsed, so nothing here trusts
the absence of an error.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from office import Book, Office

from xlplugin.books.addin import add_macros, finish
from xlplugin.books.buttons import SOURCES, load_buttons

pytestmark = pytest.mark.office

STAND_IN = """Attribute VB_Name = "XxgkBridge"
Option Explicit
Public Function XxgkReady() As Boolean
    XxgkReady = True
End Function
Public Function RunPython(ByVal PythonCommand As String) As Variant
    ActiveWorkbook.Worksheets(1).Range("A1").Value = PythonCommand
    ActiveWorkbook.Worksheets(1).Range("A2").Value = XxgkText("no_workbook")
    RunPython = 0
End Function
"""
FUNCTIONS = (SOURCES / "XxgkFunctions.bas").read_text("ascii").partition("Option Explicit")[2]
BROKEN = STAND_IN + "Public Sub Oops(\n"


def workbook(path: Path, bridge: str | None) -> Path:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2020, 1, 1)})
    cover = book.add_worksheet("封面")
    cover.write("B2", "没有发现问题")
    cover.write("B3", 12)
    sheet = book.add_worksheet("校验")
    book.define_name("xxgk.status", "='封面'!$B$2")
    book.define_name("expected.applications.handled.total.company", "='封面'!$B$3")
    add_macros(book, sheet, 1, 0, bridge=bridge)
    book.close()
    path.write_bytes(finish(buffer.getvalue(), ribbon=True))
    return path


def run(book: Book, module: str, macro: str, *arguments: str) -> Any:
    """Runs a macro by script URL, under a deadline; gives back what it returns."""
    url = f"vnd.sun.star.script:Xxgk.{module}.{macro}?language=Basic&location=document"
    with book.office.deadline(f"宏 {macro}", 30):
        return book.doc.getScriptProvider().getScript(url).invoke(arguments, (), ())[0]


def test_every_macro_runs_and_says_its_command(office: Office, tmp_path: Path) -> None:
    with office.open(workbook(tmp_path / "宏.xlsm", STAND_IN), macros=True) as book:
        for button in load_buttons().all:
            book.write_block("封面", 1, 1, [[""], [""]])
            run(book, "XxgkMacros", button.macro)
            assert book.read_cell("封面", 1, 1) == f"from xlplugin.hosts import excel; excel.press('{button.id}')"
            assert book.read_cell("封面", 2, 1) == load_buttons().messages["no_workbook"], "ChrW made the sentence"


def test_the_form_buttons_are_bound_to_the_macros(office: Office, tmp_path: Path) -> None:
    with office.open(workbook(tmp_path / "宏.xlsm", STAND_IN), macros=True) as book:
        form = book.sheet("校验").DrawPage.Forms.getByIndex(0)
        events = [form.getScriptEvents(i) for i in range(form.Count)]
        macros = [e.ScriptCode for some in events for e in some]
        assert [form.getByIndex(i).Label for i in range(form.Count)] == [b.label for b in load_buttons().all]
        assert len(macros) == len(load_buttons().all)
        for code, button in zip(macros, load_buttons().all, strict=True):
            assert f".{button.macro}?" in code


def test_worksheet_functions(office: Office, tmp_path: Path) -> None:
    with office.open(workbook(tmp_path / "函数.xlsm", STAND_IN + FUNCTIONS), macros=True) as book:
        assert run(book, "XxgkBridge", "XXGK_STATUS") == "没有发现问题"
        assert run(book, "XxgkBridge", "XXGK_EXPECTED", "applications.handled.total.company") == 12


def test_a_broken_module_would_be_noticed(office: Office, tmp_path: Path) -> None:
    with office.open(workbook(tmp_path / "坏.xlsm", BROKEN), macros=True) as book:
        run(book, "XxgkMacros", "XxgkCheck")
        assert book.read_cell("封面", 1, 1) == ""
