"""What a button needs from the program in which the workbook is open: Excel, LibreOffice, or nothing but a file.

Rows and columns count from 1.  A value is a number, a text, or None for an empty cell.  Hosts only fetch and put
back; every decision is made in commands.py and its neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Protocol

from xlplugin.books.layout import Spot
from xlplugin.books.raw import Grid

Value = int | Decimal | float | str | None


class Block(NamedTuple):
    """A rectangle of values and where its top left corner goes."""

    sheet: str
    row: int
    column: int
    rows: tuple[tuple[Value, ...], ...]

    @property
    def last_row(self) -> int:
        return self.row + len(self.rows) - 1

    @property
    def last_column(self) -> int:
        return self.column + len(self.rows[0]) - 1

    def __str__(self) -> str:
        first, last = Spot(self.sheet, self.row, self.column), Spot(self.sheet, self.last_row, self.last_column)
        return f"{first}:{last.a1}"


class Progress(Protocol):
    """Long work, seen by the user."""

    def step(self, done: int, total: int, what: str) -> None:
        """Shows how far it is.  Raises Cancelled when the user pressed 取消."""


class Host(Protocol):
    """The active workbook and the person in front of it.  It also is a reader's OpenBook."""

    @property
    def name(self) -> str:
        """The workbook's file name, for messages."""

    @property
    def path(self) -> Path | None:
        """Where the workbook is saved; None when it never was."""

    @property
    def sheets(self) -> Collection[str]: ...

    @property
    def hidden(self) -> Collection[str]: ...

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
        """The top left corner of each wanted sheet, up to (row, column); sheets that are missing are left out."""

    def unlocked(self, sheets: Collection[str]) -> AbstractContextManager[None]:
        """Inside, these sheets can be written; afterwards they are protected as they were.

        Raises CannotWrite, with nothing changed, where a sheet has a password of its own or the workbook is read-only.
        """

    def put(self, block: Block) -> None:
        """Writes a block in one call.  Only inside `unlocked`."""

    def active(self) -> Spot:
        """The cell in which the cursor stands."""

    def select(self, spot: Spot) -> None:
        """Shows a cell and puts the cursor there."""

    def tell(self, text: str) -> None:
        """A message that the user closes."""

    def ask(self, text: str) -> bool:
        """A question; True for 是."""

    def choose_file(self, title: str, endings: tuple[str, ...]) -> Path | None:
        """A file that exists, or None when the user gave up."""

    def choose_folder(self, title: str) -> Path | None: ...

    def progress(self, title: str) -> AbstractContextManager[Progress]: ...

    def open(self, path: Path) -> None:
        """Opens a file beside the active workbook."""
