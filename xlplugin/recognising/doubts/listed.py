"""Numbers of a list that an editor put before the first figures of a table: 1.0, 2.3, 3.0 are the figures 0, 3 and 0."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from xlplugin.numerals import BLANK, Entry
from xlplugin.recognising.rows.readings import Readings

_DOTTED = re.compile(r"(\d{1,2})\s*[.．]\s*\d+")


def doubt_listed(readings: Readings, rows: Mapping[str, Sequence[str]]) -> None:
    """Take back the numbers before which that of a list may stand.  `rows`: the cells of each row, in the order of the form."""
    for cell in listed(rows, readings.entries):
        seen = readings.entries[cell].seen
        what = f"{readings.form.cell[cell].label}：“{seen}”里点前的数字可能是列表的序号，没有读入。"
        readings.unread([cell], "IMP-NOTE", what, seen=seen, about=f"list.{cell}")


def listed(rows: Mapping[str, Sequence[str]], entries: Mapping[str, Entry]) -> list[str]:
    """The first cells of rows whose numbers before the point run on from row to row, or are the places of their rows.

    `rows`: the cells of each row, in the order of the form.  One decimal alone is a count that a program wrote so: 42.0.
    """
    found: list[tuple[str, int, int]] = []
    decimals = False  # also in places where no list stands
    for at, (first, *others) in enumerate(rows.values(), 1):
        dotted = _DOTTED.fullmatch(entries.get(first, BLANK).seen.strip())
        decimals = decimals or any("." in entries.get(c, BLANK).seen for c in others)
        if dotted and not any("." in entries.get(c, BLANK).seen for c in others):
            found.append((first, at, int(dotted[1])))
    steps = Counter(number - at for _, at, number in found)
    rising = (
        len(found) > 1 and not decimals and all(a < b for (_, _, a), (_, _, b) in pairwise(found))
    )  # rows of the office's own between
    likely = (cell for cell, at, number in found if rising or steps[number - at] > 1 or number == at)
    return [cell for cell in likely if entries[cell].value is not None]
