"""汇总 on the command line: the job, its words, its exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlplugin.hosts.rolling import run_rollup
from xlplugin.merging.intake import Entry, Outcome
from xlplugin.merging.rollup import RollUp, states

_SHOWN = 20  # lines of one kind before the rest is left to the workbook
_OK, _BLOCKED, _FILE = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Rolled:
    """What the command answers: exit status, JSON record, words."""

    status: int
    record: dict[str, Any]
    words: str


def roll_up(
    paths: Sequence[str], progress: Any, *, out: Path | None = None, notices: Path | None = None, **options: Any
) -> Rolled:
    """Receive every file under the paths and add the accepted ones; `out` receives the roll-up workbook, `notices` the
    退回单 and the 催报名单.

    Raises UnreadableSource, CannotWrite.
    """
    with _Bar(shown=progress is not None) as bar:
        rolled = run_rollup(paths, out=out, notices=notices, progress=bar, **options)
    return Rolled(_status(rolled), rolled.to_dict(), in_words(rolled, out, notices))


def _status(rolled: RollUp) -> int:
    """3: a file was refused and left out; 1: something on the roll-up still blocks; 0 otherwise."""
    count = states(rolled)
    if count[Outcome.UNREADABLE] or count[Outcome.RETURNED]:
        return _FILE
    return _BLOCKED if any(f.blocks for f in rolled.findings) else _OK


def in_words(rolled: RollUp, out: Path | None, notices: Path | None = None) -> str:
    """Who filed, what was left out and why, who is missing, and where the workbook lies."""
    count = states(rolled)
    whole = "完整" if rolled.complete else "不完整"
    head = f"{rolled.year} 年度（{rolled.scope}）汇总：{whole}。"
    lines = [head, f"　收到 {len(rolled.ledger)} 份：" + "，".join(f"{o.label} {count[o]}" for o in Outcome if count[o])]
    lines += _some([_left_out(e) for e in rolled.ledger if e.state not in (Outcome.ACCEPTED, Outcome.DUPLICATE)])
    if rolled.missing:
        lines.append(
            f"　缺报 {len(rolled.missing)} 个单位：{'、'.join(rolled.missing[:_SHOWN])}{'等' if len(rolled.missing) > _SHOWN else ''}"
        )
    if rolled.open:
        lines.append(f"　有 {len(rolled.open)} 格因单位空着而未定：")
        lines += _some([f"　　{_label(rolled, c)}：{'、'.join(units)}" for c, units in rolled.open.items()])
    lines += _some([f"　[{f.severity}] {f.rule}　{f.message}" for f in rolled.findings])
    if out is not None:
        lines.append(f"　汇总工作簿：{out}")
    if notices is not None:
        count_back = count[Outcome.RETURNED]
        owing = bool(rolled.silent or rolled.returned_units)
        lines.append(f"　退回单 {count_back} 份{'，催报名单一份' if owing else ''}：{notices}")
    return "\n".join(lines)


def _label(rolled: RollUp, cell: str) -> str:
    from xlplugin.form import form

    return form(rolled.form_id).cell[cell].label


def _left_out(entry: Entry) -> str:
    who = f"（{entry.unit}）" if entry.unit else ""
    return f"　　{entry.state.label}：{Path(entry.slip.file).name}{who}　{entry.reason}"


def _some(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"　　……另有 {len(lines) - _SHOWN} 条，见汇总工作簿"]


class _Bar:
    """A progress bar on a terminal, nothing on a pipe; the job tells how far it is."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int, str], None]:
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def _tell(self, done: int, total: int, what: str) -> None:
        if not self._shown:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="份", file=sys.stderr)
        self._bar.set_description(what)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
