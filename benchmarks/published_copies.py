"""Share of unread cells per style of published copy, and the count of wrong ones (which must be 0).

python -m benchmarks.published_copies 100
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random

from tests.published_copies import STYLES
from tests.test_published_copies import anyhow, copy_of
from xlplugin.published import read_published


def main(times: int) -> None:
    print(f"{'style':20}{'reports':>8}{'cells':>9}{'unread':>9}{'wrong':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for style in STYLES:
            cells = unread = wrong = 0
            for i in range(times):
                random = Random(f"{style}-{i}")
                truth = anyhow(random.choice(("2019", "2021")), random)
                read = read_published(copy_of(style, truth, random, Path(folder)))
                for cell in truth.form.cells:
                    was, now = truth.entry(cell.id).value, read.entry(cell.id).value
                    cells += 1
                    unread += now is None and was is not None
                    wrong += now is not None and now != was
            print(f"{style:20}{times:8}{cells:9}{unread / cells:9.2%}{wrong:7}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
