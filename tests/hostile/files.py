"""Broken, foreign and hostile files, each with the E-code that must name it; None: it must simply be read."""

import io
import struct
import zipfile
from collections.abc import Callable

from .zips import SHEET, STRINGS, Member, bomb, deflated, parts, repacked, sample, zipped

MIB = 1 << 20
XML = b'<?xml version="1.0" encoding="UTF-8"?>'
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OPEN = XML + b"<worksheet " + MAIN + b"><sheetData>"
CLOSE = b"</sheetData></worksheet>"
TABLE = b"".join(
    b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="s"><v>2</v></c></row>' % (row, row, row, row) for row in range(1, 10)
)
GIGABYTES_10 = 10 * 1024


def _with(**changed: bytes | Member | None) -> bytes:
    names = {"sheet": SHEET, "strings": STRINGS, "other": "xl/worksheets/sheet3.xml"}
    return repacked(sample(), {names[key]: value for key, value in changed.items()})


def _sheet_bomb(before: bytes, filling: bytes, times: int, size: int | None = None) -> bytes:
    return _with(sheet=bomb(SHEET, before, filling, times, CLOSE, size))


def blanks_after_the_table() -> bytes:
    return _sheet_bomb(OPEN + TABLE, b" " * MIB, GIGABYTES_10)


def blanks_before_the_table() -> bytes:
    return _sheet_bomb(OPEN, b" " * MIB, 1024)


def cells_after_the_table() -> bytes:
    return _sheet_bomb(OPEN + TABLE, b'<row><c t="s"><v>0</v></c></row>' * 32_768, GIGABYTES_10)


def cells_in_the_table() -> bytes:
    return _sheet_bomb(OPEN + b'<row r="1">', b"<c/>" * 262_144, 1024)


def one_endless_text() -> bytes:
    return _sheet_bomb(OPEN + b'<row r="1"><c r="A1" t="str"><v>', b"x" * MIB, 1024)


def one_endless_tag() -> bytes:
    return _sheet_bomb(OPEN + b'<row r="1"><c r="A1" t="', b"x" * MIB, 1024)


def empty_rows_out_of_bounds() -> bytes:
    return _sheet_bomb(OPEN, b"<x/>" * 262_144, 1024)


def strings_after_the_wanted() -> bytes:
    start = XML + b"<sst " + MAIN + b">" + b"<si><t>a</t></si>" * 20
    return _with(strings=bomb(STRINGS, start, b"<si><t>boom</t></si>" * 50_000, GIGABYTES_10, b"</sst>"))


def strings_before_the_wanted() -> bytes:
    sheet = deflated(SHEET, OPEN + TABLE.replace(b"<v>2</v>", b"<v>99999999</v>") + CLOSE)
    start = XML + b"<sst " + MAIN + b">"
    return _with(sheet=sheet, strings=bomb(STRINGS, start, b"<si><t>boom</t></si>" * 50_000, 1024, b"</sst>"))


def strings_of_50_megabytes() -> bytes:
    """Honest: 25,000 long texts, the last of them wanted."""
    sheet = deflated(SHEET, OPEN + b'<row r="1"><c r="A1" t="s"><v>24999</v></c></row>' + CLOSE)
    text = b"<si><t>" + "政府信息公开".encode() * 110 + b"</t></si>"
    others = deflated(STRINGS, XML + b"<sst " + MAIN + b">" + text * 25_000 + b"</sst>")
    return repacked(sample(), {SHEET: sheet, STRINGS: others, "xl/worksheets/sheet1.xml": OPEN + CLOSE})


def bomb_not_needed() -> bytes:
    return _with(other=bomb("xl/worksheets/sheet3.xml", OPEN, b" " * MIB, GIGABYTES_10, CLOSE))


def bomb_that_lies() -> bytes:
    return _sheet_bomb(OPEN + TABLE, b" " * MIB, GIGABYTES_10, size=20_000)


def bomb_of_the_sheet_list() -> bytes:
    data = sample()
    return repacked(data, {"xl/workbook.xml": bomb("xl/workbook.xml", XML, b" " * MIB, 1024, b"<workbook/>")})


