"""Word documents → grids, straight from word/document.xml, in the order of the document."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring

from xlplugin.errors import UnreadableSource
from xlplugin.recognising import CONTINUED, Grid

MAX_PART = 40_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {
    f"{_W}{t}" for t in ("del", "delText", "instrText", "pPr", "tblPr", "trPr", "sectPr", "moveFrom", "footnoteReference")
}
_SKIPPED |= {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def grids_of_docx(path: Path) -> list[Grid]:
    """Tables as grids with merged cells spread out, paragraphs as rows of one cell.  Raises UnreadableSource."""
    with zipfile.ZipFile(path) as package:
        part = package.getinfo("word/document.xml")
        if part.file_size > MAX_PART:
            raise UnreadableSource(f"展开后超过 {MAX_PART // 1_000_000} MB，不是一份年报，没有读。", code="E-BIG")
        with package.open(part) as stream:
            data = stream.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise UnreadableSource(f"展开后超过 {MAX_PART // 1_000_000} MB，不是一份年报，没有读。", code="E-BIG")
    body = fromstring(data, forbid_dtd=True).find(f"{_W}body")
    grids: list[Grid] = []
    for block in _blocks(body if body is not None else ()):
        _add(grids, block)
    return grids


def _add(grids: list[Grid], block: Any) -> None:
    if block.tag == f"{_W}tbl":
        inner = list(block.iter(f"{_W}tbl"))
        if len(inner) > 1:
            for cell in block.iter(f"{_W}tc"):
                if next(cell.iter(f"{_W}tc")) is cell:
                    for nested in _blocks(cell):
                        if nested.tag != f"{_W}tbl" or len(list(nested.iter(f"{_W}tbl"))) == 1:
                            _add(grids, nested)
            return
        grids.append(_table(block))
        grids.append([])
        return
    text = _text(block)
    if text.strip():
        if not grids:
            grids.append([])
        grids[-1] += [[line] for line in text.split("\n") if line.strip()]


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also inside content controls."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child)


def _table(table: Any) -> Grid:
    rows = list(_children(table, "tr"))
    return [[text for cell in _children(row, "tc") for text in _cell(cell)] for row in rows[:3000]]


def _children(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _children(child, tag)


def _cell(cell: Any) -> list[str]:
    """The text of a cell and a mark for every further column it covers; a mark alone below a vertical merge."""
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    wide = min(int(span.get(f"{_W}val", "1")), 200) if span is not None else 1
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    below = merge is not None and merge.get(f"{_W}val", "continue") != "restart"
    text = CONTINUED if below else "\n".join(t for p in cell.iter(f"{_W}p") if (t := _text(p).strip()))
    return [text, *[CONTINUED] * (wide - 1)]


def _text(paragraph: Any) -> str:
    """The visible text of a paragraph; struck out and raised runs stay visible as such."""
    parts: list[str] = []
    pending = [paragraph]
    while pending:
        element = pending.pop()
        if element.tag in _SKIPPED:
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif element.tag == f"{_W}tab":
            parts.append(" ")
        elif element.tag == f"{_W}r":
            parts.append(_run(element))
        else:
            pending += reversed(list(element))
    return "".join(parts)


def _run(run: Any) -> str:
    style = run.find(f"{_W}rPr")
    text = "".join(
        (e.text or "") if e.tag == f"{_W}t" else "\n" if e.tag in (f"{_W}br", f"{_W}cr") else " " if e.tag == f"{_W}tab" else ""
        for e in run
    )
    if style is None or not text.strip():
        return text
    if _on(style.find(f"{_W}vanish")):
        return ""
    if _on(style.find(f"{_W}strike")) or _on(style.find(f"{_W}dstrike")):
        return f"［删{text}］"
    raised = style.find(f"{_W}vertAlign")
    return f"［注{text}］" if raised is not None and raised.get(f"{_W}val") in ("superscript", "subscript") else text


def _on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val", "true") not in ("0", "false", "off")
