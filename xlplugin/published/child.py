"""The child process: one file in, its grids as JSON out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from xlplugin.errors import UnreadableSource
from xlplugin.published.children import MEMORY, SECONDS
from xlplugin.published.sniffing import Medium
from xlplugin.recognising import Grid


def main(medium: str, path: Path) -> None:
    """Prints {"grids": …} or {"refused": …, "code": …}."""
    _limit()
    try:
        said: dict[str, object] = {"grids": grids_of_medium(Medium(medium), path)}
    except UnreadableSource as refused:
        said = {"refused": str(refused), "code": refused.code}
    except MemoryError:
        said = {"refused": f"展开后超过 {MEMORY // 1_000_000} MB，没有读。", "code": "E-BIG"}
    except Exception as error:
        said = {"refused": f"读不出来，文件可能损坏（{type(error).__name__}）。请另存一次后再试。", "code": "E-DAMAGED"}
    sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode("utf-8"))


def _limit() -> None:
    """No more memory and processor time than a report can need.  Windows has no such limits; the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def grids_of_medium(medium: Medium, path: Path) -> list[Grid]:
    """The grids of a Word, PDF or workbook file.  Raises UnreadableSource, and whatever a damaged file makes a library raise."""
    if medium is Medium.DOCX:
        from xlplugin.published.from_docx import grids_of_docx

        return grids_of_docx(path)
    if medium is Medium.PDF:
        from xlplugin.published.from_pdf import grids_of_pdf

        return grids_of_pdf(path)
    from xlplugin.published.from_workbook import grids_of_workbook

    return grids_of_workbook(path)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
