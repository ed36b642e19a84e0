"""What python-calamine does not say of the cells of a workbook: hidden rows and columns, formulas without a result, struck out.

Read from the XML of .xlsx and .ods; .xls and .et say it in another way (`xls_marks`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import join, normpath
from typing import Any, NamedTuple

from defusedxml.ElementTree import fromstring, iterparse

_FARTHEST = 20_000  # rows and columns; no report has more
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


class Marks(NamedTuple):
    """Rows and columns of a sheet that are hidden; cells with a formula but no result; cells struck out.  From 0."""

    rows: frozenset[int]
    columns: frozenset[int]
    unknown: tuple[tuple[int, int], ...]
    struck: tuple[tuple[int, int], ...]


NO_MARKS = Marks(frozenset(), frozenset(), (), ())


def marks_of(path: Path, names: Sequence[str]) -> Mapping[str, Marks]:
    """The marks of each sheet of a zipped workbook."""
    with zipfile.ZipFile(path) as package:
        parts = set(package.namelist())
        if "content.xml" in parts:
            return dict(_ods(package))
        if "xl/workbook.xml" not in parts:
            return {}
        root = fromstring(package.read("xl/workbook.xml"), forbid_dtd=True)
        links = _links(package, parts)
        anew = any(e.get("fullCalcOnLoad") in ("1", "true") for e in _all(root, "calcPr"))
        struck = _struck_styles(package) if "xl/styles.xml" in parts else frozenset()
        found = {}
        for sheet in _all(root, "sheet"):
            part = links.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
            if sheet.get("name") in names and part in parts:
                found[sheet.get("name", "")] = _xlsx(package, part, struck, anew=anew)
        return found


def _all(root: Any, tag: str) -> Iterator[Any]:
    return (e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == tag)


def _links(package: zipfile.ZipFile, parts: set[str]) -> dict[str, str]:
    if "xl/_rels/workbook.xml.rels" not in parts:
        return {}
    root = fromstring(package.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    return {e.get("Id", ""): _whole(e.get("Target", "")) for e in _all(root, "Relationship")}


def _whole(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _struck_styles(package: zipfile.ZipFile) -> frozenset[str]:
    """The numbers of the cell formats whose font is struck out."""
    root = fromstring(package.read("xl/styles.xml"), forbid_dtd=True)
    fonts = next(_all(root, "fonts"), ())
    struck = {str(i) for i, f in enumerate(fonts) if any(s.get("val", "1") not in ("0", "false") for s in _all(f, "strike"))}
    formats = next(_all(root, "cellXfs"), ())
    return frozenset(str(i) for i, x in enumerate(formats) if x.get("fontId") in struck)


def _xlsx(package: zipfile.ZipFile, part: str, struck_styles: frozenset[str], *, anew: bool) -> Marks:
    """`anew`: the book is to be calculated when it is opened, so that no result in it can be trusted."""
    rows: set[int] = set()
    columns: set[int] = set()
    unknown: list[tuple[int, int]] = []
    struck: list[tuple[int, int]] = []
    with package.open(part) as stream:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if tag == "c" and (place := _place(element.get("r", ""))):
                formula = any(e.tag.rpartition("}")[2] == "f" for e in element)
                value = next((e.text for e in element if e.tag.rpartition("}")[2] == "v"), None)
                if formula and (anew or not value):
                    unknown.append(place)
                if element.get("s") in struck_styles:
                    struck.append(place)
            elif tag == "row":
                number = element.get("r", "")
                if number.isdigit() and (_yes(element, "hidden") or element.get("ht") == "0"):
                    rows.add(int(number) - 1)
                element.clear()
            elif tag == "col" and (_yes(element, "hidden") or element.get("width") == "0"):
                columns |= set(range(int(element.get("min", "1")) - 1, min(int(element.get("max", "1")), _FARTHEST)))
    return Marks(frozenset(rows), frozenset(columns), tuple(unknown), tuple(struck))


def _yes(element: Any, name: str) -> bool:
    return element.get(name) in ("1", "true", "on")


def _place(reference: str) -> tuple[int, int] | None:
    found = _PLACE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _ods(package: zipfile.ZipFile) -> Iterator[tuple[str, Marks]]:
    struck: set[str] = set()
    with package.open("content.xml") as stream:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag == f"{_STYLE}style" and any(_lined_through(e) for e in element):
                struck.add(element.get(f"{_STYLE}name", ""))
            if element.tag == f"{_TABLE}table":
                rows = list(element.iter(f"{_TABLE}table-row"))
                columns = _hidden(element.iter(f"{_TABLE}table-column"), "columns")
                unknown = _ods_cells(rows, _without_result)
                lined = _ods_cells(rows, lambda cell: cell.get(f"{_TABLE}style-name") in struck)
                yield element.get(f"{_TABLE}name", ""), Marks(_hidden(rows, "rows"), columns, unknown, lined)
                element.clear()


def _lined_through(properties: Any) -> bool:
    """Whether the text of a style is struck out."""
    said = (properties.get(f"{_STYLE}text-line-through-{kind}") for kind in ("style", "type"))
    return any(x not in (None, "none") for x in said)


def _ods_cells(rows: Sequence[Any], wanted: Callable[[Any], bool]) -> tuple[tuple[int, int], ...]:
    """The places of such cells (none of which is repeated down)."""
    cells = ((r, c, cell) for r, _, row in _placed(rows, "rows") for c, _, cell in _placed(row, "columns"))
    return tuple((r, c) for r, c, cell in cells if wanted(cell))


def _without_result(cell: Any) -> bool:
    """Whether a cell has a formula and no value."""
    return bool(cell.get(f"{_TABLE}formula")) and not any(k.startswith(_OFFICE) and k.endswith("value") for k in cell.attrib)


def _hidden(elements: Iterable[Any], what: str) -> frozenset[int]:
    found = (range(at, min(at + count, _FARTHEST)) for at, count, e in _placed(elements, what) if _collapsed(e))
    return frozenset(i for some in found for i in some)


def _placed(elements: Iterable[Any], what: str) -> Iterator[tuple[int, int, Any]]:
    """Each element with its number and for how many it stands."""
    at = 0
    for element in elements:
        count = max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")))
        yield at, count, element
        at += count


def _collapsed(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")
