"""A patched workbook, opened and saved again by the real LibreOffice: everything is still there."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.test_patch import untouched
from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package
from xlplugin.books.patch import Cached, patch_cells, write_atomically

pytestmark = [pytest.mark.office, pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")]

TABLE = "表二"
CHANGES = {
    TABLE: {(2, 2): 40, (3, 2): None, (6, 2): 7, (2, 5): "备注：已核对 A&B", (5, 2): Cached(47), (12, 3): True},
    "附表": {(1, 1): "改过的附表"},
}


def resaved(path: Path, folder: Path, profile: Path) -> Path:
    """The workbook as LibreOffice saves it after opening it."""
    folder.mkdir()
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "xlsx"]
    done = subprocess.run([*command, "--outdir", str(folder), str(path)], timeout=120, capture_output=True, check=False)
    new = folder / path.name
    assert new.exists(), done.stderr.decode(errors="replace")
    return new


def made(path: Path) -> Path:
    """A filled table with all that a user may have added: another sheet, a comment, a chart, checks, colours."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(TABLE)
    red, bold = book.add_format({"bg_color": "#FF0000"}), book.add_format({"bold": True})
    sheet.write_row(0, 0, ["项目", "自然人", "总计 total"], bold)
    for row, (label, number) in enumerate((("一、本年新收", 12), ("二、上年结转", 3), ("（一）予以公开", 0)), start=1):
        sheet.write_row(row, 0, [label, number])
    sheet.write_formula(4, 1, "=SUM(B2:B4)", bold, 15)
    sheet.write_comment(1, 1, "与去年核对过")
    sheet.data_validation("B2:B4", {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "请填非负整数"})
    sheet.conditional_format("B2:B4", {"type": "cell", "criteria": ">", "value": 30, "format": red})
    sheet.merge_range("A8:C8", "说明", bold)
    sheet.freeze_panes(1, 1)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": f"={TABLE}!$A$2:$A$4", "values": f"={TABLE}!$B$2:$B$4"})
    sheet.insert_chart("E10", chart)
    book.add_worksheet("附表").write(0, 0, "单位自己的附表")
    book.define_name("新收", f"={TABLE}!$B$2")
    book.close()
    return path


def everything_is_there(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [TABLE, "附表"]
    sheet = book[TABLE]
    expected = {"A2": "一、本年新收", "B2": 40, "B3": None, "B4": 0, "B6": 7, "E2": "备注：已核对 A&B"}
    assert {place: sheet[place].value for place in expected} == expected
    assert sheet["C12"].value in (True, "=TRUE()")  # the second is LibreOffice's way to write it
    assert sheet["B5"].value == "=SUM(B2:B4)" and sheet["B5"].font.b
    assert openpyxl.load_workbook(path, data_only=True)[TABLE]["B5"].value in (40, 47)  # recalculated, or as patched
    assert "与去年核对过" in sheet["B2"].comment.text
    assert len(sheet._charts) == 1
    [validation] = sheet.data_validations.dataValidation
    assert str(validation.sqref) == "B2:B4" and validation.error == "请填非负整数"
    [[where, [rule]]] = [(str(x.sqref), x.rules) for x in sheet.conditional_formatting]
    assert (where, rule.operator, rule.formula) == ("B2:B4", "greaterThan", ["30"])
    assert [str(x) for x in sheet.merged_cells.ranges] == ["A8:C8"]
    assert book.defined_names["新收"].attr_text.replace("'", "") == f"{TABLE}!$B$2"
    assert book["附表"]["A1"].value == "改过的附表"


def test_libreoffice_finds_everything_in_a_patched_workbook(tmp_path):
    profile = tmp_path / "profile"
    fresh = made(tmp_path / "某某镇.xlsx")
    saved = resaved(fresh, tmp_path / "saved", profile)
    for number, path in enumerate((fresh, saved)):
        before = path.read_bytes()
        wanted = {TABLE: (15, 6), "附表": (5, 5)}
        assert read_cells(open_package(before), wanted, how="fast") == read_cells(open_package(before), wanted, how="exact")
        after = patch_cells(before, CHANGES)
        one_sheet = patch_cells(before, {TABLE: CHANGES[TABLE]})
        untouched(before, one_sheet, open_package(before).sheets[TABLE])
        folder = tmp_path / f"patched{number}"
        folder.mkdir()
        write_atomically(folder / path.name, after)
        everything_is_there(folder / path.name)
        everything_is_there(resaved(folder / path.name, tmp_path / f"again{number}", profile))
