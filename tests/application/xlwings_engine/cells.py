"""Range: cells, what is in them and how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import xlwings as xw
from soffice import uno
from xlwings import expansion

from xlwings_engine.marks import Font, Note, from_colour, to_colour
from xlwings_engine.values import ERRORS, CellError, from_serial, looks_typed, plan

CONTENTS, NOTES, FORMATS = 1 | 2 | 4 | 16, 8, 32 | 64  # com.sun.star.sheet.CellFlags
DATE_KINDS, BOOLEAN_KIND, TEXT_KIND = (2, 4, 6), 1024, 256  # com.sun.star.util.NumberFormat, without DEFINED (1)
FORMULA_ERROR = 4  # com.sun.star.sheet.FormulaResult
STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}
CHAR_WIDTH, POINT = 203, 35.278  # 1/100 mm: one character of Excel's column width (about), one point

_PRINTED: dict[str, str] = {}  # a formula in LibreOffice's own grammar → in Excel's


def letters(column: int) -> str:
    """A, B ... Z, AA ... for 1, 2 ..."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class Range:
    """A rectangle of cells, counted from 1."""

    max_cells_per_read = max_cells_per_write = None
    has_array = False

    def __init__(self, sheet: Any, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (rows, columns)
        self.bottom, self.right = row + rows - 1, column + columns - 1
        self.options: dict[str, Any] = {}
        self.xl = sheet.xl.getCellRangeByPosition(column - 1, row - 1, self.right - 1, self.bottom - 1)

    @classmethod
    def of(cls, sheet: Any, at: Any) -> Range:
        """From LibreOffice's range address."""
        height, width = at.EndRow - at.StartRow + 1, at.EndColumn - at.StartColumn + 1
        return cls(sheet, at.StartRow + 1, at.StartColumn + 1, height, width)

    api = property(lambda self: self.xl)
    address = property(lambda self: self.get_address())
    note = property(lambda self: Note(self) if self._cell(0, 0).Annotation.String else None)
    font = property(lambda self: Font(self))
    merge_cells = property(lambda self: bool(self.xl.IsMerged))

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        return Range(self.sheet, self.row + row - 1, self.column + column - 1)

    def _cell(self, r: int, c: int) -> Any:
        return self.xl.getCellByPosition(c, r)

    def get_address(self, row_absolute: bool = True, column_absolute: bool = True, external: bool = False) -> str:
        down, across = "$" if row_absolute else "", "$" if column_absolute else ""
        text = f"{across}{letters(self.column)}{down}{self.row}"
        if len(self) > 1:
            text += f":{across}{letters(self.right)}{down}{self.bottom}"
        return f"'[{self.sheet.book.name}]{self.sheet.name}'!{text}" if external else text

    # ---- protection: LibreOffice lets some forbidden writes pass without a word, Excel never does

    def guard(self, *, locked_only: bool = False) -> None:
        """Raises XlwingsError when Excel would refuse the change because the sheet is protected."""
        if not self.sheet.xl.isProtected():
            return
        if not locked_only or any(g.CellProtection.IsLocked for g in self._formats()):
            raise xw.XlwingsError(f"工作表“{self.sheet.name}”受保护，不能更改 {self.address}")

    def _formats(self) -> Iterator[Any]:
        """Groups of cells that are formatted alike."""
        groups = self.xl.getUniqueCellFormatRanges()
        return (groups.getByIndex(i) for i in range(groups.Count))

    def _spots(self, addresses: Any) -> Iterator[tuple[int, int]]:
        for a in addresses:
            for r in range(a.StartRow - self.row + 1, a.EndRow - self.row + 2):
                for c in range(a.StartColumn - self.column + 1, a.EndColumn - self.column + 2):
                    yield r, c

    def _spots_by_kind(self, wanted: tuple[int, ...]) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
        """These kinds of number format, and the cells that have them."""
        formats = self.sheet.book.doc.NumberFormats
        kinds: dict[int, int] = {}
        for group in self._formats():
            key = group.NumberFormat
            if key not in kinds:
                kinds[key] = formats.getByKey(key).Type & ~1
            if kinds[key] in wanted:
                yield kinds[key], self._spots(group.RangeAddresses)

    # ---- values and formulas

    @property
    def raw_value(self) -> list[list[Any]]:
        data = [list(row) for row in self.xl.getDataArray()]
        if any(type(v) is float for row in data for v in row):  # dates and booleans are formats in LibreOffice
            for kind, spots in self._spots_by_kind((*DATE_KINDS, BOOLEAN_KIND)):
                turn: Callable[[float], Any] = bool if kind == BOOLEAN_KIND else from_serial
                for r, c in spots:
                    if type(data[r][c]) is float:
                        data[r][c] = turn(data[r][c])
        if any(v is None for row in data for v in row):
            for r, c in self._spots(self.xl.queryFormulaCells(FORMULA_ERROR).RangeAddresses):
                data[r][c] = CellError(ERRORS.get(self._cell(r, c).getError(), "#VALUE!"))
        return data

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows = value if isinstance(value, list | tuple) else [[value] * self.shape[1]] * self.shape[0]
        target = Range(self.sheet, self.row, self.column, len(rows), len(rows[0]))
        target.guard(locked_only=True)
        texts: set[tuple[int, int]] = set()
        if any(looks_typed(v) for row in rows for v in row):
            texts = {spot for _, spots in target._spots_by_kind((TEXT_KIND,)) for spot in spots}
        made = plan(rows, lambda r, c: (r, c) in texts)
        target.xl.setDataArray(made.block)
        for r, c, formula in made.formulas:
            target._set_formula(r, c, formula)
        for r, c, code in made.formats:
            target(r + 1, c + 1)._set_number_format(code)

    @property
    def formula(self) -> Any:
        rows = [list(row) for row in self.xl.getFormulaArray()]
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if text[:1] == "=":
                    row[c] = self._in_excels_grammar(text, r, c)
        return rows[0][0] if len(self) == 1 else tuple(map(tuple, rows))

    def _in_excels_grammar(self, text: str, r: int, c: int) -> str:
        """Asked once for each formula: two calls a cell are slow, and the same text is the same formula everywhere."""
        if text not in _PRINTED:
            cell = self._cell(r, c)
            _PRINTED[text] = "=" + self.sheet.book.parser.printFormula(cell.getTokens(), cell.CellAddress)
        return _PRINTED[text]

    @formula.setter
    def formula(self, value: Any) -> None:
        if isinstance(value, list | tuple):
            self.raw_value = [row if isinstance(row, list | tuple) else [row] for row in value]
            return
        self.guard(locked_only=True)
        for r in range(self.shape[0]):
            for c in range(self.shape[1]):
                self._set_formula(r, c, value, origin=self._cell(0, 0))  # one formula fills relatively, as in Excel

    formula2 = formula

    def _set_formula(self, r: int, c: int, text: str, origin: Any = None) -> None:
        cell = self._cell(r, c)
        if text[:1] == "=":
            cell.setTokens(self.sheet.book.parser.parseFormula(text[1:], (origin or cell).CellAddress))
        else:
            Range(self.sheet, self.row + r, self.column + c).raw_value = text

    # ---- looks

    @property
    def number_format(self) -> str:
        return str(self.sheet.book.doc.NumberFormats.getByKey(self.xl.NumberFormat).FormatString)

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.guard()
        self._set_number_format(code)

    def _set_number_format(self, code: str) -> None:
        formats, english = self.sheet.book.doc.NumberFormats, uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        key = formats.queryKey(code, english, False)
        self.xl.NumberFormat = formats.addNew(code, english) if key < 0 else key

    @property
    def color(self) -> tuple[int, int, int] | None:
        return from_colour(self.xl.CellBackColor)

    @color.setter
    def color(self, value: Any) -> None:
        self.guard()
        self.xl.CellBackColor = to_colour(value)

    @property
    def wrap_text(self) -> bool:
        return bool(self.xl.IsTextWrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.guard()
        self.xl.IsTextWrapped = bool(value)

    @property
    def column_width(self) -> float:
        return float(self.xl.Columns.getByIndex(0).Width) / CHAR_WIDTH

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.guard()
        self.xl.Columns.Width = round(value * CHAR_WIDTH)

    @property
    def row_height(self) -> float:
        return float(self.xl.Rows.getByIndex(0).Height) / POINT

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.guard()
        self.xl.Rows.Height = round(value * POINT)

    def autofit(self, axis: str | None = None) -> None:
        self.guard()
        if axis in (None, "c", "columns"):
            self.xl.Columns.OptimalWidth = True
        if axis in (None, "r", "rows"):
            self.xl.Rows.OptimalHeight = True

    def merge(self, across: bool = False) -> None:
        self.guard()
        self.xl.merge(True)

    def unmerge(self) -> None:
        self.guard()
        self.xl.merge(False)

    # ---- clearing, notes, links, names, selection

    def clear_flags(self, flags: int) -> None:
        self.guard(locked_only=flags == CONTENTS)
        self.xl.clearContents(flags)

    def clear_contents(self) -> None:
        self.clear_flags(CONTENTS)

    def clear_formats(self) -> None:
        self.clear_flags(FORMATS)

    def clear(self) -> None:
        self.clear_flags(CONTENTS | FORMATS | NOTES)

    def add_note(self, text: str) -> Note:
        self.guard()
        self.sheet.xl.Annotations.insertNew(self._cell(0, 0).CellAddress, text)
        return Note(self)

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        """A link; "#'sheet'!A1" leads into the book."""
        self.guard(locked_only=True)
        field = self.sheet.book.doc.createInstance("com.sun.star.text.TextField.URL")
        field.URL = address.replace("!", ".", 1) if address.startswith("#") else address
        field.Representation = text_to_display
        cell = self._cell(0, 0)
        cell.String = ""
        cell.insertTextContent(cell.createTextCursor(), field, False)

    @property
    def hyperlink(self) -> str:
        fields = self._cell(0, 0).TextFields
        if not fields.Count:
            raise xw.XlwingsError(f"{self.address} 没有链接")
        url = str(fields.getByIndex(0).URL)
        return url.replace(".", "!", 1) if url.startswith("#") else url

    @property
    def name(self) -> Any:
        same = (n for n in self.sheet.book.names if (at := n.api.getReferredCells()) and at.AbsoluteName == self.xl.AbsoluteName)
        return next(same, None)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.book.names.add(value, f"='{self.sheet.name}'!{self.address}")

    def select(self) -> None:
        self.sheet.activate()
        self.sheet.book.doc.CurrentController.select(self.xl)

    def expand(self, mode: str = "table") -> Any:
        return expansion.expanders.get(mode, mode).expand(xw.Range(impl=self)).impl

    def end(self, direction: str) -> Range:
        """Where Ctrl+arrow leads from the first cell, within the used part of the sheet."""
        (down, across), used = STEPS[direction], self.sheet.used_range.shape

        def filled(r: int, c: int) -> bool | None:
            if not (1 <= r <= used[0] and 1 <= c <= used[1]):
                return None
            return bool(self.sheet.xl.getCellByPosition(c - 1, r - 1).Type.value != "EMPTY")

        row, column = self.row, self.column
        run = filled(row + down, column + across)
        while (ahead := filled(row + down, column + across)) is not None and (ahead or not run):
            row, column = row + down, column + across
            if ahead and not run:
                break
        return Range(self.sheet, row, column)
