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

from benchmarks.rollup_files import generate
from xlplugin.errors import UnreadableSource
from xlplugin.hosts import receiving
from xlplugin.hosts.rolling import run_rollup
from xlplugin.merging.ledger import Ledger

FILES = int(os.environ.get("XLPLUGIN_CRASH_FILES", "60"))
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
    rng, killed, finished = random.Random(6), 0, 0
    ledger = tmp_path / "台账.db"
    while killed < KILLS:
        job = start(folder, ledger)
        time.sleep(rng.uniform(0.05, whole))
        if job.poll() is None:
            job.send_signal(signal.SIGKILL)
            killed += 1
        else:
            finished += 1
        _, err = job.communicate(timeout=60)
        assert job.returncode in (0, -signal.SIGKILL), err.decode()
        with Ledger(ledger, wait=10) as after:
            assert after.sound()
        if (finished and rng.random() < 0.5) or ledger.stat().st_size > 5_000_000:
            ledger.unlink()
    again = run_rollup([folder], year=2024, ledger=ledger).to_dict()
    assert json.dumps(again, sort_keys=True) == json.dumps(truth, sort_keys=True)
    assert len(again["ledger"]) == FILES


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
