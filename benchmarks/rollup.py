"""The roll-up against what an office would write and against the floor, as ratios within one run.

    python -m benchmarks.rollup FOLDER [--libreoffice FOLDER] [--sizes 100 1000 10000] [--rounds 3] [--peers-up-to 1000]

FOLDER is filled by benchmarks.rollup_files.  Every measurement is a process of its own, started in turn with the
others, so that a noisy machine troubles all of them alike; start-up is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from benchmarks.rollup_files import generate

ROOT = Path(__file__).parent.parent

JOB = """
import json, multiprocessing, resource, sys
from pathlib import Path
from xlplugin.hosts.rolling import run_rollup
folder, workers, ledger, out, dask = sys.argv[1:6]
rolled = run_rollup([folder], year=2024, workers=int(workers), ledger=ledger or None, out=out or None, dask=dask or None)
print(json.dumps([len(rolled.ledger), len(rolled.accepted), str(sum(m.total for m in rolled.cells.values()))]))
for worker in multiprocessing.active_children():
    worker.join()
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""
FLOOR = """
import sys
from pathlib import Path
from xlplugin.books.package import open_package
from xlplugin.books.rollup_positions import positions
from time import process_time
where = positions()[-1]
sheets = [*where.extents, *(sheet for sheet, _, _ in where.blank)]
files = sorted(Path(sys.argv[1]).glob("*.xlsx"))
def floor(file):
    package = open_package(file)
    for sheet in sheets:
        package.whole(package.sheets[sheet])
    if package.strings:
        package.whole(package.strings)
floor(files[0])
start = process_time()
for file in files:
    floor(file)
print(process_time() - start)
"""
READER = """
import sys
from itertools import pairwise
from pathlib import Path
from time import process_time
from xlplugin.books.rollup_take import take
files = sorted(Path(sys.argv[1]).glob("*.xlsx"))
how = sys.argv[2] == "exact"
for prime in (True, False):
    take(files[0].read_bytes(), str(files[0]), size=1, mtime=1, exact=prime)
start = process_time()
for file in files:
    take(file.read_bytes(), str(file), size=1, mtime=1, exact=how)
print(process_time() - start)
"""


class Took:
    """Wall seconds, CPU seconds (children counted), peak MiB of the largest process, and what was printed.

    The kernel's own figure of a peak is never less than what this process held when it started the other one; the job
    therefore says its peak itself, on a second line.
    """

    def __init__(self, command: list[str]) -> None:
        with tempfile.TemporaryFile("w+") as said:
            begun = perf_counter()
            pid = os.posix_spawn(
                command[0],
                command,
                {**os.environ, "PYTHONPATH": str(ROOT)},
                file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), 1)],
            )
            _, status, used = os.wait4(pid, 0)
            self.wall = perf_counter() - begun
            said.seek(0)
            self.said, _, peak = said.read().strip().partition("\n")
        if status:
            raise SystemExit(f"failed: {command}")
        self.cpu = used.ru_utime + used.ru_stime
        self.peak = int(peak or used.ru_maxrss) / 1024


def job(folder: Path, workers: int = 1, ledger: str = "", out: str = "", dask: str = "") -> Took:
    return Took([sys.executable, "-c", JOB, str(folder), str(workers), ledger, out, dask])


def peer(folder: Path, engine: str) -> Took:
    return Took([sys.executable, str(Path(__file__).parent / "rollup_peers.py"), engine, str(folder)])


def inner(code: str, folder: Path, *more: str) -> float:
    return float(Took([sys.executable, "-c", code, str(folder), *more]).said)


def part_of(folder: Path, count: int, place: Path) -> Path:
    """The first `count` files as hard links, so that they are the same files."""
    target = place / f"{folder.name}-{count}"
    target.mkdir()
    for file in sorted(folder.glob("*.xlsx"))[:count]:
        os.link(file, target / file.name)
    return target


def middle(values: Iterable[float]) -> float:
    return statistics.median(list(values))


def reader_figures(name: str, folder: Path, rounds: int) -> dict[str, float]:
    count = len(list(folder.glob("*.xlsx")))
    floors, quick, exact = [], [], []
    for _ in range(rounds):
        floors.append(inner(FLOOR, folder))
        quick.append(inner(READER, folder, "quick"))
        exact.append(inner(READER, folder, "exact"))
    return {
        f"{name}: floor ms": middle(floors) / count * 1000,
        f"{name}: reader ÷ floor": middle(q / f for q, f in zip(quick, floors, strict=True)),
        f"{name}: exact way ÷ floor": middle(e / f for e, f in zip(exact, floors, strict=True)),
    }


