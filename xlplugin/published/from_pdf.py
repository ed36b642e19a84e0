"""PDF with text → grids: ruled tables cell by cell, everything else line by line.

Pages without table labels are read as lines only, which is fast.  A page that shows two pages side by side is cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2

from xlplugin.errors import UnreadableSource
from xlplugin.recognising import CONTINUED, Grid

MAX_PAGES = 300
MAX_TABLE_PAGES = 40
_LABELS = re.compile(
    r"第二十条第|信息内容|自然人|予以公开|本年新收|不予|上年结转|结转下年度|结果维持|尚未|行政复议|总计|属于|行政许可|行政处罚"
)
_TWICE = re.compile(r"信息内容|自然人|本年新收政府信息")


def grids_of_pdf(path: Path) -> list[Grid]:
    """The pages of a PDF as grids.  Raises UnreadableSource for scans, passwords and books of pages."""
    texts = _page_texts(path)
    if sum(len("".join(t.split())) for t in texts) < 20 * min(len(texts), 5):
        raise UnreadableSource("是扫描件（图片），里面没有文字。请用文字版，或对照扫描件手工填写。", code="E-SCAN")
    wanted = [i for i, t in enumerate(texts) if len(_LABELS.findall("".join(t.split()))) >= 3]
    if len(wanted) > MAX_TABLE_PAGES:
        raise UnreadableSource(f"有表格的页多于 {MAX_TABLE_PAGES} 页，不是一份年报；请分开后导入。", code="E-BIG")
    tables: dict[int, list[Grid]] = {}
    if wanted:
        with pdfplumber.open(path, pages=[i + 1 for i in wanted]) as document:
            tables = {i: list(_page(page)) for i, page in zip(wanted, document.pages, strict=True)}
    grids: list[Grid] = []
    for i, text in enumerate(texts):
        grids += tables.get(i) or [[[line.strip()] for line in text.splitlines() if line.strip()]]
    return _continued(grids)


def _page_texts(path: Path) -> list[str]:
    try:
        document: Any = pypdfium2.PdfDocument(str(path))  # type: ignore[no-untyped-call]
    except pypdfium2.PdfiumError as error:
        raise UnreadableSource("打不开：有密码或已损坏。请去掉密码后另存。", code="E-PASSWORD") from error
    if len(document) > MAX_PAGES:
        raise UnreadableSource(f"有 {len(document)} 页，多于 {MAX_PAGES} 页，不是一份年报，没有读。", code="E-BIG")
    return [document[i].get_textpage().get_text_bounded() for i in range(len(document))]


def _page(page: Any) -> Iterator[Grid]:
    middle = page.width / 2
    lines = page.extract_text_lines(return_chars=False)
    if page.width > page.height and any(len(_TWICE.findall("".join(x["text"].split()))) > 1 for x in lines):
        for box in ((0, 0, middle, page.height), (middle, 0, page.width, page.height)):
            yield from _half(page.crop(box))
        return
    yield from _half(page)


def _half(page: Any) -> Iterator[Grid]:
    """Tables and the lines between them, from the top down."""
    tables = sorted(page.find_tables(), key=lambda t: t.bbox[1])
    top = page.bbox[1]
    for table in tables:
        if table.bbox[1] > top:
            yield _lines(page.crop((page.bbox[0], top, page.bbox[2], table.bbox[1])))
        yield _ruled(table)
        top = max(top, table.bbox[3])
    if top < page.bbox[3]:
        yield _lines(page.crop((page.bbox[0], top, page.bbox[2], page.bbox[3])))


def _ruled(table: Any) -> Grid:
    """A ruled table; a place that no cell covers of its own belongs to a merged one."""
    text = table.extract()
    return [[CONTINUED if cell is None else cell.strip() for cell in row] for row in text]


def _lines(page: Any) -> Grid:
    """Lines of words; a wide gap parts cells."""
    rows: Grid = []
    for line in page.extract_text_lines(return_chars=True):
        cells, last = [""], None
        for char in line["chars"]:
            if last is not None and char["x0"] - last["x1"] > 0.6 * max(char["size"], 1) and cells[-1].strip():
                cells.append("")
            cells[-1] += char["text"]
            last = char
        cells = [c.strip() for c in cells if c.strip()]
        figures = any(c.isdigit() for c in line["text"])
        rows += [cells] if figures and len(cells) > 2 else [["".join(cells)]] if cells else []
    return rows


def _continued(grids: list[Grid]) -> list[Grid]:
    return [g for g in grids if g]
