"""The prose of sections one, five and six: by their headings, or, where these are missing, by the tables between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlplugin.form import Form
from xlplugin.recognising.around.wording import plain

_FIRST = re.compile(
    r"^(?:\(?[一1]\)?[、,.．:]?)?总体情况[::。]?|^[一1][、,.．:](?:总体(?:概述|要求|工作情况)|(?:工作)?(?:概述|概况)|(?:工作)?基本情况)[::。]?$"
)
_FIFTH = re.compile(
    r"^五[、,.．:].{0,24}?(?:问题|改进|整改|不足)(?:[^。;,]{0,14}?(?:情况|措施|打算|建议|方向|安排))?[::。]?"
    r"|^(?:5[、,.．:]|\(五\))?(?:政府信息公开工作)?存在的主要问题及(?:改进|整改)(?:情况|措施)[::。]?$"
)
_SIXTH = re.compile(
    r"^六[、,.．:].{0,16}?(?:事项|情况|说明|内容)(?:[::。]?$|[::。]?(?!的))|^(?:6[、,.．:]|\(六\))?其[他它](?:需要|应)报告的?(?:其他)?事项[::。]?$"
)
_ABOUT_FEES = re.compile(r"信息处理费|其他(?:需要|应)?(?:报告|说明)的?事项|其他应报告")
_SECOND = re.compile(
    r"^(?:[二2][、,.．:])(?:行政机关)?(?:政府信息)?主动公开(?:政府信息)?的?情况[::。]?$|^(?:\(二\))?主动公开政府信息的?情况[::。]?$"
)
_UNDER_HEADING = 8  # lines that may stand between the heading of the first table and the table
_META = re.compile(
    r"^(?:发布|公开|公布|成文|信息|来源|访问|字体|字号|浏览|索引|分享|打印|关闭|作者|编辑|标题|原文链接|当前位置|首页|=+)"
)


class Prose(NamedTuple):
    """Text by section key, and the sections whose heading was not found."""

    text: dict[str, str]
    unheaded: tuple[str, ...]


def prose(form: Form, before: Sequence[str], after: Sequence[str]) -> Prose:
    """The prose.  `before`: the lines before the first table; `after`: those after the last one."""
    first, fifth, sixth = (s.key for s in form.sections if s.kind == "text")
    text: dict[str, str] = {}
    unheaded: list[str] = []
    overview, headed = _overview(before)
    if overview:
        text[first] = overview
        unheaded += [] if headed else [first]
    problems, other, heads = _rest(after)
    for key, said, has_head in ((fifth, problems, heads[0]), (sixth, other, heads[1])):
        if said:
            text[key] = said
            unheaded += [] if has_head else [key]
    return Prose(text, tuple(unheaded))


def _overview(lines: Sequence[str]) -> tuple[str, bool]:
    second = next((i for i in range(len(lines) - 1, -1, -1) if _SECOND.match(plain(lines[i][:60]))), None)
    lines = lines[:second] if second is not None and len(lines) - second <= _UNDER_HEADING else lines
    for i, line in enumerate(lines):
        if (rest := _behind(_FIRST, line)) is not None:
            return _joined([rest, *lines[i + 1 :]]), True
    body = [x for x in lines if len(plain(x)) > 12 and not _META.match(plain(x)) and not _is_title(x)]
    return _joined(body), False


def _rest(lines: Sequence[str]) -> tuple[str, str, tuple[bool, bool]]:
    fifth = _find(_FIFTH, lines)
    sixth = _find(_SIXTH, lines)
    start = fifth if fifth is not None else -1
    if sixth is None or sixth <= start:
        guess = next((i for i in range(len(lines) - 1, start, -1) if _ABOUT_FEES.search(plain(lines[i]))), None)
        end = guess if guess is not None else len(lines)
        other = [x for x in lines[end:] if not _is_title(x)]
        return _problems(lines, fifth, end), _joined(other), (fifth is not None, False)
    rest = _behind(_SIXTH, lines[sixth]) or ""
    return _problems(lines, fifth, sixth), _joined([rest, *lines[sixth + 1 :]]), (fifth is not None, True)


def _problems(lines: Sequence[str], fifth: int | None, end: int) -> str:
    if fifth is None:
        return _joined([x for x in lines[:end] if not _is_title(x)])
    return _joined([_behind(_FIFTH, lines[fifth]) or "", *lines[fifth + 1 : end]])


def _find(pattern: re.Pattern[str], lines: Sequence[str]) -> int | None:
    return next((i for i, line in enumerate(lines) if pattern.match(plain(line[:120])[:60])), None)


def _behind(pattern: re.Pattern[str], line: str) -> str | None:
    """What stands behind a heading on its own line; None where the line has no such heading."""
    match = pattern.match(plain(line[:200]))
    if match is None:
        return None
    passed = 0
    for index, char in enumerate(line):
        if passed >= match.end():
            return line[index:].strip()
        passed += len(plain(char))
    return ""


def _is_title(line: str) -> bool:
    flat = plain(line)
    return len(flat) < 60 and ("年度报告" in flat or "年报" in flat) and "。" not in flat


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(x.strip() for x in lines if x.strip())
