"""How far the reader is from the floor, and how far other readers are: ratios, file by file, in one run.

    python benchmarks/reader_floor.py [--files 40] [--office]

The floor is what nobody can avoid: read the file, inflate the needed parts, check their CRC.  Every file is another
one (six sheets, about 200 numbers, 20 texts typed by the unit, the labels of the form), so no reader gains by
seeing one file twice.  `--office` also measures the files as LibreOffice saves them.
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
import xlsxwriter

from xlplugin.books.cells import read_cells
from xlplugin.books.package import open_package

SHEETS = {
    "封面": (14, 3),
    "一、主动公开": (29, 5),
    "二、依申请公开": (33, 10),
    "三、复议诉讼": (8, 16),
    "情况说明": (12, 2),
    "_meta": (4, 2),
}
Reader = Callable[[Path], object]


def main() -> None:
    """Prints one table of ratios for each way the files were saved."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--files", type=int, default=40)
    options.add_argument("--office", action="store_true", help="also the files as LibreOffice saves them")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [_workbook(Path(folder) / f"{number:03}.xlsx", number) for number in range(chosen.files)]
        _report("XlsxWriter", files)
        if chosen.office:
            _report("LibreOffice", _resaved(files, Path(folder)))


def _workbook(path: Path, seed: int) -> Path:
    chance = random.Random(seed)
    zero = chance.random() < 0.55
    book = xlsxwriter.Workbook(path)
    label = book.add_format({"font_name": "宋体", "border": 1, "text_wrap": True})
    entry = book.add_format({"num_format": "0", "border": 1, "locked": False})
    for name, (rows, columns) in SHEETS.items():
        sheet = book.add_worksheet(name)
        wordy = name in ("封面", "情况说明", "_meta")
        for row in range(rows):
            for column in range(columns):
                if column == 0 or row < 3:
                    sheet.write_string(row, column, f"{name}第{row}行第{column}列的标签 Label", label)
                elif wordy:
                    typed = column == 1 and row % 2
                    sheet.write(row, column, f"单位{seed}填写的文字{row}" if typed else None, label)
                elif column < (8 if rows == 33 else 3 if rows == 29 else 16) and row > 4:
                    sheet.write_number(row, column, 0 if zero else int(chance.paretovariate(0.7)), entry)
                else:
                    sheet.write_blank(row, column, None, label)
        if not wordy:
            sheet.data_validation(5, 1, rows - 1, columns - 1, {"validate": "integer", "criteria": ">=", "value": 0})
            sheet.conditional_format(5, 1, rows - 1, columns - 1, {"type": "cell", "criteria": "<", "value": 0, "format": label})
    book.close()
    return path


def _resaved(files: list[Path], folder: Path) -> list[Path]:
    target = folder / "office"
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(target)]
    subprocess.run([*command, *map(str, files)], check=True, timeout=300, capture_output=True)
    return sorted(target.glob("*.xlsx"))


def _floor(path: Path) -> object:
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    count, place = struct.unpack_from("<10xH4xI", data, end)
    for _ in range(count):
        crc, packed, size, name, extra, note, local = struct.unpack_from("<16xIIIHHH8xI", data, place)
        title = data[place + 46 : place + 46 + name]
        if title.startswith((b"xl/worksheets/sheet", b"xl/sharedStrings", b"xl/workbook.xml", b"xl/_rels/workbook")):
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
    begin = time.perf_counter()
    reader(path)
    return (time.perf_counter() - begin) * 1000


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
