"""What a file is, by its content: its name is not asked."""

from __future__ import annotations

import io
import re
import zipfile
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
        return Medium.OLD_WORD if "WordDocument".encode("utf-16-le") in data[:200_000] else Medium.WORKBOOK
    if data.startswith(_PICTURES):
        return Medium.PICTURE
    if _TAG.search(head) or _TAG.search(_narrow(data)) or _ESCAPED.search(_narrow(data)):
        return Medium.HTML
    return Medium.TEXT


def _narrow(data: bytes) -> bytes:
    """The beginning of a text in one-byte steps, whatever its encoding."""
    start = data[:400_000]
    return start.replace(b"\x00", b"") if start[:2] in (b"\xff\xfe", b"\xfe\xff") else start


def _zipped(data: bytes) -> Medium:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Medium.ARCHIVE
    if "word/document.xml" in names:
        return Medium.DOCX
    if any(n in names for n in ("xl/workbook.xml", "xl/workbook.bin", "content.xml")):
        return Medium.WORKBOOK
    return Medium.ARCHIVE
