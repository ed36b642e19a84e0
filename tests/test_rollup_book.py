"""The roll-up workbook: the same numbers as the roll-up, live formulas that agree, readable one level up, notices."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.rolling_county import BROKEN, filed, roster
from xlplugin.books import rollup_book
from xlplugin.books.reader import read_workbook
from xlplugin.books.rollup_book import write_rollup
from xlplugin.books.rollup_export import write_frame
from xlplugin.books.rollup_sheet import SHEETS, mark_of
from xlplugin.books.rollup_take import take
from xlplugin.errors import CannotWrite
from xlplugin.merging.plan import plan
from xlplugin.merging.rollup import Adjustment, merge
from xlplugin.outputs.notices import notices, reminder_text, write_notices

NOW = dt.datetime(2025, 2, 14, 9, 30)
OPEN = "applications.other_rest.company"


def county(*, whole: bool = False, form_id: str = "2021"):
    files = [filed(n, form_id, busy=n % 2 == 0) for n in range(8)]
    if whole:
        return merge(files, roster=roster(8))
    files[2] = filed(2, form_id, cells={OPEN: None})
    files[3] = filed(3, form_id, cells={"applications.new.total": 999}, findings=BROKEN)
    adjustment = Adjustment("disclosure.penalties.decisions", -2, "重复计数", "王五", "2025-02-13T10:00:00")
    return merge(
        files,
        roster=roster(10, 联系人="李四", 截止日期="2025-01-31"),
        adjustments=[adjustment],
        last_year=merge(files[4:]).to_report(),
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    rolled = county()
    path = tmp_path_factory.mktemp("汇总") / "汇总.xlsx"
    assert write_rollup(path, rolled, now=NOW) == (path,)
    return path, rolled


def test_the_official_tables_hold_the_sums(written):
    path, rolled = written
    report = read_workbook(path)
    assert report.numbers() == {c: m.total for c, m in rolled.cells.items()}
    assert report.year == 2024 and report.cover.name == "晨溪县"
    assert [f.rule for f in report.intake] == ["RU-PART"] and "不完整" in report.intake[0].message


def test_it_is_a_report_one_level_up_with_its_gaps(written):
    path, rolled = written
    above = take(path.read_bytes(), str(path), size=1, mtime=1)
    assert above.marks == rolled.marks() and not above.marks.complete
    assert dict(above.marks.open) == {OPEN: ("第002镇人民政府",)}
    assert not above.forced
    province = merge([above])
    assert {c: m.total for c, m in province.cells.items()} == {c: m.total for c, m in rolled.cells.items()}
    assert province.cells[OPEN].open == ("晨溪县／第002镇人民政府",) and "RU-PART" in {f.rule for f in province.findings}


def test_a_complete_roll_up_passes_its_own_check(tmp_path):
    from xlplugin.checking import check

    rolled = county(whole=True)
    assert rolled.complete
    write_rollup(tmp_path / "全.xlsx", rolled, now=NOW)
    found = check(read_workbook(tmp_path / "全.xlsx"))
    assert [f.rule for f in found if f.blocks] == [] and "RU-PART" not in {f.rule for f in found}
    assert take((tmp_path / "全.xlsx").read_bytes(), "全.xlsx", size=1, mtime=1).marks.complete


def test_every_sheet_says_that_it_is_incomplete_and_prints(written):
    path, rolled = written
    book = load_workbook(path)
    assert tuple(book.sheetnames[-len(SHEETS) :]) == SHEETS and book.active.title == "总览"
    assert "不完整" in mark_of(rolled) and "缺报 2 个" in mark_of(rolled)
    for name in book.sheetnames:
        if book[name].sheet_state == "visible":
            assert "不完整" in (book[name].oddHeader.right.text or ""), name
            assert book[name].page_setup.paperSize in (8, 9), name
    for name in SHEETS:
        assert book[name]["A2"].value == mark_of(rolled), name


def test_units_by_cells_with_sums_by_formula(written):
    path, rolled = written
    page = load_workbook(path)["分单位"]
    ids = {page.cell(6, c).value: c for c in range(6, page.max_column + 1)}
    assert tuple(ids) == plan("2021").cells and page.freeze_panes == "C10" and page.auto_filter.ref
    for cell in ("applications.new.total", OPEN, "disclosure.penalties.decisions"):
        shown = {page.cell(r, 2).value: page.cell(r, ids[cell]).value for r in range(10, 10 + len(rolled.accepted))}
        assert shown == rolled.share(cell)
        assert page.cell(7, ids[cell]).value.startswith("=SUM(")
    cached = load_workbook(path, data_only=True)["分单位"]
    column = ids["disclosure.penalties.decisions"]
    total = rolled.cells["disclosure.penalties.decisions"].total
    assert [cached.cell(r, column).value for r in (7, 8, 9)] == [total + 2, -2, total]


def test_origin_lists_the_largest_first_by_formulas(written):
    path, rolled = written
    page, cached = (load_workbook(path, data_only=d)["来源"] for d in (False, True))
    share = rolled.share("applications.new.total")
    order = sorted(share.items(), key=lambda s: -s[1])
    assert [cached.cell(10 + i, 3).value for i in range(len(order))] == [v for _, v in order]
    assert page.cell(10, 2).value.startswith("=INDEX(") and "HYPERLINK" in page.cell(10, 5).value
    assert cached["B6"].value == rolled.cells["applications.new.total"].total
    (rule,) = page.data_validations.dataValidation
    assert rule.type == "list" and "B5" in str(rule.sqref)


def test_lists_name_everybody(written):
    path, rolled = written
    book = load_workbook(path)
    ledger = [[c.value for c in row] for row in book["台账"].iter_rows(min_row=5)]
    assert len(ledger) == len(rolled.ledger) and {r[2] for r in ledger} == {"已汇总", "退回"}
    reminders = [[c.value for c in row] for row in book["缺报催报"].iter_rows(min_row=5)]
    assert [(r[1], r[2][:3], r[4]) for r in reminders] == [
        ("第008镇人民政府", "没有交", "李四"),
        ("第009镇人民政府", "没有交", "李四"),
        ("第003镇人民政府", "已退回", "李四"),
    ]
    problems = {row[2].value for row in book["问题"].iter_rows(min_row=5)}
    assert {"RU-MISS", "RU-BAD", "RU-OPEN", "RU-ADJ", "T3-ROW"} <= problems
    assert [c.value for c in book["调整"][5]][2:5] == [-2, "重复计数", "王五"]
    assert book["同比"]["E5"].value == "=C5-D5" and len(book["总览"]._charts) == 3


def test_equal_roll_ups_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        write_rollup(tmp_path / f"{name}.xlsx", county(), now=NOW)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_both_forms(tmp_path):
    rolled = merge([filed(n, "2019") for n in range(3)])
    write_rollup(tmp_path / "x.xlsx", rolled, now=NOW)
    assert read_workbook(tmp_path / "x.xlsx").numbers() == {c: m.total for c, m in rolled.cells.items()}


def test_beyond_the_sheet_units_go_into_files_beside(tmp_path, monkeypatch):
    monkeypatch.setattr(rollup_book, "MOST_UNITS", 3)
    rolled = county()
    path, csv, parquet = write_rollup(tmp_path / "大.xlsx", rolled, now=NOW)
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert "大.分单位.csv" in load_workbook(path)["分单位"]["A4"].value and "来源" not in load_workbook(path).sheetnames
    for frame in (pd.read_csv(io.BytesIO(csv.read_bytes())), pd.read_parquet(parquet)):
        assert list(frame["unit"]) == [e.unit for e in rolled.accepted]
        assert frame["applications.new.total"].sum() == rolled.cells["applications.new.total"].total
        assert frame[OPEN].isna().sum() == 1
        assert float(frame["disclosure.fees.amount"].sum()) == pytest.approx(float(rolled.cells["disclosure.fees.amount"].total))
    with pytest.raises(CannotWrite, match=r"\.csv"):
        write_frame(tmp_path / "x.ods", rolled)
    assert not [p for p in Path(tmp_path).iterdir() if p.name.startswith(".")]


def test_return_notices_say_what_where_how_much_and_until_when(tmp_path):
    rolled = county()
    (notice,) = notices(rolled, due="2025-02-20")
    assert notice.unit == "第003镇人民政府" and notice.due == "2025-02-20"
    assert any("一、本年新收" in f.place and f.value == "999" and f.likely for f in notice.faults)
    word, sheet = write_notices(tmp_path, rolled, due="2025-02-20")
    import docx

    paper = docx.Document(str(word))
    said = "\n".join([p.text for p in paper.paragraphs] + [c.text for r in paper.tables[0].rows for c in r.cells])
    page = load_workbook(sheet).active
    cells = "\n".join(str(c.value) for row in page.iter_rows() for c in row if c.value is not None)
    for words in (said, cells):
        for piece in ("第003镇人民政府", "2025年2月20日", "999", "怎么办", "可能应为"):
            assert piece in words, piece
    assert page["J4"].protection.locked is False and page["B4"].protection.locked


def test_reminders_as_text():
    rolled = county()
    said = reminder_text(rolled, due="2025-02-20")
    assert "第008镇人民政府" in said and "2025年2月20日前" in said and "退回" in said and "第003镇" in said
    assert reminder_text(county(whole=True)) == ""


def test_a_name_that_no_file_may_have(tmp_path):
    bad = replace(filed(3, findings=BROKEN), name="甲/乙:局?")
    assert next(p.name for p in write_notices(tmp_path, merge([bad, filed(1)]))) == "退回单-甲_乙_局.docx"
