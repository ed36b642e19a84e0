"""HTML → grids: each table one grid with its merged cells spread out, the text between them one line a row.

What a reader of the page does not see is left out; what changes the meaning of a number (struck out, a footnote mark)
stays visible in its text, so that it is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from lxml import etree

from xlplugin.errors import UnreadableSource
from xlplugin.published.merged_cells import MAX_CELLS, spread
from xlplugin.published.page_versions import versions_of_page
from xlplugin.recognising import EMPTY_LINE, Grid

MAX_ROWS = 3000
_HIDDEN = {"script", "style", "noscript", "template", "head", "title", "select", "option", "iframe", "svg", "object"}
_INLINE = {
    "a", "abbr", "b", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "small", "span",
    "strong", "tt", "u", "var", "o:p", "st1:chsdate", "nobr", "wbr", "input", "sup", "sub", "del", "s", "strike", "img",
}  # fmt: skip
_MARKED = {"sup": "［注", "sub": "［注", "del": "［删", "s": "［删", "strike": "［删"}
_ODD = tuple(sorted(_HIDDEN | _MARKED.keys() | {"input"}))
_ANY_HIDDEN = etree.XPath("boolean(descendant::*/@hidden)")
_STYLES: Any = etree.XPath("descendant-or-self::*/@style", smart_strings=False)
_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0*\.?0+(?:px|pt|r?em|%)?\s*(?:[;!]|$)", re.IGNORECASE
)
_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_HIDING_RULE = re.compile(r"([^{}]{1,400})\{[^{}]{0,2000}?(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ONE_CLASS = re.compile(r"(?:[A-Za-z]\w*)?\.([\w-]+)")
_NOT_TYPED = {"hidden", "checkbox", "radio", "button", "submit", "reset", "image", "file", "password"}
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_CELLS = ("td", "th")
_DIGITS = re.compile(r"\s*(\d{1,6})")
_FRAME = re.compile(r"<(?=[/!hb])(?:/?(?:html|body|head)\b|!doctype)[^>]*>", re.IGNORECASE)  # a page may hold several documents
_TELLING = re.compile(r"本年新收|結轉下年度|结转下年度|行政事业性收费|行政事業性收費|尚未审结|尚未審結")


def grids_of_html(text: str, name: str = "") -> list[Grid]:
    """The grids of a page, also where its HTML is escaped inside JSON or a script.  Raises UnreadableSource."""
    first: list[Grid] = []
    for version in versions_of_page(text):
        grids = list(_grids(version, name))
        if any(_TELLING.search(text) for grid in grids for row in grid for text in row) or _is_told(grids):
            return grids
        first = first or grids
    return first


def _is_told(grids: Sequence[Grid]) -> bool:
    """Whether the words of a report stand in some row, also where white space parts them."""
    return any(_TELLING.search("".join("|".join(row).split())) for grid in grids for row in grid)


def _grids(text: str, name: str) -> Iterator[Grid]:
    parser = etree.HTMLParser(recover=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = f"<html><body>{_FRAME.sub(' ', text)}</body></html>"
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource(f"{name} 不是能读的网页，请确认文件完整。", code="E-HTML") from error
    if classes := _hiding_classes(text):
        _hide(root, classes)
    yield from _Page(name).walk(root)


class _Page:
    """The walk through one page: lines of text gathered until a table comes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.flow: Grid = []
        self.line: list[str] = []
        self.cells = 0

    def walk(self, root: Any) -> Iterator[Grid]:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else "script"
            if event == "start":
                if tag in _HIDDEN or _unseen(element):
                    walker.skip_subtree()
                elif tag == "table" and not _is_layout(element):
                    self._break()
                    yield from self._out(self._table(element))
                    walker.skip_subtree()
                else:
                    self._start(element, tag)
            elif tag != "html":
                self._end(element, tag)
        self._break()
        if self.flow:
            yield self.flow

    def _start(self, element: Any, tag: str) -> None:
        if tag not in _INLINE:
            self._break()
        if tag == "input":
            self.line.append(_typed(element))
        if mark := _mark(element, tag):
            self.line.append(mark)
        if element.text:
            self.line.append(element.text)

    def _end(self, element: Any, tag: str) -> None:
        if tag in _HIDDEN or tag == "table" or _unseen(element):
            self._break()
        elif tag not in _INLINE:
            self._break(holder=tag in ("p", "td", "div") and len(element) == 0)
        elif _mark(element, tag):
            self.line.append("］")
        if element.tail:
            self.line.append(element.tail)

    def _break(self, *, holder: bool = False) -> None:
        text = "".join(self.line)
        self.line = []
        if text.strip():
            self.flow.append([" ".join(text.split())])
        elif holder and "\xa0" in text:
            self.flow.append([EMPTY_LINE])

    def _out(self, grid: Grid) -> Iterator[Grid]:
        if self.flow:
            yield self.flow
            self.flow = []
        if grid:
            yield grid

    def _table(self, table: Any) -> Grid:
        for caption in table.iterchildren("caption"):
            self.flow.append([_text(caption)])
        plain = _is_plain(table)
        rows = [r for r in table.iter("tr") if plain or not _unseen(r)]
        if next(table.iterdescendants("table"), None) is not None:
            rows = [r for r in rows if next(r.iterancestors("table")) is table]
        if next(table.iterdescendants("thead", "tfoot"), None) is not None:
            rows.sort(key=_part)
        read = _plain_cell if plain else _cell
        grid = spread([[found for c in row if c.tag in _CELLS and (found := read(c))] for row in rows[:MAX_ROWS]])
        self.cells += sum(map(len, grid))
        if self.cells > MAX_CELLS:
            raise UnreadableSource(f"{self.name} 的表格多于 {MAX_CELLS} 格，不是一份年报，没有读。", code="E-BIG")
        return grid


