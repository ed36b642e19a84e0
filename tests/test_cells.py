"""Cells: the quick scanner and the exact parser see the same, and what was written."""

import io
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import dialects
from tests.hostile.zips import SHEET, STRINGS, parts, repacked, sample
from xlplugin.books.cells import Grid, Raw, read_cells
from xlplugin.books.package import open_package
from xlplugin.errors import UnreadableSource

WANTED = {"封面": (9, 9), "表二": (9, 9), "说明": (9, 9)}
TABLE = {
    (1, 1): Raw("s", "项目", False, True),
    (1, 2): Raw("s", "自然人", False, True),
    (1, 3): Raw("s", "总计", False, True),
    (2, 1): Raw("s", "一、本年新收", False, True),
    (2, 2): Raw("n", "12", False, True),
    (2, 3): Raw("n", "12.5", False, True),
    (3, 1): Raw("s", "（一）予以公开 A&B", False, True),
    (3, 2): Raw("n", "13", True, True),
    (3, 3): Raw("s", "少", True, True),
    (4, 2): Raw("", "", False, False),
    (4, 3): Raw("b", "1", False, True),
    (5, 2): Raw("e", "#DIV/0!", True, True),
    (5, 3): Raw("s", " 前后有空格 \n第二行 ", False, True),
}


def both(data: bytes, wanted: dict[str, tuple[int, int]] = WANTED) -> dict[str, Grid]:
    """What the automatic way answers, after making sure that the exact way answers the same."""
    package = open_package(data)
    found = read_cells(package, wanted)
    assert found == read_cells(package, wanted, how="exact")
    return found


def same_numbers(grid: Grid) -> Grid:
    return {
        place: raw._replace(text=str(Decimal(raw.text).normalize())) if raw.kind == "n" else raw for place, raw in grid.items()
    }


def test_every_kind_of_cell():
    found = both(sample())
    assert found["表二"] == TABLE
    assert found["封面"][1, 2] == Raw("s", "某某镇人民政府", False, True)


@pytest.mark.parametrize("name", dialects.MAKERS)
def test_dialects_say_the_same(name):
    assert same_numbers(both(dialects.MAKERS[name]())["表二"]) == same_numbers(TABLE)


@pytest.mark.parametrize("name", ["attributes of Excel", "BOM", "no declaration", "absolute target", "strict", "other case"])
def test_common_dialects_take_the_quick_way(name):
    package = open_package(dialects.MAKERS[name]())
    assert same_numbers(read_cells(package, WANTED, how="fast")["表二"]) == same_numbers(TABLE)


@pytest.mark.parametrize("name", ["prefix", "CDATA", "comments", "UTF-16", "no addresses", "inline runs"])
def test_odd_dialects_are_left_to_the_parser(name):
    with pytest.raises(ValueError):
        read_cells(open_package(dialects.MAKERS[name]()), WANTED, how="fast")


def test_formula_never_calculated_is_not_a_blank():
    package = open_package(dialects.saved_by_openpyxl())
    grid = read_cells(package, WANTED, how="fast")["表二"]
    assert grid == both(package.data)["表二"]
    assert grid[3, 2] == Raw("", "", True, False)  # formula without a value
    assert grid[4, 2] == Raw("", "", False, False)  # a styled blank
    assert (4, 1) not in grid
    assert grid[3, 1].text == "（一）予以公开 A&B"


def test_only_the_wanted_corner_and_the_wanted_sheets():
    grid = both(sample(), {"表二": (2, 2), "没有这页": (5, 5)})
    assert grid == {"表二": {place: raw for place, raw in TABLE.items() if place[0] <= 2 and place[1] <= 2}}


def sheet_with(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    data = sample()
    before = parts(data)[part]
    assert old in before
    return repacked(data, {part: before.replace(old, new)})


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("E-DUPCELL", b'<c r="C2"', b'<c r="B2"'),
        ("E-ROWORDER", b'<row r="3"', b'<row r="2"'),
        ("E-ROWORDER", b'<row r="2"', b'<row r="9"/><row r="2"'),
        ("E-NUMBER", b"<v>12</v>", b"<v>1e999</v>"),
        ("E-NUMBER", b"<v>12</v>", b"<v>" + b"9" * 400 + b"</v>"),
        ("E-NUMBER", b"<v>12</v>", b"<v>nan</v>"),
        ("E-NUMBER", b"<v>12</v>", b"<v>inf</v>"),
        ("E-NUMBER", b"<v>12</v>", b"<v>1_2</v>"),
        ("E-NUMBER", b"<v>12</v>", "<v>１２</v>".encode()),
        ("E-NUMBER", b't="b"><v>1', b't="b"><v>7'),
        ("E-STRINGS", b"<v>2</v>", b"<v>9999</v>"),
        ("E-STRINGS", b"<v>2</v>", b"<v>-1</v>"),
        ("E-XML", b"<v>12</v>", b"<v>12</w>"),
        ("E-XML", b"<v>12</v>", b"<v>&nix;</v>"),
        ("E-XML", b"<f>B2+1</f>", b"<f>&#1;</f>"),
        ("E-XML", b"<f>B2+1</f>", b"<f>]]></f>"),
        ("E-XML", b"<f>B2+1</f>", b"<f>\xff\xfe</f>"),
        ("E-XML", b"<f>B2+1</f>", "<f>\uffff</f>".encode()),
        ("E-XML", b"<f>B2+1</f>", b'<f a="1" a="2">1</f>'),
        ("E-XML", b'<c r="B2"', b'<c r="B7"'),
        ("E-XML", b'<c r="B2"', b'<c r="b2"'),
        ("E-XML", b'<row r="2" ', b'<row r="2" q:a="1" '),
        ("E-XML", b'<row r="2" ', b'<row r="2" x14ac:a="1" '),
        ("E-XML", b"</row>", b"</row><row r='1x'></row>"),
        ("E-XML", b"<dimension", b"<unclosed><dimension"),
        ("E-XML", b"<sheetData>", b"<sheetData><row"),
        ("E-NOTSHEET", b"main", b"niam"),
    ],
)
def test_what_has_no_one_meaning_is_refused(code, old, new):
    package = open_package(sheet_with(old, new))
    for how in ("auto", "exact"):
        with pytest.raises(UnreadableSource) as caught:
            read_cells(package, WANTED, how=how)
        assert caught.value.code == code
        assert "表二" in str(caught.value)


