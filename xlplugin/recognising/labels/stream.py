"""Grids laid end to end: one stream of cells in reading order, in which labels are found wherever cells or lines break them.

A cell is a text, or one of three marks.  "" is a cell that is there and empty; CONTINUED is a place covered by a merged
cell; VAGUE is a gap in a text copy (two tabs, two bars), which may be an empty cell or only what a merge left behind.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from xlplugin.numerals import State, entry, said_change, squeeze
from xlplugin.recognising.labels.folding import end_in, offset_in, skeleton
from xlplugin.recognising.labels.lexicon import Label, Labels, Lexicon

Grid = list[list[str]]
CONTINUED = "\ue000"
VAGUE = "\ue001"
EMPTY_LINE = "\xa0"  # a line of a text that holds only a no-break space: a cell that was empty
MARKS = {CONTINUED, VAGUE, EMPTY_LINE}

_PAGE = re.compile(r"[-—–―－·•\s]+\d{1,4}[-—–―－·•\s]+|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+\s*页?|Page\s*\d+.{0,8}", re.IGNORECASE)
_UNITS = "件项元万亿次条个起人宗余多批"
_LIKE_NUMBER = re.compile(rf"(?:\?+ ?|[+\-−~约增减加少共计]{{0,2}})\d[\d,.]*[{_UNITS}]{{0,3}}[*#]?(?:[(\[［].{{0,24}})?")
_UNSEEN = " \t\u3000\xa0\u200b\ufeff"
_POINTS = frozenset(".．、,，。·")
_DIGITS = frozenset("0123456789")
_CELLS = 3
_BEFORE_PAGE = frozenset("-—–―－·•第Pp")
_SHORTEST = 40  # cells of a report
_MANY_LABELS = 4  # without a gap
_MANY_LINES = 100  # of one cell
_LONGEST_ROW = 135  # digits of fifteen large numbers that stand together
_LONGEST_REMARK = 160  # characters; a province explains in the label what belongs to the row
_PARTING = frozenset("，、；,;")
# What a medium says of a cell whose number cannot be trusted; in half width, as `squeeze` leaves it.
_SAID_OF = re.compile(r"\[(?:删|注|号|图|公式|越界).{0,40}", re.DOTALL)
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|#+)", re.IGNORECASE)
_EDGES = " \t\r\n\u3000\xa0：:）)（(、。，；;“”\"'|"


@dataclass(slots=True, eq=False)
class Token:
    """A label found in the stream: what it may be, and the cells from its first to its last character."""

    labels: Labels
    skeleton: str
    start: int
    end: int
    first: int
    last: int

    def of(self, kind: str) -> Label | None:
        """The label of this kind that the token is."""
        return self.labels.by_kind.get(kind)


Piece = tuple[int, str, Token | None]  # a cell, and a token or what the cell holds beside tokens: a text or a mark


class Stream:
    """The cells of some grids in reading order, with their skeletons end to end.

    `lines`: the grid and the row in it of each cell, `columns`: its place in that row, counted from 0.  `pronounced`: a
    character of the copy with its reading, which is left out here.  `each_once`: no two cells say the same, as they do in
    every report that is whole.  `thinned`: no two lines of one cell that follow each other do, so that some were left out.
    """

    def __init__(self, grids: Sequence[Grid], pronounced: str = "") -> None:
        self.pronounced = pronounced
        self.texts: list[str] = []
        self.lines: list[tuple[int, int]] = []
        self.columns: list[int] = []
        self.spans: list[range] = []
        for g, grid in enumerate(grids):
            for r, row in enumerate(grid):
                self.texts += row
                self.lines += [(g, r)] * len(row)
                self.columns += range(len(row))
                self.spans += [range(len(self.spans), len(self.texts))] * len(row)
        skeletons = {text: skeleton(text) for text in set(self.texts)}  # most cells say what another one says
        self.each_once = len(skeletons) == len(self.texts) > _SHORTEST
        self.skeletons = [skeletons[text] for text in self.texts]
        self.starts = [0, *accumulate(map(len, self.skeletons))]
        self.whole = "".join(self.skeletons)
        self.known: Mapping[str, Labels] = {}  # the labels looked for
        vague = zip(self.texts, self.lines, strict=True) if VAGUE in skeletons else ()
        self.loose = {line[0] for t, line in vague if t == VAGUE}  # their cells may be lost
        self.loose |= {g for g, grid in enumerate(grids) if _is_text(grid)}
        self.thinned = bool(self.loose) and any(_is_thinned(grids[g]) for g in self.loose)

    def line(self, cell: int) -> tuple[int, int]:
        """Which row of which grid a cell is in."""
        return self.lines[cell]

    def line_of(self, cell: int) -> range:
        """The cells of the line that a cell is in."""
        return self.spans[cell]

    def cell_at(self, position: int) -> int:
        """The cell that holds the character at this place of the whole skeleton."""
        return bisect_right(self.starts, position) - 1

    def tokens(self, words: Lexicon) -> list[Token]:
        """The labels in the stream that stand for themselves, not inside a sentence."""
        self.known = labels = words.labels
        found = []
        at, search, whole, starts = 0, words.pattern.search, self.whole, self.starts
        while match := search(whole, at):
            text, (start, at) = match.group(), match.span()
            first = last = bisect_right(starts, start) - 1
            if at > starts[first + 1]:
                last = self.cell_at(at - 1)
            token = Token(labels[text], text, start, at, first, last)
            if text[0] in _DIGITS and self._ordinal_is_another_cell(token):
                at = start + 1
            else:
                found.append(token)
        return self._standing_alone(found)

    def _standing_alone(self, found: list[Token]) -> list[Token]:
        """The tokens that stand for themselves: one behind another token of a sentence is of that sentence.

        Not so where many follow each other without a gap: no sentence does, but a table does that lost its line breaks.
        """
        alone: list[Token] = []
        run = _runs(found)
        for i, (token, after) in enumerate(zip(found, [*found, None][1:], strict=True)):
            before = found[i - 1] if i and run[i] >= _MANY_LABELS else alone[-1] if alone else None
            if self._stands_alone(before, token, after):
                alone.append(token)
        return alone

    def _ordinal_is_another_cell(self, token: Token) -> bool:
        """Whether the digit in front is a number of the row above, not this label's ordinal, behind which a point stands."""
        text, offset = self.texts[token.first], token.start - self.starts[token.first]
        behind = text[offset_in(text, offset) + 1 :].lstrip() or (token.first != token.last and self.texts[token.first + 1])
        if offset and token.first != token.last and text.strip().isdigit():
            return True
        if behind and behind.lstrip(_UNSEEN)[:1] in _POINTS:
            return False
        return offset > 0 or (token.first != token.last and (text.strip().isdigit() or is_page_number(text)))

    def behind_point(self, token: Token) -> bool:
        """Whether a point stands before the token in its cell, so that a number there is its ordinal: 4.其他."""
        text = self.texts[token.first]
        return text[: offset_in(text, token.start - self.starts[token.first])].rstrip()[-1:] in _POINTS

    def _stands_alone(self, before: Token | None, token: Token, after: Token | None) -> bool:
        head, tail = self.starts[token.first], self.starts[token.last + 1]
        if token.start == head and token.end == tail:
            return True
        free_before = token.start == head or (before is not None and before.end == token.start)
        if not free_before:
            previous = self.whole[token.start - 1]
            free_before = previous.isdigit() and (token.labels.every[0].exact or not _is_ordinal(self.whole[head : token.start]))
        if token.labels.row is None and self._begins_row(token, self.whole[head : token.start]):
            return False
        free_after = token.end == tail or (after is not None and after.start == token.end)
        return free_before and (free_after or self.whole[token.end].isdigit() or self._annotated(token))

    def _begins_row(self, token: Token, before: str) -> bool:
        """Whether an ordinal before the token in its cell makes it the beginning of a row's label that a line breaks: 2.其他."""
        if not before or not _is_ordinal(before) or not self.behind_point(token):
            return False
        return any(x.row is not None and text.startswith(before + token.skeleton) for text, x in self.known.items())

    def _annotated(self, token: Token) -> bool:
        """Whether only a bracket follows the label in its cell, as in 行政处罚（含简易程序）; a long one ends with the cell."""
        text = self.texts[token.last]
        rest = text[end_in(text, token.end - self.starts[token.last]) :].strip()
        if len(rest) < 24:
            return rest[:1] in {"(", "（", "*", "〔", "["}
        return len(rest) < _LONGEST_REMARK and rest[0] in "(（" and rest[-1] in ")）" and "。" not in rest

    def pieces(self, tokens: Sequence[Token], first: int, stop: int) -> Iterator[Piece]:
        """The cells from `first` up to `stop`, cut at the tokens."""
        texts = self.texts
        cell = first
        queue = iter([t for t in tokens if t.last >= first and t.first < stop])
        token = next(queue, None)
        while token is not None and cell < stop:
            for before in range(cell, token.first):
                yield before, texts[before], None
            cell = max(cell, token.first)
            if token.first == token.last == cell and token.end - token.start == len(self.skeletons[cell]):
                yield cell, "", token
                token = next(queue, None)
            else:
                token = yield from self._cut(cell, token, queue)
            cell += 1
        for behind in range(cell, stop):
            yield behind, texts[behind], None

    def _cut(self, cell: int, token: Token | None, queue: Iterator[Token]) -> Generator[Piece, None, Token | None]:
        """A cell that holds more than one whole label; returns the token that follows it, or goes on behind it."""
        cut, text = 0, self.texts[cell]
        while token is not None and token.first <= cell:
            if token.first == cell:
                yield from self._between(cell, cut, offset_in(text, token.start - self.starts[cell]))
                yield token.last, "", token
            if token.last > cell:
                cut = len(text)
                break
            cut = end_in(text, token.end - self.starts[cell])
            token = next(queue, None)
        yield from self._between(cell, cut, len(text))
        return token

    def _between(self, cell: int, start: int, end: int) -> Iterator[Piece]:
        whole = self.texts[cell][start:end]
        rest = whole.strip(_EDGES)
        if rest:
            yield cell, (whole if _skips_cells(whole[: whole.index(rest)], rest) else rest), None


