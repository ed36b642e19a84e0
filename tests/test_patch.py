"""Patching: the new values are there, and nothing else is changed, byte for byte."""

import io
import os
import re
import stat
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import dialects
from tests.hostile.zips import SHEET, parts, repacked, sample
from xlplugin.books.cells import Raw, read_cells
from xlplugin.books.package import open_package
from xlplugin.books.patch import Cached, patch_cells, write_atomically
from xlplugin.errors import CannotWrite, UnreadableSource

WANTED = {"表二": (40, 40)}


def table_of(data: bytes, sheet: str = "表二") -> dict[tuple[int, int], Raw]:
    return read_cells(open_package(data), {sheet: (40, 40)}, how="exact")[sheet]


def members(data: bytes) -> dict[str, bytes]:
    """Every member as it is stored: local header, packed bytes and what the directory says, without the place in the file."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for about in archive.infolist():
            start = about.header_offset
            name, extra = (int.from_bytes(data[start + at : start + at + 2], "little") for at in (26, 28))
            stored = data[start : start + 30 + name + extra + about.compress_size]
            listed = (about.date_time, about.extra, about.external_attr, about.comment, about.flag_bits, about.create_system)
            found[about.filename] = stored + repr(listed).encode()
    return found


def untouched(before: bytes, after: bytes, part: str = SHEET) -> None:
    """Asserts that all members but one are the same bytes in the same order."""
    one, two = members(before), members(after)
    assert list(one) == list(two)
    assert [name for name in one if one[name] != two[name]] in ([part], [])


def said(value: object) -> Raw:
    if value is None:
        return Raw("", "", False, False)
    if isinstance(value, bool):
        return Raw("b", str(int(value)), False, True)
    if isinstance(value, str):
        return Raw("s", value, False, True)
    return Raw("n", str(value), False, True)


def test_every_kind_of_value_into_every_kind_of_place():
    before = sample()
    changes = {
        (2, 2): 99,
        (2, 1): "改过的 <&> 文字\r\n_x0041_\x02 ]]>",
        (2, 3): None,
        (3, 2): Cached(100),
        (3, 3): Cached("多"),
        (4, 2): Decimal("0.25"),
        (4, 3): "",
        (5, 2): Cached(None),
        (1, 4): 7,
        (5, 1): True,
        (9, 2): 5,
        (7, 3): "新行",
        (8, 1): None,
    }
    after = patch_cells(before, {"表二": changes})
    untouched(before, after)
    found = table_of(after)
    for place, change in changes.items():
        if place == (8, 1):
            assert place not in found
        elif isinstance(change, Cached):
            assert found[place] == said(change.value)._replace(formula=True)
        else:
            assert found[place] == said(change)
    rest = {place: raw for place, raw in table_of(before).items() if place not in changes}
    assert rest == {place: raw for place, raw in found.items() if place not in changes}


def test_the_rest_of_the_sheet_keeps_its_bytes():
    before = sample()
    old = parts(before)[SHEET]
    new = parts(patch_cells(before, {"表二": {(2, 2): 99, (4, 2): 5}}))[SHEET]
    expected = old.replace(b"<v>12</v>", b"<v>99</v>").replace(b'<c r="B4" s="1"/>', b'<c r="B4" s="1"><v>5</v></c>')
    assert new == expected


def test_style_stays_when_the_value_goes():
    before = patch_cells(sample(), {"表二": {(4, 2): 5}})
    assert b'<c r="B4" s="1"/>' in parts(patch_cells(before, {"表二": {(4, 2): None}}))[SHEET]


def test_no_change_is_no_change():
    assert patch_cells(sample(), {}) == sample()
    untouched(sample(), patch_cells(sample(), {"表二": {}}))
    assert parts(patch_cells(sample(), {"表二": {(30, 3): None}}))[SHEET] == parts(sample())[SHEET]


@pytest.mark.parametrize("value", [1, "x", None, True, Decimal(1)])
def test_a_plain_value_never_replaces_a_formula(value):
    with pytest.raises(ValueError, match="B3"):
        patch_cells(sample(), {"表二": {(3, 2): value}})


@pytest.mark.parametrize("place", [(2, 2), (9, 9), (4, 2)])
def test_a_result_needs_a_formula(place):
    with pytest.raises(ValueError, match="没有公式"):
        patch_cells(sample(), {"表二": {place: Cached(1)}})


def test_array_formulas_are_formulas_in_all_their_cells():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("表二")
    sheet.write_array_formula(1, 1, 3, 1, "{=ROW(A2:A4)}", None, 2)
    book.close()
    with pytest.raises(ValueError, match="数组公式"):
        patch_cells(target.getvalue(), {"表二": {(3, 2): 5}})
    after = patch_cells(target.getvalue(), {"表二": {(3, 2): Cached(3), (3, 3): 5}})
    assert (table_of(after)[3, 2].text, table_of(after)[3, 3].text) == ("3", "5")


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E400"),
        10**400,
        "x" * 32_768,
        "\ud800",
    ],
)
def test_what_no_cell_can_hold(value):
    with pytest.raises(ValueError, match="单元格"):
        patch_cells(sample(), {"表二": {(2, 2): value}})


@pytest.mark.parametrize("place", [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_places_that_no_sheet_has(place):
    with pytest.raises(ValueError, match="没有第"):
        patch_cells(sample(), {"表二": {place: 1}})


def test_a_sheet_that_is_not_there():
    with pytest.raises(UnreadableSource, match="表九") as caught:
        patch_cells(sample(), {"表九": {(1, 1): 1}})
    assert caught.value.code == "E-SHEET"


@pytest.mark.parametrize("name", dialects.MAKERS)
def test_every_dialect_can_be_patched(name):
    before = dialects.MAKERS[name]()
    changes = {(1, 1): "项", (2, 2): 99, (2, 4): 7, (3, 2): Cached(100), (4, 1): "左边", (6, 1): 1, (6, 3): None, (5, 3): None}
    after = patch_cells(before, {"表二": changes})
    untouched(before, after, changed_part(before))
    found = table_of(after)
    for place, change in changes.items():
        if place == (6, 3):
            assert place not in found
        elif isinstance(change, Cached):
            assert found[place] == Raw("n", "100", True, True)
        else:
            assert found[place] == said(change)
    rest = {place: raw for place, raw in table_of(before).items() if place not in changes}
    assert rest == {place: raw for place, raw in found.items() if place not in changes}


def changed_part(data: bytes) -> str:
    wanted = open_package(data).sheets["表二"].lower()
    return next(name for name in parts(data) if name.lower() == wanted)


def bare_sheet(rows: bytes) -> bytes:
    xml = parts(sample())[SHEET]
    body = re.compile(rb"<sheetData>.*</sheetData>", re.S)
    return repacked(sample(), {SHEET: body.sub(rows, xml)})


@pytest.mark.parametrize(
    "rows",
    [
        b"<sheetData/>",
        b"<sheetData></sheetData>",
        b'<sheetData><row r="2"/></sheetData>',
        b'<sheetData><row r="2" spans="1:1" ht="20"></row></sheetData>',
        b'<sheetData><row r="1"/><row r="9" /></sheetData>',
        b'<sheetData><row r="2"><c r="A2"/><c r="F2" s="0" /></row></sheetData>',
        b"<sheetData><row/><row><c/><c/></row></sheetData>",
    ],
)
def test_missing_rows_and_cells_are_put_in_order(rows):
    before = bare_sheet(rows)
    after = patch_cells(before, {"表二": {(2, 2): 5, (2, 1): "甲", (1, 1): 1, (3, 3): True, (3, 1): None}})
    untouched(before, after)
    found = read_cells(open_package(after), WANTED, how="exact")["表二"]
    assert {place: raw.text for place, raw in found.items() if raw.cached} == {
        (2, 2): "5",
        (2, 1): "甲",
        (1, 1): "1",
        (3, 3): "1",
    }
    with_openpyxl = openpyxl.load_workbook(io.BytesIO(after))["表二"]
    assert (with_openpyxl["B2"].value, with_openpyxl["A2"].value, with_openpyxl["C3"].value) == (5, "甲", True)


def test_a_stale_span_is_taken_off_and_other_attributes_stay():
    before = bare_sheet(b'<sheetData><row r="2" spans="1:1" ht="20" customHeight="1"><c r="A2"/></row></sheetData>')
    after = parts(patch_cells(before, {"表二": {(2, 5): 1}}))[SHEET]
    assert b'<row r="2" ht="20" customHeight="1"><c r="A2"/><c r="E2"><v>1</v></c></row>' in after


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b'<sheetData><row r="2"/><row r="2"/></sheetData>', "E-ROWORDER"),
        (b'<sheetData><row r="2"><c r="A2"/><c r="A2"/></row></sheetData>', "E-DUPCELL"),
        (b'<sheetData><row r="2"><c r="A3"/></row></sheetData>', "E-XML"),
        (b'<sheetData><row r="x"/></sheetData>', "E-XML"),
        (b"<sheetData><row></sheetData>", "E-XML"),
        (b"", "E-XML"),
    ],
)
def test_damaged_sheets_are_not_patched(rows, code):
    with pytest.raises(UnreadableSource) as caught:
        patch_cells(bare_sheet(rows), {"表二": {(2, 2): 5}})
    assert caught.value.code == code


def test_archives_of_other_writers_keep_their_bytes():
    """Extra fields, a comment, descriptors behind the data, a stored member, a gap before the first member's successor."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = "备注".encode()
        for name, content in parts(sample()).items():
            about = zipfile.ZipInfo(name, (2026, 1, 31, 8, 30, 2))
            about.extra = b"\x99\x99\x04\x00abcd"
            about.comment = b"note"
            about.external_attr = 0o644 << 16
            about.compress_type = zipfile.ZIP_STORED if name.endswith(".rels") else zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
    before = with_descriptors(target.getvalue())
    after = patch_cells(before, {"表二": {(2, 2): 99}})
    untouched(before, after)
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.testzip() is None
        assert archive.comment == "备注".encode()
        changed = archive.getinfo(SHEET)
        assert changed.date_time == (2026, 1, 31, 8, 30, 2) and changed.extra == b"\x99\x99\x04\x00abcd"
        assert changed.flag_bits & 8 == 0
    assert table_of(after)[2, 2].text == "99"


