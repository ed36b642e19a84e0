"""Killed at any instant, the next run goes on and the ledger is sound; a vanished folder changes nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.rollup_files import cover_of, generate, workbook
from xlplugin.errors import UnreadableSource
from xlplugin.hosts import receiving
from xlplugin.hosts.rolling import run_rollup
from xlplugin.merging.ledger import Ledger

FILES = int(os.environ.get("XLPLUGIN_CRASH_FILES", "60"))
ROOT = Path(__file__).parent.parent
KILLS = int(os.environ.get("XLPLUGIN_CRASH_KILLS", "12"))

JOB = """
import sys
from pathlib import Path
from xlplugin.hosts import rolling
rolling.KEPT_AT_ONCE = 8
rolling.run_rollup([sys.argv[1]], year=2024, ledger=sys.argv[2], out=sys.argv[3] if len(sys.argv) > 3 else None)
print("done")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("县")
    generate(place, FILES)
    return place


def start(folder, ledger):
    return subprocess.Popen([sys.executable, "-c", JOB, str(folder), str(ledger)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_killed_at_random_instants_nothing_is_lost_and_nothing_double(folder, tmp_path):
    """XLPLUGIN_CRASH_FILES=500 XLPLUGIN_CRASH_KILLS=100 is the full trial."""
    truth = run_rollup([folder], year=2024).to_dict()
    begun = time.monotonic()
    start(folder, tmp_path / "whole.db").communicate(timeout=300)
    whole = time.monotonic() - begun
    rng, killed = random.Random(6), 0
    ledger = tmp_path / "台账.db"
    while killed < KILLS:
        job = start(folder, ledger)
        time.sleep(rng.uniform(0.05, whole))
        ended = job.poll() is not None
        if not ended:
            job.send_signal(signal.SIGKILL)
            killed += 1
        _, err = job.communicate(timeout=60)
        assert job.returncode in (0, -signal.SIGKILL), err.decode()
        with Ledger(ledger, wait=10) as after:
            assert after.sound()
        if ended and rng.random() < 0.8:  # all is read: begin anew, but for some kills in runs that find nothing to read
            ledger.unlink()
    again = run_rollup([folder], year=2024, ledger=ledger).to_dict()
    assert json.dumps(again, sort_keys=True) == json.dumps(truth, sort_keys=True)
    assert len(again["ledger"]) == FILES


FULL = """
mount -t tmpfs -o size=$1 none "$2" && cp "$3" "$2/汇总.xlsx" || exit 77
"$4" -m xlplugin rollup "$5" --year 2024 --ledger "$6" $7 "$2/$8"
status=$?
ls -A "$2" >&2
cmp "$2/汇总.xlsx" "$3" >&2 && exit $status
exit 78
"""


@pytest.mark.parametrize(("option", "name"), [("-o", "汇总.xlsx"), ("--notices", "退回单")])
def test_a_disk_that_is_full_keeps_the_old_file_and_says_so(folder, tmp_path, option, name):
    """A real file system of a few pages that only this process sees; what stood there before still stands there."""
    (tmp_path / "盘").mkdir()
    place = tmp_path / "县"
    place.mkdir()
    for file in sorted(folder.iterdir())[:20]:
        (place / file.name).write_bytes(file.read_bytes())
    (place / "wrong.xlsx").write_bytes(workbook("2021", cover_of(99, "2021"), {"applications.new.total": 7}))
    run_rollup([place], year=2024, out=tmp_path / "old.xlsx")
    pages = -(-(tmp_path / "old.xlsx").stat().st_size // 4096) + 3
    words = [f"{pages * 4}k", tmp_path / "盘", tmp_path / "old.xlsx", sys.executable, place, tmp_path / "台账.db", option, name]
    command = ["unshare", "-rm", "sh", "-c", FULL, "sh", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    if done.returncode in (1, 77) and "磁盘" not in done.stderr:
        pytest.skip("这里不能另挂文件系统")
    assert done.returncode == 3, done.stderr
    assert "磁盘已满" in done.stderr and name.partition(".")[0] in done.stderr
    assert ".tmp" not in done.stderr
    with Ledger(tmp_path / "台账.db") as kept:
        assert kept.sound() and len(kept.receipts()) == 21
    again = run_rollup([place], year=2024, ledger=tmp_path / "台账.db", out=tmp_path / "new.xlsx")
    assert len(again.ledger) == 21 and (tmp_path / "new.xlsx").exists()


def test_a_folder_that_vanishes_midway_changes_no_result(folder, tmp_path, monkeypatch):
    place = tmp_path / "网络盘"
    place.mkdir()
    for file in sorted(folder.iterdir())[:12]:
        (place / file.name).write_bytes(file.read_bytes())
    ledger = tmp_path / "台账.db"
    before = run_rollup([place], year=2024, ledger=ledger).to_dict()
    (place / "new.xlsx").write_bytes(sorted(folder.iterdir())[12].read_bytes())
    for file in place.glob("0000*.xlsx"):
        os.utime(file)  # seen as touched, so all are read again
    read, count = receiving.receive, []

    def receive(source, exact=False):
        count.append(source)
        if len(count) == 4:
            place.rename(tmp_path / "断开")
        return read(source, exact)

    monkeypatch.setattr(receiving, "receive", receive)
    with pytest.raises(UnreadableSource, match="不见了") as told:
        run_rollup([place], year=2024, ledger=ledger)
    assert "网络盘" in str(told.value)
    monkeypatch.setattr(receiving, "receive", read)
    with Ledger(ledger) as kept:
        states = [s for (s,) in kept._db.execute("SELECT state FROM receipt WHERE state != ''")]
        assert len(states) == 12 and kept.sound()
    with pytest.raises(UnreadableSource, match="找不到"):
        run_rollup([place], year=2024, ledger=ledger)
    (tmp_path / "断开").rename(place)
    after = run_rollup([place], year=2024, ledger=ledger).to_dict()
    assert len(after["ledger"]) == 13 and {e["file"] for e in before["ledger"]} < {e["file"] for e in after["ledger"]}


def test_a_worker_that_dies_is_answered_for_its_file_alone(folder, tmp_path, monkeypatch):
    """A file that aborts the process that reads it is one refused file, not the end of the run."""
    place = tmp_path / "县"
    place.mkdir()
    for file in sorted(folder.iterdir())[:6]:
        (place / file.name).write_bytes(file.read_bytes())
    (place / "death.xlsx").write_bytes(b"x")
    read = receiving.receive

    def receive(source, exact=False):
        if source.file.endswith("death.xlsx"):
            os.kill(os.getpid(), signal.SIGKILL)
        return read(source, exact)

    monkeypatch.setattr(receiving, "receive", receive)
    monkeypatch.setattr("xlplugin.hosts.rolling.POOL_FROM", 1)
    rolled = run_rollup([place], year=2024, workers=2)
    assert {e.slip.file.rpartition("/")[2]: str(e.state) for e in rolled.ledger}["death.xlsx"] == "unreadable"
    assert len(rolled.ledger) == 7 and sum(e.state == "unreadable" for e in rolled.ledger) == 1
