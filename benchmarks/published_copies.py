"""Share of unread cells per style of published copy, and the count of wrong ones (which must be 0).

python -m benchmarks.published_copies 100          # text and HTML
python -m benchmarks.published_copies 20 media     # PDF, Word and workbooks, with the processor's seconds for one file, its child process included
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from tests.fillings import filled
from tests.published_copies import STYLES
from tests.published_media import MEDIA, make
from tests.published_pdf import Flow, Look, write
from tests.test_published_copies import anyhow, copy_of
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
    if "media" in sys.argv:
        main(wanted, MEDIA, make)
        with tempfile.TemporaryDirectory() as place:
            ten_pages(Path(place))
    else:
        main(wanted, STYLES, copy_of)
