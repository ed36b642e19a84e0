"""Numbers with a remark in their cell, 12①, 约5, 22（其中修订16件）: read where the balances say the same number.

The text alone leaves a doubt, whether the mark is a digit or the remark a correction; a sum whose other numbers are all
there leaves none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlplugin.form import Balance
from xlplugin.numerals import Entry, Number, State, squeeze
from xlplugin.recognising.rows.readings import Readings

_CLAIMED = re.compile(
    r"[约共]?(\d{1,3}(?:,\d{3})+|[1-9]\d{0,7}|0)(?:件|项|次|个|条|元)?(?:[①-⑳⁰¹²³⁴-⁹]{1,2}|[*#＊※†]{1,3}|[(（\[［〔].{0,40})?",
    re.DOTALL,
)


def read_remarked(readings: Readings) -> None:
    """Read the numbers with a remark that every balance bears out whose other cells are known; say which."""
    claimed = {c: n for c, e in readings.entries.items() if e.state is State.TEXT and (n := _claimed(e.seen)) is not None}
    if not claimed:
        return
    numbers = {c: e.value for c, e in readings.entries.items() if e.value is not None}
    touching = {c: [b for b in readings.form.balances if c in b.cells] for c in claimed}
    read: dict[str, Number] = {}
    while found := {c for c, n in claimed.items() if c not in read and _borne_out(touching[c], {**numbers, c: n})}:
        read |= {c: claimed[c] for c in found}
        numbers |= read
    if not read:
        return
    shown = "；".join(f"{readings.form.cell[c].label}：“{readings.entries[c].seen}” → {n}" for c, n in read.items())
    for cell, number in read.items():
        readings.entries[cell] = Entry(number, State.DEDUCED, readings.entries[cell].seen)
    readings.say("IMP-NOTE", f"{shown}。勾稽关系也得出这些数，已读入。", read, about="deduced")


def _claimed(text: str) -> int | None:
    """The number that a text with a remark gives."""
    found = _CLAIMED.fullmatch(squeeze(text))
    return int(found[1].replace(",", "")) if found else None


def _borne_out(balances: list[Balance], numbers: Mapping[str, Number]) -> bool:
    """Whether some balance can be reckoned, and all that can hold."""
    known = [b for b in balances if all(c in numbers for c in b.cells)]
    return bool(known) and all(sum(numbers[c] for c in b.left) == sum(numbers[c] for c in b.right) for b in known)
