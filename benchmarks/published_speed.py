"""Published reports read a second on one core, by style of copy, in one process.

python -m benchmarks.published_speed [--reports 40] [--rounds 5] [--styles html tabs]

Every round reads reports that were not read before; the rounds of the styles take turns, so that a busy moment of the
machine hits all of them.  CPU seconds are counted, of reading alone: file → `Report`, prose and findings included.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import mean, median
from unittest.mock import patch

from tests.fillings import FORMS, filled
from tests.published_copies import SAID, STYLES, render
from xlplugin.numerals import Entry, State
from xlplugin.published import read_published
from xlplugin.report import Report

SEEDS = sorted((Path(__file__).parents[2] / "shared" / "seeds").glob("*.txt"))
WHO = ("各科室", "办公室", "政务公开专区", "便民服务中心", "各村（社区）", "市场监管所", "财政所", "司法所")
DID = ("公开", "更新", "解读", "梳理", "报送", "督促落实", "现场答复")
WHAT = ("财政预决算", "民生实事", "规划计划", "行政处罚", "政策文件", "重大项目", "会议纪要", "招标公告")


def prose(random: Random, sentences: int) -> str:
    """Sentences as such reports have them, each report with its own."""
    said = (
        f"{random.choice(WHO)}全年{random.choice(DID)}{random.choice(WHAT)}等信息{random.randrange(2, 900)}条，"
        f"比上年增加{random.randrange(1, 60)}%，重点是{random.choice(WHAT)}和{random.choice(WHAT)}。"
        for _ in range(sentences)
    )
    return "".join(said)


def scaled(report: Report, factor: int) -> Report:
    """The same report in other numbers: what balanced still does."""
    entries = {c: Entry(n := e.value * factor, State.NUMBER, str(n)) for c, e in report.entries.items() if e.value is not None}
    return report.with_entries(entries)


def copies(style: str, times: int, folder: Path) -> list[Path]:
    """So many different reports in a style, as files."""
    paths = []
    for i in range(times):
        random = Random(f"{style} {i}")
        report = scaled(filled(random.choice(FORMS), random), random.randrange(1, 60))
        said = {"overview": prose(random, random.randrange(10, 70)), "problems": prose(random, random.randrange(4, 20))}
        with patch.dict(SAID, said):
            data, suffix = render(style, report, random)
        path = folder / f"{len(paths)} {style}{suffix}"
        path.write_bytes(data)
        paths.append(path)
    return paths


def speed(paths: Sequence[Path]) -> float:
    """Reports a CPU second."""
    started = time.process_time()
    for path in paths:
        read_published(path)
    return len(paths) / (time.process_time() - started)


def table(media: dict[str, list[Path]], rounds: int) -> None:
    """Measures and prints a line a style: its files' mean size, the best and the middle round."""
    speeds: dict[str, list[float]] = {style: [] for style in media}
    for paths in media.values():
        read_published(paths[0])  # the forms and the labels are made once a process
    for i in range(rounds):
        for style, paths in media.items():
            size = len(paths) // rounds
            speeds[style].append(speed(paths[1:][i * size : (i + 1) * size]))
    print(f"{'style':20}{'KB':>6}{'best':>8}{'median':>8}  reports a CPU second")
    for style, paths in media.items():
        size = mean(p.stat().st_size for p in paths) / 1000
        print(f"{style:20}{size:6.1f}{max(speeds[style]):8.0f}{median(speeds[style]):8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=40, help="files a style and round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--styles", nargs="*", default=list(STYLES), choices=list(STYLES), metavar="STYLE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        media = {style: copies(style, given.reports * given.rounds + 1, Path(folder)) for style in given.styles}
        if SEEDS:
            media["the five seeds"] = SEEDS * (given.rounds * given.reports // len(SEEDS) + 1)  # the same five again and again
        table(media, given.rounds)


if __name__ == "__main__":
    main()
