"""Numbers of a table that stand in no row of the form: on heading rows, and in rows between those of the form."""

from __future__ import annotations

from collections.abc import Container, Sequence

from xlplugin.form import Table
from xlplugin.numerals import Entry, State, squeeze
from xlplugin.recognising.glued import cutting
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.rows.found import Found
from xlplugin.recognising.rows.manner import NO_MANNER
from xlplugin.recognising.rows.matching import heads_of
from xlplugin.recognising.rows.placing import place
from xlplugin.recognising.rows.readings import Readings


def merged_heads(
    readings: Readings, table: Table, rows: dict[str, Found], segments: Sequence[Segment], unlike: Container[str]
) -> None:
    """Numbers on a heading row: the sum of its items where they are not printed, otherwise an extra row.

    Items cannot be negative, so a heading's 0 makes all its items 0; any other number does not say how it divides.
    `unlike`: blocks whose columns are not those of the form.
    """
    for key, segment in heads_of(table, segments):
        block = next(b for b in table.blocks if any(r.key == key for r in b.rows))
        items = [r for r in block.data_rows if r.parent == key]
        texts = [s.text for s in segment.full]
        label, seen = block.row(key).label, " | ".join(texts)
        if any(rows[r.key].segments for r in items):
            readings.say("IMP-EXTRA", f"“{label}”一行不应有数字，见到 {seen}，没有读入。", seen=seen, about=f"{table.key}.{key}")
            continue
        slots = None if block.key in unlike else place(readings.stream, segment, len(block.columns), NO_MANNER).slots
        zeros = {c.key for c, s in zip(block.columns, slots or (), strict=False) if squeeze(s.text) == "0"}
        zeros = (
            {c.key for c in block.columns}
            if not slots and cutting.all_zeros(list(map(squeeze, texts)), len(block.columns))
            else zeros
        )
        mine = {f"{table.key}.{r.key}.{c}" for r in items for c in zeros}
        readings.entries.update({c: Entry(0, State.DEDUCED, seen) for c in mine})
        readings.findings[:] = [f for f in readings.findings if not (f.family == "IMP-MISSING" and set(f.cells) <= mine)]
        cells = [f"{table.key}.{r.key}.{c.key}" for r in items for c in block.columns]
        how = "是0的列，各项都读作0；其余没有读入" if len(mine) < len(cells) else "都是0，各项都读作0"
        readings.say("IMP-FORM", f"“{label}”只印成一行（见到 {seen}），{how}。", cells, seen=seen, about=f"{table.key}.{key}")


def extra_rows(readings: Readings, rows: dict[str, Found], segments: Sequence[Segment]) -> None:
    """Rows between the rows of the form that are none of them."""
    used = {s.at for f in rows.values() for s in f.segments if s.at >= 0}
    for segment in segments[min(used, default=0) : max(used, default=0)]:
        if segment.token is None and not segment.broken and segment.at not in used and len(segment.text) <= 60 and segment.full:
            seen = " | ".join(s.text for s in segment.full)
            readings.say(
                "IMP-EXTRA",
                f"“{segment.text}”不是正式表格的行，见到 {seen}，没有读入。",
                seen=seen,
                about=readings.where(segment.cell),
            )
