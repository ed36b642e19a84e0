"""Puts values into the XML of one sheet by cutting at byte positions that expat names; all other bytes stay as they are."""

import codecs
import math
import re
import xml.parsers.expat as expat
from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from xlplugin.books.exact import parse, pour_whole
from xlplugin.books.raw import LONGEST_TEXT, NAMESPACES, column_letters, column_number
from xlplugin.books.refusals import Refused

Place = tuple[int, int]  # (row, column), both from 1


class Cached(NamedTuple):
    """The new result of a formula cell, whose formula stays; None: not calculated."""

    value: int | float | Decimal | str | bool | None


Plain = int | Decimal | str | bool | None
Change = Plain | Cached

_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_NEEDS_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOCAL = {(space, name): name for space in NAMESPACES for name in ("sheetData", "row", "c", "f")}


def edit_sheet(xml: bytes, changes: Mapping[Place, Change]) -> bytes:
    """The sheet with these values in it.

    None empties a cell and keeps its style; a cell or row that is missing is put in order.
    Raises ValueError where a plain value meets a formula, or Cached none; Refused for a damaged sheet.
    """
    codec = next((name for mark, name in _UTF16 if xml.startswith(mark)), "")
    try:
        if not codec:
            return _Editor(xml, changes).run()
        return xml[:2] + _Editor(xml[2:].decode(codec).encode(), changes).run().decode().encode(codec)
    except UnicodeDecodeError as error:
        raise Refused("E-XML") from error
    except _Unfit as unfit:
        raise ValueError(str(unfit)) from unfit


def address(place: Place) -> str:
    """(2, 28) -> AB2."""
    return f"{column_letters(place[1])}{place[0]}"


class _Unfit(Exception):
    """The change does not fit the cell; edit_sheet makes a ValueError of it, which expat's own must not be taken for."""


class _Child(NamedTuple):
    local: str
    start: int
    end: int


