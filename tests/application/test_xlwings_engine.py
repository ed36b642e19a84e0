"""The xlwings API itself, unmodified, over LibreOffice: what our Excel host may rely on in tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
import xlwings as xw
from openpyxl import load_workbook

pytestmark = pytest.mark.office
ENTRY, NOTES = "三、依申请公开", "校验"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Entry cells B2:C3 unlocked, the rest locked; a total, a name, a protected sheet and a free one."""
    target = tmp_path / "填报.xlsx"
    book = xlsxwriter.Workbook(target)
    sheet, free = book.add_worksheet(ENTRY), book.add_worksheet(NOTES)
    entry, text = book.add_format({"locked": False}), book.add_format({"num_format": "@"})
    rows: list[list[object]] = [["", "自然人", "商业企业"], ["一、本年新收", 7, 5], ["二、上年结转", 1, ""]]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value, entry if r and c else None)
    sheet.write_formula("D2", "=SUM(B2:C2)", None, 12)
    sheet.protect()
    free.write_blank("A1", None, text)
    book.define_name("本年新收", f"='{ENTRY}'!$B$2:$C$2")
    book.close()
    return target


def test_books_and_sheets(excel: xw.App, path: Path) -> None:
    book = xw.Book(path)
    assert (book.name, Path(book.fullname)) == ("填报.xlsx", path)
    assert xw.Book(path) == book and xw.books.active == book and len(excel.books) == 1
    assert [s.name for s in book.sheets] == [ENTRY, NOTES]
    assert NOTES in book.sheets and "别的" not in book.sheets
    with pytest.raises(KeyError):
        book.sheets["别的"]
    added = book.sheets.add("汇总", after=book.sheets[NOTES])
    added.range("A1").value = "甲"
    assert [s.name for s in book.sheets] == [ENTRY, NOTES, "汇总"]
    added.delete()
    assert len(book.sheets) == 2


def test_values_go_in_blocks(excel: xw.App, path: Path) -> None:
    sheet = xw.Book(path).sheets[ENTRY]
    assert sheet.range("A1:D3").options(ndim=2).value == [
        [None, "自然人", "商业企业", None],
        ["一、本年新收", 7.0, 5.0, 12.0],
        ["二、上年结转", 1.0, None, None],
    ]
    sheet.range((2, 2)).value = [[20, None], ["/", 3]]
    assert sheet.range("B2:C3").value == [[20.0, None], ["/", 3.0]]
    excel.calculate()
    assert sheet.range("D2").value == 20.0
    assert sheet.range("本年新收").address == "$B$2:$C$2"
    assert sheet.used_range.address == "$A$1:$D$3"
    assert sheet.range("A2").expand("down").address == "$A$2:$A$3" and sheet.range("B2").end("right").address == "$D$2"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123", 123.0),
        ("1,234.5", 1234.5),
        ("50%", 0.5),
        ("2026-01-31", dt.datetime(2026, 1, 31)),
        ("2026-02-31", "2026-02-31"),
        ("'007", "007"),
        ("7件", "7件"),
        (True, True),
        (dt.datetime(2026, 1, 31, 8, 30), dt.datetime(2026, 1, 31, 8, 30)),
        (None, None),
    ],
)
def test_cells_take_what_excel_would_make_of_it(excel: xw.App, path: Path, typed: object, read: object) -> None:
    cell = xw.Book(path).sheets[NOTES].range("C3")
    cell.value = typed
    assert cell.value == read and type(cell.value) is type(read)


def test_a_text_cell_keeps_its_digits(excel: xw.App, path: Path) -> None:
    sheet = xw.Book(path).sheets[NOTES]
    sheet.range("A1:B1").value = ["0330100", "0330100"]
    assert sheet.range("A1:B1").value == ["0330100", 330100.0]
    sheet.range("B1").number_format = "@"
    sheet.range("B1").value = "0330100"
    assert sheet.range("B1").value == "0330100"


def test_formulas_are_excels(excel: xw.App, path: Path) -> None:
    sheet = xw.Book(path).sheets[NOTES]
    sheet.range("C1").formula = f'=IF(SUM(\'{ENTRY}\'!B2:C2)=12,"通过","不平")'
    assert sheet.range("C1").value == "通过"
    assert sheet.range("C1").formula == f'=IF(SUM(\'{ENTRY}\'!B2:C2)=12,"通过","不平")'
    sheet.range("D1:D3").formula = "=ROW(A1)*10"
    assert sheet.range("D1:D3").value == [10.0, 20.0, 30.0]
    sheet.range("E1").value = "=1/0"
    assert sheet.range("E1").value is None and sheet.range("E1").options(err_to_str=True).value == "#DIV/0!"


def test_names(excel: xw.App, path: Path) -> None:
    book = xw.Book(path)
    assert "本年新收" in book.names and "别的" not in book.names
    assert (
        book.names["本年新收"].refers_to == f"='{ENTRY}'!$B$2:$C$2" or book.names["本年新收"].refers_to == f"={ENTRY}!$B$2:$C$2"
    )
    assert book.names["本年新收"].refers_to_range.value == [7.0, 5.0]
    book.sheets[NOTES].range("B2").name = "灯"
    assert book.names["灯"].refers_to_range.address == "$B$2" and str(book.sheets[NOTES].range("B2").name) == str(
        book.names["灯"]
    )


