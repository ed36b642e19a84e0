"""Book, Sheets, Sheet, Names: what is in a workbook."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import xlwings as xw
from office import CALC, properties
from soffice import uno

from xlwings_engine.cells import CONTENTS, FORMATS, NOTES, Range
from xlwings_engine.marks import Note

ADDRESS = re.compile(r"\$?[A-Za-z]{1,3}\$?\d+(:\$?[A-Za-z]{1,3}\$?\d+)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+")
OOXML_NAMES = 5  # com.sun.star.sheet.FormulaLanguage.OOXML
EXCEL_A1 = 1  # com.sun.star.sheet.AddressConvention.XL_A1


class Book:
    """A workbook."""

    def __init__(self, app: Any, doc: Any) -> None:
        self.app, self.doc = app, doc
        self._parser: Any = None

    api = property(lambda self: self.doc)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self, self.doc.NamedRanges))

    @property
    def fullname(self) -> str:
        return str(uno.fileUrlToSystemPath(self.doc.URL)) if self.doc.URL else str(self.doc.Title)

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def parser(self) -> Any:
        """Reads and prints formulas as Excel writes them: "," between arguments, Excel's function names, 'sheet'!A1."""
        if self._parser is None:
            self._parser = self.doc.createInstance("com.sun.star.sheet.FormulaParser")
            codes = self.doc.createInstance("com.sun.star.sheet.FormulaOpCodeMapper").getAvailableMappings(
                OOXML_NAMES, 0x7FFFFFFF
            )
            typed = uno.Any("[]com.sun.star.sheet.FormulaOpCodeMapEntry", codes)
            uno.invoke(self._parser, "setPropertyValue", ("OpCodeMap", typed))
            self._parser.FormulaConvention = EXCEL_A1
        return self._parser

    @property
    def selection(self) -> Range | None:
        chosen = self.doc.CurrentController.getSelection()
        if not hasattr(chosen, "RangeAddress"):  # several ranges, or a drawn object
            return None
        return Range.of(Sheet(self, self.doc.Sheets.getByIndex(chosen.RangeAddress.Sheet)), chosen.RangeAddress)

    def activate(self, steal_focus: bool = False) -> None:
        self.app.current = self.doc
        self.doc.CurrentController.Frame.activate()

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Saves in place, or as another file that the book then is.  Raises XlwingsError when it cannot be written."""
        target = Path(path or self.fullname).resolve()
        if not target.parent.is_dir():  # LibreOffice would make the folder
            raise xw.XlwingsError(f"不能保存 {target}：没有这个文件夹")
        try:
            if path is None and self.doc.URL:
                self.doc.store()
            else:
                self.doc.storeAsURL(target.as_uri(), properties(FilterName=CALC[target.suffix.lstrip(".").lower()]))
        except Exception as e:  # UNO's IOException exists only once uno is loaded
            raise xw.XlwingsError(f"不能保存 {target}") from e

    def to_pdf(self, path: str, quality: Any = None) -> None:
        self.doc.storeToURL(Path(path).resolve().as_uri(), properties(FilterName=CALC["pdf"]))

    def close(self) -> None:
        self.doc.setModified(False)
        self.doc.close(True)


class Sheets:
    """The sheets of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book

    api = property(lambda self: self.book.doc.Sheets)

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.doc.CurrentController.ActiveSheet)

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, int):
            return Sheet(self.book, self.api.getByIndex(key - 1))
        if not self.api.hasByName(key):
            raise KeyError(key)
        return Sheet(self.book, self.api.getByName(key))

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return (self(number) for number in range(1, len(self) + 1))

    def __contains__(self, key: int | str) -> bool:
        return 0 < key <= len(self) if isinstance(key, int) else bool(self.api.hasByName(key))

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        at = before.index - 1 if before else after.index if after else self.active.index - 1
        name = name or next(f"Sheet{n}" for n in range(1, len(self) + 2) if f"Sheet{n}" not in self)
        self.api.insertNewByName(name, at)
        return self(name)


