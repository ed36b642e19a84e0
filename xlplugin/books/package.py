"""The safe opener: one read of a workbook file, a strict look at its package, and refusals in words.

Nothing is inflated but the list of sheets.  Limits are absolute, not ratios: honest workbooks compress very well.
"""

import errno
import hashlib
import os
import stat
import xml.parsers.expat as expat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from xlplugin.books import archive
from xlplugin.books.archive import Directory, Entry
from xlplugin.books.refusals import Refused, naming

MOST_FILE = 64 << 20  # bytes of the file
MOST_WHOLE = 4 << 20  # bytes of a part that is inflated at once
MOST_POURED = 64 << 20  # bytes of a part that is streamed
MOST_LIST = 1 << 20  # bytes of workbook.xml and of its relationships

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = ((b"%PDF", "E-PDF"), (b"Rar!", "E-ARCHIVE"), (b"7z\xbc\xaf", "E-ARCHIVE"), (b"\x1f\x8b", "E-ARCHIVE"))
_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style", b"<div", b"mime-version:")


Stored = tuple[int, int, int, bytes]  # method, CRC and size of a part, and its bytes, still compressed


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook whose package is sound; `sha256` is of the very bytes that are read from."""

    data: bytes
    sha256: str
    sheets: Mapping[str, str]  # sheet name -> part name as stored, in workbook order
    hidden: frozenset[str]  # names of hidden and very hidden sheets
    name: str = ""  # the file, for messages
    strings: str | None = None  # the part of the shared strings
    _directory: Directory = field(repr=False, default=Directory({}, 0, 0))

    def part(self, name: str) -> bytes:
        """One part, inflated; at most 4 MiB, size and CRC checked.  Raises UnreadableSource (E-PARTS, E-TOOBIG, E-DAMAGED)."""
        with naming(self.name):
            return archive.inflate(self.data, self.entry(name), MOST_WHOLE)

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._directory.entries

    def entry(self, name: str) -> Entry:
        """The directory's record of one part.  Raises Refused (E-PARTS)."""
        found = self._directory.entries.get(_key(name))
        if found is None:
            raise Refused("E-PARTS", name)
        return found

    def whole(self, name: str, most: int = MOST_WHOLE) -> bytes | None:
        """The part inflated and checked, or None where it is bigger than `most`.  Raises Refused."""
        entry = self.entry(name)
        return archive.inflate(self.data, entry, most) if entry.size <= most else None

    def stored(self, name: str) -> Stored:
        """A part as it lies in the file: equal ones inflate to the same, so that what was seen of one holds for the other."""
        return _stored(self.data, self.entry(name))

    def pour(self, name: str, feed: Callable[[bytes, bool], bool]) -> None:
        """Streams a bloated part into feed(piece, is_last) until that answers False; CRC not checked.  Raises Refused."""
        archive.pour(self.data, self.entry(name), feed, MOST_POURED)


def open_package(source: Path | str | bytes) -> Package:
    """Opens a workbook by one read; a blank sheet list is refused like damage.

    Raises UnreadableSource: its Chinese text names the file and what to do, its `code` the reason (E-PASSWORD, E-TRUNCATED, …).
    """
    name = "" if isinstance(source, bytes) else Path(source).name
    with naming(name):
        data = source if isinstance(source, bytes) else read_file(Path(source))
        if len(data) > MOST_FILE:
            raise Refused("E-FILESIZE")
        _sniff(data)
        directory = archive.directory(data)
        book = _workbook_part(data, directory)
        sheets, hidden, strings = _sheets(book, *_list_of(data, directory, book))
    return Package(data, hashlib.sha256(data).hexdigest(), sheets, hidden, name, strings, directory)


def read_file(path: Path) -> bytes:
    """The bytes of an ordinary file of at most 64 MiB.  Raises Refused."""
    if path.name.startswith(("~$", ".~")):
        raise Refused("E-LOCKFILE")
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Refused("E-NOTFILE")
        if about.st_size > MOST_FILE:
            raise Refused("E-FILESIZE")
        with path.open("rb", buffering=0) as file:
            return file.read(MOST_FILE + 1)
    except FileNotFoundError as error:
        raise Refused("E-MISSING") from error
    except PermissionError as error:
        raise Refused("E-DENIED") from error
    except OSError as error:
        code = "E-MISSING" if error.errno in (errno.ENAMETOOLONG, errno.ENOTDIR) else "E-DENIED"
        raise Refused(code, os.strerror(error.errno) if error.errno else "") from error


def kind_of(data: bytes) -> str:
    """The E-code of what these bytes are, "" if they look like a zip archive."""
    if not data:
        return "E-EMPTY"
    if data.startswith(b"PK\x03\x04"):
        return ""
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    for magic, code in _OTHER_KINDS:
        if data.startswith(magic):
            return code
    head = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "E-HTML" if head.startswith(_WEB_PAGE) else "E-NOTXLSX"