def formatted_rows(cells: int) -> Callable[[], bytes]:
    """Somebody formatted whole columns: a million rows of styled blanks."""

    def make() -> bytes:
        row = b'<row r="%d" s="1" customFormat="1">'
        blanks = b"".join(b'<c r="%c%%d" s="1"/>' % (65 + column) for column in range(cells))
        pattern = row + blanks + b"</row>"
        rows = b"".join(pattern % ((number,) * (cells + 1)) for number in range(10, 1_048_577, 1 if not cells else 11))
        return _with(sheet=deflated(SHEET, OPEN + TABLE + rows + CLOSE))

    return make


def one_value_in_the_last_cell() -> bytes:
    """A small file that aborts several readers."""
    return _with(sheet=deflated(SHEET, OPEN + TABLE + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + CLOSE))


def external_entity() -> bytes:
    text = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    sheet = OPEN.replace(b"<worksheet", text + b"<worksheet") + b'<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>' + CLOSE
    return _with(sheet=deflated(SHEET, sheet))


def _laughing(root: bytes) -> bytes:
    entities = b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    return b"<!DOCTYPE " + root + b" [" + entities + b"]><" + root


def billion_laughs() -> bytes:
    sheet = OPEN.replace(b"<worksheet", _laughing(b"worksheet")) + b'<row r="1"><c r="A1" t="str"><v>&a11;</v></c></row>' + CLOSE
    return _with(sheet=deflated(SHEET, sheet))


def billion_laughs_in_strings() -> bytes:
    return _with(strings=deflated(STRINGS, parts(sample())[STRINGS].replace(b"<sst", _laughing(b"sst"))))


def billion_laughs_in_sheet_list() -> bytes:
    name = "xl/workbook.xml"
    return repacked(sample(), {name: parts(sample())[name].replace(b"<workbook ", _laughing(b"workbook") + b" ")})


