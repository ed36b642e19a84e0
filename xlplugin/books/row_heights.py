"""Heights of rows in a closed workbook, where no program measures the text that was put into them."""

from __future__ import annotations

import re
import xml.parsers.expat as expat
from collections.abc import Mapping

from xlplugin.books import archive
from xlplugin.books.exact import parse, pour_whole
from xlplugin.books.package import MOST_POURED, open_package
from xlplugin.books.raw import NAMESPACES

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_HEIGHT = re.compile(rb"""\s+ht\s*=\s*(?:"[^"]*"|'[^']*')""")
_ROWS = {f"{space}}}row" for space in NAMESPACES}
_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")


def with_row_heights(data: bytes, sheet: str, heights: Mapping[int, float | None]) -> bytes:
    """The workbook with these rows so many points high; None: the height of an empty row.

    Only a height that a program worked out is replaced; a row whose height a person chose stays, and so does a row that
    the file does not have.  Raises UnreadableSource for a damaged sheet.
    """
    package = open_package(data)
    part = package.sheets.get(sheet)
    if part is None:
        return data
    entry = package.entry(part)
    xml = archive.inflate(data, entry, MOST_POURED)
    fitted = fit_rows(xml, heights)
    return data if fitted == xml else archive.with_members(data, {entry.name: fitted})


def fit_rows(xml: bytes, heights: Mapping[int, float | None]) -> bytes:
    """A sheet's XML with the heights; one in UTF-16, which no spreadsheet program writes, stays as it is."""
    if xml.startswith(_BYTE_ORDER):
        return xml
    places: list[tuple[int, float | None]] = []
    parser = expat.ParserCreate("utf-8", namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        row = attributes.get("r", "")
        chosen = attributes.get("customHeight") in ("1", "true")
        if name in _ROWS and not chosen and row.isdecimal() and int(row) in heights:
            places.append((parser.CurrentByteIndex, heights[int(row)]))

    parser.StartElementHandler = start
    parse(parser, pour_whole(xml))
    pieces: list[bytes] = []
    done = 0
    for at, points in places:
        tag = _TAG.match(xml, at)
        assert tag is not None  # expat has just read it
        pieces += (xml[done:at], _tall(tag[0], points))
        done = tag.end()
    return b"".join((*pieces, xml[done:]))


def _tall(tag: bytes, points: float | None) -> bytes:
    bare = _HEIGHT.sub(b"", tag)
    if points is None:
        return bare
    end = b"/>" if bare.endswith(b"/>") else b">"
    return bare.removesuffix(end).rstrip() + f' ht="{points:g}"'.encode() + end
