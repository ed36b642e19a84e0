"""vbaProject.bin: read back by oletools and by our own strict reader; planted damage is seen."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vba.structure import decompressed, problems, read
from xlplugin.books.ole import compound_file
from xlplugin.books.vba import Module, class_module, compress, document_modules, standard_module, vba_project

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by its old names
    from oletools import olevba

BAS = 'Attribute VB_Name = "One"\nOption Explicit\n\nPublic Sub Go()\n    Range("A1").Value = 1\nEnd Sub\n'
CLS = (
    'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND\nAttribute VB_Name = "Thing"\nAttribute VB_GlobalNameSpace = False\n'
    "Attribute VB_Creatable = False\nAttribute VB_PredeclaredId = False\nAttribute VB_Exposed = True\nOption Explicit\n"
)


def sample(extra: str = "") -> list[Module]:
    return [*document_modules(["Sheet1", "Sheet2"]), standard_module(BAS + extra), class_module(CLS)]


def test_a_clean_project_has_no_problems_and_builds_twice_alike() -> None:
    assert problems(vba_project(sample())) == []
    assert vba_project(sample()) == vba_project(sample())
    assert vba_project(sample()) != vba_project(sample("' changed\n"))


def test_olevba_gives_back_every_source_byte_for_byte(tmp_path) -> None:
    path = tmp_path / "vbaProject.bin"
    path.write_bytes(vba_project(sample()))
    parser = olevba.VBA_Parser(str(path))
    assert parser.detect_vba_macros()
    taken = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    assert taken == {m.name: m.source for m in sample()}
    assert taken["One"] == BAS.replace("\n", "\r\n")


def test_kinds_of_modules() -> None:
    project = read(vba_project(sample()))
    assert project.kinds == {
        "ThisWorkbook": "Document",
        "Sheet1": "Document",
        "Sheet2": "Document",
        "One": "Module",
        "Thing": "Class",
    }
    assert project.typed["One"] == 0x21 and project.typed["Thing"] == 0x22
    thing = project.sources["Thing"]
    assert thing.startswith(b'Attribute VB_Name = "Thing"\r\nAttribute VB_Base = "0{FCFB3D2A') and b"VERSION 1.0" not in thing
    assert b"Attribute VB_Exposed = True\r\nAttribute VB_TemplateDerived = False\r\n" in thing


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        ([*sample(), standard_module(BAS.replace("One", "one"))], "重名"),
        ([*sample(), standard_module(BAS.replace("One", "A" * 32))], "最多 31 个"),
        ([*sample(), standard_module(BAS.replace("One", "1st"))], "英文字母"),
        ([*sample(), standard_module(BAS.replace("One", "Two") + "' 中文\n")], "非 ASCII"),
        ([standard_module(BAS)], "文档模块"),
    ],
)
def test_what_cannot_be_a_project_is_refused(modules: list[Module], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        vba_project(modules)


def test_a_source_without_its_name_is_refused() -> None:
    with pytest.raises(ValueError, match="VB_Name"):
        standard_module("Option Explicit\n")


def test_many_large_modules() -> None:
    """More than one FAT sector, streams on both sides of the 4096-byte limit, a deep directory tree."""
    noise = [f"    x = {n * n * 2654435761 % 99991}\n" for n in range(12_000)]
    modules = document_modules([f"Sheet{n}" for n in range(1, 40)])
    modules += [standard_module(f'Attribute VB_Name = "M{n}"\n' + "".join(noise[: n * 900])) for n in range(12)]
    project = read(vba_project(modules))
    assert project.found == []
    assert {name: source.decode() for name, source in project.sources.items()} == {m.name: m.source for m in modules}


# The three examples of [MS-OVBA] 3.2
VECTORS = [
    (b"abcdefghijklmnopqrstuv.", "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E"),
    (
        b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        "01 2F B0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6A 01 38 08 61 6B 6C 00 30 6D 6E 6F 70 06 71 02 70"
        " 04 10 72 73 74 75 76 10 77 78 79 7A 00 3C",
    ),
    (b"a" * 73, "01 03 B0 02 61 45 00"),
]


@pytest.mark.parametrize(("plain", "packed"), VECTORS)
def test_the_examples_of_the_specification(plain: bytes, packed: str) -> None:
    """The packed bytes may differ where two copies are equally long; the length may not."""
    assert decompressed(bytes.fromhex(packed)) == plain == decompressed(compress(plain))
    assert len(compress(plain)) == len(bytes.fromhex(packed))


@settings(max_examples=60, deadline=None)
@given(st.text("ab\r\n =.(", max_size=400).flatmap(lambda s: st.integers(0, 60).map(lambda n: s * n)))
def test_text_survives_compression(text: str) -> None:
    data = text.encode()
    packed = compress(data)
    assert decompressed(packed) == data
    if data:
        assert bytes(olevba.decompress_stream(bytearray(packed))) == data


def test_incompressible_whole_chunks_are_stored_and_a_short_rest_is_compressed() -> None:
    noise = b"".join(struct.pack("<I", n * 2654435761 % 2**32) for n in range(1024))
    assert decompressed(compress(noise + b"rest")) == noise + b"rest"
    with pytest.raises(ValueError, match="无法压缩"):
        compress(noise + noise[:4090])


def _rewritten(raw: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The project again, after a change to its bare streams; the container itself stays in order."""
    ole = olefile.OleFileIO(io.BytesIO(raw))
    streams = {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}
    change(streams)
    vba = {name.removeprefix("VBA/"): data for name, data in streams.items() if name.startswith("VBA/")}
    return compound_file({"VBA": vba, **{n: d for n, d in streams.items() if not n.startswith("VBA/")}})


