"""The pictures of README and manual, taken from the real workbooks by LibreOffice.

    python tools/pictures.py            # writes docs/pictures/*.png

A made-up unit fills the form rightly, then wrongly; nothing in the pictures is drawn by hand.  Those of windows are
taken in window_pictures.py.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "application"))

import window_pictures
from office import Office
from PIL import Image, ImageChops

from tests.fillings import number_entry
from xlplugin.books.layout import CHECK, COVER, GUIDE, LAST_YEAR, PROSE, layout
from xlplugin.books.rollup_sheet import OVERVIEW
from xlplugin.books.template import write_template
from xlplugin.deriving import derive
from xlplugin.hosts.demo import run_demo
from xlplugin.numerals import BLANK, Entry, State, entry
from xlplugin.report import Cover, Report

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "pictures"
FORM, UNIT = "2021", "示例县晨溪镇人民政府"
WIDEST, HIGHEST, DPI, MARGIN = 1400, 1400, 96, 14
BROKEN, BLANKED, TEXTED = "applications.handled.total", "applications.new.other_org", "applications.granted.company"
FILLED = ("disputes.review.total", "disputes.litigation_direct.total")
NUMBERS = {
    "disclosure.normative_documents.issued": 2,
    "disclosure.normative_documents.in_force": 11,
    "disclosure.licences.decisions": 1284,
    "disclosure.penalties.decisions": 406,
    "disclosure.coercive_measures.decisions": 9,
    "disclosure.fees.amount": Decimal("0.092"),
    "applications.new.natural_person": 37,
    "applications.new.company": 6,
    "applications.new.legal_service_org": 2,
    "applications.carried_in.natural_person": 3,
    "applications.granted.natural_person": 14,
    "applications.granted.company": 4,
    "applications.partly_granted.natural_person": 5,
    "applications.partly_granted.legal_service_org": 1,
    "applications.refused_third_party_rights.natural_person": 2,
    "applications.refused_deliberative.natural_person": 1,
    "applications.refused_enforcement_files.company": 1,
    "applications.unavailable_not_held.natural_person": 9,
    "applications.unavailable_not_held.company": 1,
    "applications.unavailable_unclear.natural_person": 2,
    "applications.not_processed_petition.natural_person": 3,
    "applications.not_processed_repeated.legal_service_org": 1,
    "applications.other_rest.natural_person": 1,
    "applications.carried_out.natural_person": 3,
    "disputes.review.upheld": 2,
    "disputes.review.corrected": 1,
    "disputes.litigation_after_review.pending": 1,
}
BEFORE = {
    "disclosure.licences.decisions": 1190,
    "disclosure.penalties.decisions": 388,
    "applications.carried_out.natural_person": 3,
}
BEFORE |= {"applications.new.natural_person": 29, "applications.carried_out.company": 1, "disputes.review.upheld": 1}


def numbers(chosen: Mapping[str, int | Decimal]) -> Report:
    """A report with these inputs, 0 elsewhere, and the totals that follow."""
    report = Report(FORM)
    inputs = {c: number_entry(chosen.get(c, 0)) for c in report.form.inputs}
    totals = {c: number_entry(n) for c, n in derive(report.with_entries(inputs)).numbers().items()}
    return report.with_entries({**totals, **inputs})


def right() -> Report:
    """A town's report without a fault."""
    cover = Cover(
        name=UNIT,
        level="乡镇政府",
        parent="示例县人民政府办公室",
        year=2024,
        rule_power=False,
        filled_by="张三",
        reviewed_by="李四",
        date="2025-01-15",
    )
    text = {
        "overview": "（一）主动公开。全年在门户网站公开信息 312 条，其中政策文件 24 件。\n（二）依申请公开。全年收到的申请都在期限内答复。\n"
        "（三）政府信息管理。专人负责，逐条审核。\n（四）政府信息公开平台建设。开设政策解读栏目。\n（五）监督保障。开展培训两次。",
        "problems": "公开内容的深度还不够，下一步将加强培训，规范答复文书。",
        "other_matters": "本年没有收取信息处理费。",
    }
    return replace(numbers(NUMBERS), cover=cover, text=text)


def wrong() -> Report:
    """The same with a wrong grand total, a blank, a text in a number cell and totals left to `fill`."""
    blanks = dict.fromkeys(FILLED, BLANK)
    return derive(right().with_entries({BROKEN: Entry(3, State.NUMBER, "3"), BLANKED: BLANK, TEXTED: entry("0件"), **blanks}))


def county(folder: Path) -> Path:
    """The roll-up of the bundled example county."""
    for _ in run_demo(folder):
        pass
    [rolled] = folder.glob("*汇总.xlsx")
    return rolled


def take(folder: Path, out: Path) -> list[Path]:
    """Every picture; the names are those that the documents use."""
    books = {"blank": folder / "blank.xlsx", "right": folder / "right.xlsx", "wrong": folder / "wrong.xlsx"}
    write_template(books["blank"], FORM)
    write_template(books["right"], FORM, report=right(), last_year=numbers(BEFORE))
    write_template(books["wrong"], FORM, report=wrong())
    tables = {p.table.key: p.table.sheet for p in layout(FORM).tables}
    wanted = [("cover-right", "right", COVER, False), ("guide", "blank", GUIDE, False), ("prose-right", "right", PROSE, False)]
    wanted += [(f"{key}-{book}", book, sheet, False) for key, sheet in tables.items() for book in books]
    wanted += [("check-wrong", "wrong", CHECK, False), ("last-year", "right", LAST_YEAR, False)]
    wanted += [(f"{key}-printed", "right", sheet, True) for key, sheet in tables.items()]
    books["county"] = county(folder / "county")
    wanted.append(("rollup-overview", "county", OVERVIEW, True))
    made = []
    with Office() as office:
        for name, book, sheet, printed in wanted:
            [picture, *_] = office.sheet_png(books[book], sheet, folder / f"{name}.png", print=printed, dpi=DPI)
            made.append(tidy(picture, out / f"{name}.png", crop=not printed))
    return made


def tidy(source: Path, target: Path, *, crop: bool) -> Path:
    """Smaller: no wide margins, not wider or (for long lists) higher than a page of text shows."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    if crop:
        box = ImageChops.difference(picture, Image.new("RGB", picture.size, picture.getpixel((0, 0)))).getbbox()
        left, top, right_edge, bottom = box or (0, 0, *picture.size)
        edges = (
            max(0, left - MARGIN),
            max(0, top - MARGIN),
            min(right_edge + MARGIN, picture.width),
            min(bottom + MARGIN, HIGHEST),
        )
        picture = picture.crop(edges)
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "window").mkdir()
        windows = window_pictures.take(place / "window", lambda shot, name: tidy(shot, OUT / f"{name}.png", crop=False))
        for made in [*take(place, OUT), *windows]:
            print(f"{made.relative_to(ROOT)}  {made.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