def bit_flip() -> bytes:
    data = bytearray(sample())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        about = archive.getinfo(SHEET)
    data[about.header_offset + 30 + len(SHEET) + about.compress_size // 2] ^= 0x10
    return bytes(data)


def wrong_crc() -> bytes:
    member = deflated(SHEET, parts(sample())[SHEET])
    return _with(sheet=member._replace(crc=member.crc ^ 1))


def wrong_size() -> bytes:
    member = deflated(SHEET, parts(sample())[SHEET])
    return _with(sheet=member._replace(size=member.size + 1))


def two_of_one_name() -> bytes:
    members = [deflated(name, content) for name, content in parts(sample()).items()]
    return zipped([*members, deflated(SHEET.upper(), OPEN + CLOSE)])


def many_entries() -> bytes:
    return zipped([deflated(f"x{number}", b"") for number in range(60_000)])


def too_many_entries() -> bytes:
    return repacked(sample(), {f"xl/media/{number}": b"" for number in range(2_000)})


def overlapping() -> bytes:
    """Two directory records that share one member's bytes."""
    data = bytearray(sample())
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    second = data.find(b"PK\x01\x02", start + 4)
    data[second + 42 : second + 46] = data[start + 42 : start + 46]
    return bytes(data)


def names_that_differ() -> bytes:
    member = deflated(SHEET, parts(sample())[SHEET])
    return _with(sheet=member._replace(local_name=SHEET.replace("2", "3")))


def encrypted_member() -> bytes:
    return _with(sheet=deflated(SHEET, b"x")._replace(flags=1))


def other_method() -> bytes:
    return _with(sheet=deflated(SHEET, b"x")._replace(method=12))


def zip64() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts(sample()).items():
            archive.writestr(name, content)
    data = bytearray(target.getvalue())
    end = data.rfind(b"PK\x05\x06")
    data[end + 16 : end + 20] = b"\xff" * 4
    return bytes(data)


def ole(*streams: str) -> bytes:
    """The look of an OLE compound file with these streams in its directory."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + b"\0" * 64 for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names.ljust(2048, b"\0")


def _zip_of(*names: str) -> bytes:
    return zipped([deflated(name, b"<a/>") for name in names])


def _without(name: str) -> bytes:
    return repacked(sample(), {name: None})


def two_sheets_of_one_name() -> bytes:
    name = "xl/workbook.xml"
    return repacked(sample(), {name: parts(sample())[name].replace("说明".encode(), "表二".encode())})


MAKERS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "10 GB of blanks after the table": (blanks_after_the_table, None),
    "1 GB of blanks before the table": (blanks_before_the_table, "E-TOOBIG"),
    "10 GB of cells after the table": (cells_after_the_table, None),
    "1 GB of cells in the table": (cells_in_the_table, "E-TOOBIG"),
    "1 GB of unknown elements": (empty_rows_out_of_bounds, "E-TOOBIG"),
    "one text of 1 GB": (one_endless_text, "E-TOOLONG"),
    "one tag of 1 GB": (one_endless_tag, "E-TOOBIG"),
    "10 GB of strings after the wanted": (strings_after_the_wanted, None),
    "1 GB of strings before the wanted": (strings_before_the_wanted, "E-TOOBIG"),
    "50 MB of strings, the last wanted": (strings_of_50_megabytes, None),
    "10 GB in a sheet not needed": (bomb_not_needed, None),
    "10 GB that claim to be 20 KB": (bomb_that_lies, "E-TOOBIG"),
    "1 GB of sheet list": (bomb_of_the_sheet_list, "E-TOOBIG"),
    "a million formatted rows": (formatted_rows(0), None),
    "100,000 rows of eleven styled blanks": (formatted_rows(11), None),
    "one value in XFD1048576": (one_value_in_the_last_cell, None),
    "external entity": (external_entity, "E-DOCTYPE"),
    "billion laughs": (billion_laughs, "E-DOCTYPE"),
    "billion laughs in strings": (billion_laughs_in_strings, "E-DOCTYPE"),
    "billion laughs in sheet list": (billion_laughs_in_sheet_list, "E-DOCTYPE"),
    "cut in half": (lambda: sample()[: len(sample()) // 2], "E-TRUNCATED"),
    "cut by 100 bytes": (lambda: sample()[:-100], "E-TRUNCATED"),
    "bit flip": (bit_flip, "E-DAMAGED"),
    "wrong CRC": (wrong_crc, "E-DAMAGED"),
    "wrong size": (wrong_size, "E-DAMAGED"),
    "two entries of one name": (two_of_one_name, "E-DUPENTRY"),
    "60,000 entries": (many_entries, "E-ENTRIES"),
    "2,010 entries": (too_many_entries, "E-ENTRIES"),
    "overlapping entries": (overlapping, "E-OVERLAP"),
    "names that differ": (names_that_differ, "E-ZIP"),
    "encrypted entry": (encrypted_member, "E-PASSWORD"),
    "other compression": (other_method, "E-METHOD"),
    "zip64": (zip64, "E-ZIP64"),
    "password": (lambda: ole("EncryptionInfo", "EncryptedPackage"), "E-PASSWORD"),
    "old .xls": (lambda: ole("Workbook"), "E-XLS"),
    "very old .xls": (lambda: ole("Book"), "E-XLS"),
    "old .doc": (lambda: ole("WordDocument"), "E-WORD"),
    "unknown OLE": (lambda: ole("Other"), "E-OLE"),
    "web page": (lambda: b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>", "E-HTML"),
    "spreadsheet XML of 2003": (lambda: XML + b"<Workbook/>", "E-HTML"),
    "empty file": (lambda: b"", "E-EMPTY"),
    "PDF": (lambda: b"%PDF-1.7\n", "E-PDF"),
    "RAR": (lambda: b"Rar!\x1a\x07\x01\x00", "E-ARCHIVE"),
    "text": (lambda: "一、本年新收,12".encode("gbk"), "E-NOTXLSX"),
    ".docx": (lambda: _zip_of("[Content_Types].xml", "word/document.xml"), "E-WORD"),
    ".xlsb": (lambda: _zip_of("[Content_Types].xml", "xl/workbook.bin"), "E-XLSB"),
    ".ods": (lambda: _zip_of("mimetype", "content.xml"), "E-ODS"),
    "zip of workbooks": (lambda: _zip_of("甲镇.xlsx", "乙镇.xlsx"), "E-ARCHIVE"),
    "no relationships": (lambda: _without("xl/_rels/workbook.xml.rels"), "E-PARTS"),
    "sheet part missing": (lambda: _without(SHEET), "E-PARTS"),
    "strings missing": (lambda: _without(STRINGS), "E-PARTS"),
    "two sheets of one name": (two_sheets_of_one_name, "E-DUPSHEET"),
}
