"""Which process runs which tests when there are two (pytest -n 2): one file is not parted, one screen is not shared.

The tests with a real window run one after another in one process, because two windows on two cores would wait for each
other; everything else is a file at a time, each process with its own LibreOffice.  What takes longest is begun first, so
that in the end no process waits long for the other.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
SCREEN = "the screen"
LONG = (
    SCREEN,
    "tests/application/test_three_hosts.py",
    "tests/test_reader.py",
    "tests/test_published_media.py",
    "tests/application/test_same_verdict.py",
    "tests/test_template.py",
    "tests/application/test_excel_host.py",
    "tests/test_crash.py",
    "tests/test_rollup_lean.py",
    "tests/application/test_template_office.py",
    "tests/application/test_libreoffice_host.py",
)


@cache
def _has_window(path: str) -> bool:
    file = ROOT / path
    return file.parent.name == "application" and "pytest.mark.window" in file.read_text("utf-8")


def scope(nodeid: str) -> str:
    """What a test must share a process with: its file, or the screen."""
    path = nodeid.partition("::")[0]
    return SCREEN if _has_window(path) else path


def turn(nodeid: str) -> int:
    """When a test's turn comes: the longest first, then as collected."""
    return LONG.index(scope(nodeid)) if scope(nodeid) in LONG else len(LONG)


class FilesAndScreen(LoadScopeScheduling):
    """Scopes in the order of collection, which `turn` made; xdist would begin with the file of the most tests."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
