"""A zip archive taken apart strictly: no duplicates, overlaps, encryption, zip64; sizes and CRC must agree.

The standard zipfile believes more than we may (overlapping entries, the last of two entries of one name), and
hides the raw bytes that patching has to copy.
"""

import zlib
from collections.abc import Callable
from struct import Struct
from typing import NamedTuple

from xlplugin.books.refusals import Refused

MOST_ENTRIES = 2000
STEP_IN, STEP_OUT = 16 << 10, 1 << 20
LOCAL_HEADER, CENTRAL_HEADER, END_HEADER = 30, 46, 22
_END = Struct("<4sHHHHIIH")
_CENTRAL = Struct("<4sHHHHHHIIIHHHHHII")
_NAME_LENGTHS = Struct("<HH")
_OFFSET = Struct("<I")
_SIZES = Struct("<III")


class Entry(NamedTuple):
    """One member, as the central directory describes it; byte places are in the whole file."""

    name: bytes
    method: int
    crc: int
    packed: int
    size: int
    local: int
    described: int  # where its central record starts


class Directory(NamedTuple):
    """All members by lower-case name with forward slashes; `start` and `end` are where the directory and its end record begin."""

    entries: dict[bytes, Entry]
    start: int
    end: int


def directory(data: bytes) -> Directory:
    """Reads the central directory.  Raises Refused."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65557))
    if end < 0 or end + END_HEADER > len(data):
        raise Refused("E-TRUNCATED")
    _, disk, disk_of_start, here, count, size, start, _ = _END.unpack_from(data, end)
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, start):
        raise Refused("E-ZIP64")
    if count > MOST_ENTRIES:
        raise Refused("E-ENTRIES")
    if disk or disk_of_start or here != count or start + size != end:
        raise Refused("E-ZIP")
    return Directory(_entries(data, count, start, end), start, end)


def _entries(data: bytes, count: int, start: int, end: int) -> dict[bytes, Entry]:
    found: dict[bytes, Entry] = {}
    spans: list[tuple[int, int]] = []
    place = start
    for _ in range(count):
        if place + CENTRAL_HEADER > end:
            raise Refused("E-ZIP")
        (signature, _, _, flags, method, _, _, crc, packed, size, name_length, extra, comment, _, _, _, local) = (
            _CENTRAL.unpack_from(data, place)
        )
        if signature != b"PK\x01\x02":
            raise Refused("E-ZIP")
        if flags & 1:
            raise Refused("E-PASSWORD")
        if 0xFFFFFFFF in (packed, size, local):
            raise Refused("E-ZIP64")
        name = data[place + CENTRAL_HEADER : place + CENTRAL_HEADER + name_length]
        key = name.lower().replace(b"\\", b"/")
        if key in found:
            raise Refused("E-DUPENTRY", name.decode("utf-8", "replace"))
        found[key] = Entry(name, method, crc, packed, size, local, place)
        spans.append((local, local + LOCAL_HEADER + name_length + packed))
        place += CENTRAL_HEADER + name_length + extra + comment
    if place != end:
        raise Refused("E-ZIP")
    _refuse_overlaps(spans, start)
    return found


def _refuse_overlaps(spans: list[tuple[int, int]], start: int) -> None:
    spans.sort()
    before = 0
    for first, last in spans:
        if first < before:
            raise Refused("E-OVERLAP")
        before = last
    if before > start:
        raise Refused("E-OVERLAP")


def packed_bytes(data: bytes, entry: Entry) -> bytes:
    """The member as it is stored, still compressed.  Raises Refused."""
    place = entry.local
    if data[place : place + 4] != b"PK\x03\x04":
        raise Refused("E-ZIP")
    name_length, extra_length = _NAME_LENGTHS.unpack_from(data, place + 26)
    place += LOCAL_HEADER
    if data[place : place + name_length] != entry.name:
        raise Refused("E-ZIP", "部件名称前后不一")
    if entry.method not in (0, 8):
        raise Refused("E-METHOD")
    place += name_length + extra_length
    stored = data[place : place + entry.packed]
    if len(stored) != entry.packed:
        raise Refused("E-TRUNCATED")
    return stored


def inflate(data: bytes, entry: Entry, most: int) -> bytes:
    """The whole member, at most `most` bytes; size and CRC must agree with the directory.  Raises Refused."""
    return inflated(entry.method, entry.crc, entry.size, packed_bytes(data, entry), most=most)


def inflated(method: int, crc: int, size: int, stored: bytes, *, most: int) -> bytes:
    """The same of a member that has been taken out.  Raises Refused."""
    if size > most:
        raise Refused("E-TOOBIG")
    if method == 0:
        whole = stored
    else:
        stream = zlib.decompressobj(-15)
        try:
            whole = stream.decompress(stored, size + 1)
        except zlib.error as error:
            raise Refused("E-DAMAGED") from error
        if len(whole) > size:
            raise Refused("E-TOOBIG", "展开后比声明的大")
    if len(whole) != size or zlib.crc32(whole) != crc:
        raise Refused("E-DAMAGED")
    return whole


def pour(data: bytes, entry: Entry, feed: Callable[[bytes, bool], bool], most: int) -> None:
    """Inflates in small steps into `feed(piece, is_last)` until it answers False; nothing is checked beyond that point.

    Raises Refused: E-TOOBIG when `most` bytes came out and feed still wants more.
    """
    stored = memoryview(packed_bytes(data, entry))
    if entry.method == 0:
        _pour_stored(stored, feed, most)
        return
    stream = zlib.decompressobj(-15)
    poured = place = 0
    try:
        while not stream.eof:
            piece: bytes | memoryview = stream.unconsumed_tail
            if not piece:
                if place >= len(stored):
                    raise Refused("E-DAMAGED")
                piece = stored[place : place + STEP_IN]
                place += STEP_IN
            out = stream.decompress(piece, STEP_OUT)
            poured += len(out)
            if poured > most:
                raise Refused("E-TOOBIG")
            if not feed(out, stream.eof):
                return
    except zlib.error as error:
        raise Refused("E-DAMAGED") from error


def _pour_stored(stored: memoryview, feed: Callable[[bytes, bool], bool], most: int) -> None:
    if len(stored) > most:
        raise Refused("E-TOOBIG")
    for place in range(0, len(stored), STEP_OUT):
        if not feed(bytes(stored[place : place + STEP_OUT]), place + STEP_OUT >= len(stored)):
            return


def with_members(data: bytes, new: dict[bytes, bytes]) -> bytes:
    """The archive with other contents for some members, by stored name; every other byte, date and place in the order stays.

    Raises Refused for an unsound archive.
    """
    found = directory(data)
    listed = bytearray(data[found.start : found.end])
    entries = sorted(found.entries.values(), key=lambda entry: entry.local)
    ends = [entry.local for entry in entries[1:]] + [found.start]
    pieces = [data[: entries[0].local]] if entries else []
    place = len(pieces[0]) if pieces else 0
    for entry, end in zip(entries, ends, strict=True):
        described = entry.described - found.start
        content = new.get(entry.name)
        piece = data[entry.local : end] if content is None else _rebuilt(data, entry, content, listed, described)
        pieces.append(piece)
        _OFFSET.pack_into(listed, described + 42, place)
        place += len(piece)
    tail = bytearray(data[found.end :])
    _OFFSET.pack_into(tail, 16, place)
    return b"".join((*pieces, listed, tail))


def _rebuilt(data: bytes, entry: Entry, content: bytes, listed: bytearray, described: int) -> bytes:
    """Local header and packed content of a changed member; brings its central record in `listed` up to date."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    stored = packer.compress(content) + packer.flush()
    packed_bytes(data, entry)  # refuses a bad local header
    name_length, extra_length = _NAME_LENGTHS.unpack_from(data, entry.local + 26)
    header = bytearray(data[entry.local : entry.local + LOCAL_HEADER + name_length])
    extra_at = entry.local + LOCAL_HEADER + name_length
    extra = _without_zip64(data[extra_at : extra_at + extra_length])
    for record, at in ((header, 6), (listed, described + 8)):
        flags = int.from_bytes(record[at : at + 2], "little") & ~8  # sizes stand in the header, no descriptor follows
        record[at : at + 4] = flags.to_bytes(2, "little") + b"\x08\x00"
    sizes = _SIZES.pack(zlib.crc32(content), len(stored), len(content))
    header[14:26] = listed[described + 16 : described + 28] = sizes
    header[28:30] = len(extra).to_bytes(2, "little")
    return bytes(header) + extra + stored


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the 64-bit sizes, which would be stale now."""
    kept = []
    while len(extra) >= 4:
        kind, length = _NAME_LENGTHS.unpack_from(extra)
        if kind != 1:
            kept.append(extra[: 4 + length])
        extra = extra[4 + length :]
    return b"".join((*kept, extra))