def _hide(root: Any, classes: frozenset[str]) -> None:
    """Mark what a style sheet hides inside tables; a hidden part of the page is often a tab that a click shows."""
    for element in root.iterfind(".//table//*[@class]"):
        if not classes.isdisjoint(element.get("class").split()):
            element.set("hidden", "")


def _part(row: Any) -> int:
    """Where a browser shows a row: <thead> first and <tfoot> last, wherever they stand in the page."""
    return {"thead": 0, "tfoot": 2}.get(row.getparent().tag, 1)


def _is_layout(table: Any) -> bool:
    """Whether a table only arranges the page: another table with several cells stands in it."""
    inner = next(table.iterdescendants("table"), None)
    return inner is not None and any(len(list(t.iterdescendants("td", "th"))) > 3 for t in table.iterdescendants("table"))


def _unseen(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _hides(style))


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    return _STYLE.search(style) is not None


def _hiding_classes(text: str) -> frozenset[str]:
    """The classes that the page's own style sheets hide, as far as a rule names one class and nothing else."""
    sheets = (sheet[1] for sheet in _STYLE_SHEET.finditer(text))
    names = (name.strip() for sheet in sheets for rule in _HIDING_RULE.finditer(sheet) for name in rule[1].split(","))
    return frozenset(found[1] for name in names if (found := _ONE_CLASS.fullmatch(name)))


def _mark(element: Any, tag: str) -> str:
    """What is put in front of text that is struck out or raised."""
    style = element.get("style")
    if tag in _MARKED:
        return _MARKED[tag]
    if not style or not _speaks(style):
        return ""
    if _STRUCK.search(style):
        return "［删"
    return "［注" if tag == "span" and _RAISED.search(style) else ""


def _is_plain(table: Any) -> bool:
    """Whether nothing in a table is hidden, struck out, raised or typed into a field: every text is simply its text."""
    if next(table.iterdescendants(*_ODD), None) is not None or _ANY_HIDDEN(table):
        return False
    return not any(map(_speaks, set(_STYLES(table))))


def _plain_cell(cell: Any) -> tuple[str, int, int]:
    """The text of a cell of a plain table and how many columns and rows it covers."""
    if len(cell) == 0:
        text = (cell.text or "").strip()
    else:
        texts = [t for t in cell.itertext() if t.strip()]
        text = (_tidied(texts[0]) if not texts[0].isdigit() else texts[0]) if len(texts) == 1 else _text(cell) if texts else ""
    if not cell.keys():
        return text, 1, 1
    return text, _span(cell.get("colspan")), _span(cell.get("rowspan"))


def _cell(cell: Any) -> tuple[str, int, int] | None:
    """The text of a cell and how many columns and rows it covers; None where it is not seen."""
    text = (cell.text or "").strip() if len(cell) == 0 else _text(cell)
    said = dict(cell.items())
    if not said:
        return text, 1, 1
    style = said.get("style")
    if "hidden" in said or (style and _hides(style)):
        return None
    if style and text and _speaks(style) and _STRUCK.search(style):
        text = f"［删{text}］"
    return text, _span(said.get("colspan")), _span(said.get("rowspan"))


def _typed(field: Any) -> str:
    """What stands in a field that a reader sees."""
    return "" if (field.get("type") or "text").lower() in _NOT_TYPED else field.get("value") or ""


def _span(said: str | None) -> int:
    if said is None or said == "1":
        return 1
    digits = _DIGITS.match(said)
    return max(1, min(int(digits[1]), MAX_ROWS)) if digits else 1


def _text(cell: Any) -> str:
    """The visible text of a cell, lines kept apart."""
    texts = [t for t in cell.itertext() if t.strip()]
    if len(texts) < 2 and not any(map(_is_special, cell.iterdescendants())):
        return _tidied(texts[0]) if texts else ""
    parts: list[str] = []
    walker = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else "script"
        if element is cell:
            parts.append((element.text or "") if event == "start" else "")
            continue
        hidden = tag in _HIDDEN or _unseen(element)
        if event == "start":
            if hidden:
                walker.skip_subtree()
                continue
            parts += [
                "" if tag in _INLINE else "\n",
                _typed(element) if tag == "input" else "",
                _mark(element, tag),
                element.text or "",
            ]
        else:
            parts += [
                "］" if not hidden and _mark(element, tag) else "",
                "" if tag in _INLINE or hidden else "\n",
                element.tail or "",
            ]
    return _tidied("".join(parts))


def _tidied(text: str) -> str:
    """Lines without needless white space, empty ones left out."""
    return "\n".join(x for line in text.split("\n") if (x := " ".join(line.split())))


def _is_special(element: Any) -> bool:
    """Whether an element's text is not simply its text: hidden, marked, or typed into a field."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _HIDDEN or tag in _MARKED or tag == "input" or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _speaks(style)


@lru_cache(maxsize=1024)
def _speaks(style: str) -> bool:
    return any(p.search(style) is not None for p in (_STYLE, _STRUCK, _RAISED))
