"""What stands in one cell, exactly as the file has it, before anybody judges it."""

import re
from functools import lru_cache
from typing import NamedTuple

from xlplugin.books.refusals import Refused

LONGEST_TEXT = 32_767  # characters, the limit of Excel itself
NAMESPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ESCAPED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # but no half of a surrogate pair
_BLANKS = " \t\r\n"
_TRUTH = {"0": "0", "1": "1", "false": "0", "true": "1"}


class Raw(NamedTuple):
    """One cell of the file; a cell that is not in the file at all has no Raw."""

    kind: str  # "n" number, "s" text, "b" truth value, "e" error, "" present but without a value
    text: str  # the number as stored, the text, "1" or "0", the error; "" if none
    formula: bool  # it has a formula
    cached: bool  # it has a value


Grid = dict[tuple[int, int], Raw]  # (row, column), both from 1


class Waiting(NamedTuple):
    """A cell whose text is still the number of a shared string."""

    place: tuple[int, int]
    shared: int
    formula: bool


class Found(NamedTuple):
    """The cells of one sheet; the waiting ones are not among `cells` yet."""

    cells: Grid
    waiting: list[Waiting]


def settled(stored: str, text: str | None, formula: bool) -> Raw | int:
    """A cell from its stored type and text (None: no value there), or the index of its shared string.

    A number must be finite.  Raises Refused (E-NUMBER, E-TOOLONG, E-STRINGS).
    """
    if stored in ("str", "inlineStr", "d"):
        return Raw("", "", formula, False) if text is None else Raw("s", plain_text(text), formula, True)
    value = (text or "").strip(_BLANKS)
    if not value:
        return Raw("", "", formula, False)
    if stored == "n":
        return Raw("n", _finite(value), formula, True)
    if stored == "s":
        return _index(value)
    if stored == "b":
        if value not in _TRUTH:
            raise Refused("E-NUMBER")
        return Raw("b", _TRUTH[value], formula, True)
    if stored == "e":
        return Raw("e", value, formula, True)
    raise Refused("E-XML")


def _index(value: str) -> int:
    if len(value) > 9 or not (value.isascii() and value.isdigit()):
        raise Refused("E-STRINGS")
    return int(value)


def _finite(value: str) -> str:
    if not _NUMBER.fullmatch(value) or abs(float(value)) == float("inf"):
        raise Refused("E-NUMBER")
    return value


def plain_text(text: str) -> str:
    """Text with Excel's _xHHHH_ escapes undone.  Raises Refused (E-TOOLONG)."""
    if len(text) > LONGEST_TEXT:
        raise Refused("E-TOOLONG")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