def test_colours_fonts_notes_and_links(excel: xw.App, path: Path) -> None:
    cell = xw.Book(path).sheets[NOTES].range("B2")
    cell.color = "#FFC7CE"
    assert cell.color == (255, 199, 206)
    cell.color = None
    assert cell.color is None
    cell.font.bold, cell.font.color = True, (156, 0, 6)
    assert cell.font.bold is True and cell.font.color == (156, 0, 6)
    assert cell.note is None
    cell.add_note("应为 12 件")
    assert cell.note is not None and cell.note.text == "应为 12 件" and [n.text for n in cell.sheet.notes] == ["应为 12 件"]
    cell.note.text = "改了"
    assert cell.note.text == "改了"
    cell.note.delete()
    assert cell.note is None and len(cell.sheet.notes) == 0
    cell.add_hyperlink(f"#'{ENTRY}'!B2", "看这里")
    assert cell.value == "看这里" and cell.hyperlink == f"#'{ENTRY}'!B2"


def test_clear_contents_keeps_the_looks(excel: xw.App, path: Path) -> None:
    cells = xw.Book(path).sheets[NOTES].range("B2:C3")
    cells.value, cells.color = [[1, 2], [3, 4]], (1, 2, 3)
    cells.clear_contents()
    assert cells.value == [[None, None], [None, None]] and cells.color == (1, 2, 3)
    cells.clear()
    assert cells.color is None


def test_a_protected_sheet_refuses_as_excel_does(excel: xw.App, path: Path) -> None:
    sheet = xw.Book(path).sheets[ENTRY]
    sheet.range("B2").value = 9  # unlocked
    assert sheet.range("B2").value == 9.0
    forbidden: list[Callable[[], object]] = [
        lambda: setattr(sheet.range("A1"), "value", "x"),
        lambda: setattr(sheet.range("B2:D2"), "value", [[1, 2, 3]]),
        lambda: setattr(sheet.range("B2"), "color", (255, 0, 0)),
        lambda: sheet.range("B2").add_note("x"),
        lambda: sheet.clear_contents(),
    ]
    for change in forbidden:
        with pytest.raises(xw.XlwingsError, match="受保护"):
            change()
    assert sheet.range("A1:D2").value == [[None, "自然人", "商业企业", None], ["一、本年新收", 9.0, 5.0, 12.0 + 2]]
    sheet.api.Unprotect()
    sheet.range("A1").value = "项目"
    sheet.api.Protect(AllowFormattingColumns=True)
    assert sheet.api.ProtectContents and sheet.api.Protection.AllowFormattingColumns and sheet.range("A1").value == "项目"
    sheet.api.Unprotect()
    sheet.api.Protect("秘密")
    with pytest.raises(xw.XlwingsError, match="密码"):
        sheet.api.Unprotect("不对")


def test_selection(excel: xw.App, path: Path) -> None:
    book = xw.Book(path)
    book.sheets[NOTES].activate()
    assert book.sheets.active.name == NOTES
    book.sheets[ENTRY].range("C3").select()
    assert book.sheets.active.name == ENTRY
    assert excel.selection is not None and excel.selection.address == "$C$3"


def test_save_and_save_as(excel: xw.App, path: Path, tmp_path: Path) -> None:
    book = xw.Book(path)
    book.sheets[ENTRY].range("B2").value = 70
    book.save()
    assert load_workbook(path)[ENTRY]["B2"].value == 70
    copy = tmp_path / "另存.xlsx"
    book.sheets[ENTRY].range("B2").value = 71
    book.save(copy)
    assert Path(book.fullname) == copy
    assert (load_workbook(path)[ENTRY]["B2"].value, load_workbook(copy)[ENTRY]["B2"].value) == (70, 71)
    book.close()
    assert len(excel.books) == 0
    with pytest.raises(xw.XlwingsError, match="不能保存"):
        xw.Book(copy).save(tmp_path / "无此文件夹" / "x.xlsx")


def test_what_a_person_would_see_is_kept(excel: xw.App, path: Path) -> None:
    xw.Book(path)
    excel.impl.answers.append("no")
    assert excel.alert("要覆盖吗？", "填充", "yes_no") == "no" and excel.alert("完成") == "ok"
    assert [a[0] for a in excel.impl.alerts] == ["要覆盖吗？", "完成"]
    excel.status_bar = "第 1 个，共 2 个"
    excel.status_bar = False
    assert excel.impl.status_bars == ["第 1 个，共 2 个", False]
    with excel.properties(screen_updating=False):
        assert excel.screen_updating is False
    assert excel.screen_updating is True
    excel.impl.chosen.append("/报表")
    dialog = excel.api.FileDialog(4)
    assert dialog.Show() == -1 and dialog.SelectedItems(1) == "/报表" and excel.api.FileDialog(4).Show() == 0


def test_the_calling_book(excel: xw.App, path: Path) -> None:
    xw.Book(path).set_mock_caller()
    xw.Book()
    assert xw.Book.caller().name == "填报.xlsx"