def with_descriptors(data: bytes) -> bytes:
    """The same archive as if it had been written to a pipe: sizes stand behind each member."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.got = b""

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:
            self.got += bytes(piece)
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(pipe, "w") as new:
        new.comment = old.comment
        for about in old.infolist():
            new.writestr(about, old.read(about.filename))
    assert zipfile.ZipFile(io.BytesIO(pipe.got)).getinfo(SHEET).flag_bits & 8
    return pipe.got


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
PLAIN = st.one_of(
    st.integers(-(10**20), 10**20), st.decimals(allow_nan=False, allow_infinity=False, places=2), TEXTS, st.booleans(), st.none()
)
PLACES = st.tuples(st.integers(1, 12), st.integers(1, 12))
FORMULAS = {(3, 2), (3, 3), (5, 2)}


@settings(max_examples=150)
@given(
    st.dictionaries(PLACES, PLAIN, max_size=12),
    st.sampled_from(["sample", "prefix", "UTF-16", "no addresses", "newlines", "strict"]),
)
def test_patched_values_are_read_back(changes, name):
    before = sample() if name == "sample" else dialects.MAKERS[name]()
    changes = {place: Cached(value) if place in FORMULAS else value for place, value in changes.items()}
    after = patch_cells(before, {"表二": changes})
    untouched(before, after)
    old, new = table_of(before), table_of(after)
    for place, change in changes.items():
        value = change.value if isinstance(change, Cached) else change
        expected = said(value)._replace(formula=isinstance(change, Cached))
        assert new.get(place, said(None)) == expected
    assert {p: raw for p, raw in old.items() if p not in changes} == {p: raw for p, raw in new.items() if p not in changes}


@settings(max_examples=50)
@given(st.dictionaries(PLACES, st.one_of(st.integers(-(10**9), 10**9), st.text("甲乙丙abc &<>", min_size=1)), max_size=10))
def test_openpyxl_reads_what_was_patched(changes):
    changes = {place: value for place, value in changes.items() if place not in FORMULAS}
    sheet = openpyxl.load_workbook(io.BytesIO(patch_cells(sample(), {"表二": changes})))["表二"]
    assert {place: sheet.cell(*place).value for place in changes} == changes


# writing files


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "表.xlsx"
    write_atomically(path, b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [x.name for x in tmp_path.iterdir()] == ["表.xlsx"]


def test_a_link_keeps_pointing(tmp_path):
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"


@pytest.mark.parametrize("lock", ["~$表.xlsx", ".~lock.表.xlsx#", ".~表.xlsx"])
def test_an_open_workbook_is_not_replaced(tmp_path, lock):
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"old")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(CannotWrite, match="关闭") as caught:
        write_atomically(path, b"new")
    assert lock in str(caught.value)
    assert path.read_bytes() == b"old"


def test_reasons_are_given_and_nothing_is_left_behind(tmp_path, monkeypatch):
    with pytest.raises(CannotWrite, match="文件夹不存在"):
        write_atomically(tmp_path / "没有" / "表.xlsx", b"new")
    with pytest.raises(CannotWrite, match="是一个文件夹"):
        write_atomically(tmp_path, b"new")
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="磁盘已满") as caught:
        write_atomically(path, b"new")
    assert "表.xlsx" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [x.name for x in tmp_path.iterdir()] == ["表.xlsx"]


def test_names_that_are_too_long(tmp_path):
    with pytest.raises(CannotWrite, match="太长"):
        write_atomically(tmp_path / ("长" * 100 + ".xlsx"), b"new")


def test_a_file_that_another_program_holds(tmp_path, monkeypatch):
    """Windows answers so while Excel has the workbook open."""
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"old")

    def held(*_: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(type(path), "replace", held)
    with pytest.raises(CannotWrite, match="正在别的程序中打开"):
        write_atomically(path, b"new")
    assert [x.name for x in tmp_path.iterdir()] == ["表.xlsx"] and path.read_bytes() == b"old"
