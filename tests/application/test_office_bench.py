"""The bench itself: if these fail, no other test in this folder means anything."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from extension import install, installed
from office import Office, OfficeError
from PIL import Image
from soffice import Soffice
from window import Window, wait_until

SHEET = "三、填报"
DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
 <identifier value="test.bench.empty"/><version value="1.0"/><display-name><name lang="en">empty</name></display-name>
</description>"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"/>"""


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Two numbers, a total that was cached wrong, an error, a Chinese font, two printed pages."""
    path = tmp_path / "试验 工作簿.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    ink = book.add_format({"font_name": "宋体", "font_size": 12, "bg_color": "#FFF2CC", "border": 1, "locked": False})
    for row in range(60):
        sheet.write(row, 0, row, ink)
        sheet.write(row, 1, "件", ink)
    sheet.write_formula("C1", "=SUM(A1:A60)", None, 0)
    sheet.write_formula("C2", "=A1/0", None, 0)
    sheet.print_area("A1:B60")
    sheet.set_landscape()
    sheet.freeze_panes(2, 1)
    sheet.protect()
    book.define_name("合计", f"='{SHEET}'!$C$1")
    other = book.add_worksheet("另一张")
    other.write(0, 0, "别的内容")
    other.print_area("A1:B2")
    book.close()
    return path


def colours(picture: Path) -> int:
    """How many colours a picture has; a blank one has a single one."""
    with Image.open(picture) as image:
        return len(image.convert("RGB").getcolors(1 << 24) or ())


@pytest.mark.office
def test_values_are_those_that_libreoffice_computes(office: Office, workbook: Path) -> None:
    with office.open(workbook) as book:
        assert book.sheet_names == (SHEET, "另一张")
        assert book.named("合计") == (SHEET, 1, 3)
        assert book.read_cell(SHEET, 1, 3) == 0.0, "the cached value stands until recalc"
        book.write_block(SHEET, 1, 1, [[1000, "项"], ["", "x"]])
        book.recalc()
        assert book.read_block(SHEET, 1, 1, 2, 3) == [[1000.0, "项", 1000.0 + sum(range(2, 60))], ["", "x", "#DIV/0!"]]
        assert book.text_block(SHEET, 3, 1, 3, 2) == [["2", "件"]]
        assert book.formula_block(SHEET, 1, 3, 1, 3) == [["=SUM(A1:A60)"]]
        assert book.sheet(SHEET).isProtected()


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_saved_copy_holds_what_was_written_and_the_font(office: Office, workbook: Path, tmp_path: Path, kind: str) -> None:
    with office.open(workbook) as book:
        book.write_cell(SHEET, 1, 1, 7.0)
        copy = book.save_as(tmp_path / f"副本.{kind}")
    with office.open(copy) as book:
        assert book.read_cell(SHEET, 1, 1) == 7.0
        assert book.cell(SHEET, 1, 1).CharFontNameAsian in ("宋体", "SimSun")
    with office.open(workbook) as book:
        assert book.read_cell(SHEET, 1, 1) == 0.0, "save_as leaves the original alone"


@pytest.mark.office
@pytest.mark.parametrize("bad", [None, True, [1.0]])
def test_what_would_abort_soffice_is_refused(office: Office, workbook: Path, bad: Any) -> None:
    with office.open(workbook) as book, pytest.raises(TypeError):
        book.write_block(SHEET, 1, 1, [[bad]])


@pytest.mark.office
def test_pictures_of_screen_and_print(office: Office, workbook: Path, pictures_folder: Path) -> None:
    [screen] = office.sheet_png(workbook, SHEET, pictures_folder / "bench-screen.png")
    printed = office.sheet_png(workbook, SHEET, pictures_folder / "bench-print.png", print=True)
    assert [p.name for p in printed] == ["bench-print-1.png", "bench-print-2.png"], "only this sheet, two landscape pages"
    assert all(colours(p) > 20 for p in (screen, *printed))
    with Image.open(screen) as seen, Image.open(printed[0]) as page:
        assert seen.height > seen.width, "the screen shows all 60 rows in one piece"
        assert page.width > page.height


@pytest.mark.office
def test_pictures_of_documents(office: Office, workbook: Path, tmp_path: Path) -> None:
    page = tmp_path / "年报.html"
    page.write_text("<meta charset='utf-8'><h1>政府信息公开工作年度报告</h1><table border=1><tr><td>自然人<td>7</table>", "utf-8")
    for source in (page, office.convert(page, tmp_path / "年报.docx"), office.convert(workbook, tmp_path / "表.pdf")):
        made = office.doc_png(source, tmp_path / f"{source.suffix[1:]}.png")
        assert all(colours(p) > 20 for p in made), source.name


@pytest.mark.office
def test_an_absent_file_and_a_file_that_is_no_workbook(office: Office, tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match="没有文件"):
        office.open(tmp_path / "无.xlsx")
    text = tmp_path / "文字.docx"
    office.convert(_html(tmp_path), text)
    with pytest.raises(OfficeError, match="不是工作簿"):
        office.open(text)


def _html(folder: Path) -> Path:
    path = folder / "文字.html"
    path.write_text("<meta charset='utf-8'><p>文字</p>", "utf-8")
    return path


@pytest.mark.office
def test_a_hanging_call_is_ended_and_the_next_book_opens(workbook: Path) -> None:
    with Office() as own:
        book = own.open(workbook)
        started = time.monotonic()
        with pytest.raises(OfficeError, match="没有应答"), own.soffice.deadline("试验", 0.5):
            while True:
                book.cell(SHEET, 1, 1).getString()
        assert time.monotonic() - started < 5
        with own.open(workbook) as again:
            assert again.read_cell(SHEET, 2, 1) == 1.0


@pytest.mark.office
def test_documents_left_open_are_closed_for_the_next_test(office: Office, workbook: Path) -> None:
    left = office.open(workbook)
    left.write_cell(SHEET, 1, 1, 7.0)
    office.load("private:factory/swriter")
    office.close_all()
    assert not office.soffice.desktop.Components.createEnumeration().hasMoreElements()
    with office.open(workbook) as again:
        assert again.read_cell(SHEET, 1, 1) == 0.0


@pytest.mark.office
def test_nothing_is_left_behind(workbook: Path) -> None:
    own = Office()
    own.open(workbook)
    profile, process = own.soffice.profile, own.soffice.process
    own.stop()
    assert process.poll() is not None and not profile.exists()


@pytest.mark.office
def test_libreoffice_ends_with_a_killed_test_run() -> None:
    program = "import time; from office import Office; print(Office().soffice.process.pid, flush=True); time.sleep(60)"
    run = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    group = int(run.stdout.readline())
    assert len(group_members(group)) >= 2, "soffice and its guard"
    run.kill()
    run.communicate()
    wait_until(lambda: not group_members(group), "soffice 还在", 10)


def group_members(group: int) -> list[int]:
    """The living processes of a group, zombies left out, from /proc/PID/stat: pid (name) state parent group ..."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.mark.office
