"""Tables without rules → grids: columns from where numbers stand one below the other, rows from the lines of numbers.

A number that stands under no other, or two that share a column, begin another table; a label of several lines belongs to
the number line beside it.  Where the columns cannot be told, the lines are left as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from xlplugin.form import forms
from xlplugin.published.pdf_words import Word, lines_of
from xlplugin.recognising import CONTINUED, Grid
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.stream import is_page_number

Band = tuple[float, float]
Line = list[Word]
_PITCH = 1.5  # from line to line of one label, in sizes of its letters
_FEWEST = 2  # numbers on a line that make it one of a table
_MARKS = {"/", "-", "—", "－", "无", "／"}


def grids_of_lines(words: Sequence[Word], known: Sequence[Band] = ()) -> tuple[list[Grid], Sequence[Band]]:
    """The words of a page, or of a part of it, as grids: a table each, and the text between them.

    `known`: the columns of a table that may go on here; given back for the last table of these words.
    """
    grids: list[Grid] = []
    for part in _parts(lines_of(words)):
        if any(map(_figures, part)):
            table, known = _table(part, () if _is_title(part[0]) else known)
            grids.append(table)
        else:
            known = _columns_named(part[1:]) if _is_title(part[0]) else known
            grids.append(list(map(_plain, part)))
    return grids, known


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    """What begins another part of a report."""
    titles = [s.title for f in forms().values() for s in f.sections]
    blocks = [b.title for f in forms().values() for t in f.tables for b in t.blocks if b.title]
    return frozenset(skeleton(t) for t in (*titles, *blocks))


def _parts(lines: list[Line]) -> list[list[Line]]:
    """The lines cut where a title stands alone, or where numbers do not stand under those above."""
    parts: list[list[Line]] = [[]]
    bands: list[Band] = []
    for line in lines:
        titled = _is_title(line)
        if _is_page_number(line):
            parts += [[line], []]
            continue
        figures = _figures(line)
        wider = _joined(bands, figures) if len(figures) >= _FEWEST or bands else bands
        if titled or wider is None:
            parts.append([])
            bands = [] if titled else (_joined([], figures) or [])
        elif len(figures) >= _FEWEST:
            bands = wider
        parts[-1].append(line)
    return [p for p in parts if p]


def _is_title(line: Line) -> bool:
    return len(line) == 1 and skeleton(line[0].text) in _titles()


def _is_page_number(line: Line) -> bool:
    return is_page_number(" ".join(w.text for w in line))


def _is_figure(word: Word) -> bool:
    return word.is_number or word.text in _MARKS


def _figures(line: Line) -> Line:
    """The numbers at the end of a line, behind its label; a number in a sentence is none, nor is that of a page."""
    if _is_page_number(line):
        return []
    last = max((i for i, w in enumerate(line) if not _is_figure(w)), default=-1)
    return line[last + 1 :]


def _joined(bands: Sequence[Band], figures: Sequence[Word]) -> list[Band] | None:
    """The columns widened by the numbers of one more line; None where two of these, or two columns, would be one."""
    wider = [(w.left, w.right, 1) for w in figures]
    found: list[tuple[float, float, int, int]] = []
    for left, right, new in sorted([*wider, *((a, b, 0) for a, b in bands)]):
        if found and left < found[-1][1]:
            a, b, news, olds = found[-1]
            found[-1] = (a, max(b, right), news + new, olds + 1 - new)
        else:
            found.append((left, right, new, 1 - new))
    return None if any(news > 1 or olds > 1 for _, _, news, olds in found) else [(a, b) for a, b, _, _ in found]


def _plain(line: Line) -> list[str]:
    """A line as cells where it holds numbers in places of their own, else as one text."""
    if _is_page_number(line):
        return [" ".join(w.text for w in line)]
    if len(line) > 2 and any(map(_is_figure, line)):
        return [w.text for w in line]
    return ["".join(w.text for w in line)]


def _table(lines: list[Line], known: Sequence[Band]) -> tuple[Grid, Sequence[Band]]:
    """A part with numbers: labels to the left, then the columns; and where these are."""
    rows = [i for i, line in enumerate(lines) if _figures(line)]
    bands = _columns([_figures(lines[i]) for i in rows], known)
    if not bands:
        return list(map(_plain, lines)), ()
    over = [w for line in lines[: rows[0]] for w in line if w.right > bands[0][0]]
    heads = _cells(over, ())
    wide = _under_heads(bands, heads) or (bands if over else _going_on(bands, known) or bands)
    anchors = [_height(_figures(lines[i])) for i in rows]
    taken = {id(w) for w in over} | {id(w) for i in rows for w in _figures(lines[i])}
    labels = _cells([w for line in lines for w in line if id(w) not in taken], anchors)
    rows_made = [_Row(h, _figures(lines[i]), []) for h, i in zip(anchors, rows, strict=True)]
    rest = _heads(heads, wide)
    for cell in labels:
        beside = next((r for r in rows_made if _beside(cell, r.height)), None)
        if beside is None:
            same = next((r for r in rest if abs(r.height - _middle(cell)) < 3), None)
            rest += [] if same else [_Row(_middle(cell), [], [])]
            (same or rest[-1]).labels.append(cell)
        else:
            beside.labels.append(cell)
    deep = max(len(r.labels) for r in (*rows_made, *rest))
    return [r.cells(wide, deep) for r in sorted((*rows_made, *rest), key=lambda r: r.height)], wide


@dataclass(slots=True)
class _Row:
    """A row about to be written: its labels, and its numbers or the labels over the columns."""

    height: float
    words: Line
    labels: list[list[Word]]
    heads: dict[int, str] = field(default_factory=dict)

    def cells(self, bands: Sequence[Band], deep: int) -> list[str]:
        texts = [_text(c) for c in sorted(self.labels, key=lambda c: c[0].left)]
        if self.words and any(c[-1].right > bands[0][0] for c in self.labels):
            return [*texts, *(w.text for w in self.words)]  # a label that reaches into the columns may hold a number
        if not self.words and not self.heads:
            return texts
        numbers = [
            self.heads.get(i) or next((w.text for w in self.words if a <= (w.left + w.right) / 2 <= b), "")
            for i, (a, b) in enumerate(bands)
        ]
        return [*[CONTINUED] * (deep - len(texts)), *texts, *numbers]


def _columns(rows: Sequence[Line], known: Sequence[Band]) -> list[Band]:
    """Where the columns are; nothing where no line has a number in each of them, so that their count is not certain."""
    bands: list[Band] = []
    for figures in rows:
        bands = _joined(bands, figures) or []
        if not bands:
            return []
    return bands if max(map(len, rows)) == len(bands) or _going_on(bands, known) else []


def _going_on(bands: Sequence[Band], known: Sequence[Band]) -> list[Band]:
    """The columns of the table before, if each of these stands in one of them; nothing otherwise."""
    wide = list(known)
    for a, b in bands:
        under = [i for i, (left, right) in enumerate(wide) if a < right and left < b]
        if len(under) != 1:
            return []
        wide[under[0]] = (min(a, wide[under[0]][0]), max(b, wide[under[0]][1]))
    return [] if any(a[1] > b[0] for a, b in pairwise(wide)) else wide


def _height(words: Sequence[Word]) -> float:
    return sum(w.height for w in words) / len(words)


def _under_heads(bands: Sequence[Band], heads: Sequence[list[Word]]) -> list[Band]:
    """The columns with the labels over them, also where a column has a label and no number; none where they do not fit."""
    lowest = _lowest(heads)
    if any(a[1] > b[0] for a, b in pairwise(lowest)):
        return []
    nearest = (
        list(range(len(bands)))
        if len(bands) == len(lowest)
        else [min(range(len(lowest)), key=lambda i: abs(sum(lowest[i]) - a - b), default=-1) for a, b in bands]
    )
    if not lowest or len(set(nearest)) < len(bands):
        return []
    for i, (a, b) in zip(nearest, bands, strict=True):
        lowest[i] = (min(a, lowest[i][0]), max(b, lowest[i][1]))
    return [] if any(a[1] > b[0] for a, b in pairwise(lowest)) else lowest


def _lowest(heads: Sequence[list[Word]]) -> list[Band]:
    """Where the labels are that have no other label below them, from left to right."""
    return sorted(_breadth(h) for h in heads if not any(_below(other, h) for other in heads))


def _columns_named(lines: Sequence[Line]) -> list[Band]:
    """The columns of a table of which only the head is here, at the foot of a page; not that of the labels."""
    words = [w for line in lines for w in line]
    margin = min((w.left for w in words), default=0.0) + 3
    found = [b for b in _lowest(_cells(words, ())) if b[0] > margin]
    return found if len(found) > 1 and all(a[1] < b[0] for a, b in pairwise(found)) else []


def _breadth(cell: Sequence[Word]) -> Band:
    return min(w.left for w in cell), max(w.right for w in cell)


def _distance(band: Band, cell: Band) -> float:
    """How far apart they are; 0 where they stand one over the other."""
    return max(0.0, band[0] - cell[1], cell[0] - band[1])


def _below(other: Sequence[Word], cell: Sequence[Word]) -> bool:
    (a, b), (left, right) = _breadth(other), _breadth(cell)
    return other[0].height > cell[-1].height + 2 and a < right and left < b


def _cells(words: Sequence[Word], anchors: Sequence[float]) -> list[list[Word]]:
    """Words one below the other that are one label; not where that would give one label to several rows of numbers."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.height, w.left)):
        for cell in found:
            last = cell[-1]
            near = 0 < word.height - last.height < _PITCH * word.size
            edges = (word.left - last.left, word.right - last.right, (word.left + word.right - last.left - last.right) / 2)
            if near and min(map(abs, edges)) < 3:
                cell.append(word)
                break
        else:
            found.append([word])
    alone = [sum(_beside(cell, a) for a in anchors) < 2 for cell in found]
    return [c for cell, kept in zip(found, alone, strict=True) for c in ([cell] if kept else [[w] for w in cell])]


def _beside(cell: Sequence[Word], height: float) -> bool:
    size = cell[0].size * 0.35
    return cell[0].height - size < height < cell[-1].height + size


def _middle(cell: Sequence[Word]) -> float:
    return (cell[0].height + cell[-1].height) / 2


def _text(cell: Sequence[Word]) -> str:
    return "".join(w.text for w in cell)


def _heads(cells: Sequence[list[Word]], bands: Sequence[Band]) -> list[_Row]:
    """The labels over the columns, each in its column; one that stands over several in the first of these."""
    rows: list[_Row] = []
    for height, cell in sorted(((_middle(c), c) for c in cells), key=lambda x: x[0]):
        left, right = _breadth(cell)
        column = min(range(len(bands)), key=lambda i: _distance(bands[i], (left, right)))
        if not rows or height - rows[-1].height >= 3 or column in rows[-1].heads:
            rows.append(_Row(height, [], []))
        rows[-1].heads[column] = _text(cell)
    return rows
