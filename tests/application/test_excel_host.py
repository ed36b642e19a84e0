"""The Excel host on the unmodified xlwings API: every command, both forms, and what happens when something is in the way."""

from __future__ import annotations

import datetime as dt
import shutil
import time
import zipfile
from pathlib import Path
from statistics import median

import pytest
import xlwings as xw
from hosting import differences, state

from tests import planted
from xlplugin.books.layout import CHECK, CHECK_COLUMNS, META, META_MARKS, Spot, layout
from xlplugin.books.reader import read_open
from xlplugin.errors import Cancelled, HostUnavailable
from xlplugin.hosts import excel as excel_host
from xlplugin.hosts.commands import press
from xlplugin.hosts.excel import ExcelHost
from xlplugin.hosts.host import Block
from xlplugin.numerals import State

pytestmark = pytest.mark.office


def opened(path: Path, kind: str, form_id: str, seed: int = 1) -> ExcelHost:
    host = ExcelHost(xw.Book(planted.write(planted.planted(kind, form_id, seed), path / "年报.xlsx")))
    host.book.set_mock_caller()
    return host


def messages(excel: xw.App) -> list[str]:
    return [prompt for prompt, *_ in excel.impl.alerts]


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_the_macro_checks_fills_and_leads_on(excel: xw.App, tmp_path: Path, form_id: str) -> None:
    """Through `press`, as RunPython calls it: the calling workbook is found by xlwings."""
    case = planted.planted("blank totals", form_id, 1)
    host = opened(tmp_path, "blank totals", form_id)
    plan = layout(form_id)
    excel_host.press("check")
    top = host.book.sheets[CHECK].range((plan.findings_top, 1)).expand("down").value
    assert top is not None and messages(excel)[-1].startswith(("校验", "还没有填完"))
    excel_host.press("fill")
    assert {c for c, e in read_open(host)[0].entries.items() if e.state is State.FILLED} == set(case.cells)
    excel_host.press("unfill")
    assert not {c for c, e in read_open(host)[0].entries.items() if e.state is State.FILLED}
    excel_host.press("next")
    assert host.active() in plan.cells.values()
    assert all(host.book.sheets[s].api.ProtectContents for s in (CHECK, META))


def test_check_marks_the_wrong_cell_in_time(excel: xw.App, tmp_path: Path) -> None:
    host = opened(tmp_path, "wrong input", "2021")
    plan = layout("2021")
    [cell] = planted.planted("wrong input", "2021", 1).cells
    spot = plan.cells[cell]
    target = host.book.sheets[spot.sheet].range((spot.row, spot.column))
    wrong = target.value
    times = []
    for value in (wrong, *(0, wrong) * 3):  # so that every press has marks and findings to write or to take away
        target.value = value
        start = time.monotonic()
        press("check", host)
        times.append(time.monotonic() - start)
        shown = host.book.sheets[META].range((2, META_MARKS["suspect"])).value
        assert (shown == str(spot)) is bool(value)
    print(f"校验，经 xlwings：第一次 {times[0]:.2f} 秒，以后 {min(times[1:]):.2f} 至 {max(times[1:]):.2f} 秒")
    assert median(times[1:]) < 5
    marks = host.book.sheets[META].range((2, META_MARKS["suspect"])).value
    assert marks == str(plan.cells[cell])
    fix = host.book.sheets[CHECK].range((plan.findings_top, CHECK_COLUMNS.index("fix") + 1)).value
    assert "应为 0" in fix


def test_import_last_year_or_into_the_cells(excel: xw.App, tmp_path: Path) -> None:
    host = opened(tmp_path, "sound", "2021")
    other = planted.planted("sound", "2021", 8)
    source = planted.write(other, tmp_path / "上年.xlsx")
    excel.impl.chosen += [str(source), str(source), str(source), False]
    excel.impl.answers += ["yes"]
    assert press("import", host)
    last = read_open(host)[1]
    assert last is not None and last.numbers() == other.report.numbers()
    before = state(host, layout("2021"))
    excel.impl.answers += ["no", "no"]
    assert press("import", host) and "没有写入" in messages(excel)[-1]
    assert differences(state(host, layout("2021")), before) == []
    excel.impl.answers += ["no", "yes"]
    assert press("import", host)
    assert read_open(host)[0].numbers() == other.report.numbers()
    assert press("import", host), "giving up in the file dialog is no failure"


def test_roll_up_and_export(excel: xw.App, tmp_path: Path) -> None:
    host = opened(tmp_path, "sound", "2021", 5)
    folder = tmp_path / "全县"
    folder.mkdir()
    for seed in (1, 2):
        planted.write(planted.planted("sound", "2021", seed), folder / f"{seed}.xlsx")
    excel.impl.chosen += [str(folder)]
    excel.impl.answers += ["no"]
    assert press("rollup", host), messages(excel)
    assert "已汇总 2 份" in messages(excel)[-1]
    assert any("按住 Esc 取消" in str(s) for s in excel.impl.status_bars) and excel.status_bar is False
    assert "全县_2024年度汇总.xlsx" in [b.name for b in excel.books], "opened beside the workbook"
    assert press("export", host), messages(excel)
    [document] = tmp_path.glob("*.docx")
    assert zipfile.is_zipfile(document)
    kept = document.read_bytes()
    excel.impl.answers += ["no"]
    assert press("export", host)
    assert document.read_bytes() == kept and len(list(tmp_path.glob("*.docx"))) == 2


