"""The exact way through a sheet and through the shared strings: expat, any prefix, quoting, encoding, CDATA, comments.

It refuses what has two meanings (a cell twice, rows that go back) and whatever a spreadsheet program never writes.
"""

import re
import xml.parsers.expat as expat
from collections.abc import Callable

from xlplugin.books.raw import LONGEST_TEXT, NAMESPACES, Found, Waiting, column_number, plain_text, settled
from xlplugin.books.refusals import Refused

DEEPEST, MOST_ELEMENTS, MOST_CELLS_IN_ROW, LONGEST_TOKEN = 64, 1_000_000, 16_384, 2 << 20
_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_LOCAL = {f"{space}}}{name}": name for space in NAMESPACES for name in ("worksheet", "sheetData", "row", "c", "f", "v", "is")}
_LOCAL |= {f"{space}}}{name}": name for space in NAMESPACES for name in ("sst", "si", "t", "rPh")}
_DEPTHS = {"worksheet": 1, "sheetData": 2, "row": 3, "c": 4}

Feed = Callable[[bytes, bool], bool]
Pour = Callable[[Feed], None]  # pours a part, piece by piece, into a Feed until that answers False


class _Stop(Exception):
    """Everything wanted has been read."""


def parse(parser: expat.XMLParserType, pour: Pour) -> None:
    """Runs the parser over a poured part.  Raises Refused (E-XML, E-DOCTYPE)."""

    poured = 0

    def feed(piece: bytes, last: bool) -> bool:
        nonlocal poured
        try:
            parser.Parse(piece, last)
        except _Stop:
            return False
        poured += len(piece)
        # expat starts an unfinished tag anew with every piece, so an endless one would cost quadratic time.
        if not last and poured - parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Refused("E-TOOBIG")
        return True

    def doctype(*_: object) -> None:
        raise Refused("E-DOCTYPE")

    parser.StartDoctypeDeclHandler = doctype
    try:
        pour(feed)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused("E-XML") from error


def pour_whole(xml: bytes) -> Pour:
    """A part that is already inflated, as something to parse."""

    def pour(feed: Feed) -> None:
        feed(xml, True)

    return pour


def read_sheet(pour: Pour, last_row: int, last_column: int, *, early: bool) -> Found:
    """The cells up to (last_row, last_column); `early`: stop after that row, else look at every row's order.  Raises Refused."""
    reader = _Sheet(last_row, last_column, early)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parse(parser, pour)
    if not reader.finished:
        raise Refused("E-XML")
    return reader.found


