"""Workbooks of other formats (.xls .et .xlsb .ods, and foreign .xlsx) as grids of strings.

python-calamine reads them, but a 23 KB file can make it abort, and the whole process with it; so it runs in a
child process with 256 MiB of memory (where the system can limit that) and 10 seconds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from xlplugin.books import legacy_child
from xlplugin.books.package import kind_of, read_file
from xlplugin.books.refusals import Refused, naming

SECONDS = 10.0
_EXITS = {legacy_child.DAMAGED: "E-DAMAGED", legacy_child.PASSWORD: "E-PASSWORD", legacy_child.TOO_BIG: "E-TOOBIG"}
_OURS = ("", "E-XLS", "E-OLE")  # zip archives and OLE files go to the child; calamine knows the rest by their content


def read_legacy(path: Path, *, seconds: float = SECONDS) -> dict[str, list[list[str]]]:
    """Every worksheet as rows of strings, beginning at A1; whole numbers without a decimal point, blanks "".

    A formula gives its remembered value; never calculated and blank look the same here, unlike in `cells`.
    Raises UnreadableSource (E-PASSWORD, E-DAMAGED, E-TOOBIG, E-LEGACY for an abort, E-TIMEOUT).
    """
    path = Path(path)
    with naming(path.name):
        kind = kind_of(read_file(path))
        if kind not in _OURS:
            raise Refused(kind)
        grids: dict[str, list[list[str]]] = json.loads(_ask_child(path, seconds))
        return grids


def _ask_child(path: Path, seconds: float) -> bytes:
    command = [sys.executable, str(Path(legacy_child.__file__)), str(path.resolve())]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(x for x in sys.path if x), "PYTHONUTF8": "1"}
    try:
        # The folder of the script would shadow nothing but itself; -P keeps it off the path all the same.
        done = subprocess.run(
            [command[0], "-P", *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("E-TIMEOUT", f"{seconds:g} 秒") from late
    except OSError as error:
        raise Refused("E-LEGACY") from error
    if done.returncode:
        raise Refused(_EXITS.get(done.returncode, "E-LEGACY"))
    return done.stdout


__all__ = ["read_legacy"]
