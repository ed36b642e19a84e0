"""What programs that gather pages leave in their text: spaces spelt as in HTML, a sign before every line, two bars for one."""

from __future__ import annotations

import re

_SPACES = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160|#xA0|#8194|#8195|#12288);?", re.IGNORECASE)
_LISTED = ("- ", "* ", "+ ", "• ", "· ", "● ", "> ")
_DOUBLED = re.compile(r"[^|\s] ?\|\| ?[^|\s]")
_SINGLE = re.compile(r"[^|\s] ?\| ?[^|\s]")
_FEWEST = 40  # lines
_MOST = 0.9  # of the lines


def without_traces(text: str) -> str:
    """The text without them; a text of a few lines keeps its signs, which may be those of a list in it.

    >>> without_traces("规章&nbsp;|&nbsp;0").split("|")
    ['规章\\xa0', '\\xa00']
    """
    if "&" in text:
        text = _SPACES.sub("\xa0", text)
    for sign in _LISTED:
        if text.count(sign) >= _FEWEST:
            lines = [line.lstrip() for line in text.split("\n") if line.strip()]
            if sum(line.startswith(sign) or line == sign.strip() for line in lines) >= max(_FEWEST, _MOST * len(lines)):
                return "\n".join(_bare(line, sign) for line in text.split("\n"))
    if "||" in text and _SINGLE.search(text) is None and len(_DOUBLED.findall(text)) >= _FEWEST:
        return text.replace("||", "|")
    return text


def _bare(line: str, sign: str) -> str:
    rest = line.lstrip(" \t")
    return rest[len(sign) :] if rest.startswith(sign) else "" if rest.rstrip() == sign.strip() else line
