"""How well wrong cells are located: python -m benchmarks.locating [--reports 20] [--seed 1]

Random valid reports of both forms, all totals typed, some cells of table three changed.  Prints, for each kind of
error, how often the true change is among the smallest explanations, alone, and first; and the time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from tests.fillings import filled, number_entry
from xlplugin.locating import Located, explain
from xlplugin.numerals import Number
from xlplugin.report import Report

Change = dict[str, Number]


class Figures(NamedTuple):
    """What was seen over many trials; times in seconds."""

    trials: int
    among: int
    unique: int
    first: int
    given_up: int
    times: tuple[float, ...]

    def line(self, name: str) -> str:
        share = [f"{100 * n / self.trials:6.1f} %" for n in (self.among, self.unique, self.first, self.given_up)]
        times = sorted(self.times)
        ms = [1000 * t for t in (statistics.median(times), times[int(0.99 * (len(times) - 1))], times[-1])]
        return f"{name:34} {self.trials:6} {' '.join(share)} {ms[0]:8.1f} {ms[1]:8.1f} {ms[2]:8.1f}"


HEAD = f"{'error':34} {'trials':>6} {'among':>8} {'unique':>8} {'first':>8} {'gave up':>8} {'ms p50':>8} {'p99':>8} {'max':>8}"


def cells_of(report: Report) -> list[str]:
    return [c.id for c in report.form.cells if c.table == "applications"]


def other_value(random: Random, right: Number) -> Number:
    """Any wrong number of about the size of the tables."""
    while True:
        wrong = random.choice([random.randrange(0, 10), random.randrange(0, 100), random.randrange(0, 20000)])
        if wrong != right:
            return wrong


def slipped(random: Random, right: Number) -> Number | None:
    """What a slip makes of a number: digits swapped, one dropped, one doubled, a minus sign; None where none is possible."""
    said = str(right)
    kinds: list[Callable[[], str]] = []
    at = random.randrange(len(said))
    kinds.append(lambda: said[: at + 1] + said[at] + said[at + 1 :])
    if len(said) > 1:
        kinds.append(lambda: said[:at] + said[at + 1 :])
        i = random.randrange(len(said) - 1)
        kinds.append(lambda: said[:i] + said[i + 1] + said[i] + said[i + 2 :])
    kinds.append(lambda: "-" + said)
    wrong = int(random.choice(kinds)())
    return wrong if wrong != right else None


def single(random: Random, report: Report) -> Iterator[Change]:
    """Every cell of the table once."""
    numbers = report.numbers()
    for cell in cells_of(report):
        yield {cell: other_value(random, numbers[cell])}


def several(count: int) -> Callable[[Random, Report], Iterator[Change]]:
    def errors(random: Random, report: Report) -> Iterator[Change]:
        numbers, cells = report.numbers(), cells_of(report)
        for _ in range(100):
            yield {c: other_value(random, numbers[c]) for c in random.sample(cells, count)}

    return errors


def slips(count: int) -> Callable[[Random, Report], Iterator[Change]]:
    def errors(random: Random, report: Report) -> Iterator[Change]:
        numbers, cells = report.numbers(), [c for c in cells_of(report) if report.numbers()[c]]
        for _ in range(100):
            picked = random.sample(cells, min(count, len(cells)))
            changed = {c: slipped(random, numbers[c]) for c in picked}
            if len(changed) == count and all(v is not None for v in changed.values()):
                yield {c: v for c, v in changed.items() if v is not None}

    return errors


def exchanged(random: Random, report: Report) -> Iterator[Change]:
    """Two neighbouring cells of a row exchanged."""
    numbers = report.numbers()
    for a, b in zip(cells_of(report), cells_of(report)[1:], strict=False):
        if a.rpartition(".")[0] == b.rpartition(".")[0] and numbers[a] != numbers[b]:
            yield {a: numbers[b], b: numbers[a]}


def told_apart(random: Random, report: Report) -> Iterator[Change]:
    """The same, where no other row holds the same two numbers in these two columns (else nothing could tell them apart)."""
    numbers = report.numbers()
    for change in exchanged(random, report):
        (a, right_a), (b, right_b) = ((c, numbers[c]) for c in change)
        columns = (a.rpartition(".")[2], b.rpartition(".")[2])
        rows = {c.rpartition(".")[0] for c in cells_of(report)}
        if (
            sum(tuple(numbers[f"{r}.{c}"] for c in columns) in ((right_b, right_a),) for r in rows) == 0
            and sum(tuple(numbers[f"{r}.{c}"] for c in columns) == (right_a, right_b) for r in rows) == 1
        ):
            yield change


def shifted(random: Random, report: Report) -> Iterator[Change]:
    """A row typed one cell too far to the right, the total in its place; only where at least three cells change."""
    numbers, block = report.numbers(), report.form.table["applications"].blocks[0]
    for row in block.data_rows:
        run = [f"applications.{row.key}.{c.key}" for c in block.columns if not c.derived]
        said = [numbers[c] for c in run]
        moved = [said[-1], *said[:-1]]
        changed = {c: v for c, v, old in zip(run, moved, said, strict=True) if v != old}
        if len(changed) > 2:
            yield changed


def measure(
    errors: Callable[[Random, Report], Iterator[Change]], form_id: str, reports: int, seed: int, most: int = 5
) -> Figures:
    """The figures for one kind of error on one form."""
    among = unique = first = given_up = trials = 0
    times = []
    for n in range(reports):
        random = Random(f"{seed}-{n}")
        report = filled(form_id, random)
        for change in errors(random, report):
            broken = report.with_entries({c: number_entry(v) for c, v in change.items()})
            start = time.perf_counter()
            found = explain(broken, most=most)
            times.append(time.perf_counter() - start)
            trials += 1
            truth = {c: report.numbers()[c] for c in change}
            among += has(found, truth)
            unique += len(found) == 1 and found[0].ways == 1 and found[0].suspects[0].cells == truth
            first += len(found) == 1 and bool(found[0].suspects) and found[0].suspects[0].cells == truth
            given_up += any(f.given_up for f in found)
    return Figures(trials, among, unique, first, given_up, tuple(times))


def has(found: tuple[Located, ...], truth: Change) -> bool:
    """Whether the true change is one of the explanations; table three is one group, so one Located speaks of it."""
    return len(found) == 1 and any(s.cells == truth for s in found[0].suspects)


KINDS: dict[str, Callable[[Random, Report], Iterator[Change]]] = {
    "one cell, any number": single,
    "two cells, any numbers": several(2),
    "three cells, any numbers": several(3),
    "four cells, any numbers": several(4),
    "six cells, any numbers": several(6),
    "one slip": slips(1),
    "two slips": slips(2),
    "three slips": slips(3),
    "two neighbours exchanged": exchanged,
    "the same, told apart": told_apart,
    "a row shifted by one": shifted,
    "forty cells, any numbers": several(40),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    asked = parser.parse_args()
    print(HEAD)
    for form_id in ("2021", "2019"):
        for name in asked.kinds:
            few = (
                1
                if name.startswith(("six", "forty"))
                else max(1, asked.reports // 4)
                if name.startswith("four")
                else asked.reports
            )
            print(measure(KINDS[name], form_id, few, asked.seed, most=1000).line(f"{form_id} · {name}"), flush=True)


if __name__ == "__main__":
    main()
