"""What a file is, by its content: its name is not asked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum


class Medium(StrEnum):
    HTML = "html"
    TEXT = "text"
    DOCX = "docx"
    PDF = "pdf"
    WORKBOOK = "workbook"
    OLD_WORD = "doc"
    PICTURE = "picture"
    ARCHIVE = "archive"
    LOCKED = "locked"
    OFD = "ofd"
    OPEN_TEXT = "odt"
    RICH_TEXT = "rtf"
    EMPTY = "empty"


_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_TAG = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|td|span|section|article)[\s>/]", re.IGNORECASE)
_ESCAPED = re.compile(rb"(?:\\u003c|&lt;|<)\\*/?\s*(?:table|td|tr)\b", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(data: bytes) -> Medium:
    """The medium of these bytes; `text` where nothing says otherwise."""
    head = data[:4096].lstrip()
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        return Medium.EMPTY
    if b"%PDF-" in data[:1024]:
        return Medium.PDF
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(data)
    if head.startswith(b"{\\rtf"):
        return Medium.RICH_TEXT
    if data.startswith(_PICTURES):
        return Medium.PICTURE
    return Medium.HTML if _TAG.search(head) or _is_page(_narrow(data)) else Medium.TEXT


def _is_page(text: bytes) -> bool:
    """Whether tags stand in a text, as they are or escaped."""
    if b"<" not in text and b"&" not in text and b"\\" not in text:  # what is quickly seen
        return False
    return _TAG.search(text) is not None or _ESCAPED.search(text) is not None


def _compound(data: bytes) -> Medium:
    """What a file of the older programs is, by the first name in the list of its streams; others are of what is embedded."""
    names = {"EncryptedPackage": Medium.LOCKED, "WordDocument": Medium.OLD_WORD, "Workbook": Medium.WORKBOOK}
    found = {at: medium for name, medium in names.items() if (at := data.find(name.encode("utf-16-le"))) >= 0}
    return found[min(found)] if found else Medium.WORKBOOK


def _narrow(data: bytes) -> bytes:
    """The beginning of a text in one-byte steps, whatever its encoding."""
    start = data[:400_000]
    return start.replace(b"\x00", b"") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else start


def _mimetype(package: zipfile.ZipFile) -> bytes:
    with package.open("mimetype") as stream:
        return stream.read(80)


def _zipped(data: bytes) -> Medium:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        names = set(package.namelist())
        kind = _mimetype(package) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return Medium.ARCHIVE
    if "word/document.xml" in names:
        return Medium.DOCX
    if b"opendocument.text" in kind:
        return Medium.OPEN_TEXT
    if "OFD.xml" in names:
        return Medium.OFD
    if any(n in names for n in ("xl/workbook.xml", "xl/workbook.bin", "content.xml")):
        return Medium.WORKBOOK
    return Medium.ARCHIVE
