"""The buttons over a file: what they write, what they leave alone, what they say; and that nothing is ever half-written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import planted
from tests.fillings import filled
from xlplugin.books.layout import CHECK, CHECK_COLUMNS, FINDINGS_ROOM, META, META_MARKS, Spot, layout
from xlplugin.books.look import LINE_HEIGHT, lines_in
from xlplugin.books.reader import read_workbook
from xlplugin.books.row_heights import fit_rows
from xlplugin.books.template_check import CHECK_WIDTHS
from xlplugin.errors import CannotWrite
from xlplugin.hosts import diagnosis, figures
from xlplugin.hosts.commands import COMMANDS, press
from xlplugin.hosts.exchange import entry_values, last_year_values
from xlplugin.hosts.file import FileHost, annotate
from xlplugin.hosts.host import Block
from xlplugin.hosts.writing import blocks_of, value_of, write_all
from xlplugin.numerals import State

CORNER = {CHECK: (400, len(CHECK_COLUMNS)), META: (402, 17)}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return planted.write(planted.planted("wrong input", "2021", 1), tmp_path / "年报.xlsx")


def findings(host: FileHost) -> list[dict[str, object]]:
    """The rows of the table that 校验 wrote."""
    plan, grid = layout("2021"), host.cells(CORNER)[CHECK]
    rows = range(plan.findings_top, plan.findings_top + FINDINGS_ROOM)
    table = [{c: value_of(grid.get((r, i))) for i, c in enumerate(CHECK_COLUMNS, 1)} for r in rows]
    return [row for row in table if row["says"] is not None]


def marks(host: FileHost) -> dict[str, set[object]]:
    grid = host.cells(CORNER)[META]
    return {k: {value_of(raw) for (r, col), raw in grid.items() if col == c and raw.text} for k, c in META_MARKS.items()}


def test_every_button_has_its_command() -> None:
    from xlplugin.books.buttons import load_buttons

    assert [b.id for b in load_buttons().all] == list(COMMANDS)


def test_check_writes_the_table_and_marks_the_wrong_cell(broken: Path) -> None:
    host = FileHost(broken)
    [cell] = planted.planted("wrong input", "2021", 1).cells
    before = dict(read_workbook(host.data).entries)
    assert press("check", host)
    first = findings(host)[0]
    spot = layout("2021").cells[cell]
    assert first["severity"] == "强制" and first["gap"] == -9 and first["where"] == f"{spot.sheet} {spot.a1}"
    assert f"{spot.sheet} {spot.a1} 应为 0" in str(first["fix"])
    assert marks(host)["suspect"] == {str(spot)}
    assert host.said[-1].startswith("校验不通过：必须改正 1 条")
    assert read_workbook(host.data).entries == before, "no figure is touched"


def test_a_mended_workbook_keeps_no_mark(broken: Path, tmp_path: Path) -> None:
    host = FileHost(broken)
    press("check", host)
    [cell] = planted.planted("wrong input", "2021", 1).cells
    spot = layout("2021").cells[cell]
    write_all(host, {spot.sheet: {(spot.row, spot.column): 0}}, {})
    press("check", host)
    assert not marks(host)["suspect"] and not [f for f in findings(host) if f["severity"] == "强制"]
    sound = FileHost(planted.write(planted.planted("sound", "2021", 3), tmp_path / "好.xlsx"))
    press("check", sound)
    press("check", sound)
    assert not marks(sound)["suspect"]


def row_attributes(data: bytes, sheet: int) -> dict[int, dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tree = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {int(e.attrib["r"]): e.attrib for e in tree.iter() if e.tag.endswith("}row")}


def test_rows_of_findings_are_as_high_as_their_text_and_shrink_again(broken: Path) -> None:
    host = FileHost(broken)
    plan = layout("2021")
    number = plan.sheets.index(CHECK) + 1
    blank = row_attributes(host.data, number)
    press("check", host)
    rows = row_attributes(host.data, number)
    said = findings(host)
    for i, finding in enumerate(said):
        attributes = rows[plan.findings_top + i]
        width = CHECK_WIDTHS[CHECK_COLUMNS.index("says")]
        assert float(attributes["ht"]) >= LINE_HEIGHT * lines_in(str(finding["says"]), width), finding
        assert "customHeight" not in attributes, "the clerk's program may still fit it"
    assert "ht" not in rows[plan.findings_top + len(said)]
    assert {r: a.get("ht") for r, a in rows.items() if r < plan.findings_top} == {
        r: a.get("ht") for r, a in blank.items() if r < plan.findings_top
    }
    [cell] = planted.planted("wrong input", "2021", 1).cells
    spot = plan.cells[cell]
    write_all(host, {spot.sheet: {(spot.row, spot.column): 0}}, {})
    press("check", host)
    left = len(findings(host))
    assert left < len(said)
    after = row_attributes(host.data, number)
    assert not [r for r in range(plan.findings_top + left, plan.findings_top + FINDINGS_ROOM) if "ht" in after[r]]


def test_a_row_that_a_person_made_high_stays() -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="1" ht="50" customHeight="1"><x:c r="A1"/></x:row>'
        f'<x:row r="2" ht="17.5"/><x:row r="3"><x:c r="A3"/></x:row></x:sheetData></x:worksheet>'
    ).encode()
    fitted = fit_rows(xml, {1: 20.0, 2: None, 3: 33.5, 4: 9.0})
    assert fitted == xml.replace(b'r="2" ht="17.5"', b'r="2"').replace(b'r="3"', b'r="3" ht="33.5"', 1)


def test_a_second_press_changes_no_byte(broken: Path) -> None:
    host = FileHost(broken)
    press("check", host)
    once = host.data
    press("check", host)
    assert host.data == once


def test_explanations_survive_until_their_numbers_change(broken: Path) -> None:
    host, plan = FileHost(broken), layout("2021")
    press("check", host)
    row = next(i for i, f in enumerate(findings(host)) if str(f["rule"]).startswith("T2-RULE"))
    at = (plan.findings_top + row, CHECK_COLUMNS.index("explanation") + 1)
    write_all(host, {CHECK: {at: "本镇受县政府委托代管规章备案"}}, {})
    press("check", host)
    kept = next(f for f in findings(host) if str(f["rule"]).startswith("T2-RULE"))
    assert kept["explanation"] == "本镇受县政府委托代管规章备案"
    spot = plan.cells["disclosure.rules.issued"] if "disclosure.rules.issued" in plan.cells else Spot("二、主动公开", 6, 2)
    write_all(host, {spot.sheet: {(spot.row, spot.column): 4}}, {})
    press("check", host)
    lapsed = next(f for f in findings(host) if str(f["rule"]).startswith("T2-RULE"))
    assert lapsed["explanation"] is None and "原说明：本镇受县政府委托代管规章备案" in str(lapsed["says"])


def test_next_goes_round(broken: Path) -> None:
    host = FileHost(broken)
    seen = []
    for _ in range(12):
        press("next", host)
        seen.append(host.selected)
    assert len(set(seen)) > 2 and seen.count(seen[0]) > 1, "from the start again after the last one"
    order = [layout("2021").sheets.index(s.sheet) for s in seen[: len(set(seen))] if s is not None]
    assert order == sorted(order)


def test_nothing_to_go_to_is_said() -> None:
    assert figures.next_spot(("甲",), [], Spot("甲", 1, 1)) is None
    assert figures.next_spot(("甲", "乙"), [Spot("乙", 1, 1), Spot("甲", 9, 9)], Spot("甲", 9, 8)) == Spot("甲", 9, 9)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_fill_and_take_back(tmp_path: Path, form_id: str) -> None:
    case = planted.planted("blank totals", form_id, 4)
    host = FileHost(planted.write(case, tmp_path / "年报.xlsx"))
    empty = read_workbook(host.data).entries
    press("fill", host)
    now = read_workbook(host.data)
    assert {c for c, e in now.entries.items() if e.state is State.FILLED} == set(case.cells)
    assert host.said[-1].startswith("已填充 6 格")
    plan = layout(form_id)
    changed = plan.cells[case.cells[0]]
    write_all(host, {changed.sheet: {(changed.row, changed.column): 123456}}, {})
    press("unfill", host)
    after = read_workbook(host.data)
    assert after.entry(case.cells[0]).value == 123456 and after.entry(case.cells[0]).state is State.NUMBER
    assert {c: e for c, e in after.entries.items() if c != case.cells[0]} == empty
    assert "保留原数" in host.said[-1]
    press("unfill", host)
    assert host.said[-1] == "没有由“填充”写入的数字。"


def test_annotate_leaves_the_file_alone(broken: Path, tmp_path: Path) -> None:
    before, out = broken.read_bytes(), tmp_path / "校验后.xlsx"
    assert annotate(broken, out).startswith("校验不通过")
    assert broken.read_bytes() == before
    assert findings(FileHost(out))[0]["severity"] == "强制"


class Failing(FileHost):
    """Fails at the n-th block, as a program may; what was put before can be seen."""

    def __init__(self, source: Path, at: int) -> None:
        super().__init__(source)
        self.at, self.written = at, list[Block]()

    @contextmanager
    def unlocked(self, sheets: Collection[str]) -> Iterator[None]:
        yield

    def put(self, block: Block) -> None:
        self.written.append(block)
        if len(self.written) == self.at:
            raise RuntimeError("程序没有应答")


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_failure_in_the_middle_puts_everything_back(
    broken: Path, at: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(diagnosis, "log_folder", lambda: tmp_path / "log")
    host = Failing(broken, at)
    assert not press("check", host)
    tried, back = host.written[:at], host.written[at:]
    assert [(b.sheet, b.row, b.column) for b in back] == [(b.sheet, b.row, b.column) for b in tried]
    assert all(v is None for b in back for row in b.rows for v in row), "it was empty before"
    assert "没有完成，工作簿没有被改动" in host.said[-1] and str(tmp_path / "log") in host.said[-1]
    assert "RuntimeError" in (tmp_path / "log" / "xlplugin.log").read_text("utf-8")


def test_no_formula_is_overwritten_and_no_sheet_invented(broken: Path) -> None:
    host = FileHost(broken)
    status = layout("2021").status
    before = host.cells({CHECK: (20, 11)})
    with pytest.raises(CannotWrite, match="公式"):
        write_all(host, {CHECK: {(status.row, status.column): "通过"}}, before)
    with pytest.raises(CannotWrite, match="没有工作表“别的”"):
        write_all(host, {"别的": {(1, 1): 1}}, {})


def test_a_strange_workbook_is_refused_in_words(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "通讯录.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("人员").write("A1", "张三")
    for button in ("check", "next", "fill", "unfill", "export"):
        host = FileHost(path)
        assert not press(button, host)
        assert "不是本工具的年报工作簿" in host.said[-1] and host.data == path.read_bytes()


def test_the_log_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(diagnosis, "log_folder", lambda: tmp_path)
    (tmp_path / "xlplugin.log").write_text("旧" * diagnosis.MOST, "utf-8")
    try:
        raise ValueError("新的")
    except ValueError:
        kept = diagnosis.keep_trace("check")
    assert kept is not None and kept.stat().st_size < 2 * diagnosis.MOST and kept.read_text("utf-8").endswith("新的\n\n")


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1))
@settings(max_examples=200, deadline=None)
def test_blocks_cover_the_cells_once(places: set[tuple[int, int]]) -> None:
    cells = {p: p[0] * 100 + p[1] for p in places}
    seen = [
        ((b.row + i, b.column + j), v)
        for b in blocks_of({"甲": cells})
        for i, row in enumerate(b.rows)
        for j, v in enumerate(row)
    ]
    assert len(seen) == len(cells) and dict(seen) == cells


def test_last_years_numbers_cross_the_forms() -> None:
    old, new = filled("2019", Random(1)), filled("2021", Random(2))
    values = last_year_values("2021", old)
    assert values["applications.new.total"] == old.entry("applications.new.total").value
    assert len(values) > 100 and last_year_values("2019", new) == {}
    assert len(entry_values(new, filled("2021", Random(3)))) == len(new.form.cells)