class _Sheet:
    """What expat calls while it walks through a sheet."""

    def __init__(self, last_row: int, last_column: int, early: bool) -> None:
        self.last_row, self.last_column, self.early = last_row, last_column, early
        self.found = Found({}, [])
        self.finished = self.rows_begun = False
        self.depth = self.elements = self.row = self.column = self.phonetic = 0
        self.columns: set[int] = set()
        self.wanted = self.inline = self.formula = False
        self.stored = "n"
        self.value: str | None = None
        self.pieces: list[str] | None = None
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise Refused("E-DEPTH")
        if self.elements > MOST_ELEMENTS:
            raise Refused("E-TOOBIG")
        local = _LOCAL.get(name)
        if self.depth == 1 and local != "worksheet":
            raise Refused("E-NOTSHEET")
        if local is None or (not self.rows_begun and local != "sheetData"):
            return
        if _DEPTHS.get(local, self.depth) != self.depth:
            raise Refused("E-XML")
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            self._start_row(attributes)
        elif local == "sheetData":
            self.rows_begun = True
        elif self.wanted:
            self._start_inside(local)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", str(self.row + 1))
        if not number.isascii() or not number.isdigit() or len(number) > 7:
            raise Refused("E-XML")
        if int(number) <= self.row:
            raise Refused("E-ROWORDER", f"第 {number} 行")
        self.row, self.column = int(number), 0
        self.columns.clear()
        if self.early and self.row > self.last_row:
            self.finished = True
            raise _Stop

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            self.column += 1
        else:
            match = _ADDRESS.fullmatch(address)
            if match is None or int(match[2]) != self.row:
                raise Refused("E-XML", address[:12])
            self.column = column_number(match[1])
        if self.column in self.columns:
            raise Refused("E-DUPCELL", address or f"第 {self.row} 行")
        self.columns.add(self.column)
        if len(self.columns) > MOST_CELLS_IN_ROW:
            raise Refused("E-TOOBIG")
        self.wanted = self.row <= self.last_row and self.column <= self.last_column
        self.stored = attributes.get("t", "n")
        self.value, self.formula, self.inline = None, False, False

    def _start_inside(self, local: str) -> None:
        if local == "f":
            self.formula = True
        elif local == "is":
            self.inline = True
            if self.stored == "inlineStr":
                self.value = ""
        elif local == "rPh":
            self.phonetic = self.depth
        elif (local == "v" and self.stored != "inlineStr" and self.depth == 5) or (
            local == "t" and self.inline and self.stored == "inlineStr" and not self.phonetic
        ):
            self.pieces, self.length = [], 0

    def end(self, name: str) -> None:
        local = _LOCAL.get(name)
        if self.pieces is not None and local in ("v", "t"):
            self.value = (self.value or "") + "".join(self.pieces)
            self.pieces = None
        elif self.phonetic == self.depth:
            self.phonetic = 0
        elif local == "is":
            self.inline = False
        elif local == "c" and self.wanted:
            self._end_cell()
        elif local == "sheetData" or (local == "row" and self.early and self.row >= self.last_row):
            self.finished = True
            raise _Stop
        self.depth -= 1

    def _end_cell(self) -> None:
        self.wanted = False
        place = (self.row, self.column)
        try:
            what = settled(self.stored, self.value, self.formula)
        except Refused as refused:
            raise Refused(refused.code, f"第 {self.row} 行第 {self.column} 列") from refused
        if isinstance(what, int):
            self.found.waiting.append(Waiting(place, what, self.formula))
        else:
            self.found.cells[place] = what

    def text(self, piece: str) -> None:
        if self.pieces is not None:
            self.length += len(piece)
            # An escape takes seven characters; plain_text judges the text itself.
            if self.length > 8 * LONGEST_TEXT:
                raise Refused("E-TOOLONG", f"第 {self.row} 行第 {self.column} 列")
            self.pieces.append(piece)


def read_strings(pour: Pour, wanted: set[int]) -> dict[int, str]:
    """The shared strings of these numbers (from 0), rich-text runs joined, phonetic guides skipped.  Raises Refused."""
    reader = _Strings(wanted)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parse(parser, pour)
    return reader.found


class _Strings:
    """What expat calls while it walks through the shared strings."""

    def __init__(self, wanted: set[int]) -> None:
        self.wanted, self.last = wanted, max(wanted, default=-1)
        self.found: dict[int, str] = {}
        self.index, self.depth, self.elements, self.phonetic, self.length = -1, 0, 0, 0, 0
        self.pieces: list[str] | None = None
        self.inside = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self.depth += 1
        local = _LOCAL.get(name)
        if local == "t":
            self.inside = not self.phonetic
        elif local == "si":
            self._start_string()
        elif local == "rPh":
            self.phonetic = self.depth
        elif self.depth == 1 and local != "sst":
            raise Refused("E-XML")
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Refused("E-TOOBIG")
        if self.depth > DEEPEST:
            raise Refused("E-DEPTH")

    def _start_string(self) -> None:
        self.index += 1
        if self.depth != 2:
            raise Refused("E-XML")
        if self.index in self.wanted:
            self.pieces, self.length = [], 0

    def end(self, name: str) -> None:
        local = _LOCAL.get(name)
        if local == "t":
            self.inside = False
        elif local == "si":
            if self.pieces is not None:
                self.found[self.index] = plain_text("".join(self.pieces))
                self.pieces = None
            if self.index >= self.last:
                raise _Stop
        elif self.phonetic == self.depth:
            self.phonetic = 0
        self.depth -= 1

    def text(self, piece: str) -> None:
        if self.inside and self.pieces is not None:
            self.length += len(piece)
            if self.length > 8 * LONGEST_TEXT:
                raise Refused("E-TOOLONG")
            self.pieces.append(piece)
