"""Marks of footnotes that a copy has glued to their numbers: 12 with note 3 became 123.

One number alone does not tell.  What tells: a note below the table that begins with the mark, and the balances: a number
that they bear out is itself; one that breaks them, and would not without its last digit, is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from xlplugin.form import Balance
from xlplugin.numerals import State
from xlplugin.recognising.labels.folding import skeleton
from xlplugin.recognising.labels.lexicon import SECTION, without_ordinal
from xlplugin.recognising.labels.segments import Segment
from xlplugin.recognising.labels.stream import MARKS
from xlplugin.recognising.rows.readings import Readings

_NOTE = re.compile(
    r"\s*(?:注释?|备注|说明)?\s*[:：]?\s*[（(\[［【]?(?:注\s*)?(\d{1,2})[)）\]］】]?[\s.．、:：]*[^\s\d.．、:：,，/／%％月年日]"
)
_MORE = re.compile(r"[;；。]\s*[（(\[［]?(\d{1,2})[)）\]］]?\s*[.．、:：]\s*\D")
_NEAR = 4  # lines below a table in which notes stand
_NOTHING = (State.BLANK, State.NA)
_TALE = 60  # characters; what is longer is prose


def doubt_marks(readings: Readings, segments: Sequence[Segment]) -> None:
    """Take back the numbers that may end in the mark of a footnote.

    Where a number stands in a cell of its own under its label, only a note below speaks against it, not a sum.
    """
    numbers = {c: e.value for c, e in readings.entries.items() if isinstance(e.value, int)}
    marks = _marks(readings, segments)
    borne_out, breaking = _weighed(readings, numbers, marks)
    breaking -= readings.sure
    if not marks and not breaking:
        return
    ending = {c for c, n in numbers.items() if c not in borne_out and any(_ends_in(n, m) for m in marks)}
    for cell in sorted(ending | breaking, key=list(readings.form.cell).index):
        seen = readings.entries[cell].seen
        why = "表下有这个序号的注" if cell in ending else "去掉末位，勾稽关系才成立"
        what = f"{readings.form.cell[cell].label}：“{seen}”的末位可能是注释的序号（{why}），没有读入。"
        readings.unread([cell], "IMP-NOTE", what, seen=seen, about=f"mark.{cell}")


def _ends_in(number: int, mark: str) -> bool:
    digits = str(abs(number))
    return len(digits) > len(mark) and digits.endswith(mark)


def _weighed(readings: Readings, numbers: Mapping[str, int], marks: Collection[str]) -> tuple[set[str], set[str]]:
    """The numbers that balances bear out, and those that break one but would not without their last digit or two.

    A balance that also holds without the marks at both a part and a total bears out neither.
    """
    borne_out: set[str] = set()
    breaking: set[str] = set()
    twins: set[str] = set()
    odd = {c for c, e in readings.entries.items() if e.value is None and e.state not in _NOTHING}
    for balance in readings.form.balances:
        gap = _gap(balance, odd, numbers)
        if gap == 0:
            borne_out.update(balance.left, balance.right)
            twins.update(_marked_on_both_sides(balance, numbers, marks) if marks else ())
        elif gap is not None:
            breaking |= _mending(balance, numbers, gap)
        if gap != 0 and any(c not in numbers for c in balance.cells) and len(found := _too_large(balance, numbers)) == 1:
            breaking |= found
    return borne_out - twins, breaking - borne_out


def _marked_on_both_sides(balance: Balance, numbers: Mapping[str, int], marks: Collection[str]) -> set[str]:
    """The cells on either side that lose as much with a mark."""
    found: set[str] = set()
    for mark in marks:
        left, right = (
            {c: n - n // 10 ** len(mark) for c in side if _ends_in(n := numbers.get(c, 0), mark)}
            for side in (balance.left, balance.right)
        )
        both = set(left.values()) & set(right.values())
        found |= {c for side in (left, right) for c, lost in side.items() if lost in both}
    return found


def _gap(balance: Balance, odd: set[str], numbers: Mapping[str, int]) -> int | None:
    """Left minus right; None where a total is missing or a cell is no number (`odd`).  A blank is nothing."""
    left, right = list(map(numbers.get, balance.left)), list(map(numbers.get, balance.right))
    if None in (left if len(left) <= len(right) else right) or not (any(left) or any(right)):
        return None
    if odd and not odd.isdisjoint(balance.cells):
        return None
    return sum(filter(None, left)) - sum(filter(None, right))


def _mending(balance: Balance, numbers: Mapping[str, int], gap: int) -> set[str]:
    """The cells without whose last digits the balance holds."""
    found: set[str] = set()
    for sign, side in ((1, balance.left), (-1, balance.right)):
        found |= {c for c in side if (n := numbers.get(c, 0)) > 9 and sign * gap in _cut_off(n)}
    return found


def _cut_off(number: int) -> set[int]:
    """What is lost with the last digit, or with the last two."""
    return {number - number // 10, *([number - number // 100] if number > 99 else [])}


def _too_large(balance: Balance, numbers: Mapping[str, int]) -> set[str]:
    """Some cells without numbers: the parts that alone outgrow their total, and would not without their last digit."""
    total, parts = sorted((balance.left, balance.right), key=len)
    if len(total) != 1 or total[0] not in numbers:
        return set()
    most = numbers[total[0]]
    return {c for c in parts if numbers.get(c, 0) > most >= numbers.get(c, 0) // 10}


def _marks(readings: Readings, segments: Sequence[Segment]) -> set[str]:
    """The numbers with which notes below the tables begin."""
    stream = readings.stream
    lines = _below(readings, segments)
    texts = [x for a, b, own in lines for x in ("".join(t for t in stream.texts[a:b] if t not in MARKS), own)]
    texts += [x for e in readings.entries.values() if e.state is State.TEXT for x in e.seen.split("\n")[1:]]
    found: set[str] = set()
    for text in texts:
        begun = _NOTE.match(text)
        if begun and len(text) <= _TALE and not _heads(readings, text):
            found |= {begun[1], *(m[1] for m in _MORE.finditer(text))}
    return found


def _heads(readings: Readings, text: str) -> bool:
    """Whether this is the heading of a section with a number in digits: 5、存在的主要问题及改进情况."""
    rest = skeleton(text).lstrip("0123456789")
    return any(rest.startswith(skeleton(without_ordinal(s.title))) for s in readings.form.sections)


def begins_note(text: str) -> bool:
    """Whether a line below a table may be a note on one of its numbers."""
    return len(text) <= _TALE and _NOTE.match(text) is not None


def _below(readings: Readings, segments: Sequence[Segment]) -> Iterable[tuple[int, int, str]]:
    """The lines without labels that follow a line of numbers, a few each time: from cell to cell."""
    lines = readings.stream.lines
    left = 0
    for segment in segments:
        if segment.token is not None:
            left = 0 if segment.token.of(SECTION) else _NEAR
        elif left and segment.text and (not segment.full or (len(segment.full) == 1 and segment.full[0].below)):
            left -= 1
            end = segment.cell
            while end < len(lines) and lines[end] == lines[segment.cell]:
                end += 1
            yield segment.cell, end, segment.text