class SheetApi:
    """What a host asks Excel's own worksheet object for: protection, which xlwings itself does not offer."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.xl = sheet, sheet.xl
        self.options = sheet.book.app.protection.setdefault((sheet.book.fullname, sheet.name), {})

    ProtectContents = property(lambda self: bool(self.xl.isProtected()))
    ProtectDrawingObjects = ProtectScenarios = ProtectContents
    Protection = property(lambda self: SimpleNamespace(**self.options))

    def Unprotect(self, Password: str | None = None) -> None:  # noqa: N802, N803  Excel's names
        if self.xl.isProtected():
            with contextlib.suppress(Exception):  # a UNO exception must not get into xlwings: it refuses __traceback__
                self.xl.unprotect(Password or "")
            if self.xl.isProtected():
                raise xw.XlwingsError(f"工作表“{self.sheet.name}”的保护密码不对")

    def Protect(self, Password: str | None = None, **options: Any) -> None:  # noqa: N802, N803  Excel's names
        self.options.clear()
        self.options.update(options)
        self.xl.protect(Password or "")


class Sheet:
    """A worksheet."""

    def __init__(self, book: Book, xl: Any) -> None:
        self.book, self.xl = book, xl

    api = property(lambda self: SheetApi(self))
    names = property(lambda self: Names(self.book, self.xl.NamedRanges))
    index = property(lambda self: self.xl.RangeAddress.Sheet + 1)
    cells = property(lambda self: Range(self, 1, 1, self.xl.Rows.Count, self.xl.Columns.Count))

    @property
    def name(self) -> str:
        return str(self.xl.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.xl.Name = value

    @property
    def visible(self) -> bool:
        return bool(self.xl.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.xl.IsVisible = bool(value)

    @property
    def used_range(self) -> Range:
        cursor = self.xl.createCursor()
        cursor.gotoEndOfUsedArea(False)
        return Range(self, 1, 1, cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1)

    @property
    def notes(self) -> list[Note]:
        return [Note(Range(self, a.Position.Row + 1, a.Position.Column + 1)) for a in self.xl.Annotations]

    def activate(self) -> None:
        self.book.doc.CurrentController.setActiveSheet(self.xl)

    select = activate

    def delete(self) -> None:
        self.book.doc.Sheets.removeByName(self.name)

    def clear_contents(self) -> None:
        self.cells.clear_flags(CONTENTS)

    def clear_formats(self) -> None:
        self.cells.clear_flags(FORMATS)

    def clear(self) -> None:
        self.cells.clear_flags(CONTENTS | FORMATS | NOTES)

    def autofit(self, axis: str | None = None) -> None:
        self.cells.autofit(axis)

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """A range by address, name, (row, column), Range, or two of these as corners."""
        first = self._one(arg1)
        if arg2 is None:
            return first
        last = self._one(arg2)
        top, left = min(first.row, last.row), min(first.column, last.column)
        bottom, right = max(first.bottom, last.bottom), max(first.right, last.right)
        return Range(self, top, left, bottom - top + 1, right - left + 1)

    def _one(self, given: Any) -> Range:
        if isinstance(given, Range):
            return given
        if isinstance(given, tuple):
            return Range(self, *given)
        if ADDRESS.fullmatch(given):
            return Range.of(self, self.xl.getCellRangeByName(given.replace("$", "")).RangeAddress)
        for names in (self.names, self.book.names):
            if names.contains(given):
                found: Range = names(given).refers_to_range
                if found.sheet.name != self.name:
                    raise xw.XlwingsError(f"名称“{given}”不在工作表“{self.name}”上")
                return found
        raise xw.XlwingsError(f"没有地址或名称“{given}”")


class Names:
    """Defined names of a book or of a sheet."""

    def __init__(self, book: Book, api: Any) -> None:
        self.book, self.api = book, api

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Name]:
        return (Name(self, name) for name in self.api.ElementNames)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self]

    def contains(self, key: int | str) -> bool:
        return 0 < key <= len(self) if isinstance(key, int) else bool(self.api.hasByName(key))

    def __call__(self, key: int | str) -> Name:
        if not self.contains(key):
            raise KeyError(key)
        return Name(self, self.api.ElementNames[key - 1] if isinstance(key, int) else key)

    def add(self, name: str, refers_to: str) -> Name:
        origin = self.book.doc.Sheets.getByIndex(0).getCellByPosition(0, 0).CellAddress
        if self.api.hasByName(name):
            self.api.removeByName(name)
        self.api.addNewByName(name, "", origin, 0)
        self.api.getByName(name).setTokens(self.book.parser.parseFormula(refers_to.lstrip("="), origin))
        return Name(self, name)


class Name:
    """A defined name."""

    def __init__(self, names: Names, name: str) -> None:
        self.names, self.name = names, name

    api = property(lambda self: self.names.api.getByName(self.name))

    @property
    def refers_to(self) -> str:
        return "=" + str(self.names.book.parser.printFormula(self.api.getTokens(), self.api.getReferencePosition()))

    @property
    def refers_to_range(self) -> Range:
        cells = self.api.getReferredCells()
        if cells is None:
            raise xw.XlwingsError(f"名称“{self.name}”不指向单元格")
        return Range.of(self.names.book.sheets(cells.RangeAddress.Sheet + 1), cells.RangeAddress)

    def delete(self) -> None:
        self.names.api.removeByName(self.name)
