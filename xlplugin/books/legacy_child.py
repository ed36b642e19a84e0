"""The child process of `legacy`: python-calamine under a memory limit; grids as JSON on standard output.

It may abort at any time (that is why it is a process of its own), so it imports nothing of this package.
Exit codes are the parent's E-codes, see EXITS there.
"""

import contextlib
import json
import sys
from io import BytesIO
from pathlib import Path

MOST_MEMORY = 256 << 20  # bytes of address space
MOST_CELLS = 500_000
DAMAGED, PASSWORD, TOO_BIG = 3, 4, 5


def main(path: str) -> int:
    """Prints {sheet: rows of strings}, every grid beginning at A1."""
    _limit_memory()
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(Path(path).read_bytes()))
        grids: dict[str, list[list[str]]] = {}
        cells = 0
        for about in book.sheets_metadata:
            if str(about.typ) != "SheetTypeEnum.WorkSheet":
                continue
            sheet = book.get_sheet_by_name(about.name)
            last_row, last_column = sheet.end or (-1, -1)
            cells += (last_row + 1) * (last_column + 1)
            if cells > MOST_CELLS:
                return TOO_BIG
            grids[about.name] = [[_words(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except calamine.PasswordError:
        return PASSWORD
    except (calamine.CalamineError, calamine.WorkbookClosed):
        return DAMAGED
    except MemoryError:
        return TOO_BIG
    sys.stdout.buffer.write(json.dumps(grids, ensure_ascii=False).encode("utf-8", "replace"))
    return 0


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows, macOS: the time limit remains
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
