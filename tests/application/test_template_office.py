"""The template as LibreOffice sees it: looks, limits, colours, links, pages."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from office import properties
from PIL import Image

from tests.fillings import FORMS, filled
from xlplugin.balancing import Verdict, weigh_all
from xlplugin.books.layout import CHECK, COVER, GUIDE, LAST_YEAR, META, Spot, layout
from xlplugin.books.live import live_extents, live_values
from xlplugin.books.look import AUTO_TINT, BAD_TINT, BLANK_TINT, PART_TINT, TEXT_TINT
from xlplugin.books.template import write_template
from xlplugin.deriving import derive
from xlplugin.form import form as form_of
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Report

pytestmark = [pytest.mark.office, pytest.mark.timeout(200)]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory) -> tuple[Path, Report]:
    """A report with a wrong grand total, a blank, a text, and totals that `fill` wrote."""
    report = filled("2021", Random(4)).with_entries(
        {
            "applications.handled.total": Entry(3, State.NUMBER, "3"),
            "applications.granted.company": entry("0件"),
            "applications.new.other_org": BLANK,
            "applications.refused_state_secret.total": BLANK,
        }
    )
    report = derive(report)
    path = tmp_path_factory.mktemp("wrong") / "wrong.xlsx"
    write_template(path, "2021", report=report)
    return path, report


@pytest.mark.parametrize("form_id", FORMS)
def test_cached_values_are_what_the_program_computes(office, tmp_path, form_id):
    """Before and after a full recalculation the sheets say the same, and no cell shows an error."""
    report, before = filled(form_id, Random(7)), filled(form_id, Random(8))
    path = tmp_path / "a.xlsx"
    write_template(path, form_id, report=report, last_year=before)
    with office.open(path) as book:
        extents = live_extents(form_id).items()
        stored = {sheet: book.read_block(sheet, 1, 1, *far) for sheet, far in extents}
        book.recalc()
        assert stored == {sheet: book.read_block(sheet, 1, 1, *far) for sheet, far in extents}
        shown = [v for rows in stored.values() for row in rows for v in row]
        assert not [v for v in shown if isinstance(v, str) and v.startswith(("#", "Err:"))]


def test_the_blank_template_says_not_filled_everywhere(office, tmp_path):
    path = tmp_path / "a.xlsx"
    write_template(path, "2021")
    with office.open(path) as book:
        book.recalc()
        plan = layout("2021")
        for table in plan.tables:
            assert str(book.read_cell(table.table.sheet, 1, 1)).startswith("未填")
            assert {book.read_cell(*s) for s in table.marks.values()} <= {"未填"}
        top, last = min(plan.check.values()), max(plan.check.values())
        states = book.read_block(CHECK, top, 7, last, 7)
        assert states == [["未填"]] * len(plan.check)


def test_colours_follow_the_numbers(office, wrong, tmp_path):
    """What the screen shows: the pixel in the middle of a cell has the colour that the rule promises."""
    path, _ = wrong
    plan = layout("2021")
    page = plan.tables[1].table.sheet
    wanted = {
        "applications.handled.total": BAD_TINT,
        "applications.granted.total": PART_TINT,
        "applications.granted.company": TEXT_TINT,
        "applications.new.other_org": BLANK_TINT,
        "applications.refused_state_secret.total": PART_TINT,  # filled, and a part of a broken total
    }
    seen = _corner_colours(office, path, page, [plan.cells[c] for c in wanted], tmp_path)
    assert dict(zip(wanted, seen, strict=True)) == wanted


def test_a_total_that_fill_wrote_has_its_own_colour_until_it_is_changed(office, tmp_path):
    cell, plan = "disputes.review.total", layout("2021")
    report = derive(filled("2021", Random(4)).with_entries({cell: BLANK}))
    assert report.entries[cell].state is State.FILLED
    path = tmp_path / "a.xlsx"
    write_template(path, "2021", report=report)
    spot = plan.cells[cell]
    assert _corner_colours(office, path, spot.sheet, [spot], tmp_path) == [AUTO_TINT]
    with office.open(path) as book:
        book.write_cell(*spot, 5.0)
        changed = book.save_as(tmp_path / "b.xlsx")
    assert _corner_colours(office, changed, spot.sheet, [spot], tmp_path) != [AUTO_TINT]


def _corner_colours(office, path: Path, sheet: str, spots: list[Spot], folder: Path) -> list[str]:
    """Colours near the lower left corner of cells, from a picture of the sheet."""
    dpi = 110
    [picture] = office.sheet_png(path, sheet, folder / f"{path.stem}.png", dpi=dpi)
    with office.open(path) as book, Image.open(picture) as image:
        found = []
        for spot in spots:
            cell = book.cell(*spot)
            x, y = cell.Position.X + 120, cell.Position.Y + cell.Size.Height - 120
            pixel = image.convert("RGB").getpixel((round((x + 300) * dpi / 2540), round((y + 300) * dpi / 2540)))
            found.append("#{:02X}{:02X}{:02X}".format(*pixel))
        return found


def test_links_lead_to_the_broken_cell(office, wrong):
    """下一处 is the address that the program jumps to."""
    path, report = wrong
    plan = layout("2021")
    with office.open(path) as book:
        book.recalc()
        target = book.read_cell(*plan.target)
        assert target == live_values(report)[plan.target]
        assert book.read_cell(*plan.next) == "下一处 ▶"
        dispatcher = office.soffice.service("com.sun.star.frame.DispatchHelper")
        dispatcher.executeDispatch(book.doc.CurrentController.Frame, ".uno:JumpToMark", "", 0, properties(Bookmark=target))
        at = book.doc.CurrentSelection.RangeAddress
        first = next(w for w in weigh_all(report.form, report.numbers()) if w.verdict is Verdict.BROKEN)
        cell = plan.cells[first.balance.left[0]]
        assert (book.sheet_names[at.Sheet], at.StartRow + 1, at.StartColumn + 1) == tuple(cell)


def test_limits_are_enforced_by_the_program(office, tmp_path):
    path = tmp_path / "a.xlsx"
    write_template(path, "2021")
    plan, form = layout("2021"), form_of("2021")
    with office.open(path) as book:
        for cell in form.cells:
            rule = book.cell(*plan.cells[cell.id]).Validation
            assert rule.Type.value == ("DECIMAL" if cell.decimal else "WHOLE")
            assert (rule.ShowInputMessage, rule.ShowErrorMessage, rule.ErrorAlertStyle.value) == (True, True, "STOP")
            assert cell.help[:30] in rule.InputMessage
            assert not book.cell(*plan.cells[cell.id]).CellProtection.IsLocked
        assert all(book.sheet(name).isProtected() for name in book.sheet_names)
        assert not book.sheet(META).IsVisible


@pytest.mark.parametrize("form_id", FORMS)
def test_no_label_is_cut_and_no_number_is_hashes(office, tmp_path, form_id):
    """Rows are as high as their text needs, and the largest numbers of a city can be read."""
    form, plan = form_of(form_id), layout(form_id)
    entries = {c.id: Entry(11398889, State.NUMBER, "11398889") for c in form.cells}
    path = tmp_path / "a.xlsx"
    write_template(path, form_id, report=Report(form_id, entries=entries))
    with office.open(path) as book:
        book.recalc()
        for sheet in (x for x in plan.sheets if x != META):
            rows, columns = book.used(sheet)
            texts = book.text_block(sheet, 1, 1, min(rows, plan.findings_top), columns)
            assert not [t for row in texts for t in row if "##" in t]
        for table in plan.tables:
            _assert_heights(book, table.table.sheet, range(1, table.last + 1))
        _assert_heights(book, CHECK, range(1, plan.findings_top))
        _assert_heights(book, COVER, range(1, max(s.row for s in plan.nil.values()) + 1))
        _assert_heights(book, LAST_YEAR, range(1, 60))
        _assert_heights(book, GUIDE, range(1, book.used(GUIDE)[0] + 1))


def _assert_heights(book, sheet: str, rows: range) -> None:
    """Let the program find the height that each row needs, and compare it with the one it was given."""
    texts = book.read_block(sheet, 1, 1, rows[-1], book.used(sheet)[1])
    filled_rows = [row for row in rows if any(text != "" for text in texts[row - 1])]
    assert len(filled_rows) > len(rows) // 2
    given = {row: book.block(sheet, row, 1, row, 1).Rows.getByIndex(0).Height for row in filled_rows}
    protected = book.sheet(sheet)
    protected.unprotect("")
    for row in filled_rows:
        line = book.block(sheet, row, 1, row, 1).Rows.getByIndex(0)
        line.OptimalHeight = True
        assert line.Height <= given[row] + 30, f"{sheet} row {row}: needs {line.Height}, has {given[row]}"


def test_pages_are_those_of_the_official_form(office, wrong, tmp_path):
    """The three tables print on one A4 page each, applications and disputes lying."""
    path, _ = wrong
    for plan in layout("2021").tables:
        pages = office.sheet_png(path, plan.table.sheet, tmp_path / f"{plan.table.key}.png", print=True, dpi=50)
        assert len(pages) == 1
        with Image.open(pages[0]) as image:
            lying = image.width > image.height
        assert lying == (plan.table.arrangement != "stacked")
