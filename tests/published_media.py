"""Published copies in files that are no text: PDF, Word, workbooks.

    path = make("pdf unruled", report, Random(7), folder)

As in `published_copies`: whatever the copy looks like, a reader may take the figure that stands there, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from reportlab.lib.pagesizes import A4, landscape

from tests.published_docx import DOCX
from tests.published_pdf import Flow, Look, two_up, write
from tests.published_workbooks import WORKBOOKS
from xlplugin.report import Report

Maker = Callable[[Report, Random, Path], Path]


def _pdf(turned: bool = False, rotate: int = 0, **looks: object) -> Maker:
    def make_it(report: Report, random: Random, folder: Path) -> Path:
        look = Look(**{k: random.choice(v) if isinstance(v, list) else v for k, v in looks.items()})  # type: ignore[arg-type]
        return write(folder / "copy.pdf", Flow(report, look).sheets, look.page, turned=turned, rotate=rotate)

    return make_it


ALIGNED = ["center", "right", "left"]
LYING = landscape(A4)

PDF: dict[str, Maker] = {
    "pdf ruled": _pdf(aligned=ALIGNED, top=[True, False]),
    "pdf unruled": _pdf(rules="none", aligned=ALIGNED, top=[True, False], size=[7.0, 8.0]),
    "pdf rules under rows": _pdf(rules="rows", aligned=ALIGNED),
    "pdf over pages": _pdf(size=11.0, prose=8),
    "pdf over pages, header again": _pdf(size=11.0, again=3, prose=[5, 8, 13]),
    "pdf over pages, unruled": _pdf(rules="none", size=11.0, prose=[5, 8, 13]),
    "pdf over pages, unruled, header again": _pdf(rules="none", size=11.0, again=3, prose=[5, 8, 13]),
    "pdf landscape": _pdf(page=LYING, rules=["all", "none"]),
    "pdf rotated": _pdf(page=LYING, turned=True, rotate=90, rules=["all", "none"]),
    "pdf lying on its side": _pdf(page=LYING, turned=True, rules=["all", "none"]),
    "pdf two columns of prose": _pdf(columns=2, prose=6, rules=["all", "none"]),
    "pdf numbers too wide": _pdf(size=11.0, fits=False, aligned=ALIGNED, rules=["all", "none", "rows"]),
    "pdf two up": lambda report, random, folder: two_up(folder / "copy.pdf", report, Look(rules="all", prose=4)),
    "pdf two up, unruled": lambda report, random, folder: two_up(folder / "copy.pdf", report, Look(rules="none", prose=4)),
}
MEDIA: dict[str, Maker] = {**PDF, **DOCX, **WORKBOOKS}
LOSSY = ("pdf numbers too wide", "docx marks", "xlsx formulas", "xlsx errors", "xlsx struck out")
WHOLE = tuple(s for s in MEDIA if s not in LOSSY)  # read to the last cell where no cell is blank


def make(style: str, report: Report, random: Random, folder: Path) -> Path:
    """A copy of a report in a style, as a file in the folder."""
    return MEDIA[style](report, random, folder)
