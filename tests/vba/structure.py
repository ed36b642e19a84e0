"""Reads a vbaProject.bin by the specifications and says what is wrong with it. Shares no code with the writer.

olefile reads the compound file; the dir stream, PROJECT, PROJECTwm and the module streams are read here.
`problems(data)` takes a bare vbaProject.bin or a whole .xlsm/.xlam, whose parts must then agree with it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass, field

import olefile

NONE = 0xFFFFFFFF
# [MS-OVBA] 2.3.4.2: record ids in the order the specification gives; a "?" makes one optional
INFORMATION = ["01", "4A?", "02", "14", "03", "04", "05", "40", "06", "3D", "07", "08", "09", "0C?", "3C?"]
MODULE = ["19", "47?", "1A", "32", "1C", "48", "31", "1E", "2C", "21|22", "25?", "28?", "2B"]
FIXED_SIZE = {
    0x01: 4,
    0x02: 4,
    0x14: 4,
    0x03: 2,
    0x07: 4,
    0x08: 4,
    0x0F: 2,
    0x13: 2,
    0x31: 4,
    0x1E: 4,
    0x2C: 2,
    0x21: 0,
    0x22: 0,
    0x2B: 0,
}


def decompressed(data: bytes) -> bytes:
    """[MS-OVBA] 2.4.1.3, strictly: any overrun is a ValueError."""
    if data[:1] != b"\x01":
        raise ValueError("container signature")
    out, at = bytearray(), 1
    while at < len(data):
        (header,) = struct.unpack_from("<H", data, at)
        end = at + (header & 0x0FFF) + 3
        if header & 0x7000 != 0x3000 or end > len(data):
            raise ValueError(f"chunk header {header:#06x} at {at}")
        body = data[at + 2 : end]
        chunk = _chunk(body) if header & 0x8000 else body
        if len(chunk) > 4096 or (end < len(data) and len(chunk) != 4096):
            raise ValueError(f"chunk of {len(chunk)} bytes")
        out += chunk
        at = end
    return bytes(out)


def _chunk(body: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                break
            if flags & 1 << bit:
                _copy(out, struct.unpack_from("<H", body, at)[0])
                at += 2
            else:
                out.append(body[at])
                at += 1
    return bytes(out)


def _copy(out: bytearray, token: int) -> None:
    bits = 4
    while 1 << bits < len(out):
        bits += 1
    back = (token >> 16 - bits) + 1
    if back > len(out):
        raise ValueError("copy token before its chunk")
    for _ in range((token & 0xFFFF >> bits) + 3):
        out.append(out[-back])


def decrypted(text: str, project_id: str) -> bytes:
    """[MS-OVBA] 2.4.3.3: the data inside CMG, DPB or GC."""
    raw = bytes.fromhex(text)
    seed, key = raw[0], raw[0] ^ raw[2]
    if raw[1] ^ seed != 2 or key != sum(project_id.encode()) % 256:
        raise ValueError("version or project key")
    previous, plain = key, bytearray()
    for at in range(3, len(raw)):
        previous = raw[at] ^ (raw[at - 2] + previous) % 256
        plain.append(previous)
    plain = plain[(seed & 6) // 2 :]
    if struct.unpack_from("<I", plain)[0] != len(plain) - 4:
        raise ValueError("length")
    return bytes(plain[4:])


@dataclass
class Project:
    """What was read, and what was wrong with it."""

    found: list[str] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)  # module -> source as it stands in the stream
    kinds: dict[str, str] = field(default_factory=dict)  # module -> Document | Module | Class, from PROJECT
    typed: dict[str, int] = field(default_factory=dict)  # module -> 0x21 or 0x22, from dir
    wide: list[str] = field(default_factory=list)  # names in PROJECTwm

    def need(self, good: bool, complaint: str) -> None:
        if not good:
            self.found.append(complaint)


def problems(data: bytes) -> list[str]:
    """Everything that is wrong; an empty list is a clean project."""
    return read(data).found


def read(data: bytes) -> Project:
    project = Project()
    try:
        package = zipfile.ZipFile(io.BytesIO(data)) if data[:2] == b"PK" else None
        raw = package.read("xl/vbaProject.bin") if package else data
        ole = olefile.OleFileIO(io.BytesIO(raw), raise_defects=olefile.DEFECT_POTENTIAL)
        _tree(ole, project)
        _cache(ole, project)
        modules = _dir(ole, project)
        project_id = _project(ole, project)
        _wide_names(ole, project)
        _modules(ole, modules, project)
        project.need(bool(project_id), "PROJECT: no ID")
        if package:
            _package(package, project)
    except (KeyError, IndexError, ValueError, OSError, struct.error) as error:
        project.found.append(f"unreadable: {type(error).__name__} {error}")
    return project


def _tree(ole: olefile.OleFileIO, project: Project) -> None:
    """Children sorted by length then upper case; no red above red; as many blacks on every path; nothing unreachable."""
    reached = {0}

    def walk(index: int, above_red: bool) -> tuple[list[str], int]:
        if index == NONE:
            return [], 1
        entry = ole._load_direntry(index) if ole.direntries[index] is None else ole.direntries[index]
        reached.add(index)
        red = entry.color == 0
        project.need(not (red and above_red), f"tree: red above red at {entry.name}")
        left, blacks = walk(entry.sid_left, red)
        right, others = walk(entry.sid_right, red)
        project.need(blacks == others, f"tree: unequal black height at {entry.name}")
        return [*left, entry.name, *right], blacks + (not red)

    used = [e for e in ole.direntries if e is not None and e.entry_type in (1, 2, 5)]
    for storage in [e for e in used if e.entry_type != 2]:
        names, _ = walk(storage.sid_child, True)  # its root must be black
        project.need(names == sorted(names, key=lambda n: (len(n), n.upper())), f"tree: {storage.name} out of order {names}")
    project.need(len(reached) == len(used), "tree: entries that nothing points to")


def _cache(ole: olefile.OleFileIO, project: Project) -> None:
    head = ole.openstream("VBA/_VBA_PROJECT").read()
    project.need(head == bytes.fromhex("CC61FFFF000000"), f"_VBA_PROJECT: {head[:8].hex()}, not the header a writer gives")
    streams = {"/".join(path) for path in ole.listdir()}
    project.need(not any("__SRP_" in name for name in streams), "SRP streams beside a fresh header")


def _records(data: bytes) -> list[tuple[int, bytes]]:
    out, at = [], 0
    while at < len(data):
        number, size = struct.unpack_from("<HI", data, at)
        size = 6 if number == 0x09 else size  # PROJECTVERSION says 4 and has 6
        body = data[at + 6 : at + 6 + size]
        if len(body) != size:
            raise ValueError(f"record {number:#x} runs past the end of dir")
        out.append((number, body))
        at += 6 + size
    return out


def _take(records: list[tuple[int, bytes]], shape: list[str], project: Project, where: str) -> dict[int, bytes]:
    got: dict[int, bytes] = {}
    for want in shape:
        numbers = [int(n, 16) for n in want.rstrip("?").split("|")]
        if records and records[0][0] in numbers:
            number, body = records.pop(0)
            got[number] = body
            project.need(len(body) == FIXED_SIZE.get(number, len(body)), f"dir {where}: record {number:#x} has {len(body)} bytes")
        elif not want.endswith("?"):
            raise ValueError(f"dir {where}: record {want} missing")
    return got


def _dir(ole: olefile.OleFileIO, project: Project) -> list[dict[int, bytes]]:
    records = _records(decompressed(ole.openstream("VBA/dir").read()))
    facts = _take(records, INFORMATION, project, "information")
    project.need(facts[0x03] == struct.pack("<H", 1252), "dir: code page")
    while records and records[0][0] in (0x16, 0x3E, 0x0D, 0x0E, 0x2F, 0x30, 0x33):
        records.pop(0)
    counts = _take(records, ["0F", "13"], project, "modules")
    modules = []
    while records and records[0][0] == 0x19:
        modules.append(_take(records, MODULE, project, f"module {len(modules)}"))
    project.need(struct.unpack("<H", counts[0x0F])[0] == len(modules), f"dir: {len(modules)} modules, another number announced")
    project.need([n for n, _ in records] == [0x10], "dir: terminator")
    return modules


def _project(ole: olefile.OleFileIO, project: Project) -> str:
    raw = ole.openstream("PROJECT").read().decode("ascii")
    project.need("\n" not in raw.replace("\r\n", ""), "PROJECT: bare line feeds")
    found = re.search(r'^ID="(\{[0-9A-F-]{36}\})"\r$', raw, re.M)
    project_id = found.group(1) if found else ""
    for kind, name in re.findall(r"^(Document|Module|Class)=([^/\r]+)", raw, re.M):
        project.need(name not in project.kinds, f"PROJECT: {name} twice")
        project.kinds[name] = kind
    for key, size in (("CMG", 4), ("DPB", 1), ("GC", 1)):
        value = re.search(rf'^{key}="([0-9A-F]+)"\r$', raw, re.M)
        project.need(bool(value), f"PROJECT: no {key}")
        if value:
            project.need(len(decrypted(value.group(1), project_id)) == size, f"PROJECT: {key} of another length")
    for line in ('VersionCompatible32="393222000"', "[Host Extender Info]", "[Workspace]"):
        project.need(line in raw, f"PROJECT: no {line}")
    return project_id


def _wide_names(ole: olefile.OleFileIO, project: Project) -> None:
    raw, at = ole.openstream("PROJECTwm").read(), 0
    while raw[at : at + 1] != b"\0":
        end = raw.index(b"\0", at)
        name = raw[at:end].decode("ascii")
        at, end = end + 1, end + 1
        while raw[end : end + 2] != b"\0\0":
            end += 2
        project.need(raw[at:end].decode("utf-16-le") == name, f"PROJECTwm: {name} in two spellings")
        project.wide.append(name)
        at = end + 2
    project.need(raw[at:] == b"\0\0", "PROJECTwm: terminator")


def _modules(ole: olefile.OleFileIO, modules: list[dict[int, bytes]], project: Project) -> None:
    names = [m[0x19].decode("ascii") for m in modules]
    project.need(names == list(project.kinds), f"PROJECT lists {list(project.kinds)}, dir {names}")
    project.need(names == project.wide, f"PROJECTwm lists {project.wide}, dir {names}")
    streams = {path[1] for path in ole.listdir() if path[0] == "VBA" and len(path) == 2}
    project.need(streams == {*names, "dir", "_VBA_PROJECT"}, f"VBA holds {sorted(streams)}")
    for module, name in zip(modules, names, strict=True):
        agree = {module[0x1A].decode("ascii"), module[0x32].decode("utf-16-le"), module.get(0x47, b"").decode("utf-16-le")}
        project.need(agree == {name}, f"dir: {name} in several spellings {sorted(agree)}")
        project.need(module[0x31] == bytes(4), f"{name}: source does not begin at 0")
        source = decompressed(ole.openstream(["VBA", name]).read())
        project.sources[name] = source
        project.typed[name] = 0x21 if 0x21 in module else 0x22
        project.need((project.kinds.get(name) == "Module") == (0x21 in module), f"{name}: type in dir against PROJECT")
        project.need(source.startswith(f'Attribute VB_Name = "{name}"\r\n'.encode()), f"{name}: first line is not its name")
        project.need(0x21 in module or b"Attribute VB_Base" in source, f"{name}: no VB_Base")
        project.need(b"\n" not in source.replace(b"\r\n", b""), f"{name}: bare line feeds")
        project.need(source.isascii(), f"{name}: not ASCII")


def _package(package: zipfile.ZipFile, project: Project) -> None:
    """Code names of workbook and sheets are the document modules; content type and relationship are there."""
    workbook = package.read("xl/workbook.xml").decode()
    sheets = sorted(n for n in package.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n))
    coded = re.findall(r'<workbookPr[^>]*codeName="([^"]+)"', workbook)
    for sheet in sheets:
        coded += re.findall(r'<sheetPr[^>]*codeName="([^"]+)"', package.read(sheet).decode())
    documents = [name for name, kind in project.kinds.items() if kind == "Document"]
    project.need(len(coded) == len(sheets) + 1 and sorted(coded) == sorted(documents), f"code names {coded} against {documents}")
    types = package.read("[Content_Types].xml")
    project.need(b"application/vnd.ms-office.vbaProject" in types, "no content type for vbaProject.bin")
    project.need(b"macroEnabled.main+xml" in types, "the workbook part is not declared macro-enabled")
    project.need(b"relationships/vbaProject" in package.read("xl/_rels/workbook.xml.rels"), "no relationship to vbaProject.bin")
