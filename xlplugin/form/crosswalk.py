"""Which cells of an older form answer to which cells of a newer one (crosswalk.yaml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from xlplugin.errors import BadForm
from xlplugin.form.model import Form
from xlplugin.form.registry import form, read_yaml


class Crosswalk(NamedTuple):
    """`answers`: cell of the newer form → the cell of the older one it continues.

    `sums`: cell of the older form → the cells of the newer one that add up to it (only the sum is comparable).
    `none`: cell of the older form that answers to nothing → why.
    """

    older: str
    newer: str
    answers: dict[str, str]
    sums: dict[str, tuple[str, ...]]
    none: dict[str, str]


def answers(older: str, newer: str) -> dict[str, str]:
    """Cell of the form `newer` → the cell of the form `older` that it may be compared with; {} where nothing is known.

    The same form answers to itself cell by cell.
    """
    if older == newer:
        return {c.id: c.id for c in form(newer).cells}
    walk = crosswalk()
    return dict(walk.answers) if (older, newer) == (walk.older, walk.newer) else {}


@lru_cache(maxsize=1)
def crosswalk() -> Crosswalk:
    """The way from the 2019 to the 2021 form.  Raises BadForm when a cell of the older form is left without an answer."""
    said = read_yaml(Path(__file__).parent / "crosswalk.yaml")
    old, new = form(said["from"]), form(said["to"])
    same = {c: c for c in _cells(old, said["same"])} | {n: o for o, n in said["cells"].items()}
    sums = {
        f"{table}.{row}.{column}": tuple(f"{table}.{part}.{column}" for part in parts)
        for table, rows in said["split"].items()
        for row, parts in rows.items()
        for column in (c.key for c in old.table[table].blocks[0].columns)
    }
    rest = [c.id for c in old.cells if c.id not in same.values() and c.id not in sums]
    none = {c: said["none"][c.rpartition(".")[0]] for c in rest if c.rpartition(".")[0] in said["none"]}
    _complete(old, new, same, sums, none)
    return Crosswalk(old.id, new.id, same, sums, none)


def _cells(form: Form, rows: dict[str, list[str]]) -> list[str]:
    return [c.id for c in form.cells if c.row in rows.get(c.table, ())]


def _complete(old: Form, new: Form, same: dict[str, str], sums: dict[str, tuple[str, ...]], none: dict[str, str]) -> None:
    lost = [c.id for c in old.cells if c.id not in {*same.values(), *sums, *none}]
    unknown = [c for c in (*same, *(p for parts in sums.values() for p in parts)) if c not in new.cell]
    if lost or unknown:
        raise BadForm(f"crosswalk.yaml 有遗漏或写错：旧表 {lost[:3]}，新表 {unknown[:3]}")