def _kind_of_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16le") in data:
        return "E-PASSWORD"
    if "WordDocument".encode("utf-16le") in data:
        return "E-WORD"
    streams = ("Workbook".encode("utf-16le"), "B\0o\0o\0k\0\0\0".encode("latin-1"))
    return "E-XLS" if any(stream in data for stream in streams) else "E-OLE"


def _sniff(data: bytes) -> None:
    code = kind_of(data)
    if code:
        raise Refused(code)


def _key(name: str) -> bytes:
    return name.replace("\\", "/").lstrip("/").lower().encode()


def _workbook_part(data: bytes, directory: Directory) -> str:
    """Nearly always xl/workbook.xml; otherwise what the package names as its document."""
    entries = directory.entries
    if b"xl/workbook.xml" in entries:
        return "xl/workbook.xml"
    if b"xl/workbook.bin" in entries:
        raise Refused("E-XLSB")
    if b"word/document.xml" in entries:
        raise Refused("E-WORD")
    if b"_rels/.rels" in entries:
        relations = _relations("", archive.inflate(data, entries[b"_rels/.rels"], MOST_LIST))
        for kind, target in relations.values():
            if kind == "officeDocument" and _key(target) in entries:
                return target
    if b"mimetype" in entries and b"content.xml" in entries:
        raise Refused("E-ODS")
    raise Refused("E-NOTXLSX" if b"[content_types].xml" in entries else "E-ARCHIVE")


def _stored(data: bytes, entry: Entry) -> Stored:
    return (entry.method, entry.crc, entry.size, archive.packed_bytes(data, entry))


def _list_of(data: bytes, directory: Directory, book: str) -> tuple[Stored, Stored]:
    path = PurePosixPath(book)
    found = []
    for name in (book, f"{path.parent}/_rels/{path.name}.rels"):
        entry = directory.entries.get(_key(name))
        if entry is None:
            raise Refused("E-PARTS", name)
        found.append(_stored(data, entry))
    return found[0], found[1]


class _Listed(NamedTuple):
    sheets: Mapping[str, str]
    hidden: frozenset[str]
    strings: str | None


def _sheets(book: str, listing: Stored, relations: Stored) -> _Listed:
    if len(listing[3]) + len(relations[3]) > 64 << 10:
        return _parse_sheets(book, listing, relations)
    return _remembered_sheets(book, listing, relations)


def _parse_sheets(book: str, listing: Stored, relations: Stored) -> _Listed:
    targets = _relations(str(PurePosixPath(book).parent), archive.inflated(*relations, most=MOST_LIST))
    sheets: dict[str, str] = {}
    hidden: set[str] = set()
    for attributes in _elements(archive.inflated(*listing, most=MOST_LIST), "sheet"):
        name = attributes.get("name", "")
        relation = attributes.get(f"{_RELATIONS}}}id") or attributes.get(f"{_RELATIONS_STRICT}}}id") or ""
        if not name or relation not in targets:
            raise Refused("E-PARTS", name)
        if name in sheets:
            raise Refused("E-DUPSHEET", name)
        sheets[name] = targets[relation][1]
        if attributes.get("state", "visible") != "visible":
            hidden.add(name)
    if not sheets:
        raise Refused("E-PARTS")
    strings = next((target for kind, target in targets.values() if kind == "sharedStrings"), None)
    return _Listed(MappingProxyType(sheets), frozenset(hidden), strings)


# Units filling the same template share these two parts byte for byte.
_remembered_sheets = lru_cache(maxsize=64)(_parse_sheets)


def _relations(folder: str, xml: bytes) -> dict[str, tuple[str, str]]:
    """Relationship id -> (last word of its type, part name)."""
    found: dict[str, tuple[str, str]] = {}
    for attributes in _elements(xml, "Relationship"):
        if attributes.get("TargetMode", "").lower() != "external":
            target = attributes.get("Target", "").replace("\\", "/")
            kind = attributes.get("Type", "").rsplit("/", 1)[-1]
            found[attributes.get("Id", "")] = (kind, _resolved(folder, target))
    return found


def _resolved(folder: str, target: str) -> str:
    steps: list[str] = [] if target.startswith("/") else [x for x in folder.split("/") if x not in ("", ".")]
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _elements(xml: bytes, local_name: str) -> list[dict[str, str]]:
    """The attributes of every element of this local name, whatever its prefix.  Raises Refused (E-DOCTYPE, E-XML)."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition("}")[2] == local_name:
            found.append(attributes)

    def doctype(*_: object) -> None:
        raise Refused("E-DOCTYPE")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused("E-XML") from error
    return found
