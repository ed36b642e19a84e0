"""PDF with text → grids: ruled tables cell by cell, others by their columns, everything else line by line.

Pages without table labels are read as lines only, which is fast.  A page that shows two pages side by side is cut in two;
a table that runs over a page is one table, without its header rows again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2

from xlplugin.errors import UnreadableSource
from xlplugin.published.pdf_pages import Part, halves, joined, parts_of
from xlplugin.published.pdf_unruled import Band
from xlplugin.published.pdf_words import sheet_of
from xlplugin.recognising import Grid

MAX_PAGES = 300
MAX_TABLE_PAGES = 40
_LABELS = re.compile(
    r"第二十条第|信息内容|自然人|予以公开|本年新收|不予|上年结转|结转下年度|结果维持|尚未|行政复议|总计|属于|行政许可|行政处罚"
)


def grids_of_pdf(path: Path) -> list[Grid]:
    """The pages of a PDF as grids.  Raises UnreadableSource for scans, passwords and books of pages."""
    texts = _page_texts(path)
    if sum(len("".join(t.split())) for t in texts) < 20 * min(len(texts), 5):
        raise UnreadableSource("是扫描件（图片），里面没有文字。请用文字版，或对照扫描件手工填写。", code="E-SCAN")
    wanted = _wanted(texts)
    if len(wanted) > MAX_TABLE_PAGES:
        raise UnreadableSource(f"有表格的页多于 {MAX_TABLE_PAGES} 页，不是一份年报；请分开后导入。", code="E-BIG")
    tables = dict(_tables(path, wanted)) if wanted else {}
    pages = [tables.get(i) or [[Part(_lines(text))]] for i, text in enumerate(texts)]
    return [p.grid for p in joined(_in_order(pages)) if p.grid]


def _wanted(texts: Sequence[str]) -> list[int]:
    """The pages with tables, and those next to them on which one may go on."""
    labels = [len(_LABELS.findall("".join(t.split()))) for t in texts]
    sure = {i for i, n in enumerate(labels) if n >= 3}
    return [i for i, n in enumerate(labels) if i in sure or (n and {i - 1, i + 1} & sure)]


def _page_texts(path: Path) -> list[str]:
    try:
        document: Any = pypdfium2.PdfDocument(str(path))  # type: ignore[no-untyped-call]
    except pypdfium2.PdfiumError as error:
        raise UnreadableSource("打不开：有密码或已损坏。请去掉密码后另存。", code="E-PASSWORD") from error
    if len(document) > MAX_PAGES:
        raise UnreadableSource(f"有 {len(document)} 页，多于 {MAX_PAGES} 页，不是一份年报，没有读。", code="E-BIG")
    return [document[i].get_textpage().get_text_bounded() for i in range(len(document))]


def _tables(path: Path, wanted: Sequence[int]) -> Iterator[tuple[int, list[list[Part]]]]:
    """The pages with tables: each one or two lists of parts, from the top down."""
    with pdfplumber.open(path, pages=[i + 1 for i in wanted]) as document:
        columns: Sequence[Band] = ()
        for i, page in zip(wanted, document.pages, strict=True):
            parts: list[list[Part]] = []
            for half in halves(sheet_of(page)):
                some, columns = parts_of(half, columns)
                parts.append(some)
            yield i, parts
            page.close()


def _lines(text: str) -> Grid:
    return [[line.strip()] for line in text.splitlines() if line.strip()]


def _in_order(pages: Sequence[list[list[Part]]]) -> list[list[Part]]:
    """Page by page; but where two reports run side by side, first all left halves, then all right ones."""
    double = [p for p in pages if len(p) == 2]
    if double and all(any(_is_title(part) for part in half) for half in double[0]):
        return [p[0] for p in pages] + [p[1] for p in double]
    return [half for page in pages for half in page]


def _is_title(part: Part) -> bool:
    return any(len(row) == 1 and len(row[0]) < 60 and "".join(row[0].split()).endswith("年度报告") for row in part.grid[:3])
