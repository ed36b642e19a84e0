"""Word, PDF and workbook files are read in a child process with a limit on memory and time, so that none can harm us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from xlplugin.errors import UnreadableSource
from xlplugin.published.sniffing import Medium
from xlplugin.recognising import Grid

SECONDS = 60
MEMORY = 1_500_000_000


def grids_in_child(medium: Medium, path: Path) -> list[Grid]:
    """The grids of a file, read by a child process.  Raises UnreadableSource with what the child says, or that it gave up."""
    command = [sys.executable, "-m", "xlplugin.published.child", str(medium), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableSource(f"{path.name} 读了 {SECONDS} 秒还没有读完，已停止。文件可能过大或损坏。", code="E-TIME") from error
    try:
        said = json.loads(done.stdout.decode("utf-8"))
    except ValueError as error:
        raise UnreadableSource(
            f"{path.name} 读不出来：文件损坏，或展开后过大（内存上限 {MEMORY // 1_000_000} MB）。", code="E-DAMAGED"
        ) from error
    if "refused" in said:
        raise UnreadableSource(f"{path.name} {said['refused']}", code=said["code"])
    grids: list[Grid] = said["grids"]
    return grids