def _in_dir(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(streams: dict[str, bytes]) -> None:
        plain = decompressed(streams["VBA/dir"])
        assert old in plain
        streams["VBA/dir"] = compress(plain.replace(old, new, 1))

    return change


def _in_stream(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(streams: dict[str, bytes]) -> None:
        assert old in streams[name]
        streams[name] = streams[name].replace(old, new, 1)

    return change


DAMAGE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "count of modules": (_in_dir(struct.pack("<HIH", 0x0F, 2, 5), struct.pack("<HIH", 0x0F, 2, 6)), "announced"),
    "record order": (_in_dir(struct.pack("<HIH", 0x13, 2, 0xFFFF), b""), "missing"),
    "module type": (_in_dir(struct.pack("<HI", 0x21, 0), struct.pack("<HI", 0x22, 0)), "type in dir against PROJECT"),
    "offset": (_in_dir(struct.pack("<HII", 0x31, 4, 0), struct.pack("<HII", 0x31, 4, 9)), "does not begin at 0"),
    "wide name": (_in_dir("One".encode("utf-16-le"), "Ons".encode("utf-16-le")), "spellings"),
    "code page": (_in_dir(struct.pack("<HIH", 3, 2, 1252), struct.pack("<HIH", 3, 2, 936)), "code page"),
    "terminator": (_in_dir(struct.pack("<HI", 0x10, 0), b""), "terminator"),
    "PROJECT lacks a module": (_in_stream("PROJECT", b"Module=One\r\n", b""), "PROJECT lists"),
    "PROJECT id": (_in_stream("PROJECT", b'ID="{', b'ID="{F'), "unreadable"),
    "CMG": (_in_stream("PROJECT", b'CMG="1', b'CMG="2'), "unreadable"),
    "PROJECTwm": (_in_stream("PROJECTwm", b"One\0", b"Two\0"), "PROJECTwm"),
    "old cache": (_in_stream("VBA/_VBA_PROJECT", b"\xff\xff", b"\xb5\x00"), "_VBA_PROJECT"),
    "bare line feed": (lambda s: s.update({"VBA/One": compress(decompressed(s["VBA/One"]).replace(b"\r\n", b"\n", 1))}), "One"),
    "module stream lost": (lambda s: s.pop("VBA/One") and None, "VBA holds"),
    "cut chunk": (lambda s: s.update({"VBA/One": s["VBA/One"][:-2]}), "unreadable"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_planted_damage_is_seen(name: str) -> None:
    raw = vba_project(sample())
    assert problems(_rewritten(raw, lambda _: None)) == []
    change, says = DAMAGE[name]
    found = problems(_rewritten(raw, change))
    assert any(says in line for line in found), found


@pytest.mark.parametrize(("name", "letter"), [("dir", "Z"), ("One", "A"), ("Sheet1", "Z"), ("_VBA_PROJECT", "A")])
def test_a_disordered_or_badly_coloured_tree_is_seen(name: str, letter: str) -> None:
    raw = vba_project(sample())
    at = raw.rindex(name.encode("utf-16-le") + b"\0\0")
    disordered, coloured = bytearray(raw), bytearray(raw)
    disordered[at : at + 2] = letter.encode("utf-16-le")
    coloured[at + 67] ^= 1
    assert any("out of order" in line for line in problems(bytes(disordered)))
    assert any("tree:" in line for line in problems(bytes(coloured)))


def test_a_name_too_long_for_the_container_is_refused() -> None:
    with pytest.raises(ValueError, match="名称过长"):
        compound_file({"x" * 32: b""})