def _skips_cells(before: str, rest: str) -> bool:
    """Whether signs that part cells stand between label and number, so that it need not be the first cell: ，，3 or ，3，170."""
    signs = sum(before.count(sign) for sign in _PARTING)
    return signs > 1 or (signs == 1 and not _PARTING.isdisjoint(rest))


def _is_text(grid: Grid) -> bool:
    """Whether lines of prose stand among those of a table, as in a text: no empty cell is certain there."""
    return bool(grid) and len(grid[0]) == 1 and max(map(len, grid)) > _CELLS


def _is_thinned(grid: Grid) -> bool:
    """Whether of equal lines that follow each other only the first is left: in every report zeros or blanks stand together."""
    alone = sum(len(row) == 1 for row in grid)
    return alone > _MANY_LINES and not any(a == b for a, b in pairwise(grid) if len(a) == 1)


def _runs(found: Sequence[Token]) -> list[int]:
    """For each token: how many follow each other without a gap where it stands."""
    sizes: list[int] = []
    size = 0
    for token, after in zip(found, [*found, None][1:], strict=True):
        size += 1
        if after is None or after.start != token.end:
            sizes += [size] * size
            size = 0
    return sizes


def _is_ordinal(text: str) -> bool:
    return len(text) <= 2 and (text.isdigit() or all(c in "一二三四五六七八九十" for c in text))