def job_figures(folder: Path, count: int, rounds: int, peers: bool) -> dict[str, float]:
    ones, twos, opx, cal = [], [], [], []
    for _ in range(rounds):
        ones.append(job(folder))
        twos.append(job(folder, 2))
        if peers:
            cal.append(peer(folder, "calamine"))
            opx.append(peer(folder, "openpyxl"))
    if len({t.said for t in (*ones, *twos)}) != 1:
        raise SystemExit("one and two processes do not agree")
    found = {
        f"{count}: job, 1 process, s": middle(t.wall for t in ones),
        f"{count}: job, 1 process, CPU s": middle(t.cpu for t in ones),
        f"{count}: job, 2 processes, s": middle(t.wall for t in twos),
        f"{count}: 2 processes ÷ 1": middle(b.wall / a.wall for a, b in zip(ones, twos, strict=True)),
        f"{count}: accepted": float(json.loads(ones[0].said)[1]),
        f"{count}: peak MiB (largest process)": max(t.peak for t in (*ones, *twos)),
    }
    if peers:
        found |= {
            f"{count}: pandas+openpyxl ÷ job (1), wall": middle(p.wall / j.wall for p, j in zip(opx, ones, strict=True)),
            f"{count}: pandas+openpyxl ÷ job (1), CPU": middle(p.cpu / j.cpu for p, j in zip(opx, ones, strict=True)),
            f"{count}: pandas+openpyxl ÷ job (2), wall": middle(p.wall / j.wall for p, j in zip(opx, twos, strict=True)),
            f"{count}: pandas+openpyxl ÷ job (2), CPU": middle(p.cpu / j.cpu for p, j in zip(opx, twos, strict=True)),
            f"{count}: pandas+calamine ÷ job (1), wall": middle(p.wall / j.wall for p, j in zip(cal, ones, strict=True)),
            f"{count}: pandas+calamine ÷ job (1), CPU": middle(p.cpu / j.cpu for p, j in zip(cal, ones, strict=True)),
            f"{count}: pandas+calamine ÷ job (2), wall": middle(p.wall / j.wall for p, j in zip(cal, twos, strict=True)),
            f"{count}: pandas+openpyxl peak MiB": max(t.peak for t in opx),
        }
    return found


def again_figures(folder: Path, count: int, place: Path) -> dict[str, float]:
    """A second run over the same ledger after one file changed, and the writing of the workbook."""
    ledger = str(place / f"{count}.db")
    first = job(folder, 1, ledger)
    changed = sorted(folder.glob("*.xlsx"))[count // 2]
    data = changed.read_bytes()
    changed.unlink()  # a hard link: the others must not see it
    changed.write_bytes(data)
    second = job(folder, 1, ledger)
    plain = job(folder)
    written = job(folder, 1, "", str(place / f"{count}.xlsx"))
    return {
        f"{count}: second run ÷ first": second.wall / first.wall,
        f"{count}: writing the workbook, s": written.wall - plain.wall,
    }


def dask_figures(folder: Path, count: int) -> dict[str, float]:
    """The same job on a local Dask cluster of two workers; the answer must be the same."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        many = job(folder, dask=cluster.scheduler_address)
    two = job(folder, 2)
    if many.said != two.said:
        raise SystemExit("Dask and two processes do not agree")
    return {f"{count}: Dask (2 workers, running cluster) ÷ 2 processes, wall": many.wall / two.wall}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--libreoffice", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers-up-to", type=int, default=1000)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    generate(args.folder, max(args.sizes))
    place = Path(tempfile.mkdtemp(dir=args.folder.parent))
    figures: dict[str, float] = {"load of the machine at the start": os.getloadavg()[0]}
    try:
        small = part_of(args.folder, 100, place)
        job(small)  # compiles, fills the caches that every later start finds
        figures |= reader_figures("XlsxWriter", small, args.rounds)
        if args.libreoffice:
            figures |= reader_figures("LibreOffice", args.libreoffice, args.rounds)
        for count in args.sizes:
            folder = part_of(args.folder, count, place) if count != 100 else small
            rounds = args.rounds if count <= args.peers_up_to else 1
            figures |= job_figures(folder, count, rounds, count <= args.peers_up_to)
            figures |= again_figures(folder, count, place)
            if args.dask and count >= 1000:
                figures |= dask_figures(folder, count)
        figures |= growth(figures, args.sizes) if len(args.sizes) > 1 else {}
    finally:
        shutil.rmtree(place, ignore_errors=True)
    figures["load of the machine at the end"] = os.getloadavg()[0]
    for name, value in figures.items():
        print(f"{name:60s} {value:10.3f}")
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")


def growth(figures: dict[str, float], sizes: list[int]) -> dict[str, float]:
    found = {}
    for small, large in dict.fromkeys((*pairwise(sizes), (sizes[0], sizes[-1]))):
        cpu, peak = "job, 1 process, CPU s", "peak MiB (largest process)"
        found[f"CPU of {large} ÷ {small}"] = figures[f"{large}: {cpu}"] / figures[f"{small}: {cpu}"]
        found[f"peak of {large} ÷ {small}"] = figures[f"{large}: {peak}"] / figures[f"{small}: {peak}"]
    return found


if __name__ == "__main__":
    main()
