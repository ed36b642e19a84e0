"""The template workbook, opened with openpyxl and read with our own reader; the real program is asked in application/."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

from tests.fillings import FORMS, filled, reports
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.books.build import VARIANTS, build, template_name
from xlplugin.books.buttons import load_buttons
from xlplugin.books.layout import BOX_ROWS, CHECK, COUNTED, GUIDE, META, PROSE, TITLE_ROW, YES, Spot, column_letters, layout
from xlplugin.books.live import live_cells, live_values, nil_name
from xlplugin.books.look import SONG, STYLES
from xlplugin.books.prose import boxed, unboxed
from xlplugin.books.ranges import Rectangle, rectangles
from xlplugin.books.reader import read_last_year, read_workbook
from xlplugin.books.template import formula_totals, write_template
from xlplugin.books.template_entries import SIGNED_LIMIT
from xlplugin.deriving import derive
from xlplugin.errors import CannotWrite
from xlplugin.form import form as form_of
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Cover, Report

TEMPLATES = Path(__file__).parents[1] / "workbook_templates"
BOTH = [(f, t) for f in FORMS for t in VARIANTS]


def made(form_id: str, **options) -> bytes:
    buffer = io.BytesIO()
    write_template(buffer, form_id, **options)
    return buffer.getvalue()


@lru_cache(maxsize=8)
def blank(form_id: str, totals: str = "typed") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made(form_id, totals=totals)))


@lru_cache(maxsize=8)
def cached(form_id: str, totals: str = "typed") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made(form_id, totals=totals)), data_only=True)


def at(book: openpyxl.Workbook, spot: Spot):
    return book[spot.sheet].cell(spot.row, spot.column)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -- built once, and built again


def test_the_kept_templates_are_what_is_built(tmp_path):
    built = build(tmp_path)
    assert {p.name for p in built} == {p.name for p in TEMPLATES.glob("*.xlsx")} == {template_name(f, t) for f, t in BOTH}
    for path in built:
        assert parts(path.read_bytes()) == parts((TEMPLATES / path.name).read_bytes()), f"{path.name}: make templates"


def test_equal_arguments_give_equal_bytes():
    report = filled("2021", Random(5))
    assert made("2021", report=report) == made("2021", report=report)
    assert made("2021", report=report) != made("2021", report=report.with_entries({"disclosure.fees.amount": entry("7")}))


def test_a_folder_that_is_missing_is_said(tmp_path):
    with pytest.raises(CannotWrite, match="文件夹不存在"):
        write_template(tmp_path / "没有" / "a.xlsx", "2021")
    assert list(tmp_path.iterdir()) == []


# -- the official tables


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_sheets_stand_in_order_and_the_bookkeeping_is_hidden(form_id, totals):
    book = blank(form_id, totals)
    assert book.sheetnames == list(layout(form_id).sheets)
    assert [s for s in book.sheetnames if book[s].sheet_state != "visible"] == [META, COUNTED]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_official_label_stands_at_its_place(form_id):
    book, form = blank(form_id), form_of(form_id)
    printed = []
    for plan in layout(form_id).tables:
        page = book[plan.table.sheet]
        assert page.cell(TITLE_ROW, 1).value == plan.table.title
        merged = {str(m) for m in page.merged_cells.ranges}
        for label in plan.labels:
            assert at(book, label.spot).value == label.text
            printed.append(label.text)
            end = Spot(page.title, label.last_row, label.last_column)
            if end != label.spot:
                assert f"{label.spot.a1}:{end.a1}" in merged
    wanted = {x.label for t in form.tables for b in t.blocks for x in (*b.rows, *b.columns)}
    wanted |= {x.group for t in form.tables for b in t.blocks for x in (*b.rows, *b.columns) if x.group}
    wanted |= {b.title for t in form.tables for b in t.blocks if b.title} | {t.corner_note for t in form.tables if t.corner_note}
    assert wanted <= set(printed)


def test_results_are_written_upright():
    book = blank("2021")
    [label] = [x for p in layout("2021").tables for x in p.labels if x.text == "三、本年度办理结果"]
    assert at(book, label.spot).alignment.textRotation == 255
    assert label.last_row - label.spot.row == 21


@pytest.mark.parametrize("form_id", FORMS)
def test_the_print_area_is_the_official_table_alone(form_id):
    for plan in layout(form_id).tables:
        page = blank(form_id)[plan.table.sheet]
        assert page.print_area == f"'{page.title}'!$A${TITLE_ROW}:${column_letters(plan.width)}${plan.last}"
        assert page.page_setup.paperSize == 9 and page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.fitToWidth in (None, 1)
        live = [x.spot for x in live_cells(form_id) if x.spot.sheet == page.title]
        assert live and all(s.row < TITLE_ROW or s.row > plan.last or s.column > plan.width for s in live)
    applications = blank(form_id)["三、依申请公开"]
    assert applications.page_setup.orientation == "landscape"
    assert applications.print_title_rows == "$4:$6" and applications.freeze_panes == "D7"


@pytest.mark.parametrize("form_id", FORMS)
def test_numbers_have_room_for_eight_digits(form_id):
    for plan in layout(form_id).tables:
        page = blank(form_id)[plan.table.sheet]
        widths = {}
        for dimension in page.column_dimensions.values():
            for column in range(dimension.min, dimension.max + 1):
                widths[column] = dimension.width
        assert all(widths[s.column] >= 9.5 for s in plan.cells.values())


# -- what may be typed


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_entry_cells_are_open_and_all_else_is_locked(form_id, totals):
    book, plan, form = blank(form_id, totals), layout(form_id), form_of(form_id)
    computed = set(form.derived) if totals == "formula" else set()
    open_spots = {s for c, s in plan.cells.items() if c not in computed}
    open_spots |= {*plan.cover.values(), *plan.nil.values(), *plan.last_year.values()}
    open_spots |= {s for boxes in plan.text.values() for _, s in boxes}
    open_spots |= {plan.explanation(r) for r in plan.check.values()}
    for page in book:
        assert page.protection.sheet and not page.protection.password
        assert not page.protection.formatColumns and not page.protection.autoFilter and not page.protection.selectLockedCells
        for row in page.iter_rows():
            for cell in row:
                if cell.__class__.__name__ == "MergedCell":
                    continue
                spot = Spot(page.title, cell.row, cell.column)
                explains = page.title == CHECK and cell.row >= plan.findings_top and spot == plan.explanation(cell.row)
                assert cell.protection.locked != (spot in open_spots or explains), str(spot)


@pytest.mark.parametrize("form_id", FORMS)
def test_every_entry_cell_takes_only_its_kind_of_number(form_id):
    book, form = blank(form_id), form_of(form_id)
    rules = _validations(book)
    for cell in form.cells:
        rule = rules[layout(form_id).cells[cell.id]]
        assert rule.type == ("decimal" if cell.decimal else "whole")
        if cell.signed:
            assert (rule.operator or "between", rule.formula1) == ("between", str(-SIGNED_LIMIT))
        else:
            assert (rule.operator, rule.formula1) == ("greaterThanOrEqual", "0")
        assert rule.showErrorMessage and (rule.errorStyle or "stop") == "stop"
        assert cell.help[:40] in rule.prompt and len(rule.prompt) <= 255
        assert 0 < len(rule.promptTitle) <= 32 and "只能填" in rule.error
    assert {rules[s].formula1 for s in layout(form_id).nil.values()} == {f'"{YES}"'}
    year = rules[layout(form_id).cover["year"]]
    assert int(year.formula1) == form.years.first and int(year.formula2) == (form.years.last or 2099)


def _validations(book: openpyxl.Workbook) -> dict[Spot, object]:
    found = {}
    for page in book:
        for rule in page.data_validations.dataValidation:
            for cells in rule.sqref.ranges:
                found[Spot(page.title, cells.min_row, cells.min_col)] = rule
    return found


# -- names and formulas


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_names_lead_to_their_cells(form_id, totals):
    book, plan, form = blank(form_id, totals), layout(form_id), form_of(form_id)
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    for cell, spot in plan.cells.items():
        assert names[cell] == spot.absolute()
    for cell in form.derived:
        sheet, _, place = names[f"expected.{cell}"].partition("!")
        live = {x.spot.absolute(): x for x in live_cells(form_id, totals)}[f"{sheet}!{place}"]
        assert live.formula.startswith("=IFERROR(IF(COUNT(")
    assert names["xxgk.status"] == plan.status.absolute()
    assert {names[nil_name(t.key)] for t in form.tables} == {s.absolute() for s in plan.nil.values()}


def summed(formula: str) -> list[Spot]:
    """The cells that the SUM of a formula adds up, each as often as it stands there."""
    [inside] = re.findall(r"SUM\(([^)]*)\)", formula)
    spots = []
    for reference in inside.split(","):
        sheet, _, place = reference.rpartition("!")
        left, top, right, bottom = range_boundaries(place.replace("$", ""))
        spots += [Spot(sheet.strip("'"), r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    return spots


def counted(formula: str) -> list[Spot]:
    return summed(re.sub(r"^.*?COUNT(\([^)]*\)).*$", r"SUM\1", formula, flags=re.DOTALL))


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_formulas_add_up_exactly_the_cells_of_their_balance(form_id, totals):
    """Drop a term or take one twice, and this fails: the formula is read back and compared cell by cell."""
    book, plan, form = blank(form_id, totals), layout(form_id), form_of(form_id)
    for balance in form.balances:
        row = plan.check[balance.id]
        for side, cells in (("left", balance.left), ("right", balance.right), ("state", balance.cells)):
            formula = at(book, plan.in_check(side, row)).value
            found = counted(formula) if side == "state" else summed(formula)
            assert sorted(found) == sorted(plan.counted[c] for c in cells)
        assert f"<{len(balance.cells)}," in at(book, plan.in_check("state", row)).value
        assert at(book, plan.in_check("says", row)).value == balance.says
    for cell, spot in plan.counted.items():
        entry, formula = plan.cells[cell].absolute(), at(book, spot).value
        assert formula.startswith(f"=IF(ISNUMBER({entry}),{entry},")
        if totals == "typed" or not form.cell[cell].derived:
            assert entry in at(book, plan.typed[cell]).value
            assert re.search(rf"\b{plan.typed[cell].a1}\b", formula)
    if totals == "formula":
        parts_of = {b.defines: b for b in form.balances if b.defines}
        cell = next(iter(parts_of))
        assert at(book, plan.cells[cell]).value.startswith("=IFERROR(IF(COUNT(")
        assert all(at(book, plan.cells[c]).data_type == "f" for c in form.derived)


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_formulas_keep_to_functions_that_every_program_knows(form_id, totals):
    known = {"IF", "IFERROR", "COUNT", "SUM", "SUMPRODUCT", "TRIM", "CLEAN", "SUBSTITUTE", "ROUND", "ABS", "AND", "ISNUMBER"}
    known |= {"COUNTIF", "INDEX", "MATCH", "HYPERLINK"}
    known |= {"ASC", "FIND", "INT", "ISERROR", "LEFT", "LEN", "MID", "OR", "REPT", "ROW", "TEXT", "VALUE"}
    used = {f for x in live_cells(form_id, totals) for f in re.findall(r"([A-Z][A-Z.]+)\(", x.formula)}
    assert used <= known
    assert all(len(x.formula) < 1000 for x in live_cells(form_id, totals))


# -- verdicts


@pytest.mark.parametrize(("form_id", "totals"), BOTH)
def test_a_blank_template_is_not_filled_and_never_passed(form_id, totals):
    book, plan, form = cached(form_id, totals), layout(form_id), form_of(form_id)
    assert {at(book, plan.in_check("state", r)).value for r in plan.check.values()} == {str(Verdict.OPEN)}
    assert at(book, plan.status).value == f"未填：还有 {len(form.inputs)} 格没有填数"
    shown = [c.value for page in book for row in page.iter_rows() for c in row if page.title not in (GUIDE, META)]
    assert [v for v in shown if isinstance(v, str) and v.startswith("通过：")] == []
    read = read_workbook(made(form_id, totals=totals))
    assert read.numbers() == {} and read.intake == () and not read.cover.nil


@settings(max_examples=60)
@given(reports())
def test_live_values_are_the_verdicts_of_the_scales(report):
    plan, values = layout(report.form_id), live_values(report)
    weighed = weigh_all(report.form, report.numbers())
    for w in weighed:
        row = plan.check[w.balance.id]
        assert values[plan.in_check("state", row)] == w.verdict
        gap = values[plan.in_check("gap", row)]
        assert (gap == "") if w.gap is None else gap == pytest.approx(float(w.gap))
    status = values[plan.status]
    if any(w.verdict is Verdict.BROKEN for w in weighed):
        assert status.startswith("不平")
    elif all(w.verdict is Verdict.PASS for w in weighed) and all(c in report.numbers() for c in report.form.inputs):
        assert status.startswith("通过")
    else:
        assert status.startswith("未填")


@pytest.mark.parametrize("form_id", FORMS)
def test_nil_ticks_make_a_blank_form_pass(form_id):
    report = Report(form_id, Cover(nil=frozenset(t.key for t in form_of(form_id).tables)))
    values = live_values(report)
    assert values[layout(form_id).status].startswith("通过")
    one = live_values(Report(form_id, Cover(nil=frozenset({"disputes"}))))
    assert one[layout(form_id).status].startswith("未填")


def test_the_next_place_is_the_broken_total_then_the_first_blank():
    report = filled("2021", Random(2))
    plan = layout("2021")
    assert live_values(report)[plan.target] == ""
    lacking = report.with_entries({"disclosure.fees.amount": BLANK})
    assert live_values(lacking)[plan.target] == "'二、主动公开'!B17"
    broken = lacking.with_entries({"disputes.review.total": Entry(10**6, State.NUMBER, "1000000")})
    assert live_values(broken)[plan.target] == "'四、复议诉讼'!E7"


# -- prefilled


@settings(max_examples=12)
@given(reports())
def test_what_is_written_is_what_is_read(report):
    report = derive(replace(report, explanations={"T2-RULE": "已核对", report.form.balances[0].id: "系统升级补录"}))
    read = read_workbook(made(report.form_id, report=report))
    assert read.numbers() == report.numbers()
    kept = {c: e.state for c, e in report.entries.items()}
    for cell in report.form.cells:
        state, seen = kept.get(cell.id, State.BLANK), read.entries.get(cell.id, BLANK).state
        assert seen == state or (state is State.NUMBER and seen is State.FILLED), cell.id
    assert read.cover == report.cover
    assert read.explanations == report.explanations
    assert read.text == report.text


@pytest.mark.parametrize("form_id", FORMS)
def test_cached_values_are_stored_with_every_formula(form_id):
    report = filled(form_id, Random(8))
    book = openpyxl.load_workbook(io.BytesIO(made(form_id, report=report)), data_only=True)
    values = live_values(report, {})
    for live in (x for x in live_cells(form_id) if not x.of_keystrokes):
        stored = at(book, live.spot).value
        assert ("" if stored is None else stored) == pytest.approx(values[live.spot]), str(live.spot)


def test_last_year_is_kept_by_cell_and_compared():
    before, now = filled("2019", Random(1)), filled("2021", Random(2))
    data = made("2021", report=now, last_year=before)
    shared = {c: n for c, n in before.numbers().items() if c in now.form.cell}
    again = read_last_year(data)
    assert again is not None and {c: e.value for c, e in again.entries.items()} == shared
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for cell, (carried, agrees) in layout("2021").carried.items():
        out = cell.replace("carried_in", "carried_out")
        assert at(book, carried).value == shared[out]
        assert at(book, agrees).value == ("一致" if now.numbers()[cell] == shared[out] else "不一致")


def test_totals_that_are_formulas_give_way_to_the_sum():
    report = filled("2021", Random(6)).with_entries({"disputes.review.total": Entry(77, State.NUMBER, "77")})
    read = read_workbook(made("2021", totals="formula", report=report))
    assert read.numbers() == formula_totals(report).numbers()
    assert read.entries["disputes.review.total"].state is State.FORMULA
    assert read.entries["disputes.review.total"].value != 77


def test_what_was_not_typed_as_a_number_stays_as_it_was_seen():
    cells = ("disclosure.licences.decisions", "disclosure.penalties.decisions", "disclosure.coercive_measures.decisions")
    report = Report("2021", entries=dict(zip(cells, (entry("/"), entry("0件"), Entry(None, State.UNREAD, "?")), strict=True)))
    book = openpyxl.load_workbook(io.BytesIO(made("2021", report=report)))
    assert [at(book, layout("2021").cells[c]).value for c in cells] == ["/", "0件", None]


def test_formulas_and_links_in_a_text_are_only_text():
    """What comes from outside is never stored as a formula or a link."""
    text = "=1+1"
    report = Report(
        "2021", Cover(name=text, filled_by="http://example.com"), {"disclosure.fees.amount": entry("=2")}, {"problems": "=A1"}
    )
    book = openpyxl.load_workbook(io.BytesIO(made("2021", report=report)))
    plan = layout("2021")
    for spot in (plan.cover["name"], plan.cells["disclosure.fees.amount"], plan.text["problems"][0][1]):
        assert at(book, spot).data_type == "s"
    assert at(book, plan.cover["filled_by"]).hyperlink is None


def test_a_workbook_with_macros_has_buttons_and_reads_alike():
    report = filled("2021", Random(4))
    data = made("2021", report=report, macros=True)
    names = parts(data)
    assert "xl/vbaProject.bin" in names and any(n.startswith("xl/drawings/vmlDrawing") for n in names)
    assert read_workbook(data, name="a.xlsm").numbers() == report.numbers()
    assert made("2021", report=report, macros=True) == data


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_the_buttons_stand_at_the_top_of_the_check_sheet_equally_wide_and_stay_in_view(form_id: str):
    names = parts(made(form_id, macros=True))
    number = layout(form_id).sheets.index(CHECK) + 1
    assert b"vmlDrawing" in names[f"xl/worksheets/_rels/sheet{number}.xml.rels"]
    [vml] = [names[n].decode() for n in names if n.startswith("xl/drawings/vmlDrawing")]
    anchors = [[int(x) for x in found.split(",")] for found in re.findall(r"<x:Anchor>([\d, ]+)</x:Anchor>", vml)]
    assert len(anchors) == len(load_buttons().all)
    column, row = layout(form_id).status.column - 1, 1
    assert {(left, right) for left, _, _, _, right, _, _, _ in anchors} == {(column, column)}, "all within one column"
    assert {right - left for _, left, _, _, _, right, _, _ in anchors} == {84}
    frozen = re.search(rb'<pane ySplit="(\d+)"', names[f"xl/worksheets/sheet{number}.xml"])
    assert frozen and {(top, bottom) for _, _, top, _, _, _, bottom, _ in anchors} == {(row, row)} and row < int(frozen[1])
    places = {(left, top) for _, left, _, top, *_ in anchors}
    assert len(places) == len(anchors), "none covers another"


@pytest.mark.parametrize("form_id", FORMS)
def test_a_computed_total_is_never_shown_as_not_filled_and_the_guide_does_not_ask_for_it(form_id: str):
    for totals, asked in (("typed", True), ("formula", False)):
        book = openpyxl.load_workbook(io.BytesIO(made(form_id, totals=totals)))
        said = [str(cell.value) for row in book[GUIDE].iter_rows() for cell in row if cell.value]
        assert any("合计格：也要填写" in text for text in said) is asked
        assert any("由“填充”自动填入" in text for text in said) is asked
        plan = layout(form_id)
        for cell in form_of(form_id).derived:
            spot = plan.cells[cell]
            rules = [r for x in book[spot.sheet].conditional_formatting if spot.a1 in x for r in x.rules]
            assert any("LEN(TRIM(" in f and "AND(" in f for r in rules for f in r.formula) is asked, cell


# -- small laws


@settings(max_examples=150)
@given(st.lists(st.text("一（）主动公开。依申请\n ab", max_size=30), min_size=1, max_size=5), st.booleans())
def test_prose_comes_back_from_its_boxes(pieces, headed):
    heads = form_of("2021").sections[0].heads
    text = "\n".join(f"（{'一二三四五'[i]}）{heads[i]}。{p}" if headed else p for i, p in enumerate(pieces)).strip()
    boxes = boxed(heads, text)
    assert len(boxes) == len(heads)
    assert unboxed(heads, boxes) == text


def test_prose_is_parted_by_its_heads():
    heads = ("主动公开", "依申请公开")
    assert boxed(heads, "（一）主动公开。甲\n（二）依申请公开。乙") == ("甲", "乙")
    assert unboxed(heads, ("甲", "乙")) == "（一）主动公开。甲\n（二）依申请公开。乙"
    assert boxed(heads, "没有小标题的一段") == ("没有小标题的一段", "")


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=40))
def test_rectangles_cover_each_cell_once(places):
    found = rectangles(Spot("表", r, c) for r, c in places)
    covered = [(r, c) for a in found for r in range(a.top, a.bottom + 1) for c in range(a.left, a.right + 1)]
    assert sorted(covered) == sorted(places)


def test_rectangles_are_few():
    block = [Spot("表", r, c) for r in range(3, 24) for c in range(4, 10)]
    assert rectangles(block) == (Rectangle("表", 3, 4, 23, 9),)


def test_texts_are_chinese_and_fonts_are_those_of_an_office():
    book = cached("2021")
    hidden = {CHECK: {2}, "上年数据": {1}}
    for page in (p for p in book if p.title != META):
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.column not in hidden.get(page.title, ()):
                    said = re.sub(r"\b[A-Z]{1,2}\d+\b|Alt\+Enter", "", cell.value)
                    assert not re.search("[A-Za-z]{2,}", said), f"{page.title}!{cell.coordinate}: {cell.value}"
                    assert cell.font.name in {SONG, STYLES["section"]["font_name"]}


def test_a_long_text_has_room_enough():
    text = "本年主动公开政府信息若干条。" * 180
    book = openpyxl.load_workbook(io.BytesIO(made("2021", report=Report("2021", text={"problems": text}))))
    [(_, spot)] = layout("2021").text["problems"]
    heights = [book[PROSE].row_dimensions[spot.row + i].height for i in range(BOX_ROWS)]
    assert max(heights) <= 409 and sum(heights) >= 17 * len(text) / 44
    assert at(book, spot).value == text


def test_the_prose_sheet_has_a_box_for_every_head():
    book, form = blank("2021"), form_of("2021")
    for section in (s for s in form.sections if s.kind == "text"):
        boxes = layout("2021").text[section.key]
        assert [h for h, _ in boxes if h] == list(section.heads)
        assert book[PROSE].cell(boxes[0][1].row - 1, 1).value == section.title
        for head, spot in boxes:
            shown = book[PROSE].cell(spot.row, 1).value
            assert shown == (head or section.title.partition("、")[2])
            assert (
                at(book, spot).alignment.wrap_text
                and sum(book[PROSE].row_dimensions[spot.row + i].height for i in range(BOX_ROWS)) >= 90
            )
