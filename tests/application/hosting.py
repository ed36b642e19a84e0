"""The three hosts over the same workbook, and what a workbook holds afterwards, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from office import Book

from xlplugin.books.layout import CHECK, CHECK_COLUMNS, FINDINGS_ROOM, LAST_YEAR, META, Layout
from xlplugin.books.raw import Grid
from xlplugin.errors import Cancelled
from xlplugin.hosts.host import Host
from xlplugin.hosts.libreoffice.host import UnoHost
from xlplugin.numerals import stored_number


class Recorder:
    """A person who never sits at the screen: what is said is kept, answers and choices are prepared."""

    def __init__(self, answers: tuple[bool, ...] = (), choices: tuple[Path | None, ...] = (), cancel_at: int = 0) -> None:
        self.said: list[str] = []
        self.steps: list[tuple[int, int, str]] = []
        self.answers, self.choices, self.cancel_at = list(answers), list(choices), cancel_at

    def tell(self, text: str) -> None:
        self.said.append(text)

    def ask(self, text: str) -> bool:
        self.said.append(text)
        return self.answers.pop(0)

    def choose_file(self, title: str, endings: tuple[str, ...], start: Path | None) -> Path | None:
        return self.choices.pop(0)

    def choose_folder(self, title: str, start: Path | None) -> Path | None:
        return self.choices.pop(0)

    @contextmanager
    def progress(self, title: str) -> Iterator[Recorder]:
        yield self

    def step(self, done: int, total: int, what: str) -> None:
        self.steps.append((done, total, what))
        if self.cancel_at and len(self.steps) >= self.cancel_at:
            raise Cancelled("已取消。")


def uno_host(book: Book, person: Recorder | None = None) -> UnoHost:
    return UnoHost(book.office.desktop, book.doc, person or Recorder())


def corner(plan: Layout) -> dict[str, tuple[int, int]]:
    """All that the template draws, sheet by sheet."""
    far = {t.table.sheet: (t.last + 12, t.width + 4) for t in plan.tables}
    far |= {s.sheet: (30, 6) for s in plan.cover.values()} | {s.sheet: (30, 6) for boxes in plan.text.values() for _, s in boxes}
    far[CHECK] = (plan.findings_top + FINDINGS_ROOM + 2, len(CHECK_COLUMNS))
    far[LAST_YEAR] = (max(s.row for s in plan.last_year.values()), 8)
    far[META] = (410, 18)
    return far


def state(host: Host, plan: Layout) -> dict[str, dict[str, Any]]:
    """Every cell that holds anything: sheet → place → value; formulas by their result."""
    return {sheet: _plain(grid) for sheet, grid in host.cells(corner(plan)).items()}


def _plain(grid: Grid) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, raw in sorted(grid.items()):
        value: Any = stored_number(raw.text) if raw.kind in ("n", "b") else raw.text
        if isinstance(value, Decimal):
            value = round(float(value), 9)
        if value not in (None, ""):
            found[str(place)] = value
    return found


def differences(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> list[str]:
    """Where two states differ, in words; nothing when they are the same."""
    found = []
    for sheet in sorted({*one, *other}):
        a, b = one.get(sheet, {}), other.get(sheet, {})
        found += [f"{sheet}{p}: {a.get(p)!r} {b.get(p)!r}" for p in sorted({*a, *b}) if a.get(p) != b.get(p)]
    return found