def is_page_number(text: str) -> bool:
    """Whether a line is a page number such as “- 3 -”."""
    return _PAGE.fullmatch(text.strip()) is not None


def is_page_line(stream: Stream, cell: int) -> bool:
    """Whether a cell is the number of a page, not a bare one, and all there is of its line."""
    text = stream.texts[cell]
    return text[:1] in _BEFORE_PAGE and len(stream.spans[cell]) == 1 and is_page_number(text)


@lru_cache(maxsize=16384)
def like_value(text: str) -> bool:
    """Whether a text may stand in a number cell: a number, “/”, “0件”, “22（其中修订16件）”."""
    if entry(text).state in (State.NUMBER, State.NA):
        return True
    if said_change(text) is not None:
        return True
    squeezed = squeeze(text)
    if squeezed.isascii() and squeezed.isdigit():
        return len(squeezed) <= _LONGEST_ROW
    return len(squeezed) <= 40 and any(p.fullmatch(squeezed) for p in (_LIKE_NUMBER, _SAID_OF, _ERROR))


@lru_cache(maxsize=4096)
def is_remark(text: str) -> bool:
    """Whether this is what a medium says of a number cell that it could not read: an error, a picture, a formula."""
    squeezed = squeeze(text)
    return _SAID_OF.fullmatch(squeezed) is not None or _ERROR.fullmatch(squeezed) is not None


def has_odd_digits(text: str) -> bool:
    """Whether a digit is a superscript or a circled one: 12① is 12 with a footnote, not 121."""
    return any(unicodedata.category(c) == "No" for c in text)


def row_label(token: Token | None) -> Label | None:
    """The row of numbers that a token names, if it does."""
    return token.labels.row if token is not None else None
