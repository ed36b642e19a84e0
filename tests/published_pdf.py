"""Published copies as PDF, drawn with rules or without, over pages, side by side, turned: with a font that needs no file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.published_copies import OPENING, Td, Tr, sections, title
from xlplugin.report import Report

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

Mark = tuple[float | str, ...]  # (x, y, size, text) or (x, y, x, y)
Sheet = list[Mark]


class Look(NamedTuple):
    """How a report is printed.  `rules`: all, rows (lines under rows only) or none; `again`: header rows on every page."""

    rules: str = "all"
    size: float = 8.0
    page: tuple[float, float] = A4
    again: int = 0
    aligned: str = "center"
    top: bool = False  # numbers stand at the top of their cells
    prose: int = 1  # how often the sections' text is said
    columns: int = 1  # of the prose
    fits: bool = True  # numbers are made smaller where they are wider than their column
    apart: bool = False  # each table begins a page


class Box(NamedTuple):
    """A cell of a printed table in its place."""

    row: int
    column: int
    td: Td


def boxes(rows: Sequence[Tr]) -> list[Box]:
    """The cells of a table in their places, merged ones counted."""
    taken: set[tuple[int, int]] = set()
    found = []
    for r, row in enumerate(rows):
        c = 0
        for td in row:
            while (r, c) in taken:
                c += 1
            found.append(Box(r, c, td))
            taken |= {(r + i, c + j) for i in range(td.rows) for j in range(td.columns)}
            c += td.columns
    return found


def wrapped(text: str, size: float, width: float, *, whole: bool) -> list[str]:
    """The lines of a text in a cell; a number stays whole."""
    lines = [""]
    for char in text:
        if not whole and lines[-1] and pdfmetrics.stringWidth(lines[-1] + char, FONT, size) > width:
            lines.append("")
        lines[-1] += char
    return lines


class Flow:
    """A report laid out sheet by sheet."""

    def __init__(self, report: Report, look: Look) -> None:
        self.look = look
        self.left, self.wide = 40.0, look.page[0] - 80
        self.sheets: list[Sheet] = []
        self.turn()
        self.line(title(report), 15, centred=True)
        self.line(OPENING)
        for heading, content in sections(report):
            if look.apart and not isinstance(content, str):
                self.turn()
            self.line(heading, look.size + 2)
            if isinstance(content, str):
                self.prose(content * look.prose)
            else:
                self.table(content)

    def turn(self) -> None:
        self.sheets.append([])
        if len(self.sheets) > 1:
            self.sheets[-1].append((self.left + self.wide / 2, 30.0, 9.0, f"- {len(self.sheets)} -"))
        self.y = self.look.page[1] - 50

    def room(self, height: float) -> None:
        if self.y - height < 45:
            self.turn()

    def line(self, text: str, size: float = 0, *, centred: bool = False) -> None:
        size = size or self.look.size + 1
        for part in wrapped(text, size, self.wide, whole=False):
            self.room(size * 2)
            shift = (self.wide - pdfmetrics.stringWidth(part, FONT, size)) / 2 if centred else 0
            self.y -= size * 1.7
            self.sheets[-1].append((self.left + shift, self.y, size, part))

    def prose(self, text: str) -> None:
        if self.look.columns == 1:
            return self.line(text)
        size = self.look.size + 1
        width = self.wide / 2 - 12
        parts = wrapped(text, size, width, whole=False)
        half = (len(parts) + 1) // 2
        self.room(half * size * 1.7)
        for column, some in enumerate((parts[:half], parts[half:])):
            for i, part in enumerate(some):
                self.sheets[-1].append((self.left + column * (width + 24), self.y - (i + 1) * size * 1.7, size, part))
        self.y -= half * size * 1.7
        return None

    def table(self, rows: Sequence[Tr]) -> None:
        placed = boxes(rows)
        edges = self._edges(max(b.column + b.td.columns for b in placed))
        heights = self._heights(rows, placed, edges)
        self.y -= 4
        head = [b for b in placed if b.row + b.td.rows <= self.look.again]
        first = 0
        if self.look.again:
            self.room(sum(heights[: self.look.again + 1]))
        for row in range(len(rows)):
            tall = sum(heights[first : row + 1])
            if self.y - tall < 45 and row > (first or self.look.again):
                self._draw(placed, first, row, edges, heights)
                self.turn()
                if head:
                    self._draw(head, 0, self.look.again, edges, heights)
                first = row
        self._draw(placed, first, len(rows), edges, heights)
        self.y -= 6

    def _edges(self, columns: int) -> list[float]:
        shares = {4: (0.34, 0.22, 0.22, 0.22), 10: (0.09, 0.1, 0.26, *[0.55 / 7] * 7)}.get(columns, (1 / columns,) * columns)
        edges = [self.left]
        for share in shares:
            edges.append(edges[-1] + share * self.wide)
        return edges

    def _lines(self, box: Box, edges: list[float]) -> list[str]:
        width = edges[box.column + box.td.columns] - edges[box.column] - 5
        return wrapped(box.td.text, self.look.size, width, whole=box.td.figure)

    def _heights(self, rows: Sequence[Tr], placed: list[Box], edges: list[float]) -> list[float]:
        leading = self.look.size * 1.25
        heights = [leading + 6] * len(rows)
        for box in sorted(placed, key=lambda b: b.td.rows):
            need = len(self._lines(box, edges)) * leading + 6
            have = sum(heights[box.row : box.row + box.td.rows])
            heights[box.row + box.td.rows - 1] += max(0.0, need - have)
        return heights

    def _draw(self, placed: list[Box], first: int, stop: int, edges: list[float], heights: list[float]) -> None:
        """The rows from `first` up to `stop`; what a merged cell said on the sheet before is not said again."""
        for box in placed:
            begin, end = max(box.row, first), min(box.row + box.td.rows, stop)
            if begin < end:
                top = self.y - sum(heights[first:begin])
                self._box(box, top, top - sum(heights[begin:end]), edges, said=box.row < first)
        self.y -= sum(heights[first:stop])

    def _box(self, box: Box, top: float, low: float, edges: list[float], *, said: bool) -> None:
        left, right = edges[box.column], edges[box.column + box.td.columns]
        self._rules(left, right, top, low)
        if said:
            return
        lines = self._lines(box, edges)
        size = self._fitting(lines[0], right - left - 4) if box.td.figure and self.look.fits else self.look.size
        y = top - 3 if box.td.figure and self.look.top else (top + low + len(lines) * size * 1.25) / 2
        for i, line in enumerate(lines):
            length = pdfmetrics.stringWidth(line, FONT, size)
            spare = right - left - 5 - length
            figure = box.td.figure or box.row < 3
            x = left + 2.5 + {"center": spare / 2, "right": spare, "left": 0.0}[self.look.aligned if figure else "left"]
            self.sheets[-1].append((x, y - (i + 1) * size * 1.25 + size * 0.3, size, line))

    def _fitting(self, text: str, width: float) -> float:
        length = pdfmetrics.stringWidth(text, FONT, self.look.size)
        return self.look.size * min(1.0, width / max(length, 1))

    def _rules(self, left: float, right: float, top: float, low: float) -> None:
        if self.look.rules == "none":
            return
        sides = [(left, top, right, top), (left, low, right, low)]
        if self.look.rules == "all":
            sides += [(left, top, left, low), (right, top, right, low)]
        self.sheets[-1] += sides


def _sheet(canvas: Canvas, sheet: Sheet) -> None:
    for mark in sheet:
        if isinstance(mark[3], str):
            canvas.setFont(FONT, mark[2])
            canvas.drawString(mark[0], mark[1], mark[3])
        else:
            canvas.setLineWidth(0.5)
            canvas.line(*mark)


def write(path: Path, sheets: Sequence[Sheet], page: tuple[float, float], *, turned: bool = False, rotate: int = 0) -> Path:
    """One sheet a page.  `turned`: drawn lying on its side; `rotate`: what the page says of how to show it."""
    canvas = Canvas(str(path), pagesize=page[::-1] if turned else page)
    for sheet in sheets:
        if turned:
            canvas.translate(page[1], 0)
            canvas.rotate(90)
        if rotate:
            canvas.setPageRotation(rotate)
        _sheet(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return path


def write_pairs(path: Path, pairs: Sequence[tuple[Sheet, Sheet]], page: tuple[float, float] = A4) -> Path:
    """Two sheets a page, made smaller."""
    wide, high = landscape(page)
    canvas = Canvas(str(path), pagesize=(wide, high))
    for pair in pairs:
        for half, sheet in enumerate(pair):
            canvas.saveState()
            canvas.translate(half * wide / 2, 0)
            canvas.scale(wide / 2 / page[0], wide / 2 / page[0])
            _sheet(canvas, sheet)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return path


def two_up(path: Path, report: Report, look: Look) -> Path:
    """The pages of one report, two a page."""
    sheets = Flow(report, look).sheets
    return write_pairs(path, list(zip_longest(sheets[::2], sheets[1::2], fillvalue=[])))


def side_by_side(path: Path, first: Report, second: Report, look: Look) -> Path:
    """Two reports, one in the left half of every page and one in the right."""
    return write_pairs(path, list(zip_longest(Flow(first, look).sheets, Flow(second, look).sheets, fillvalue=[])))
