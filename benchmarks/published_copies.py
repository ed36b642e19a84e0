"""Share of unread cells per style of published copy, and the count of wrong ones (which must be 0).

python -m benchmarks.published_copies 100          # text and HTML
python -m benchmarks.published_copies 6 kinds      # the share of unread numbers by kind of report; styles may be named
python -m benchmarks.published_copies 20 media     # PDF, Word and workbooks, with the processor's seconds for one file, its child process included
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from tests.fillings import filled, township
from tests.published_copies import STYLES
from tests.published_media import MEDIA, make
from tests.published_pdf import Flow, Look, write
from tests.test_published_copies import anyhow, copy_of
from xlplugin.numerals import BLANK, Entry, State
from xlplugin.published import read_published
from xlplugin.report import Report


def _spent() -> float:
    """The processor's seconds so far, those of child processes included: a busy machine makes no difference."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


Copies = Callable[[str, Report, Random, Path], Path]


def main(times: int, styles: Iterable[str], made: Copies) -> None:
    print(f"{'style':40}{'reports':>8}{'cells':>9}{'unread':>9}{'wrong':>7}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for style in styles:
            cells = unread = wrong = 0
            seconds = 0.0
            for i in range(times):
                random = Random(f"{style}-{i}")
                truth = anyhow(random.choice(("2019", "2021")), random)
                path = made(style, truth, random, Path(folder))
                started = _spent()
                read = read_published(path)
                seconds += _spent() - started
                for cell in truth.form.cells:
                    was, now = truth.entry(cell.id).value, read.entry(cell.id).value
                    cells += 1
                    unread += now is None and was is not None
                    wrong += now is not None and now != was
            print(f"{style:40}{times:8}{cells:9}{unread / cells:9.2%}{wrong:7}{seconds / times:9.3f}")


def with_wrong_totals(report: Report, random: Random) -> Report:
    """One to three totals that are out by a little, as offices publish them."""
    totals = [c for b in report.form.balances if (c := b.defines) and report.entry(c).value]
    chosen = random.sample(totals, min(len(totals), random.choice((1, 1, 2, 3))))
    numbers = {c: max(0, (report.entry(c).value or 0) + random.choice((-1, 1, 2, -2, 10))) for c in chosen}
    return report.with_entries({c: Entry(n, State.NUMBER, str(n)) for c, n in numbers.items()})


def without_zeros(report: Report, random: Random) -> Report:
    """Most zeros left out, as clerks do."""
    zeros = [c.id for c in report.form.cells if report.entry(c.id).value == 0]
    return report.with_entries({c: BLANK for c in zeros if random.random() < 0.7})


Made = Callable[[str, Random], Report]
Changes = tuple[Callable[[Report, Random], Report], ...]


def all_zeros(form_id: str, random: Random) -> Report:
    return township(form_id, random, nothing=True)


KINDS: dict[str, tuple[Made, Changes]] = {
    "valid": (filled, ()),
    "wrong totals": (filled, (with_wrong_totals,)),
    "zeros blank": (filled, (without_zeros,)),
    "both": (filled, (without_zeros, with_wrong_totals)),
    "township": (township, ()),
    "its totals wrong": (township, (with_wrong_totals,)),
    "its zeros blank": (township, (without_zeros,)),
    "nothing but 0": (all_zeros, ()),
}


def by_kind(times: int, styles: Iterable[str]) -> None:
    """Unread numbers of all that are there, and wrong ones if any, for each style and kind of report."""
    print(f"{'style':18}" + "".join(f"{kind:>17}" for kind in KINDS))
    with tempfile.TemporaryDirectory() as folder:
        for style in styles:
            shares = (unread_of(style, kind, times, Path(folder)) for kind in KINDS)
            print(f"{style:18}" + "".join(f"{share:9.2%}{wrong:2} wrong" for share, wrong in shares), flush=True)


def unread_of(style: str, kind: str, times: int, folder: Path) -> tuple[float, int]:
    numbers = unread = wrong = 0
    made, changes = KINDS[kind]
    for i in range(times):
        random = Random(f"{style} {kind} {i}")
        truth = made(random.choice(("2021", "2021", "2019")), random)
        for change in changes:
            truth = change(truth, random)
        read = read_published(copy_of(style, truth, random, folder), unit=truth.cover.name)
        pairs = [(truth.entry(c.id).value, read.entry(c.id).value) for c in truth.form.cells]
        numbers += sum(was is not None for was, _ in pairs)
        unread += sum(was is not None and now is None for was, now in pairs)
        wrong += sum(now is not None and now != was for was, now in pairs)
    return unread / max(1, numbers), wrong


def ten_pages(folder: Path) -> None:
    """A report of ten pages as PDF, ruled and not: the tables on three of them."""
    for rules in ("all", "none"):
        look = Look(rules=rules, size=11.0, prose=100)
        path = write(folder / "ten.pdf", Flow(filled("2021", Random(1)), look).sheets, look.page)
        started = _spent()
        read_published(path)
        print(f"PDF of {len(Flow(filled('2021', Random(1)), look).sheets)} pages, rules {rules}: {_spent() - started:.2f} s")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    if "kinds" in sys.argv:
        by_kind(wanted, [s for s in STYLES if s in sys.argv] or STYLES)
    elif "media" in sys.argv:
        main(wanted, MEDIA, make)
        with tempfile.TemporaryDirectory() as place:
            ten_pages(Path(place))
    else:
        main(wanted, STYLES, copy_of)
