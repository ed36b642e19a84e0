"""Builds the blank workbooks: python -m xlplugin.books.build workbook_templates"""

from __future__ import annotations

import sys
from pathlib import Path

from xlplugin.books.live import Totals
from xlplugin.books.template import write_template
from xlplugin.books.template_cover import TITLE
from xlplugin.form import forms

VARIANTS: dict[Totals, str] = {"typed": "", "formula": "_合计公式"}


def template_name(form_id: str, totals: Totals = "typed") -> str:
    """File name of a blank workbook."""
    return f"{TITLE}_{form_id}{VARIANTS[totals]}.xlsx"


def build(folder: Path) -> tuple[Path, ...]:
    """Every form in both variants; returns the files.  Raises CannotWrite."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for form_id in forms():
        for totals in VARIANTS:
            made.append(folder / template_name(form_id, totals))
            write_template(made[-1], form_id, totals=totals)
    return tuple(made)


def main() -> int:
    if len(sys.argv) != 2:
        print("用法：python -m xlplugin.books.build 文件夹", file=sys.stderr)
        return 2
    print("\n".join(map(str, build(Path(sys.argv[1])))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