def test_esc_cancels_the_roll_up(excel: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = opened(tmp_path, "sound", "2021", 5)
    folder = tmp_path / "全县"
    folder.mkdir()
    shutil.copy(planted.write(planted.planted("sound", "2021", 1), tmp_path / "1.xlsx"), folder)
    monkeypatch.setattr(excel_host, "_escape_is_down", lambda: True)
    excel.impl.chosen += [str(folder)]
    excel.impl.answers += ["no"]
    assert not press("rollup", host)
    assert messages(excel)[-1] == "已取消，工作簿没有被改动。" and not list(tmp_path.glob("*汇总*"))
    with pytest.raises(Cancelled), host.progress("汇总") as progress:
        progress.step(1, 2, "甲")
    assert excel.status_bar is False


def test_doctor(excel: xw.App, tmp_path: Path) -> None:
    assert press("doctor", opened(tmp_path, "sound", "2021"))
    assert "Python" in messages(excel)[-1] and "出错记录" in messages(excel)[-1]


def test_another_password_changes_nothing(excel: xw.App, tmp_path: Path) -> None:
    host = opened(tmp_path, "wrong input", "2021")
    before = state(host, layout("2021"))
    host.book.sheets[META].api.Unprotect()
    host.book.sheets[META].api.Protect("秘密")
    assert not press("check", host)
    assert "“_meta”设有保护密码" in messages(excel)[-1] and differences(state(host, layout("2021")), before) == []
    assert host.book.sheets[CHECK].api.ProtectContents


def test_protection_comes_back_with_its_options(excel: xw.App, tmp_path: Path) -> None:
    host = opened(tmp_path, "wrong input", "2021")
    api = host.book.sheets[CHECK].api
    api.Unprotect()
    api.Protect(AllowFormattingColumns=True, AllowFiltering=True)
    assert press("check", host)
    allowed = host.book.sheets[CHECK].api.Protection
    assert allowed.AllowFormattingColumns and allowed.AllowFiltering and not allowed.AllowSorting


def test_a_failure_of_the_program_puts_everything_back(excel: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    host = opened(tmp_path, "wrong input", "2021")
    before = state(host, layout("2021"))
    put, count = ExcelHost.put, 0

    def failing(self: ExcelHost, block: Block) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise RuntimeError("RPC 服务器不可用")
        put(self, block)

    monkeypatch.setattr(ExcelHost, "put", failing)
    assert not press("check", host)
    assert "没有完成，工作簿没有被改动" in messages(excel)[-1] and "RPC 服务器不可用" in messages(excel)[-1]
    assert differences(state(host, layout("2021")), before) == []
    assert host.book.sheets[CHECK].api.ProtectContents


def test_values_keep_their_kinds(excel: xw.App) -> None:
    book = excel.books.add()
    sheet = book.sheets[0]
    sheet.range("A1:C2").value = [[7, 0.092, True], [dt.datetime(2025, 1, 20), "/", None]]
    sheet.range("D1").formula = "=1/0"
    host = ExcelHost(book)
    grid = host.cells({sheet.name: (2, 4)})[sheet.name]
    kinds = {place: (raw.kind, raw.text, raw.formula) for place, raw in grid.items()}
    assert kinds == {
        (1, 1): ("n", "7", False),
        (1, 2): ("n", "0.092", False),
        (1, 3): ("b", "1", False),
        (1, 4): ("e", "#DIV/0!", True),
        (2, 1): ("n", "45677", False),
        (2, 2): ("s", "/", False),
    }
    host.select(Spot(sheet.name, 2, 2))
    assert host.active() == Spot(sheet.name, 2, 2)
    assert host.path is None and host.hidden == ()


def test_an_excel_without_dialogs_says_what_to_do_instead(excel: xw.App, monkeypatch: pytest.MonkeyPatch) -> None:
    host = ExcelHost(excel.books.add())
    monkeypatch.setattr(excel_host.sys, "platform", "darwin")
    with pytest.raises(HostUnavailable, match="命令行"):
        host.choose_folder("选择文件夹")


def test_excel_for_mac_changes_nothing_and_says_so(excel: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = opened(tmp_path, "blank totals", "2021")
    before = state(host, layout("2021"))
    monkeypatch.setattr(excel_host.sys, "platform", "darwin")
    assert not press("fill", host)
    assert "macOS" in messages(excel)[-1] and differences(state(host, layout("2021")), before) == []
