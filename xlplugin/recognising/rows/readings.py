"""What has been read so far: entries, places and findings; and how one number cell becomes an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xlplugin.finding import Finding
from xlplugin.form import Form
from xlplugin.numerals import BLANK, Entry, State, entry, said_change, squeeze
from xlplugin.recognising.labels.segments import Slot
from xlplugin.recognising.labels.stream import MARKS, Stream, has_odd_digits
from xlplugin.recognising.rules import said

_LEADING_ZERO = re.compile(r"[+-]?0\d")
_APART = re.compile(r"\d[.．]?\s+\d")  # 1 234 may be one number or two, 1. 0 the first of a list
_DASHED = re.compile(r"[-−–—]\s+\d")  # - 4 may be the fourth of a list
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")  # 1.234 may be a count with its thousands parted
_POINTS = (".", "．")  # behind which digits may be lost
_COUNTED = ("件", "项")
_TOLD = re.compile(
    r"共?(?P<number>\d[\d,]*(?:\.\d+)?)(?:(?P<bare>件|项|万元)|[(（](?P<framed>件|项|万元)[)）])"
)  # in the column's own unit
_ENDS_TOLD = frozenset("件项元)）]］】〕")
_ANNOTATED = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(?:件|项|万元)?[(（\[［〔].*", re.DOTALL)


@dataclass(slots=True)
class Readings:
    """Collected while the tables of one report are read."""

    form: Form
    stream: Stream
    entries: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    sure: set[str] = field(default_factory=set)  # cells read under the labels of their columns, in a grid with true cells
    unbound: dict[str, tuple[str, ...]] = field(default_factory=dict)  # glued rows that no sum binds → their chunks
    glued: set[str] = field(default_factory=set)  # rows (table.row) in which digits of several cells may stand together

    def say(self, rule: str, what: str, cells: Iterable[str] = (), *, seen: str = "", about: str = "") -> None:
        self.findings.append(said(rule, what, tuple(cells), seen=seen, about=about))

    def unread(self, cells: Sequence[str], rule: str, what: str, *, seen: str = "", about: str = "") -> None:
        """Mark cells as not read, with the finding that says why."""
        for cell in cells:
            self.entries[cell] = Entry(None, State.UNREAD, seen)
        self.say(rule, what, cells, seen=seen, about=about)

    def where(self, cell: int) -> str:
        """The place of a cell of the source, counted from 1."""
        return f"{line_of(*self.stream.lines[cell])}{self.stream.columns[cell] + 1}格"

    def take(self, cells: Sequence[str], slots: Sequence[Slot]) -> None:
        """Read placed slots, one a cell, and say what is odd about them."""
        odd: list[tuple[str, str]] = []
        spelt: list[tuple[str, str]] = []
        known, lines, columns = self.form.cell, self.stream.lines, self.stream.columns
        entries, places = self.entries, self.places
        row: tuple[int, int] | None = None
        line = ""
        for cell, slot in zip(cells, slots, strict=True):
            at = slot.cell
            if lines[at] is not row:
                row = lines[at]
                line = line_of(*row)
            made, plain = read_cell(slot.text, known[cell].unit, signed=known[cell].signed)
            places[cell] = f"{line}{columns[at] + 1}格"
            if not plain and made.state is State.NUMBER and self._in_label(slot):
                made = Entry(None, State.TEXT, slot.text, made.value)
            if made is not BLANK:
                entries[cell] = made
            if plain:
                continue
            if made.state is State.UNREAD:
                self.glued.add(_row(cell))
                self.say(
                    "IMP-GLUED",
                    f"{self.form.cell[cell].label}：“{slot.text}”以0开头，可能是几个数字粘在一起。",
                    (cell,),
                    seen=slot.text,
                    about=cell,
                )
            elif made.state in (State.TEXT, State.NA):
                odd.append((cell, slot.text))
            else:
                spelt.append((cell, slot.text))
        if odd or spelt:
            self._mention("IMP-NOTE", odd)
            self._mention("IMP-SPELLING", spelt)

    def _in_label(self, slot: Slot) -> bool:
        """Whether a number with a unit or in brackets stands behind words in its cell, 行政处罚14件, and may be part of the label."""
        return slot.text[-1:] in _ENDS_TOLD and self.stream.texts[slot.cell].strip() != slot.text.strip()

    def _mention(self, rule: str, seen: Sequence[tuple[str, str]]) -> None:
        if not seen:
            return
        texts = "；".join(f"{self.form.cell[c].label}：“{t}”" for c, t in seen)
        self.say(rule, f"{texts}。", (c for c, _ in seen), seen=" | ".join(t for _, t in seen), about=_row(seen[0][0]))


@lru_cache(maxsize=4096)
def line_of(grid: int, line: int) -> str:
    """A line of a source as a person finds it, counted from 1; the place in it follows."""
    return f"第{grid + 1}块第{line + 1}行第"


@lru_cache(maxsize=16384)
def read_cell(text: str, unit: str | None, *, signed: bool = False) -> tuple[Entry, bool]:
    """The number cell, and whether nothing need be said of it."""
    made = number_cell(text, unit, signed=signed)
    odd = made.state in (State.UNREAD, State.TEXT, State.NA)
    return made, not odd and (made.value is None or text.strip() == str(made.value))


def _row(cell: str) -> str:
    return cell.rpartition(".")[0]


@lru_cache(maxsize=16384)
def number_cell(text: str, unit: str | None, *, signed: bool = False) -> Entry:
    """The text of a number cell of a published copy: as `entry`, but a footnote mark or glued digits are no number.

    `signed`: of a column that counts what was added or taken away, where 减4 is a number.
    """
    if not text or text in MARKS:
        return BLANK
    if text.isascii() and text.isdigit() and text[0] != "0":
        return entry(text, unit)
    if signed and (change := said_change(text)) is not None:
        return Entry(change, State.NUMBER, text)
    if (
        has_odd_digits(text)
        or _APART.search(text.strip())
        or text.rstrip()[-1:] in _POINTS
        or _DASHED.match(text.strip())
        or (unit in _COUNTED and _DOTTED.fullmatch(text.strip()))
    ):
        return Entry(None, State.TEXT, text)
    if _LEADING_ZERO.match(squeeze(text)) and entry(text, unit).state is State.NUMBER:
        return Entry(None, State.UNREAD, text)
    made = entry(text, unit)
    if unit in _COUNTED and made.value is not None and made.value != int(made.value):
        return Entry(None, State.TEXT, text)  # a count has no fractions; 3.12 may be the third of a list
    if made.state is State.TEXT and (told := _TOLD.fullmatch(squeeze(text))) and unit in told.group("bare", "framed"):
        bare = number_cell(told["number"], unit)
        return bare._replace(seen=text) if bare.state is State.NUMBER else made
    if made.state is State.TEXT and made.proposal is None and (note := _ANNOTATED.fullmatch(squeeze(text))):
        return made._replace(proposal=entry(note[1], unit).value)
    return made
