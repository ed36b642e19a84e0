"""The quick way through a sheet: plain byte splitting, but only where that is provably what an XML parser would say.

Every row head and every cell must match a strict pattern of the plain dialect (default namespace, double quotes,
r first, no comments, no CDATA); what stands before the rows is given to expat.  The first doubt answers None, and
the exact reader decides.  Units filling one template write the same cells again and again, so each distinct piece
of XML is matched once and remembered.
"""

import re
import xml.parsers.expat as expat
from functools import lru_cache
from typing import NamedTuple, TypeVar

from xlplugin.books.raw import NAMESPACES, Found, Grid, Raw, Waiting, column_number, settled
from xlplugin.books.refusals import Refused

_WHITE = b" \t\r\n"
_TEXT = rb"[^<\r\x00-\x08\x0b\x0c\x0e-\x1f]*"
_ATTRIBUTES = rb'((?: [a-zA-Z][\w.]*="[^"<\x00-\x1f]*")*)'
_CELL = re.compile(
    rb'([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="[0-9]+")?(?: t="([a-zA-Z]+)")? ?(?:/>|>'
    rb"(?P<f><f" + _ATTRIBUTES + rb"(?:/>|>" + _TEXT + rb"</f>))?"
    rb"(?:<v>(?P<v>" + _TEXT + rb")</v>|(?P<empty><v ?/>)|"
    rb'<is><t(?: xml:space="preserve")?>(?P<t>' + _TEXT + rb")</t></is>)?</c>)[ \t\r\n]*"
)
_COUNT = re.compile(rb'([A-Z]{1,3})([1-9][0-9]{0,6})" s="[0-9]+"(?: t="n")?><v>([0-9]{1,15})</v></c>')
_ROW = re.compile(rb'r="([1-9][0-9]{0,6})"((?: (?:x14ac:)?[a-zA-Z][\w.]*="[^"<&\x00-\x1f\x7f-\xff]*")*) ?(/?)>[ \t\r\n]*')
_ATTRIBUTE_NAME = re.compile(rb' ([\w.:]+)="')
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MOST_PIECES, _MOST_LINES, _LONGEST_REMEMBERED, _LONGEST_HEAD = 2048, 512, 8192, 16 << 10

T = TypeVar("T")


class _Line(NamedTuple):
    """One row; `column` is its last cell's; `narrow` remembers it cut off at other columns."""

    row: int
    column: int
    cells: Grid
    waiting: tuple[Waiting, ...]
    narrow: dict[int, "_Line"]


_Cell = tuple[tuple[int, int], Raw | Waiting]
_lines: dict[bytes, _Line] = {}
_heads: dict[bytes, tuple[int, bool]] = {}
_cells: dict[bytes, _Cell] = {}


def scan(xml: bytes, last_row: int, last_column: int) -> Found | None:
    """The cells up to (last_row, last_column), or None when an exact parser has to decide."""
    head, opened, rest = xml.partition(b"<sheetData>")
    body, closed, _ = rest.partition(b"</sheetData>")
    if not (opened and closed) or len(head) > _LONGEST_HEAD or b"<sheetData" in head or not _judged(head, b" x14ac:" in body):
        return None
    before, *pieces = body.split(b"<row ")
    if before.strip(_WHITE):
        return None
    found = Found({}, [])
    above = 0
    for piece in pieces:
        line = _lines.get(piece) or _line(piece)
        if line is None or line.row <= above:
            return None
        above = line.row
        if above <= last_row:
            _take(line, last_column, found)
    return found


def _take(line: _Line, last_column: int, found: Found) -> None:
    if line.column > last_column:
        line = line.narrow.get(last_column) or _narrowed(line, last_column)
    found.cells.update(line.cells)
    if line.waiting:
        found.waiting.extend(line.waiting)


def _narrowed(line: _Line, last_column: int) -> _Line:
    cells = {place: raw for place, raw in line.cells.items() if place[1] <= last_column}
    waiting = tuple(cell for cell in line.waiting if cell.place[1] <= last_column)
    line.narrow[last_column] = made = _Line(line.row, last_column, cells, waiting, {})
    return made


