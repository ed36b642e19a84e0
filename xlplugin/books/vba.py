"""Writes a vbaProject.bin from VBA source text, after the public specification [MS-OVBA].

No performance cache is written: `_VBA_PROJECT` is the seven-byte header with version 0xFFFF and every module
stream starts with its source ([MS-OVBA] 2.3.4.1 and 2.3.4.3 ask this of a writer), so Excel compiles the
source when it opens the file. The same modules always give the same bytes.
"""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xlplugin.books.ole import compound_file

Kind = Literal["standard", "class", "document"]

CHUNK = 4096
CODE_PAGE = 1252
ENCODING = "ascii"  # VBA text is stored in one ANSI code page; ASCII is the same in all of them
LANGUAGE = 0x0409
WORKBOOK_BASE = "0{00020819-0000-0000-C000-000000000046}"
WORKSHEET_BASE = "0{00020820-0000-0000-C000-000000000046}"
CLASS_BASE = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared"
        r"\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_NAME_LINE = re.compile(r'Attribute VB_Name = "([^"]+)"\r\n')


@dataclass(frozen=True)
class Module:
    """One VBA module; `source` is the whole stream text with its Attribute lines, CRLF line ends, ASCII."""

    name: str
    kind: Kind
    source: str


def standard_module(text: str) -> Module:
    """A standard module from the text of an exported .bas file. Raises ValueError without its VB_Name line."""
    source = _crlf(text)
    return Module(_name_in(source), "standard", source)


def class_module(text: str) -> Module:
    """A class module from the text of an exported .cls file, with the attributes an export leaves out."""
    source = re.sub(r"\AVERSION 1\.0 CLASS\r\nBEGIN\r\n(?:.*\r\n)*?END\r\n", "", _crlf(text))
    name = _name_in(source)
    if "Attribute VB_Base" not in source:
        source = source.replace("\r\n", f'\r\nAttribute VB_Base = "{CLASS_BASE}"\r\n', 1)
    if "Attribute VB_TemplateDerived" not in source:
        added = r"\1Attribute VB_TemplateDerived = False\r\nAttribute VB_Customizable = False\r\n"
        source = re.sub(r"(Attribute VB_Exposed = \w+\r\n)", added, source, count=1)
    return Module(name, "class", source)


def document_module(name: str, base: str) -> Module:
    """The empty module behind the workbook or one worksheet; `name` is the code name the sheet carries."""
    settings = {"GlobalNameSpace": False, "Creatable": False, "PredeclaredId": True, "Exposed": True}
    settings |= {"TemplateDerived": False, "Customizable": True}
    lines = [f'Attribute VB_Name = "{name}"', f'Attribute VB_Base = "{base}"']
    lines += [f"Attribute VB_{key} = {value}" for key, value in settings.items()]
    return Module(name, "document", "".join(line + "\r\n" for line in lines))


def document_modules(sheet_code_names: Sequence[str]) -> list[Module]:
    """ThisWorkbook and one document module for every worksheet."""
    sheets = [document_module(name, WORKSHEET_BASE) for name in sheet_code_names]
    return [document_module("ThisWorkbook", WORKBOOK_BASE), *sheets]


def vba_project(modules: Sequence[Module], name: str = "VBAProject") -> bytes:
    """The bytes of vbaProject.bin. Raises ValueError for a bad or doubled module name, or source that is not ASCII."""
    _refuse(modules)
    project_id = _project_id(modules)
    streams = {module.name: compress(module.source.encode(ENCODING)) for module in modules}
    streams["_VBA_PROJECT"] = struct.pack("<HHBH", 0x61CC, 0xFFFF, 0, 0)
    streams["dir"] = compress(_dir_stream(modules, name))
    return compound_file(
        {
            "VBA": streams,
            "PROJECT": _project_stream(modules, name, project_id).encode(ENCODING),
            "PROJECTwm": b"".join(_both(m.name, b"\0", b"\0\0") for m in modules) + b"\0\0",
        }
    )


def compress(data: bytes) -> bytes:
    """[MS-OVBA] 2.4.1: a compressed container. Raises ValueError for a short last chunk that does not shrink (no text does that)."""
    out = bytearray(b"\x01")
    for at in range(0, len(data), CHUNK):
        chunk = data[at : at + CHUNK]
        body = _compressed_chunk(chunk)
        if len(body) <= CHUNK:
            out += struct.pack("<H", 0xB000 | (len(body) - 1)) + body
        elif len(chunk) == CHUNK:
            out += struct.pack("<H", 0x3FFF) + chunk  # stored as it is
        else:
            raise ValueError("最后一段数据无法压缩")
    return bytes(out)


def _compressed_chunk(chunk: bytes) -> bytes:
    out = bytearray()
    seen: dict[bytes, list[int]] = {}  # three bytes -> where they began, so that a match is found fast
    position = 0
    while position < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if position >= len(chunk):
                break
            offset, length = _longest_match(chunk, position, seen)
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (offset - 1) << (16 - _offset_bits(position)) | (length - 3))
            else:
                length = 1
                tokens.append(chunk[position])
            for start in range(position, position + length):
                seen.setdefault(chunk[start : start + 3], []).append(start)
            position += length
        out.append(flags)
        out += tokens
    return bytes(out)


def _offset_bits(position: int) -> int:
    """How many bits of a copy token hold the offset, that far into the chunk ([MS-OVBA] 2.4.1.3.19.1)."""
    return max(4, (position - 1).bit_length())


def _longest_match(chunk: bytes, position: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """(offset back, length) of the longest earlier copy of what comes now; length 0 when there is none."""
    limit = min(len(chunk) - position, (0xFFFF >> _offset_bits(position)) + 3)
    best_offset = best = 0
    for start in reversed(seen.get(chunk[position : position + 3], ()) if limit >= 3 else ()):
        length = 3
        while length < limit and chunk[start + length] == chunk[position + length]:
            length += 1
        if length > best:
            best_offset, best = position - start, length
        if best == limit:
            break
    return best_offset, best


def _encrypted(data: bytes, project_id: str, seed: int) -> str:
    """[MS-OVBA] 2.4.3.2: how CMG, DPB and GC are written. It hides nothing; the host insists on the form."""
    key = sum(project_id.encode(ENCODING)) & 0xFF
    out = bytearray([seed, seed ^ 2, seed ^ key])
    previous = key
    for byte in bytes((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + previous) & 0xFF))
        previous = byte
    return out.hex().upper()


def _crlf(text: str) -> str:
    return "\r\n".join(text.lstrip("\ufeff").splitlines()) + "\r\n"


def _name_in(source: str) -> str:
    found = _NAME_LINE.match(source)
    if not found:
        raise ValueError("VBA 源文件第一行应是 Attribute VB_Name")
    return found.group(1)


def _refuse(modules: Sequence[Module]) -> None:
    names = [module.name.lower() for module in modules]
    for module in modules:
        if not _NAME.fullmatch(module.name):
            raise ValueError(f"VBA 模块名只能用英文字母、数字和下划线，最多 31 个：{module.name}")
        if names.count(module.name.lower()) > 1:
            raise ValueError(f"VBA 模块重名：{module.name}")
        if not module.source.isascii():
            raise ValueError(f"VBA 模块 {module.name} 的源文件含有非 ASCII 字符")
    if not any(module.kind == "document" for module in modules):
        raise ValueError("缺少 ThisWorkbook 和工作表的文档模块")


def _project_id(modules: Sequence[Module]) -> str:
    """A project id made from the content, so that two builds agree."""
    content = "\0".join(module.name + "\0" + module.source for module in modules)
    return f"{{{uuid.uuid5(uuid.NAMESPACE_OID, content)}}}".upper()


def _record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(body)) + body


