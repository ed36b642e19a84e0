"""Compound files ([MS-CFB], version 3): the container in which Office keeps a VBA project.

Only writing, only what a VBA project needs: storages, streams, no times and no class ids, so that the same
content always gives the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

SECTOR = 512
MINI_SECTOR = 64
MINI_LIMIT = 4096  # a stream shorter than this lives in the mini stream
PER_SECTOR = SECTOR // 4
HEADER_FAT_SLOTS = 109

FREE = 0xFFFFFFFF  # also "no sibling, no child" in a directory entry
END_OF_CHAIN = 0xFFFFFFFE
FAT_SECTOR = 0xFFFFFFFD

STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1


@dataclass
class _Entry:
    """One directory entry while the file is being laid out."""

    name: str
    kind: int
    colour: int = BLACK
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = 0
    body: bytes = b""
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        if len(name) > 64:
            raise ValueError(f"复合文件中的名称过长：{self.name}")
        head = struct.pack("<64sHBBIII", name, len(name), self.kind, self.colour, self.left, self.right, self.child)
        return head + bytes(36) + struct.pack("<IQ", self.start, self.size)


_UNUSED = struct.pack("<64sHBBIII", b"", 0, 0, 0, FREE, FREE, FREE) + bytes(48)


@dataclass
class _Sectors:
    """The sectors after the header, with the table that chains them."""

    bodies: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)

    def store(self, data: bytes, filler: bytes = b"\0") -> int:
        """Append data as one chain; returns its first sector."""
        if not data:
            return END_OF_CHAIN
        first = len(self.fat)
        pieces = [data[at : at + SECTOR].ljust(SECTOR, filler) for at in range(0, len(data), SECTOR)]
        self.bodies += pieces
        self.fat += _chain(first, len(pieces))
        return first


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), END_OF_CHAIN]


def _order(name: str) -> tuple[int, str]:
    """[MS-CFB] 2.6.4: shorter names first, then by upper-cased letters."""
    return len(name.encode("utf-16-le")), name.upper()


def _directory(tree: Tree) -> list[_Entry]:
    entries = [_Entry("Root Entry", ROOT, start=END_OF_CHAIN)]
    entries[0].child = _children(tree, entries)
    return entries


def _children(tree: Tree, entries: list[_Entry]) -> int:
    """Add the entries of one storage; returns the index of the root of their search tree."""
    names = sorted(tree, key=_order)
    first = len(entries)
    for name in names:
        body = tree[name]
        kind = STREAM if isinstance(body, bytes) else STORAGE
        entries.append(_Entry(name, kind, body=body if isinstance(body, bytes) else b""))
    for index, name in enumerate(names, first):
        inner = tree[name]
        if not isinstance(inner, bytes):
            entries[index].child = _children(inner, entries)
    return _balance(entries, first, first + len(names), 0, (len(names) + 1).bit_length() - 1)


def _balance(entries: list[_Entry], low: int, high: int, depth: int, full: int) -> int:
    """Link entries[low:high] into a balanced tree; levels that are not full are red, so every path has as many blacks."""
    if low >= high:
        return FREE
    middle = (low + high) // 2
    entries[middle].colour = BLACK if depth < full else RED
    entries[middle].left = _balance(entries, low, middle, depth + 1, full)
    entries[middle].right = _balance(entries, middle + 1, high, depth + 1, full)
    return middle


def _place_streams(entries: list[_Entry], sectors: _Sectors) -> list[int]:
    """Give every stream its sectors; returns the mini FAT. The root entry carries the mini stream."""
    mini = bytearray()
    mini_fat: list[int] = []
    for entry in entries:
        if entry.kind != STREAM:
            continue
        entry.size = len(entry.body)
        if len(entry.body) >= MINI_LIMIT:
            entry.start = sectors.store(entry.body)
        elif entry.body:
            entry.start = len(mini_fat)
            count = -(-len(entry.body) // MINI_SECTOR)
            mini_fat += _chain(entry.start, count)
            mini += entry.body.ljust(count * MINI_SECTOR, b"\0")
        else:
            entry.start = END_OF_CHAIN
    entries[0].size = len(mini)
    entries[0].start = sectors.store(bytes(mini))
    return mini_fat


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file with these streams (bytes) and storages (mappings).

    Raises ValueError for a name longer than 31 characters or content beyond about 7 MB.
    """
    entries, sectors = _directory(tree), _Sectors()
    mini_fat = struct.pack(f"<{len(m)}I", *m) if (m := _place_streams(entries, sectors)) else b""
    mini_fat_at = sectors.store(mini_fat, b"\xff")
    table = b"".join(entry.packed() for entry in entries)
    directory_at = sectors.store(table + _UNUSED * (-len(entries) % (SECTOR // len(_UNUSED))))
    count = 1
    while count * PER_SECTOR < len(sectors.fat) + count:
        count += 1
    if count > HEADER_FAT_SLOTS:
        raise ValueError("VBA 工程过大，写不进复合文件")
    fat_at = range(len(sectors.fat), len(sectors.fat) + count)
    fat = sectors.fat + [FAT_SECTOR] * count
    fat += [FREE] * (count * PER_SECTOR - len(fat))
    slots = [*fat_at, *[FREE] * (HEADER_FAT_SLOTS - count)]
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, count, directory_at, 0, MINI_LIMIT, mini_fat_at, -(-len(mini_fat) // SECTOR), END_OF_CHAIN, 0)
    header += struct.pack(f"<{HEADER_FAT_SLOTS}I", *slots)
    return header + b"".join(sectors.bodies) + struct.pack(f"<{len(fat)}I", *fat)
