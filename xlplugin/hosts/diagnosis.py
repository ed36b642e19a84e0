"""Where the program keeps the record of a failure, so that support can be given."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

MOST = 512 * 1024  # bytes of the log; an older half is dropped beyond


def log_folder() -> Path:
    """The user's own folder for logs."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xlplugin" / "log"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "xlplugin"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "xlplugin"


def keep_trace(what: str) -> Path | None:
    """Append the exception that is being handled to the log; where that is, or None when it cannot be written.

    The record holds the program's own lines and no figures of the workbook.
    """
    head = f"{dt.datetime.now().isoformat(timespec='seconds')} {what} Python {platform.python_version()} {sys.platform}"
    record = f"{head}\n{traceback.format_exc()}\n"
    for folder in (log_folder(), Path(tempfile.gettempdir())):
        target = folder / "xlplugin.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            before = target.read_text("utf-8", errors="replace")[-MOST // 2 :] if _large(target) else None
            with target.open("w" if before is not None else "a", encoding="utf-8") as log:
                log.write((before or "") + record)
        except OSError:
            continue
        return target
    return None


def _large(path: Path) -> bool:
    return path.exists() and path.stat().st_size > MOST
