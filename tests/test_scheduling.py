"""Tests in two processes: nothing is lost, files stay whole, windows stay together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("xdist")

from tests.scheduling import LONG, ROOT, SCREEN, scope, turn

HERE = Path(__file__).parent
FILES = sorted(str(p.relative_to(ROOT)) for p in HERE.rglob("test_*.py"))


def test_the_windows_are_together_and_every_other_file_for_itself():
    windows = {f for f in FILES if re.search(r"^from window import .*Window", (ROOT / f).read_text("utf-8"), re.MULTILINE)}
    assert len(windows) > 3
    assert {f for f in FILES if scope(f"{f}::test_one[x::y]") == SCREEN} == windows
    assert all(scope(f"{f}::test_one") == f for f in FILES if f not in windows)


def test_what_is_said_to_be_long_is_there_and_comes_first():
    assert {*LONG} - {SCREEN} <= {*FILES}
    first = sorted(FILES, key=lambda f: turn(f"{f}::test_one"))
    assert list(dict.fromkeys(scope(f) for f in first))[: len(LONG)] == list(LONG)


PROBE = """
import os
import pytest

@pytest.mark.parametrize("n", range(7))
def test_where(n, testrun_uid):
    print("ran", __name__, n, os.environ["PYTEST_XDIST_WORKER"])
"""


def test_every_test_runs_once_and_a_file_in_one_process(tmp_path):
    tests = tmp_path / "tests"
    (tests / "application").mkdir(parents=True)
    for name in ("conftest.py", "scheduling.py", "__init__.py"):
        (tests / name).write_bytes((HERE / name).read_bytes())
    names = ["test_a", "test_b", "test_c", "application/test_d", "application/test_window_e", "application/test_window_f"]
    for name in names:
        mark = "\npytestmark = pytest.mark.window\n" if "window" in name else ""
        (tests / f"{name}.py").write_text(PROBE + mark, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = window: one\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-n", "2", "-rP", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    ran = re.findall(r"^ran (\S+) (\d) (gw\d)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout
    assert sorted((name.rpartition(".")[2], int(n)) for name, n, _ in ran) == sorted(
        (name.rpartition("/")[2], n) for name in names for n in range(7)
    )
    workers: dict[str, set[str]] = {}
    for name, _, worker in ran:
        workers.setdefault("window" if "window" in name else name, set()).add(worker)
    assert all(len(where) == 1 for where in workers.values()), workers
    assert set.union(*workers.values()) == {"gw0", "gw1"}
    assert re.match(r"=* ?42 passed", done.stdout.splitlines()[-1]), "the summary is the last line"
