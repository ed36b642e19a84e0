"""What was found of one row of the form, and what a table's rows say of the whole copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xlplugin.form import Block, Line
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.rows.placing import Placed

_CODED = 5  # rows


@dataclass(slots=True)
class Found:
    """The segments that stand for one row of the form, and how sure that is."""

    block: Block
    row: Line
    key: str  # of table and row, as in the ids of its cells
    columns: int
    segments: list[Segment] = field(default_factory=list)
    damaged: str = ""  # the label as it stood, where it is not the official one
    sure: bool = False  # read under the labels of its columns
    gapped: bool = False  # placed by the empty cells around its numbers
    rule: str = ""  # why its numbers could not be placed
    once: bool = False  # of a table that is there twice, this row is not

    def keep(self, placed: Sequence[Placed]) -> None:
        """How the numbers of its segments were placed: sure only if all are, else the first reason why not."""
        first = placed[0]
        self.sure, self.gapped, self.rule = first.sure, first.gapped, first.rule
        for other in placed[1:]:
            self.sure, self.gapped, self.rule = self.sure and other.sure, self.gapped or other.gapped, self.rule or other.rule


def astray(rows: Sequence[Found]) -> bool:
    """Whether most rows have numbers outside the columns: those within may be there by chance."""
    several = [f for f in rows if f.columns > 1 and f.segments]
    return 2 * sum(f.rule == "IMP-EXTRA" for f in several) > len(several) > 2


def apart(rows: Sequence[Found]) -> bool:
    """Whether labels stand together and numbers elsewhere, as where a text was taken column by column."""
    found = [f for f in rows if f.segments and not f.sure]
    empty = sum(not s.every for f in found for s in f.segments[:1])
    return empty > 1 and 2 * empty >= len(found)


def coded(rows: Sequence[Found]) -> bool:
    """Whether the first numbers of most rows are those of the rows themselves, 8, 9, 10: codes of the office's own."""
    first = [(at, f.segments[0].full[0].text) for at, f in enumerate(rows) if f.segments and f.segments[0].full]
    steps = Counter(int(text) - at for at, text in first if text.isdecimal())
    most = max(steps.values(), default=0)
    return most >= _CODED and 2 * most >= len(first)
