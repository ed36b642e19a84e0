"""Pictures of documents: LibreOffice makes a PDF, pdftoppm makes PNG."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soffice import OfficeError

if TYPE_CHECKING:
    from office import Book, Document

PAGE_SECONDS = 60
MARGIN = 300  # 1/100 mm of white around a screen picture


def pages(pdf: Path, out: Path, dpi: int) -> list[Path]:
    """The pages of a PDF as PNG: `out` for one page, else out-1.png, out-2.png ...  Raises OfficeError."""
    if shutil.which("pdftoppm") is None:
        raise OfficeError("没有找到 pdftoppm：请安装 poppler-utils")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", str(dpi), str(pdf), f"{folder}/p"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PAGE_SECONDS)
        made = sorted(Path(folder).glob("p-*.png"))
        if done.returncode or not made:
            raise OfficeError(f"pdftoppm 不能转换 {pdf.name}：{done.stderr.strip()}")
        names = [out] if len(made) == 1 else [out.with_stem(f"{out.stem}-{n}") for n in range(1, len(made) + 1)]
        return [Path(shutil.move(page, name)) for page, name in zip(made, names, strict=True)]


def document(opened: Document, out: Path, dpi: int, **filter_data: Any) -> list[Path]:
    """Every page of an open document."""
    with tempfile.TemporaryDirectory() as folder:
        return pages(opened.save_as(Path(folder) / "pages.pdf", "pdf", **filter_data), out, dpi)


def sheet(book: Book, name: str, out: Path, *, as_printed: bool, dpi: int) -> list[Path]:
    """One sheet of an open workbook, which is changed by it (page set-up, visibility): open a fresh one each time."""
    with book.office.deadline(f"画 {name}"):
        book.sheet(name).IsVisible = True
        book.doc.CurrentController.setActiveSheet(book.sheet(name))
        if as_printed:
            for other in book.sheet_names:
                if other != name:
                    book.sheet(other).IsVisible = False
                    book.sheet(other).setPrintAreas(())  # a hidden sheet with a print area would still be printed
            return document(book, out, dpi)
        area = fit_page_to_sheet(book, name)
        made = document(book, out, dpi, Selection=area)
        if len(made) != 1:
            raise OfficeError(f"工作表“{name}”应画成一页，却有 {len(made)} 页")
        return made


def fit_page_to_sheet(book: Book, name: str) -> Any:
    """Makes the sheet's page as large as what is on the sheet, without print set-up; returns the range to export."""
    target = book.sheet(name)
    target.setPrintAreas(())
    target.PrintTitleColumns = target.PrintTitleRows = False
    area = target.getCellRangeByPosition(0, 0, *reversed(extent(book, name)))
    style = book.doc.StyleFamilies.getByName("PageStyles").getByName(target.PageStyle)
    for side in ("Left", "Right", "Top", "Bottom"):
        setattr(style, f"{side}Margin", MARGIN)
    style.HeaderIsOn = style.FooterIsOn = style.PrintHeaders = style.CenterHorizontally = style.CenterVertically = False
    style.PrintGrid = False  # printed black, where the screen shows pale grey: it would look like borders
    style.PageScale = 100
    style.Width, style.Height = area.Size.Width + 2 * MARGIN + 50, area.Size.Height + 2 * MARGIN + 50
    style.IsLandscape = style.Width > style.Height
    return area


def extent(book: Book, name: str) -> tuple[int, int]:
    """Last row and column (from 0) that hold a cell or reach below a drawn object."""
    row, column = book.used(name)
    target = book.sheet(name)
    shapes = [target.DrawPage.getByIndex(i) for i in range(target.DrawPage.Count)]
    right = max((s.Position.X + s.Size.Width for s in shapes), default=0)
    bottom = max((s.Position.Y + s.Size.Height for s in shapes), default=0)
    while target.getCellByPosition(column - 1, 0).Position.X + target.getCellByPosition(column - 1, 0).Size.Width < right:
        column += 1
    while target.getCellByPosition(0, row - 1).Position.Y + target.getCellByPosition(0, row - 1).Size.Height < bottom:
        row += 1
    return row - 1, column - 1
