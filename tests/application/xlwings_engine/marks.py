"""Note and Font: what is said about a cell, and how its text looks."""

from __future__ import annotations

from typing import Any


def to_colour(value: Any) -> int:
    """LibreOffice's colour number for a hex text, an (r, g, b) or None (no colour)."""
    if value is None:
        return -1
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return int(value.lstrip("#"), 16)
    red, green, blue = value
    return int(red) << 16 | int(green) << 8 | int(blue)


def from_colour(number: int) -> tuple[int, int, int] | None:
    return None if number == -1 else (number >> 16 & 255, number >> 8 & 255, number & 255)


class Note:
    """A cell's note."""

    def __init__(self, cell: Any) -> None:
        self.location = cell

    api = property(lambda self: self.location._cell(0, 0).Annotation)
    author = property(lambda self: str(self.api.Author))

    @property
    def text(self) -> str:
        return str(self.api.String)

    @text.setter
    def text(self, value: str) -> None:
        self.location.guard()
        self.api.String = value

    def delete(self) -> None:
        self.location.guard()
        notes, at = self.location.sheet.xl.Annotations, self.location._cell(0, 0).CellAddress
        for i in range(notes.Count):
            position = notes.getByIndex(i).Position
            if (position.Row, position.Column) == (at.Row, at.Column):
                notes.removeByIndex(i)
                return


class Font:
    """How the text of a range looks."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells

    api = property(lambda self: self.cells.xl)

    def _set(self, **named: Any) -> None:
        self.cells.guard()
        for name, value in named.items():
            for script in ("", "Asian"):
                setattr(self.cells.xl, name + ("" if name == "CharColor" else script), value)

    bold = property(lambda self: self.cells.xl.CharWeight > 100, lambda self, v: self._set(CharWeight=150.0 if v else 100.0))
    size = property(lambda self: self.cells.xl.CharHeight, lambda self, v: self._set(CharHeight=float(v)))
    name = property(lambda self: self.cells.xl.CharFontName, lambda self, v: self._set(CharFontName=v))
    color = property(lambda self: from_colour(self.cells.xl.CharColor), lambda self, v: self._set(CharColor=to_colour(v)))