def test_an_extension_is_installed_into_a_profile(tmp_path: Path) -> None:
    oxt = tmp_path / "empty.oxt"
    with zipfile.ZipFile(oxt, "w") as package:
        package.writestr("description.xml", DESCRIPTION)
        package.writestr("META-INF/manifest.xml", MANIFEST)
    profile = tmp_path / "profile"
    assert "test.bench.empty" in install(profile, oxt)
    again = Soffice(profile=profile)
    assert "test.bench.empty" in installed(again), "it is still there after a restart"
    again.stop()


@pytest.mark.window
def test_a_click_moves_the_selection_and_typing_changes_the_cell(window: Window, workbook: Path, pictures_folder: Path) -> None:
    book = window.open(workbook)
    window.click(window.cell(SHEET, 5, 1))
    assert window.selected() == (SHEET, 5, 1)
    window.type("123")
    window.key("Return")
    assert book.read_cell(SHEET, 5, 1) == 123.0
    window.click(window.cell(SHEET, 58, 2))
    assert window.selected() == (SHEET, 58, 2), "a cell below the fold is scrolled into view"
    window.click(window.cell(SHEET, 1, 1))
    assert window.selected() == (SHEET, 1, 1), "a frozen cell is in a pane of its own"
    assert colours(window.screenshot(pictures_folder / "bench-window.png")) > 50


@pytest.mark.window
def test_a_dialog_is_seen_and_answered(window: Window, workbook: Path) -> None:
    book = window.open(workbook)
    window.click(window.cell(SHEET, 1, 3))  # a locked cell
    window.key("5")
    assert len(window.dialogs()) == 1, "the sheet is protected"
    window.click(window.find("OK", seconds=5))
    assert window.dialogs() == []
    assert book.formula_block(SHEET, 1, 3, 1, 3) == [["=SUM(A1:A60)"]]
