"""The balances of a form judged as a whole: which follow from others, and whether any cell is forced to be 0.

`follows` names what is redundant (the 总计 column of table three repeats what its rows and columns say), which is why a
report is not told the same cause twice.  `forced` must be empty: a form whose balances leave a cell no value but 0
contradicts itself.
"""

from __future__ import annotations

from fractions import Fraction

from xlplugin.form import Balance, Form

Row = dict[str, Fraction]


def follows(form: Form) -> dict[str, tuple[str, ...]]:
    """Redundant balance → the balances it follows from, in the order of the form."""
    kept: list[tuple[str, Row, dict[str, Fraction]]] = []  # pivot cell, row, how it is made of balances
    found = {}
    for balance in form.balances:
        row, made = _row(balance), {balance.id: Fraction(1)}
        for pivot, other, of in kept:
            if pivot in row:
                factor = row[pivot] / other[pivot]
                row, made = _minus(row, other, factor), _minus(made, of, factor)
        if row:
            kept.append((next(iter(row)), row, made))
        else:
            found[balance.id] = tuple(b for b in made if b != balance.id)
    return found


def _row(balance: Balance) -> Row:
    return {**dict.fromkeys(balance.left, Fraction(1)), **dict.fromkeys(balance.right, Fraction(-1))}


def _minus(row: Row, other: Row, factor: Fraction) -> Row:
    mixed = {c: row.get(c, Fraction(0)) - factor * other.get(c, Fraction(0)) for c in {**row, **other}}
    return {c: k for c, k in mixed.items() if k}


def forced(form: Form) -> tuple[str, ...]:
    """The cells that the balances leave no value but 0; () for a sound form.

    A programme asks for values that are all at least 1; where there are none, it says which cells stay below.
    """
    import highspy
    import numpy as np

    cells = [c.id for c in form.cells]
    at = {c: i for i, c in enumerate(cells)}
    h = highspy.Highs()  # type: ignore[no-untyped-call]
    h.setOptionValue("output_flag", False)
    for _ in cells:
        h.addVar(0, highspy.kHighsInf)
    for i in range(len(cells)):  # a second variable for each cell: how far it is allowed to count, at most 1
        h.addVar(0, 1)
        h.changeColCost(len(cells) + i, -1)
        h.addRow(0, highspy.kHighsInf, 2, np.array([i, len(cells) + i], dtype=np.int32), np.array([1.0, -1.0]))
    for balance in form.balances:
        terms = _row(balance)
        index = np.array([at[c] for c in terms], dtype=np.int32)
        h.addRow(0, 0, len(terms), index, np.array([float(k) for k in terms.values()]))
    h.run()
    x = h.getSolution().col_value
    return tuple(c for i, c in enumerate(cells) if x[len(cells) + i] < 0.5)
