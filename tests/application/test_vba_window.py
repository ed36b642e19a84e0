"""The sheet buttons of an .xlsm under real mouse clicks in a real LibreOffice window."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_vba_office import STAND_IN, workbook
from window import BUTTON, Window, wait_until

from xlplugin.books.buttons import load_buttons

pytestmark = pytest.mark.window


def test_each_button_runs_its_macro(window: Window, tmp_path: Path, pictures_folder: Path) -> None:
    book = window.open(workbook(tmp_path / "按钮.xlsm", STAND_IN))
    window.cell("校验", 12, 1)  # its sheet comes to the front
    window.find(load_buttons().all[-1].label, BUTTON)
    shown = {control.name: control for control in window.controls(role=BUTTON)}
    for button in load_buttons().all:
        book.write_block("封面", 1, 1, [[""]])
        window.click(shown[button.label])
        wait_until(lambda: book.read_cell("封面", 1, 1), f"按钮“{button.label}”没有反应")
        assert book.read_cell("封面", 1, 1) == f"from xlplugin.hosts import excel; excel.press('{button.id}')"
    window.screenshot(pictures_folder / "xlsm-buttons.png")
    assert window.dialogs() == []


def test_without_the_addin_a_clerk_is_told_in_chinese(window: Window, tmp_path: Path, pictures_folder: Path) -> None:
    book = window.open(workbook(tmp_path / "没有加载项.xlsm", None))
    window.cell("校验", 12, 1)
    window.click(window.find("校验", BUTTON))
    wait_until(window.dialogs, "没有出现提示")
    assert window.dialogs() == [load_buttons().tab]
    window.screenshot(pictures_folder / "xlsm-no-addin.png")
    said = "".join(control.name for control in window.controls())
    assert load_buttons().messages["no_addin"] in said
    window.key("Return")
    assert window.dialogs() == [] and book.read_cell("封面", 1, 1) == ""
