"""Workbooks of other formats, read by a library that may abort, in a process of its own."""

import io
import struct
import sys
import time

import msoffcrypto
import openpyxl
import pytest
import xlsxwriter

from tests.hostile import files
from tests.hostile.zips import sample
from xlplugin.books import legacy_child
from xlplugin.books.legacy import read_legacy
from xlplugin.errors import UnreadableSource


def kept(tmp_path, data: bytes, name: str = "某某镇.xls"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def code_of(path, **limits) -> str:
    with pytest.raises(UnreadableSource) as caught:
        read_legacy(path, **limits)
    assert path.name in str(caught.value)
    return caught.value.code


def xls(cells: dict[tuple[int, int], float]) -> bytes:
    """A BIFF5 workbook stream as it stood on disks before compound files: one sheet of numbers."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    numbers = b"".join(record(0x203, struct.pack("<HHHd", row, column, 0, value)) for (row, column), value in cells.items())
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + numbers + record(0x0A, b"")
    name = b"Sheet1"
    start = record(0x809, struct.pack("<HHHH", 0x500, 0x05, 0, 0))
    length = len(start) + 4 + 7 + len(name) + 4
    return start + record(0x85, struct.pack("<IHB", length, 0, len(name)) + name) + record(0x0A, b"") + sheet


def compound(stream: bytes, name: str = "Book") -> bytes:
    """An OLE compound file with one stream, padded so that it needs no short sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (title + "\0").encode("utf-16-le") if title else b""
        links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return raw.ljust(64, b"\0") + struct.pack("<H", len(raw)) + links + b"\0" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream)) + entry("", 0, 0, 0, 0) * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 4 * 108
    return head + struct.pack("<128I", *table) + directory + stream


def test_an_old_xls_is_read_with_its_places(tmp_path):
    path = kept(tmp_path, compound(xls({(1, 1): 12.0, (2, 3): 0.25})))
    assert read_legacy(path) == {"Sheet1": [["", "", "", ""], ["", "12", "", ""], ["", "", "", "0.25"]]}


def test_a_foreign_xlsx_is_read_too(tmp_path):
    grid = read_legacy(kept(tmp_path, sample(), "网上填报导出.xlsx"))
    assert list(grid) == ["封面", "表二", "说明"]
    assert grid["表二"][:3] == [["项目", "自然人", "总计"], ["一、本年新收", "12", "12.5"], ["（一）予以公开 A&B", "13", "少"]]
    assert grid["表二"][3] == ["", "", "TRUE"]


def test_grids_begin_at_a1_and_chart_sheets_are_left_out(tmp_path):
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("数").write(2, 2, 7)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=数!$C$3"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    assert read_legacy(kept(tmp_path, target.getvalue())) == {"数": [["", "", ""], ["", "", ""], ["", "", "7"]]}


def test_a_password_is_named(tmp_path):
    target = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(sample())).encrypt("秘密", target)
    assert code_of(kept(tmp_path, target.getvalue(), "加密.xlsx")) == "E-PASSWORD"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds the child to its memory")
def test_a_file_that_makes_the_library_abort_is_one_refusal(tmp_path):
    """One value in the first and one in the last cell: some 100 GB of grid."""
    assert code_of(kept(tmp_path, files.one_value_in_the_last_cell(), "末格.xlsx")) in ("E-LEGACY", "E-TOOBIG")


def test_a_grid_that_is_too_big_is_refused_before_it_is_built(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["ZZ1000"] = 1, 1
    target = io.BytesIO()
    book.save(target)
    assert code_of(kept(tmp_path, target.getvalue(), "大.xlsx")) == "E-TOOBIG"


def test_time_is_limited(tmp_path):
    begin = time.monotonic()
    assert code_of(kept(tmp_path, sample()), seconds=0.001) == "E-TIMEOUT"
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: b"", {"E-EMPTY"}),
        (lambda: b"<html><table></table></html>", {"E-HTML"}),
        (lambda: b"%PDF-1.4", {"E-PDF"}),
        (lambda: b"1,2,3", {"E-NOTXLSX"}),
        (lambda: sample()[:3000], {"E-DAMAGED"}),
        (lambda: compound(b"\x09\x08junk" * 100), {"E-DAMAGED", "E-LEGACY"}),
        (lambda: compound(b"", "Other"), {"E-DAMAGED"}),
        (lambda: files.ole("Workbook"), {"E-DAMAGED", "E-LEGACY"}),
    ],
)
def test_what_cannot_be_read_is_named(make, codes, tmp_path):
    assert code_of(kept(tmp_path, make())) in codes


def test_a_missing_file(tmp_path):
    assert code_of(tmp_path / "没有.xls") == "E-MISSING"


@pytest.mark.parametrize(
    ("value", "words"), [(12.0, "12"), (12.5, "12.5"), (True, "TRUE"), ("", ""), (1e20, "1e+20"), (-0.0, "0")]
)
def test_numbers_in_words(value, words):
    assert legacy_child._words(value) == words