def test_a_bad_number_outside_the_table_does_not_matter():
    data = sheet_with(b'<c r="B2"><v>12</v>', b'<c r="B2"><v>1e999</v>')
    assert (1, 1) in both(data, {"表二": (1, 9)})["表二"]


def test_a_number_keeps_its_digits():
    data = sheet_with(b"<v>12</v>", b"<v>12345678901234567890.10</v>")
    assert both(data)["表二"][2, 2].text == "12345678901234567890.10"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<si><t>", b"<si><t>" + b"x" * 32_768),
        (b"<si><t>", b"<si><t>" + b"x" * 3_000_000),
    ],
)
def test_texts_longer_than_excel_allows(old, new):
    package = open_package(sheet_with(old, new, STRINGS))
    for how in ("auto", "exact"):
        with pytest.raises(UnreadableSource) as caught:
            read_cells(package, WANTED, how=how)
        assert caught.value.code == "E-TOOLONG"


def test_depth_is_limited():
    package = open_package(sheet_with(b"<dimension", b"<a>" * 80 + b"</a>" * 80 + b"<dimension"))
    with pytest.raises(UnreadableSource) as caught:
        read_cells(package, WANTED, how="exact")
    assert caught.value.code == "E-DEPTH"


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False, width=32))
VALUES = st.one_of(
    NUMBERS, TEXTS, st.booleans(), st.none(), st.just("=1+1"), st.sampled_from(["_x0041_", "_xD83D_", "a_x_", "\r\n", "&#1;"])
)
TABLES = st.dictionaries(st.tuples(st.integers(1, 30), st.integers(1, 30)), VALUES, max_size=30)


def said(value: object) -> Raw:
    if value is None:
        return Raw("", "", False, False)
    if isinstance(value, bool):
        return Raw("b", str(int(value)), False, True)
    if isinstance(value, str):
        return Raw("s", value, False, True)
    return Raw("n", str(Decimal(repr(value)).normalize()), False, True)


@settings(max_examples=150)
@given(TABLES, st.booleans())
def test_reading_gives_what_xlsxwriter_wrote(table, inline):
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": inline, "in_memory": True})
    sheet, style = book.add_worksheet("表"), book.add_format({"bold": True})
    written = {}
    for (row, column), value in sorted(table.items()):
        if isinstance(value, str):
            done = sheet.write_string(row - 1, column - 1, value)
        elif isinstance(value, bool):
            done = sheet.write_boolean(row - 1, column - 1, value)
        elif value is None:
            done = sheet.write_blank(row - 1, column - 1, None, style)
        else:
            done = sheet.write_number(row - 1, column - 1, value)
        if done == 0:
            written[row, column] = said(value)
    book.close()
    found = both(target.getvalue(), {"表": (30, 30)})["表"]
    assert same_as_floats(found) == same_as_floats(written)


def same_as_floats(grid: Grid) -> Grid:
    """XlsxWriter writes 16 significant digits."""
    return {place: raw._replace(text=f"{float(raw.text):.12g}") if raw.kind == "n" else raw for place, raw in grid.items()}


@settings(max_examples=60)
@given(TABLES)
def test_reading_gives_what_openpyxl_wrote(table):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    written = {}
    for (row, column), value in table.items():
        if value is None or (isinstance(value, str) and any(letter in value for letter in "_=\r")):
            continue  # not stored; or escaped in ways of its own
        try:
            sheet.cell(row, column, value).value = value
        except openpyxl.utils.exceptions.IllegalCharacterError:
            continue
        if isinstance(value, str):
            sheet.cell(row, column).data_type = "s"
        written[row, column] = said(value)
    target = io.BytesIO()
    book.save(target)
    assert same_as_floats(both(target.getvalue(), {"表": (30, 30)})["表"]) == same_as_floats(written)


BASE = sample()
MARKS = [
    b"",
    b"<",
    b">",
    b'"',
    b"'",
    b"&",
    b" ",
    b"\r",
    b"\x00",
    b"\xff",
    b"/",
    b"r",
    b"<c/>",
    b"<si/>",
    b"<!---->",
    b"9",
    b"\xef\xbf\xbf",
    b"]]>",
]
ENDS = {SHEET: b"</sheetData>", STRINGS: b"</sst>"}


@settings(max_examples=400)
@given(st.data(), st.sampled_from([SHEET, STRINGS]))
def test_a_changed_byte_never_makes_the_two_readers_differ(data, part):
    """What stands after the last row or the last string is judged by neither."""
    whole = parts(BASE)[part]
    place = data.draw(st.integers(0, whole.index(ENDS[part]) - 1))
    cut = data.draw(st.integers(0, 1))
    package = open_package(repacked(BASE, {part: whole[:place] + data.draw(st.sampled_from(MARKS)) + whole[place + cut :]}))
    answers = []
    for how in ("auto", "exact"):
        try:
            answers.append(read_cells(package, WANTED, how=how))
        except UnreadableSource as refused:
            answers.append(refused.code)
    assert answers[0] == answers[1]
