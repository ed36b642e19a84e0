"""The job of the county desk (汇总): which files, who reads them, the ledger, the roll-up, the workbook."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlplugin.books import scan
from xlplugin.errors import UnreadableSource
from xlplugin.hosts.receiving import Source, answered, find_sources
from xlplugin.merging.filed import WHOLE, Filed
from xlplugin.merging.intake import Terms
from xlplugin.merging.ledger import Ledger, Seen
from xlplugin.merging.plan import fingerprint, form_id_for
from xlplugin.merging.rollup import RollUp, roll_up

if TYPE_CHECKING:
    from xlplugin.merging.roster import Roster
    from xlplugin.report import Report

Progress = Callable[[int, int, str], None]
POOL_FROM, KEPT_AT_ONCE = 250, 128
RULES = "2"  # raise it when what is kept of a file changes, so that ledgers read their files again
LOOK_EVERY = 2.0  # seconds between two looks at a watched folder


def run_rollup(
    paths: Iterable[str | Path],
    *,
    year: int,
    roster: Roster | Path | str | None = None,
    scope: str = WHOLE,
    last_year: Report | Path | str | None = None,
    ledger: Path | str | None = None,
    workers: int = 1,
    dask: str | None = None,
    out: Path | str | None = None,
    notices: Path | str | None = None,
    watch: bool = False,
    progress: Progress | None = None,
    strict: bool = False,
    name: str = "",
    exact: bool = False,
) -> RollUp:
    """Receives every file under the paths, adds the accepted ones and, with `out`, writes the roll-up workbook;
    `notices` is a folder for the 退回单 of the returned units and the 催报名单.

    Every file gets one outcome.  With a `ledger`, files that look as before are not read again, and an interrupted
    run is taken up where it stopped.  `watch` goes on until interrupted.  Raises UnreadableSource (nothing there, or
    the folder vanished), CannotWrite (ledger held by another program, disk full).
    """
    with ExitStack() as stack:
        book = Ledger(Path(ledger) if ledger else None)
        stack.callback(book.close)
        job = _Job([str(p) for p in paths], book, Path(out) if out else None, exact, progress, name)
        terms = _terms(year, scope, roster, strict)
        before = _report(last_year)
        hands = stack.enter_context(_Hands(workers, dask))
        job.notices = Path(notices) if notices else None
        rolled = job.run(terms, before, hands)
        while watch and job.changed():
            rolled = job.run(terms, before, hands)
        book.release()
        stack.pop_all()  # the roll-up goes on reading its parts from the ledger
        hands.close()
        return rolled


def _terms(year: int, scope: str, roster: Roster | Path | str | None, strict: bool) -> Terms:
    if isinstance(roster, str | Path):
        from xlplugin.books.rollup_roster import read_roster

        roster = read_roster(Path(roster))
    return Terms(form_id_for(year), year, scope, roster, strict)


def _report(source: Report | Path | str | None) -> Report | None:
    if isinstance(source, str | Path):
        from xlplugin.hosts.opening import open_report

        return open_report(Path(source))
    return source


class _Hands:
    """Who reads: this process, a pool of processes, or a Dask cluster; started only when there is enough to do."""

    def __init__(self, workers: int, dask: str | None) -> None:
        self._workers, self._dask = workers, dask
        self._executor: Executor | None = None
        self._client: object = None

    def __enter__(self) -> _Hands:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, files: int) -> Executor | None:
        """The executor for so many files; None: read them here."""
        if self._executor is None and self._dask:
            import distributed

            cluster: Any = distributed
            self._client = client = cluster.Client(self._dask)
            self._executor = client.get_executor(pure=False)
        elif self._executor is None and self._workers > 1 and files >= POOL_FROM:
            from concurrent.futures import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(self._workers)
        return self._executor

    def renew(self) -> Executor | None:
        """After a worker died."""
        self.close()
        return self.get(POOL_FROM)

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True) if not self._client else self._executor.shutdown()
        close = getattr(self._client, "close", None)
        if close:
            close()
        self._executor = self._client = None


class _Job:
    """The same paths, rolled up once or again and again."""

    def __init__(
        self, paths: list[str], ledger: Ledger, out: Path | None, exact: bool, progress: Progress | None, name: str
    ) -> None:
        self.paths, self.ledger, self.out, self.exact, self.name = paths, ledger, out, exact, name
        self.progress = progress or (lambda done, total, file: None)
        self.notices: Path | None = None
        self._looked = 0  # a hash: what is only compared need not be kept

    def run(self, terms: Terms, last_year: Report | None, hands: _Hands) -> RollUp:
        sources = self._sources()
        self._looked = hash(tuple(sources))
        terms = terms._replace(choices=self.ledger.choices())
        self.ledger.begin(terms.year, terms.scope)
        self._receive(sources, hands)
        files = [s.file for s in sources]
        sources.clear()  # of ten thousand files the sizes and times weigh as much as all that follows
        rolled = roll_up(
            self.ledger.slips(files),
            self._fetch,
            self.ledger.packed,
            self.ledger.marks(),
            terms,
            adjustments=self.ledger.adjustments(terms.year, terms.scope),
            last_year=last_year,
            name=self.name,
            gone=self.ledger.gone(files),
        )
        if self.out:
            from xlplugin.books.rollup_book import write_rollup

            self.progress(len(files), len(files), "正在写汇总工作簿……")
            write_rollup(self.out, rolled)
        if self.notices:
            from xlplugin.outputs.notices import write_notices
            from xlplugin.outputs.reminders import write_reminders

            write_notices(self.notices, rolled)
            write_reminders(self.notices, rolled)
        self.ledger.settle(rolled.ledger)
        return rolled

    def _fetch(self, sha256: str) -> Filed:
        from xlplugin.books.rollup_lean import resolved

        return resolved(self.ledger.fetch(sha256))

    def _sources(self) -> list[Source]:
        mine = str(self.out.resolve()) if self.out else ""
        found = [s for s in find_sources(self.paths) if s.file != mine]
        if not found:
            raise UnreadableSource(
                f"{'、'.join(self.paths) or '没有指定路径：'}里没有可以汇总的文件，请核对路径。", code="E-NOFILES"
            )
        return found

    def changed(self) -> bool:
        """Waits until the files look different from the last time, and half a second more for copying to end; False: interrupted."""
        while True:
            try:
                time.sleep(LOOK_EVERY)
                now = self._sources()
                if hash(tuple(now)) != self._looked:
                    time.sleep(0.5)
                    return True
            except KeyboardInterrupt:
                return False
            except UnreadableSource:
                continue  # a network folder that is away; it may come back

    def _receive(self, sources: list[Source], hands: _Hands) -> None:
        reader = f"{RULES}-{fingerprint()}-{'exact' if self.exact else 'auto'}"
        seen = self.ledger.seen(reader)
        old = [s for s in sources if seen.get(s.file, _NEVER)[:2] == (s.size, s.mtime) and not _passing(seen[s.file].sha256)]
        self.ledger.seen_again((s.file, seen[s.file]) for s in old)
        known = {s.file for s in old}
        new = [s for s in sources if s.file not in known]
        done, kept, lost = len(old), list[Filed](), list[Filed]()
        for filed in answered(new, hands, exact=self.exact):
            done += 1
            self.progress(done, len(sources), filed.file.replace("\\", "/").rpartition("/")[2])
            kept.append(filed)
            lost += [filed] if filed.code == "E-MISSING" else []
            if len(kept) >= KEPT_AT_ONCE:
                self.ledger.take(kept, reader)
                kept.clear()
        self.ledger.take(kept, reader)
        scan.forget()
        self._vanished(lost)

    def _vanished(self, lost: list[Filed]) -> None:
        """A folder that was there at the start and is not there now is no reason to count everybody as missing."""
        away = [p for p in self.paths if lost and "://" not in p and not Path(p).exists()]
        folders = [
            p
            for p in away
            if any(Path(f.file).is_relative_to(Path(p).absolute()) and f.file != str(Path(p).absolute()) for f in lost)
        ]
        if folders:
            raise UnreadableSource(
                f"读到一半时，文件夹“{'”“'.join(folders)}”不见了（可能是网络盘断开）。已读的 {self.ledger.path or ''} 都记下了，"
                "没有改动任何结果；请接通后重新汇总。",
                code="E-VANISHED",
            )


_NEVER = Seen(-1, -1, "")


def _passing(sha256: str) -> bool:
    """A stand-in for a hash: the file could not be read for a reason that may have passed."""
    return sha256.startswith("none:")
