"""Pictures of every sheet of a workbook, as LibreOffice shows or prints them.

    python tools/render.py FILE.xlsx OUT_FOLDER [--print] [--dpi N] [--sheet NAME]...

Writes 01-封面.png, 02-填报说明.png ... (with --print one a page: 01-封面-1.png ...).  The program behind it is the one
the tests use, tests/application/office.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "application"))

from office import Office, OfficeError


def render(workbook: Path, folder: Path, *, as_printed: bool, dpi: int, only: list[str]) -> list[Path]:
    """The pictures made, in sheet order; hidden sheets are left out unless asked for by name."""
    made = []
    with Office() as office:
        with office.open(workbook) as book:
            wanted = [(n, s) for n, s in enumerate(book.sheet_names, 1) if s in only or (not only and book.sheet(s).IsVisible)]
        for number, sheet in wanted:
            out = folder / f"{number:02d}-{sheet.replace('/', '_')}.png"
            made += office.sheet_png(workbook, sheet, out, print=as_printed, dpi=dpi)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description="把工作簿的每张表画成图片")
    parser.add_argument("workbook", type=Path, metavar="FILE.xlsx")
    parser.add_argument("folder", type=Path, metavar="OUT_FOLDER")
    parser.add_argument("--print", action="store_true", dest="as_printed", help="按打印设置逐页画（默认：屏幕上的样子）")
    parser.add_argument("--dpi", type=int, default=110)
    parser.add_argument("--sheet", action="append", default=[], help="只画这张表，可重复")
    given = parser.parse_args()
    try:
        made = render(given.workbook, given.folder, as_printed=given.as_printed, dpi=given.dpi, only=given.sheet)
    except OfficeError as e:
        print(e, file=sys.stderr)
        return 3
    print("\n".join(map(str, made)))
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main())