def _line(piece: bytes) -> _Line | None:
    """What stands between one "<row " and the next; None for doubt."""
    text = piece.rstrip(_WHITE)
    ended = text.endswith(b"</row>")
    head, *parts = text[:-6].split(b'<c r="') if ended else [text]
    row, closed = _heads.get(head) or _head(head)
    if not row or closed is ended:
        return None
    cells: Grid = {}
    waiting: list[Waiting] = []
    left = 0
    for part in parts:
        cell = _cells.get(part) or _cell(part)
        if cell is None:
            return None
        place, what = cell
        if place[0] != row or place[1] <= left:
            return None
        left = place[1]
        if type(what) is Raw:
            cells[place] = what
        else:
            waiting.append(what)  # type: ignore[arg-type]
    line = _Line(row, left, cells, tuple(waiting), {})
    _remember(_lines, piece, line, _MOST_LINES)
    return line


def _head(head: bytes) -> tuple[int, bool]:
    """Row number and whether the tag closes itself; (0, …) for doubt."""
    match = _ROW.fullmatch(head)
    if match is None or _repeated(match[2]):
        return (0, False)
    answer = (int(match[1]), match[3] == b"/")
    _remember(_heads, head, answer, _MOST_PIECES)
    return answer


def _cell(piece: bytes) -> _Cell | None:
    """What stands between one "<c r=" and the next; None for doubt."""
    match = _COUNT.fullmatch(piece)
    if match is not None:  # nearly every cell that differs between two units is a plain count
        place = (int(match[2]), column_number(match[1].decode()))
        cell: _Cell = (place, Raw("n", match[3].decode(), False, True))
    else:
        other = _other_cell(piece)
        if other is None:
            return None
        cell = other
    _remember(_cells, piece, cell, _MOST_PIECES)
    return cell


def _other_cell(piece: bytes) -> _Cell | None:
    match = _CELL.fullmatch(piece)
    if match is None or b"]]>" in piece or _repeated(match[5] or b""):
        return None
    stored = (match[3] or b"n").decode()
    value = match["t"] if stored == "inlineStr" else b"" if match["empty"] else match["v"]
    if value is None and (match["t"] or match["v"] or match["empty"]) is not None:
        return None
    try:
        if not _readable(piece):
            return None
        what = settled(stored, None if value is None else unescaped(value.decode()), match["f"] is not None)
    except (Refused, ValueError):
        return None
    place = (int(match[2]), column_number(match[1].decode()))
    return place, Waiting(place, what, match["f"] is not None) if isinstance(what, int) else what


def _remember(memory: dict[bytes, T], piece: bytes, answer: T, most: int) -> None:
    if len(piece) <= _LONGEST_REMEMBERED:
        if len(memory) >= most:
            memory.clear()
        memory[piece] = answer


def forget() -> None:
    """Gives back what was remembered, when no more files of the kind are to come."""
    for memory in (_lines, _heads, _cells):
        memory.clear()


def _repeated(attributes: bytes) -> bool:
    names = _ATTRIBUTE_NAME.findall(attributes)
    return len(names) != len(set(names))


def _readable(piece: bytes) -> bool:
    """Whether expat would take these characters and references.  Raises ValueError."""
    if b"&" in piece:
        unescaped(piece.decode())
    if piece.isascii():
        return True
    text = piece.decode()
    return "\ufffe" not in text and "\uffff" not in text


def unescaped(text: str) -> str:
    """Text with XML references resolved.  Raises ValueError for a reference that XML does not know."""
    if "&" not in text:
        return text
    if len(_REFERENCE.findall(text)) != text.count("&"):
        raise ValueError(text)
    return _REFERENCE.sub(_referred, text)


def _referred(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16)
    if number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000:
        return chr(number)
    raise ValueError(match[0])


@lru_cache(maxsize=256)
def _judged(head: bytes, with_x14ac: bool) -> bool:
    """Whether what stands before the rows is well-formed UTF-8 that makes a bare <row>, <c>, <v> mean the spreadsheet's own."""
    seen: list[str] = []
    depth = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth <= 2:
            seen.append(name)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            seen.append("another encoding")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler, parser.XmlDeclHandler = start, end, declared
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    try:
        parser.Parse(head + (b'<sheetData x14ac:a=""/>' if with_x14ac else b"<sheetData/>") + b"</worksheet>", True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return any(seen[0] == f"{x}}}worksheet" and seen[-1] == f"{x}}}sheetData" for x in NAMESPACES)
