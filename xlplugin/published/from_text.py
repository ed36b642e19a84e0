"""Plain text and Markdown → one grid: a line is a row, tabs and bars part its cells.

What stands between two bars or tabs and is empty may be an empty cell or only what a merge left behind: VAGUE.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlplugin.published.crawled import without_traces
from xlplugin.published.one_line import in_lines
from xlplugin.recognising import EMPTY_LINE, VAGUE, Grid

_RULE = re.compile(r"^[\s|:+=\-—_]*[-=—_]{3,}[\s|:+=\-—_]*$")
_COLUMNS = re.compile(r"[ \u3000\xa0]{2,}(?=\S)")
_NUMBERS = re.compile(r"\s*\d[\d,.]*(?:\s+\d[\d,.]*)+\s*")
_IN_WORDS = re.compile(r"[ \u3000\xa0]{2}[零〇一二两三四五六七八九十百千]+\s*$")
_EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
_GOES_ON = re.compile(r"\|[\s\d][|\s\d.,/-]*")  # only numbers behind the first bar
_PIECE = re.compile(r"\|[^|]*|\|[\s\d.,/-][|\s\d.,/-]*")  # one cell, or only numbers
_NARROWEST = 4  # cells of a row of a table
_FILLED_UP = ("||", "| |")
_RULED_OFF = ("--|", "-- |", ":|", ": |")
_DELIMITER = re.compile(r"\s*\|(?:\s*(?:-{3,}|:-+:?|-+:)\s*\|){2,}\s*")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")


def grids_of_text(text: str) -> list[Grid]:
    """The lines of a text as one grid, but for tables of Markdown, each a grid of its own."""
    text = in_lines(without_traces(text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n").split("\n")
    if "\n|" in text or "\n |" in text:
        return _with_tables(lines) if any(sign in text for sign in _RULED_OFF) else [_rows(lines)]
    return [[row for line in lines if (row := _row(line)) is not None]]


def _with_tables(lines: Sequence[str]) -> list[Grid]:
    """The lines as grids: a table of Markdown has as many cells in every line as in the one that rules off its head, so that
    each empty cell is one."""
    grids: list[Grid] = []
    done = 0
    for at, line in enumerate(lines):
        if at <= done or not _DELIMITER.fullmatch(line):
            continue
        wide = len(_cells(line))
        stop = next((i for i in range(at + 1, len(lines)) if lines[i].lstrip()[:1] != "|"), len(lines))
        table = [_cells(x) for x in lines[at - 1 : stop] if not _RULE.match(x)]
        if len(table) > 1 and all(len(row) == wide for row in table):
            grids += [_rows(lines[done : at - 1]), table]
            done = stop
    return [grid for grid in (*grids, _rows(lines[done:])) if grid]


def _cells(line: str) -> list[str]:
    """The cells of a line that opens and ends with a bar, or none where it does not end with one."""
    bare = line.strip()
    return [_unmarked(cell).strip() for cell in bare[1:-1].split("|")] if bare[-1:] == "|" else []


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """The rows of lines of which some begin with a bar: a new row of Markdown; or the rest of a row in whose cells lines
    break, where the bar ends the cell before; or an empty cell on a line of its own."""
    rows: list[list[str]] = []
    behind_bar = unended = led = whole = False
    opened = 0  # the row that such lines go on with
    for line in lines:
        bare = line.strip()
        if bare == "|" and not unended:
            if behind_bar:
                opened = len(rows) if whole else opened
                rows.append([VAGUE])
                whole = False
            behind_bar = True
        elif bare[:1] == "|" and not whole and _goes_on(bare, len(rows[opened]) if led else 0, behind_bar, unended):
            behind = [] if unended else [VAGUE]
            behind += [part.strip() or VAGUE for part in bare[1:].removesuffix("|").split("|")] if bare != "|" else []
            rows[opened:] = [[*(cell for row in rows[opened:] for cell in row), *behind]]
            unended, behind_bar, whole = bare[-1] != "|", bare[-1] == "|", bare.endswith(_FILLED_UP)
        elif (row := _row(line)) is not None:
            led, whole, behind_bar = bare[:1] == "|", bare.endswith(_FILLED_UP), bare[-1:] == "|"
            unended = not behind_bar and ("|" in bare or bare.isdigit())  # a number of a row without a label too
            opened = len(rows)
            rows.append(row)
    return rows


def _goes_on(bare: str, wide: int, behind_bar: bool, unended: bool) -> bool:
    """Whether a line that begins with a bar is the rest of the row above: numbers alone, or the text of one cell.

    `wide`: in Markdown the cells of the row above, as many as a new row has; 0 where rows do not begin with a bar.
    """
    if not (behind_bar or unended) or _RULE.match(bare) or (wide >= _NARROWEST and bare.count("|") - 1 == wide):
        return False
    return bare == "|" or (_PIECE if unended and not wide else _GOES_ON).fullmatch(bare) is not None


def _row(line: str) -> list[str] | None:
    if not line.strip():
        return [EMPTY_LINE] if "\xa0" in line else None
    if "|" in line or "｜" in line or "│" in line:
        return _barred(line.replace("\t", "|").replace("｜", "|").replace("│", "|"))
    if "\t" in line:
        return _gapped(line.rstrip("\n"), "\t")
    line = _unmarked(line)
    if _COLUMNS.search(line.strip()) and (any(map(str.isdigit, line)) or _IN_WORDS.search(line)):
        return _spaced(_COLUMNS.split(line.strip()))
    return [line.strip()]


def _spaced(parts: Sequence[str]) -> list[str]:
    """The cells that wide gaps part; where they part numbers, a narrow gap is none: 4 0 is one cell there."""
    numbers = sum(part.strip()[:1].isdigit() for part in parts)
    return [x for part in parts for x in (part.split() if numbers == 1 and _NUMBERS.fullmatch(part) else [part.strip()])]


def _barred(line: str) -> list[str] | None:
    """The cells of a line with bars; a line of nothing but bars and rules holds none."""
    if _RULE.match(line) or not line.strip(" |\t\xa0"):
        return None
    line = line.strip(" \t")
    leading = line.startswith("|")
    line = line[1:] if leading else line
    line = line[:-1] if line.endswith("|") else line
    return _gapped(line, "|")


def _gapped(line: str, sign: str) -> list[str]:
    if not _has_marks(line):
        return [c.strip() or VAGUE for c in line.split(sign)]
    return [_unmarked(c).strip() or VAGUE for c in line.split(sign)]


def _unmarked(text: str) -> str:
    """Without the marks of Markdown for headings and emphasis."""
    if not _has_marks(text) or text.strip("- \t") == "":
        return text
    return _EMPHASIS.sub(r"\2", _HEADING.sub("", text))


def _has_marks(text: str) -> bool:
    return "*" in text or "_" in text or "#" in text
