"""Finding the files of a roll-up and reading each of them, here or by many hands; every file is answered alone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from xlplugin.books.package import read_file
from xlplugin.books.refusals import Refused, naming, unreadable
from xlplugin.books.rollup_take import not_a_workbook, out, refused, take
from xlplugin.errors import UnreadableSource, XlpluginError
from xlplugin.merging.filed import Filed

CHUNK = 64


class Source(NamedTuple):
    """A file to be received, as its folder lists it.  Size −1: it was named but is not there."""

    file: str
    size: int
    mtime: int


class Hands(Protocol):
    def get(self, files: int) -> Executor | None: ...

    def renew(self) -> Executor | None: ...


# ── which files ────────────────────────────────────────────────────────────────────────────────────────────────────


def find_sources(paths: Iterable[str]) -> list[Source]:
    """Every file under these folders, files and fsspec URLs, once each, in the order of their names.

    Raises UnreadableSource where none of the paths exists.
    """
    found: dict[str, Source] = {}
    given = list(paths)
    for path in given:
        for source in _remote(path) if "://" in path else _local(path):
            found.setdefault(source.file, source)
    if given and found and all(s.size < 0 for s in found.values()):
        raise UnreadableSource(f"找不到“{'”“'.join(given)}”。请核对路径；是网络盘的，请检查是否接通。", code="E-MISSING")
    return [found[f] for f in sorted(found)]


def _local(path: str) -> Iterator[Source]:
    place = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links and rename the files
    try:
        about = os.stat(place)  # noqa: PTH116
    except OSError:
        yield Source(place, -1, 0)
        return
    if os.path.isdir(place):  # noqa: PTH112
        yield from _walk(place)
    else:
        yield Source(place, about.st_size, about.st_mtime_ns)


def _walk(folder: str, above: tuple[tuple[int, int], ...] = ()) -> Iterator[Source]:
    """All files below a folder; hidden folders (a version store, a recycle bin) and links that lead back up are left alone."""
    folders = []
    try:
        about = os.stat(folder)  # noqa: PTH116
        if (about.st_dev, about.st_ino) in above:
            return
        with os.scandir(folder) as entries:
            for e in entries:
                if e.is_dir(follow_symlinks=True):
                    folders += [e.path] if not e.name.startswith(".") else []
                else:
                    yield _listed(e)
    except OSError:
        yield Source(folder, -1, 0)  # a folder that may not be looked into is answered like a file that cannot be read
        return
    for below in folders:
        yield from _walk(below, (*above, (about.st_dev, about.st_ino)))


def _listed(entry: os.DirEntry[str]) -> Source:
    try:
        about = entry.stat()
    except OSError:
        return Source(entry.path, -1, 0)
    return Source(entry.path, about.st_size, about.st_mtime_ns)


def _remote(url: str) -> Iterator[Source]:
    import fsspec.core

    storage: Any = fsspec.core
    try:
        system, path = storage.url_to_fs(url)
        below = system.find(path, detail=True) if system.isdir(path) else {path: system.info(path)}
    except FileNotFoundError:
        yield Source(url, -1, 0)
        return
    except Exception as error:  # every kind of storage has its own exceptions
        raise UnreadableSource(f"“{url}”打不开：{error}。请检查地址、网络和权限。", code="E-REMOTE") from error
    for name, about in below.items():
        if about.get("type", "file") == "file":
            yield Source(system.unstrip_protocol(name), int(about.get("size") or 0), _when(about))


def _when(about: dict[str, Any]) -> int:
    """The storage's own time of a file in nanoseconds, 0 where it has none."""
    for key in ("mtime", "LastModified", "last_modified", "created"):
        said = about.get(key)
        if isinstance(said, int | float):
            return int(said * 1e9)
        if isinstance(said, dt.datetime):
            return int(said.timestamp() * 1e9)
    return 0


# ── reading them ───────────────────────────────────────────────────────────────────────────────────────────────────


def answered(sources: list[Source], hands: Hands, *, exact: bool = False) -> Iterator[Filed]:
    """Every source, read; in any order."""
    executor = hands.get(len(sources)) if sources else None
    chunks = [sources[i : i + CHUNK] for i in range(0, len(sources), CHUNK)]
    if executor is None:
        for source in sources:
            yield receive(source, exact)
        return
    yield from _by_many(chunks, executor, hands, exact)


def _by_many(chunks: list[list[Source]], executor: Executor, hands: Hands, exact: bool) -> Iterator[Filed]:
    """A few chunks under way at a time, so that neither the tasks nor their answers pile up."""
    waiting = list(reversed(chunks))
    under_way: dict[Future[list[Filed]], list[Source]] = {}
    broken: list[list[Source]] = []
    while waiting or under_way:
        while waiting and len(under_way) < 16:
            chunk = waiting.pop()
            try:
                under_way[executor.submit(receive_all, chunk, exact)] = chunk
            except BrokenExecutor:
                broken.append(chunk)
        future = next(iter(under_way), None)
        if future is None:
            break
        chunk = under_way.pop(future)
        try:
            yield from future.result()
        except BrokenExecutor:
            broken.append(chunk)
    for chunk in broken:
        yield from _one_by_one(chunk, hands, exact)


def _one_by_one(chunk: list[Source], hands: Hands, exact: bool) -> Iterator[Filed]:
    """After a worker died: the file that kills it is named, the others are read all the same."""
    for source in chunk:
        executor = hands.renew()
        try:
            yield from executor.submit(receive_all, [source], exact).result() if executor else [receive(source, exact)]
        except BrokenExecutor:
            error = unreadable("E-LEGACY", file=Path(source.file).name)
            yield refused(source.file, error, None, size=source.size, mtime=source.mtime)


def receive_all(sources: list[Source], exact: bool) -> list[Filed]:
    """The unit of work: a plain function of plain tuples, so that any Executor can carry it."""
    return [receive(s, exact) for s in sources]


def receive(source: Source, exact: bool = False) -> Filed:
    """One file, answered whatever it is."""
    file, size, mtime = source
    why = not_a_workbook(file)
    if why:
        return out(file, why, size=size, mtime=mtime)
    data = None
    try:
        data = _bytes(file)
        return take(data, file, size=size, mtime=mtime, exact=exact)
    except XlpluginError as error:
        return refused(file, error, data, size=size, mtime=mtime)
    except MemoryError:
        return refused(file, unreadable("E-TOOBIG", file=Path(file).name), data, size=size, mtime=mtime)


def _bytes(file: str) -> bytes:
    if "://" not in file:
        with naming(Path(file).name):
            return read_file(Path(file))
    import fsspec

    storage: Any = fsspec
    with naming(file):
        try:
            with storage.open(file, "rb") as stream:
                data: bytes = stream.read((64 << 20) + 1)
                return data
        except FileNotFoundError as error:
            raise Refused("E-MISSING") from error
        except OSError as error:
            raise Refused("E-DENIED", str(error)) from error
