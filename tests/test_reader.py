"""Write → read is the identity; labels decide; what any program computed is recomputed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from random import Random

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.fillings import FORMS, filled, number_entry, reports
from xlplugin.books.layout import CHECK, CHECK_COLUMNS, META, layout
from xlplugin.books.reader import read_last_year, read_workbook
from xlplugin.books.template import write_template
from xlplugin.errors import NotOurWorkbook, UnreadableSource
from xlplugin.form import form
from xlplugin.numerals import State, entry
from xlplugin.report import Cover, Report

TEXT = {
    "overview": "（一）主动公开。内容准确。\n（二）依申请公开。依法办理。",
    "problems": "解读形式单一。",
    "other_matters": "未收取费用。",
}
COVER = Cover(
    name="晨溪镇人民政府",
    code="11530399MB1A234567",
    level="乡镇政府",
    parent="云岭县人民政府",
    year=2024,
    rule_power=False,
    filled_by="张敏",
    reviewed_by="李强",
    responsible="王芳",
    contact="0870-5550000",
    date="2025-01-20",
    nil=frozenset({"disputes"}),
)


def written(report: Report, **options) -> bytes:
    out = BytesIO()
    write_template(out, report.form_id, report=report, **options)
    return out.getvalue()


def edited(data: bytes, edit) -> bytes:
    """The workbook after somebody's hand, saved by another program."""
    book = openpyxl.load_workbook(BytesIO(data))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(book, spot, value):
    book[spot.sheet].cell(spot.row, spot.column).value = value


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_write_then_read_is_the_identity(report):
    again = read_workbook(written(report))
    assert again.form_id == report.form_id
    assert again.cover == report.cover
    for cell in report.form.cells:
        before, after = report.entry(cell.id), again.entry(cell.id)
        assert (after.value, after.state) == (before.value, before.state), cell.id
        if before.state is State.TEXT:
            assert after.seen == before.seen
    assert not [f for f in again.intake if f.rule == "RU-ALT"]


@pytest.mark.parametrize("form_id", FORMS)
def test_cover_text_and_explanations_travel(form_id):
    first = form(form_id).balances[0].id
    report = replace(filled(form_id, Random(1)), cover=COVER, text=TEXT, explanations={first: "机构改革，原单位转入三件"})
    again = read_workbook(written(report))
    assert again.cover == COVER
    assert again.text == TEXT
    assert again.explanations == report.explanations


@pytest.mark.parametrize("form_id", FORMS)
def test_a_blank_template_is_blank(form_id):
    out = BytesIO()
    write_template(out, form_id)
    report = read_workbook(out.getvalue())
    assert report.form_id == form_id
    assert not report.numbers()
    assert not report.text
    assert not report.explanations
    assert {report.entry(c.id).state for c in report.form.cells} == {State.BLANK}


def test_every_entry_says_where_it_stands():
    report = read_workbook(written(filled("2021", Random(2))))
    assert report.places["applications.new.natural_person"] == "三、依申请公开!D7"
    assert report.sha256 and len(report.sha256) == 64


def test_formula_totals_are_recomputed_and_are_no_evidence():
    report = read_workbook(written(filled("2021", Random(4)), totals="formula"))
    for cell in report.form.derived:
        assert report.entry(cell).state is State.FORMULA
        assert cell not in report.evidence()
    assert report.numbers() == filled("2021", Random(4)).numbers()


def test_cached_results_are_never_trusted():
    """A workbook saved without cached results, and one whose cached results are lies, read the same."""
    report = filled("2021", Random(4))
    data = edited(written(report, totals="formula"), lambda book: None)
    assert read_workbook(data).numbers() == report.numbers()


def test_a_formula_in_an_entry_cell_is_told():
    def edit(book):
        put(book, layout("2021").cells["applications.new.company"], "=3+4")

    report = read_workbook(edited(written(filled("2021", Random(4))), edit))
    assert report.entry("applications.new.company").state is State.FORMULA
    [told] = [f for f in report.intake if f.rule == "V-FORMULA"]
    assert told.cells == ("applications.new.company",)
    assert "三、依申请公开!E7" in told.message


def test_a_filled_total_that_was_typed_over_is_evidence_again():
    cell = "applications.handled.company"
    report = filled("2021", Random(4))
    report = report.with_entries({cell: report.entry(cell)._replace(state=State.FILLED)})
    data = written(report)
    assert read_workbook(data).entry(cell).state is State.FILLED
    over = edited(data, lambda book: put(book, layout("2021").cells[cell], 123456))
    assert read_workbook(over).entry(cell) == number_entry(123456)


