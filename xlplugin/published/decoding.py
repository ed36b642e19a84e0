"""Bytes → text: UTF-8, UTF-16 or GB18030, by what the bytes are, not by what the page says of itself."""

from __future__ import annotations

import re

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_COMMON = ("政府信息公开", "政府資訊公開", "政府信息公開", "年度", "自然人")


def decode(data: bytes) -> str:
    """The text of these bytes.  Undecodable bytes become U+FFFD, never another character."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data[:400].count(b"\x00") > 40:
        return data.decode("utf-16-le" if data[1:2] == b"\x00" or data[0:1] != b"\x00" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return max((data.decode(e, "replace") for e in _candidates(data)), key=_likeness)


def _candidates(data: bytes) -> list[str]:
    """Encodings to try, the declared one first."""
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    known = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "utf-8": "utf-8"}
    return list(dict.fromkeys([known.get(name, "gb18030"), "gb18030", "utf-8", "big5"]))


def _likeness(text: str) -> int:
    """How much a text looks like a report."""
    return sum(1000 for word in _COMMON if word in text) - text.count("\ufffd")
