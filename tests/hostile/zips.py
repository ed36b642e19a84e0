"""Zip archives made by hand, so that they can be wrong in one chosen way."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple

import xlsxwriter


class Member(NamedTuple):
    """One member as it shall stand in the archive, whatever is true of it."""

    name: str
    packed: bytes
    size: int
    crc: int
    method: int = 8
    flags: int = 0
    local_name: str = ""


def deflated(name: str, content: bytes) -> Member:
    """An honest member."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return Member(name, packer.compress(content) + packer.flush(), len(content), zlib.crc32(content))


def bomb(name: str, before: bytes, filling: bytes, times: int, after: bytes, size: int | None = None) -> Member:
    """before + filling x times + after, without ever inflating it: one compressed block is repeated.  The CRC is not right."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(filling) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(after) + packer.flush()
    true_size = len(before) + len(filling) * times + len(after)
    return Member(name, start + block * times + end, min(true_size, 0xFFFFFFFE) if size is None else size, 0)


def zipped(members: list[Member]) -> bytes:
    """The archive of these members."""
    body, listed = io.BytesIO(), io.BytesIO()
    for one in members:
        name, local_name = one.name.encode(), (one.local_name or one.name).encode()
        common = struct.pack("<HHHHIII", one.flags, one.method, 0, 0x21, one.crc, len(one.packed), one.size)
        listed.write(b"PK\x01\x02\x14\0\x14\0" + common + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, body.tell()) + name)
        body.write(b"PK\x03\x04\x14\0" + common + struct.pack("<HH", len(local_name), 0) + local_name + one.packed)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(members), len(members), len(listed.getvalue()), body.tell(), 0)
    return body.getvalue() + listed.getvalue() + end


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of a workbook, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data: bytes, changed: Mapping[str, bytes | Member | None]) -> bytes:
    """A workbook with other parts; None leaves a part out, an unknown name adds one."""
    contents: dict[str, bytes | Member | None] = {**parts(data), **changed}
    return zipped([x if isinstance(x, Member) else deflated(name, x) for name, x in contents.items() if x is not None])


SHEET, STRINGS = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"


def sample() -> bytes:
    """A workbook of three sheets; 表二 is the interesting one: numbers, texts, formulas, blanks, all of one small table."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    bold = book.add_format({"bold": True})
    book.add_worksheet("封面").write_row(0, 0, ["机关名称", "某某镇人民政府"])
    sheet = book.add_worksheet("表二")
    sheet.write_row(0, 0, ["项目", "自然人", "总计"])
    sheet.write_row(1, 0, ["一、本年新收", 12, 12.5])
    sheet.write_rich_string(2, 0, "（一）", bold, "予以公开", " A&B")
    sheet.write_formula(2, 1, "=B2+1", bold, 13)
    sheet.write_formula(2, 2, '=IF(B2<13,"少","多")', None, "少")
    sheet.write_blank(3, 1, None, bold)
    sheet.write_boolean(3, 2, True)
    sheet.write_formula(4, 1, "=1/0", None, "#DIV/0!")
    sheet.write(4, 2, " 前后有空格 \n第二行 ")
    book.add_worksheet("说明").write(0, 0, "说明")
    book.close()
    return target.getvalue()
