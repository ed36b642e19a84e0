"""The ledger (台账): every file ever received, by content, with one state; decisions and adjustments with their names.

SQLite with a rollback journal (a write-ahead log needs shared memory, which network folders lack).  What was read is
kept in small transactions while a run goes on; the states of all files change in one transaction at its end.  So a
run that is killed at any instant leaves the ledger as it was, plus files that need not be read again.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from xlplugin.errors import CannotWrite, UnreadableSource
from xlplugin.merging.filed import LEAF_MARKS, Filed, Marks, Slip, marks_from
from xlplugin.merging.intake import Choice, Entry
from xlplugin.merging.rollup import Adjustment

VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    sha256 TEXT NOT NULL PRIMARY KEY, reader TEXT NOT NULL, packed TEXT NOT NULL, slip TEXT NOT NULL, content TEXT NOT NULL,
    scope TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (
    file TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, first_run INTEGER NOT NULL,
    last_run INTEGER NOT NULL, state TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (file, sha256)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, year INTEGER NOT NULL, scope TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    run INTEGER NOT NULL, at TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, before TEXT NOT NULL,
    reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('keep', 'include', 'withdraw')),
    sha256 TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS adjustment (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, year INTEGER NOT NULL, scope TEXT NOT NULL, cell TEXT NOT NULL,
    amount TEXT NOT NULL, reason TEXT NOT NULL, unit TEXT NOT NULL, revoked TEXT);
"""


class Seen(NamedTuple):
    """How a file looked when it was last received; the same look is not read again."""

    size: int
    mtime: int
    sha256: str


class Receipt(NamedTuple):
    """A line of the ledger as it was last settled."""

    file: str
    sha256: str
    unit: str
    state: str
    reason: str


class Entered(NamedTuple):
    """An adjustment with its number; `revoked` says when, by whom and why it was taken out again."""

    number: int
    year: int
    scope: str
    line: Adjustment
    revoked: str


