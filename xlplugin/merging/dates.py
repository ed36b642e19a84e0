"""Dates as clerks write them."""

from __future__ import annotations

import re
from functools import lru_cache

_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})")


@lru_cache(maxsize=1024)
def iso_date(said: str) -> str:
    """2025年1月31日, 2025/1/31, 2025-01-31 → 2025-01-31; "" for what is no date."""
    found = _DATE.search(said)
    if not found:
        return ""
    year, month, day = map(int, found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
