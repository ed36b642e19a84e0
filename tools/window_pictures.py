"""The pictures for which LibreOffice needs a real window: the buttons, and what pressing them leaves on the screen.

Taken by tools/pictures.py, on a screen of their own, with the steps that the tests in the window take.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "application"))

from extension import install
from test_window_buttons import answer, choose, press, said
from test_window_rollup import county, front
from window import BUTTON, Window

from tests import planted
from xlplugin.books.buttons import load_buttons
from xlplugin.books.layout import CHECK, layout
from xlplugin.books.template import write_template
from xlplugin.hosts.libreoffice.build_oxt import build_oxt

FORM = "2021"
Keep = Callable[[Path, str], Path]  # a screenshot and its name in the documents → the picture kept


@contextmanager
def desk(folder: Path) -> Iterator[Window]:
    """LibreOffice with the extension as `xlplugin install` puts it in."""
    oxt = folder / "xlplugin.oxt"
    oxt.write_bytes(build_oxt(for_this_python=True))
    install(folder / "profile", oxt)
    with Window(folder / "profile", env={"XDG_STATE_HOME": str(folder / "state")}) as running:
        yield running


def checked(window: Window, folder: Path, keep: Keep) -> list[Path]:
    """After 校验: the marks on the table, and the list of findings."""
    case, plan = planted.planted("wrong input", FORM, 1), layout(FORM)
    book = window.open(planted.write(case, folder / "第1镇年报.xlsx"))
    press(window, "check")
    said(window)
    window.cell(*plan.cells[case.cells[0]])
    marks = keep(window.screenshot(folder / "marks.png"), "button-check-marks")
    window.cell(CHECK, plan.findings_top, plan.in_check("where", plan.findings_top).column)
    findings = keep(window.screenshot(folder / "findings.png"), "button-check-findings")
    window.books.remove(book)
    book.close()
    return [marks, findings]


def rolled_up(window: Window, folder: Path, keep: Keep) -> Path:
    """After 汇总 of sixty workbooks: the roll-up open on 总览."""
    received = folder / "晨溪县"
    roster = county(received)
    window.open(planted.write(planted.planted("sound", FORM, 1), folder / "县政府办公室.xlsx"))
    press(window, "rollup")
    choose(window, "文件夹", received)
    answer(window, "Yes")
    choose(window, "名册", roster)
    said(window)
    [out] = folder.glob("*汇总*.xlsx")
    book = front(window, out)
    window.settle()
    made = keep(window.screenshot(folder / "rollup.png"), "rollup-window")
    book.close(True)
    return made


def with_macros(folder: Path, keep: Keep) -> Path:
    """The buttons on the sheet of a workbook with macros, without the extension."""
    path = folder / "年报.xlsm"
    write_template(path, FORM, macros=True)
    with Window() as window:
        window.open(path)
        window.cell(CHECK, 7, 3)
        window.find(load_buttons().all[-1].label, BUTTON)
        return keep(window.screenshot(folder / "macros.png"), "buttons-xlsm")


def take(folder: Path, keep: Keep) -> list[Path]:
    """Every picture of a window."""
    with desk(folder) as window:
        made = [*checked(window, folder, keep), rolled_up(window, folder, keep)]
    return [*made, with_macros(folder, keep)]
