"""How far the reader is from the floor, and how far other readers are: ratios, file by file, in one run.

    python benchmarks/reader_floor.py [--files 40] [--office]

The floor is what nobody can avoid: read the file, inflate the needed parts, check their CRC.  Every file is another
one: the template of 2021 filled anew, six of its sheets read (about 250 numbers, 20 texts, the labels of the form),
so no reader gains by seeing one file twice; ours has met the empty template before, as after the first file of a batch.  Times are CPU
times.  `--office` also measures the files as LibreOffice saves them.
"""

import argparse
import io
import random
import statistics
import struct
import subprocess
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import python_calamine

from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package
from xlplugin.books.patch import patch_cells

TEMPLATE = Path(__file__).parents[1] / "workbook_templates" / "政府信息公开工作年度报告_2021.xlsx"
FILLED = ("封面", "正文", "二、主动公开", "三、依申请公开", "四、复议诉讼", "_meta")
SHEETS = dict.fromkeys(FILLED, (60, 16))
Reader = Callable[[Path], object]


def main() -> None:
    """Prints one table of ratios for each way the files were saved."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--files", type=int, default=40)
    options.add_argument("--office", action="store_true", help="also the files as LibreOffice saves them")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [_workbook(Path(folder) / f"{number:03}.xlsx", number) for number in range(chosen.files)]
        _report("template", files)
        if chosen.office:
            _report("LibreOffice", _resaved(files, Path(folder)))


def _workbook(path: Path, seed: int) -> Path:
    """The template as one unit might fill it: more than half of them report nothing but zeros."""
    chance = random.Random(seed)
    zero = chance.random() < 0.55
    package = open_package(TEMPLATE)
    changes: dict[str, dict[tuple[int, int], int | str]] = {}
    for name, grid in read_cells(package, SHEETS).items():
        blanks = [place for place, raw in grid.items() if not (raw.kind or raw.formula)]
        if name in FILLED[2:5]:
            count = {place: 0 if zero or chance.random() < 0.5 else int(chance.paretovariate(0.7)) for place in blanks}
            changes[name] = dict(list(count.items())[: 200 if name == FILLED[3] else 40])
        elif name != "_meta":
            changes[name] = dict.fromkeys(blanks[:10], f"第 {seed} 个单位填写的文字")
    path.write_bytes(patch_cells(package.data, changes))
    return path


def _resaved(files: list[Path], folder: Path) -> list[Path]:
    target = folder / "office"
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(target)]
    subprocess.run([*command, *map(str, files)], check=True, timeout=300, capture_output=True)
    return sorted(target.glob("*.xlsx"))


def _needed() -> set[bytes]:
    package = open_package(TEMPLATE)
    return {package.sheets[name].encode() for name in FILLED} | {
        b"xl/sharedStrings.xml",
        b"xl/workbook.xml",
        b"xl/_rels/workbook.xml.rels",
    }


NEEDED = _needed()  # LibreOffice numbers the sheets in the same order


def _floor(path: Path) -> object:
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    count, place = struct.unpack_from("<10xH4xI", data, end)
    for _ in range(count):
        crc, packed, size, name, extra, note, local = struct.unpack_from("<16xIIIHHH8xI", data, place)
        title = data[place + 46 : place + 46 + name]
        if title in NEEDED:
            here, more = struct.unpack_from("<26xHH", data, local)
            start = local + 30 + here + more
            if zlib.crc32(zlib.decompress(data[start : start + packed], -15, size)) != crc:
                raise ValueError(title)
        place += 46 + name + extra + note
    return None


def _ours(path: Path) -> object:
    return read_cells(open_package(path), SHEETS)


def _ours_exact(path: Path) -> object:
    return read_cells(open_package(path), SHEETS, how="exact")


def _calamine(path: Path) -> object:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python() for name in SHEETS]


def _openpyxl(path: Path) -> object:
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    return [[*book[name].iter_rows(max_row=row, max_col=column, values_only=True)] for name, (row, column) in SHEETS.items()]


READERS: dict[str, Reader] = {
    "ours": _ours,
    "ours, exact": _ours_exact,
    "python-calamine": _calamine,
    "openpyxl read_only": _openpyxl,
}


def _milliseconds(reader: Reader, path: Path) -> float:
    begin = time.process_time()
    reader(path)
    return (time.process_time() - begin) * 1000


def _report(title: str, files: list[Path]) -> None:
    inflated = sum(item.file_size for item in zipfile.ZipFile(files[0]).infolist()) // 1024
    print(f"{title}: {len(files)} files, {files[0].stat().st_size // 1024} KiB, inflated {inflated} KiB")
    times: dict[str, list[float]] = {name: [] for name in ("floor", *READERS)}
    for path in files:  # the first reader of a file would pay for its pages
        path.read_bytes()
    # Ten files at a time, one reader after the other: as in a batch, but slow moments of the machine hit all alike.
    # Every file is read once by each, so that nobody meets a cell again in it.
    for first in range(0, len(files), 10):
        for name, reader in {"floor": _floor, **READERS}.items():
            times[name] += [_milliseconds(reader, path) for path in files[first : first + 10]]
    for name, spent in times.items():
        ratios = [one / floor for one, floor in zip(spent, times["floor"], strict=True)]
        print(f"  {name:20} {statistics.median(spent):7.2f} ms   {statistics.median(ratios):6.1f} x floor")


if __name__ == "__main__":
    main()
