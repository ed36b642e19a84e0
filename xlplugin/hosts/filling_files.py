"""填充 on a file."""

from __future__ import annotations

from pathlib import Path

from xlplugin.books.filling import Filled, fill_workbook
from xlplugin.books.patch import write_atomically
from xlplugin.errors import CannotWrite


def fill_file(path: Path, out: Path | None, *, in_place: bool) -> str:
    """Fill a workbook's blank totals and say which; the original changes only where `in_place` was asked for.

    Raises UnreadableSource, NotOurWorkbook, CannotWrite.
    """
    target = path if in_place else out or path.with_name(f"{path.stem}_已填充{path.suffix}")
    if not in_place and target.exists() and target.resolve() == path.resolve():
        raise CannotWrite(f"“{path.name}”是原文件；要直接改写请加 --in-place。")
    filled = fill_workbook(path)
    write_atomically(target, filled.data)
    return _words(filled, target)


def _words(filled: Filled, target: Path) -> str:
    form = filled.report.form
    lines = [f"　{form.cell[c].label}：{n}" for c, n in filled.written.items()]
    left = [form.cell[c].label for c in form.derived if filled.report.entry(c).value is None]
    head = f"填了 {len(lines)} 个合计格：" if lines else "没有需要填的合计格。"
    tail = (
        [f"还有 {len(left)} 个合计格因所含各项未填全，没有填：{'、'.join(left[:3])}{'等' if len(left) > 3 else ''}"]
        if left
        else []
    )
    return "\n".join([head, *lines, *tail, f"已写出：{target}"])