@pytest.mark.parametrize(
    ("typed", "year"), [(2024, 2024), ("2024年", 2024), ("二〇二四", None), ("２０２４", 2024), (None, None), ("2024年度", 2024)]
)
def test_year_on_the_cover(typed, year):
    def edit(book):
        put(book, layout("2021").cover["year"], typed)

    assert read_workbook(edited(written(filled("2021", Random(4))), edit)).year == year


def test_dates_on_the_cover():
    def edit(book):
        put(book, layout("2021").cover["date"], dt.datetime(2025, 1, 20))

    assert read_workbook(edited(written(filled("2021", Random(4))), edit)).cover.date == "2025-01-20"


def test_explanations_beside_the_programs_findings_are_read():
    plan = layout("2021")

    def edit(book):
        sheet = book[CHECK]
        sheet.cell(plan.findings_top, CHECK_COLUMNS.index("rule") + 1).value = "XY-T3.total"
        sheet.cell(plan.findings_top, CHECK_COLUMNS.index("explanation") + 1).value = "机构改革，原单位转入三件"

    said = read_workbook(edited(written(filled("2021", Random(4))), edit)).explanations
    assert said["XY-T3.total"] == "机构改革，原单位转入三件"


def test_a_moved_row_is_found_by_its_label_and_told():
    report = filled("2021", Random(6))
    sheet_name = layout("2021").tables[1].table.sheet

    def edit(book):
        sheet = book[sheet_name]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(5)

    again = read_workbook(edited(written(report), edit))
    [altered] = [f for f in again.intake if f.rule == "RU-ALT"]
    assert altered.blocks
    wrong = [c for c, n in again.numbers().items() if n != report.numbers()[c]]
    assert not wrong
    assert len(again.numbers()) > 150


def test_a_changed_label_is_told():
    plan = layout("2021")
    label = next(x for x in plan.tables[0].labels if x.text == "行政许可")
    again = read_workbook(edited(written(filled("2021", Random(6))), lambda book: put(book, label.spot, "许可事项")))
    assert next(f.rule for f in again.intake if f.blocks) == "RU-ALT"
    assert "行政许可" in again.intake[0].message


def test_a_hidden_table_is_told():
    def edit(book):
        book[layout("2021").tables[0].table.sheet].sheet_state = "hidden"

    assert any(
        f.rule == "RU-ALT" and "隐藏" in f.message for f in read_workbook(edited(written(filled("2021", Random(6))), edit)).intake
    )


def test_without_its_hidden_sheet_the_form_is_known_by_its_labels():
    report = filled("2019", Random(6))
    again = read_workbook(edited(written(report), lambda book: book.remove(book[META])))
    assert again.form_id == "2019"
    assert again.numbers() == report.numbers()


def test_last_year_on_its_sheet():
    before = filled("2021", Random(8))
    data = written(filled("2021", Random(9)), last_year=replace(before, cover=replace(before.cover, year=2023)))
    again = read_last_year(data)
    assert again is not None
    assert again.year == 2023
    assert again.numbers() == before.numbers()
    assert read_last_year(written(filled("2021", Random(9)))) is None


def test_another_workbook_is_refused_by_name(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "工资表"
    path = tmp_path / "工资表.xlsx"
    book.save(path)
    with pytest.raises(NotOurWorkbook, match=r"工资表\.xlsx.*不是本工具"):
        read_workbook(path)


def test_no_workbook_is_refused_by_name(tmp_path):
    path = tmp_path / "说明.xlsx"
    path.write_text("这不是工作簿")
    with pytest.raises(UnreadableSource, match=r"说明\.xlsx"):
        read_workbook(path)


@pytest.mark.parametrize("cell", ["applications.granted.company", "disclosure.fees.amount"])
@pytest.mark.parametrize("typed", ["", "/", "0件", "2000万", "—"])
def test_text_in_a_number_cell_keeps_what_was_typed(typed, cell):
    data = edited(written(filled("2021", Random(3))), lambda book: put(book, layout("2021").cells[cell], typed or None))
    read = read_workbook(data).entry(cell)
    assert (read.value, read.state) == (None, entry(typed, "件").state)


@pytest.mark.parametrize(("typed", "value"), [("７", 7), ("1,204", 1204), (" 12 ", 12), ("零", 0), ("0.5", Decimal("0.5"))])
def test_digits_stored_as_text_are_numbers_as_on_the_sheet(typed, value):
    data = edited(
        written(filled("2021", Random(3))), lambda book: put(book, layout("2021").cells["applications.granted.company"], typed)
    )
    assert read_workbook(data).entry("applications.granted.company").value == value