class _Editor:
    """Walks through the sheet once, meeting the changes in the order of the rows, and notes what to replace where."""

    def __init__(self, xml: bytes, changes: Mapping[Place, Change]) -> None:
        self.xml, self.changes = xml, changes
        self.rows: dict[int, deque[int]] = {}
        for row, column in sorted(changes):
            if not (1 <= row <= 1_048_576 and 1 <= column <= 16_384):
                raise _Unfit(f"没有第 {row} 行第 {column} 列这样的单元格")
            self.rows.setdefault(row, deque()).append(column)
        self.waiting = deque(self.rows)  # rows not met yet
        self.edits: list[tuple[int, int, bytes]] = []
        self.arrays: list[tuple[int, int, int, int]] = []
        self.without_formula: set[Place] = set()  # cells that need an array around them (Cached) or must not have one
        self.depth = self.row = self.column = 0
        self.open: list[tuple[int, bytes]] = []  # (place, bytes) of the start tags from sheetData down
        self.prefix = ""
        self.inserted = b""  # cells that the open row gets at its end
        self.row_gains = False
        self.children: list[_Child] = []
        self.has_formula = False
        self.parser = parser = expat.ParserCreate("utf-8", namespace_separator="}")
        parser.namespace_prefixes = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.XmlDeclHandler = self._declared

    def run(self) -> bytes:
        parse(self.parser, pour_whole(self.xml))
        if self.waiting:
            raise Refused("E-XML")
        self._judge_arrays()
        pieces: list[bytes] = []
        done = 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            pieces += (self.xml[done:start], new)
            done = end
        return b"".join((*pieces, self.xml[done:]))

    # what expat calls

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf-16"):
            raise Refused("E-XML", encoding or "")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        space, local, prefix = _split(name)
        kind = _LOCAL.get((space, local))
        here = self.parser.CurrentByteIndex
        if self.depth == 2 and kind == "sheetData":
            self.prefix = f"{prefix}:" if prefix else ""
        if self.depth < 2 or not (self.open or kind == "sheetData"):
            return
        match = _TAG.match(self.xml, here)
        if match is None:
            raise Refused("E-XML")
        self.open.append((here, match[0]))
        if self.depth == 3 and kind == "row":
            self._start_row(attributes, here)
        elif self.depth == 4 and kind == "c":
            self._start_cell(attributes, here)
        elif self.depth == 5 and kind == "f":
            self._formula(attributes)

    def _end(self, name: str) -> None:
        if self.open:
            start, tag = self.open.pop()
            closed = tag.endswith(b"/>")
            inner_end = start + len(tag) if closed else self.parser.CurrentByteIndex
            end = inner_end if closed else self.xml.index(b">", inner_end) + 1
            space, local, _ = _split(name)
            kind = _LOCAL.get((space, local))
            if self.depth == 5:
                self.children.append(_Child(local, start, end))
            elif self.depth == 4 and kind == "c":
                self._end_cell(tag, start, end)
            elif self.depth == 3 and kind == "row":
                self._end_row(tag, start, inner_end, end)
            elif self.depth == 2:
                self._end_rows(tag, start, inner_end, end)
        self.depth -= 1

    def _start_row(self, attributes: dict[str, str], here: int) -> None:
        written = attributes.get("r", str(self.row + 1))
        if not (written.isascii() and written.isdigit() and len(written) <= 7):
            raise Refused("E-XML", written[:12])
        number = int(written)
        if number <= self.row:
            raise Refused("E-ROWORDER", f"第 {number} 行")
        self._insert(here, self._new_rows(before=number))
        self.row, self.column = number, 0
        self.inserted, self.row_gains = b"", False
        if self.waiting and self.waiting[0] == number:
            self.waiting.popleft()

    def _start_cell(self, attributes: dict[str, str], here: int) -> None:
        self.children, self.has_formula = [], False
        written = attributes.get("r")
        match = _ADDRESS.fullmatch(written) if written else None
        if written and (match is None or int(match[2]) != self.row):
            raise Refused("E-XML", written[:12])
        column = column_number(match[1]) if match else self.column + 1
        targets = self.rows.get(self.row)
        if targets:
            if column <= self.column:
                raise Refused("E-DUPCELL" if column == self.column else "E-XML", address((self.row, column)))
            new = self._new_cells(targets, before=column)
            self._insert(here, new)
            self.row_gains |= bool(new)
        self.column = column

    def _formula(self, attributes: dict[str, str]) -> None:
        self.has_formula = True
        if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
            first, _, last = attributes["ref"].partition(":")
            ends = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
            if ends[0] and ends[1]:
                (a, b), (c, d) = ends[0].groups(), ends[1].groups()
                self.arrays.append((int(b), column_number(a), int(d), column_number(c)))

    def _end_cell(self, tag: bytes, start: int, end: int) -> None:
        targets = self.rows.get(self.row)
        if not targets or targets[0] != self.column:
            return
        targets.popleft()
        place = (self.row, self.column)
        change = self.changes[place]
        if self.has_formula and not isinstance(change, Cached):
            raise _Unfit(f"单元格 {address(place)} 里是公式，不能用数据覆盖")
        if not self.has_formula:
            self.without_formula.add(place)
        kept = [self.xml[x.start : x.end] for x in self.children if x.local not in ("v", "is")]
        formulas, others = (kept[:1], kept[1:]) if self.has_formula else ([], kept)
        kind, value = _stored(change, self.prefix, place)
        unwanted = {b"t"} if isinstance(change, Cached) else {b"t", b"vm", b"cm"}
        self.edits.append((start, end, _element(tag, unwanted, kind, b"".join((*formulas, value, *others)))))

    def _end_row(self, tag: bytes, start: int, inner_end: int, end: int) -> None:
        new = self._new_cells(self.rows.get(self.row) or deque(), before=16_385)
        if new and tag.endswith(b"/>"):
            self.edits.append((start, end, _element(tag, {b"spans"}, "", new)))
        elif new or self.row_gains:
            # "spans" only speeds up loading; a wrong one is worse than none.
            self.edits.append((start, start + len(tag), _without(tag, {b"spans"})))
            self._insert(inner_end, new)

    def _end_rows(self, tag: bytes, start: int, inner_end: int, end: int) -> None:
        new = self._new_rows(before=1_048_577)
        if new and tag.endswith(b"/>"):
            self.edits.append((start, end, _element(tag, set(), "", new)))
        else:
            self._insert(inner_end, new)

    # what is new

    def _insert(self, where: int, new: bytes) -> None:
        if new:
            self.edits.append((where, where, new))

    def _new_rows(self, before: int) -> bytes:
        rows = []
        while self.waiting and self.waiting[0] < before:
            self.row = self.waiting.popleft()
            cells = self._new_cells(self.rows[self.row], before=16_385)
            if cells:
                name = f"{self.prefix}row"
                rows.append(f'<{name} r="{self.row}">'.encode() + cells + f"</{name}>".encode())
        return b"".join(rows)

    def _new_cells(self, targets: deque[int], before: int) -> bytes:
        cells = []
        while targets and targets[0] < before:
            place = (self.row, targets.popleft())
            self.without_formula.add(place)
            kind, value = _stored(self.changes[place], self.prefix, place)
            if kind or value:
                cells.append(_element(f'<{self.prefix}c r="{address(place)}">'.encode(), set(), kind, value))
        return b"".join(cells)

    def _judge_arrays(self) -> None:
        for place in self.without_formula:
            inside = any(a <= place[0] <= c and b <= place[1] <= d for a, b, c, d in self.arrays)
            if inside is not isinstance(self.changes[place], Cached):
                words = "属于数组公式，不能用数据覆盖" if inside else "里没有公式，不能写入公式结果"
                raise _Unfit(f"单元格 {address(place)} {words}")


