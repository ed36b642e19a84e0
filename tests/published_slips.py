"""Slips: one to three small accidents to an otherwise clean copy, as happen when a page is taken over by hand or by a program.

A line, a cell or a character is lost, doubled, joined to the next, broken in two, moved past its neighbour, or something
of the page comes in between.  What such a slip hides must be unread, never another cell's number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.published_adversary import Copy, as_text
from tests.published_copies import STYLES, render
from xlplugin.form import form
from xlplugin.report import Report

Lines = list[str]
# a row again with other numbers, or rows that lost cells: with the right one gone too, nothing in the copy says so
_BEYOND = ("corrupted", "short rows")
_WORDS = ("返回顶部", "打印本页", "分享到", "责任编辑：王某", "附表", "续表", "单位：件")
_PAGES = ("3", "12", "第3页", "- 4 -", "1", "2024", "— 7 —")
_CELLS = ("<td>7</td>", "<td></td>", "<td>（件）</td>", '<td colspan="2">12</td>')
_SPANS = ("<td colspan=2>", "<td rowspan=2>", "<td>", '<td rowspan="3">', '<td colspan="0">')
_GAPS = (" ", "　", "\u200b", "\xa0")
_NUMBER = re.compile(r"(?<!\d)\d[\d.,]*\s*\|?")
_WORD = re.compile(r"[\u4e00-\u9fff]")


def slipped(report: Report, random: Random) -> Copy:
    """A copy of a report in some style, and what happened to it."""
    style = random.choice([s for s in STYLES if s not in _BEYOND])
    data, suffix = render(style, report, random)
    text = as_text(data)
    done: list[str] = []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        if "<td" in text and random.random() < 0.85:
            name, tagged = random.choice(TAGGED)
            text = tagged(text, random)
        else:
            name, slip = random.choice(SLIPS)
            lines = text.split("\n")
            slip(lines, random.choice(_of_tables(report, lines)), random)
            text = "\n".join(lines)
        done.append(name)
    return Copy(text.encode(), suffix, f"{style}({', '.join(done)})", {report.form_id: report})


# --- slips of lines --------------------------------------------------------------------------------------------------


def _of_tables(report: Report, lines: Lines) -> list[int]:
    """The lines from the first table to the section behind the last one, empty ones left out."""
    begin, end = _bounds(report, lines)
    held = [i for i in range(begin, end) if lines[i].strip()]
    return held or list(range(len(lines)))


def _bounds(report: Report, lines: Lines) -> tuple[int, int]:
    mine = form(report.form_id)
    title = mine.tables[0].blocks[0].title[:4]
    after = mine.sections[[s.key for s in mine.sections].index(mine.tables[-1].key) + 1].title[2:]
    begin = next((i for i, line in enumerate(lines) if title in line), 0)
    return begin, next((i for i in range(len(lines) - 1, begin, -1) if after in lines[i]), len(lines))


def lose_line(lines: Lines, at: int, random: Random) -> None:
    del lines[at]


def lose_lines(lines: Lines, at: int, random: Random) -> None:
    del lines[at : at + random.randrange(2, 7)]


def double_line(lines: Lines, at: int, random: Random) -> None:
    lines[at:at] = [lines[at]]


def double_lines(lines: Lines, at: int, random: Random) -> None:
    lines[at:at] = lines[at : at + random.randrange(2, 7)]


def join_lines(lines: Lines, at: int, random: Random) -> None:
    lines[at : at + 2] = ["".join(lines[at : at + 2])]


def join_over_gap(lines: Lines, at: int, random: Random) -> None:
    following = next((i for i in range(at + 1, len(lines)) if lines[i].strip()), None)
    if following is not None:
        lines[at : following + 1] = [lines[at].rstrip() + lines[following]]


def break_line(lines: Lines, at: int, random: Random) -> None:
    if len(lines[at]) > 1:
        place = random.randrange(1, len(lines[at]))
        lines[at : at + 1] = [lines[at][:place], lines[at][place:]]


def lose_number(lines: Lines, at: int, random: Random) -> None:
    numbers = list(_NUMBER.finditer(lines[at]))
    if numbers:
        number = random.choice(numbers)
        lines[at] = lines[at][: number.start()] + lines[at][number.end() :]


def page_between(lines: Lines, at: int, random: Random) -> None:
    lines.insert(at, random.choice(_PAGES))


def words_between(lines: Lines, at: int, random: Random) -> None:
    lines.insert(at, random.choice(_WORDS))


def swap_lines(lines: Lines, at: int, random: Random) -> None:
    """Two numbers that change places alone leave no trace."""
    if at + 1 < len(lines) and lines[at + 1].strip() and (_WORD.search(lines[at]) or _WORD.search(lines[at + 1])):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]


def lose_character(lines: Lines, at: int, random: Random) -> None:
    words = [m.start() for m in _WORD.finditer(lines[at])]
    if words:
        place = random.choice(words)
        lines[at] = lines[at][:place] + lines[at][place + 1 :]


def gap_inside(lines: Lines, at: int, random: Random) -> None:
    if len(lines[at]) > 1:
        place = random.randrange(1, len(lines[at]))
        lines[at] = lines[at][:place] + random.choice(_GAPS) + lines[at][place:]


SLIPS: tuple[tuple[str, Callable[[Lines, int, Random], None]], ...] = tuple(
    (slip.__name__, slip)
    for slip in (
        lose_line, lose_lines, double_line, double_lines, join_lines, join_over_gap, break_line, lose_number, page_between,
        words_between, swap_lines, lose_character, gap_inside,
    )
)  # fmt: skip


# --- slips of tags ---------------------------------------------------------------------------------------------------

_TAGS = (
    "<td[^>]*>[^<]*</td>", "<tr[^>]*>.*?</tr>", "</td>", "<tr[^>]*>", "</tr>", "</?table[^>]*>", "<p>.*?</p>", "<td[^>]*>",
)  # fmt: skip
Tagged = Callable[[str, Random], str]


def _one(text: str, pattern: str, random: Random) -> re.Match[str] | None:
    """One of the places of a tag in the tables."""
    begin, end = text.find("<table"), text.rfind("</table>") + len("</table>")
    found = [m for m in re.finditer(pattern, text, re.DOTALL) if begin <= m.start() < end]
    return random.choice(found) if found else None


def lose(pattern: str) -> Tagged:
    def tagged(text: str, random: Random) -> str:
        found = _one(text, pattern, random)
        return text[: found.start()] + text[found.end() :] if found else text

    return tagged


def double(pattern: str) -> Tagged:
    def tagged(text: str, random: Random) -> str:
        found = _one(text, pattern, random)
        return text[: found.end()] + found[0] + text[found.end() :] if found else text

    return tagged


def cell_between(text: str, random: Random) -> str:
    found = _one(text, "</td>", random)
    return text[: found.end()] + random.choice(_CELLS) + text[found.end() :] if found else text


def other_span(text: str, random: Random) -> str:
    found = _one(text, "<td[^>]*>", random)
    return text[: found.start()] + random.choice(_SPANS) + text[found.end() :] if found else text


def swap_rows(text: str, random: Random) -> str:
    found = _one(text, "(<tr[^>]*>(?:(?!<tr).)*</tr>)(<tr[^>]*>(?:(?!<tr).)*</tr>)", random)
    return text[: found.start()] + found[2] + found[1] + text[found.end() :] if found else text


TAGGED: tuple[tuple[str, Tagged], ...] = (
    *((f"lose {tag}", lose(tag)) for tag in _TAGS),
    *((f"double {tag}", double(tag)) for tag in _TAGS[:-1]),
    ("cell_between", cell_between),
    ("other_span", other_span),
    ("swap_rows", swap_rows),
)
