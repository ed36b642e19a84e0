"""Word documents → grids, straight from their XML, in the order of the document: what a reader of the page sees.

Kept changes are taken as accepted; hidden text is not there; what changes the meaning of a number (struck out, raised, a
picture) stays visible in its text, so that it is no number; ordinals that Word makes by itself are written out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring

from xlplugin.errors import UnreadableSource
from xlplugin.published.docx_styles import Numbers, Styles, W, on
from xlplugin.recognising import CONTINUED, Grid

MAX_PART = 40_000_000
MAX_ROWS = 3000
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {f"{W}{t}" for t in ("del", "moveFrom", "rPr", "pPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "rt", "instrText")}
_SKIPPED |= {f"{_COMPATIBLE}Fallback"}
_HOLDERS = {f"{W}{t}" for t in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_WRITTEN = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}
_SEEN = {f"{W}drawing": "［图］", f"{W}pict": "［图］", f"{W}object": "［图］", f"{W}sym": "［注］"}


def grids_of_docx(path: Path) -> list[Grid]:
    """Tables as grids with merged cells spread out, paragraphs as rows of one cell.  Raises UnreadableSource."""
    with zipfile.ZipFile(path) as package:
        document = _part(package, "word/document.xml")
        styles = Styles(_part(package, "word/styles.xml"))
        numbers = Numbers(_part(package, "word/numbering.xml"), styles)
    body = document.find(f"{W}body") if document is not None else None
    return _Document(styles, numbers).grids(body if body is not None else ())


def _part(package: zipfile.ZipFile, name: str) -> Any:
    """The root of a part, in the names of the transitional standard; None where there is no such part."""
    try:
        part = package.getinfo(name)
    except KeyError:
        return None
    with package.open(part) as stream:
        data = stream.read(MAX_PART + 1)
    if part.file_size > MAX_PART or len(data) > MAX_PART:
        raise UnreadableSource(f"展开后超过 {MAX_PART // 1_000_000} MB，不是一份年报，没有读。", code="E-BIG")
    return fromstring(data.replace(_STRICT, W[1:-1].encode()), forbid_dtd=True)


class _Document:
    """The walk through one document."""

    def __init__(self, styles: Styles, numbers: Numbers) -> None:
        self.styles, self.numbers = styles, numbers

    def grids(self, body: Any) -> list[Grid]:
        found: list[Grid] = [[]]
        for block in self._blocks(body):
            if block.tag == f"{W}tbl":
                found += [self._table(block), []]
            else:
                found[-1] += [[line] for line in self._text(block).split("\n") if line.strip()]
        return [g for g in found if g]

    def _blocks(self, parent: Any) -> Iterator[Any]:
        """Paragraphs and tables in order, also inside content controls, text boxes and tables that only place others."""
        for child in parent:
            if child.tag == f"{W}tbl" and _is_layout(child):
                for row in _children(child, "tr"):
                    for cell in _children(row, "tc"):
                        yield from self._blocks(cell)
            elif child.tag == f"{W}tbl":
                yield child
            elif child.tag == f"{W}p":
                yield child
                for box in _boxes(child):
                    yield from self._blocks(box)
            elif child.tag in _HOLDERS:
                yield from self._blocks(child)

    def _table(self, table: Any) -> Grid:
        rows = [row for row in _children(table, "tr") if not _gone(row)]
        return [self._row(row) for row in rows[:MAX_ROWS]]

    def _row(self, row: Any) -> list[str]:
        before = row.find(f"{W}trPr/{W}gridBefore")
        skipped = min(int(before.get(f"{W}val", "0")), 200) if before is not None else 0
        return [*[CONTINUED] * skipped, *(text for cell in _children(row, "tc") for text in self._cell(cell))]

    def _cell(self, cell: Any) -> list[str]:
        """The text of a cell and a mark for every further column it covers; a mark alone where it goes on from another."""
        properties = cell.find(f"{W}tcPr")
        if properties is None:
            return [self._inside(cell, in_cell=True)]
        if properties.find(f"{W}cellDel") is not None:
            return []
        span = properties.find(f"{W}gridSpan")
        wide = min(int(span.get(f"{W}val", "1")), 200) if span is not None else 1
        merges = (m for tag in ("vMerge", "hMerge") if (m := properties.find(f"{W}{tag}")) is not None)
        covered = any(m.get(f"{W}val", "continue") != "restart" for m in merges)
        return [CONTINUED if covered else self._inside(cell, in_cell=True), *[CONTINUED] * (wide - 1)]

    def _inside(self, parent: Any, *, in_cell: bool) -> str:
        """The paragraphs of a cell, also those of tables and text boxes in it, a line each."""
        lines: list[str] = []
        for child in parent:
            if child.tag == f"{W}p":
                lines.append(self._text(child, in_cell=in_cell).strip())
                lines += [self._inside(box, in_cell=in_cell) for box in _boxes(child)]
            elif child.tag not in _SKIPPED and not _is_placeholder(child) and not (child.tag == f"{W}tr" and _gone(child)):
                lines.append(self._inside(child, in_cell=in_cell))
        return "\n".join(x for x in lines if x)

    def _text(self, paragraph: Any, *, in_cell: bool = False) -> str:
        """The visible text of a paragraph, with the ordinal that its list gives it."""
        text = self._runs(paragraph, in_cell=in_cell)
        ordinal = self.numbers.of(paragraph)
        if not ordinal or not text.strip():
            return text
        return ordinal + text if any("\u3400" <= c <= "\u9fff" for c in text) else f"［号{ordinal}］{text}"

    def _runs(self, parent: Any, *, in_cell: bool) -> str:
        parts: list[str] = []
        for child in parent:
            if child.tag == f"{W}r":
                parts.append(self._run(child, in_cell=in_cell))
            elif child.tag not in _SKIPPED and not _is_placeholder(child):
                parts.append(self._runs(child, in_cell=in_cell) if len(child) else _math(child))
        return "".join(parts)

    def _run(self, run: Any, *, in_cell: bool) -> str:
        look = self.styles.look(run.find(f"{W}rPr"))
        text = "".join(_piece(e, in_cell=in_cell) for e in run)
        if look.hidden:
            return ""
        if look.struck and text.strip():
            return f"［删{text}］"
        return f"［注{text}］" if look.raised and text.strip() else text


def _piece(element: Any, *, in_cell: bool) -> str:
    if element.tag == f"{W}t":
        return element.text or ""
    if element.tag in _WRITTEN:
        return _WRITTEN[element.tag]
    if element.tag == f"{_COMPATIBLE}AlternateContent":
        return "［图］" if in_cell and next(element.iter(f"{W}txbxContent"), None) is None else ""
    if element.tag == f"{W}ruby":
        return "".join(t.text or "" for base in element.iter(f"{W}rubyBase") for t in base.iter(f"{W}t"))
    boxed = element.tag in _SEEN and next(element.iter(f"{W}txbxContent"), None) is not None
    return _SEEN.get(element.tag, "") if in_cell and not boxed else ""


def _math(element: Any) -> str:
    return (element.text or "") if element.tag.endswith("/math}t") else ""


def _children(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == f"{W}{tag}":
            yield child
        elif child.tag in _HOLDERS:
            yield from _children(child, tag)


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes in a paragraph, each once."""
    for child in element:
        if child.tag == f"{W}txbxContent":
            yield child
        elif child.tag not in _SKIPPED:
            yield from _boxes(child)


def _is_layout(table: Any) -> bool:
    """Whether a table only places another one: a table with several cells stands in it."""
    return any(t is not table and sum(1 for _ in t.iter(f"{W}tc")) > 3 for t in table.iter(f"{W}tbl"))


def _gone(row: Any) -> bool:
    """Whether a row was taken out by a kept change, or is hidden."""
    properties = row.find(f"{W}trPr")
    return properties is not None and (properties.find(f"{W}del") is not None or on(properties.find(f"{W}hidden")))


def _is_placeholder(control: Any) -> bool:
    """Whether a content control still shows the words that ask for its content."""
    return control.tag == f"{W}sdt" and on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))
