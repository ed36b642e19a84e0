"""Folding of official labels, so that every real copy of a label compares equal (DOMAIN 1.7)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_SAME = str.maketrans({"“": '"', "”": '"', "‘": '"', "’": '"', "'": '"', "＂": '"', "「": '"', "」": '"', "、": ",", "，": ","})


@lru_cache(maxsize=8192)
def fold(label: str) -> str:
    """NFKC, no white space, one kind of quote, 、 as a comma, no trailing colon.

    行政规范性文件 and 规范性文件 stay different: the second on a 2021 form is a defect to report.
    """
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", label)).translate(_SAME)
    return folded.rstrip(":")
