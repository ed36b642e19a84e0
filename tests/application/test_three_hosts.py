"""Excel's host, LibreOffice's host and the file host do the same to the same workbook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import xlwings as xw
from hosting import Recorder, differences, state, uno_host
from office import Office

from tests import planted
from xlplugin.books.layout import layout
from xlplugin.hosts.commands import press
from xlplugin.hosts.excel import ExcelHost
from xlplugin.hosts.file import FileHost
from xlplugin.hosts.libreoffice.host import UnoHost

pytestmark = pytest.mark.office
CASES = [(kind, form_id, seed) for seed in (1, 2) for form_id in ("2019", "2021") for kind in planted.KINDS]


@pytest.mark.parametrize(("kind", "form_id", "seed"), CASES)
def test_same_workbook_same_outcome(office: Office, excel: xw.App, tmp_path: Path, kind: str, form_id: str, seed: int) -> None:
    case = planted.planted(kind, form_id, seed)
    path = planted.write(case, tmp_path / "年报.xlsx")
    plan, file = layout(form_id), FileHost(path)
    excels = ExcelHost(xw.Book(shutil.copy(path, tmp_path / "表格.xlsx")))
    seen = UnoHost(office.soffice.desktop, excels.book.impl.doc, Recorder())  # reads quicker than xlwings
    with office.open(path) as book:
        uno = uno_host(book)
        for buttons in (("check", "fill"), ("unfill",)):
            for button in buttons:
                assert press(button, file) and press(button, uno) and press(button, excels)
            excel.calculate()
            wanted = state(file, plan)
            assert differences(state(uno, plan), wanted) == []
            assert differences(state(seen, plan), wanted) == []
        assert uno.person.said == file.said == [prompt for prompt, *_ in excel.impl.alerts]