class Ledger:
    """One ledger file, held by one program at a time.  `None` keeps it in a private temporary file.

    Raises CannotWrite where another program holds it, the disk is full or the folder is gone; UnreadableSource where
    the file is no ledger.
    """

    def __init__(self, path: Path | None = None, *, wait: float = 2.0) -> None:
        self.path = path
        self.run = 0
        with self._world():
            self._db = sqlite3.connect(str(path) if path else "", timeout=wait, isolation_level=None)
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute(f"PRAGMA synchronous = {'NORMAL' if path else 'OFF'}")
            self._db.execute(f"PRAGMA cache_size = -{4096 if path else 256}")  # KiB
            self._db.execute("BEGIN EXCLUSIVE")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise UnreadableSource(f"台账“{path}”是另一个版本的程序建立的，请用新版本打开。", code="E-LEDGER")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()

    def release(self) -> None:
        """Lets other programs in; what is in the ledger can still be read from here, and nothing written."""
        if self.path is None:
            return
        self._db.close()
        with self._world():
            self._db = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0, isolation_level=None)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _world(self) -> Iterator[None]:
        """What SQLite complains about, in words for the officer."""
        name = f"“{self.path}”" if self.path else "（临时）"
        try:
            yield
        except sqlite3.OperationalError as error:
            said = str(error)
            if "locked" in said or "busy" in said:
                raise CannotWrite(
                    f"台账{name}正被另一个程序使用，可能有人同时在汇总。请等它结束后再试；什么都没有改动。"
                ) from error
            if "full" in said:
                raise CannotWrite(f"磁盘已满，台账{name}写不进去。已收的内容没有丢；请腾出空间后重新汇总。") from error
            if "readonly" in said:
                raise CannotWrite(f"台账{name}是只读的，写不进去。请换一个文件夹，或去掉只读属性。") from error
            raise CannotWrite(
                f"台账{name}打不开或写不进去（{said}）。请检查文件夹还在不在、网络盘连着没有，然后重新汇总。"
            ) from error
        except sqlite3.DatabaseError as error:
            raise UnreadableSource(
                f"{name}不是台账文件，或者已损坏（{error}）。请指定另一个台账；原文件没有改动。", code="E-LEDGER"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._world():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # ── a run ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, year: int, scope: str) -> None:
        with self._transaction() as db:
            self.run = db.execute("INSERT INTO run (started, year, scope) VALUES (?, ?, ?)", (_now(), year, scope)).lastrowid or 0

    def seen(self, reader: str) -> dict[str, Seen]:
        """File → how it looked when it was last received, if this very reader read it."""
        with self._world():
            rows = self._db.execute(
                "SELECT file, size, mtime, r.sha256 FROM receipt r JOIN document d ON d.sha256 = r.sha256 WHERE reader = ?"
                " ORDER BY last_run",
                (reader,),
            )
            return {file: Seen(size, mtime, sha) for file, size, mtime, sha in rows}

    def take(self, filed: Sequence[Filed], reader: str) -> None:
        """Keeps what was read; a file that could not be opened at all has no content, only a receipt."""
        documents = [(f.sha256, reader, f.packed, _slip_json(f.slip()), f.content(), f.marks.scope) for f in filed]
        receipts = [(f.file, f.sha256, f.size, f.mtime, self.run, self.run) for f in filed]
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)", documents)
            db.executemany(_RECEIVED, receipts)

    def seen_again(self, files: Iterable[tuple[str, Seen]]) -> None:
        """Files that look as they did: received in this run too, without reading them."""
        with self._transaction() as db:
            db.executemany(_RECEIVED, ((file, s.sha256, s.size, s.mtime, self.run, self.run) for file, s in files))

    def slips(self, files: Iterable[str]) -> Iterator[Slip]:
        """This run's files, and readable earlier contents of them: a good report that was overwritten still counts."""
        wanted = {f: f for f in files}  # one string a file, not one more a slip
        with self._world():
            rows = self._db.execute(
                "SELECT r.file, r.sha256, r.mtime, d.slip, r.last_run FROM receipt r JOIN document d ON d.sha256 = r.sha256 ORDER BY r.file"
            )
            for file, sha, mtime, said, last_run in rows:
                if file in wanted:
                    slip = _slip_from(said, wanted[file], sha, mtime)
                    if last_run == self.run:
                        yield slip
                    elif not slip.refusal:
                        yield slip._replace(past=True)

    def gone(self, files: Iterable[str]) -> list[tuple[str, str]]:
        """(unit, file) that counted when this ledger was last settled and is not among the files now."""
        here = set(files)
        with self._world():
            rows = self._db.execute("SELECT unit, file FROM receipt WHERE state = 'accepted' ORDER BY unit, file")
            return [(unit, file) for unit, file in rows if file not in here]

    def marks(self) -> dict[str, Marks]:
        """What received roll-ups say about themselves, by hash."""
        with self._world():
            rows = self._db.execute("SELECT sha256, content FROM document WHERE scope != ''")
            return {sha: marks_from(json.loads(content).get("marks")) for sha, content in rows}

    def packed(self, hashes: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The packed numbers of these contents, in their order."""
        with self._world():
            for start in range(0, len(hashes), 500):
                some = hashes[start : start + 500]
                marks = ",".join("?" * len(some))
                found = dict(self._db.execute(f"SELECT sha256, packed FROM document WHERE sha256 IN ({marks})", some))
                yield from ((sha, found[sha]) for sha in some)

    def fetch(self, sha256: str) -> Filed:
        """What was read from these bytes.  KeyError where they were never received."""
        with self._world():
            row = self._db.execute(
                "SELECT d.content, r.file, r.size, r.mtime FROM document d LEFT JOIN receipt r ON r.sha256 = d.sha256 WHERE d.sha256 = ?"
                " ORDER BY r.last_run DESC, r.file",
                (sha256,),
            ).fetchone()
        if row is None:
            raise KeyError(sha256)
        content, file, size, mtime = row
        return Filed.from_content(content, file=file or "", sha256=sha256, size=size or 0, mtime=mtime or 0)

    def settle(self, entries: Iterable[Entry]) -> None:
        """The end of a run: every file gets its state, and what changed since the last run is an event; all or nothing."""
        with self._transaction() as db:
            before = {
                (f, s): (state, reason)
                for f, s, state, reason in db.execute("SELECT file, sha256, state, reason FROM receipt WHERE state != ''")
            }
            now = _now()
            changed = [e for e in entries if before.get((e.slip.file, e.slip.sha256), ("", "")) != (str(e.state), e.reason)]
            db.executemany(
                "UPDATE receipt SET state = ?, unit = ?, reason = ? WHERE file = ? AND sha256 = ?",
                ((str(e.state), e.unit, e.reason, e.slip.file, e.slip.sha256) for e in changed),
            )
            db.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        self.run,
                        now,
                        e.slip.file,
                        e.slip.sha256,
                        str(e.state),
                        before.get((e.slip.file, e.slip.sha256), ("", ""))[0],
                        e.reason,
                    )
                    for e in changed
                ),
            )
            db.execute("UPDATE run SET finished = ? WHERE id = ?", (now, self.run))

    def history(self, file: str | None = None) -> list[tuple[str, str, str, str, str]]:
        """(when, file, state before, state, reason), oldest first."""
        where, args = ("WHERE file = ?", (file,)) if file else ("", ())
        with self._world():
            return list(self._db.execute(f"SELECT at, file, before, state, reason FROM event {where} ORDER BY rowid", args))

    def unfinished(self) -> int:
        """Runs that began and did not come to their end."""
        with self._world():
            return int(self._db.execute("SELECT count(*) FROM run WHERE finished IS NULL").fetchone()[0])

    def sound(self) -> bool:
        """SQLite's own examination of the file, and no receipt without its content."""
        with self._world():
            whole = self._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            orphans = self._db.execute(
                "SELECT count(*) FROM receipt r LEFT JOIN document d ON d.sha256 = r.sha256 WHERE d.sha256 IS NULL"
            ).fetchone()[0]
        return whole and not orphans

    # ── decisions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def decide(self, kind: str, sha256: str, *, by: str, reason: str) -> None:
        """Records what an officer decides about one content: keep, include (in spite of errors) or withdraw."""
        _signed(by, reason)
        with self._transaction() as db:
            db.execute(
                "INSERT INTO decision (at, by, kind, sha256, reason) VALUES (?, ?, ?, ?, ?)", (_now(), by, kind, sha256, reason)
            )

    def choices(self) -> tuple[Choice, ...]:
        """The last decision about each content."""
        with self._world():
            rows = self._db.execute("SELECT kind, sha256, by, reason FROM decision ORDER BY id")
            return tuple({sha: Choice(kind, sha, by, reason) for kind, sha, by, reason in rows}.values())

    def adjust(self, year: int, scope: str, adjustment: Adjustment) -> int:
        """Enters a signed adjustment; answers its number.  Raises ValueError without a name, a reason or an amount."""
        _signed(adjustment.by, adjustment.reason)
        if not adjustment.amount:
            raise ValueError("调整数不能是 0")
        row = (_now(), adjustment.by, year, scope, adjustment.cell, str(adjustment.amount), adjustment.reason, adjustment.unit)
        with self._transaction() as db:
            done = db.execute(
                "INSERT INTO adjustment (at, by, year, scope, cell, amount, reason, unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            return done.lastrowid or 0

    def revoke(self, number: int, *, by: str, reason: str) -> bool:
        """Takes an adjustment out of the sum; it stays in the ledger with who did it and why.  False: there is none."""
        _signed(by, reason)
        words = f"{_now()} {by}：{reason}"
        with self._transaction() as db:
            done = db.execute("UPDATE adjustment SET revoked = ? WHERE id = ? AND revoked IS NULL", (words, number))
            return done.rowcount > 0

    def adjustments(self, year: int, scope: str) -> tuple[Adjustment, ...]:
        with self._world():
            rows = self._db.execute(
                "SELECT cell, amount, reason, by, at, unit FROM adjustment WHERE year = ? AND scope = ? AND revoked IS NULL ORDER BY id",
                (year, scope),
            )
            return tuple(Adjustment(cell, _amount(amount), reason, by, at, unit) for cell, amount, reason, by, at, unit in rows)

    def entered(self) -> tuple[Entered, ...]:
        """Every adjustment ever entered, also the revoked ones."""
        with self._world():
            rows = self._db.execute(
                "SELECT id, year, scope, revoked, cell, amount, reason, by, at, unit FROM adjustment ORDER BY id"
            )
            return tuple(
                Entered(number, year, scope, Adjustment(cell, _amount(amount), *rest), revoked or "")
                for number, year, scope, revoked, cell, amount, *rest in rows
            )

    def receipts(self) -> tuple[Receipt, ...]:
        """Every file ever received, with what it came to."""
        with self._world():
            return tuple(
                Receipt(*row)
                for row in self._db.execute("SELECT file, sha256, unit, state, reason FROM receipt ORDER BY unit, file")
            )


_RECEIVED = (
    "INSERT INTO receipt (file, sha256, size, mtime, first_run, last_run) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (file, sha256) DO UPDATE SET size = excluded.size, mtime = excluded.mtime, last_run = excluded.last_run"
)
_SLIP = Slip._fields[3:-1]  # without file, hash and time, which belong to the receipt


def _slip_json(slip: Slip) -> str:
    return json.dumps({k: v for k, v in zip(_SLIP, slip[3:-1], strict=True) if v}, ensure_ascii=False, separators=(",", ":"))


_EMPTY = Slip("", "", 0, "", "", "", None, "", "", "", "", "", False, 0, False)


def _slip_from(said: str, file: str, sha: str, mtime: int) -> Slip:
    fields: dict[str, Any] = {k: _same(v) if k in _SHARED else v for k, v in json.loads(said).items()}
    return _EMPTY._replace(file=file, sha256=sha, mtime=mtime, **fields)


_SHARED = frozenset({"form", "year", "parent", "date", "scope", "code"})  # what thousands of slips have alike is kept once


@lru_cache(maxsize=4096)
def _same(value: Any) -> Any:
    return value


def _signed(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise ValueError("请写明经办人和原因")


def _amount(text: str) -> int | Decimal:
    return int(text) if text.lstrip("+-").isdigit() else Decimal(text)


def _now() -> str:
    return dt.datetime.now().isoformat(timespec="seconds")


__all__ = ["LEAF_MARKS", "Ledger", "Seen"]
