"""A text that ends in a number of a table was cut off there, perhaps inside that number: 14 may have been 1472."""

from __future__ import annotations

from xlplugin.numerals import State
from xlplugin.recognising.rows.readings import Readings


def doubt_last(readings: Readings) -> None:
    """Take back the number with which a text ends, unless a sum bears it out; a 0 of a count is one, whatever is cut off."""
    stream = readings.stream
    last = len(stream.texts) - 1
    if not stream.texts[last].strip()[-1:].isdigit() or not (stream.lines[last][0] in stream.loose or _alone(readings, last)):
        return
    place = readings.where(last)
    cell = next((c.id for c in reversed(readings.form.cells) if readings.places.get(c.id) == place), None)
    if cell is None or readings.entries[cell].state is not State.NUMBER or _borne_out(readings, cell):
        return
    if readings.entries[cell].value != 0 or readings.form.cell[cell].decimal:
        seen = readings.entries[cell].seen
        what = f"{readings.form.cell[cell].label}：材料到“{seen}”就断了，这个数可能不全，没有读入。"
        readings.unread([cell], "IMP-SHORT", what, seen=seen, about=f"cut.{cell}")


def _alone(readings: Readings, cell: int) -> bool:
    return len(readings.stream.line_of(cell)) == 1


def _borne_out(readings: Readings, cell: str) -> bool:
    """Whether some sum that holds has the cell in it."""
    numbers = {c: e.value for c, e in readings.entries.items() if e.value is not None}
    known = [b for b in readings.form.balances if cell in b.cells and all(c in numbers for c in b.cells)]
    return any(sum(numbers[c] for c in b.left) == sum(numbers[c] for c in b.right) for b in known)
