"""The quick way for a clean workbook; None leaves it to the exact one."""

from __future__ import annotations

from xlplugin.merging.filed import Filed


def take_lean(data: bytes, file: str, *, size: int, mtime: int) -> Filed | None:
    return None
