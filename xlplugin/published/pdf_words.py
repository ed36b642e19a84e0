"""A PDF page as words and rules in reading direction: what stands where, and where lines are drawn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

STRUCK = "［删"
SPILT = "［越界］"  # in front of a number that runs over the edge of its cell, or into another
_APART = 0.35  # of the size of the letters; a wider gap parts words
_JOINED = 0.12  # a narrower gap does not part digits
_THIN = 2.5
_THROUGH = (0.2, 0.28)  # of the size of a letter; a line so near above or below its middle strikes it out
_DIGITS = frozenset("0123456789.,０１２３４５６７８９")


Box = tuple[float, float, float, float]  # left, right, top, bottom


class Letter(NamedTuple):
    """A character and its box, counted from the top left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    struck: bool = False

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        return (self.top + self.bottom) / 2


class Word(NamedTuple):
    """Letters drawn one behind the other without a gap."""

    letters: tuple[Letter, ...]
    left: float
    right: float
    height: float
    size: float

    @property
    def text(self) -> str:
        text = "".join(x.text for x in self.letters)
        return f"{STRUCK}{text}］" if any(x.struck for x in self.letters) else text

    @property
    def is_number(self) -> bool:
        return self.text.startswith((SPILT, STRUCK)) or (
            any(map(str.isdigit, self.text)) and not any("\u3400" <= c <= "\u9fff" for c in self.text)
        )


