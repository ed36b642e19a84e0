"""The balances of a report as linear equations over the cells that are evidence.

Cells without a number, and totals that `fill` or a formula wrote, are unknowns; they are eliminated, and what is left
speaks of typed numbers alone.  With typed totals the applications table keeps all its 39 balances; with formula
totals seven are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from xlplugin.form import Balance, Form
from xlplugin.numerals import Number

Row = dict[str, int]


class System(NamedTuple):
    """Equations that belong together because they share cells: every row adds up to 0.

    `rows` speak of evidence only, `names` says from which balances each comes; `solved` gives for each eliminated cell the row that determines it, in the order of
    elimination; `values` are the numbers that stand there; `touching` maps a cell to the rows it occurs in.
    """

    rows: tuple[Row, ...]
    names: tuple[tuple[str, ...], ...]
    solved: tuple[tuple[str, Row], ...]
    values: dict[str, Number]
    touching: dict[str, tuple[int, ...]]

    def gaps(self, changed: Mapping[str, Number] | None = None) -> dict[int, Number]:
        """Rows that do not add up to 0, with what they add up to."""
        now = {**self.values, **changed} if changed else self.values
        sums = ((i, sum((k * now[c] for c, k in row.items()), start=0)) for i, row in enumerate(self.rows))
        return {i: s for i, s in sums if s}

    def unknowns(self, changed: Mapping[str, Number] | None = None) -> dict[str, Number]:
        """The eliminated cells whose value the equations determine (it need not be a possible value)."""
        now = {**self.values, **changed} if changed else dict(self.values)
        found: dict[str, Number] = {}
        for cell, row in reversed(self.solved):
            if all(c in now for c in row if c != cell):
                total = sum((k * now[c] for c, k in row.items() if c != cell), start=0)
                value = divided(-total, row[cell])
                if value is not None:
                    now[cell] = found[cell] = value
        return found


def divided(number: Number, by: int) -> Number | None:
    """The exact quotient, None where it does not come out."""
    if by in (1, -1):
        return number * by
    quotient, rest = divmod(number, by)
    return None if rest else quotient


def systems(form: Form, evidence: Mapping[str, Number]) -> tuple[System, ...]:
    """The independent systems of a report, in the order of the form."""
    return tuple(_system(group, evidence) for group in _groups(tuple(form.balances)))


@lru_cache(maxsize=16)
def _groups(balances: tuple[Balance, ...]) -> tuple[tuple[Balance, ...], ...]:
    groups: list[tuple[set[str], list[Balance]]] = []
    for balance in balances:
        cells = set(balance.cells)
        together = [g for g in groups if g[0] & cells]
        groups = [g for g in groups if not g[0] & cells]
        merged = [b for _, bs in together for b in bs]
        groups.append((cells.union(*(c for c, _ in together)), [*merged, balance]))
    return tuple(tuple(bs) for _, bs in groups)


class _Equation(NamedTuple):
    terms: Row
    names: tuple[str, ...]


def _system(balances: tuple[Balance, ...], evidence: Mapping[str, Number]) -> System:
    all_ = [_Equation({**dict.fromkeys(b.left, 1), **dict.fromkeys(b.right, -1)}, (b.id,)) for b in balances]
    cells = list(dict.fromkeys(c for e in all_ for c in e.terms))
    left, solved = _eliminated(all_, [c for c in cells if c not in evidence])
    touching: dict[str, list[int]] = {}
    for i, equation in enumerate(left):
        for c in equation.terms:
            touching.setdefault(c, []).append(i)
    return System(
        rows=tuple(e.terms for e in left),
        names=tuple(e.names for e in left),
        solved=tuple(solved),
        values={c: evidence[c] for c in cells if c in evidence},
        touching={c: tuple(i) for c, i in touching.items()},
    )


def _eliminated(equations: list[_Equation], unknown: list[str]) -> tuple[list[_Equation], list[tuple[str, Row]]]:
    solved: list[tuple[str, Row]] = []
    for cell in unknown:
        having = [e for e in equations if cell in e.terms]
        if not having:
            continue
        pivot = min(having, key=lambda e: (abs(e.terms[cell]), len(e.terms)))
        solved.append((cell, pivot.terms))
        equations = [_without(e, cell, pivot) for e in equations if e is not pivot]
        equations = [e for e in equations if e.terms]
    return _different(equations), solved


def _without(equation: _Equation, cell: str, pivot: _Equation) -> _Equation:
    """The equation with `cell` eliminated by the pivot."""
    if cell not in equation.terms:
        return equation
    a, b = pivot.terms[cell], equation.terms[cell]
    mixed = {c: a * equation.terms.get(c, 0) - b * pivot.terms.get(c, 0) for c in {**equation.terms, **pivot.terms}}
    mixed = {c: k for c, k in mixed.items() if k}
    common = gcd(*mixed.values()) or 1
    names = tuple(dict.fromkeys((*equation.names, *pivot.names)))
    return _Equation({c: k // common for c, k in mixed.items()}, names)


def _different(equations: list[_Equation]) -> list[_Equation]:
    """Without equations that say the same again."""
    seen: set[frozenset[tuple[str, int]]] = set()
    kept = []
    for equation in equations:
        same, opposite = frozenset(equation.terms.items()), frozenset((c, -k) for c, k in equation.terms.items())
        if same not in seen and opposite not in seen:
            seen.add(same)
            kept.append(equation)
    return kept