def _both(text: str, after_ansi: bytes = b"", after_wide: bytes = b"") -> bytes:
    return text.encode(ENCODING) + after_ansi + text.encode("utf-16-le") + after_wide


def _pair(ansi: int, wide: int, text: str) -> bytes:
    """A name that the dir stream says twice, in the code page and in UTF-16."""
    return _record(ansi, text.encode(ENCODING)) + _record(wide, text.encode("utf-16-le"))


def _dir_stream(modules: Sequence[Module], name: str) -> bytes:
    """[MS-OVBA] 2.3.4.2, before compression."""
    word, number = struct.Struct("<H").pack, struct.Struct("<I").pack
    out = [_record(0x01, number(3)), _record(0x02, number(LANGUAGE)), _record(0x14, number(LANGUAGE))]  # 64-bit Windows
    out += [_record(0x03, word(CODE_PAGE)), _record(0x04, name.encode(ENCODING)), _pair(0x05, 0x40, "")]
    out += [_record(0x06), _record(0x3D), _record(0x07, number(0)), _record(0x08, number(0))]
    out += [struct.pack("<HIIH", 0x09, 4, 1, 1), _pair(0x0C, 0x3C, "")]
    for reference, library in REFERENCES:
        path = library.encode(ENCODING)
        out += [_pair(0x16, 0x3E, reference), _record(0x0D, number(len(path)) + path + bytes(6))]
    out += [_record(0x0F, word(len(modules))), _record(0x13, word(0xFFFF))]
    for module in modules:
        out += [_pair(0x19, 0x47, module.name), _pair(0x1A, 0x32, module.name), _pair(0x1C, 0x48, "")]
        out += [_record(0x31, number(0)), _record(0x1E, number(0)), _record(0x2C, word(0xFFFF))]
        out += [_record(0x21 if module.kind == "standard" else 0x22), _record(0x2B)]
    return b"".join([*out, _record(0x10)])


def _project_stream(modules: Sequence[Module], name: str, project_id: str) -> str:
    """[MS-OVBA] 2.3.1: the PROJECT stream, an ini-like text."""
    line = {"standard": "Module={}", "class": "Class={}", "document": "Document={}/&H00000000"}
    lines = [f'ID="{project_id}"', *(line[m.kind].format(m.name) for m in modules)]
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    for key, data, seed in (("CMG", bytes(4), 0x10), ("DPB", bytes(1), 0x20), ("GC", b"\xff", 0x30)):
        lines.append(f'{key}="{_encrypted(data, project_id, seed)}"')  # not protected, no password, visible
    lines += ["", "[Host Extender Info]", "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"]
    lines += ["", "[Workspace]", *(f"{m.name}=0, 0, 0, 0, C" for m in modules)]
    return "".join(text + "\r\n" for text in lines)
