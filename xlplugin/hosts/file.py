"""A workbook that no program has open: the same buttons for WPS and for machines without macros.

The file's bytes are read and patched; every part that is not written stays byte for byte, and every live result is
brought up to date, because a program need not recalculate on opening.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from xlplugin.books.cells import read_cells
from xlplugin.books.layout import CHECK, CHECK_COLUMNS, COVER, FINDINGS_ROOM, META, META_LINKS, Layout, Spot, layout
from xlplugin.books.live import live_values
from xlplugin.books.package import Package, open_package
from xlplugin.books.patch import Cached, patch_cells, write_atomically
from xlplugin.books.raw import Grid
from xlplugin.books.reader import raw_cells, read_workbook
from xlplugin.books.row_heights import with_row_heights
from xlplugin.errors import CannotWrite
from xlplugin.finding import causes
from xlplugin.hosts import figures
from xlplugin.hosts.findings_table import row_heights, table_changes
from xlplugin.hosts.host import Block, Progress, Value
from xlplugin.hosts.writing import Place, value_of, write_all
from xlplugin.report import Report

_LINKS = {META: (1 + FINDINGS_ROOM, META_LINKS + 1)}


class FileHost:
    """A Host over the bytes of an .xlsx.  `said` is what a user would have been told; `data` is the changed file.

    There is nobody to ask: `answers` are given to questions in turn, then 否.
    """

    def __init__(self, source: Path | bytes, *, name: str = "", answers: Sequence[bool] = ()) -> None:
        self._package: Package = open_package(source)
        self.path = source if isinstance(source, Path) else None
        self.name = name or self._package.name or "工作簿"
        self.said: list[str] = []
        self.selected: Spot | None = None
        self.opened: list[Path] = []
        self._answers = list(answers)
        self._waiting: list[Block] | None = None

    @property
    def data(self) -> bytes:
        return self._package.data

    @property
    def sheets(self) -> Collection[str]:
        return tuple(self._package.sheets)

    @property
    def hidden(self) -> Collection[str]:
        return self._package.hidden

    def cells(self, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grid]:
        return read_cells(self._package, wanted)

    @contextmanager
    def unlocked(self, sheets: Collection[str]) -> Iterator[None]:
        """Protection does not hinder a file's bytes, and stays as it is; all blocks are put in one patch at the end."""
        self._waiting = []
        try:
            yield
            changes: dict[str, dict[Place, Value]] = {}
            for block in self._waiting:
                cells = changes.setdefault(block.sheet, {})
                for i, row in enumerate(block.rows):
                    cells |= {(block.row + i, block.column + j): value for j, value in enumerate(row)}
            self._package = open_package(_refreshed(patch_cells(self.data, {s: _plain(c) for s, c in changes.items()})))
        finally:
            self._waiting = None

    def put(self, block: Block) -> None:
        if self._waiting is None:
            raise CannotWrite(f"“{self.name}”没有打开写入。")
        self._waiting.append(block)

    def active(self) -> Spot:
        return self.selected or Spot(COVER, 1, 1)

    def select(self, spot: Spot) -> None:
        self.selected = spot

    def tell(self, text: str) -> None:
        self.said.append(text)

    def ask(self, text: str) -> bool:
        self.said.append(text)
        return self._answers.pop(0) if self._answers else False

    def choose_file(self, title: str, endings: tuple[str, ...]) -> Path | None:
        return None

    def choose_folder(self, title: str) -> Path | None:
        return None

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        yield _Silent()

    def open(self, path: Path) -> None:
        self.opened.append(path)


class _Silent:
    def step(self, done: int, total: int, what: str) -> None:
        return


def annotate(path: Path, out: Path, *, last_year: Report | None = None) -> str:
    """A copy of the workbook with what 校验 would have put there; returns the verdict in one line.

    `last_year` takes the place of the sheet 上年数据.  Raises UnreadableSource, NotOurWorkbook, CannotWrite.
    """
    from xlplugin.books.reader import read_open
    from xlplugin.checking import check

    host = FileHost(path)
    report, before, sheets = read_open(host)
    findings = causes(check(report, last_year=last_year or before))
    write_all(host, table_changes(report, findings, sheets), sheets)
    write_atomically(out, host.data)
    return figures.verdict_line(report, findings)


def _plain(cells: Mapping[Place, Value]) -> dict[Place, int | Decimal | str | None]:
    return {place: Decimal(repr(value)) if isinstance(value, float) else value for place, value in cells.items()}


def _refreshed(data: bytes) -> bytes:
    """The file with the results of its formulas as they are now."""
    report = read_workbook(data)
    plan = layout(report.form_id)
    grids = raw_cells(data, plan)
    links = _link_texts(plan, read_cells(open_package(data), _LINKS)[META])
    changes: dict[str, dict[Place, Cached]] = {}
    for spot, value in live_values(report).items():
        raw = grids.get(spot.sheet, {}).get((spot.row, spot.column))
        if raw is not None and raw.formula:
            changes.setdefault(spot.sheet, {})[(spot.row, spot.column)] = Cached(value)
    check = grids.get(CHECK, {})
    column = CHECK_COLUMNS.index("where") + 1
    cached = {(row, column): Cached(text) for row, text in links.items() if (p := check.get((row, column))) and p.formula}
    changes.setdefault(CHECK, {}).update(cached)
    return with_row_heights(patch_cells(data, changes), CHECK, row_heights(plan, check, links))


def _link_texts(plan: Layout, meta: Grid) -> dict[int, str]:
    """Row of 校验 → what the link beside its finding says, by the list on the hidden sheet."""
    rows = range(plan.findings_top, plan.findings_top + FINDINGS_ROOM)
    spots = {row: plan.link(row) for row in rows}
    return {row: str(value_of(meta.get((s.row, s.column + 1))) or "") for row, s in spots.items()}