def _split(name: str) -> tuple[str, str, str]:
    """Namespace, local name, prefix."""
    space, _, rest = name.rpartition("}") if name.count("}") < 2 else name.partition("}")
    local, _, prefix = rest.partition("}")
    return space, local, prefix


def _without(tag: bytes, names: set[bytes]) -> bytes:
    return _ATTRIBUTE.sub(lambda found: b"" if found[1] in names else found[0], tag)


def _element(tag: bytes, unwanted: set[bytes], kind: str, content: bytes) -> bytes:
    """An element from its old start tag: without some attributes, of another type `kind`, with new content."""
    opening = _without(tag, unwanted).removesuffix(b">").removesuffix(b"/").rstrip()
    if kind:
        opening += f' t="{kind}"'.encode()
    if not content:
        return opening + b"/>"
    name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
    return b"".join((opening, b">", content, b"</", name, b">"))


def _stored(change: Change, prefix: str, place: Place) -> tuple[str, bytes]:
    """(type attribute, XML) of a value.  Raises ValueError for what a cell cannot hold."""
    value = change.value if isinstance(change, Cached) else change
    if value is None:
        return "", b""
    if isinstance(value, bool):
        return "b", f"<{prefix}v>{int(value)}</{prefix}v>".encode()
    if isinstance(value, str):
        text = _text(value, place)
        if isinstance(change, Cached):
            return "str", f"<{prefix}v>{text}</{prefix}v>".encode()
        opening = f'<{prefix}is><{prefix}t xml:space="preserve">'
        return "inlineStr", f"{opening}{text}</{prefix}t></{prefix}is>".encode()
    try:
        finite = math.isfinite(float(value))
    except (OverflowError, ValueError):  # a huge integer, a signalling NaN
        finite = False
    if not finite:
        raise _Unfit(f"单元格 {address(place)} 装不下这个数：{str(value)[:20]}")
    return "", f"<{prefix}v>{value}</{prefix}v>".encode()


def _text(text: str, place: Place) -> str:
    if len(text) > LONGEST_TEXT:
        raise _Unfit(f"写入单元格 {address(place)} 的文字超过 {LONGEST_TEXT} 个字")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _Unfit(f"写入单元格 {address(place)} 的文字里有无效的字符")
    escaped = _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
