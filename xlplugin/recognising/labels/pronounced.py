"""Copies that say behind a character how it is read: 數(shù)量, 政(zheng)(zheng)府.

Sites that turn a page into traditional characters leave such pages.  One bracket may be a word of the text; many of them,
each with Latin letters only and straight behind a Chinese character, are none of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.recognising.labels.stream import Grid

_FEWEST = 12  # brackets
_LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ"
_READING = re.compile(rf"(?<=[\u3400-\u9fff])(?:[(（][{_LETTERS}]{{1,6}}[)）])+")
_OPENED = re.compile(rf"[(（](?=[{_LETTERS}]{{1,6}}[)）])")


class Pronounced(NamedTuple):
    """Grids without the readings; `seen`: one of them with its character, "" where there were none."""

    grids: Sequence[Grid]
    seen: str


def without_readings(grids: Sequence[Grid]) -> Pronounced:
    """The grids, and where they say of many characters how these are read, without that."""
    whole = "\n".join(["".join(row) for grid in grids for row in grid])
    first = _first_of_many(whole)
    if not first:
        return Pronounced(grids, "")
    plain = [[[_READING.sub("", text) for text in row] for row in grid] for grid in grids]
    return Pronounced(plain, first)


def _first_of_many(whole: str) -> str:
    """The first character with its reading, if there are many of them."""
    if len(_OPENED.findall(whole)) < _FEWEST:
        return ""
    found = list(_READING.finditer(whole))
    return whole[found[0].start() - 1 : found[0].end()] if len(found) >= _FEWEST else ""
