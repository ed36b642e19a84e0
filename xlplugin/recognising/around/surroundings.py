"""What stands around the tables: unit, year and date of the cover, and the prose; the report that they make together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xlplugin.form import form_for
from xlplugin.recognising.around.prose import prose
from xlplugin.recognising.around.wording import Wording, wording
from xlplugin.recognising.labels.stream import MARKS, Stream, is_page_number
from xlplugin.recognising.rows.readings import Readings
from xlplugin.report import Cover, Report


def with_surroundings(readings: Readings, before: Sequence[str], after: Sequence[str], source: str) -> Report:
    """The report: what was read of its tables, and the lines before the first of them and after the last."""
    said = wording([*before, *after])
    texts = prose(readings.form, before, after)
    for key in texts.unheaded:
        title = next(s.title for s in readings.form.sections if s.key == key)
        readings.say("IMP-SECTION", f"没有找到标题“{title}”。", about=key)
    cover = _cover(readings, said)
    return Report(
        form_id=readings.form.id,
        cover=cover,
        entries=readings.entries,
        text=texts.text,
        intake=tuple(readings.findings),
        file=source or None,
        places=readings.places,
    )


def lines(stream: Stream, start: int, end: int) -> list[str]:
    """The lines between two cells, as text."""
    rows = groupby(range(start, min(end, len(stream.texts))), key=stream.line)
    lines = (" ".join(t for c in cells if (t := stream.texts[c]) and t not in MARKS) for _, cells in rows)
    return [x for line in lines for x in line.split("\n") if x.strip() and not is_page_number(x)]


def _cover(readings: Readings, said: Wording) -> Cover:
    """What the prose says of unit, year and date, with a finding for each doubt."""
    years = list(said.years)
    year = years[0] if years else None
    if len(years) > 1:
        readings.say(
            "IMP-YEAR", f"{'；'.join(f'{how}，说的是{y}年' for y, how in said.years.items())}。暂按{year}年。", about="conflict"
        )
    elif year is None:
        readings.say("IMP-YEAR", "没有见到标题或统计期限，不知道是哪一年的年报。", about="none")
    elif said.years[year].startswith("正文"):
        readings.say("IMP-YEAR", f"没有见到标题或统计期限；{said.years[year]}，暂按{year}年。", about="guessed")
    if year is not None and year >= 2019 and form_for(year).id != readings.form.id:
        readings.say(
            "IMP-FORM", f"{year}年应使用{form_for(year).notice}的表式，这份用的是{readings.form.notice}的表式。", about="year"
        )
    if said.unit is None:
        what = f"没有见到标题；正文里写到“{said.guessed}”，暂作单位名称。" if said.guessed else "没有见到带单位名称的标题。"
        readings.say("IMP-UNITNAME", what, seen=said.guessed or "")
    return Cover(name=said.unit or said.guessed, year=year, date=said.date)
