"""Writes values into a user's workbook; every part of the file that is not touched stays byte for byte.

Loading and saving with a library would lose cached values, the ribbon, data bars and text boxes of the user's file.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from xlplugin.books import archive
from xlplugin.books.package import MOST_POURED, open_package
from xlplugin.books.refusals import Refused, naming
from xlplugin.books.sheet_edit import Cached, Change, Place, edit_sheet
from xlplugin.errors import CannotWrite

_LOCKS = ("~${name}", ".~{name}", ".~lock.{name}#")  # Excel, WPS, LibreOffice
_REASONS = {
    errno.EACCES: "没有写入权限，或者文件正在别的程序中打开。请关闭它，或换一个文件夹",
    errno.EPERM: "没有写入权限，或者文件正在别的程序中打开。请关闭它，或换一个文件夹",
    errno.EROFS: "这个位置是只读的。请换一个文件夹",
    errno.ENOSPC: "磁盘已满。请腾出空间后重试",
    errno.EDQUOT: "磁盘配额已用完。请腾出空间后重试",
    errno.ENAMETOOLONG: "文件名太长。请换一个短一些的名字",
    errno.ENOENT: "文件夹不存在。请先建好文件夹",
    errno.ENOTDIR: "文件夹不存在。请先建好文件夹",
    errno.EISDIR: "这是一个文件夹，不能当作文件写入",
}


def patch_cells(data: bytes, changes: Mapping[str, Mapping[Place, Change]]) -> bytes:
    """The workbook with these values in these sheets, at (row, column) from 1.

    None empties a cell and keeps its style.  Text is stored in the cell itself.  Only Cached touches a formula cell:
    the formula stays, its remembered result changes.  All other parts keep their compressed bytes, dates and order.
    Raises ValueError (a plain value on a formula; a number that no cell can hold), UnreadableSource (damage; E-SHEET).
    """
    package = open_package(data)
    new_parts: dict[bytes, bytes] = {}
    for sheet, values in changes.items():
        with naming("", sheet):
            part = package.sheets.get(sheet)
            if part is None:
                raise Refused("E-SHEET")
            entry = package.entry(part)
            new_parts[entry.name] = edit_sheet(archive.inflate(data, entry, MOST_POURED), values)
    return archive.with_members(data, new_parts) if new_parts else data


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: into a neighbour first, which then takes the name.

    Raises CannotWrite, in which case what stood there before still stands there.
    """
    path = Path(os.path.realpath(path))
    for lock in _LOCKS:
        neighbour = path.with_name(lock.format(name=path.name))
        if os.path.exists(neighbour):  # noqa: PTH110 - unlike Path's, it answers no where looking is forbidden or impossible
            words = f"“{path.name}”正在办公软件中打开。请先保存并关闭它；如果确实没有打开，请删除同一文件夹里的“{neighbour.name}”"
            raise CannotWrite(words)
    if os.path.isdir(path):  # noqa: PTH112 - the same
        raise CannotWrite(f"“{path}”：{_REASONS[errno.EISDIR]}")
    temporary = path.with_name(f".xlplugin-{secrets.token_hex(8)}.tmp")
    try:
        _write_through(temporary, data, path)
        temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"系统拒绝写入（{error.strerror or error}）。请换一个文件夹后重试")
        raise CannotWrite(f"“{path.name}”写不进“{path.parent}”：{reason}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_through(temporary: Path, data: bytes, path: Path) -> None:
    with temporary.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):  # a new file, or a file system without permissions
        temporary.chmod(path.stat().st_mode & 0o7777)


def _flush_folder(folder: Path) -> None:
    """So that the new name survives a power failure; Windows cannot and need not."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


__all__ = ["Cached", "Change", "Place", "patch_cells", "write_atomically"]
