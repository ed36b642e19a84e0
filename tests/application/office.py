"""The real LibreOffice, headless, as tests and the picture maker see it.

    with Office() as office, office.open(path) as book:
        book.write_block("三、依申请公开", 5, 3, [[1.0, 2.0], ["", 4.0]])
        book.recalc()
        assert book.read_block("校验", 2, 1, 9, 6) == ...
        book.save_as(copy)
        office.sheet_png(copy, "校验", picture)

Rows and columns count from 1.  A value is a float or a str; "" is an empty cell.  Never send None: soffice 7.4
aborts on it, so write_block refuses anything else with a TypeError.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pictures
from soffice import CALL_SECONDS, OfficeError, Soffice, uno, why_not

__all__ = ["Book", "Document", "Office", "OfficeError", "Value", "why_not"]

Value = float | str

CALC = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xlsm": "Calc MS Excel 2007 VBA XML",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
    "html": "HTML (StarCalc)",
    "xls": "MS Excel 97",
}
WRITER = {"docx": "MS Word 2007 XML", "odt": "writer8", "pdf": "writer_pdf_Export", "html": "HTML (StarWriter)"}
OPEN_AS = {"html": "HTML (StarWriter)", "htm": "HTML (StarWriter)", "xlam": "Calc MS Excel 2007 VBA XML"}


def properties(**named: Any) -> tuple[Any, ...]:
    """UNO property values from keyword arguments."""
    made = []
    for name, value in named.items():
        p = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        p.Name, p.Value = name, value
        made.append(p)
    return tuple(made)


def to_uno(rows: Sequence[Sequence[Value]]) -> tuple[tuple[Value, ...], ...]:
    """Rows as setDataArray takes them.  Raises TypeError for anything that would abort soffice, and for ragged rows."""
    for row in rows:
        if len(row) != len(rows[0]):
            raise TypeError("rows of different lengths")
        for value in row:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise TypeError(f"only float and str go into a cell, not {value!r}")
    return tuple(tuple(v if isinstance(v, str) else float(v) for v in row) for row in rows)


class Document:
    """An open document of any kind; `doc` is the bare UNO model for what is not wrapped here."""

    filters = WRITER

    def __init__(self, office: Soffice, doc: Any) -> None:
        self.office, self.doc = office, doc

    def save_as(self, path: str | Path, kind: str | None = None, **filter_data: Any) -> Path:
        """Writes a copy; `kind` is the file type, by default the suffix of `path`.  The document keeps its own name."""
        target = Path(path).resolve()
        kind = kind or target.suffix.lstrip(".").lower()
        options: dict[str, Any] = {"FilterName": self.filters[kind], "Overwrite": True}
        if filter_data:
            options["FilterData"] = uno.Any("[]com.sun.star.beans.PropertyValue", properties(**filter_data))
        with self.office.deadline(f"保存 {target.name}"):
            self.doc.storeToURL(target.as_uri(), properties(**options))
        return target

    def close(self) -> None:
        with contextlib.suppress(Exception), self.office.deadline("关闭文件", 20):
            self.doc.setModified(False)
            self.doc.close(True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Book(Document):
    """An open workbook."""

    filters = CALC

    @property
    def sheet_names(self) -> tuple[str, ...]:
        return tuple(self.doc.Sheets.ElementNames)

    def sheet(self, name: str) -> Any:
        """The bare UNO sheet.  Raises OfficeError when there is none of that name."""
        if not self.doc.Sheets.hasByName(name):
            raise OfficeError(f"没有工作表“{name}”，只有：{'、'.join(self.sheet_names)}")
        return self.doc.Sheets.getByName(name)

    def block(self, sheet: str, r1: int, c1: int, r2: int, c2: int) -> Any:
        """The bare UNO cell range."""
        return self.sheet(sheet).getCellRangeByPosition(c1 - 1, r1 - 1, c2 - 1, r2 - 1)

    def cell(self, sheet: str, row: int, column: int) -> Any:
        """The bare UNO cell: .Value, .String, .Formula, .CellBackColor, .CellProtection, .Validation ..."""
        return self.sheet(sheet).getCellByPosition(column - 1, row - 1)

    def used(self, sheet: str) -> tuple[int, int]:
        """The last used row and column."""
        cursor = self.sheet(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1

    def named(self, name: str) -> tuple[str, int, int]:
        """Sheet, row and column of the first cell of a defined name."""
        if not self.doc.NamedRanges.hasByName(name):
            raise OfficeError(f"没有名称“{name}”")
        at = self.doc.NamedRanges.getByName(name).getReferredCells().RangeAddress
        return self.sheet_names[at.Sheet], at.StartRow + 1, at.StartColumn + 1

    def read_block(self, sheet: str, r1: int, c1: int, r2: int, c2: int) -> list[list[Value]]:
        """Values: float, str, "" for an empty cell (and for a formula that yields ""), an error as it is shown (#DIV/0!)."""
        with self.office.deadline(f"读取 {sheet}"):
            block = self.block(sheet, r1, c1, r2, c2)
            rows = [list(row) for row in block.getDataArray()]
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is None:
                        row[c] = block.getCellByPosition(c, r).String
            return rows

    def read_cell(self, sheet: str, row: int, column: int) -> Value:
        return self.read_block(sheet, row, column, row, column)[0][0]

    def text_block(self, sheet: str, r1: int, c1: int, r2: int, c2: int) -> list[list[str]]:
        """What each cell shows.  One call per cell, about 1 ms: keep blocks small."""
        with self.office.deadline(f"读取 {sheet}"):
            block = self.block(sheet, r1, c1, r2, c2)
            width = range(c2 - c1 + 1)
            return [[block.getCellByPosition(c, r).String for c in width] for r in range(r2 - r1 + 1)]

    def formula_block(self, sheet: str, r1: int, c1: int, r2: int, c2: int) -> list[list[str]]:
        """Formulas in LibreOffice's own notation (arguments parted by ";"), values as text, "" for empty."""
        with self.office.deadline(f"读取 {sheet}"):
            return [list(row) for row in self.block(sheet, r1, c1, r2, c2).getFormulaArray()]

    def write_block(self, sheet: str, row: int, column: int, rows: Sequence[Sequence[Value]]) -> None:
        """Writes floats and strings; "" empties a cell.  A protected sheet is unprotected around the write (no password)."""
        data = to_uno(rows)
        with self.office.deadline(f"写入 {sheet}"):
            target = self.sheet(sheet)
            protected = target.isProtected()
            if protected:
                target.unprotect("")
            self.block(sheet, row, column, row + len(data) - 1, column + len(data[0]) - 1).setDataArray(data)
            if protected:
                target.protect("")

    def write_cell(self, sheet: str, row: int, column: int, value: Value) -> None:
        self.write_block(sheet, row, column, [[value]])

    def recalc(self) -> None:
        """Computes every formula: LibreOffice keeps cached values on load."""
        with self.office.deadline("重新计算"):
            self.doc.calculateAll()


class Office:
    """One headless LibreOffice.  Restarts by itself when a document took it down."""

    def __init__(self, profile: Path | None = None) -> None:
        self._profile = profile
        self.soffice = Soffice(profile=profile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return self.soffice.port

    def stop(self) -> None:
        self.soffice.stop()

    def close_all(self) -> None:
        """Closes whatever is open; what was changed in it is lost."""
        if not self.soffice.alive:
            return
        with self.soffice.deadline("关闭所有文件"):
            open_ones = self.soffice.desktop.Components.createEnumeration()
            for doc in [open_ones.nextElement() for _ in iter(open_ones.hasMoreElements, False)]:
                if hasattr(doc, "setModified"):
                    doc.setModified(False)
                if hasattr(doc, "close"):
                    doc.close(True)

    def _alive(self) -> Soffice:
        if not self.soffice.alive:
            self.soffice.stop()
            self.soffice = Soffice(profile=self._profile)
        return self.soffice

    def load(self, url: str, filter_name: str = "", *, hidden: bool = True, macros: bool = False) -> Document:
        """Opens a URL; a Book for a spreadsheet, else a Document.  Raises OfficeError when LibreOffice refuses."""
        soffice = self._alive()
        options: dict[str, Any] = {"Hidden": hidden, "MacroExecutionMode": 4 if macros else 0, "UpdateDocMode": 0}
        if filter_name:
            options["FilterName"] = filter_name
        with soffice.deadline(f"打开 {url.rpartition('/')[2]}", CALL_SECONDS * 2):
            doc = soffice.desktop.loadComponentFromURL(url, "_blank", 0, properties(**options))
        if doc is None:
            raise OfficeError(f"LibreOffice 打不开 {url}")
        return Book(soffice, doc) if doc.supportsService("com.sun.star.sheet.SpreadsheetDocument") else Document(soffice, doc)

    def open(self, path: str | Path, hidden: bool = True, *, macros: bool = False) -> Book:
        """Opens a workbook.  Raises OfficeError when there is no such file or it is not a workbook."""
        opened = self.open_document(path, hidden, macros=macros)
        if not isinstance(opened, Book):
            opened.close()
            raise OfficeError(f"{path} 不是工作簿")
        return opened

    def open_document(self, path: str | Path, hidden: bool = True, *, macros: bool = False) -> Document:
        """Opens any document; an .html comes as a Writer document."""
        source = Path(path).resolve()
        if not source.is_file():
            raise OfficeError(f"没有文件 {source}")
        return self.load(source.as_uri(), OPEN_AS.get(source.suffix.lstrip(".").lower(), ""), hidden=hidden, macros=macros)

    def new_book(self) -> Book:
        """An empty workbook."""
        made = self.load("private:factory/scalc")
        assert isinstance(made, Book)
        return made

    def convert(self, path: str | Path, target: str | Path) -> Path:
        """Saves a document in another format, named by the suffix of `target`."""
        with self.open_document(path) as opened:
            if isinstance(opened, Book):
                opened.recalc()
            return opened.save_as(target)

    def sheet_png(self, path: str | Path, sheet: str, out: str | Path, *, print: bool = False, dpi: int = 110) -> list[Path]:
        """Pictures of one sheet: as on the screen (one picture), or the printed pages exactly as page set-up says.

        Returns the PNG files: `out`, or for more than one page out-1.png, out-2.png ...
        """
        with self.open(path) as book:
            book.recalc()
            return pictures.sheet(book, sheet, Path(out), as_printed=print, dpi=dpi)

    def doc_png(self, path: str | Path, out: str | Path, *, dpi: int = 80) -> list[Path]:
        """One picture a page of a .docx, .odt, .html (through LibreOffice) or .pdf (as it is)."""
        source = Path(path)
        if source.suffix.lower() == ".pdf":
            return pictures.pages(source, Path(out), dpi)
        with self.open_document(source) as opened:
            return pictures.document(opened, Path(out), dpi)