class Rule(NamedTuple):
    """A straight line: where it lies across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float


class Sheet(NamedTuple):
    """What stands on a page, turned so that the writing is upright."""

    words: list[Word]
    level: list[Rule]
    upright: list[Rule]
    wide: float
    high: float


def sheet_of(page: Any) -> Sheet:
    """The words and rules of a page; a page whose writing lies on its side is turned."""
    chars = [c for c in page.chars if c["text"]]
    lying = [c for c in chars if not c["upright"]]
    wide, high = float(page.width), float(page.height)
    boxes = [(r["x0"], r["x1"], r["top"], r["bottom"]) for r in _drawn(page)]
    if 2 * len(lying) <= len(chars):
        letters = [Letter(c["text"], c["x0"], c["x1"], c["top"], c["bottom"], c["size"]) for c in chars if c["upright"]]
        return _sheet(letters, boxes, wide, high)
    rises = sum(c["matrix"][1] > 0 for c in lying) * 2 > len(lying)

    def turn(x0: float, x1: float, top: float, bottom: float) -> Box:
        return (high - bottom, high - top, x0, x1) if rises else (top, bottom, wide - x1, wide - x0)

    letters = [Letter(c["text"], *turn(c["x0"], c["x1"], c["top"], c["bottom"]), c["x1"] - c["x0"]) for c in lying]
    return _sheet(letters, [turn(*b) for b in boxes], high, wide)


def _sheet(letters: list[Letter], boxes: list[Box], wide: float, high: float) -> Sheet:
    lines = [b for b in boxes if b[3] - b[2] < _THIN]
    heights = [(top + bottom) / 2 for _, _, top, bottom in lines]
    order = sorted(range(len(lines)), key=heights.__getitem__)
    sorted_heights = [heights[i] for i in order]

    def struck(letter: Letter) -> bool:
        if letter.text not in _DIGITS:
            return False  # the edge of a cell that is too small may run through its label
        near = range(
            bisect_left(sorted_heights, letter.height - _THROUGH[0] * letter.size),
            bisect_right(sorted_heights, letter.height + _THROUGH[1] * letter.size),
        )
        return any(lines[order[i]][0] - 0.5 <= letter.middle <= lines[order[i]][1] + 0.5 for i in near)

    return Sheet(words_of(x._replace(struck=True) if struck(x) else x for x in letters), *_rules(boxes), wide, high)


def words_of(letters: Iterable[Letter]) -> list[Word]:
    """The words in the order in which they were drawn; what was drawn twice in one place counts once."""
    found: list[list[Letter]] = []
    drawn: set[tuple[str, int, int]] = set()
    parted = True
    for letter in letters:
        place = (letter.text, round(letter.left), round(letter.top))
        if not letter.text.strip():
            parted = True
            continue
        if place in drawn:
            continue
        drawn.add(place)
        if not parted and found and _follows(found[-1][-1], letter):
            found[-1].append(letter)
        else:
            found.append([letter])
        parted = False
    return [_word(x) for x in found]


def _follows(last: Letter, letter: Letter) -> bool:
    gap = (letter.left - last.right) / max(letter.size, 1)
    if {last.text, letter.text} <= _DIGITS and gap < -_JOINED:
        return False
    return abs(letter.height - last.height) < 0.4 * max(letter.size, 1) and -0.5 < gap < _APART


def _word(letters: list[Letter]) -> Word:
    size = max(x.size for x in letters)
    return Word(tuple(letters), letters[0].left, letters[-1].right, sum(x.height for x in letters) / len(letters), size)


def moved(word: Word, by: float) -> Word:
    """The word so much further to the right."""
    letters = tuple(x._replace(left=x.left + by, right=x.right + by) for x in word.letters)
    return word._replace(letters=letters, left=word.left + by, right=word.right + by)


def parted(word: Word, edges: Iterable[float]) -> tuple[list[Word], bool]:
    """A word cut at the edges of cells, and whether an edge runs through a number or leaves too little between digits."""
    pieces: list[list[Letter]] = []
    spilt = False
    cuts = [e for e in edges if word.left < e < word.right]
    for letter in word.letters:
        before = pieces[-1][-1] if pieces else None
        if before is not None and not any(before.middle < e <= letter.middle for e in cuts):
            pieces[-1].append(letter)
            continue
        if before is not None and {before.text, letter.text} <= _DIGITS:
            spilt = spilt or letter.left - before.right < _JOINED * letter.size
        pieces.append([letter])
    return [_word(p) for p in pieces], spilt


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words line by line from the top down, from left to right in each."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.height):
        if lines and abs(lines[-1][0].height - word.height) < 0.3 * min(lines[-1][0].size, word.size):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [_together(sorted(line, key=lambda w: w.left)) for line in lines]


def _together(line: list[Word]) -> list[Word]:
    """Words put together again that only their fonts parted; numbers drawn over each other are marked as such."""
    found: list[Word] = []
    for word in line:
        last = found[-1] if found else None
        gap = word.left - last.right if last is not None else 0.0
        if last is None or gap >= _JOINED * word.size:
            found.append(word)
        elif last.is_number and word.is_number and gap < -_JOINED * word.size:
            marks = tuple(Letter(c, last.left, last.left, word.height, word.height, word.size) for c in SPILT)
            found[-1] = _spanning((*marks, *last.letters, *word.letters), last, word)
        else:
            found[-1] = _spanning((*last.letters, *word.letters), last, word)
    return found


def _spanning(letters: tuple[Letter, ...], first: Word, last: Word) -> Word:
    return Word(letters, first.left, max(first.right, last.right), first.height, max(first.size, last.size))


def _drawn(page: Any) -> Iterator[Any]:
    for thing in page.lines:
        yield thing
    for thing in page.rects:
        if thing.get("stroke") or thing["x1"] - thing["x0"] < _THIN or thing["bottom"] - thing["top"] < _THIN:
            yield thing


def _rules(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[list[Rule], list[Rule]]:
    """Level and upright rules; a thin box is one rule, a larger one four."""
    level: list[Rule] = []
    upright: list[Rule] = []
    for x0, x1, top, bottom in boxes:
        if bottom - top < _THIN:
            level.append(Rule((top + bottom) / 2, x0, x1))
        elif x1 - x0 < _THIN:
            upright.append(Rule((x0 + x1) / 2, top, bottom))
        else:
            level += [Rule(top, x0, x1), Rule(bottom, x0, x1)]
            upright += [Rule(x0, top, bottom), Rule(x1, top, bottom)]
    return _merged(level), _merged(upright)


def _merged(rules: list[Rule]) -> list[Rule]:
    """Rules that continue one another, or lie one on the other, as one."""
    found: list[Rule] = []
    rows: list[list[Rule]] = []
    for rule in sorted(rules):
        if rows and rule.at - rows[-1][0].at < _THIN:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    for row in rows:
        start = len(found)
        for rule in sorted(row, key=lambda r: r.start):
            if len(found) > start and rule.start - found[-1].end < _THIN + 0.5:
                found[-1] = found[-1]._replace(end=max(found[-1].end, rule.end))
            else:
                found.append(rule)
    return found
