"""Folders that results go into."""

from __future__ import annotations

from pathlib import Path

from xlplugin.errors import CannotWrite


def ready(folder: Path) -> None:
    """Make the folder where it is not there yet.  Raises CannotWrite where it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"不能把“{folder}”用作文件夹：{error.strerror}。请换一个位置，或检查权限。") from error
