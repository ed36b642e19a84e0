"""The way of the data in the real LibreOffice: its own workbooks filled, imported reports judged alike on both sides."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from random import Random

import pytest
from office import Book, Office, uno

from tests.fillings import filled
from tests.published_copies import STYLES, render
from tests.test_patch import members
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.books.layout import CHECK, META, layout
from xlplugin.books.package import open_package
from xlplugin.books.reader import read_workbook
from xlplugin.books.template import write_template
from xlplugin.deriving import derive
from xlplugin.hosts import commands
from xlplugin.hosts.cli import run
from xlplugin.hosts.file import annotate
from xlplugin.numerals import BLANK, Entry, State
from xlplugin.report import Report

from hosting import uno_host  # isort: skip

pytestmark = [pytest.mark.office, pytest.mark.timeout(200)]
SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))
EXTRA, REMARK = "单位台账", "与登记台账核对过"
SHEET_DATA = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
CELL_STYLE = re.compile(rb'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"')


def states(book: Book, form_id: str) -> dict[str, str]:
    """The column 结果 on 校验, balance by balance, after a full recalculation."""
    book.recalc()
    plan = layout(form_id)
    column = plan.in_check("state", 1).column
    first, last = min(plan.check.values()), max(plan.check.values())
    shown = [str(row[0]) for row in book.read_block(CHECK, first, column, last, column)]
    return {balance: shown[row - first] for balance, row in plan.check.items()}


def judged(report: Report) -> dict[str, str]:
    return {w.balance.id: str(w.verdict) for w in weigh_all(report.form, report.numbers())}


def clerks_additions(book: Book, sheet: str, row: int, column: int) -> None:
    """What a clerk adds by hand: a sheet of her own with a chart, a comment and a chart on the official sheet."""
    book.doc.Sheets.insertNewByName(EXTRA, len(book.sheet_names))
    book.write_block(EXTRA, 1, 1, [["月份", "件数"], ["一月", 3.0], ["二月", 5.0]])
    address = uno.createUnoStruct("com.sun.star.table.CellAddress")
    official = book.sheet(sheet)
    official.unprotect("")
    address.Sheet, address.Column, address.Row = official.RangeAddress.Sheet, column - 1, row - 1
    official.Annotations.insertNew(address, REMARK)
    for number, name in enumerate((EXTRA, sheet)):
        place = uno.createUnoStruct("com.sun.star.awt.Rectangle")
        place.X, place.Y, place.Width, place.Height = 30000, 2000 + 9000 * number, 9000, 6000
        source = book.block(EXTRA, 1, 1, 3, 2).RangeAddress
        book.sheet(name).Charts.addNewByName(f"图{number}", place, (source,), True, True)
    official.protect("")


def additions_are_there(book: Book, sheet: str, row: int, column: int) -> None:
    assert EXTRA in book.sheet_names
    assert book.read_block(EXTRA, 1, 1, 3, 2) == [["月份", "件数"], ["一月", 3.0], ["二月", 5.0]]
    assert book.cell(sheet, row, column).Annotation.String == REMARK
    assert [book.sheet(name).Charts.Count for name in (EXTRA, sheet)] == [1, 1]


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_fill_on_a_workbook_that_libreoffice_saved(office: Office, tmp_path: Path, form_id: str) -> None:
    """Totals blank, a sheet, a comment and charts added, saved by LibreOffice; after `fill` all of it is still there."""
    truth = filled(form_id, Random(f"spine {form_id}"))
    still_blank = "applications.carried_in.company"
    report = truth.with_entries(dict.fromkeys((*truth.form.derived, still_blank), BLANK))
    plan = layout(form_id)
    sheet, row, column = plan.cells["applications.new.natural_person"]
    fresh, saved, out = (tmp_path / name for name in ("模板.xlsx", "某镇.xlsx", "某镇_已填充.xlsx"))
    write_template(fresh, form_id, report=report)
    with office.open(fresh) as book:
        clerks_additions(book, sheet, row, column)
        book.save_as(saved)
    before = saved.read_bytes()
    assert run(["fill", str(saved), "-o", str(out)]) == 0
    assert saved.read_bytes() == before

    _only_cells_changed(before, out.read_bytes(), form_id)
    after = read_workbook(out)
    assert after.numbers() == derive(report).numbers()
    written = [c for c in after.form.derived if after.entry(c).state is State.FILLED]
    assert 20 < len(written) < len(after.form.derived), "all totals but those that hang on the blank cell"
    with office.open(out) as book:
        additions_are_there(book, sheet, row, column)
        assert states(book, form_id) == judged(after)
        assert {Verdict.PASS, Verdict.OPEN} == {Verdict(s) for s in states(book, form_id).values()}


def _only_cells_changed(before: bytes, after: bytes, form_id: str) -> None:
    """Of the package only sheets with entries or live results differ, and of those only values: every cell has the style
    it had, and limits, colours, links, print set-up and drawings are the same bytes."""
    one, two = members(before), members(after)
    assert list(one) == list(two)
    sheets = open_package(before).sheets
    ours = {sheets[name] for name in layout(form_id).sheets}
    for name in one:
        if one[name] == two[name]:
            continue
        assert name in ours, name
        xml = [content(data, name) for data in (before, after)]
        assert len({SHEET_DATA.sub(b"", x) for x in xml}) == 1, name
        styles = [dict(CELL_STYLE.findall(x)) for x in xml]
        assert styles[0] == styles[1] and styles[0], name


def content(data: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(part)


def published(folder: Path, number: int) -> Path:
    """A published report: a real one where the samples are at hand, else one of our own making with a wrong total."""
    if SEEDS:
        return SEEDS[number]
    truth = filled("2021" if number else "2019", Random(number))
    total = truth.form.derived[number]
    wrong = (truth.numbers()[total] or 0) + number  # the first is right
    data, suffix = render(
        tuple(STYLES)[number], truth.with_entries({total: Entry(wrong, State.NUMBER, str(wrong))}), Random(number)
    )
    path = folder / f"年报{number}{suffix}"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("number", range(5))
def test_imported_reports_are_judged_alike_on_the_sheet_and_in_python(office: Office, tmp_path: Path, number: int) -> None:
    out = tmp_path / "导入.xlsx"
    assert run(["import", str(published(tmp_path, number)), "-o", str(out), "--unit", "某单位", "--year", "2022"]) in (0, 1)
    report = read_workbook(out)
    assert report.numbers(), "something was read"
    with office.open(out) as book:
        assert states(book, report.form_id) == judged(report)


def test_a_press_keeps_what_the_protection_allows(office: Office, tmp_path: Path) -> None:
    """Columns may still be widened, rows made higher and lists filtered after 校验 and 填充 were pressed in LibreOffice."""
    allowed = re.compile(rb"<sheetProtection[^>]*>")
    path, plain, pressed = (tmp_path / name for name in ("年报.xlsx", "原样.xlsx", "按过.xlsx"))
    report = filled("2021", Random(5))
    write_template(path, "2021", report=report.with_entries({"disputes.review.total": BLANK}))
    with office.open(path) as book:
        book.save_as(plain)
        host = uno_host(book)
        assert commands.press("check", host) and commands.press("fill", host)
        book.save_as(pressed)
    books = [file.read_bytes() for file in (plain, pressed)]
    found = [{n: allowed.findall(content(b, part)) for n, part in open_package(b).sheets.items()} for b in books]
    assert found[0] == found[1]
    for name in (CHECK, META, "四、复议诉讼"):
        [said] = found[1][name]
        assert b'sheet="true"' in said and b'formatColumns="false"' in said and b'autoFilter="false"' in said


def test_the_annotated_copy_shows_its_findings_whole(office: Office, tmp_path: Path) -> None:
    """No row of the list cuts its text off: LibreOffice's own best height is not greater than the height given."""
    path, out = tmp_path / "年报.xlsx", tmp_path / "校验后.xlsx"
    report = filled("2021", Random(6))
    total = "applications.handled.total"
    wrong = (report.numbers()[total] or 0) + 7
    write_template(path, "2021", report=report.with_entries({total: Entry(wrong, State.NUMBER, str(wrong))}))
    annotate(path, out)
    plan = layout("2021")
    with office.open(out) as book:
        sheet = book.sheet(CHECK)
        column = plan.in_check("says", 1).column
        rows = []
        while book.read_cell(CHECK, plan.findings_top + len(rows), column):
            rows.append(sheet.Rows.getByIndex(plan.findings_top + len(rows) - 1))
        assert rows
        given = [row.Height for row in rows]
        sheet.unprotect("")
        for row, height in zip(rows, given, strict=True):
            row.OptimalHeight = True
            assert row.Height <= height
